import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import type { Call } from '../../contracts/call.ts';
import type { Sample } from '../../contracts/evaluation.ts';
import { parseReviewRequest, parseVote, type ReviewDesk } from '../../contracts/review.ts';
import type { StreamPart } from '../../contracts/stream-part.ts';
import type { RunResult } from '../results/run-result.ts';
import { additionSuite, createAdder, questionIn } from '../runner/resume-fixture.ts';
import { planRun } from '../runner/run-plan.ts';
import { numericScorer } from '../scorers/text-scorers.ts';
import { createMask } from './mask.ts';
import { type CreatedReview, ReviewBoard } from './review-desk.ts';

const SUITE = additionSuite(12);

/** A run whose answers say good or bad, and whose they are. */
function run(id: string, text: (index: number) => string): { result: RunResult; samples: readonly Sample[] } {
  const plan = planRun(SUITE, numericScorer, {
    ...{ deployment: id, seed: 1, limit: null, budgetUsd: null },
    model: 'zhipu/glm-5.2',
  });
  const samples = SUITE.samples.map((sample, index) => ({
    ...{ sample: sample.id, state: 'correct' as const, value: 1, parsed: null, explanation: '', receiptId: null },
    ...{ attempts: 1, costUsd: 0, totalMs: 1, firstTokenMs: 1, cluster: null },
    answer: { text: text(index), toolCalls: [], finish: 'stop' as const, refusalSignal: false },
  }));
  return {
    result: { run: id, plan, done: null, samples, sandbox: true } as unknown as RunResult,
    samples: SUITE.samples,
  };
}

const RUNS: Record<string, ReturnType<typeof run>> = {
  run_A: run('run_A', (index) => `As an AI language model made by Zhipu, GLM-5.2 says: poor ${index}`),
  run_B: run('run_B', (index) => `ChatGPT here. Fine ${index}`),
};

interface Opened {
  board: ReviewBoard;
  directory: string;
  events: { event: string; details: Record<string, unknown> }[];
}

function open(
  call: Call = createAdder(),
  read: (id: string) => ReturnType<typeof run> = (id) => RUNS[id] as ReturnType<typeof run>,
): Opened {
  const events: Opened['events'] = [];
  const directory = join(temporaryFolder(), 'reviews');
  const board = new ReviewBoard({
    ...{ directory, call, now: () => 1_000, names: () => ['zhipu/glm-5.2', 'openai/gpt-5.5'] },
    read,
    record: (event, _actor, details) => events.push({ event, details }),
  });
  return { board, directory, events };
}

const request = (more: object = {}) =>
  parseReviewRequest({ runs: ['run_A', 'run_B'], reviewers: ['ann', 'bob'], raters_per_item: 2, ...more });
const tokenOf = ({ links }: CreatedReview, reviewer: string): string =>
  (links.find((link) => link.reviewer === reviewer)?.path ?? '').replace('/review#', '');

/** Judges everything that is open by what the texts say. */
function judgeAll(board: ReviewBoard, token: string, choose: (desk: ReviewDesk) => string): number {
  let count = 0;
  for (let desk = board.desk(token); desk.next !== null; count++) {
    desk = board.vote(token, parseVote({ item: desk.next.item, choice: choose(desk), comment: 'because' }));
  }
  return count;
}
const finer = ({ next }: ReviewDesk): string => (next?.texts[0]?.includes('Fine') === true ? 'left' : 'right');

