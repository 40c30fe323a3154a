import type { ComparisonRecord, EnsembleRecord, VerdictRecord } from '../contracts/ensemble-record.ts';
import { createSeededRandom } from '../lib/seeded-random.ts';
import type { Asking } from './asking.ts';
import { type Candidate, readAnswer } from './candidate.ts';
import { cutFairly } from './fair-cut.ts';
import type { EnsemblePlan, PlannedArbiter } from './plan.ts';
import { comparison, DEFAULT_RUBRIC, type Question, readVerdict, synthesis, type Verdict } from './questions.ts';
import { shownText } from './shown-text.ts';
import { byTieRule } from './tie-rule.ts';

/** Tokens are at most a third of the bytes in the scripts that answers come in; only candidates near the bound are cut. */
const BYTES_PER_TOKEN = 2.5;

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
   */
  async compare<Item extends Judged>(a: Item, b: Item): Promise<Item> {
    const [there, back] = await Promise.all([this.#ask(a, b), this.#ask(b, a)]);
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
    for (; this.available; this.#next(last.why)) {
      const arbiter = this.#arbiters[this.#current] as PlannedArbiter;
      const texts = this.#fit(arbiter, drafts);
      const question = synthesis(this.#asking.run.chat, texts, this.#rubric, nonce);
      const asked = await this.#send(arbiter, question, 1);
      if (!asked.ok) {
        last = { candidate: null, receiptId: asked.receiptId, why: asked.why };
        continue;
      }
      const { parts, settlement, receiptId } = asked;
      const answer = readAnswer(parts);
      // Half a synthesis is worse than any whole draft.
      if (answer.refused || !answer.ended || answer.finish === 'length' || answer.text.trim() === '') {
        return { candidate: null, receiptId, why: answer.refused ? 'refused' : (answer.finish ?? 'upstream_cut') };
      }
      const screened = await this.#asking.run.screen(answer.text);
      const candidate: Candidate = {
        ...{ id: 'synthesis', text: answer.text, toolCalls: [], parts, settlement, evidence: null },
        ...{ dataClasses: screened.dataClasses, shown: shownText(screened.text, this.#names) },
        ...{ model: arbiter.first.model, maker: arbiter.first.maker, deployment: settlement.deployment ?? '' },
      };
      return { candidate, receiptId, why: null };
    }
    return last;
  }

  async #ask(first: Judged, second: Judged): Promise<VerdictRecord> {
    const order = [first.id, second.id] as const;
    let said: VerdictRecord = { order, verdict: null, receipt_id: null, why: 'no_arbiter', cost_usd: 0, total_ms: 0 };
    for (let place = this.#current; place < this.#arbiters.length; place += 1) {
      const arbiter = this.#arbiters[place] as PlannedArbiter;
      const [one, two] = this.#fit(arbiter, [first, second]) as [string, string];
      const nonce = this.#nonce(`${first.id} ${second.id} ${place}`);
      const question = comparison(this.#asking.run.chat, one, two, this.#rubric, nonce);
      const asked = await this.#send(arbiter, question, 2);
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
      this.#giveUp(place, why);
    }
    return said;
  }

  /** The next one is asked from here on, by everybody. */
  #giveUp(place: number, why: string): void {
    // Money that is missing is missing for whoever comes next as well, and an end of the request is nobody's failure.
    if (place === this.#current) this.#next(why);
  }

  #next(why: string): void {
    const arbiter = this.#arbiters[this.#current];
    if (arbiter !== undefined) this.failed.push({ model: arbiter.first.model, why });
    this.#current += 1;
  }

  /** `together`: how many such questions are asked at once, each with its share of what is left. */
  async #send(arbiter: PlannedArbiter, { request }: Question, together: number) {
    const { spending, run } = this.#asking;
    const left = spending.leftUsd;
    const bound = left === null ? null : left / together;
    const asked = await this.#asking.ask({ ...request, model: arbiter.target }, 'arbiter', bound, {
      signal: run.signal,
    });
    if (asked.ok) this.#used = { arbiter, deployment: asked.settlement.deployment };
    return asked;
  }

  #fit({ roomTokens }: PlannedArbiter, candidates: readonly Judged[]): string[] {
    const texts = candidates.map(({ shown }) => shown);
    if (roomTokens === null) return texts;
    const bytes = texts.map((text) => Buffer.byteLength(text));
    const characters = texts.reduce((sum, { length }) => sum + length, 0);
    const total = bytes.reduce((sum, one) => sum + one, 0);
    const room = roomTokens * BYTES_PER_TOKEN;
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
