/**
 * Tags in, groups of tags by their first part out: "loss/train" and "loss/test" are in group "loss". Tags of one part
 * that would each be a group alone stand together in one, so that a log of five plain tags is not five headings.
 */

/** The name of the group of tags that have no group; no tag has an empty first part of its own. */
export const UNGROUPED = "";

/**
 * @template {{ tag: string }} T
 * @typedef {object} Group
 * @property {string} name
 * @property {T[]} items
 */

/** @param {string} tag */
export function groupName(tag) {
  const slash = tag.indexOf("/");
  return slash > 0 ? tag.slice(0, slash) : tag;
}

/** What is left of a tag below its group's heading; the whole tag when that is the heading. @param {string} tag */
export function nameInGroup(tag) {
  const rest = tag.slice(groupName(tag).length + 1);
  return rest || tag;
}

/**
 * Keeps the order of the items, within groups and of the groups by their first item; the ungrouped come first.
 *
 * @template {{ tag: string }} T
 * @param {readonly T[]} items
 * @returns {Group<T>[]}
 */
export function groupByFirstPart(items) {
  /** @type {Map<string, Group<T>>} */
  const groups = new Map();
  for (const item of items) {
    const name = groupName(item.tag);
    const group = groups.get(name);
    if (group) group.items.push(item);
    else groups.set(name, { name, items: [item] });
  }
  const named = [...groups.values()];
  const lonely = named.filter(isLonely);
  if (lonely.length < 2) return named;
  const ungrouped = { name: UNGROUPED, items: lonely.flatMap((group) => group.items) };
  return [ungrouped, ...named.filter((group) => !isLonely(group))];
}

/** @param {Group<{ tag: string }>} group */
function isLonely({ name, items }) {
  return items.length === 1 && items[0].tag === name;
}

/**
 * The groups that are open before anybody has clicked: the first ones, as long as they hold few cards together.
 *
 * @param {readonly Group<any>[]} groups
 * @param {number} cards    how many cards the open groups may hold together; the first group is always open
 * @returns {Set<string>}
 */
export function openAtFirst(groups, cards) {
  /** @type {Set<string>} */
  const open = new Set();
  let total = 0;
  for (const group of groups) {
    total += group.items.length;
    if (open.size > 0 && total > cards) break;
    open.add(group.name);
  }
  return open;
}