describe('masking', () => {
  const mask = createMask([
    'zhipu/glm-5.2',
    'openai/gpt-5.5',
    'mistral/mistral-large-3',
    'anthropic/claude-4-opus',
    'cohere/command',
  ]);

  it.each([
    ['I am GLM-5.2 from Zhipu.', /glm|zhipu/i],
    ['ChatGPT, gpt-4o and GPT 5.5 by OpenAI', /gpt|openai/i],
    ['As an AI language model developed by Anthropic, I cannot', /language model|anthropic/i],
    ['Mistral Large 3 and claude-4-opus', /mistral|claude/i],
    ['作为一个人工智能助手，我', /人工智能/],
    ['My knowledge cutoff is April 2024.', /cutoff|2024/],
    ['SANDBOX: not an AI model. A fixed program', /SANDBOX/],
  ])('leaves nothing that tells whose %j is', (text, telling) => {
    expect(mask(text)).not.toMatch(telling);
  });

  it('leaves ordinary words alone', () => {
    const text = 'Run the command; the large base of code is in the opus folder. An agptx and a claudet are no names.';
    expect(mask(text)).toBe(text);
  });
});

describe('a blind review', () => {
  it('shows texts without names on sides that differ between reviewers, and tells nobody whose they are', () => {
    const { board, directory } = open();
    const created = board.create(request(), 'boss');
    const sides = ['ann', 'bob'].map((reviewer) => {
      const seen: string[] = [];
      const token = tokenOf(created, reviewer);
      for (let desk = board.desk(token); desk.next !== null; ) {
        const { item, question, texts } = desk.next;
        expect(JSON.stringify(desk)).not.toMatch(/glm|zhipu|gpt|run_A|run_B|language model/i);
        expect(question).toContain('+ 1');
        seen.push(texts[0]?.includes('Fine') === true ? 'left' : 'right');
        desk = board.vote(token, parseVote({ item, choice: 'tie' }));
      }
      return seen;
    });
    for (const side of sides) expect(new Set(side).size).toBe(2);
    expect(sides[0]).not.toEqual(sides[1]);
    const votes = readFileSync(join(directory, created.review, 'votes.jsonl'), 'utf8');
    expect(votes).not.toMatch(/run_|sum\//);
    expect(JSON.stringify(board.progress(created.review))).not.toContain('"preference"');
    expect(() => board.result(created.review)).toThrow(/blind until/);
  });

  it('opens its seal only with a reason and on record, and then says who is better', () => {
    const { board, events } = open();
    const created = board.create(request(), 'boss');
    for (const reviewer of ['ann', 'bob']) expect(judgeAll(board, tokenOf(created, reviewer), finer)).toBe(12);
    expect(() => board.unblind(created.review, ' ', 'boss')).toThrow(/Say why/);
    const result = board.unblind(created.review, 'all votes are in', 'boss');
    expect(result.preference).toMatchObject({ wins: 24, losses: 0, ties: 0, verdict: 'better', estimate: 1 });
    expect(result.strengths.find(({ run: id }) => id === 'run_B')?.log_strength).toBeGreaterThan(0);
    expect(result.agreement[0]).toMatchObject({ items: 12, criterion: null });
    expect(events.at(-1)).toMatchObject({
      event: 'review_unblinded',
      details: { reason: 'all votes are in', votes: 24 },
    });
    expect(board.result(created.review).unblinded).toMatchObject({ by: 'boss' });
    const token = tokenOf(created, 'ann');
    expect(() => board.vote(token, parseVote({ item: 'item-1', choice: 'tie' }))).toThrow(/closed/);
  });

  it('notices that its seal was changed', () => {
    const { board, directory } = open();
    const { review } = board.create(request(), 'boss');
    const path = join(directory, review, 'sealed.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"of":[0,1]', '"of":[1,0]'));
    expect(() => board.unblind(review, 'now', 'boss')).toThrow(/seal of this review was broken/);
  });

  it('wants so many votes on an item and no more, and one of each reviewer', () => {
    const { board } = open();
    const created = board.create(request({ reviewers: ['ann', 'bob', 'cid'], raters_per_item: 1 }), 'boss');
    expect(judgeAll(board, tokenOf(created, 'ann'), finer)).toBe(12);
    expect(board.desk(tokenOf(created, 'bob')).next).toBeNull();
    const again = () => board.vote(tokenOf(created, 'ann'), parseVote({ item: 'item-1', choice: 'tie' }));
    expect(again).toThrow(/already/);
    expect(board.progress(created.review)).toMatchObject({ complete: 12, votes: 12 });
  });

  it('gives items that were skipped to others, with the reason', () => {
    const { board } = open();
    const created = board.create(request({ raters_per_item: 1, size: 1 }), 'boss');
    judgeAll(board, tokenOf(created, 'ann'), () => 'skip');
    expect(board.desk(tokenOf(created, 'bob')).left).toBe(1);
    expect(board.progress(created.review).skip_reasons).toEqual(['because']);
    expect(() => parseVote({ item: 'item-1', choice: 'skip' })).toThrow(/say why/);
  });

  it('tells from gold items how carefully somebody reads, and counts them for nobody', () => {
    const { board } = open();
    const gold = [{ question: 'Two and two?', better: 'Fine: four', worse: 'poor: five' }];
    const created = board.create(request({ gold }), 'boss');
    judgeAll(board, tokenOf(created, 'ann'), finer);
    judgeAll(board, tokenOf(created, 'bob'), (desk) => (finer(desk) === 'left' ? 'right' : 'left'));
    const result = board.unblind(created.review, 'done', 'boss');
    expect(result.reviewers.map(({ gold_right: right, gold_seen: seen }) => [right, seen])).toEqual([
      [1, 1],
      [0, 1],
    ]);
    expect(result.preference).toMatchObject({ wins: 12, losses: 12 });
    // Both contradict each other everywhere: agreement is as far below chance as it can be.
    expect(result.agreement[0]?.estimate).toBeCloseTo(-1);
  });

  it('keeps a draft for its reviewer alone', () => {
    const { board } = open();
    const created = board.create(request(), 'boss');
    const token = tokenOf(created, 'ann');
    const item = board.desk(token).next?.item ?? '';
    board.draft(token, { item, scores: {}, comment: 'half a thought' });
    expect(board.desk(token).next?.draft).toMatchObject({ comment: 'half a thought' });
    expect(JSON.stringify(board.desk(tokenOf(created, 'bob')))).not.toContain('half a thought');
  });

  it('lets nobody in by a token that is not one', () => {
    const { board, directory } = open();
    const created = board.create(request(), 'boss');
    const token = tokenOf(created, 'ann');
    for (const wrong of ['', token.slice(0, -1), `${token.slice(0, -2)}xx`, token.replace('rev_', '../'), 'rev_x.y']) {
      expect(() => board.desk(wrong)).toThrow(/link is not valid/);
    }
    expect(readFileSync(join(directory, created.review, 'reviewers.json'), 'utf8')).not.toContain(token);
  });

  it('rates each answer by itself where a rubric is wanted', () => {
    const { board } = open();
    const created = board.create(request({ kind: 'rubric', criteria: ['correct', 'clear'], size: 5 }), 'boss');
    const token = tokenOf(created, 'ann');
    for (let desk = board.desk(token); desk.next !== null; ) {
      const points = desk.next.texts[0]?.includes('Fine') === true ? 5 : 2;
      expect(desk.next.texts).toHaveLength(1);
      const vote = { item: desk.next.item, choice: 'rated', scores: { correct: points, clear: 3 } };
      expect(() => board.vote(token, parseVote({ ...vote, scores: { correct: 1 } }))).toThrow(/every criterion/);
      desk = board.vote(token, parseVote(vote));
    }
    const { ratings } = board.unblind(created.review, 'done', 'boss');
    expect(ratings.map(({ run: id, criterion, estimate }) => [id, criterion, estimate])).toEqual([
      ['run_A', 'correct', 2],
      ['run_A', 'clear', 3],
      ['run_B', 'correct', 5],
      ['run_B', 'clear', 3],
    ]);
    // All the same on five items is no certainty.
    for (const { low, high, estimate } of ratings) expect(high - low).toBeGreaterThan(estimate === 3 ? 2 : 0.9);
  });

  it('compares a judge with the experts on the same masked pairs', async () => {
    const asked: string[] = [];
    // A judge that always takes the first: its verdict changes with the order, so each becomes a tie.
    const call: Call = async (chat) => {
      asked.push(questionIn(chat));
      async function* parts(): AsyncGenerator<StreamPart> {
        yield { type: 'text-delta', choice: 0, text: 'Verdict: FIRST' };
        yield { type: 'finish', choice: 0, reason: 'stop', vendorReason: null, stopSequence: null };
        yield { type: 'end' };
      }
      return { ...(await createAdder()(chat, {} as never)), parts: parts() };
    };
    const { board } = open(call);
    const created = board.create(request(), 'boss');
    for (const reviewer of ['ann', 'bob']) judgeAll(board, tokenOf(created, reviewer), finer);
    const told: number[] = [];
    const work = board.judge(created.review, { deployment: 'sandbox/x' }, 'boss');
    await work(({ done }) => told.push(done), new AbortController().signal);
    const { judge } = board.progress(created.review);
    expect(told).toEqual(Array.from({ length: 13 }, (_, index) => index));
    expect(judge).toMatchObject({ deployment: 'sandbox/x', items: 12, flipped: 12, kappa: { estimate: 0 } });
    expect(asked).toHaveLength(24);
    for (const prompt of asked) expect(prompt).not.toMatch(/glm|zhipu|gpt/i);
    // What was judged is not paid again.
    await board.judge(
      created.review,
      { deployment: 'sandbox/x' },
      'boss',
    )(() => undefined, new AbortController().signal);
    expect(asked).toHaveLength(24);
  });

  it('stops a judge at its cost limit, keeps what was paid, and goes on from there', async () => {
    let calls = 0;
    const call: Call = async (chat, options) => {
      calls += 1;
      expect(options.budget.usd).not.toBeNull();
      async function* parts(): AsyncGenerator<StreamPart> {
        yield { type: 'text-delta', choice: 0, text: 'Verdict: TIE' };
        yield { type: 'finish', choice: 0, reason: 'stop', vendorReason: null, stopSequence: null };
        yield { type: 'end' };
      }
      return { ...(await createAdder({ costUsd: 0.1 })(chat, {} as never)), parts: parts() };
    };
    const { board } = open(call);
    const { review } = board.create(request(), 'boss');
    const judge = (budget_usd: number) =>
      board.judge(
        review,
        { deployment: 'sandbox/x', budget_usd },
        'boss',
      )(() => undefined, new AbortController().signal);
    await judge(1);
    const first = board.progress(review).judge;
    expect(first).toMatchObject({ stopped: 'budget' });
    expect(first?.cost_usd).toBeLessThanOrEqual(1.0001);
    await judge(100);
    expect(board.progress(review).judge).toMatchObject({ stopped: 'complete', cost_usd: expect.closeTo(2.4) });
    expect(calls).toBe(24);
  });

  it('shows the whole conversation that was judged, masked, to reviewers and to a judge alike', async () => {
    const asked: string[] = [];
    const call: Call = async (chat) => {
      asked.push(questionIn(chat));
      return createAdder()(chat, {} as never);
    };
    const talked = {
      turns: [
        { role: 'system', parts: [{ type: 'text', text: 'You are GLM-5.2 and brief.' }] },
        { role: 'user', parts: [{ type: 'text', text: 'How tall is it?' }] },
        {
          role: 'assistant',
          parts: [
            { type: 'reasoning', text: 'hidden' },
            { type: 'tool-call', id: '1', name: 'measure', arguments: '{"of":"it"}' },
          ],
        },
        { role: 'tool', results: [{ type: 'tool-result', id: '1', parts: [{ type: 'text', text: '12 m' }] }] },
        { role: 'user', parts: [{ type: 'text', text: 'And in feet?' }] },
      ],
      ...{ tools: [], maxOutputTokens: 16, temperature: 0 },
    } as const;
    const given = Object.values(RUNS).map(({ result, samples }) => ({
      result,
      samples: samples.map((sample) => ({ ...sample, input: talked })),
    }));
    const { board } = open(call, (id) => given[id === 'run_A' ? 0 : 1] as ReturnType<typeof run>);
    const created = board.create(request({ size: 1 }), 'boss');
    const shown = board.desk(tokenOf(created, 'ann')).next;
    expect(shown?.question).toBe('And in feet?');
    expect(shown?.earlier).toEqual([
      { role: 'system', text: 'You are [model] and brief.' },
      { role: 'user', text: 'How tall is it?' },
      { role: 'assistant', text: 'measure({"of":"it"})' },
      { role: 'tool', text: '12 m' },
    ]);
    await board.judge(created.review, { deployment: 'x' }, 'boss')(() => undefined, new AbortController().signal);
    expect(asked[0]).toContain('[tool]\n12 m');
    expect(asked[0]).not.toMatch(/glm/i);
  });

  it('keeps why a judge gave no verdict, and counts it', async () => {
    const { board } = open();
    const created = board.create(request({ size: 3 }), 'boss');
    for (const reviewer of ['ann', 'bob']) judgeAll(board, tokenOf(created, reviewer), finer);
    // What adds numbers gives no verdict.
    await board.judge(created.review, { deployment: 'x' }, 'boss')(() => undefined, new AbortController().signal);
    const { judge } = board.progress(created.review);
    expect(judge).toMatchObject({ no_verdict: 3, items: 0, kappa: null });
    expect(judge?.failures.reduce((sum, { count }) => sum + count, 0)).toBe(3);
    expect(judge?.failures[0]?.reason).toMatch(/\S/);
  });

  it('reads its verdict by the margin that the runs were planned with', () => {
    const wide = (id: string) => {
      const { result, samples } = RUNS[id] as ReturnType<typeof run>;
      return { result: { ...result, plan: { ...result.plan, margin: 0.9 } }, samples };
    };
    const votes = (board: ReviewBoard) => {
      const created = board.create(request({ raters_per_item: 1 }), 'boss');
      expect(created.margin).toBe(board === narrow ? 0.05 : 0.9);
      judgeAll(board, tokenOf(created, 'ann'), () => 'tie');
      return board.unblind(created.review, 'done', 'boss').preference;
    };
    const narrow = open().board;
    expect(votes(narrow)?.verdict).toBe('not_enough_data');
    expect(votes(open(undefined, wide).board)?.verdict).toBe('equivalent');
  });

  it('calls agreement undefined where all say one and the same, with how many votes are alike', () => {
    const { board } = open();
    const created = board.create(request(), 'boss');
    for (const reviewer of ['ann', 'bob']) judgeAll(board, tokenOf(created, reviewer), () => 'tie');
    const { agreement } = board.progress(created.review);
    expect(agreement).toEqual([{ estimate: null, low: null, high: null, agreed: 1, items: 12, criterion: null }]);
    const { strengths, strengths_over: over } = board.unblind(created.review, 'done', 'boss');
    expect(over).toBe('items');
    for (const { low, high } of strengths) expect(high - low).toBeGreaterThan(0.1);
  });

  it('lets nobody follow from an item’s number whose text it is, and keeps no draft of what is no item', () => {
    const { board, directory } = open();
    const orders = [1, 2].map(() => {
      const { review } = board.create(request({ kind: 'rubric', seed: 7 }), 'boss');
      const sealed = JSON.parse(readFileSync(join(directory, review, 'sealed.json'), 'utf8')) as {
        items: { sample: string; of: number[] }[];
      };
      return sealed.items.map(({ sample, of }) => `${sample} ${of}`);
    });
    expect(orders[0]).not.toEqual(orders[1]);
    expect([...(orders[0] ?? [])].sort()).toEqual([...(orders[1] ?? [])].sort());
    const token = tokenOf(board.create(request(), 'boss'), 'ann');
    expect(() => board.draft(token, { item: 'item-999', scores: {}, comment: 'x' })).toThrow(/no such item/);
    expect(() => request({ kind: 'rubric', gold: [{ question: 'q', better: 'b', worse: 'w' }] })).toThrow(/gold/);
  });
});
