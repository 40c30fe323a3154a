import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chat, createTestGateway, type TestGatewayOptions, upstreamDeployment } from '../../test/support/gateway.ts';
import type { MemorySink } from '../../test/support/memory-sink.ts';
import { TODAY } from '../../test/support/policy-world.ts';
import { streamCutAfter } from '../../test/support/upstream/faults.ts';
import { chatCompletion, chatStream, errorReply } from '../../test/support/upstream/openai-replies.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../../test/support/upstream/scripted-upstream.ts';
import { COUNTRY_GROUPS } from '../catalog/facts/country-groups.ts';
import { type UseCaseConfig, useCaseSchema } from '../contracts/configuration.ts';
import type { Deployment } from '../contracts/deployment.ts';
import type { DetectorPlugIn } from '../contracts/detector.ts';
import { NO_REQUEST_HEADERS } from '../contracts/gateway-request.ts';
import { createBundle } from '../policy/bundle.ts';
import { compileRules } from '../policy/compile-rules.ts';
import { evaluateHere } from '../policy/evaluate-rules.ts';
import { PolicyEngine } from '../policy/policy-engine.ts';
import { STARTER_RULES } from '../policy/starter-rules.ts';
import { TextScanner } from '../privacy-thread/text-scanner.ts';
import { testEndpoint } from '../routing/test-world.ts';
import { type DetectionSettings, RequestDetector } from './detection.ts';
import type { GatewayWorld } from './gateway-world.ts';

const CARD = '4012 8888 8888 1881';
const MAIL = 'quillon@quimby.example';
const SETTINGS: DetectionSettings = { maxCharacters: 1_000_000, budgetMs: 60_000, plugIn: null };

let american: ScriptedUpstream;
let german: ScriptedUpstream;
let scanner: TextScanner;
let close: (() => Promise<void>) | null = null;

beforeEach(async () => {
  american = await createScriptedUpstream();
  german = await createScriptedUpstream();
  for (const upstream of [american, german]) upstream.reply(chatCompletion());
  scanner = new TextScanner();
});

afterEach(async () => {
  await close?.();
  await scanner.close();
  await american.close();
  await german.close();
});

/** An endpoint whose facts are known, in one country altogether. */
function deploymentIn(country: string, id: string, model: string, upstream: ScriptedUpstream): Deployment {
  const facts = {
    ...testEndpoint(id).facts,
    region: country,
    storageRegion: country,
    operatorCountry: country,
    retentionDays: 0,
    trainsOnData: false,
    checkedAt: '2026-11-01',
  };
  return upstreamDeployment(id, model, upstream, {
    endpoint: testEndpoint(id, { baseUrl: upstream.baseUrl, private: true, auth: 'none', facts }),
  });
}

const useCase = (given: Record<string, unknown>): UseCaseConfig => useCaseSchema.parse(given);
const CONFIDENTIAL = useCase({ id: 'contracts', data_classes: ['confidential'], subject_jurisdictions: ['de'] });

function gatewayOf(options: Partial<TestGatewayOptions> & { settings?: Partial<DetectionSettings> } = {}) {
  const deployments = [
    deploymentIn('us', 'one@american', 'maker/one', american),
    deploymentIn('de', 'two@german', 'maker/two', german),
  ];
  const world = { bundle: createBundle(STARTER_RULES), deployments, groups: COUNTRY_GROUPS };
  const policy = new PolicyEngine({
    evaluator: evaluateHere,
    now: () => TODAY.getTime(),
    world,
    tokenise: 'when_asked',
  });
  const detector = new RequestDetector(scanner, { ...SETTINGS, ...options.settings });
  const gateway = createTestGateway({ deployments, useCases: [CONFIDENTIAL], policy, detector, ...options });
  close = gateway.close;
  return { ...gateway, policy, world };
}

async function ask(gateway: ReturnType<typeof gatewayOf>, content: unknown, more: Record<string, unknown> = {}) {
  const sink: MemorySink = gateway.send(chat({ messages: [{ role: 'user', content }], ...more }));
  await sink.ended;
  return { sink, receipt: gateway.journal.receipts.at(-1) };
}

const labelled = { alidade: { use_case: 'contracts' } };

