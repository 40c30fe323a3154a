import { AppError } from '../contracts/errors.ts';
import type { Journal, JournalRecord } from '../contracts/journal.ts';
import type { Receipt } from '../contracts/receipt.ts';
import type { Running } from './running-exchanges.ts';

export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError('internal', 'Something went wrong on our side; the request id finds it in the logs.', {
    cause: error,
  });
}

export const notRecordable = (): AppError =>
  new AppError('journal_unavailable', 'The journal cannot record, so labelled traffic is not accepted now.');

export interface RecordingServices {
  journal: Journal;
  observe: (receipt: Receipt) => void;
  onFault: (error: AppError, requestId: string) => void;
}

/** What of requests goes on record, and when. */
export class Recording {
  readonly #services: RecordingServices;

  constructor(services: RecordingServices) {
    this.#services = services;
  }

  /** Labelled traffic is on record before any byte of it leaves. */
  startOnRecord(running: Running, requestId: string, intent: () => JournalRecord): void {
    const { journal } = this.#services;
    const refuse = (error: unknown): void => {
      this.#services.onFault(asAppError(error), requestId);
      running.endWith(notRecordable());
    };
    try {
      journal.append(intent());
      journal.flush().then(() => {
        if (journal.accepting) running.start();
        else running.endWith(notRecordable());
      }, refuse);
    } catch (error) {
      refuse(error);
    }
  }

  /** What fails here must not cost the client its answer, nor anybody else theirs. */
  record(receipt: Receipt): void {
    for (const keep of [() => this.#services.journal.append(receipt), () => this.#services.observe(receipt)]) {
      try {
        keep();
      } catch (error) {
        this.#services.onFault(asAppError(error), receipt.request_id);
      }
    }
  }
}
