import type { EnsembleRun } from '../contracts/ensemble.ts';
import type { MemberDrop, MemberRecord } from '../contracts/ensemble-record.ts';
import type { AppError } from '../contracts/errors.ts';
import { NO_USAGE } from '../contracts/usage.ts';
import type { Asked, Asking } from './asking.ts';
import { asText, type Candidate, readAnswer, screenedBy } from './candidate.ts';
import { type EnsemblePlan, memberRequest, type Slot } from './plan.ts';
import { shownText } from './shown-text.ts';
import { type Checked, verifyAnswer } from './verifiers.ts';

/** Share of the whole time that members may take where nobody says: somebody has to judge afterwards. */
const MEMBERS_SHARE = 2 / 3;

/** What became of one member. */
interface MemberOutcome {
  slot: Slot;
  candidate: Candidate | null;
  record: MemberRecord;
}

export interface FanOut {
  /** In the order of the configuration. */
  candidates: readonly Candidate[];
  /** Whether verifiers accept it, by id; null: they had nothing to check. */
  verified: ReadonlyMap<string, boolean | null>;
  records: readonly MemberRecord[];
}

/** Asked after each answer: whether those that are still awaited could change anything. */
export type IsDecided = (candidates: readonly Candidate[], awaited: number) => boolean;

const DROPS: Readonly<Record<string, MemberDrop>> = {
  denied_by_policy: 'forbidden',
  model_not_allowed: 'forbidden',
  budget_exceeded: 'over_budget',
  no_deployment: 'unavailable',
  no_capable_deployment: 'unavailable',
  model_not_found: 'unavailable',
  all_deployments_down: 'unavailable',
  deadline_exceeded: 'timeout',
  upstream_timeout: 'timeout',
  upstream_stalled: 'timeout',
  upstream_policy_refusal: 'refused',
  superseded: 'not_needed',
};

const dropOf = (code: string): MemberDrop => DROPS[code] ?? 'failed';

function recordOf(slot: Slot, asked: Asked | null, given: Partial<MemberRecord>): MemberRecord {
  const settlement = asked?.settlement ?? null;
  return {
    id: slot.id,
    model: slot.first?.model ?? slot.target,
    sample: slot.sample,
    deployment: settlement?.deployment ?? null,
    receipt_id: asked?.receiptId ?? null,
    outcome: settlement?.outcome ?? null,
    dropped: null,
    why: null,
    usage: settlement?.usage ?? NO_USAGE,
    cost_usd: settlement === null ? 0 : settlement.costUsd,
    total_ms: settlement?.totalMs ?? 0,
    checks: {},
    data_classes: [],
    ...given,
  };
}

const dropped = (slot: Slot, asked: Asked | null, drop: MemberDrop, why: string): MemberOutcome => ({
  slot,
  candidate: null,
  record: recordOf(slot, asked, { dropped: drop, why }),
});

const refusedSlot = (slot: Slot, refusal: AppError): MemberOutcome =>
  dropped(slot, null, dropOf(refusal.code), refusal.rules.length > 0 ? refusal.rules.join(', ') : refusal.code);

