/** A name and what is to be in it in, a file among the user's downloads out. @param {string} name @param {Blob} content */
export function saveFile(name, content) {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The download has begun by then; before, some browsers lose it.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** A name in letters that every file system takes: letters, digits, dots, dashes and underscores. @param {string} name */
export function portableName(name) {
  return name.replace(/[^\w.-]+/g, "_");
}
