import fc from 'fast-check';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chat, createTestGateway } from '../../test/support/gateway.ts';
import type { MemorySink } from '../../test/support/memory-sink.ts';
import { TODAY } from '../../test/support/policy-world.ts';
import { deploymentIn } from '../../test/support/served-upstreams.ts';
import { streamCutAfter } from '../../test/support/upstream/faults.ts';
import { chatStream } from '../../test/support/upstream/openai-replies.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../../test/support/upstream/scripted-upstream.ts';
import { COUNTRY_GROUPS } from '../catalog/facts/country-groups.ts';
import { useCaseSchema } from '../contracts/configuration.ts';
import { AppError } from '../contracts/errors.ts';
import type { TokenHandling } from '../contracts/tokens.ts';
import { createBundle } from '../policy/bundle.ts';
import { evaluateHere } from '../policy/evaluate-rules.ts';
import { PolicyEngine } from '../policy/policy-engine.ts';
import { STARTER_RULES } from '../policy/starter-rules.ts';
import { detect } from '../privacy/detect.ts';
import { createHandling } from '../privacy/tokens/handling.ts';
import { createTokenMap } from '../privacy/tokens/tokenise.ts';
import { TextScanner } from '../privacy-thread/text-scanner.ts';
import { RequestDetector } from './detection.ts';
import { halfSaidAt } from './half-said.ts';
import { Seam } from './seam.ts';
import { TokenReplacer } from './token-replacement.ts';
import type { TokenisedRequest, TokenSettings } from './tokenised-request.ts';

const MAIL = 'quillon@quimby.example';
const CARD = '4012 8888 8888 1881';
const IBAN = 'DE89 3704 0044 0532 0130 00';

const scanner = new TextScanner();
afterAll(() => scanner.close());
const detector = new RequestDetector(scanner, { maxCharacters: 1_000_000, budgetMs: 60_000, plugIn: null });
const settingsOf = (types: Record<string, TokenHandling> = {}): TokenSettings => ({
  tenantKey: new Uint8Array(32),
  handling: createHandling(types),
});

describe('an answer that is shown with tokens', () => {
  const settings = settingsOf();
  const replacer = new TokenReplacer(detector);
  const VALUES = [MAIL, CARD, IBAN];

  /** The map of a request that held all values. */
  function mapOf() {
    const tokens = createTokenMap({ ...settings, conversation: 'one' });
    const text = VALUES.join('\n');
    tokens.replace(text, detect(text));
    expect(tokens.size).toBe(VALUES.length);
    return tokens;
  }

  const piece = fc.constantFrom(
    ...VALUES,
    'Write to',
    'and',
    'then 12',
    'qu',
    '4012',
    '(the card)',
    '海が',
    '\n',
    'end.',
  );
  const pieces = fc.array(piece, { minLength: 1, maxLength: 12 });

  it('is joined with what follows without a character lost or repeated, and shows no value nor half of one', async () => {
    let joined = 0;
    await fc.assert(
      fc.asyncProperty(pieces, fc.nat(), fc.nat(), fc.boolean(), async (parts, cutAt, piecesOf, mayRepeat) => {
        // A long passage that comes twice may be meant or be a run-up, and nobody can tell.
        const whole = (mayRepeat ? [...new Set(parts)] : parts).join(' ');
        const tokens = mapOf();
        const delivered = whole.slice(0, 1 + (cutAt % whole.length));
        const begun = await replacer.ofAnswer({ tokens } as TokenisedRequest, delivered, settings);
        if (begun instanceof AppError) {
          expect(begun.code).toBe('denied_by_policy');
          return;
        }
        for (const value of VALUES) {
          expect(begun.prefix).not.toContain(value);
          for (let length = 3; length < value.length; length += 1) {
            const isCutOff = ` ${delivered}`.endsWith(` ${value.slice(0, length)}`);
            if (isCutOff) expect(begun.unseen.length).toBeGreaterThanOrEqual(length);
          }
        }
        // A model that would have said the same: it goes on from what it sees.
        const said = tokens.replace(whole, detect(whole));
        if (!said.startsWith(begun.prefix)) return;
        joined += 1;
        const rest = said.slice(begun.prefix.length);
        const restorer = tokens.restorer('text');
        const seam = new Seam(begun, mayRepeat);
        let client = delivered;
        const size = 1 + (piecesOf % 40);
        for (let at = 0; at < rest.length; at += size) client += seam.push(restorer.push(rest.slice(at, at + size)));
        client += seam.push(restorer.end()) + seam.flush();
        expect(seam.failed).toBe(false);
        expect(client).toBe(whole);
      }),
      { numRuns: 200 },
    );
    expect(joined).toBeGreaterThan(100);
  });

  it.each([
    ['an address', 'Ask jonas@quim', 'Ask'],
    ['a number', 'It is 4929 1000', 'It is'],
    ['a token', 'It is called PII_MAIL_0', 'It is called'],
  ])('ends before what may become %s', async (_what, delivered, shown) => {
    const begun = await replacer.ofAnswer({ tokens: mapOf() } as TokenisedRequest, delivered, settings);
    expect(begun).toMatchObject({ prefix: shown, unseen: delivered.slice(shown.length) });
  });

  it('holds years, pages and words for what they are', () => {
    for (const text of ['In 2024', 'on page 12 of', 'room 4012', 'PII', 'at 09:15', '']) {
      expect(halfSaidAt(text, 0)).toBe(text.length);
    }
  });

  it('counts nothing as restored that nobody answered', async () => {
    const tokens = mapOf();
    await replacer.ofAnswer({ tokens } as TokenisedRequest, `Write to ${MAIL} then`, settings);
    expect(tokens.counts).toMatchObject({ restored: 0, unknown: 0, mangled: 0 });
  });
});

