// The page of a reviewer: one item at a time, by keys or by mouse. What it is sent names nobody; it has nothing to hide.
// The token stands behind the hash sign of the link: it is kept in memory, taken out of the address, and stored nowhere.

import { ACTIONS, actionOf, assign, FIXED, keyOf } from './keys.js';

/** @typedef {import('../../../contracts/review.ts').ReviewDesk} ReviewDesk */
/** @typedef {'left' | 'right' | 'tie' | 'skip' | 'rated'} Choice */

/**
 * @template {HTMLElement} Kind
 * @param {string} id
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
function find(id, kind) {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`The page has no ${id}.`);
}

const token = location.hash.slice(1);
history.replaceState(null, '', location.pathname);

const AUTOSAVE_MS = 400;
const comment = find('comment', HTMLTextAreaElement);
const cheatsheet = find('cheatsheet', HTMLDialogElement);

/** @type {ReviewDesk | null} */
let desk = null;
/** @type {Record<string, number>} */
let scores = {};
let current = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let saving;
/** @type {Promise<unknown>} */
let lastKept = Promise.resolve();
let sending = false;

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {string} text
 * @param {Record<string, string>} attributes
 * @returns {HTMLElementTagNameMap[Name]}
 */
function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/**
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<any>}
 */
async function ask(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const value = await answer.json();
  if (!answer.ok) throw new Error(value.error?.message ?? `The server answered ${answer.status}.`);
  return value;
}

/** @param {string} text */
function tell(text) {
  find('message', HTMLElement).textContent = text;
}

/** @param {unknown} error */
const tellError = (error) => tell(error instanceof Error ? error.message : String(error));

/** @param {ReviewDesk} next */
function show(next) {
  desk = next;
  const { done, left, next: item, kind, criteria } = desk;
  find('progress', HTMLElement).textContent = `${done} judged, ${left} left`;
  find('sandbox', HTMLElement).hidden = !desk.sandbox;
  find('item', HTMLElement).hidden = item === null;
  if (item === null) {
    tell('Nothing is left to judge. Thank you.');
    return;
  }
  tell('');
  showAsked(item);
  const names = kind === 'pairwise' ? ['A', 'B'] : ['Answer'];
  find('texts', HTMLElement).replaceChildren(
    ...item.texts.map((text, index) => {
      const name = names[index] ?? '';
      const section = element('section', '', { 'aria-label': name });
      section.append(element('h2', name), element('pre', text));
      return section;
    }),
  );
  scores = { ...item.draft?.scores };
  comment.value = item.draft?.comment ?? '';
  find('saved', HTMLElement).textContent = '';
  current = 0;
  showCriteria(kind, criteria);
  showChoices(kind);
  scrollTo(0, 0);
}

/** Who spoke, in words of people. */
const ROLES = { system: 'Instructions', developer: 'Instructions', user: 'User', assistant: 'Model', tool: 'Tool' };
/** Longer ones are folded: the answers that are judged should not have to be looked for. */
const FOLDED_FROM = 1200;

/**
 * The conversation before what was asked last: the newest turn of it open, where it is short; all others by a click or a key.
 * @param {NonNullable<ReviewDesk['next']>} item
 */
function showAsked({ question, earlier }) {
  find('question', HTMLElement).textContent = question;
  find('question', HTMLElement).classList.toggle('long', question.length > 4 * FOLDED_FROM);
  find('earlier', HTMLElement).replaceChildren(
    ...earlier.map(({ role, text }, index) => {
      const turn = element('details', '', { class: 'turn' });
      turn.open = index === earlier.length - 1 && text.length < FOLDED_FROM;
      const start = text.length > 80 ? `${text.slice(0, 80)}…` : text;
      const summary = element('summary', `${index + 1} of ${earlier.length}, ${ROLES[role]}: `);
      summary.append(element('span', start, { class: 'start' }));
      turn.append(summary, element('pre', text));
      return turn;
    }),
  );
  find('before', HTMLElement).hidden = earlier.length === 0;
}

