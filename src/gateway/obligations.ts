import type { Decision } from '../contracts/decision.ts';
import type { Deployment } from '../contracts/deployment.ts';
import { AppError } from '../contracts/errors.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import type { Obligation } from '../contracts/vocabulary.ts';
import { scanJson, spliceJson } from '../lib/json-scan.ts';
import { pinRegion } from '../policy/region-parameter.ts';
import { allowListRules } from '../routing/allow-list.ts';
import type { Eligibility, EligibilityVerdict } from '../routing/eligibility.ts';
import type { UpstreamBody } from '../wire/dialect.ts';
import { LossReport } from '../wire/losses.ts';

/** Rule ids of deployments whose obligations cannot be carried out here. */
const OBLIGATION_RULES = {
  tokenise: 'tokenise_not_offered',
  unscannable: 'unscannable_parts_cannot_be_tokenised',
  pin_region: 'region_cannot_be_pinned',
} as const;

/** Of a body that has been read before, or that we have made. */
const BODY_LIMITS = { maxDepth: 256, maxKeys: 1_000_000 };

const NONE: readonly Obligation[] = Object.freeze([]);

const forbidden = (rule: string): EligibilityVerdict => ({ permitted: false, rules: [rule], wouldAdmit: null });

/**
 * What refuses the request as a whole comes first. An obligation that nobody can carry out permits nothing: such a
 * deployment is removed, under a rule of its own.
 */
export function onlyWhatCanBeDone(eligibility: Eligibility, hasTokens: boolean): Eligibility {
  return (facts, deployment) => {
    if (facts.forbiddenBy !== undefined) return { permitted: false, rules: facts.forbiddenBy, wouldAdmit: null };
    const verdict = eligibility(facts, deployment);
    if (!verdict.permitted) return verdict;
    const isObliged = (to: Obligation): boolean => verdict.obligations.includes(to) || facts.obligations.includes(to);
    if (isObliged('tokenise')) {
      if (!hasTokens) return forbidden(OBLIGATION_RULES.tokenise);
      if (hidesContent(facts) && deployment.endpoint.operator !== 'self')
        return forbidden(OBLIGATION_RULES.unscannable);
    }
    return isObliged('pin_region') && pinRegion(deployment.endpoint).kind === 'impossible'
      ? forbidden(OBLIGATION_RULES.pin_region)
      : verdict;
  };
}

/** Labelled, with parts that nobody can search, and nobody has approved that. Also said by a rule, which may be off. */
const hidesContent = ({ attributes }: RequestFacts): boolean =>
  attributes?.unscannable === true && !attributes.approvals.includes('unscannable_parts');

/**
 * Whether a call may be made as it was decided on: the configuration may refuse the request by now, or demand more than
 * the plan does; the key may allow fewer models, and facts that the caller's own preferences are about may be others.
 */
export function stillHolds(
  facts: RequestFacts,
  deployment: Deployment,
  obligations: readonly Obligation[],
  now: string,
): boolean {
  if (facts.forbiddenBy !== undefined) return false;
  for (const obligation of facts.obligations) if (!obligations.includes(obligation)) return false;
  // Tags compare candidates with each other: what they left in the plan stays in it.
  if (allowListRules(facts, deployment, false, now).length > 0) return false;
  return !obligations.includes('tokenise') || !hidesContent(facts) || deployment.endpoint.operator === 'self';
}

/** What a decision obliges to for one of its deployments. */
export function obligationsOf(decision: Decision, deployment: Deployment): readonly Obligation[] {
  // Asked several times a request: a function to `find` with would be made each time.
  for (const entry of decision.plan) if (entry.deployment === deployment.id) return entry.obligations;
  return NONE;
}

/** Whether any deployment of the plan may be called only without keeping what was said. */
export const keepsNoBody = ({ plan }: Decision): boolean =>
  plan.some(({ obligations }) => obligations.includes('keep_no_body'));

/** Writes where it is to be computed into a body, over whatever the caller wrote. @throws AppError internal */
export function withPinnedRegion(body: UpstreamBody, deployment: Deployment): UpstreamBody {
  const pin = pinRegion(deployment.endpoint);
  if (pin.kind === 'address') return body;
  if (pin.kind === 'impossible') throw new AppError('internal', pin.why);
  const scan = scanJson(body.body, BODY_LIMITS);
  if (!scan.ok) throw new AppError('internal', 'A body of our own making could not be read.');
  const edits = { set: { [pin.member]: JSON.stringify(pin.value) }, remove: [] };
  return { ...body, body: spliceJson(body.body, scan, edits) };
}

const STORE = Buffer.from('"store"');

/**
 * Takes back that the vendor shall keep the conversation, where it is labelled: what rules know of retention holds for what
 * nobody asks it to keep (`feature:openai/stored_responses`).
 */
export function notKeptByVendor(
  body: UpstreamBody,
  { attributes }: RequestFacts,
  deployment: Deployment,
): UpstreamBody {
  const { dialect, operator } = deployment.endpoint;
  if (attributes?.labelled !== true || dialect !== 'openai' || operator === 'self') return body;
  if (!body.body.includes(STORE)) return body;
  const scan = scanJson(body.body, BODY_LIMITS);
  if (!scan.ok) throw new AppError('internal', 'A body of our own making could not be read.');
  const member = scan.members.find(({ key }) => key === 'store');
  if (member === undefined || body.body.toString('latin1', member.valueStart, member.valueEnd) !== 'true') return body;
  const losses = new LossReport();
  losses.add('store_labelled');
  // Taken only together with it.
  const remove = scan.members.some(({ key }) => key === 'metadata') ? ['metadata'] : [];
  if (remove.length > 0) losses.add('metadata_needs_store');
  const edits = { set: { store: 'false' }, remove };
  return { ...body, body: spliceJson(body.body, scan, edits), loss: [...body.loss, ...losses.entries] };
}
