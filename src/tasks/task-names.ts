import { LABELS, type Label, TASK_NAME_ALIASES, TASKS, type Task } from '../contracts/vocabulary.ts';

/** What a name given for a task or a label means. */
export type NamedTask = { kind: 'task'; task: Task } | { kind: 'label'; label: Label };

const BY_NAME: ReadonlyMap<string, NamedTask> = new Map([
  ...TASKS.map((task): [string, NamedTask] => [task, { kind: 'task', task }]),
  ...LABELS.map((label): [string, NamedTask] => [label, { kind: 'label', label }]),
]);

/**
 * Reads a task or label name, also in the source article's words (`creative_content`, `chinese_language`) and its
 * enumeration's capitals; null where nothing is called so. A label may stand where a task is asked for: it then joins
 * the labels, and the text keeps deciding the class.
 */
export function readTaskName(name: string): NamedTask | null {
  const key = name.trim().toLowerCase();
  const canonical = Object.hasOwn(TASK_NAME_ALIASES, key) ? TASK_NAME_ALIASES[key] : key;
  return BY_NAME.get(canonical as string) ?? null;
}
