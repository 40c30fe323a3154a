import type { Call } from '../../contracts/call.ts';
import type { WorkProgress } from '../../contracts/evaluation-events.ts';
import { conversationText } from '../conversation.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import { judgePair } from '../scorers/judge.ts';
import type { JudgedItem, StoredItem } from './review-store.ts';

const PARALLEL = 4;

export interface JudgeWork {
  call: Call;
  deployment: string;
  criteria: readonly string[];
  useCase: string | null;
  /** Most that may be spent in all, what is on record included; null: no bound. */
  budgetUsd: number | null;
  /** Judged by this deployment before: not asked and not paid again. */
  before: readonly JudgedItem[];
  keep(item: JudgedItem): void;
  tell(progress: WorkProgress): void;
  stop: AbortSignal;
}

export interface JudgedItems {
  items: readonly JudgedItem[];
  /** null: the price of some is unknown. */
  costUsd: number | null;
  stopped: 'complete' | 'budget' | 'paused';
}

/** Has a model judge what experts judge: the same masked texts, in both orders, each kept as it comes. */
export async function judgeItems(items: readonly StoredItem[], work: JudgeWork): Promise<JudgedItems> {
  const judged = work.before.filter(({ item }) => items.some((known) => known.item === item));
  const known = new Set(judged.map(({ item }) => item));
  let cost = judged.reduce<number | null>((sum, { cost_usd: usd = 0 }) => add(sum, usd), 0);
  let underWay = 0;
  let stopped: JudgedItems['stopped'] = 'complete';
  const mayGoOn = (): boolean => {
    if (stopped !== 'complete') return false;
    if (work.stop.aborted) stopped = 'paused';
    else if (work.budgetUsd !== null) {
      // A bound cannot be kept by what has no price; what is under way will cost about what others did.
      const mean = judged.length === 0 ? 0 : (cost ?? 0) / judged.length;
      const fits = cost !== null && cost < work.budgetUsd && cost + (underWay + 1) * mean <= work.budgetUsd;
      if (!fits) stopped = 'budget';
    }
    return stopped === 'complete';
  };
  const tell = (): void => work.tell({ done: judged.length, of: items.length, cost_usd: cost });
  tell();
  const left = items.filter(({ item }) => !known.has(item));
  await mapConcurrently(left, PARALLEL, async (stored) => {
    if (!mayGoOn()) return;
    underWay += 1;
    const one = await judgeOne(
      stored,
      work,
      work.budgetUsd === null ? null : Math.max(0, work.budgetUsd - (cost ?? 0)),
    );
    underWay -= 1;
    cost = add(cost, one.cost_usd ?? null);
    judged.push(one);
    work.keep(one);
    tell();
  });
  return { items: judged, costUsd: cost, stopped };
}

const add = (sum: number | null, cost: number | null): number | null =>
  sum === null || cost === null ? null : sum + cost;

async function judgeOne(
  { item, question, conversation, texts }: StoredItem,
  { call, deployment, criteria, useCase }: JudgeWork,
  budgetUsd: number | null,
): Promise<JudgedItem> {
  const [first = '', second = ''] = texts;
  const { winner, flipped, costUsd, explanation } = await judgePair(
    conversation === undefined ? question : conversationText(conversation),
    first,
    second,
    {
      ...{ call, deployment, rubric: criteria.join('; '), useCase, parentId: null, budgetUsd },
      // Never the stop: what is asked is paid and must arrive.
      signal: new AbortController().signal,
    },
  );
  const won = winner === 'a' ? 'first' : winner === 'b' ? 'second' : winner;
  const why = won === null ? { reason: explanation ?? 'It gave no verdict.' } : {};
  return { item, won, flipped, cost_usd: costUsd, ...why };
}
