// The page's own program: reads the form, asks the server, shows what it said. No framework and no build step; the
// types in comments are checked against the contracts by a test. Start here; api.js talks, *-view.js show.
import { ApiProblem, chat, decide, health, models, readiness, receipt, useKey } from './api.js';
import { decisionView } from './decision-view.js';
import { element, find } from './dom.js';
import { EXAMPLES } from './examples.js';
import { receiptView } from './receipt-view.js';
import { snippetsView } from './snippets.js';

/** Names that can stand in a snippet as they are. */
const PLAIN_NAME = /^[\w./:@-]+$/;
const STOP_NOTICED_MS = 500;

const form = find('request', HTMLFormElement);
const prompt = find('prompt', HTMLTextAreaElement);
const model = find('model', HTMLInputElement);
const useCase = find('use-case', HTMLInputElement);
const estimatedTokens = find('estimated-tokens', HTMLInputElement);
const stream = find('stream', HTMLInputElement);
const key = find('key', HTMLInputElement);
const keyField = find('key-field', HTMLElement);
const send = find('send', HTMLButtonElement);
const stop = find('stop', HTMLButtonElement);
const announcement = find('announcement', HTMLElement);
const problem = find('problem', HTMLElement);
const answer = find('answer', HTMLElement);
const reasoning = find('reasoning', HTMLElement);

/** The request that is running; a new one ends it. @type {AbortController | null} */
let running = null;
let needsKey = false;

/** @param {string} text */
function announce(text) {
  announcement.textContent = text;
}

const RESULTS = ['answer', 'receipt', 'decision'].map((id) => find(`${id}-section`, HTMLElement));

/** @param {string} id */
function reveal(id) {
  const isFirst = RESULTS.every((section) => section.hidden);
  const section = find(`${id}-section`, HTMLElement);
  section.hidden = false;
  // On a small screen results lie below the form, where nobody would see them arrive.
  if (isFirst && section.getBoundingClientRect().top > innerHeight) section.scrollIntoView();
}

/** @param {string} id @param {Node} content */
function fill(id, content) {
  find(id, HTMLElement).replaceChildren(content);
  reveal(id);
}

/** What is shown belongs to one request: nothing of the one before stays beside it. */
function clear() {
  for (const section of RESULTS) section.hidden = true;
  find('reasoning-section', HTMLElement).hidden = true;
  answer.textContent = '';
  reasoning.textContent = '';
  find('answer-source', HTMLElement).textContent = '';
  find('answer-end', HTMLElement).textContent = '';
  problem.hidden = true;
}

/** What comes from the sandbox must not be taken for a model's; once said it stays. */
function markSandbox() {
  find('sandbox', HTMLElement).hidden = false;
}

/** @param {unknown} error */
function showProblem(error) {
  const known = error instanceof ApiProblem ? error : new ApiProblem('page', String(error), null, null);
  if (known.code === 'missing_api_key' || known.code === 'invalid_api_key') askForKey();
  const status = known.status === null ? '' : ` (HTTP ${known.status})`;
  problem.replaceChildren(element('p', {}, element('code', {}, known.code), `${status} ${known.message}`));
  if (known.requestId !== null) problem.append(element('p', {}, 'Request id: ', element('code', {}, known.requestId)));
  problem.hidden = false;
}

function body() {
  /** @type {Record<string, unknown>} */
  const options = {};
  if (useCase.value.trim() !== '') options.use_case = useCase.value.trim();
  if (estimatedTokens.value !== '') options.estimated_tokens = Number(estimatedTokens.value);
  return {
    model: model.value.trim() || 'auto',
    messages: [{ role: 'user', content: prompt.value }],
    ...(stream.checked ? { stream: true } : {}),
    ...(Object.keys(options).length > 0 ? { alidade: options } : {}),
  };
}

/**
 * Runs one request at a time and shows what goes wrong with it.
 * @param {string} doing
 * @param {(signal: AbortSignal) => Promise<string>} work resolves with what was done, for screen readers too
 */
async function run(doing, work) {
  running?.abort();
  const controller = new AbortController();
  running = controller;
  clear();
  announce(doing);
  stop.hidden = false;
  try {
    announce(await work(controller.signal));
  } catch (error) {
    if (controller.signal.aborted) {
      if (running === controller) announce('Stopped.');
    } else {
      announce('');
      showProblem(error);
    }
  } finally {
    if (running === controller) {
      running = null;
      stop.hidden = true;
    }
  }
}

