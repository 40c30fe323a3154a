import { REQUEST_ATTRIBUTES } from './attribute-list.ts';
import { attributeOf, childrenOf, literalsOf, operatorOf, sidesOf } from './expression.ts';
import type { Expression, Rule } from './rule.ts';

/** How rules look at one attribute: for certain members of a set only, or at all of it. */
export type Use = 'whole' | Set<string>;

/** What a bundle reads; attributes that no rule reads are in neither map and can change no verdict. */
export interface AttributeUse {
  request: ReadonlyMap<string, Use>;
  deployment: ReadonlySet<string>;
}

const SET_TESTS = new Set(['contains', 'containsAny', 'containsAll']);

interface Uses {
  request: Map<string, Use>;
  deployment: Set<string>;
}

function noteMembers(attribute: string, literals: readonly string[], uses: Uses): void {
  const before = uses.request.get(attribute);
  if (before === 'whole') return;
  uses.request.set(attribute, new Set([...(before ?? []), ...literals]));
}

/** `context.data_classes.contains("personal")` asks for one member and not for the whole set. */
function noteSetTest(operator: string, operands: unknown, uses: Uses): boolean {
  if (!SET_TESTS.has(operator)) return false;
  const { left, right } = sidesOf(operands);
  const attribute = attributeOf(left, 'context');
  const literals = literalsOf(right);
  if (attribute === null || literals === null) return false;
  if (REQUEST_ATTRIBUTES[attribute as keyof typeof REQUEST_ATTRIBUTES]?.type !== 'set') return false;
  noteMembers(attribute, literals, uses);
  return true;
}

function noteExpression(expression: Expression, uses: Uses): void {
  const [operator, operands] = operatorOf(expression);
  if (noteSetTest(operator, operands, uses)) return;
  const ofRequest = attributeOf(expression, 'context');
  if (ofRequest !== null) {
    uses.request.set(ofRequest, 'whole');
    return;
  }
  const ofDeployment = attributeOf(expression, 'resource');
  if (ofDeployment !== null) uses.deployment.add(ofDeployment);
  if (operator === 'has') {
    const { left, attr } = operands as { left: Expression; attr: string | readonly string[] };
    const [inner, variable] = operatorOf(left);
    for (const name of [attr].flat()) {
      if (inner === 'Var' && variable === 'context') uses.request.set(name, 'whole');
      else uses.deployment.add(name);
    }
  }
  for (const child of childrenOf(operands)) noteExpression(child, uses);
}

/** What `rules` read of request and deployment: nothing else needs to enter a memo key. */
export function attributeUseOf(rules: readonly Rule[]): AttributeUse {
  const uses: Uses = { request: new Map(), deployment: new Set() };
  for (const { conditions } of rules) for (const { body } of conditions) noteExpression(body, uses);
  return uses;
}
