import {
  checkParsePolicySet,
  type DetailedError,
  type PolicyJson,
  policySetTextToParts,
  policyToJson,
  validate,
} from '@cedar-policy/cedar-wasm/nodejs';
import { POLICY_ACTIONS, type PolicyAction } from '../contracts/policy.ts';
import { textPosition } from '../lib/text-position.ts';
import { CEDAR_SCHEMA, SEND_GROUP, SENDING } from './cedar-schema.ts';
import { childrenOf, operatorOf } from './expression.ts';
import { literalFindings } from './literal-checks.ts';
import type { Expression, Rule, RulePlace, RuleProblem } from './rule.ts';

/** A rule file as it was read. */
export interface RuleFile {
  name: string;
  text: string;
}

/** Rules of several files, or everything that keeps them from being used; warnings do not. */
export interface CompiledRules {
  rules: readonly Rule[];
  problems: readonly RuleProblem[];
}

/** A rule with where its text begins, in bytes of its file. */
interface Located {
  rule: Rule;
  bytes: Buffer;
  offset: number;
}

const placeAt = (file: string, bytes: Buffer, offset: number): RulePlace => ({ file, ...textPosition(bytes, offset) });

const problem = (
  place: RulePlace,
  severity: RuleProblem['severity'],
  message: string,
  hint: string | null = null,
): RuleProblem => ({ ...place, severity, message, hint });

/** Cedar's own sentence without its internal prefix, and what it would have accepted there. */
function cedarProblem(error: DetailedError, place: RulePlace, severity: RuleProblem['severity']): RuleProblem {
  const message = error.message.replace(/^for policy `[^`]*`, /, '').replace(/^failed to parse [a-z ]+: /, '');
  const label = error.sourceLocations?.[0]?.label ?? null;
  return problem(place, severity, `${message}.`, error.help ?? label);
}

function parseProblems(file: RuleFile, bytes: Buffer): RuleProblem[] {
  const answer = checkParsePolicySet({ staticPolicies: file.text });
  if (answer.type === 'success') return [];
  return answer.errors
    .flatMap((error) => [error, ...(error.related ?? [])])
    .map((error) => {
      const start = error.sourceLocations?.[0]?.start ?? bytes.length;
      return cedarProblem(error, placeAt(file.name, bytes, start), 'error');
    });
}

function actionsOf(constraint: PolicyJson['action']): PolicyAction[] {
  if (constraint.op === 'All') return [...POLICY_ACTIONS];
  const named = 'entities' in constraint ? constraint.entities : 'entity' in constraint ? [constraint.entity] : [];
  const ids = named.map((uid) => ('__entity' in uid ? uid.__entity.id : uid.id));
  const spelledOut = new Set(ids.flatMap((id) => (id === SEND_GROUP ? SENDING : [id])));
  return POLICY_ACTIONS.filter((action) => spelledOut.has(action));
}

/** `action == Action::"send"`, which can never hold. */
const namesGroup = (constraint: PolicyJson['action']): boolean =>
  constraint.op === '==' &&
  'entity' in constraint &&
  ('__entity' in constraint.entity ? constraint.entity.__entity.id : constraint.entity.id) === SEND_GROUP;

/** Rules see attributes, never who somebody is: only then can requests and deployments that look alike share a verdict. */
function namesEntities(json: PolicyJson): boolean {
  const inScope = json.principal.op !== 'All' || json.resource.op !== 'All';
  const bare = (expression: Expression): boolean => {
    const [operator, operands] = operatorOf(expression);
    if (operator === 'Var') return operands === 'principal' || operands === 'resource' || operands === 'action';
    const children = childrenOf(operands);
    const isAccess = operator === '.' || operator === 'has';
    return children.some((child) => (isAccess && operatorOf(child)[0] === 'Var' ? false : bare(child)));
  };
  return inScope || json.conditions.some(({ body }) => bare(body as unknown as Expression));
}

function ruleOf(text: string, json: PolicyJson, place: RulePlace): Rule {
  const annotations = (json.annotations ?? {}) as Readonly<Record<string, string | undefined>>;
  return {
    id: annotations.id ?? `${place.file}:${place.line}`,
    effect: json.effect,
    actions: actionsOf(json.action),
    text,
    place,
    message: annotations.message ?? null,
    legalBasis: annotations.legal_basis ?? null,
    owner: annotations.owner ?? null,
    admit: annotations.admit ?? null,
    conditions: json.conditions as unknown as Rule['conditions'],
  };
}

/** Bytes before a literal; a number is not written as it was read, but no other has so many digits. */
function offsetOf(text: string, literal: string | number): number {
  if (typeof literal === 'string') return Math.max(0, Buffer.from(text).indexOf(JSON.stringify(literal)));
  return Buffer.byteLength(text.slice(0, Math.max(0, text.search(/\d{16,}/))));
}

function readRule(file: RuleFile, bytes: Buffer, text: string, offset: number, problems: RuleProblem[]): Located[] {
  const answer = policyToJson(text);
  const place = placeAt(file.name, bytes, offset);
  if (answer.type === 'failure') {
    problems.push(...answer.errors.map((error) => cedarProblem(error, place, 'error')));
    return [];
  }
  const { json } = answer;
  if (namesEntities(json)) {
    const hint = 'Leave principal and resource open and compare attributes, e.g. resource.operator == "acme".';
    problems.push(problem(place, 'error', 'The rule names principal, action or resource as an entity.', hint));
    return [];
  }
  if (namesGroup(json.action)) {
    const hint = `\`action in Action::"${SEND_GROUP}"\`: it is a group of ${SENDING.join(' and ')}.`;
    problems.push(problem(place, 'error', `No action is equal to Action::"${SEND_GROUP}".`, hint));
    return [];
  }
  const rule = ruleOf(text, json, place);
  if (json.annotations?.id === undefined) {
    problems.push(problem(place, 'warning', `The rule has no id and is called ${rule.id}.`, 'Add @id("...").'));
  }
  for (const { body } of rule.conditions) {
    for (const { literal, message, hint } of literalFindings(body)) {
      const at = offsetOf(text, literal);
      problems.push(problem(placeAt(file.name, bytes, offset + at), 'error', message, hint));
    }
  }
  return [{ rule, bytes, offset }];
}

