import type { ComparisonRecord, EnsembleRecord, VerdictRecord } from '../contracts/ensemble-record.ts';
import { createSeededRandom } from '../lib/seeded-random.ts';
import type { Asked, Asking } from './asking.ts';
import { type Candidate, readAnswer, screenedBy } from './candidate.ts';
import { cutFairly } from './fair-cut.ts';
import type { EnsemblePlan, PlannedArbiter } from './plan.ts';
import {
  comparison,
  DEFAULT_RUBRIC,
  type Question,
  readVerdict,
  SYNTHESIS_TOKENS,
  synthesis,
  VERDICT_TOKENS,
  type Verdict,
} from './questions.ts';
import { shownText } from './shown-text.ts';
import { byTieRule } from './tie-rule.ts';

/** Tokens are at most a third of the bytes in the scripts that answers come in; only candidates near the bound are cut. */
const BYTES_PER_TOKEN = 2.5;
/** What the marks around one more text take. */
const MARK_TOKENS = 40;

type Answered = Extract<Asked, { ok: true }>;
type Judged = Pick<Candidate, 'id' | 'shown' | 'evidence' | 'settlement'>;

/** Whoever compares and synthesises. What it is asked, and what it said, is kept for the receipt. */
export class Arbiter {
  readonly comparisons: ComparisonRecord[] = [];
  readonly failed: { model: string; why: string }[];
  readonly shortened = new Set<string>();
  /** Whether any verdict decided anything. */
  hasJudged = false;
  readonly #asking: Asking;
  readonly #arbiters: readonly PlannedArbiter[];
  readonly #names: readonly string[];
  readonly #rubric: readonly string[];
  /** The one that is asked; those before it have failed. */
  #current = 0;
  #used: { arbiter: PlannedArbiter; deployment: string | null } | null = null;

  constructor(asking: Asking, { arbiters, arbitersFailed }: EnsemblePlan, names: readonly string[]) {
    const { rubric } = asking.run.ensemble;
    this.#asking = asking;
    this.#arbiters = arbiters;
    this.#names = names;
    this.failed = [...arbitersFailed];
    this.#rubric = rubric.length === 0 ? DEFAULT_RUBRIC : rubric;
  }

  /** Somebody is there who has not failed yet. */
  get available(): boolean {
    return this.#current < this.#arbiters.length;
  }

