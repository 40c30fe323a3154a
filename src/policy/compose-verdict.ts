import type { DeploymentAttributes, PolicyAction, PolicyVerdict } from '../contracts/policy.ts';
import type { Obligation } from '../contracts/vocabulary.ts';
import type { PolicyBundle } from './bundle.ts';

/** Rules that forbid each action; an action that is missing is permitted. */
export type ForbiddenActions = Readonly<Partial<Record<PolicyAction, readonly string[]>>>;

/** Whether text may be replaced by tokens: the request asks for it, policy may do it, or only on demand. */
export type TokeniseMode = 'asked' | 'when_needed' | 'when_asked';

const NONE: readonly string[] = [];

/** Obligations that are none of the text: what has to be done besides to be allowed to send it. */
function sideObligations(forbidden: ForbiddenActions): Obligation[] {
  const obligations: Obligation[] = [];
  if ((forbidden.leave_region_open ?? NONE).length > 0) obligations.push('pin_region');
  if ((forbidden.keep_body ?? NONE).length > 0) obligations.push('keep_no_body');
  return obligations;
}

/** What would satisfy every one of `rules`: their `@admit`, or null where one of them accepts nothing. */
function changeThatAdmits(rules: readonly string[], bundle: PolicyBundle): string | null {
  const changes = rules.map((id) => bundle.rulesById.get(id)?.admit ?? null);
  if (changes.length === 0 || changes.some((change) => change === null)) return null;
  return [...new Set(changes)].join(' and ');
}

/**
 * Answers to single actions become one verdict. Raw text is preferred; tokens are an obligation where the request asks
 * for them or policy may use them, else the change that would admit the deployment: one obligation is a smaller change
 * than another contract.
 */
export function composeVerdict(
  forbidden: ForbiddenActions,
  deployment: Pick<DeploymentAttributes, 'region' | 'region_parameter'>,
  mode: TokeniseMode,
  bundle: PolicyBundle,
): PolicyVerdict {
  const raw = forbidden.send_raw ?? NONE;
  const tokenised = forbidden.send_tokenised ?? NONE;
  const unpinnable = (forbidden.leave_region_open ?? NONE).length > 0 && deployment.region === 'unknown';
  const regionRules = unpinnable ? (forbidden.leave_region_open ?? NONE) : NONE;
  const content = mode === 'asked' ? tokenised : raw;
  const needsTokens = mode === 'asked' || (raw.length > 0 && mode === 'when_needed' && tokenised.length === 0);
  if ((content.length === 0 || needsTokens) && (mode !== 'asked' || tokenised.length === 0) && !unpinnable) {
    const obligations: Obligation[] = [...(needsTokens ? (['tokenise'] as const) : []), ...sideObligations(forbidden)];
    return Object.freeze({ permitted: true, obligations: Object.freeze(obligations) });
  }
  const rules = [...new Set([...content, ...regionRules])].sort();
  const tokensWould = mode !== 'asked' && raw.length > 0 && tokenised.length === 0 && !unpinnable;
  return Object.freeze({
    permitted: false,
    rules: Object.freeze(rules),
    wouldAdmit: tokensWould ? 'tokenise' : changeThatAdmits(rules, bundle),
  });
}
