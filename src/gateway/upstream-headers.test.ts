import { expect, test } from 'vitest';
import { chat } from '../../test/support/gateway.ts';
import { useTwoUpstreams } from '../../test/support/served-upstreams.ts';
import { chatCompletion } from '../../test/support/upstream/openai-replies.ts';
import type { ScriptedUpstream } from '../../test/support/upstream/scripted-upstream.ts';

let upstream: ScriptedUpstream;
const { gatewayOf } = useTwoUpstreams((one) => {
  upstream = one;
});

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

test.each([
  ['a trace goes on with the call', TRACE, TRACE],
  ['what is no trace stays here: nobody has searched it', 'jane.doe@example.com', undefined],
  ['what stands behind a trace stays here with it', `${TRACE}-jane.doe@example.com`, undefined],
])('%s', async (_name, traceparent, sent) => {
  const { send } = gatewayOf();
  upstream.reply(chatCompletion());
  await send(chat(), { headers: { traceparent } }).ended;
  expect((await upstream.request(1)).headers.traceparent).toBe(sent);
});
