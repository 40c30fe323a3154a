import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { arbiter, testEnsemble } from '../../test/support/ensembles.ts';
import { chat, createTestGateway, type TestGatewayOptions } from '../../test/support/gateway.ts';
import { TODAY } from '../../test/support/policy-world.ts';
import { deploymentIn } from '../../test/support/served-upstreams.ts';
import { chatCompletion, chatStream, errorReply } from '../../test/support/upstream/openai-replies.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../../test/support/upstream/scripted-upstream.ts';
import { COUNTRY_GROUPS } from '../catalog/facts/country-groups.ts';
import { useCaseSchema } from '../contracts/configuration.ts';
import type { TokenHandling } from '../contracts/tokens.ts';
import { createBundle } from '../policy/bundle.ts';
import { evaluateHere } from '../policy/evaluate-rules.ts';
import { PolicyEngine } from '../policy/policy-engine.ts';
import type { Rule } from '../policy/rule.ts';
import { STARTER_RULES } from '../policy/starter-rules.ts';
import { createHandling } from '../privacy/tokens/handling.ts';
import { TextScanner } from '../privacy-thread/text-scanner.ts';
import { RequestDetector } from './detection.ts';

const MAIL = 'quillon@quimby.example';
const CARD = '4012 8888 8888 1881';

let american: ScriptedUpstream;
let german: ScriptedUpstream;
let scanner: TextScanner;
let close: (() => Promise<void>) | null = null;

/** What an upstream was sent, as it lies in its body. */
const sentTo = (upstream: ScriptedUpstream): string =>
  upstream.requests.map(({ body }) => body.toString('utf8')).join();

/** Says back what it was asked, in one piece or in pieces of seven characters. */
function echo(upstream: ScriptedUpstream, stream: boolean): void {
  upstream.reply((call) => {
    const { messages } = call.json() as { messages: { content: string }[] };
    const content = `You said: ${messages.at(-1)?.content}`;
    return stream ? chatStream({ deltas: content.match(/.{1,7}/gs) ?? [] }) : chatCompletion({ content });
  });
}

beforeEach(async () => {
  american = await createScriptedUpstream();
  german = await createScriptedUpstream();
  for (const upstream of [american, german]) echo(upstream, false);
  scanner = new TextScanner();
});

afterEach(async () => {
  await close?.();
  await scanner.close();
  await american.close();
  await german.close();
});

const CLIENTS = useCaseSchema.parse({ id: 'clients', data_classes: ['personal'], subject_jurisdictions: ['de'] });
const labelled = { alidade: { use_case: 'clients' } };
const asked = { alidade: { obligations: ['tokenise'] } };

interface Options extends Partial<TestGatewayOptions> {
  tokenise?: 'when_asked' | 'when_needed';
  types?: Record<string, TokenHandling>;
  rules?: readonly Rule[];
}

function gatewayOf({ tokenise = 'when_asked', types = {}, rules = STARTER_RULES, ...options }: Options = {}) {
  const deployments = [
    deploymentIn('us', 'one@american', 'maker/one', american),
    deploymentIn('de', 'two@german', 'maker/two', german),
  ];
  const gateway = createTestGateway({
    deployments,
    useCases: [CLIENTS],
    policy: new PolicyEngine({
      evaluator: evaluateHere,
      now: () => TODAY.getTime(),
      world: { bundle: createBundle(rules), deployments, groups: COUNTRY_GROUPS },
      tokenise,
    }),
    detector: new RequestDetector(scanner, { maxCharacters: 1_000_000, budgetMs: 60_000, plugIn: null }),
    tokens: { tenantKey: new Uint8Array(32), handling: createHandling(types) },
    ...options,
  });
  close = gateway.close;
  return gateway;
}

async function ask(gateway: ReturnType<typeof gatewayOf>, content: unknown, more: Record<string, unknown> = {}) {
  const sink = gateway.send(chat({ messages: [{ role: 'user', content }], ...more }));
  await sink.ended;
  return { sink, receipt: gateway.journal.receipts.at(-1) };
}

