import { describe, expect, test } from 'vitest';
import { budgetOfEffort, effortOfBudget, isReasoningEffort, nearestEffort } from './reasoning-effort.ts';

const EFFORTS = ['minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;

describe('an effort', () => {
  test.each(EFFORTS)('%s comes back as itself from its budget', (effort) => {
    expect(effortOfBudget(budgetOfEffort(effort))).toBe(effort);
  });

  test('is never worth less than what Anthropic takes, and more than any lesser one', () => {
    const budgets = EFFORTS.map(budgetOfEffort);
    expect(Math.min(...budgets)).toBe(1024);
    expect(budgets.toSorted((a, b) => a - b)).toEqual(budgets);
  });

  test('that a model does not know becomes its nearest, the lesser of two', () => {
    expect(nearestEffort('max', ['low', 'medium', 'high'])).toBe('high');
    expect(nearestEffort('minimal', ['low', 'medium', 'high'])).toBe('low');
    expect(nearestEffort('medium', ['high', 'low'])).toBe('low');
    expect(nearestEffort('xhigh', ['low', 'xhigh'])).toBe('xhigh');
  });

  test('is known by its name only', () => {
    expect(isReasoningEffort('none')).toBe(false);
    expect(isReasoningEffort('high')).toBe(true);
  });
});