/**
 * @param {ReviewDesk['kind']} kind
 * @param {readonly string[]} criteria
 */
function showCriteria(kind, criteria) {
  const fieldset = find('criteria', HTMLFieldSetElement);
  fieldset.hidden = kind !== 'rubric';
  if (kind !== 'rubric') return;
  const rows = criteria.map((criterion, place) => {
    const row = element('div', '', { class: 'criterion', role: 'radiogroup', 'aria-label': criterion });
    row.append(element('span', criterion));
    for (let points = 1; points <= 5; points++) {
      const label = element('label', '');
      const input = element('input', '', { type: 'radio', name: `criterion-${place}`, value: String(points) });
      input.checked = scores[criterion] === points;
      input.addEventListener('change', () => rate(place, points));
      label.append(input, ` ${points}`);
      row.append(label);
    }
    return row;
  });
  const legend = fieldset.querySelector('legend');
  fieldset.replaceChildren(...(legend === null ? [] : [legend]), ...rows);
  mark(current);
}

/** @param {number} place */
function mark(place) {
  const rows = [...document.querySelectorAll('.criterion')];
  current = Math.max(0, Math.min(place, rows.length - 1));
  for (const [index, row] of rows.entries()) row.classList.toggle('current', index === current);
}

/**
 * @param {number} place
 * @param {number} points
 */
function rate(place, points) {
  const criterion = desk?.criteria[place];
  if (criterion === undefined) return;
  scores[criterion] = points;
  const input = document.querySelector(`input[name="criterion-${place}"][value="${points}"]`);
  if (input instanceof HTMLInputElement) input.checked = true;
  mark(place + 1);
  save();
}

/** @param {ReviewDesk['kind']} kind */
function showChoices(kind) {
  /** @type {[Choice, string][]} */
  const choices =
    kind === 'pairwise'
      ? [
          ['left', `A is better (${keyOf('left').toUpperCase()})`],
          ['right', `B is better (${keyOf('right').toUpperCase()})`],
          ['tie', `Equal (${keyOf('tie').toUpperCase()})`],
        ]
      : [['rated', 'Send (Ctrl+Enter)']];
  choices.push(['skip', `Skip (${keyOf('skip').toUpperCase()})`]);
  const steps = [button('Previous (←)', () => move(-1)), button('Next (→)', () => move(1))];
  const votes = choices.map(([choice, text]) => button(text, () => void vote(choice)));
  find('choices', HTMLElement).replaceChildren(...votes, ...steps);
}

/**
 * @param {string} text
 * @param {() => void} act
 */
function button(text, act) {
  const made = element('button', text, { type: 'button' });
  made.addEventListener('click', act);
  return made;
}

/** What has been begun on the item that is shown. */
function draft() {
  const item = desk?.next?.item;
  return item === undefined ? null : { item, scores, comment: comment.value };
}

/**
 * One after the other: an older draft that comes late would take the place of a newer one, or follow the vote.
 * @param {ReturnType<typeof draft>} kept
 */
function keep(kept) {
  lastKept = lastKept.catch(() => undefined).then(() => ask('POST', '/api/review/drafts', kept ?? {}));
  return lastKept;
}

/** Kept a moment after the last change, so that nothing is lost when the page is closed. */
function save() {
  clearTimeout(saving);
  const kept = draft();
  if (kept === null) return;
  saving = setTimeout(() => {
    saving = undefined;
    keep(kept)
      .then(() => {
        find('saved', HTMLElement).textContent = 'Draft saved.';
      })
      .catch(tellError);
  }, AUTOSAVE_MS);
}

/**
 * Another item that is open, round and round; what was begun on this one is kept first.
 * @param {1 | -1} step
 */
async function move(step) {
  const item = desk?.next?.item;
  if (desk === null || item === undefined || desk.open.length < 2 || sending) return;
  const to = desk.open.at((desk.open.indexOf(item) + step) % desk.open.length);
  sending = true;
  try {
    if (saving !== undefined) {
      clearTimeout(saving);
      saving = undefined;
      await keep(draft());
    }
    await lastKept.catch(() => undefined);
    show(await ask('GET', `/api/review?item=${encodeURIComponent(to ?? item)}`));
  } catch (error) {
    tellError(error);
  } finally {
    sending = false;
  }
}

