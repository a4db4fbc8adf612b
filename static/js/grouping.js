/**
 * Tags in, a tree of groups out: "loss/train" and "loss/test" are in group "loss". Large groups are divided further by the
 * next part of the names. A heading for a single card would only push the others down: such cards stay one level above,
 * and those of the top level stand together.
 */

/** The name of the group of cards that have no group; no tag has an empty first part of its own. */
export const UNGROUPED = "";

/** Groups of more cards than this are divided. */
const LARGE = 12;

/**
 * @template {{ tag: string }} T
 * @typedef {object} Group
 * @property {string} name       the common beginning of its tags
 * @property {string} label      what it adds to the name of the group around it
 * @property {T[]} items         its own cards
 * @property {Group<T>[]} groups the groups inside
 * @property {number} count      of all cards in it and inside
 */

/** @param {string} tag */
export function groupName(tag) {
  const slash = tag.indexOf("/");
  return slash > 0 ? tag.slice(0, slash) : tag;
}

/** What is left of a tag below the heading of its group; the whole tag when that is the heading. @param {string} tag @param {string} group */
export function nameInGroup(tag, group) {
  return (group !== UNGROUPED && tag.startsWith(`${group}/`) && tag.slice(group.length + 1)) || tag;
}

/**
 * Keeps the order of the items, within groups and of the groups by their first item; the ungrouped come first.
 *
 * @template {{ tag: string }} T
 * @param {readonly T[]} items
 * @returns {Group<T>[]}
 */
export function groupTags(items) {
  const named = [...partition(items, groupName)];
  const lonely = named.filter(([, members]) => members.length === 1);
  const together = lonely.length > 1;
  const groups = named
    .filter(([, members]) => members.length > 1 || !together)
    .map(([name, members]) => divided(name, name, members));
  if (!together) return groups;
  return [flat(UNGROUPED, "Ungrouped", lonely.flatMap(([, members]) => members)), ...groups];
}

/**
 * @template {{ tag: string }} T
 * @param {string} name
 * @param {string} label
 * @param {T[]} items
 * @returns {Group<T>}
 */
function divided(name, label, items) {
  if (items.length <= LARGE) return flat(name, label, items);
  const parts = partition(items, (tag) => upToNextPart(tag, name));
  if (parts.size === 1) {
    const [[part, members]] = parts;
    // A part that all tags share divides nothing.
    return part === name ? flat(name, label, items) : divided(part, `${label}${part.slice(name.length)}`, members);
  }
  const inside = [...parts].filter(([part, members]) => members.length > 1 && part !== name);
  if (inside.length === 0) return flat(name, label, items);
  const groups = inside.map(([part, members]) => divided(part, part.slice(name.length + 1), members));
  const apart = new Set(inside.flatMap(([, members]) => members));
  return { name, label, items: items.filter((item) => !apart.has(item)), groups, count: items.length };
}

/**
 * @template {{ tag: string }} T
 * @param {string} name @param {string} label @param {T[]} items @returns {Group<T>}
 */
function flat(name, label, items) {
  return { name, label, items, groups: [], count: items.length };
}

/** The tag up to the end of the part behind `name`; `name` itself for the last part. @param {string} tag @param {string} name */
function upToNextPart(tag, name) {
  const slash = tag.indexOf("/", name.length + 1);
  return slash < 0 ? name : tag.slice(0, slash);
}

/**
 * @template {{ tag: string }} T
 * @param {readonly T[]} items @param {(tag: string) => string} keyOf @returns {Map<string, T[]>}
 */
function partition(items, keyOf) {
  /** @type {Map<string, T[]>} */
  const parts = new Map();
  for (const item of items) {
    const key = keyOf(item.tag);
    const part = parts.get(key);
    if (part) part.push(item);
    else parts.set(key, [item]);
  }
  return parts;
}

/**
 * The groups that are open before anybody has clicked: the first ones, as long as they show few cards together.
 *
 * @param {readonly Group<any>[]} groups
 * @param {number} cards    how many cards the open groups may show together; the first group is always open
 * @returns {Set<string>}
 */
export function openAtFirst(groups, cards) {
  /** @type {Set<string>} */
  const open = new Set();
  let total = 0;
  /** @param {readonly Group<any>[]} level @returns {boolean} whether there was room for all */
  const visit = (level) =>
    level.every((group) => {
      total += group.items.length;
      if (open.size > 0 && total > cards) return false;
      open.add(group.name);
      return visit(group.groups);
    });
  visit(groups);
  return open;
}