  get record(): EnsembleRecord['arbiter'] {
    if (this.#used === null) return null;
    const { arbiter, deployment } = this.#used;
    return { model: arbiter.first.model, deployment, family_apart: arbiter.familyApart, failed: this.failed };
  }

  /**
   * The better of two: asked in both orders, at once. Orders that disagree are a tie, since then the place decided; so is
   * one order without a verdict. Ties go to the tie rule.
   * @param pairs how many pairs, this one included, are still to begin at this moment: what is left of the cap is for all
   */
  async compare<Item extends Judged>(a: Item, b: Item, pairs = 1): Promise<Item> {
    // Fixed before either order is asked: the one that begins later must not get less.
    const boundUsd = this.#share(2 * pairs);
    const [there, back] = await Promise.all([this.#ask(a, b, boundUsd), this.#ask(b, a, boundUsd)]);
    const named = there.verdict === back.verdict ? there.verdict : null;
    const decided = named === a.id ? a : named === b.id ? b : null;
    const flipped =
      there.verdict !== null &&
      back.verdict !== null &&
      there.verdict !== back.verdict &&
      !isTie(there) &&
      !isTie(back);
    if (decided !== null) this.hasJudged = true;
    const tie = decided === null ? byTieRule([a, b], this.#asking.run.seed) : null;
    const winner = decided ?? (tie?.winner as Item);
    this.comparisons.push({
      pair: [a.id, b.id],
      winner: winner.id,
      decided_by: tie?.by ?? 'arbiter',
      flipped,
      verdicts: [there, back],
    });
    return winner;
  }

  /** One answer of several; null where nobody could write one that is whole, and then `why` says what became of it. */
  async synthesise(
    drafts: readonly Candidate[],
  ): Promise<{ candidate: Candidate | null; receiptId: string | null; why: string | null }> {
    const nonce = this.#nonce(`synthesis ${drafts.map(({ id }) => id).join('')}`);
    let last: { candidate: null; receiptId: string | null; why: string } = {
      candidate: null,
      receiptId: null,
      why: 'no_arbiter',
    };
    for (let place = this.#current; this.#mayAsk(place); place += 1) {
      const arbiter = this.#arbiters[place] as PlannedArbiter;
      const { chat } = this.#asking.run;
      const room = { tokens: chat.maxOutputTokens ?? SYNTHESIS_TOKENS, texts: drafts.length };
      const question = synthesis(chat, this.#fit(arbiter, drafts, room), this.#rubric, nonce);
      const asked = await this.#send(arbiter, question, this.#share(1));
      if (!asked.ok) {
        last = { candidate: null, receiptId: asked.receiptId, why: asked.why };
        this.#giveUp(place, asked.why);
        continue;
      }
      const written = await this.#read(arbiter, asked, nonce);
      if (typeof written !== 'string') return { candidate: written, receiptId: asked.receiptId, why: null };
      // It can still judge; the next one may write.
      last = { candidate: null, receiptId: asked.receiptId, why: written };
    }
    return last;
  }

  /** What it wrote, or why that is no answer. */
  async #read(arbiter: PlannedArbiter, asked: Answered, nonce: string): Promise<Candidate | string> {
    const { parts, settlement } = asked;
    const answer = readAnswer(parts);
    // Half a synthesis is worse than any whole draft.
    if (answer.refused) return 'refused';
    if (!answer.ended || answer.finish === 'length' || answer.text.trim() === '') {
      return answer.finish ?? 'upstream_cut';
    }
    // Marks of the question in it: it repeats what it was given, and callers must see none of that.
    if (answer.text.includes(nonce)) return 'unreadable';
    const screened = await screenedBy(this.#asking.run, answer.text);
    if (screened === null) return 'detection_incomplete';
    return {
      ...{ id: 'synthesis', text: answer.text, toolCalls: [], parts, settlement, evidence: null },
      ...{ dataClasses: screened.dataClasses, shown: shownText(screened.text, this.#names) },
      ...{ model: arbiter.first.model, maker: arbiter.first.maker, deployment: settlement.deployment ?? '' },
    };
  }

  /** Whoever gave up the request has no more questions. */
  #mayAsk(place: number): boolean {
    return place < this.#arbiters.length && !this.#asking.run.signal.aborted;
  }

  async #ask(first: Judged, second: Judged, boundUsd: number | null): Promise<VerdictRecord> {
    const order = [first.id, second.id] as const;
    let said: VerdictRecord = { order, verdict: null, receipt_id: null, why: 'no_arbiter', cost_usd: 0, total_ms: 0 };
    let leftUsd = boundUsd;
    for (let place = this.#current; this.#mayAsk(place); place += 1) {
      const arbiter = this.#arbiters[place] as PlannedArbiter;
      const [one, two] = this.#fit(arbiter, [first, second]) as [string, string];
      const nonce = this.#nonce(`${first.id} ${second.id} ${place}`);
      const question = comparison(this.#asking.run.chat, one, two, this.#rubric, nonce);
      const asked = await this.#send(arbiter, question, leftUsd);
      const known = {
        order,
        receipt_id: asked.receiptId,
        cost_usd: asked.settlement?.costUsd ?? 0,
        total_ms: asked.settlement?.totalMs ?? 0,
      };
      const verdict = asked.ok ? readVerdict(readAnswer(asked.parts).text, nonce) : null;
      if (verdict !== null) return { ...known, verdict: idOf(verdict, first, second), why: null };
      const why = asked.ok ? 'unreadable' : asked.why;
      said = { ...known, verdict: null, why };
      // A reply that cannot be read is no verdict on these two. It is no reason to do without this arbiter for all others:
      // else an answer that confuses it would end the judging.
      if (!asked.ok) this.#giveUp(place, why);
      leftUsd = leftUsd === null ? null : Math.max(0, leftUsd - (asked.settlement?.costUsd ?? 0));
    }
    return said;
  }

  /** The next one is asked from here on, by everybody. An end of the request is nobody's failure. */
  #giveUp(place: number, why: string): void {
    const arbiter = this.#arbiters[place];
    if (place !== this.#current || arbiter === undefined || this.#asking.run.signal.aborted) return;
    this.failed.push({ model: arbiter.first.model, why });
    this.#current += 1;
  }

  /** Of what is left, where so many questions begin together; null: there is no cap. */
  #share(questions: number): number | null {
    const { leftUsd } = this.#asking.spending;
    return leftUsd === null ? null : leftUsd / questions;
  }

  async #send(arbiter: PlannedArbiter, { request }: Question, boundUsd: number | null) {
    const { signal } = this.#asking.run;
    const asked = await this.#asking.ask({ ...request, model: arbiter.target }, 'arbiter', boundUsd, { signal });
    if (asked.ok) this.#used = { arbiter, deployment: asked.settlement.deployment };
    return asked;
  }

  /** Texts that fit with a reply of so many tokens; of each that is longer its beginning and end. */
  #fit(
    { roomTokens }: PlannedArbiter,
    candidates: readonly Judged[],
    reply = { tokens: VERDICT_TOKENS, texts: 2 },
  ): string[] {
    const texts = candidates.map(({ shown }) => shown);
    if (roomTokens === null) return texts;
    const marks = MARK_TOKENS * Math.max(0, reply.texts - 2);
    const tokens = Math.max(0, roomTokens + VERDICT_TOKENS - reply.tokens - marks);
    const bytes = texts.map((text) => Buffer.byteLength(text));
    const characters = texts.reduce((sum, { length }) => sum + length, 0);
    const total = bytes.reduce((sum, one) => sum + one, 0);
    const room = tokens * BYTES_PER_TOKEN;
    if (total <= room) return texts;
    const cut = cutFairly(texts, Math.floor((room * characters) / total));
    for (const [index, shortened] of cut.shortened.entries()) {
      if (shortened) this.shortened.add(candidates[index]?.id as string);
    }
    return cut.texts;
  }

  /** Nobody who wrote a candidate could know it. */
  #nonce(about: string): string {
    const random = createSeededRandom(`${this.#asking.run.parentId} ${this.#asking.run.seed} ${about}`);
    return random.uint32().toString(16).padStart(8, '0');
  }
}

const isTie = ({ verdict }: VerdictRecord): boolean => verdict === 'tie';

const idOf = (verdict: Verdict, first: Judged, second: Judged): string =>
  verdict === 'tie' ? 'tie' : verdict === 'first' ? first.id : second.id;
