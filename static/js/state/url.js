/**
 * The part of the address behind "#" in, dashboard and parameters out, and back: `#events&smoothing=0.6&axis=relative`.
 *
 * Parameters this version does not know are kept, in their place: links made by another version survive a visit.
 *
 * @typedef {object} Location
 * @property {string} dashboard                 id or alias; "" when the address names none
 * @property {[name: string, value: string][]} parameters
 */

/** @param {string} hash    with or without the leading "#" @returns {Location} */
export function parseHash(hash) {
  const [dashboard, ...parts] = hash.replace(/^#/, "").split("&");
  /** @type {[string, string][]} */
  const parameters = [];
  for (const part of parts) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    const name = equals < 0 ? part : part.slice(0, equals);
    parameters.push([decode(name), equals < 0 ? "" : decode(part.slice(equals + 1))]);
  }
  return { dashboard: decode(dashboard), parameters };
}

/** @param {Location} location @returns {string} with the leading "#" */
export function formatHash({ dashboard, parameters }) {
  const parts = parameters.map(([name, value]) => `${encode(name)}=${encode(value)}`);
  return "#" + [encode(dashboard), ...parts].join("&");
}

/**
 * The parameters with some of them set anew, and those whose value is null left out.
 *
 * @param {readonly [string, string][]} parameters
 * @param {ReadonlyMap<string, string | null>} values
 * @returns {[string, string][]}
 */
export function withParameters(parameters, values) {
  const rest = new Map(values);
  /** @type {[string, string][]} */
  const result = [];
  for (const [name, old] of parameters) {
    if (!values.has(name)) {
      result.push([name, old]);
      continue;
    }
    const value = rest.get(name);
    rest.delete(name);
    if (value !== null && value !== undefined) result.push([name, value]);
  }
  for (const [name, value] of rest) if (value !== null) result.push([name, value]);
  return result;
}

/** Percent signs that stand for nothing stay as they are: an address is never an error. @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** encodeURIComponent, but readable where the address allows it. @param {string} text */
function encode(text) {
  return encodeURIComponent(text).replace(/%(2F|3A|2C|7C|24|5E|40)/gi, (escape) => decodeURIComponent(escape));
}
