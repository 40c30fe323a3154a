// feedback-source.ts: what callers say of answers, on its way to evidence.
// May import: contracts/ and store/. Start at take; what counts is in store/feedback-ledger.ts.
// Ratings become evidence in batches, because each batch is a file of all rows, and of the sandbox a new world.
// Evidence of models decides only when somebody promotes it, whoever rated.
// On record is that a request was rated, and how; no text is.
import type { EvidenceRow } from './contracts/evidence.ts';
import type { Receipt } from './contracts/receipt.ts';
import type { FeedbackLedger } from './store/feedback-ledger.ts';
import { ratedAnswer } from './store/rated-answer.ts';

const PUBLISH_MS = 600_000;

export interface FeedbackOptions {
  ledger: FeedbackLedger;
  now(): number;
  record(event: string, actor: string, details: Record<string, unknown>): void;
  /** Writes rows before it returns; what follows from them may take longer. */
  publish(rows: readonly EvidenceRow[], note: string): Promise<void>;
  onFault(error: unknown): void;
}

/** Who rates: id of the key, null in open mode, and the name for the record. */
export interface Rater {
  key: string | null;
  actor: string;
}

export class Feedback {
  readonly #options: FeedbackOptions;
  readonly #timer: NodeJS.Timeout;
  #publishedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: FeedbackOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#publish(), PUBLISH_MS).unref();
  }

  /**
   * Keeps how good an answer was, 0 to 1. The first rating for a while is evidence at once, later ones with the next batch.
   * @throws AppError invalid_request where it was not one deployment's answer to a known kind of work
   */
  take(receipt: Receipt, score: number, { key, actor }: Rater) {
    const { ledger, now, record } = this.#options;
    const answer = ratedAnswer(receipt);
    const counted = ledger.take(answer, score, key);
    const { request_id, cell, deployment } = answer;
    record('feedback', actor, { request_id, score });
    if (now() - this.#publishedAtMs >= PUBLISH_MS) void this.#publish();
    return { request_id, score, cell, deployment, counted };
  }

  /** Makes evidence of what is left. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#publish();
  }

  async #publish(): Promise<void> {
    const { ledger, now, publish, onFault } = this.#options;
    this.#publishedAtMs = now();
    for (const sandbox of [false, true]) {
      try {
        const rows = ledger.unpublished(sandbox);
        if (rows.length === 0) continue;
        const before = ledger.unpublishedIds(sandbox);
        await publish(rows, 'feedback');
        // Only what was written: ratings may have come meanwhile.
        ledger.markPublished(before);
      } catch (error) {
        onFault(error);
      }
    }
  }
}
