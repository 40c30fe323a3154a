import type { BodyCommitment, BodyRecord } from '../contracts/body-log.ts';
import type { GatewayRequest } from '../contracts/gateway-request.ts';
import { isoTime } from '../lib/iso-time.ts';

/** Of each side of a conversation; enough for the longest texts, and a bound for memory. */
const MAX_KEPT_BYTES = 4 * 1024 * 1024;

/** Collects what a client is sent, for use cases that keep bodies. Copies, since chunks may be views of socket buffers. */
export class BodyKeeper {
  #useCase: string;
  #request: GatewayRequest;
  #isKept: () => boolean;
  #answer: Buffer[] = [];
  #answerBytes = 0;

  /** @param isKept asked when all is over: the configuration may want it otherwise by then */
  constructor(request: GatewayRequest, useCase: string, isKept: () => boolean) {
    this.#request = request;
    this.#useCase = useCase;
    this.#isKept = isKept;
  }

  add(chunk: Buffer): void {
    const room = MAX_KEPT_BYTES - this.#answerBytes;
    if (room > 0) this.#answer.push(Buffer.from(chunk.subarray(0, room)));
    this.#answerBytes += chunk.length;
  }

  /** null: it is not to be kept any more. */
  record(): BodyRecord | null {
    if (!this.#isKept()) return null;
    const { requestId, receivedAtMs, body } = this.#request;
    return {
      request_id: requestId,
      at: isoTime(receivedAtMs),
      use_case: this.#useCase,
      request: body.subarray(0, MAX_KEPT_BYTES).toString('utf8'),
      answer: Buffer.concat(this.#answer).toString('utf8'),
      truncated: body.length > MAX_KEPT_BYTES || this.#answerBytes > MAX_KEPT_BYTES,
    };
  }
}

export interface BodyServices {
  /** What the receipt says of them. */
  onBodies(record: BodyRecord): BodyCommitment | null;
  onFault(fault: unknown): void;
}

/** What goes wrong here must not cost the receipt. */
export function keepBodies(keeper: BodyKeeper | null, { onBodies, onFault }: BodyServices): BodyCommitment | null {
  try {
    const record = keeper?.record() ?? null;
    return record === null ? null : onBodies(record);
  } catch (fault) {
    onFault(fault);
    return null;
  }
}
