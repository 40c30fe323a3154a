import type { Loss } from '../contracts/receipt.ts';
import type { Lane, UpstreamBody } from '../wire/dialect.ts';
import { distinctLosses, LossReport } from '../wire/losses.ts';

const NO_LOSS: readonly Loss[] = Object.freeze([]);

/** What an attempt could not keep of the request and, as far as it has come, of the answer. */
export function lossOf({ loss: ofRequest }: UpstreamBody, lane: Lane, malformedEvents: number): readonly Loss[] {
  const ofAnswer = lane.answerLoss?.() ?? NO_LOSS;
  if (malformedEvents === 0 && ofAnswer.length === 0) return ofRequest;
  const ofEvents = new LossReport();
  if (malformedEvents > 0) ofEvents.add('answer_events');
  return distinctLosses([...ofRequest, ...ofAnswer, ...ofEvents.entries]);
}
