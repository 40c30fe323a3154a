import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sampleReceipt } from '../../../test/support/receipts.ts';
import type { Receipt } from '../../contracts/receipt.ts';
import { testDeployment, testFacts } from '../../routing/test-world.ts';
import { LearnedFile } from './learned-file.ts';
import { Learning } from './learning.ts';

const GLM = testDeployment('glm-5.2@zai', 'zhipu/glm-5.2');
const FACTS = testFacts({ task: 'code_generation' });
const MINUTE = 60_000;

let folder: string;
let nowMs: number;
let problems: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'learned-'));
  nowMs = 0;
  problems = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const pathOf = (): string => join(folder, 'learned.json');

function open(): { learning: Learning; file: LearnedFile } {
  const learning = new Learning();
  const onProblem = (problem: string): void => void problems.push(problem);
  const file = new LearnedFile({ path: pathOf(), learning, monotonic: () => nowMs, onProblem });
  return { learning, file };
}

/** Answers by GLM of so many output tokens; the vendor counts a fifth more input than we estimate. */
function teach(learning: Learning, output: number, times = 8): void {
  const base = sampleReceipt(1);
  const usage = { ...base.usage, input_tokens: 480, output_tokens: output, cached_input_tokens: 120 };
  const attempt = { ...(base.attempts[0] as Receipt['attempts'][number]), usage };
  for (let i = 0; i < times; i += 1) {
    learning.record({ ...base, attempts: [attempt], usage }, null, () => 'zhipu', 0);
  }
  learning.publish();
}

const momentOf = (learning: Learning) => learning.momentOf(FACTS, null, [GLM], 0);

describe('what was learned', () => {
  test('is the same after a restart: dollars per kind of work and tokens per vendor', async () => {
    const before = open();
    teach(before.learning, 1_900);
    await before.file.close();
    const after = open();
    expect(momentOf(before.learning).learned).toMatchObject({ [GLM.id]: { output_tokens: 1_900 } });
    expect(momentOf(before.learning).token_ratios).toBeDefined();
    expect(momentOf(after.learning)).toEqual(momentOf(before.learning));
    expect(problems).toEqual([]);
  });

  test('goes on being learned from where it was', async () => {
    const before = open();
    teach(before.learning, 1_000, 10);
    await before.file.close();
    const after = open();
    teach(after.learning, 3_000, 10);
    expect(momentOf(after.learning).learned?.[GLM.id]?.output_tokens).toBe(2_000);
  });

  test('is written once a minute and only when it has changed', async () => {
    const { learning, file } = open();
    teach(learning, 900);
    await file.save();
    expect(readdirSync(folder)).toEqual([]);
    nowMs = MINUTE;
    await file.save();
    expect(statSync(pathOf()).mode & 0o777).toBe(0o600);
    rmSync(pathOf());
    nowMs = 3 * MINUTE;
    await file.save();
    expect(readdirSync(folder)).toEqual([]);
    teach(learning, 800, 1);
    await file.save();
    expect(readdirSync(folder)).toEqual(['learned.json']);
  });

  test('holds no text and no conversation', async () => {
    const { learning, file } = open();
    teach(learning, 900);
    await file.close();
    expect(Object.keys(JSON.parse(readFileSync(pathOf(), 'utf8')))).toEqual(['version', 'cells', 'tokenizers']);
  });

  test.each([
    ['no JSON', '{'],
    ['of another shape', '{"version":1,"cells":[{"key":"a","answers":-1}],"tokenizers":[]}'],
    ['of a later version', '{"version":2,"cells":[],"tokenizers":[]}'],
  ])('starts anew where the file is %s, which is kept aside and reported', (_, text) => {
    writeFileSync(pathOf(), text);
    expect(momentOf(open().learning).learned).toBeUndefined();
    expect(readdirSync(folder)).toEqual(['learned.json.broken']);
    expect(problems).toHaveLength(1);
  });

  test('costs nothing but a report where it cannot be written', async () => {
    const { learning, file } = open();
    teach(learning, 900);
    rmSync(folder, { recursive: true });
    await file.close();
    expect(problems[0]).toContain('cannot be written');
  });
});
