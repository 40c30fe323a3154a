import { describe, expect, test } from 'vitest';
import { TASKS } from '../contracts/vocabulary.ts';
import { extractText } from './extract-text.ts';
import { keywordClassifier } from './keyword-classifier.ts';
import { testView } from './test-view.ts';

const classify = (text: string) => {
  const view = testView(text);
  return keywordClassifier(extractText(view), view);
};

describe('keywordClassifier', () => {
  test.each([
    ['Implement a queue', 'code_generation'],
    ['def f(x)', 'code_generation'],
    ['a function that', 'code_generation'],
    ['Summarise this class action complaint', 'code_generation'],
    ['Please import my contacts', 'code_generation'],
    ['```python\nx', 'code_generation'],
    ['```javascript\nx', 'code_generation'],
    ['WRITE CODE for me', 'code_generation'],
    ['Debug this', 'code_generation'],
    ['Calculate the mean', 'quantitative'],
    ['compute it', 'quantitative'],
    ['Which formula?', 'quantitative'],
    ['derive it', 'quantitative'],
    ['I solved it', 'quantitative'],
    ['an equation', 'quantitative'],
    ['Which business model suits a bakery?', 'quantitative'],
    ['Write a poem about autumn', 'conversational'],
    ['definitely functional', 'conversational'],
    ['', 'conversational'],
    ['请计算平均值', 'conversational'],
  ])('%j is %s, as the article has it', (text, task) => {
    expect(classify(text).task).toBe(task);
  });

  test('asks for code before it asks for numbers', () => {
    expect(classify('implement the formula').task).toBe('code_generation');
  });

  test('gives all six classes, the chosen first, adding up to exactly 1', () => {
    for (const text of ['implement', 'calculate', 'hello']) {
      const { task, tasks } = classify(text);
      expect(tasks[0]?.task).toBe(task);
      expect(new Set(tasks.map((entry) => entry.task))).toEqual(new Set(TASKS));
      expect(tasks.reduce((sum, { p }) => sum + p, 0)).toBe(1);
      expect(tasks.map(({ p }) => p)).toEqual(tasks.map(({ p }) => p).sort((a, b) => b - a));
    }
  });
});
