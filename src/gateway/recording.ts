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

/** One request's place on record, which labelled traffic has before any byte of it leaves. */
export class Intent {
  readonly #journal: Journal;
  readonly #make: () => JournalRecord;
  #isOnRecord = false;

  constructor(journal: Journal, make: () => JournalRecord) {
    this.#journal = journal;
    this.#make = make;
  }

  get isOnRecord(): boolean {
    return this.#isOnRecord;
  }

  /** @throws AppError journal_unavailable (rejects) */
  async record(): Promise<void> {
    this.#journal.append(this.#make());
    await this.#journal.flush();
    if (!this.#journal.accepting) throw notRecordable();
    this.#isOnRecord = true;
  }
}

/** What of requests goes on record, and when. */
export class Recording {
  readonly #services: RecordingServices;

  constructor(services: RecordingServices) {
    this.#services = services;
  }

  /** What labelled traffic has to be on record by; `make`: what is said there. */
  intent(make: () => JournalRecord): Intent {
    return new Intent(this.#services.journal, make);
  }

  /** Labelled traffic is on record before any byte of it leaves. */
  startOnRecord(running: Running, requestId: string, intent: Intent): void {
    intent.record().then(
      () => running.start(),
      (error: unknown) => {
        if (!(error instanceof AppError)) this.#services.onFault(asAppError(error), requestId);
        running.endWith(notRecordable());
      },
    );
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