describe('requests with personal data', () => {
  it('have their classes, types and counts on record, and never a value', async () => {
    const gateway = gatewayOf();
    const { receipt } = await ask(gateway, `Charge ${CARD} and mail ${MAIL}, copy to ${MAIL}.`);
    expect(receipt?.decision).toMatchObject({
      data_classes: ['personal.contact.email', 'personal.financial.card'],
      findings: { credit_card: 1, email: 2 },
      detection: 'complete',
    });
    const record = JSON.stringify(gateway.journal.records);
    expect(record).not.toContain(MAIL);
    expect(record).not.toContain('8888');
  });

  it('are searched whatever the client speaks and wherever the value stands', async () => {
    const gateway = gatewayOf();
    const tools = [{ name: 'pay', input_schema: { type: 'object', properties: { to: { default: MAIL } } } }];
    const body = {
      model: 'auto',
      max_tokens: 9,
      system: 'Be brief.',
      messages: [{ role: 'user', content: 'x' }],
      tools,
    };
    await gateway.send(body, { dialect: 'anthropic' }).ended;
    await gateway.send({ model: 'auto', input: [`a ${CARD}`] }, { operation: 'embeddings' }).ended;
    const [first, second] = gateway.journal.receipts;
    expect(first?.decision?.findings).toEqual({ email: 1 });
    expect(second?.decision?.findings).toEqual({ credit_card: 1 });
  });

  it('are decided by what is in them where they are labelled', async () => {
    const gateway = gatewayOf();
    const without = await ask(gateway, 'What does clause 7 say?', labelled);
    expect(without.receipt?.attempts.map(({ deployment }) => deployment)).toEqual(['one@american']);
    const withMail = await ask(gateway, `What did ${MAIL} say of clause 7?`, labelled);
    expect(withMail.receipt?.attempts.map(({ deployment }) => deployment)).toEqual(['two@german']);
    expect(withMail.receipt?.decision).toMatchObject({
      data_classes: ['confidential', 'personal.contact.email'],
      removed: [{ deployment: 'one@american', rules: ['eu_personal_data_needs_transfer_basis'] }],
      request: {
        attributes: { labelled: true, use_case: 'contracts', subject_jurisdictions: expect.arrayContaining(['de']) },
      },
    });
  });

  it('say that they hold what cannot be searched where they are labelled, and only there', async () => {
    const gateway = gatewayOf();
    const image = [{ type: 'image_url', image_url: { url: 'https://quimby.example/a.png' } }];
    const { receipt } = await ask(gateway, image, labelled);
    expect(receipt?.decision?.request?.attributes).toMatchObject({ unscannable: true });
    const { receipt: unlabelled } = await ask(gateway, image);
    expect(unlabelled?.decision?.request?.attributes ?? {}).not.toHaveProperty('unscannable');
  });

  it('are recorded, or refused by name, where nobody says what they are', async () => {
    const recorded = gatewayOf();
    expect((await ask(recorded, MAIL)).sink.status).toBe(200);
    await recorded.close();
    const denying = gatewayOf({ unlabelledPersonal: 'deny' });
    const before = american.requests.length + german.requests.length;
    const { sink, receipt } = await ask(denying, MAIL);
    expect(sink.status).toBe(403);
    expect(sink.text).toContain('unlabelled_personal_denied');
    expect(receipt?.decision?.removed.map(({ rules }) => rules)).toEqual([
      ['unlabelled_personal_denied'],
      ['unlabelled_personal_denied'],
    ]);
    expect(american.requests.length + german.requests.length).toBe(before);
    expect((await ask(denying, 'Nothing of the kind.')).sink.status).toBe(200);
  });

  it('are called no more when a configuration that comes half-way refuses or labels them', async () => {
    const later: readonly Partial<GatewayWorld>[] = [
      { unlabelledPersonal: 'deny' },
      { unlabelledPersonal: 'tokenise' },
      {
        useCases: new Map([
          ['notes', useCase({ id: 'notes', data_classes: ['personal'], subject_jurisdictions: ['de'] })],
        ]),
      },
    ];
    for (const change of later) {
      const gateway = gatewayOf({ useCases: [useCase({ id: 'notes' })] });
      german.reply(errorReply(500));
      american.reply(() => {
        gateway.gateway.setWorld({ ...gateway.gateway.world, ...change });
        return errorReply(500);
      });
      const { receipt } = await ask(gateway, MAIL, { alidade: { use_case: 'notes' } });
      const called = receipt?.attempts.map(({ deployment }) => deployment);
      // Labelled, it may still go where rules allow it; refused, or without tokens, nowhere.
      if (change.useCases === undefined) expect(called).toEqual(['one@american']);
      else expect(called?.filter((id) => id === 'one@american')).toHaveLength(1);
      await gateway.close();
    }
  });

  it('meet the rules with labels and findings as a configuration has them that comes half-way', async () => {
    const own = `@id("own") @message("Own.") forbid (principal, action in Action::"send", resource) when {
      resource.region == "de" &&
      (context.labels.contains("regulated_eu") || context.data_classes.contains("personal.contact.email"))
    };`;
    const { rules, problems } = compileRules([{ name: 'own.cedar', text: own }], STARTER_RULES);
    expect(problems).toEqual([]);
    const goesOn = { id: 'notes', on_stream_break: 'continue' };
    const cases = [
      { stream: false, meanwhile: {}, german: 1 },
      { stream: false, meanwhile: { labels: ['regulated_eu'] }, german: 0 },
      { stream: true, meanwhile: {}, german: 1 },
      { stream: true, meanwhile: { labels: ['regulated_eu'] }, german: 0 },
      // What is found counts from the moment on at which somebody says what the data are.
      { stream: true, meanwhile: { data_classes: ['internal'] }, german: 0 },
    ];
    for (const { stream, meanwhile, german: calls } of cases) {
      const gateway = gatewayOf({ useCases: [useCase(goesOn)] });
      gateway.policy.publish({ ...gateway.world, bundle: createBundle([...STARTER_RULES, ...rules]) });
      const before = german.requests.length;
      american.reply(() => {
        const useCases = new Map([['notes', useCase({ ...goesOn, ...meanwhile })]]);
        gateway.gateway.setWorld({ ...gateway.gateway.world, useCases });
        return stream ? streamCutAfter(1) : errorReply(500);
      });
      german.reply(stream ? chatStream() : chatCompletion());
      await ask(gateway, MAIL, { stream, alidade: { use_case: 'notes' } });
      expect(german.requests.length - before).toBe(calls);
      await gateway.close();
    }
  });

  it('show their classes where it is only decided', async () => {
    const gateway = gatewayOf();
    const body = Buffer.from(JSON.stringify(chat({ messages: [{ role: 'user', content: MAIL }] })));
    const { gateway: product } = gateway;
    const decision = await product.route({ body, key: null, headers: NO_REQUEST_HEADERS, receivedAtMs: 0 });
    expect(decision).toMatchObject({ data_classes: ['personal.contact.email'], findings: { email: 1 } });
  });
});

