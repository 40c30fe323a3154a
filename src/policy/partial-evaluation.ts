import type { DeploymentAttributes, RequestAttributes } from '../contracts/policy.ts';
import { attributeOf, operatorOf, sidesOf } from './expression.ts';
import type { Expression, Rule } from './rule.ts';

/** What only the deployment can decide, or Cedar. */
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

/** A deployment as rules see it, or null while only the request is known. */
type Seen = Readonly<Record<string, Partial | undefined>> | null;

/** A compiled expression: its value as far as request and deployment decide it. */
type Evaluate = (context: RequestAttributes, deployment: Seen) => Partial;

const undecided: Evaluate = () => UNDECIDED;

function compileSet(members: readonly Expression[]): Evaluate {
  const compiled = members.map(compile);
  return (context, deployment) => {
    const values = compiled.map((evaluate) => evaluate(context, deployment));
    return values.every((value) => typeof value === 'string') ? values : UNDECIDED;
  };
}

const compileArgument = (operands: unknown): Evaluate => compile((operands as { arg: Expression }).arg);

/** Expressions become functions once, because a new combination of attributes runs those of every rule. */
function compile(expression: Expression): Evaluate {
  const [operator, operands] = operatorOf(expression);
  const binary = BINARY[operator];
  if (binary !== undefined) {
    const { left, right } = sidesOf(operands);
    const [ofLeft, ofRight] = [compile(left), compile(right)];
    return (context, deployment) => binary(ofLeft(context, deployment), ofRight(context, deployment));
  }
  if (operator === 'Value') return () => operands as Partial;
  if (operator === 'Set') return compileSet(operands as readonly Expression[]);
  if (operator === '!') {
    const argument = compileArgument(operands);
    return (context, deployment) => not(argument(context, deployment));
  }
  if (operator === 'isEmpty') {
    const argument = compileArgument(operands);
    return (context, deployment) => {
      const set = argument(context, deployment);
      return isSet(set) ? set.length === 0 : UNDECIDED;
    };
  }
  const attribute = attributeOf(expression, 'context') as keyof RequestAttributes | null;
  if (attribute !== null) return (context) => context[attribute] ?? UNDECIDED;
  const fact = attributeOf(expression, 'resource');
  return fact === null ? undecided : (_context, deployment) => deployment?.[fact] ?? UNDECIDED;
}

type MayHold = (context: RequestAttributes, deployment: Seen) => boolean;

const compiledRules = new WeakMap<Rule, MayHold>();

function compileRule({ conditions }: Rule): MayHold {
  const compiled = conditions.map(({ kind, body }) => ({ evaluate: compile(body), closes: kind === 'unless' }));
  return (context, deployment) => compiled.every(({ evaluate, closes }) => evaluate(context, deployment) !== closes);
}

function compiledRule(rule: Rule): MayHold {
  let compiled = compiledRules.get(rule);
  if (compiled === undefined) {
    compiled = compileRule(rule);
    compiledRules.set(rule, compiled);
  }
  return compiled;
}

/**
 * Whether the rule can apply to a request with these attributes, on any deployment whatsoever. False only where
 * its condition can be true for no deployment, even if Cedar, which reads from the left, would fail before it knows; whatever
 * is not understood here may apply.
 */
export const mayApply = (rule: Rule, context: RequestAttributes): boolean => compiledRule(rule)(context, null);

/** The same for one deployment. */
export const mayApplyTo = (
  rule: Rule,
  context: RequestAttributes,
  deployment: Readonly<{ [Name in keyof DeploymentAttributes]?: DeploymentAttributes[Name] }>,
): boolean => compiledRule(rule)(context, deployment as Seen);
