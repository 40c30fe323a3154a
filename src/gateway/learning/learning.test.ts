import { describe, expect, test } from 'vitest';
import { sampleDecision, sampleReceipt } from '../../../test/support/receipts.ts';
import type { Receipt } from '../../contracts/receipt.ts';
import { testDeployment, testFacts } from '../../routing/test-world.ts';
import { type Conversation, conversationOf } from './conversation-id.ts';
import { Learning } from './learning.ts';

const GLM = testDeployment('glm-5.2@zai', 'zhipu/glm-5.2');
const GPT = testDeployment('gpt-5.5@openai', 'openai/gpt-5.5');
const ALL = [GLM, GPT];
const FACTS = testFacts({ task: 'code_generation' });
const makerOf = (id: string): string | null => ALL.find((deployment) => deployment.id === id)?.maker ?? null;

/** An answer by GLM to a code question, with what the vendor counted. */
function answered(output: number, more: { input?: number; cached?: number; receipt?: Partial<Receipt> } = {}): Receipt {
  const base = sampleReceipt(1);
  const usage = {
    ...base.usage,
    input_tokens: more.input ?? 400,
    output_tokens: output,
    cached_input_tokens: more.cached ?? 0,
  };
  const attempt = { ...(base.attempts[0] as Receipt['attempts'][number]), usage };
  return { ...base, attempts: [attempt], usage, ...more.receipt };
}

function taught(receipts: readonly Receipt[], conversation: Conversation | null = null): Learning {
  const learning = new Learning();
  for (const receipt of receipts) learning.record(receipt, conversation, makerOf, 0);
  learning.publish();
  return learning;
}

const momentOf = (learning: Learning, facts = FACTS, conversation: Conversation | null = null, nowMs = 0) =>
  learning.momentOf(facts, conversation, ALL, nowMs);

describe('what an answer takes', () => {
  test('is the mean of what vendors counted, once a few have answered and the epoch has passed', () => {
    const few = taught([1, 2, 3, 4].map(() => answered(1_000)));
    expect(momentOf(few).learned).toBeUndefined();
    const learning = new Learning();
    for (let i = 0; i < 10; i += 1)
      learning.record(answered(i % 2 === 0 ? 1_000 : 3_000, { cached: 100 }), null, makerOf, 0);
    expect(momentOf(learning).learned).toBeUndefined();
    learning.publish();
    expect(momentOf(learning).learned?.[GLM.id]).toEqual({ output_tokens: 2_000, cached_share: 0.25, calls: 1 });
  });

  test('of one who has not answered yet is the average, so that being new is no advantage', () => {
    const learning = taught(Array.from({ length: 10 }, () => answered(2_000, { cached: 400 })));
    expect(momentOf(learning).learned?.[GPT.id]).toEqual({ output_tokens: 2_000, cached_share: 0, calls: 1 });
  });

  test('is drawn from the kind of work to its language and length as answers come', () => {
    const german = { decision: { ...sampleDecision(1), language: 'de' } };
    const english = Array.from({ length: 100 }, () => answered(1_000));
    const few = taught([...english, ...Array.from({ length: 5 }, () => answered(9_000, { receipt: german }))]);
    const facts = testFacts({ task: 'code_generation', language: 'de' });
    const tokens = momentOf(few, facts).learned?.[GLM.id]?.output_tokens as number;
    expect(tokens).toBeGreaterThan(2_000);
    expect(tokens).toBeLessThan(9_000);
    expect(momentOf(few, testFacts({ task: 'creative' })).learned).toBeUndefined();
  });

  test('counts calls that were paid and did not answer', () => {
    const base = answered(500);
    const [good] = base.attempts as [Receipt['attempts'][number]];
    const broken = { ...good, outcome: 'upstream_cut' as const, usage_source: 'estimated' as const };
    const learning = taught(Array.from({ length: 10 }, () => ({ ...base, attempts: [broken, good] })));
    expect(momentOf(learning).learned?.[GLM.id]?.calls).toBe(2);
  });

  test('is not learned from estimates, refusals, failures and calls inside a request', () => {
    const base = answered(500);
    const [good] = base.attempts as [Receipt['attempts'][number]];
    const odd: readonly Partial<Receipt>[] = [
      { attempts: [{ ...good, usage_source: 'estimated' }] },
      { attempts: [{ ...good, outcome: 'refused_by_model' }] },
      { attempts: [] },
      { parent_id: 'req_parent' },
      { decision: null },
      { operation: 'embeddings' },
    ];
    expect(
      momentOf(taught(odd.flatMap((change) => Array.from({ length: 9 }, () => ({ ...base, ...change }))))).learned,
    ).toBeUndefined();
  });
});

