import type { ApiKey } from '../contracts/api-key.ts';
import type { ChatRequest } from '../contracts/chat-request.ts';
import { AppError } from '../contracts/errors.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import { withDetectedClasses } from '../policy/request-attributes.ts';
import { unlabelledPersonal } from '../policy/unlabelled-personal.ts';
import { chatTexts } from '../wire/request-texts.ts';
import type { Detection, IncompleteBecause, RequestDetector } from './detection.ts';
import type { GatewayWorld } from './gateway-world.ts';
import type { PreparedRequest } from './prepare.ts';

const WHY: Readonly<Record<IncompleteBecause, string>> = {
  too_long: 'it is longer than detection.max_characters',
  over_budget: 'it took longer than detection.budget_ms allows',
  aborted: 'the search was given up',
  failed: 'the thread that searches has failed',
  plug_in_failed: 'detection.presidio did not answer',
};

/** The error for a request whose content decides and could not be searched. */
export function refusalOfSearch(because: IncompleteBecause): AppError {
  const text = `The request could not be searched for personal data: ${WHY[because]}. It was not sent to anybody.`;
  return new AppError(because === 'too_long' ? 'body_too_large' : 'detection_incomplete', text);
}

const union = <T>(a: readonly T[], b: readonly T[]): readonly T[] =>
  b.length === 0 ? a : a.length === 0 ? b : [...new Set([...a, ...b])];

/**
 * The facts with what was found. On labelled traffic found classes count like declared ones; on other traffic no rule sees
 * them, and the configuration says what personal data lead to.
 * @throws AppError where the search is incomplete and its outcome decides something
 */
function withDetection(
  facts: RequestFacts,
  { incomplete, classes, counts }: Detection,
  { unlabelledPersonal: mode = 'record' }: GatewayWorld,
): RequestFacts {
  const { attributes, obligations } = facts;
  const labelled = attributes?.labelled === true;
  const decides = labelled || mode !== 'record' || obligations.includes('tokenise');
  if (incomplete !== null && decides) throw refusalOfSearch(incomplete);
  const found: RequestFacts = {
    ...facts,
    dataClasses: union(facts.dataClasses, classes),
    findings: counts,
    detection: incomplete === null ? 'complete' : 'incomplete',
  };
  if (classes.length === 0) return found;
  if (labelled) return { ...found, attributes: withDetectedClasses(attributes, classes) };
  const outcome = unlabelledPersonal(mode, labelled, classes);
  if (!outcome.permitted) return { ...found, forbiddenBy: outcome.rules };
  return outcome.obligations.length === 0 ? found : { ...found, obligations: union(obligations, outcome.obligations) };
}

/** @throws AppError as withDetection */
export function applyDetection(prepared: PreparedRequest, detection: Detection): void {
  prepared.facts = withDetection(prepared.facts, detection, prepared.readIn);
  prepared.detection = detection;
}

/** What was found in a request, and in the answer so far that goes with it. */
function together(asked: Detection | null, answered: Detection | null): Detection | null {
  if (asked === null || answered === null) return asked ?? answered;
  return {
    ...answered,
    incomplete: asked.incomplete ?? answered.incomplete,
    classes: union(asked.classes, answered.classes),
  };
}

/**
 * The facts of a request under a configuration, and with a key, that came after it was read: what they say of it may have
 * changed. null: nothing may be called for it any more.
 * @param key as it is by now; null in open mode
 * @param answered what was found in the answer so far, where that goes along; null: it does not
 */
export function factsUnder(
  prepared: PreparedRequest,
  gateway: GatewayWorld,
  key: ApiKey | null,
  answered: Detection | null = null,
): RequestFacts | null {
  const attributes = prepared.attributesIn(gateway, key);
  if (attributes === null) return null;
  const facts = { ...prepared.facts, attributes, allowedModels: key?.models ?? null };
  const found = together(prepared.detection, answered);
  if (found === null) return facts;
  try {
    return withDetection(facts, found, gateway);
  } catch (error) {
    // It is labelled now, and was not searched to its end when it was not.
    if (error instanceof AppError) return null;
    throw error;
  }
}

/** What a call from inside this process holds besides what it is made on behalf of. */
export interface CallContent {
  unscannable: boolean;
  detection: Detection;
}

/** null: nobody looks for personal data. */
export async function searchCall(request: ChatRequest, detector: RequestDetector | null): Promise<CallContent | null> {
  if (detector === null) return null;
  const texts = chatTexts(request);
  return { unscannable: texts.unscannable, detection: await detector.detect(texts) };
}

/** The facts of a call with what is in it. @throws AppError as withDetection */
export function withContent(
  facts: RequestFacts,
  { unscannable, detection }: CallContent,
  gateway: GatewayWorld,
): RequestFacts {
  const { attributes } = facts;
  const hides = unscannable && attributes?.labelled === true && !attributes.unscannable;
  return withDetection(
    hides ? { ...facts, attributes: { ...attributes, unscannable: true } } : facts,
    detection,
    gateway,
  );
}
