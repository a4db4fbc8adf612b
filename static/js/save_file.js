/** A name and what is to be in it in, a file among the user's downloads out. @param {string} name @param {Blob} content */
export function saveFile(name, content) {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has to have begun before the address goes.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** A name of a file that every system takes. @param {string} name @param {string} extension */
export function fileName(name, extension) {
  return `${name.replace(/[^\w.-]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 120) || "graph"}.${extension}`;
}
