import { expect, it } from 'vitest';
import { chat } from '../../../test/support/gateway.ts';
import type { GatewayRequest } from '../../contracts/gateway-request.ts';
import type { StreamPart } from '../../contracts/stream-part.ts';
import { NO_USAGE } from '../../contracts/usage.ts';
import { readOpenAiChat } from '../../wire/openai-chat/read-chat.ts';
import { type Answered, clientBytes } from './ensemble-answer.ts';

const said = Array.from({ length: 5_000 }, (_, index) => `w${index} `);

const PARTS: readonly StreamPart[] = [
  { type: 'start', id: 'one', model: 'maker/one', serviceTier: null, fingerprint: null },
  ...said.map((text): StreamPart => ({ type: 'text-delta', choice: 0, text })),
  { type: 'finish', choice: 0, reason: 'stop', vendorReason: 'stop', stopSequence: null },
  { type: 'end' },
];

it('writes a long stream in pieces, so that others get their turn, and leaves nothing out', () => {
  const request = { requestId: 'req_1', dialect: 'openai', receivedAtMs: 0 } as GatewayRequest;
  const read = readOpenAiChat(chat({ stream: true }));
  const calls = { attempts: [], usage: NO_USAGE, costUsd: null, sandbox: false };
  const result = {
    ok: true,
    parts: PARTS,
    calls,
    model: 'maker/one',
    deployment: 'one',
    loss: [],
  } as unknown as Answered;
  const pieces = clientBytes(request, read, result, 10, null);
  let turns = 0;
  let last = pieces.next();
  for (; last.done !== true; last = pieces.next()) turns += 1;
  expect(turns).toBe(5);
  const text = [...last.value.bytes.toString().matchAll(/"content":"([^"]*)"/g)].map(([, content]) => content).join('');
  expect(text).toBe(said.join(''));
});
