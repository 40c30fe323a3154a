import { describe, expect, test } from 'vitest';
import { sampleDecision, sampleReceipt } from '../../test/support/receipts.ts';
import type { Receipt } from '../contracts/receipt.ts';
import { ratedAnswer } from './rated-answer.ts';

describe('a rating', () => {
  test('is of the deployment that answered, in the cell of the request', () => {
    const receipt = sampleReceipt(1);
    expect(ratedAnswer(receipt)).toEqual({
      request_id: receipt.request_id,
      cell: { task: 'code_generation', language: 'en', length: 'short', use_case: 'support' },
      model: 'zhipu/glm-5.2',
      deployment: 'glm-5.2@zai',
      sandbox: receipt.sandbox,
    });
  });

  test('is of the fallback where that answered', () => {
    const [first] = sampleReceipt(1).attempts as [Receipt['attempts'][number]];
    const attempts = [
      { ...first, outcome: 'upstream_error' as const },
      { ...first, deployment: 'gpt-5.5@openai' },
    ];
    expect(ratedAnswer(sampleReceipt(1, { attempts })).model).toBe('openai/gpt-5.5');
  });

  test('is refused where nobody knows whose work it was, or which', () => {
    const refused: Partial<Receipt>[] = [
      { outcome: 'upstream_cut' },
      { outcome: 'continued' },
      { decision: null },
      { attempts: [] },
      { decision: { ...sampleDecision(1), task: 'unsure', config: null } },
    ];
    for (const change of refused) expect(() => ratedAnswer(sampleReceipt(1, change))).toThrow(/cannot be rated/);
  });
});