function readFile(file: RuleFile, problems: RuleProblem[]): Located[] {
  const bytes = Buffer.from(file.text);
  const wrong = parseProblems(file, bytes);
  problems.push(...wrong);
  if (wrong.length > 0) return [];
  const parts = policySetTextToParts(file.text);
  if (parts.type === 'failure') return [];
  if (parts.policy_templates.length > 0) {
    const at = Math.max(0, bytes.indexOf(parts.policy_templates[0] as string));
    problems.push(problem(placeAt(file.name, bytes, at), 'error', 'Templates (?principal, ?resource) are not linked.'));
  }
  if (parts.policies.length === 0 && parts.policy_templates.length === 0) {
    const hint = 'A file that is being written is empty, too. Delete it if it is to hold none.';
    problems.push(problem(placeAt(file.name, bytes, 0), 'error', 'The file holds no rule.', hint));
  }
  // Cedar gives rules in the order of its own ids; equal texts are found one after the other.
  const taken = new Set<number>();
  return parts.policies.flatMap((text) => {
    let offset = bytes.indexOf(text);
    while (taken.has(offset)) offset = bytes.indexOf(text, offset + 1);
    taken.add(offset);
    return readRule(file, bytes, text, Math.max(0, offset), problems);
  });
}

function duplicates(located: readonly Located[]): RuleProblem[] {
  const seen = new Map<string, RulePlace>();
  return located.flatMap(({ rule: { id, place } }) => {
    const first = seen.get(id);
    seen.set(id, first ?? place);
    if (first === undefined) return [];
    return [problem(place, 'error', `There is a rule ${id} already, at ${first.file}:${first.line}.`, 'Rename one.')];
  });
}

function validationProblems(located: readonly Located[]): RuleProblem[] {
  const byId = new Map(located.map((entry) => [entry.rule.id, entry]));
  const staticPolicies = Object.fromEntries([...byId].map(([id, { rule }]) => [id, rule.text]));
  const answer = validate({ schema: CEDAR_SCHEMA, policies: { staticPolicies } });
  if (answer.type === 'failure') {
    const nowhere: RulePlace = { file: located[0]?.rule.place.file ?? 'policies', line: 1, column: 1 };
    return answer.errors.map((error) => cedarProblem(error, nowhere, 'error'));
  }
  // A rule that can never apply protects nobody: that is an error here, although Cedar only warns.
  const wrong = new Set(answer.validationErrors.map(({ policyId }) => policyId));
  const useless = answer.validationWarnings.filter(({ policyId }) => !wrong.has(policyId));
  return [...answer.validationErrors, ...useless].flatMap(({ policyId, error }) => {
    const entry = byId.get(policyId);
    if (entry === undefined) return [];
    const start = entry.offset + (error.sourceLocations?.[0]?.start ?? 0);
    // Every action has the same context: once is enough of what Cedar says for each.
    const message = error.message.replace(/ for Action::"[a-z_]+"/, '');
    return [cedarProblem({ ...error, message }, placeAt(entry.rule.place.file, entry.bytes, start), 'error')];
  });
}

/**
 * Rules of `files`, checked: syntax, the schema of attribute-list.ts, ids used once (also among `known` rules), literals
 * that can be met. With an error among the problems `rules` is empty, since half a bundle protects only half.
 */
export function compileRules(files: readonly RuleFile[], known: readonly Rule[] = []): CompiledRules {
  const problems: RuleProblem[] = [];
  const located = files.flatMap((file) => readFile(file, problems));
  const knownIds = known.map((rule): Located => ({ rule, bytes: Buffer.alloc(0), offset: 0 }));
  problems.push(...duplicates([...knownIds, ...located]));
  if (located.length > 0) problems.push(...validationProblems(located));
  const failed = problems.some(({ severity }) => severity === 'error');
  const rules = located.map(({ rule }) => rule).sort((a, b) => a.place.line - b.place.line);
  return { rules: failed ? [] : rules, problems: inOrder(problems) };
}

function inOrder(problems: readonly RuleProblem[]): RuleProblem[] {
  const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  const sorted = [...problems].sort(
    (a, b) =>
      compareText(a.file, b.file) || a.line - b.line || a.column - b.column || compareText(a.message, b.message),
  );
  return sorted.filter((entry, index) => JSON.stringify(entry) !== JSON.stringify(sorted[index - 1]));
}