describe('a deployment that may only be shown tokens', () => {
  it.each([false, true])('gets tokens, and the client its values back (stream: %s)', async (stream) => {
    echo(american, stream);
    const gateway = gatewayOf();
    const { sink, receipt } = await ask(gateway, `Charge ${CARD} and mail ${MAIL}.`, { ...asked, stream });
    expect(sentTo(american)).toMatch(/PII_CARD_\w+ and mail PII_MAIL_/);
    expect(sentTo(american)).not.toContain('4012');
    expect(sentTo(american)).not.toContain('quillon');
    const said = stream ? [...sink.text.matchAll(/"content":"([^"]*)"/g)].map(([, text]) => text).join('') : sink.text;
    expect(said).toContain(`You said: Charge ${CARD} and mail ${MAIL}.`);
    expect(sink.text).not.toContain('PII_');
    expect(receipt).toMatchObject({
      obligations_applied: ['tokenise'],
      tokens: { tokenised: 2, restored: 2, unknown: 0 },
    });
    expect(JSON.stringify(gateway.journal.records)).not.toContain('quillon');
  });

  it.each(['openai', 'anthropic'] as const)('counts each once where it answers whole instead: %s', async (dialect) => {
    const gateway = gatewayOf();
    const messages = [{ role: 'user', content: `Charge ${CARD} and mail ${MAIL}.` }];
    const sink = gateway.send({ model: 'auto', max_tokens: 99, messages, ...asked, stream: true }, { dialect });
    await sink.ended;
    expect(sink.text).toContain(`You said: Charge ${CARD} and mail ${MAIL}.`);
    expect(gateway.journal.receipts.at(-1)).toMatchObject({ tokens: { tokenised: 2, restored: 2, unknown: 0 } });
  });

  it('gets them across dialects too', async () => {
    const gateway = gatewayOf();
    const body = { model: 'auto', max_tokens: 99, messages: [{ role: 'user', content: `Mail ${MAIL}.` }], ...asked };
    const sink = gateway.send(body, { dialect: 'anthropic' });
    await sink.ended;
    expect(sentTo(american)).toContain('PII_MAIL_');
    expect(sentTo(american)).not.toContain('quillon');
    expect(sink.text).toContain(`You said: Mail ${MAIL}.`);
  });

  it('gets them where the configuration says so of unlabelled traffic, and nothing is done without a finding', async () => {
    const gateway = gatewayOf({ unlabelledPersonal: 'tokenise' });
    expect((await ask(gateway, `Mail ${MAIL}.`)).sink.text).toContain(MAIL);
    expect(sentTo(american)).not.toContain('quillon');
    expect((await ask(gateway, 'Nothing.')).receipt).toMatchObject({ obligations_applied: [] });
  });

  it('gets them by itself where rules allow nothing else, and whoever may see values gets values', async () => {
    const gateway = gatewayOf({ tokenise: 'when_needed' });
    american.reply(errorReply(500));
    const { sink, receipt } = await ask(gateway, `Mail ${MAIL}.`, labelled);
    expect(receipt?.attempts.map(({ deployment }) => deployment)).toEqual(['one@american', 'two@german']);
    expect(sentTo(american)).toContain('PII_MAIL_');
    expect(sentTo(american)).not.toContain('quillon');
    expect(sentTo(german)).toContain(MAIL);
    expect(sink.text).toContain(MAIL);
  });

  it('gets values that a label far away gave away', async () => {
    const gateway = gatewayOf();
    const rows = JSON.stringify({ title: 'IBANs of customers, all', rows: [{ iban: 'DE89 3704 0044 0532 0130 00' }] });
    await ask(gateway, rows, asked);
    expect(sentTo(american)).toContain('PII_BANK_');
    expect(sentTo(american)).not.toContain('3704 0044');
  });

  it.each([
    [
      'an address that is fetched',
      {
        messages: [
          { role: 'user', content: [{ type: 'image_url', image_url: { url: `https://a.example/?to=${MAIL}` } }] },
        ],
      },
    ],
    [
      'an id',
      {
        messages: [
          { role: 'user', content: 'x' },
          { role: 'tool', tool_call_id: MAIL, content: 'y' },
        ],
      },
    ],
    ['the name of a tool', { tools: [{ type: 'function', function: { name: MAIL, parameters: {} } }] }],
    ['a number where nobody expects one', { extra: { card: 4012888888881881 } }],
  ])('gets nothing at all where %s holds what cannot be replaced', async (_place, more) => {
    const gateway = gatewayOf();
    const { sink, receipt } = await ask(gateway, 'x', { ...asked, ...more });
    expect(sentTo(american) + sentTo(german)).not.toMatch(/quillon|4012/);
    expect(sink.status).toBe(403);
    expect(sink.text).toContain('personal_data_cannot_be_tokenised');
    expect(receipt?.attempts).toEqual([]);
  });

  it('is passed over where a type is to be blocked, and others go on', async () => {
    const gateway = gatewayOf({ tokenise: 'when_needed', types: { email: 'block' } });
    const { sink, receipt } = await ask(gateway, `Mail ${MAIL}.`, labelled);
    expect(sink.status).toBe(200);
    expect(receipt?.attempts.map(({ deployment }) => deployment)).toEqual(['two@german']);
    expect(american.requests).toEqual([]);
  });

  it('is removed where the request holds what nobody can search, whatever the rules', async () => {
    const gateway = gatewayOf({ rules: [] });
    const image = [{ type: 'image_url', image_url: { url: 'https://quimby.example/a.png' } }];
    const { sink, receipt } = await ask(gateway, image, { alidade: { ...labelled.alidade, ...asked.alidade } });
    expect(sink.status).toBe(403);
    expect(receipt?.decision?.removed.map(({ rules }) => rules)).toEqual([
      ['unscannable_parts_cannot_be_tokenised'],
      ['unscannable_parts_cannot_be_tokenised'],
    ]);
  });

  it('is not used where no tokens can be made', async () => {
    const deployments = [deploymentIn('us', 'one@american', 'maker/one', american)];
    const gateway = createTestGateway({ deployments });
    close = gateway.close;
    const sink = gateway.send(chat(asked));
    await sink.ended;
    expect(sink.text).toContain('tokenise_not_offered');
    expect(american.requests).toEqual([]);
  });
});

