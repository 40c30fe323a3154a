import type { ClientDialectName } from '../../src/contracts/gateway-request.ts';
import { UPSTREAM_CODECS } from '../../src/gateway/codecs.ts';
import { chatRequest } from '../support/chat-requests.ts';
import { partsOf } from '../support/streams.ts';
import type { Said } from '../support/vendors/said.ts';
import type { Required } from './faults.ts';
import { type FaultCase, type FaultResult, FIRST, SECOND } from './run-fault.ts';

const CLEAN_ENDS: Readonly<Record<ClientDialectName, readonly string[]>> = {
  openai: ['[DONE]', '"finish_reason":"'],
  anthropic: ['message_stop', '"stop_reason":"'],
};

/** How a client of the dialect is told that the vendor held the answer back. */
const HELD_BACK: Readonly<Record<ClientDialectName, RegExp>> = {
  openai: /"finish_reason":\s*"content_filter"/,
  anthropic: /"stop_reason":\s*"refusal"/,
};

/** The text that a client of the dialect reads. */
function textOf(client: ClientDialectName, stream: boolean, body: string): string {
  const codec = UPSTREAM_CODECS[client];
  if (stream) {
    const parts = partsOf(codec.createStreamReader(chatRequest()), body);
    return parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join('');
  }
  const reading = codec.readAnswer(Buffer.from(body), chatRequest());
  if (!reading.ok) return '';
  return (reading.answer.choices[0]?.parts ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('');
}

const textSaid = (said: Said): string => (said.text ?? []).join('');

const isCleanEnd = (client: ClientDialectName, body: string): boolean =>
  CLEAN_ENDS[client].some((mark) => body.includes(mark));

/** What a result has to be, as a list of what is wrong with it; empty where it is right. */
export function judge(given: FaultCase, result: FaultResult): string[] {
  const { fault, client, stream } = given;
  const wrong: string[] = [];
  const expect = (name: string, seen: unknown, wanted: unknown): void => {
    if (JSON.stringify(seen) !== JSON.stringify(wanted)) {
      wrong.push(`${name}: ${JSON.stringify(seen)} instead of ${JSON.stringify(wanted)}`);
    }
  };
  const { receipt, body, status, calls } = result;
  const first = fault.says ?? FIRST;
  // Nothing arrives where there is no connection, but the attempt is on record.
  const reached = fault.at === undefined ? 1 : 0;
  const text = status === 200 ? textOf(client, stream, body) : '';
  const whole = (said: Said): void => {
    expect('status', status, 200);
    expect('text', text, textSaid(said));
    expect('clean end', !stream || isCleanEnd(client, body), true);
    expect('outcome', receipt.outcome, 'ok');
  };
  const byRequired = (required: Required): void => {
    if (typeof required === 'object') {
      expect('status', status, required.refused);
      if (required.saying !== undefined) expect('code', receipt.error, required.saying);
      expect('calls', calls, [1, 0]);
      return;
    }
    switch (required) {
      case 'complete':
        whole(FIRST);
        return expect('calls', calls, [1, 0]);
      case 'asked_again':
        whole(FIRST);
        return expect('calls', calls, [2, 0]);
      case 'replaced':
        whole(SECOND);
        return expect('calls', calls, [reached, 1]);
      case 'held_back':
        expect('status', status, 200);
        expect('text', text, textSaid(first));
        expect('reason', HELD_BACK[client].test(body), true);
        expect('outcome', ['content_filter', 'refused_by_model'].includes(receipt.outcome), true);
        return expect('calls', calls, [1, 0]);
      case 'error_after_text':
        expect('text', text, (FIRST.text ?? []).slice(0, 2).join(''));
        expect('clean end', isCleanEnd(client, body), false);
        expect('error', body.includes('"error"'), true);
        expect('outcome', receipt.outcome, fault.attempt);
        return expect('calls', calls, [1, 0]);
    }
  };
  byRequired(fault.required);
  if (fault.attempt !== null) expect('first attempt', receipt.attempts[0]?.outcome, fault.attempt);
  // Whatever happened: one entry a call, and every one of them with what it cost.
  expect('entries', receipt.attempts.length, calls[0] + calls[1] + (1 - reached));
  expect(
    'booked',
    receipt.attempts.every(({ cost_usd: cost }) => cost !== null),
    true,
  );
  return wrong;
}
