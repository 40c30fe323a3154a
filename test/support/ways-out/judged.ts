import { COUNTRY_GROUPS } from '../../../src/catalog/facts/country-groups.ts';
import type { ApiKey } from '../../../src/contracts/api-key.ts';
import { type UseCaseConfig, useCaseSchema } from '../../../src/contracts/configuration.ts';
import type { Deployment } from '../../../src/contracts/deployment.ts';
import type { RequestAttributes } from '../../../src/contracts/policy.ts';
import { createBundle, type PolicyBundle } from '../../../src/policy/bundle.ts';
import { compileRules } from '../../../src/policy/compile-rules.ts';
import { deploymentAttributes } from '../../../src/policy/deployment-attributes.ts';
import { judge, type PolicyCaseResult } from '../../../src/policy/policy-case.ts';
import { pinRegion } from '../../../src/policy/region-parameter.ts';
import { NO_POLICY_SETTINGS, requestAttributes } from '../../../src/policy/request-attributes.ts';
import { STARTER_RULES } from '../../../src/policy/starter-rules.ts';
import { deploymentOf, TODAY } from '../policy-world.ts';
import { type Asked, type Force, modelOf, OWN_RULES, SAID, VALUES } from './situation.ts';

const bundles = new Map<string, PolicyBundle>();

/** The starter bundle and some rules of one's own. */
function bundleOf(chosen: readonly number[]): PolicyBundle {
  const known = bundles.get(String(chosen));
  if (known !== undefined) return known;
  const text = chosen.map((index) => {
    const rule = `forbid (principal, action in Action::"send", resource) when { ${OWN_RULES[index]} };`;
    return `@id("own_${index}")\n@message("Own rule.")\n${rule}`;
  });
  // A file without a rule is refused.
  const files = text.length === 0 ? [] : [{ name: 'own.cedar', text: text.join('\n') }];
  const { rules, problems } = compileRules(files, STARTER_RULES);
  if (problems.length > 0) throw new TypeError(JSON.stringify(problems));
  const bundle = createBundle([...STARTER_RULES, ...rules]);
  bundles.set(String(chosen), bundle);
  return bundle;
}

/** Each at an endpoint of its own, which keeps its address whatever becomes of its facts. */
function deploymentsOf(members: readonly Readonly<Record<string, unknown>>[]): Deployment[] {
  return members.map((given, index) => {
    const made = deploymentOf({ ...given, id: `d${index}`, model: modelOf(index), endpoint: `e${index}` });
    const { facts, quirks } = made.endpoint;
    const pinned = quirks.regionParameter === undefined ? {} : { [facts.region]: `place-${facts.region}` };
    const endpoint = {
      ...made.endpoint,
      ...{ digest: `e${index}`, private: true },
      quirks: { ...quirks, ...(quirks.regionParameter && { regionParameter: { member: 'place', values: pinned } }) },
    };
    return { ...made, upstreamModel: `m${index}`, endpoint, capabilities: new Set(['prefill' as const]) };
  });
}

/** All that is in force at one moment, as the product is given it and as it is judged by. */
export class InForce {
  readonly force: Force;
  readonly bundle: PolicyBundle;
  readonly deployments: readonly Deployment[];
  readonly useCases: ReadonlyMap<string, UseCaseConfig>;
  readonly key: ApiKey;

  constructor(force: Force) {
    this.force = force;
    this.bundle = bundleOf(force.rules);
    this.deployments = deploymentsOf(force.deployments);
    this.useCases = new Map(
      force.useCases.map((members, index) => {
        const id = 'ab'[index] as string;
        return [id, useCaseSchema.parse({ id, ...members })];
      }),
    );
    const { models, useCases, labels, defaultJurisdictions } = force.key;
    this.key = {
      ...{ id: 'k', hash: 'k', prefix: '', roles: ['app'], defaultUseCase: null, limits: null, createdAt: '' },
      ...{ models, useCases, defaultJurisdictions, labels: labels as ApiKey['labels'], revokedAt: null },
    };
  }

  /** null: revoked. */
  get keyNow(): ApiKey | null {
    return this.force.key.revoked ? null : this.key;
  }
}

/** What leaves this process for a deployment. */
export interface Leaving {
  endpoint: string;
  body: string;
}

type Verdict = PolicyCaseResult['verdict'];

/** Calls from inside come by no key. */
const hasKey = ({ way, withKey }: Asked): boolean => withKey && (way === 'chat' || way === 'ensemble');

