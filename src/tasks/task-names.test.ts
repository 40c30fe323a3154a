import { describe, expect, test } from 'vitest';
import { LABELS, TASK_NAME_ALIASES, TASKS } from '../contracts/vocabulary.ts';
import { readTaskName } from './task-names.ts';

describe('readTaskName', () => {
  test('knows every task and every label by its own name', () => {
    for (const task of TASKS) expect(readTaskName(task)).toEqual({ kind: 'task', task });
    for (const label of LABELS) expect(readTaskName(label)).toEqual({ kind: 'label', label });
  });

  test("knows the article's names, also in capitals", () => {
    expect(readTaskName('creative_content')).toEqual({ kind: 'task', task: 'creative' });
    expect(readTaskName('chinese_language')).toEqual({ kind: 'label', label: 'cjk_language' });
    expect(readTaskName(' AGENTIC_TOOL_USE ')).toEqual({ kind: 'label', label: 'agentic_tools' });
    for (const alias of Object.keys(TASK_NAME_ALIASES)) expect(readTaskName(alias)).not.toBeNull();
  });

  test.each(['', 'poetry', 'unsure', 'constructor', '__proto__'])('knows nothing called %j', (name) => {
    expect(readTaskName(name)).toBeNull();
  });
});
