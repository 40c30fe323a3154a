import { AppError } from '../contracts/errors.ts';
import { OPTION_HEADER_NAMES, type RequestHeaders } from '../contracts/gateway-request.ts';
import {
  LABELS,
  type Label,
  OBJECTIVE_MODES,
  OBLIGATIONS,
  type ObjectiveMode,
  type Obligation,
  TASK_NAME_ALIASES,
  TASKS,
  type Task,
} from '../contracts/vocabulary.ts';
import { nearestNames } from '../lib/edit-distance.ts';
import { readTaskName } from '../tasks/task-names.ts';

/** What a caller may say about its request, in headers or in the body's `alidade`; it can narrow and never widen. */
export interface RequestOptions {
  useCase: string | null;
  task: Task | null;
  labels: readonly Label[];
  objective: ObjectiveMode | null;
  obligations: readonly Obligation[];
  deadlineMs: number | null;
  estimatedTokens: number | null;
  strict: boolean;
  /** What the caller calls the conversation that this is part of. */
  session: string | null;
  receiptInAnswer: boolean;
}

const MEMBERS: ReadonlySet<string> = new Set([
  'use_case',
  'task',
  'labels',
  'objective',
  'obligations',
  'deadline_ms',
  'estimated_tokens',
  'strict',
  'session',
  'receipt',
]);

const NO_LABELS: readonly Label[] = [];
const NO_OBLIGATIONS: readonly Obligation[] = [];

const TASK_NAMES: readonly string[] = [...TASKS, ...LABELS, ...Object.keys(TASK_NAME_ALIASES)];

const invalid = (name: string, message: string): AppError =>
  new AppError('invalid_request', message, { param: `alidade.${name}` });

function text(options: Readonly<Record<string, unknown>>, name: string, header: string | null): string | null {
  const value = options[name];
  if (value === undefined || value === null) return header;
  if (typeof value !== 'string') throw invalid(name, `alidade.${name} must be a string.`);
  return value;
}

function positive(options: Readonly<Record<string, unknown>>, name: string, header: string | null): number | null {
  const value = options[name] ?? (header === null ? null : Number(header));
  if (value === null) return null;
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) {
    throw invalid(name, `alidade.${name} must be a number above 0.`);
  }
  return value;
}

const FLAGS: Readonly<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false };

function flag(options: Readonly<Record<string, unknown>>, name: string, header: string | null): boolean {
  const value = options[name] ?? (header === null ? null : (FLAGS[header] ?? header));
  if (value === null) return false;
  if (typeof value !== 'boolean') throw invalid(name, `alidade.${name} must be true or false.`);
  return value;
}

function names(options: Readonly<Record<string, unknown>>, name: string, header: string | null): readonly string[] {
  const value = options[name];
  if (value === undefined || value === null) {
    return header === null
      ? []
      : header
          .split(',')
          .map((part) => part.trim())
          .filter((part) => part !== '');
  }
  const list = typeof value === 'string' ? [value] : value;
  if (!Array.isArray(list) || !list.every((entry) => typeof entry === 'string')) {
    throw invalid(name, `alidade.${name} must be a list of strings.`);
  }
  return list;
}

/** The nearest name, or all there are. */
function hint(name: string, near: readonly string[], all: readonly string[]): string {
  const [nearest] = nearestNames(name, near, 1);
  return nearest === undefined ? `There are ${all.join(', ')}.` : `Did you mean ${nearest}?`;
}

/** A label may stand where a task is asked for: the article's table mixes both. */
function readTask(name: string | null, labels: Label[]): Task | null {
  if (name === null) return null;
  const known = readTaskName(name);
  if (known === null)
    throw invalid('task', `There is no task ${JSON.stringify(name)}. ${hint(name, TASK_NAMES, TASKS)}`);
  if (known.kind === 'task') return known.task;
  labels.push(known.label);
  return null;
}

function readLabel(name: string): Label {
  const known = readTaskName(name);
  if (known?.kind === 'label') return known.label;
  throw invalid('labels', `There is no label ${JSON.stringify(name)}. ${hint(name, LABELS, LABELS)}`);
}

function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  if ((allowed as readonly string[]).includes(value)) return value as T;
  throw invalid(name, `alidade.${name} must be one of ${allowed.join(', ')}.`);
}

function unknownHeader(name: string): AppError {
  const prefix = 'x-alidade-';
  const [near] = nearestNames(
    name.slice(prefix.length),
    OPTION_HEADER_NAMES.map((known) => known.slice(prefix.length)),
    1,
  );
  const meant =
    near === undefined
      ? `There are ${OPTION_HEADER_NAMES.join(', ')}; other options stand in the body under alidade.`
      : `Did you mean ${prefix}${near}?`;
  const message = `${name} is not a header of Alidade. ${meant}`;
  return new AppError('invalid_request', message, { param: name });
}

const NO_OPTIONS: RequestOptions = Object.freeze({
  useCase: null,
  task: null,
  labels: NO_LABELS,
  objective: null,
  obligations: NO_OBLIGATIONS,
  deadlineMs: null,
  estimatedTokens: null,
  strict: false,
  session: null,
  receiptInAnswer: false,
});

const saysNothing = (headers: RequestHeaders): boolean =>
  headers.useCase === null &&
  headers.task === null &&
  headers.labels === null &&
  headers.objective === null &&
  headers.deadlineMs === null &&
  headers.strict === null &&
  headers.session === null &&
  headers.estimatedTokens === null;

/**
 * Reads the options of a request; the body's `alidade` wins over a header of the same meaning.
 * @throws AppError invalid_request naming the member
 */
export function readOptions(body: Readonly<Record<string, unknown>>, headers: RequestHeaders): RequestOptions {
  if (headers.unknown !== null) throw unknownHeader(headers.unknown);
  const given = Object.keys(body);
  if (given.length === 0 && saysNothing(headers)) return NO_OPTIONS;
  for (const name of given) {
    if (!MEMBERS.has(name)) {
      throw invalid(name, `alidade.${name} is not an option; there are ${[...MEMBERS].join(', ')}.`);
    }
  }
  const labels: Label[] = names(body, 'labels', headers.labels).map(readLabel);
  const task = readTask(text(body, 'task', headers.task), labels);
  const objective = text(body, 'objective', headers.objective);
  return {
    useCase: text(body, 'use_case', headers.useCase),
    task,
    labels,
    objective: objective === null ? null : oneOf('objective', objective, OBJECTIVE_MODES),
    obligations: names(body, 'obligations', null).map((name) => oneOf('obligations', name, OBLIGATIONS)),
    deadlineMs: positive(body, 'deadline_ms', headers.deadlineMs),
    estimatedTokens: positive(body, 'estimated_tokens', headers.estimatedTokens),
    strict: flag(body, 'strict', headers.strict),
    session: text(body, 'session', headers.session),
    receiptInAnswer: flag(body, 'receipt', null),
  };
}
