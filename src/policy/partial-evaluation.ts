import type { RequestAttributes } from '../contracts/policy.ts';
import { attributeOf, operatorOf, sidesOf } from './expression.ts';
import type { Expression, Rule } from './rule.ts';

/** What only the deployment can decide. */
const UNDECIDED = Symbol('undecided');
type Partial = boolean | string | number | readonly string[] | typeof UNDECIDED;

const isSet = (value: Partial): value is readonly string[] => Array.isArray(value);

function and(left: Partial, right: Partial): Partial {
  if (left === false || right === false) return false;
  return left === true && right === true ? true : UNDECIDED;
}

function or(left: Partial, right: Partial): Partial {
  if (left === true || right === true) return true;
  return left === false && right === false ? false : UNDECIDED;
}

function equal(left: Partial, right: Partial): Partial {
  if (left === UNDECIDED || right === UNDECIDED || isSet(left) || isSet(right)) return UNDECIDED;
  return left === right;
}

function compare(left: Partial, right: Partial, holds: (a: number, b: number) => boolean): Partial {
  return typeof left === 'number' && typeof right === 'number' ? holds(left, right) : UNDECIDED;
}

function contains(set: Partial, member: Partial): Partial {
  if (!isSet(set)) return UNDECIDED;
  if (set.length === 0) return false;
  return typeof member === 'string' ? set.includes(member) : UNDECIDED;
}

function containsAny(left: Partial, right: Partial): Partial {
  if ((isSet(left) && left.length === 0) || (isSet(right) && right.length === 0)) return false;
  return isSet(left) && isSet(right) ? right.some((member) => left.includes(member)) : UNDECIDED;
}

function containsAll(left: Partial, right: Partial): Partial {
  if (isSet(right) && right.length === 0) return true;
  return isSet(left) && isSet(right) ? right.every((member) => left.includes(member)) : UNDECIDED;
}

const not = (value: Partial): Partial => (typeof value === 'boolean' ? !value : UNDECIDED);

const BINARY: Readonly<Record<string, (left: Partial, right: Partial) => Partial>> = {
  '&&': and,
  '||': or,
  '==': equal,
  '!=': (left, right) => not(equal(left, right)),
  '<': (left, right) => compare(left, right, (a, b) => a < b),
  '<=': (left, right) => compare(left, right, (a, b) => a <= b),
  '>': (left, right) => compare(left, right, (a, b) => a > b),
  '>=': (left, right) => compare(left, right, (a, b) => a >= b),
  contains,
  containsAny,
  containsAll,
};

function setOf(members: readonly Expression[], context: RequestAttributes): Partial {
  const values = members.map((member) => partial(member, context));
  return values.every((value) => typeof value === 'string') ? values : UNDECIDED;
}

/** The value of an expression as far as the request alone decides it. */
function partial(expression: Expression, context: RequestAttributes): Partial {
  const [operator, operands] = operatorOf(expression);
  const binary = BINARY[operator];
  if (binary !== undefined) {
    const { left, right } = sidesOf(operands);
    return binary(partial(left, context), partial(right, context));
  }
  if (operator === 'Value') return operands as Partial;
  if (operator === 'Set') return setOf(operands as readonly Expression[], context);
  if (operator === '!') return not(partial((operands as { arg: Expression }).arg, context));
  if (operator === 'isEmpty') {
    const set = partial((operands as { arg: Expression }).arg, context);
    return isSet(set) ? set.length === 0 : UNDECIDED;
  }
  const attribute = attributeOf(expression, 'context');
  if (attribute !== null) return (context as unknown as Record<string, Partial>)[attribute] ?? UNDECIDED;
  return UNDECIDED;
}

/**
 * Whether the rule can apply to a request with these attributes, on any deployment whatsoever. False only where Cedar
 * would find its condition false for every deployment; whatever is not understood here may apply.
 */
export function mayApply(rule: Rule, context: RequestAttributes): boolean {
  return rule.conditions.every(({ kind, body }) => partial(body, context) !== (kind === 'unless'));
}