describe('a stream that breaks after values were restored in it', () => {
  let american: ScriptedUpstream;
  let german: ScriptedUpstream;
  let close: (() => Promise<void>) | null = null;

  beforeEach(async () => {
    american = await createScriptedUpstream();
    german = await createScriptedUpstream();
  });

  afterEach(async () => {
    await close?.();
    await american.close();
    await german.close();
  });

  const TALE = { id: 'tale', data_classes: ['personal'], subject_jurisdictions: ['de'], on_stream_break: 'continue' };

  function gatewayOf(germanFirst: boolean, types: Record<string, TokenHandling> = {}) {
    const two = [
      deploymentIn('us', 'one@american', 'maker/one', american),
      deploymentIn('de', 'two@german', 'maker/two', german),
    ];
    const deployments = germanFirst ? two.reverse() : two;
    const gateway = createTestGateway({
      deployments,
      useCases: [useCaseSchema.parse(TALE)],
      policy: new PolicyEngine({
        evaluator: evaluateHere,
        now: () => TODAY.getTime(),
        world: { bundle: createBundle(STARTER_RULES), deployments, groups: COUNTRY_GROUPS },
        tokenise: 'when_needed',
      }),
      detector,
      tokens: settingsOf(types),
    });
    close = gateway.close;
    return gateway;
  }

  const sentTo = (upstream: ScriptedUpstream): string =>
    upstream.requests.map(({ body }) => body.toString('utf8')).join();
  const tokenIn = (text: string): string => /PII_MAIL_\w+/.exec(text)?.[0] ?? 'no token';
  const textOf = (sink: MemorySink): string =>
    sink.text
      .split('\n\n')
      .filter((event) => event.startsWith('data: {'))
      .map((event) => (JSON.parse(event.slice(6)) as { choices?: { delta?: { content?: string } }[] }).choices)
      .map((choices) => choices?.[0]?.delta?.content ?? '')
      .join('');

  async function ask(gateway: ReturnType<typeof gatewayOf>, more: Record<string, unknown> = {}) {
    const messages = [{ role: 'user', content: `Write to ${MAIL}.` }];
    const sink = gateway.send(chat({ messages, stream: true, alidade: { use_case: 'tale' }, ...more }));
    await sink.ended;
    return { sink, receipt: await gateway.journal.receipt };
  }

  /** Says what it is told to, with the token that it was sent. */
  const goesOn = (upstream: ScriptedUpstream, deltas: (token: string) => readonly string[]): void =>
    upstream.reply((call) => chatStream({ deltas: [...deltas(tokenIn(call.body.toString('utf8')))] }));

  const asked = { alidade: { use_case: 'tale', obligations: ['tokenise'] } };

  it('goes on at a deployment that sees tokens only, with the tokens of the request', async () => {
    american.reply((call) => {
      const token = tokenIn(call.body.toString('utf8'));
      return streamCutAfter(3, { deltas: ['I write to ', token, ' and', 'never sent'] });
    });
    goesOn(german, (token) => [` then to ${token.slice(0, 9)}`, `${token.slice(9)} again.`]);
    const { sink, receipt } = await ask(gatewayOf(false), asked);
    expect(textOf(sink)).toBe(`I write to ${MAIL} and then to ${MAIL} again.`);
    expect(sink.text).toContain('[DONE]');
    expect(sentTo(german)).not.toContain('quillon');
    expect(sentTo(german).split(tokenIn(sentTo(american)))).toHaveLength(3);
    expect(receipt).toMatchObject({ outcome: 'continued', tokens: { restored: 2, unknown: 0, cut: 0 } });
  });

  it('goes on from before a token that was cut', async () => {
    american.reply((call) => {
      const token = tokenIn(call.body.toString('utf8'));
      return streamCutAfter(2, { deltas: ['I write to ', token.slice(0, 14), 'never sent'] });
    });
    goesOn(german, (token) => [` ${token}.`]);
    const { sink, receipt } = await ask(gatewayOf(false), asked);
    expect(textOf(sink)).toBe(`I write to ${MAIL}.`);
    expect(receipt).toMatchObject({ outcome: 'continued', tokens: { restored: 1, cut: 1 } });
  });

  it('goes on from before a value that whoever saw values was cut off in', async () => {
    german.reply(streamCutAfter(2, { deltas: ['I write to ', MAIL.slice(0, 11), 'never sent'] }));
    goesOn(american, (token) => [token.slice(0, 8), token.slice(8), ' at once.']);
    const { sink, receipt } = await ask(gatewayOf(true));
    expect(textOf(sink)).toBe(`I write to ${MAIL} at once.`);
    expect(sentTo(american)).not.toContain('quil');
    expect(receipt.attempts.map(({ deployment, outcome }) => `${deployment} ${outcome}`)).toEqual([
      'two@german upstream_cut',
      'one@american ok',
    ]);
  });

  it('ends with an error where the half of a value that the client has does not come again', async () => {
    german.reply(streamCutAfter(2, { deltas: ['I write to ', MAIL.slice(0, 11), 'never sent'] }));
    goesOn(american, () => ['my neighbours.']);
    const { sink, receipt } = await ask(gatewayOf(true));
    expect(textOf(sink)).toBe(`I write to ${MAIL.slice(0, 11)}`);
    expect(sink.text).toContain('"code":"upstream_cut"');
    expect(sink.text).not.toContain('[DONE]');
    expect(receipt.outcome).toBe('upstream_cut');
    // Whoever said something else speaks its dialect well: health counts the cut, and nothing malformed.
    expect(receipt.attempts.map(({ deployment, error }) => `${deployment} ${error}`)).toEqual([
      'two@german upstream_cut',
      'one@american upstream_cut',
    ]);
  });

  it.each([
    [
      'a type is to be blocked that only the answer holds',
      { credit_card: 'block' } as Record<string, TokenHandling>,
      {},
    ],
    [
      'the caller had begun the answer itself',
      {},
      {
        messages: [
          { role: 'user', content: `Write to ${MAIL}.` },
          { role: 'assistant', content: 'To quil' },
        ],
      },
    ],
  ])('goes to nobody who sees tokens only where %s', async (_why, types, more) => {
    german.reply(streamCutAfter(2, { deltas: ['Charge ', `${CARD} soon`, 'never sent'] }));
    goesOn(american, () => [' and more.']);
    const { sink, receipt } = await ask(gatewayOf(true, types), more);
    expect(american.requests).toHaveLength(0);
    expect(sink.text).toContain('"code":"upstream_cut"');
    expect(receipt.outcome).toBe('upstream_cut');
  });
});
