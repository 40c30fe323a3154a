// Which key does what. Single keys can be assigned anew; what was chosen is kept in this browser and says nothing of a review.

const STORE = 'alidade-review-keys';

/** @typedef {'left' | 'right' | 'tie' | 'skip' | 'write' | 'help'} Action */

/** @type {readonly { action: Action, key: string, what: string }[]} */
export const ACTIONS = [
  { action: 'left', key: 'a', what: 'the left text, A, is better' },
  { action: 'right', key: 'b', what: 'the right text, B, is better' },
  { action: 'tie', key: 't', what: 'both are equally good' },
  { action: 'skip', key: 's', what: 'skip; say why below first' },
  { action: 'write', key: 'c', what: 'write below; Esc leaves the field' },
  { action: 'help', key: '?', what: 'this list' },
];

/** @type {readonly (readonly [string, string])[]} */
export const FIXED = [
  ['right, left', 'the next, the previous open item'],
  ['1 to 5', 'rate the marked criterion'],
  ['up, down', 'mark another criterion'],
  ['Ctrl or Cmd + Enter', 'send the ratings and go on'],
];

/** @returns {Map<Action, string>} */
function stored() {
  const keys = new Map(ACTIONS.map(({ action, key }) => [action, key]));
  try {
    /** @type {unknown} */
    const kept = JSON.parse(localStorage.getItem(STORE) ?? '{}');
    for (const { action } of ACTIONS) {
      const key = kept !== null && typeof kept === 'object' ? Reflect.get(kept, action) : undefined;
      if (typeof key === 'string' && problemOf(key) === null) keys.set(action, key);
    }
  } catch {
    // Unreadable, or storage is forbidden here: the keys are those that everybody has.
  }
  // Two actions on one key would vote for what was not meant.
  return new Set(keys.values()).size === keys.size ? keys : new Map(ACTIONS.map(({ action, key }) => [action, key]));
}

/** @param {string} key */
function problemOf(key) {
  if ([...key].length !== 1 || key.trim() === '') return 'Give one letter or mark.';
  return /^[1-5]$/.test(key) ? 'Digits rate.' : null;
}

const keys = stored();

/** @param {Action} action */
export const keyOf = (action) => keys.get(action) ?? '';

/**
 * @param {string} pressed
 * @returns {Action | null}
 */
export function actionOf(pressed) {
  for (const [action, key] of keys) if (key === pressed.toLowerCase()) return action;
  return null;
}

/**
 * Gives an action another key; what is wrong with it, or null.
 * @param {Action} action
 * @param {string} typed
 */
export function assign(action, typed) {
  const key = typed.toLowerCase();
  const problem = problemOf(key);
  if (problem !== null) return problem;
  const taken = actionOf(key);
  if (taken !== null && taken !== action)
    return `${key} is taken: ${ACTIONS.find((each) => each.action === taken)?.what}`;
  keys.set(action, key);
  try {
    localStorage.setItem(STORE, JSON.stringify(Object.fromEntries(keys)));
  } catch {
    // It holds until the page is closed.
  }
  return null;
}