describe('an ensemble that may only be shown tokens', () => {
  const tokensIn = (text: string): Set<string> => new Set(text.match(/PII_[A-Z]{4}_[0-9A-Z]{13}/g));

  it.each([null, 'session-1'])(
    'has one map: members and arbiter see the same tokens, the client values (%s)',
    async (session) => {
      const judge = await createScriptedUpstream();
      const saying = (upstream: ScriptedUpstream, who: string): void =>
        upstream.reply((call) => {
          const { messages } = call.json() as { messages: { content: string }[] };
          return chatStream({ deltas: [`${who} heard: ${messages.at(-1)?.content}`] });
        });
      saying(american, 'Maple');
      saying(german, 'Linden');
      judge.reply(arbiter(({ first }) => (first.includes('Linden') ? 'FIRST' : 'SECOND')));
      const gateway = gatewayOf({
        deployments: [
          deploymentIn('us', 'one@american', 'maker/one', american),
          deploymentIn('de', 'two@german', 'other/two', german),
          deploymentIn('us', 'three@judge', 'judge/three', judge),
        ],
        ensembles: [testEnsemble({ maxCostUsd: null })],
      });
      const { sink } = await ask(gateway, `Charge ${CARD} and mail ${MAIL}.`, {
        model: 'ensemble/review',
        alidade: { obligations: ['tokenise'], ...(session === null ? {} : { session }) },
      });
      expect(sink.json()).toMatchObject({
        choices: [{ message: { content: `Linden heard: Charge ${CARD} and mail ${MAIL}.` } }],
      });
      const members = tokensIn(sentTo(american));
      expect(members.size).toBe(2);
      expect(tokensIn(sentTo(german))).toEqual(members);
      expect(judge.requests).toHaveLength(2);
      for (const { body } of judge.requests) {
        const seen = body.toString('utf8');
        expect(tokensIn(seen)).toEqual(members);
        // In the request and in both answers.
        for (const token of members) expect(seen.split(token)).toHaveLength(4);
      }
      for (const upstream of [american, german, judge]) {
        expect(sentTo(upstream)).not.toContain('4012');
        expect(sentTo(upstream)).not.toContain('quillon');
      }
      expect(JSON.stringify(gateway.journal.records)).not.toContain('quillon');
      const [parent] = gateway.journal.receipts.filter(({ ensemble }) => ensemble !== undefined);
      expect(parent?.ensemble?.obligations).toEqual(['tokenise']);
      await gateway.close();
      await judge.close();
    },
  );
});
