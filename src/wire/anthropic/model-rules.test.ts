import { describe, expect, test } from 'vitest';
import { modelRulesOf } from './model-rules.ts';

describe('a model is recognised by its upstream name', () => {
  test.each([
    ['claude-opus-4-8', 'claude-opus-4-8'],
    ['us.anthropic.claude-opus-4-8-v1:0', 'claude-opus-4-8'],
    ['anthropic/claude-opus-4.8', 'claude-opus-4-8'],
    ['claude-opus-4-5@20251101', 'claude-opus-4-5'],
    ['claude-haiku-4-5-20251001', 'claude-haiku-4-5'],
    ['claude-opus-4-20250514', 'claude-opus-4'],
    ['claude-opus-4-0', 'claude-opus-4'],
    ['Claude-Sonnet-5-5', 'claude-sonnet-5-5'],
    ['claude-3-haiku-20240307', 'claude-3'],
    ['claude-3.7-sonnet', 'claude-3-7'],
  ])('%s has the rules of %s', (name, same) => {
    expect(modelRulesOf(name)).toBe(modelRulesOf(same));
  });

  test('a version that the table does not know has those of the newest generation, not of its elder', () => {
    for (const name of ['claude-opus-4-9', 'claude-sonnet-6', 'claude-opus-5-7', 'claude-nova-1']) {
      expect(modelRulesOf(name)).toBe(modelRulesOf('claude-opus-5'));
    }
  });

  test('another vendor behind this dialect is not documented and is refused nothing', () => {
    expect(modelRulesOf('glm-5.2')).toMatchObject({
      documented: false,
      sampling: 'all',
      prefill: true,
      forcedToolChoice: 'yes',
    });
  });
});

describe('quirk 4: knobs of reasoning differ by model', () => {
  test.each([
    // model, adaptive, budget, off, thinks by default
    ['claude-fable-5-1', true, false, null, true],
    ['claude-opus-5-5', true, false, null, true],
    ['claude-opus-5', true, false, { type: 'disabled', withEffort: 'up_to_high' }, true],
    ['claude-sonnet-5-5', true, false, { type: 'between_tools', withEffort: 'up_to_high' }, true],
    ['claude-sonnet-5', true, false, { type: 'disabled', withEffort: 'any' }, true],
    ['claude-haiku-5-5', true, false, { type: 'disabled', withEffort: 'up_to_high' }, true],
    ['claude-opus-4-8', true, false, { type: 'disabled', withEffort: 'any' }, false],
    ['claude-opus-4-7', true, false, { type: 'disabled', withEffort: 'any' }, false],
    ['claude-opus-4-6', true, true, { type: 'disabled', withEffort: 'any' }, false],
    ['claude-opus-4-5', false, true, { type: 'disabled', withEffort: 'any' }, false],
    ['claude-haiku-4-5', false, true, { type: 'disabled', withEffort: 'any' }, false],
  ])('%s', (name, adaptive, budget, off, thinksByDefault) => {
    expect(modelRulesOf(name)).toMatchObject({ adaptive, budget, off, thinksByDefault });
  });

  test('quirk 3: sampling parameters are refused from Opus 4.7 on, one at a time is taken by 4.5', () => {
    expect(modelRulesOf('claude-opus-4-7').sampling).toBe('none');
    expect(modelRulesOf('claude-haiku-4-5').sampling).toBe('not_both');
    expect(modelRulesOf('claude-3-7-sonnet-latest').sampling).toBe('all');
  });

  test('quirk 24: prefill ends with Opus 4.6 and Sonnet 4.6', () => {
    expect(modelRulesOf('claude-opus-4-5').prefill).toBe(true);
    for (const name of ['claude-opus-4-6', 'claude-sonnet-4-6', 'claude-opus-5', 'claude-haiku-5-5']) {
      expect(modelRulesOf(name).prefill).toBe(false);
    }
  });

  test('quirk 16: a forced choice is refused by the 5.5 generation and beside a budget', () => {
    expect(modelRulesOf('claude-opus-5-5').forcedToolChoice).toBe('no');
    expect(modelRulesOf('claude-opus-5').forcedToolChoice).toBe('yes');
    expect(modelRulesOf('claude-opus-4-6').forcedToolChoice).toBe('without_budget');
  });
});