function attributesOf(asked: Asked, { useCases, keyNow }: InForce, body: string): RequestAttributes {
  const useCase = asked.useCase === null ? null : (useCases.get(asked.useCase) ?? null);
  const key = hasKey(asked) ? keyNow : null;
  const found = VALUES.filter(({ value }) => body.includes(value) || SAID[asked.said]?.includes(value));
  return requestAttributes({
    useCase,
    declaredClasses: [],
    detectedClasses: found.map(({ dataClass }) => dataClass),
    keyJurisdictions: key?.defaultJurisdictions ?? null,
    statedTask: (useCase?.task ?? null) as RequestAttributes['task'] as never,
    statedLabels: [...new Set([...(key?.labels ?? []), ...((useCase?.labels ?? []) as ApiKey['labels'])])],
    unscannable: false,
    settings: NO_POLICY_SETTINGS,
  });
}

const matches = (model: string, pattern: string): boolean =>
  pattern === model || (pattern.endsWith('/*') && model.startsWith(pattern.slice(0, -1)));

/** What is wrong with the caller by now. */
function callerFaults(asked: Asked, { useCases, keyNow }: InForce, deployment: Deployment): string[] {
  const faults: string[] = [];
  if (asked.useCase !== null && !useCases.has(asked.useCase)) faults.push('for a use case that is gone');
  if (!hasKey(asked)) return faults;
  if (keyNow === null) return [...faults, 'by a key that is revoked'];
  if (asked.useCase !== null && keyNow.useCases?.includes(asked.useCase) !== true) {
    faults.push('for a use case that the key does not carry');
  }
  if (keyNow.models !== null && !keyNow.models.some((pattern) => matches(deployment.model, pattern))) {
    faults.push('of a model that the key does not allow');
  }
  return faults;
}

/** What must not be seen in what leaves. */
function shown(body: string, { force }: InForce): string[] {
  const hidden = VALUES.filter(({ type }) => !(force.keepsMail && type === 'email'));
  return hidden.filter(({ value }) => body.includes(value)).map(({ value }) => value);
}

function isPersonal(asked: Asked, body: string): boolean {
  return VALUES.some(({ value }) => body.includes(value) || SAID[asked.said]?.includes(value));
}

function pinFault(deployment: Deployment, body: string): string[] {
  const pin = pinRegion(deployment.endpoint);
  if (pin.kind === 'address') return [];
  if (pin.kind === 'impossible') return ['pinned nowhere'];
  const written = (JSON.parse(body) as Record<string, unknown>)[pin.member];
  return written === pin.value ? [] : [`pinned to ${String(written)}`];
}

/**
 * Everything that forbids this call at the moment at which it leaves, worked out from what is in force alone and by other
 * means than the gateway's.
 */
export function faultsOf(
  asked: Asked,
  now: InForce,
  leaving: Leaving,
  tokenise: 'when_asked' | 'when_needed',
): string[] {
  const deployment = now.deployments.find(({ endpoint }) => endpoint.id === leaving.endpoint) as Deployment;
  const { body } = leaving;
  const attributes = attributesOf(asked, now, body);
  const known = deploymentAttributes(deployment, COUNTRY_GROUPS, TODAY.getTime());
  const ruled = (mode: 'asked' | typeof tokenise): Verdict => judge(now.bundle, attributes, known, mode);
  const said = VALUES.find(({ value }) => SAID[asked.said]?.includes(value));
  // Tokens stand for what was said: then rules are asked about tokens, whoever demanded them.
  const isHidden = said !== undefined && !shown(body, now).includes(said.value);
  const verdict = ruled(asked.obliged || isHidden ? 'asked' : tokenise);
  const faults = callerFaults(asked, now, deployment);
  if (!verdict.permitted) faults.push(`against ${verdict.rules.join(', ')}`);
  const personal = !attributes.labelled && isPersonal(asked, body) ? now.force.unlabelledPersonal : 'record';
  if (personal === 'deny') faults.push('with personal data that nobody labelled');
  const needsTokens = asked.obliged || personal === 'tokenise' || verdict.obligations.includes('tokenise');
  if (needsTokens) faults.push(...shown(body, now).map((value) => `showing ${value}`));
  if (verdict.obligations.includes('pin_region')) faults.push(...pinFault(deployment, body));
  const use = asked.way === 'evaluation' ? 'evaluate_on' : asked.way === 'judge' ? 'judge_with' : null;
  if (use !== null && verdict.forbidden_uses.includes(use)) faults.push(`though rules forbid to ${use}`);
  return faults.map((fault) => `${asked.way} to ${deployment.id} ${fault}`);
}

/** Whether it must have been on record before it left. */
export const mustBeOnRecord = (asked: Asked, now: InForce, body: string): boolean =>
  attributesOf(asked, now, body).labelled;
