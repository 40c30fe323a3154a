/** @typedef {Node | string | number | null} Child */

/**
 * Builds an element. Strings become text nodes, so that nothing a model, a vendor or a user wrote is read as markup.
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, string>} attributes
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  for (const child of children) {
    if (child !== null) made.append(child instanceof Node ? child : String(child));
  }
  return made;
}

/**
 * The element with this id.
 * @template {Element} T
 * @param {string} id
 * @param {{ new (): T }} type
 * @returns {T}
 */
export function find(id, type) {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new Error(`The page has no ${type.name} called ${id}.`);
}

/**
 * Terms and values, without the pairs whose value is null.
 * @param {readonly (readonly [string, Child])[]} pairs
 */
export function definitions(pairs) {
  const list = element('dl', {});
  for (const [term, value] of pairs) {
    if (value !== null) list.append(element('div', {}, element('dt', {}, term), element('dd', {}, value)));
  }
  return list;
}

/**
 * A table in a box of its own that scrolls, and that the keyboard can scroll too.
 * @param {string} caption
 * @param {readonly string[]} columns
 * @param {readonly (readonly Child[])[]} rows
 */
export function table(caption, columns, rows) {
  const head = element('tr', {}, ...columns.map((column) => element('th', { scope: 'col' }, column)));
  const body = rows.map((cells) => element('tr', {}, ...cells.map((cell) => element('td', {}, cell))));
  const made = element(
    'table',
    {},
    element('caption', {}, caption),
    element('thead', {}, head),
    element('tbody', {}, ...body),
  );
  return element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption }, made);
}

/**
 * @param {string} summary
 * @param {...Child} content
 */
export function disclosure(summary, ...content) {
  return element('details', {}, element('summary', {}, summary), ...content);
}

/** @param {unknown} value */
export function json(value) {
  return element('pre', { tabindex: '0' }, JSON.stringify(value, null, 2));
}