/** @param {Choice} choice */
async function vote(choice) {
  const item = desk?.next?.item;
  if (desk === null || item === undefined || sending) return;
  if (choice === 'skip' && comment.value.trim() === '') {
    tell('Say in the comment why you skip it.');
    comment.focus();
    return;
  }
  clearTimeout(saving);
  saving = undefined;
  sending = true;
  try {
    await lastKept.catch(() => undefined);
    const rated = desk.kind === 'rubric' ? { scores } : {};
    show(await ask('POST', '/api/review/votes', { item, choice, comment: comment.value, ...rated }));
  } catch (error) {
    tellError(error);
  } finally {
    sending = false;
  }
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const typing = event.target === comment;
  if (typing && event.key === 'Escape') comment.blur();
  if (cheatsheet.open || desk === null || desk.next === null) return;
  if ((event.ctrlKey || event.metaKey) && event.key === 'Enter' && desk.kind === 'rubric') {
    event.preventDefault();
    void vote('rated');
    return;
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  // Keys without a modifier can be switched off, and never count while somebody writes.
  const act = find('shortcuts', HTMLInputElement).checked ? meaningOf(event.key, desk.kind) : null;
  if (act === null) return;
  // The key has been used up: it must not be typed into the field that the action moves to.
  event.preventDefault();
  act();
}

/**
 * @param {string} key
 * @param {ReviewDesk['kind']} kind
 * @returns {(() => void) | null}
 */
function meaningOf(key, kind) {
  if (key === 'ArrowRight' || key === 'ArrowLeft') return () => void move(key === 'ArrowRight' ? 1 : -1);
  if (kind === 'rubric') {
    if (/^[1-5]$/.test(key)) return () => rate(current, Number(key));
    if (key === 'ArrowUp' || key === 'ArrowDown') return () => mark(current + (key === 'ArrowUp' ? -1 : 1));
  }
  const action = actionOf(key);
  if (action === 'help') return () => cheatsheet.showModal();
  if (action === 'write') return () => comment.focus();
  if (action === null || (kind === 'rubric' && action !== 'skip')) return null;
  return () => void vote(action);
}

/** The list of keys: single ones are fields, in which another can be typed. */
function showKeys() {
  const rows = ACTIONS.flatMap(({ action, what }) => {
    const input = element('input', '', { maxlength: '1', size: '2', 'aria-label': `Key: ${what}` });
    input.value = keyOf(action);
    input.addEventListener('focus', () => input.select());
    input.addEventListener('blur', () => {
      input.value = keyOf(action);
    });
    input.addEventListener('input', () => {
      if (input.value === '') return;
      const problem = assign(action, input.value);
      find('keyproblem', HTMLElement).textContent = problem ?? '';
      input.value = keyOf(action);
      if (problem === null && desk !== null) showChoices(desk.kind);
    });
    const term = element('dt', '');
    term.append(input);
    return [term, element('dd', what)];
  });
  const fixed = FIXED.flatMap(([key, what]) => [element('dt', key), element('dd', what)]);
  find('keys', HTMLElement).replaceChildren(...rows, ...fixed);
}

showKeys();
find('help', HTMLButtonElement).addEventListener('click', () => cheatsheet.showModal());
find('close', HTMLButtonElement).addEventListener('click', () => cheatsheet.close());
comment.addEventListener('input', save);
find('form', HTMLFormElement).addEventListener('submit', (event) => event.preventDefault());
document.addEventListener('keydown', onKey);

if (!token.startsWith('rev_'))
  tell('Open the whole link that you were sent: it ends in a long token behind its # sign.');
else {
  try {
    show(await ask('GET', '/api/review'));
  } catch (error) {
    tellError(error);
  }
}
