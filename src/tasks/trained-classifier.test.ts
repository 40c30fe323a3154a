import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { TASKS } from '../contracts/vocabulary.ts';
import { extractText } from './extract-text.ts';
import { createLinearClassifier, type LinearWeights } from './linear-classifier.ts';
import { testView } from './test-view.ts';
import { TRAINED_CLASSIFIER_VERSION, trainedClassifier } from './trained-classifier.ts';

const FILE = readFileSync(new URL('./text-weights.generated.json', import.meta.url), 'utf8');
const readWeights = (): LinearWeights => JSON.parse(FILE) as LinearWeights;

const classify = (text: string) => {
  const view = testView(text);
  return trainedClassifier(extractText(view), view);
};

describe('trainedClassifier', () => {
  test.each([
    ['Write a Python function that merges two sorted lists', 'code_generation'],
    ['用Python写一个快速排序函数', 'code_generation'],
    ['Solve 3x + 4 = 19 for x', 'quantitative'],
    ['求函数 f(x)=x^2-4x+1 的最小值', 'quantitative'],
    ['Write a poem about autumn', 'creative'],
    ['写一首关于秋天的诗', 'creative'],
    ['Which business model suits a bakery?', 'conversational'],
    ['为什么海水是咸的？', 'conversational'],
    ['Translate to German: "The shop opens at nine."', 'extraction'],
    ['Is this code vulnerable to SQL injection? query("SELECT * FROM t WHERE id=" + id)', 'security_review'],
  ])('%j is %s', (text, task) => {
    expect(classify(text).task).toBe(task);
  });

  test('lists all six classes, highest first, adding up to exactly 1, also where it is unsure', () => {
    for (const text of ['', 'hm', 'Write a poem', 'Solve x^2 = 2', '请检查合同', '\u0000\u0001', 'a'.repeat(5_000)]) {
      const { task, tasks } = classify(text);
      expect(new Set(tasks.map((entry) => entry.task))).toEqual(new Set(TASKS));
      expect(tasks.reduce((sum, { p }) => sum + p, 0)).toBe(1);
      expect(tasks.map(({ p }) => p)).toEqual(tasks.map(({ p }) => p).sort((a, b) => b - a));
      expect([tasks[0]?.task, 'unsure']).toContain(task);
    }
  });

  test('is unsure of nothing at all', () => {
    expect(classify('').task).toBe('unsure');
  });

  test('says the same of the same text, whatever was read between', () => {
    const first = classify('Explain why the sky is blue');
    classify('SELECT * FROM users; '.repeat(300));
    expect(classify('Explain why the sky is blue')).toEqual(first);
  });

  test.each([
    ['case', (text: string) => text.toUpperCase()],
    ['zero-width characters', (text: string) => [...text].join('\u200b')],
    [
      'full-width letters',
      (text: string) => text.replaceAll(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)),
    ],
    ['Cyrillic look-alikes', (text: string) => text.replaceAll('a', 'а').replaceAll('e', 'е').replaceAll('o', 'о')],
    ['combining accents', (text: string) => text.replaceAll(/([a-z])/g, '$1\u0301')],
    ['white space around', (text: string) => `${' \n'.repeat(4_000)}${text}${'\t'.repeat(4_000)}`],
  ])('does not see %s', (_, change) => {
    for (const text of ['Write a short story about a lighthouse', 'Calculate the area of a circle of radius 4']) {
      expect(classify(change(text)).tasks.slice(0, 2)).toEqual(classify(text).tasks.slice(0, 2));
    }
  });

  test('names the weights in every answer', () => {
    expect(classify('hello').version).toBe(TRAINED_CLASSIFIER_VERSION);
    expect(TRAINED_CLASSIFIER_VERSION).toMatch(/^text-[0-9a-f]{12}$/);
  });

  test('reads the turn before, lightly: a follow-up that says nothing leans towards it', () => {
    const pOfCode = (earlier: string): number => {
      const view = testView('and the same for the second one', {
        texts: [earlier, 'Here you are.', 'and the same for the second one'],
        messages: 3,
      });
      return trainedClassifier(extractText(view), view).tasks.find(({ task }) => task === 'code_generation')?.p ?? 0;
    };
    expect(pOfCode('Write a bash script that renames files')).toBeGreaterThan(pOfCode('Write a poem about the sea'));
  });

  test.each([
    ['nothing', ''],
    ['binary', '\u0000\u0001\ufffd\u0002'.repeat(5_000)],
    ['unpaired surrogates', '\ud800\udc00\udc00\ud800'.repeat(9_000)],
    ['one character fifty million times', 'x'.repeat(50_000_000)],
    ['white space fifty million times', ' '.repeat(50_000_000)],
    ['line breaks only', '\n'.repeat(1_000_000)],
    ['a letter a line', 'a\n'.repeat(500_000)],
    ['marks only', '{[("\'`$\\'.repeat(100_000)],
    ['ideographs without end', '法'.repeat(1_000_000)],
    ['mathematical letters', '𝐀𝐛𝟗'.repeat(100_000)],
  ])('gets a label or `unsure` in bounded time: %s', (_, text) => {
    // Joined strings are made flat by their first reading; bodies that came as JSON are flat from the start.
    expect(text.charCodeAt(text.length - 1)).not.toBe(0);
    const started = performance.now();
    const { task, tasks } = classify(text);
    expect(performance.now() - started).toBeLessThan(250);
    expect(tasks).toHaveLength(TASKS.length);
    expect([...TASKS, 'unsure']).toContain(task);
  });

  test('ten thousand turns cost no more than one', () => {
    const texts = Array.from({ length: 10_000 }, (_, index) => `turn ${index}`);
    const view = testView('turn 9999', { texts, messages: 10_000 });
    const started = performance.now();
    for (let i = 0; i < 20; i += 1) trainedClassifier(extractText(view), view);
    expect((performance.now() - started) / 20).toBeLessThan(20);
  });
});

describe('the weights file', () => {
  test('is under a megabyte', () => {
    expect(FILE.length).toBeLessThan(1_000_000);
  });

  test('is refused where it was trained for other features', () => {
    const other = { ...readWeights(), slots: 1_024 };
    expect(() => createLinearClassifier(other)).toThrow('trained for other features');
  });

  test('serves as many classifiers as are made of it, side by side', () => {
    const view = testView('Write a poem about autumn');
    const extracted = extractText(view);
    const other = readWeights();
    const changed = createLinearClassifier({
      ...other,
      weights: Buffer.from(other.weights, 'base64').fill(0).toString('base64'),
    });
    const before = trainedClassifier(extracted, view);
    const flat = changed(extracted, view);
    expect(before).toEqual(createLinearClassifier(readWeights())(extracted, view));
    expect(flat.task).toBe('unsure');
    expect(trainedClassifier(extracted, view)).toEqual(before);
    expect(changed(extracted, view)).toEqual(flat);
  });

  test('is read in under 50 ms even on a busy machine', () => {
    const times = Array.from({ length: 5 }, () => {
      const started = performance.now();
      createLinearClassifier(readWeights());
      return performance.now() - started;
    });
    expect(Math.min(...times)).toBeLessThan(50);
  });
});
