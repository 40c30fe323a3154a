// Times decisions of policy inside this process: `node scripts/measure-policy.ts ROUNDS REPEATS` prints JSON.
// 200 rules (the starter bundle and generated ones that read five attributes each), 200 deployments of which 20 kinds
// can be told apart, and the thread that a server has. `npm run bench -- policy` runs it and judges the figures.

import { performance } from 'node:perf_hooks';
import { COUNTRY_GROUPS } from '../src/catalog/facts/country-groups.ts';
import type { Deployment } from '../src/contracts/deployment.ts';
import type { RequestFacts } from '../src/contracts/request-facts.ts';
import { createBundle } from '../src/policy/bundle.ts';
import { caseDeployment, caseRequest } from '../src/policy/policy-case.ts';
import { PolicyEngine } from '../src/policy/policy-engine.ts';
import { STARTER_RULES } from '../src/policy/starter-rules.ts';
import { PolicyThread } from '../src/policy-thread/policy-thread.ts';

const RULES = 200;
const DEPLOYMENTS = 200;
const KINDS = 20;
/** New combinations per round: each takes tens of milliseconds, and one key brings no more in a minute. */
const NEW_TUPLES = 20;

const SECTORS = Array.from({ length: 40 }, (_, index) => `sector_${index}`);

const generatedRule = (index: number): string => `@id("generated_${index}")
forbid (principal, action in Action::"send", resource)
when {
  context.sectors.contains("${SECTORS[index % SECTORS.length]}")
  && context.data_classes.contains("personal")
  && (resource.region == "us" || resource.region_groups.contains("us_country_of_concern"))
}
unless { resource.dpa == "yes" && resource.certifications.contains("certificate_${index}") };`;

function deployments(): Deployment[] {
  const now = new Date();
  const places = ['de', 'fr', 'us', 'cn', 'gb'];
  return Array.from({ length: DEPLOYMENTS }, (_, index) => {
    const kind = index % KINDS;
    const place = places[kind % places.length];
    const members = { region: place, storage_region: place, operator_country: place, origin_country: place };
    const terms = { trains_on_data: kind % 2 === 0, dpa: kind % 4 < 2, baa: kind >= 10 };
    return caseDeployment({ id: `d${index}`, operator: 'acme', model: 'acme/one', ...members, ...terms }, now);
  });
}

/** A request about personal data; another number is another combination that rules can tell apart. */
function request(number: number): RequestFacts {
  const sectors = SECTORS.filter((_, index) => (number >> (index % 10)) & 1 && index < 10);
  const useCase = { data_classes: ['personal'], subject_jurisdictions: ['de'], sectors };
  const attributes = caseRequest(useCase);
  return { obligations: [], attributes } as unknown as RequestFacts;
}

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.floor((sorted.length - 1) * q)] as number;

function measure(repeats: number, run: (index: number) => void): { p50: number; p99: number } {
  const times = new Float64Array(repeats);
  for (let index = 0; index < repeats; index += 1) {
    const start = performance.now();
    run(index);
    times[index] = (performance.now() - start) * 1_000;
  }
  const sorted = [...times].sort((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
}

interface Fresh {
  p50: number;
  max: number;
  /** Longest stretch of this thread, ms: by the clock, which others on the machine stretch, and of its processor time. */
  blocked: number;
  blockedProcessor: number;
  /** Processor time of both threads per combination, and of this thread alone: what a busy machine does not inflate. */
  processor: number;
  ownProcessor: number;
}

const ownProcessorMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
};

async function newTuples(engine: PolicyEngine, first: number): Promise<Fresh> {
  const times: number[] = [];
  let blocked = 0;
  let blockedProcessor = 0;
  const before = process.cpuUsage();
  const ownBefore = ownProcessorMs();
  for (let index = 0; index < NEW_TUPLES; index += 1) {
    const facts = request(first + index);
    const own = ownProcessorMs();
    const start = performance.now();
    // Everything of a miss that this thread does at once; the rest happens elsewhere or in two short callbacks.
    const pending = engine.prepare(facts, `key ${first}`);
    blocked = Math.max(blocked, performance.now() - start);
    blockedProcessor = Math.max(blockedProcessor, ownProcessorMs() - own);
    const outcome = await pending;
    if (outcome === null || !outcome.ok) throw new Error(`Combination ${first + index} was not evaluated anew.`);
    times.push(performance.now() - start);
  }
  const { user, system } = process.cpuUsage(before);
  const ownProcessor = (ownProcessorMs() - ownBefore) / NEW_TUPLES;
  times.sort((a, b) => a - b);
  const processor = (user + system) / 1_000 / NEW_TUPLES;
  return { p50: quantile(times, 0.5), max: times.at(-1) as number, blocked, blockedProcessor, processor, ownProcessor };
}

const [rounds = 5, repeats = 20_000] = process.argv.slice(2).map(Number);
const thread = new PolicyThread();
const texts = Array.from({ length: RULES - STARTER_RULES.length }, (_, index) => generatedRule(index)).join('\n');
const started = performance.now();
const compiled = await thread.compile([{ name: 'generated.cedar', text: texts }], STARTER_RULES);
const compileMs = performance.now() - started;
if (compiled.rules.length === 0) throw new Error(JSON.stringify(compiled.problems));
const bundle = createBundle([...STARTER_RULES, ...compiled.rules]);
const all = deployments();
const world = { bundle, deployments: all, groups: COUNTRY_GROUPS };
const engine = new PolicyEngine({ evaluator: thread, now: Date.now, world, tokenise: 'when_asked' });
const results: unknown[] = [];
// Warmed up as a server is after its first minute: Cedar, too, is compiled while it runs.
for (let index = 0; index < 40; index += 1) await engine.prepare(request(900 + index), 'warm');
for (let round = 0; round < rounds; round += 1) {
  const fresh = await newTuples(engine, 1 + round * NEW_TUPLES);
  const known = request(1 + round * NEW_TUPLES);
  const { attributes } = known;
  const arrivals = Array.from({ length: repeats }, () => ({ ...known, attributes: { ...attributes } }) as RequestFacts);
  // One request against one deployment, its attributes not seen before as an object: key, look-up, verdict.
  const one = measure(repeats, (index) => {
    const facts = arrivals[index] as RequestFacts;
    if (engine.prepare(facts, 'key') !== null) throw new Error('A known combination was not known.');
    engine.eligibility(facts, all[index % DEPLOYMENTS] as Deployment);
  });
  const set = measure(Math.min(repeats, 2_000), (index) => {
    const facts = { ...known, attributes: { ...(arrivals[index] as RequestFacts).attributes } } as RequestFacts;
    for (const deployment of all) engine.eligibility(facts, deployment);
  });
  results.push({ one, set, fresh });
}
await thread.close();
const settings = {
  rules: bundle.rules.length,
  deployments: all.length,
  kinds: engine.snapshot.kinds.length,
  compileMs,
};
process.stdout.write(`${JSON.stringify({ settings, rounds: results })}\n`);