describe('requests that cannot be searched to their end', () => {
  const LONG = 'The quick brown fox. '.repeat(4_000);

  it('are refused where they are labelled, and recorded as incomplete where not', async () => {
    const gateway = gatewayOf({ settings: { maxCharacters: 50_000 } });
    const refused = await ask(gateway, LONG, labelled);
    expect(refused.sink.status).toBe(413);
    expect(refused.sink.text).toContain('detection.max_characters');
    expect(american.requests.length + german.requests.length).toBe(0);
    const { receipt } = await ask(gateway, LONG);
    expect(receipt?.decision).toMatchObject({ data_classes: [], findings: {}, detection: 'incomplete' });
    expect(receipt?.outcome).toBe('ok');
  });

  it('are refused where their content decides, labelled or not', async () => {
    const gateway = gatewayOf({ settings: { maxCharacters: 50_000 }, unlabelledPersonal: 'deny' });
    expect((await ask(gateway, LONG)).sink.status).toBe(413);
    expect(american.requests.length + german.requests.length).toBe(0);
  });

  it('are refused when the thread is gone', async () => {
    await scanner.close();
    const gateway = gatewayOf();
    const { sink } = await ask(gateway, LONG.repeat(4), labelled);
    expect(sink.status).toBe(503);
    expect(sink.text).toContain('detection_incomplete');
    expect(american.requests.length + german.requests.length).toBe(0);
  });

  it('are refused when a plug-in fails, and searched by both when it answers', async () => {
    const found = [{ type: 'vehicle_plate', start: 0, end: 4, score: 0.9 }];
    const answers: DetectorPlugIn['detect'][] = [() => Promise.reject(new Error('down')), () => Promise.resolve(found)];
    const plugIn: DetectorPlugIn = {
      name: 'mine',
      detect: (...given) => (answers.shift() ?? answers[0])?.(...given) as never,
    };
    const gateway = gatewayOf({ settings: { plugIn } });
    expect((await ask(gateway, 'AB 1 drives.', labelled)).sink.text).toContain('detection_incomplete');
    const { receipt } = await ask(gateway, `AB 1 is ${MAIL}`);
    expect(receipt?.decision).toMatchObject({
      findings: { vehicle_plate: 1, email: 1 },
      data_classes: ['personal', 'personal.contact.email'],
    });
  });

  it('let others pass while a long one is searched', async () => {
    const gateway = gatewayOf();
    const long = gateway.send(chat({ messages: [{ role: 'user', content: `${LONG} ${MAIL}` }] }));
    const short = gateway.send(chat());
    await Promise.all([long.ended, short.ended]);
    expect(gateway.journal.receipts.map(({ request_id }) => request_id)).toEqual(['req_2', 'req_1']);
    expect(gateway.journal.receipts[1]?.decision?.findings).toEqual({ email: 1 });
  });
});
