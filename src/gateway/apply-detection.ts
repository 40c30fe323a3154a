import { AppError } from '../contracts/errors.ts';
import { unlabelledPersonal } from '../policy/unlabelled-personal.ts';
import type { Detection, IncompleteBecause } from './detection.ts';
import type { GatewayWorld } from './gateway-world.ts';
import type { PreparedRequest } from './prepare.ts';

const WHY: Readonly<Record<IncompleteBecause, string>> = {
  too_long: 'it is longer than detection.max_characters',
  over_budget: 'it took longer than detection.budget_ms allows',
  aborted: 'the search was given up',
  failed: 'the thread that searches has failed',
  plug_in_failed: 'detection.presidio did not answer',
};

/** Only of what somebody says is harmless may a part stay unread. */
function refusalOf(because: IncompleteBecause): AppError {
  const text = `The request could not be searched for personal data: ${WHY[because]}. It was not sent to anybody.`;
  return new AppError(because === 'too_long' ? 'body_too_large' : 'detection_incomplete', text);
}

const withObligation = (obligations: PreparedRequest['facts']['obligations']): typeof obligations =>
  obligations.includes('tokenise') ? obligations : [...obligations, 'tokenise'];

/**
 * Adds to a request what was found in it. On labelled traffic found classes count like declared ones; on other traffic no
 * rule sees them, and the configuration says what personal data lead to.
 * @throws AppError where the search is incomplete and its outcome decides something
 */
export function applyDetection(prepared: PreparedRequest, detection: Detection, gateway: GatewayWorld): void {
  const mode = gateway.unlabelledPersonal ?? 'record';
  const { labelled, facts } = prepared;
  const { incomplete, classes, counts } = detection;
  const asked = facts.obligations.includes('tokenise');
  if (incomplete !== null && (labelled || asked || mode !== 'record')) throw refusalOf(incomplete);
  prepared.detection = detection;
  const dataClasses = classes.length === 0 ? facts.dataClasses : [...new Set([...facts.dataClasses, ...classes])];
  const found = { dataClasses, findings: counts, detection: incomplete === null ? 'complete' : 'incomplete' } as const;
  if (labelled) {
    const attributes = classes.length === 0 ? null : prepared.attributesIn(gateway, classes);
    prepared.facts = { ...facts, ...found };
    if (attributes !== null) prepared.facts = { ...prepared.facts, attributes };
    return;
  }
  const outcome = unlabelledPersonal(mode, labelled, classes);
  if (!outcome.permitted) prepared.facts = { ...facts, ...found, forbiddenBy: outcome.rules };
  else if (outcome.obligations.length === 0) prepared.facts = { ...facts, ...found };
  else prepared.facts = { ...facts, ...found, obligations: withObligation(facts.obligations) };
}

/**
 * The facts of a request under a configuration that came into force after it was read: what the configuration says of its
 * use case may have changed. null: nothing may be called for it any more.
 */
export function factsUnder(prepared: PreparedRequest, gateway: GatewayWorld): PreparedRequest['facts'] | null {
  const attributes = prepared.attributesIn(gateway, prepared.detection?.classes ?? []);
  return attributes === null ? null : { ...prepared.facts, attributes };
}