/** @param {AbortSignal} signal */
async function showDecision(signal) {
  const decision = await decide(body(), signal);
  fill('decision', decisionView(decision));
  return `Decided: ${decision.model ?? 'no model remains'}, ${decision.task_type}.`;
}

/** @param {Response} response */
function showHead(response) {
  if (response.headers.has('x-alidade-sandbox')) markSandbox();
  const deployment = response.headers.get('x-alidade-deployment');
  const label = [deployment, response.headers.get('x-alidade-sandbox')].filter((part) => part !== null).join(' - ');
  find('answer-source', HTMLElement).textContent = label;
}

/** @param {AbortSignal} signal */
async function showAnswer(signal) {
  /** @type {string | null} */
  let requestId = null;
  try {
    await chat(body(), signal, {
      onHead: (response) => {
        requestId = response.headers.get('x-request-id');
        showHead(response);
        if (response.ok) reveal('answer');
      },
      onText: (text) => answer.append(text),
      onReasoning: (text) => {
        find('reasoning-section', HTMLElement).hidden = false;
        reasoning.append(text);
      },
      onFinish: (reason) => {
        find('answer-end', HTMLElement).textContent = `finish reason: ${reason}`;
      },
    });
    return 'The answer is complete; its receipt follows.';
  } finally {
    if (requestId !== null) await showReceipt(requestId, signal);
  }
}

/**
 * Shows the receipt of a request that is over. One that was refused or stopped has a receipt too; one that was turned
 * away at the door has none.
 * @param {string} id
 * @param {AbortSignal} signal
 */
async function showReceipt(id, signal) {
  // The server writes the receipt of a stopped request when it has noticed that nobody listens any more.
  if (signal.aborted) await new Promise((resolve) => setTimeout(resolve, STOP_NOTICED_MS));
  const found = await receipt(id).catch((error) => {
    if (error instanceof ApiProblem) return error;
    throw error;
  });
  // What is shown may belong to the next request already.
  if (running !== null && running.signal !== signal) return;
  if (found instanceof ApiProblem) {
    fill('receipt', element('p', {}, `No receipt can be shown: ${found.message}`));
    return;
  }
  fill('receipt', receiptView(found));
  if (found.decision !== null) fill('decision', decisionView(found.decision));
}

function askForKey() {
  needsKey = true;
  keyField.hidden = false;
  showSnippets();
}

function showSnippets() {
  const name = model.value.trim();
  const setting = { origin: location.origin, model: PLAIN_NAME.test(name) ? name : 'auto', needsKey };
  find('snippets', HTMLElement).replaceChildren(...snippetsView(setting, announce));
}

async function showModels() {
  try {
    const { data } = await models();
    find('models', HTMLElement).replaceChildren(...data.map(({ id }) => element('option', { value: id })));
    problem.hidden = true;
  } catch (error) {
    if (error instanceof ApiProblem && error.code === 'missing_api_key') askForKey();
    else showProblem(error);
  }
}

async function showStatus() {
  const status = find('status', HTMLElement);
  try {
    const [{ version, sandbox }, { ready, degraded }] = await Promise.all([health(), readiness()]);
    if (sandbox) markSandbox();
    const state = ready ? 'ready' : 'not ready';
    status.textContent = `Version ${version}, ${state}${degraded.length > 0 ? `, degraded: ${degraded.join('; ')}` : ''}`;
    status.dataset.state = ready && degraded.length === 0 ? 'good' : 'bad';
  } catch {
    status.textContent = 'The server does not answer.';
    status.dataset.state = 'bad';
  }
}

function showExamples() {
  for (const example of EXAMPLES) {
    const button = element('button', { type: 'button' }, example.name);
    button.addEventListener('click', () => {
      prompt.value = example.prompt;
      estimatedTokens.value = example.estimatedTokens === undefined ? '' : String(example.estimatedTokens);
      announce(`Example: ${example.name}.`);
    });
    find('examples', HTMLElement).append(button);
  }
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void run('Deciding.', showDecision);
});
send.addEventListener('click', () => {
  if (form.reportValidity()) void run('Sending.', showAnswer);
});
stop.addEventListener('click', () => running?.abort());
model.addEventListener('change', showSnippets);
key.addEventListener('change', () => {
  useKey(key.value);
  void showModels();
});

showExamples();
showSnippets();
void showModels();
void showStatus();