describe('how vendors count', () => {
  test('becomes factors on our estimates, for all models of the maker', () => {
    const estimated = sampleDecision(1).estimated_tokens;
    const learning = taught(Array.from({ length: 60 }, () => answered(500, { input: estimated * 2 })));
    const ratios = momentOf(learning).token_ratios;
    expect(ratios?.[GLM.id]?.mean).toBeCloseTo(2, 1);
    expect(ratios?.[GLM.id]?.trust).toBe(1);
    expect(ratios?.[GPT.id]).toBeUndefined();
  });

  test('is not learned from sandbox programs nor from pictures', () => {
    const pictures = {
      ...sampleDecision(1),
      request: { model: 'auto', tokens_p95: 1, modalities: ['image'] as const },
    };
    const learning = taught([
      ...Array.from({ length: 60 }, () => answered(500, { receipt: { sandbox: true } })),
      ...Array.from({ length: 60 }, () => answered(500, { receipt: { decision: pictures } })),
    ]);
    expect(momentOf(learning).token_ratios).toBeUndefined();
  });
});

describe('which conversation a request belongs to', () => {
  const user = (content: unknown) => ({ role: 'user', content });
  const answer = { role: 'assistant', content: 'Yes.' };
  const of = (
    messages: readonly unknown[],
    more: object = {},
    key: string | null = 'k',
    session: string | null = null,
  ) => conversationOf({ messages, ...more }, session, key) as Conversation;

  test('is the same from turn to turn, and goes on once the request holds an answer', () => {
    const first = of([{ role: 'system', content: 'Be brief.' }, user('Is it?')]);
    const second = of([{ role: 'system', content: 'Be brief.' }, user('Is it?'), answer, user('Why?')]);
    expect(second.id).toBe(first.id);
    expect([first.continued, second.continued]).toEqual([false, true]);
    const parts = [{ type: 'text', text: 'Is it?' }];
    const anthropic = [user(parts), answer, user('Why?')];
    expect(of(anthropic, { system: 'Be brief.' }).id).toBe(of([user(parts)], { system: 'Be brief.' }).id);
  });

  test('differs by key, system prompt, first turn and length of it', () => {
    const ids = [
      of([user('Is it?')]),
      of([user('Is it?')], {}, 'other'),
      of([user('Is it?')], { system: 'Be brief.' }),
      of([user('Is it so?')]),
      of([user('x'.repeat(600))]),
      of([user('x'.repeat(601))]),
    ].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('is what the caller says: header, prompt_cache_key, metadata.user_id, in this order', () => {
    const stated = { prompt_cache_key: 'c', metadata: { user_id: 'u' } };
    const header = of([user('a')], stated, 'k', 's');
    expect(header).toEqual(of([user('b')], {}, 'k', 's'));
    expect(header.continued).toBe(true);
    expect(of([user('a')], stated)).toEqual(of([user('b')], { prompt_cache_key: 'c' }));
    expect(of([user('a')], { metadata: { user_id: 'u' } })).toEqual(of([user('b')], { metadata: { user_id: 'u' } }));
    expect(of([user('a')], stated, 'k', 's').id).not.toBe(of([user('a')], stated, 'other', 's').id);
  });

  test('is none where there are no turns, whatever stands there instead', () => {
    for (const messages of [undefined, 'text', [], [null], [{}], [{ role: 'system', content: 'x' }]]) {
      expect(conversationOf({ messages }, null, null)).toBeNull();
    }
    expect(conversationOf({ messages: [user(42), user(null), user([null, 7])] }, null, null)).not.toBeNull();
  });
});

describe('a conversation', () => {
  const started = { id: 1, continued: false };
  const goesOn = { id: 1, continued: true };

  test('stays with who answered, for an hour, once it goes on', () => {
    const learning = taught([answered(500)], started);
    expect(momentOf(learning, FACTS, goesOn).session).toBe(GLM.id);
    expect(momentOf(learning, FACTS, started).session).toBeNull();
    expect(momentOf(learning, FACTS, { id: 2, continued: true }).session).toBeNull();
    expect(momentOf(learning, FACTS, goesOn, 3_600_001).session).toBeNull();
  });

  test('is not held by who failed, refused or never answered', () => {
    for (const outcome of ['upstream_error', 'refused_by_model', 'client_gone', 'timeout'] as const) {
      expect(momentOf(taught([answered(500, { receipt: { outcome } })], started), FACTS, goesOn).session).toBeNull();
    }
  });
});
