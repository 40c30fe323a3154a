// The page of a reviewer: one item at a time, by keys or by mouse. What it is sent names nobody; it has nothing to hide.
// The token stands behind the hash sign of the link: it is kept in memory, taken out of the address, and stored nowhere.

const find = (id) => document.getElementById(id);
const token = location.hash.slice(1);
history.replaceState(null, '', location.pathname);

const AUTOSAVE_MS = 400;
const PAIR_KEYS = { a: 'left', b: 'right', t: 'tie', s: 'skip' };
const KEYS = [
  ['A, B', 'the left, the right text is better'],
  ['T', 'both are equally good'],
  ['S', 'skip; say why in the comment first'],
  ['1 to 5', 'rate the marked criterion'],
  ['up, down', 'mark another criterion'],
  ['Ctrl or Cmd + Enter', 'send the ratings and go on'],
  ['C', 'into the comment; Esc leaves it'],
  ['?', 'this list'],
];

let desk = null;
let scores = {};
let current = 0;
let saving = 0;

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

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

function tell(text) {
  find('message').textContent = text;
}

function show(next) {
  desk = next;
  const { done, left, next: item, kind, criteria } = desk;
  find('progress').textContent = `${done} judged, ${left} left`;
  find('item').hidden = item === null;
  if (item === null) {
    tell('Nothing is left to judge. Thank you.');
    return;
  }
  tell('');
  find('question').textContent = item.question;
  const names = kind === 'pairwise' ? ['A', 'B'] : ['Answer'];
  find('texts').replaceChildren(
    ...item.texts.map((text, index) => {
      const section = element('section', '', { 'aria-label': names[index] });
      section.append(element('h2', names[index]), element('pre', text));
      return section;
    }),
  );
  scores = { ...item.draft?.scores };
  find('comment').value = item.draft?.comment ?? '';
  find('saved').textContent = '';
  current = 0;
  showCriteria(kind, criteria);
  showChoices(kind);
  scrollTo(0, 0);
}

function showCriteria(kind, criteria) {
  const fieldset = find('criteria');
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
  fieldset.replaceChildren(fieldset.querySelector('legend'), ...rows);
  mark(current);
}

function mark(place) {
  const rows = [...document.querySelectorAll('.criterion')];
  current = Math.max(0, Math.min(place, rows.length - 1));
  for (const [index, row] of rows.entries()) row.classList.toggle('current', index === current);
}

function rate(place, points) {
  const criterion = desk.criteria[place];
  if (criterion === undefined) return;
  scores[criterion] = points;
  const input = document.querySelector(`input[name="criterion-${place}"][value="${points}"]`);
  if (input !== null) input.checked = true;
  mark(place + 1);
  save();
}

function showChoices(kind) {
  const choices =
    kind === 'pairwise'
      ? [
          ['left', 'A is better (A)'],
          ['right', 'B is better (B)'],
          ['tie', 'Equal (T)'],
          ['skip', 'Skip (S)'],
        ]
      : [
          ['rated', 'Send (Ctrl+Enter)'],
          ['skip', 'Skip (S)'],
        ];
  find('choices').replaceChildren(
    ...choices.map(([choice, text]) => {
      const button = element('button', text, { type: 'button' });
      button.addEventListener('click', () => vote(choice));
      return button;
    }),
  );
}

/** Kept a moment after the last change, so that nothing is lost when the page is closed. */
function save() {
  clearTimeout(saving);
  const item = desk?.next?.item;
  if (item === undefined) return;
  saving = setTimeout(() => {
    ask('POST', '/api/review/drafts', { item, scores, comment: find('comment').value })
      .then(() => {
        find('saved').textContent = 'Draft saved.';
      })
      .catch((error) => tell(error.message));
  }, AUTOSAVE_MS);
}

let sending = false;
async function vote(choice) {
  const item = desk?.next?.item;
  if (item === undefined || sending) return;
  const comment = find('comment').value;
  if (choice === 'skip' && comment.trim() === '') {
    tell('Say in the comment why you skip it.');
    find('comment').focus();
    return;
  }
  clearTimeout(saving);
  sending = true;
  try {
    show(
      await ask('POST', '/api/review/votes', { item, choice, comment, ...(desk.kind === 'rubric' ? { scores } : {}) }),
    );
  } catch (error) {
    tell(error.message);
  } finally {
    sending = false;
  }
}

function onKey(event) {
  const typing = event.target instanceof HTMLTextAreaElement;
  if (typing && event.key === 'Escape') event.target.blur();
  if (find('cheatsheet').open || desk?.next == null) return;
  if ((event.ctrlKey || event.metaKey) && event.key === 'Enter' && desk.kind === 'rubric') {
    event.preventDefault();
    void vote('rated');
    return;
  }
  // Keys without a modifier can be switched off, and never count while somebody writes.
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !find('shortcuts').checked) return;
  const action = actionOf(event.key.toLowerCase());
  if (action === null) return;
  // The key has been used up: it must not be typed into the field that the action moves to.
  event.preventDefault();
  action();
}

function actionOf(key) {
  if (key === '?') return () => find('cheatsheet').showModal();
  if (key === 'c') return () => find('comment').focus();
  if (key === 's') return () => void vote('skip');
  if (desk.kind === 'pairwise') return PAIR_KEYS[key] === undefined ? null : () => void vote(PAIR_KEYS[key]);
  if (/^[1-5]$/.test(key)) return () => rate(current, Number(key));
  return key === 'arrowup' || key === 'arrowdown' ? () => mark(current + (key === 'arrowup' ? -1 : 1)) : null;
}

find('keys').replaceChildren(...KEYS.flatMap(([key, what]) => [element('dt', key), element('dd', what)]));
find('help').addEventListener('click', () => find('cheatsheet').showModal());
find('close').addEventListener('click', () => find('cheatsheet').close());
find('comment').addEventListener('input', save);
find('form').addEventListener('submit', (event) => event.preventDefault());
document.addEventListener('keydown', onKey);

if (token === '') tell('Open the link that you were sent: it ends in a long token.');
else {
  try {
    show(await ask('GET', '/api/review'));
  } catch (error) {
    tell(error.message);
  }
}