/** Where nobody judges, nobody needs to know what a judge would see. */
function once(make: () => string): () => string {
  let made: string | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

/** Asks all members at once; those that nobody needs any more are ended. */
export class Members {
  readonly #asking: Asking;
  readonly #run: EnsembleRun;
  readonly #slots: readonly Slot[];
  readonly #names: readonly string[];
  readonly #isDecided: IsDecided;
  readonly #losers = new AbortController();
  readonly #bounds: ReadonlyMap<string, number | null>;
  readonly #candidates: Candidate[] = [];
  readonly #verified = new Map<string, boolean | null>();
  #awaited: number;

  constructor(asking: Asking, { slots, judgingUsd }: EnsemblePlan, isDecided: IsDecided) {
    const live = slots.filter(({ first }) => first !== null);
    this.#asking = asking;
    this.#run = asking.run;
    this.#slots = slots;
    this.#names = namesOf(slots);
    this.#isDecided = isDecided;
    this.#awaited = live.length;
    const weights = live.map(({ first }) => first?.mostUsd ?? 0);
    const shares = asking.spending.shares(weights, judgingUsd);
    this.#bounds = new Map(live.map(({ id }, index) => [id, shares[index] ?? null]));
  }

  async ask(): Promise<FanOut> {
    const end = (): void => this.#losers.abort();
    this.#run.signal.addEventListener('abort', end, { once: true });
    // Whoever left while it was planned is told to nobody any more.
    if (this.#run.signal.aborted) end();
    try {
      const outcomes = await Promise.all(this.#slots.map((slot) => this.#askOne(slot)));
      return {
        candidates: outcomes.flatMap(({ candidate }) => (candidate === null ? [] : [candidate])),
        verified: this.#verified,
        records: outcomes.map(({ record }) => record),
      };
    } catch (fault) {
      // A fault of ours with one member: nobody would read what the others say.
      end();
      throw fault;
    } finally {
      this.#run.signal.removeEventListener('abort', end);
    }
  }

  async #askOne(slot: Slot): Promise<MemberOutcome> {
    if (slot.first === null) return refusedSlot(slot, slot.refusal as AppError);
    const { ensemble, chat } = this.#run;
    const asked = await this.#asking.ask(memberRequest(chat, slot), 'member', this.#bounds.get(slot.id) ?? null, {
      signal: this.#losers.signal,
      deadlineMs: ensemble.memberDeadlineMs ?? this.#asking.leftMs * MEMBERS_SHARE,
    });
    const outcome = await this.#read(slot, asked);
    this.#awaited -= 1;
    if (outcome.candidate !== null) this.#candidates.push(outcome.candidate);
    if (this.#awaited > 0 && this.#isDecided(this.#candidates, this.#awaited)) this.#losers.abort();
    return outcome;
  }

  async #read(slot: Slot, asked: Asked): Promise<MemberOutcome> {
    if (!asked.ok) {
      const why = asked.rules.length > 0 ? asked.rules.join(', ') : asked.why;
      return dropped(slot, asked, dropOf(asked.why), why);
    }
    const answer = readAnswer(asked.parts);
    if (answer.refused) return dropped(slot, asked, 'refused', answer.finish ?? 'refusal');
    if (!answer.ended || answer.finish === null) return dropped(slot, asked, 'failed', 'upstream_cut');
    const said = asText(answer);
    if (said === '' && !answer.hasMedia) return dropped(slot, asked, 'empty', answer.finish);
    const screened = await screenedBy(this.#run, said);
    // What could not be searched is seen by nobody else.
    if (screened === null) return dropped(slot, asked, 'failed', 'detection_incomplete');
    const checked = await verifyAnswer(this.#run.verifiers, answer, this.#run.chat, this.#run.signal);
    const shown = once(() => shownText(screened.text, this.#names));
    const candidate: Candidate = {
      ...{ id: slot.id, text: answer.text, toolCalls: answer.toolCalls, parts: asked.parts },
      ...{ settlement: asked.settlement, evidence: slot.first?.evidence ?? null, dataClasses: screened.dataClasses },
      model: slot.first?.model ?? slot.target,
      maker: slot.first?.maker ?? '',
      deployment: asked.settlement.deployment ?? '',
      get shown() {
        return shown();
      },
    };
    return { slot, candidate, record: this.#recordOf(slot, asked, candidate, checked) };
  }

  #recordOf(slot: Slot, asked: Asked, { id, dataClasses }: Candidate, { checks, passed }: Checked): MemberRecord {
    this.#verified.set(id, passed);
    return recordOf(slot, asked, { checks, data_classes: dataClasses });
  }
}

/** By which somebody could tell who wrote an answer. */
export const namesOf = (slots: readonly Slot[]): readonly string[] => [
  ...new Set(slots.flatMap(({ first }) => (first === null ? [] : [first.maker, first.model]))),
];
