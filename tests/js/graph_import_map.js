// Makes node resolve bare imports ("preact") as the page does: by the import map of templates/index.html. Modules that use them
// are then to be imported with import(), after this one.
import { readFileSync } from "node:fs";
import { register } from "node:module";

const page = new URL("../../templates/index.html", import.meta.url);
const [, map] = /<script type="importmap">(.*?)<\/script>/s.exec(readFileSync(page, "utf8"));
const root = new URL("../../", import.meta.url);
const urls = Object.fromEntries(Object.entries(JSON.parse(map).imports).map(([name, path]) => [name, new URL(path, root).href]));

register(`data:text/javascript,${encodeURIComponent(`
  const urls = ${JSON.stringify(urls)};
  export function resolve(name, context, next) {
    return Object.hasOwn(urls, name) ? { url: urls[name], format: "module", shortCircuit: true } : next(name, context);
  }
`)}`);
