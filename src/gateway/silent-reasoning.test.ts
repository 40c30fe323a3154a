import { describe, expect, test } from 'vitest';
import { chat, createTestGateway, ManualClock, upstreamDeployment } from '../../test/support/gateway.ts';
import { useUpstreams } from '../../test/support/served-upstreams.ts';
import type { ScriptedUpstream } from '../../test/support/upstream/scripted-upstream.ts';
import { hold, type Step, send } from '../../test/support/upstream/steps.ts';
import { VENDOR_KINDS } from '../../test/support/vendors/kinds.ts';
import type { Said } from '../../test/support/vendors/said.ts';
import { DIALECTS } from '../contracts/vocabulary.ts';
import { testEndpoint } from '../routing/test-world.ts';

const THINKS: Said = { thoughts: ['How deep is it?'], text: ['Deep ', 'and blue.'] };
const SAYS: Said = { text: ['Deep ', 'and blue.'] };
const PAIRS = (['openai', 'anthropic'] as const).flatMap((client) => DIALECTS.map((dialect) => ({ client, dialect })));

let upstream: ScriptedUpstream;
const closing = useUpstreams(1, (one) => {
  upstream = one as ScriptedUpstream;
});

describe.each(PAIRS)('a stream from $dialect to a client of $client', ({ client, dialect }) => {
  const kind = VENDOR_KINDS[dialect];

  function gatewayOf() {
    const clock = new ManualClock();
    const baseUrl = upstream.origin + kind.basePath;
    const endpoint = testEndpoint('one', { dialect, baseUrl, private: true, auth: 'none' });
    const served = createTestGateway({
      clock,
      deployments: [upstreamDeployment('one', 'maker/one', upstream, { endpoint })],
    });
    closing.push(served.close);
    const ask = () => served.send(chat({ stream: true, max_tokens: 500 }), { dialect: client });
    return { ...served, clock, ask };
  }

  /** What is said up to the first event that holds `until`, then silence until the test says so. */
  function silentAfter(said: Said, until: string): Step[] {
    const events = kind.events(said, 'first-model', { stream: true, stream_options: { include_usage: true } });
    const at = 1 + events.findIndex((event) => event.includes(JSON.stringify(until).slice(1, -1)));
    expect(at).toBeGreaterThan(0);
    return [
      ...events.slice(0, at).map((event) => send(event)),
      hold(),
      ...events.slice(at).map((event) => send(event)),
    ];
  }

  test('may be silent for two minutes after a thought, and for no longer than half a minute after a word', async () => {
    const { ask, clock, journal } = gatewayOf();
    upstream.enqueue({ body: silentAfter(THINKS, 'How deep is it?') }, { body: silentAfter(SAYS, 'Deep ') });
    const thinking = ask();
    const call = await upstream.request(1);
    await thinking.firstBytes;
    const silent = ask();
    await silent.firstBytes;
    clock.advance(119_000);
    // Both are looked at in one sweep, the thinking one first.
    await silent.ended;
    expect(silent.text).toContain('upstream_stalled');
    expect(journal.receipts).toMatchObject([{ outcome: 'upstream_stalled' }]);
    call.release();
    await thinking.ended;
    expect(thinking.text).toContain('and blue.');
    expect(thinking.text).not.toContain('upstream_stalled');
    expect(journal.receipts[1]).toMatchObject({ outcome: 'ok' });
  });

  test('is dead when a thought is followed by more than two minutes of silence', async () => {
    const { ask, clock, journal } = gatewayOf();
    upstream.enqueue({ body: silentAfter(THINKS, 'How deep is it?') });
    const thinking = ask();
    await upstream.request(1);
    await thinking.firstBytes;
    clock.advance(120_001);
    await thinking.ended;
    expect(thinking.text).toContain('upstream_stalled');
    expect((await journal.receipt).outcome).toBe('upstream_stalled');
  });
});
