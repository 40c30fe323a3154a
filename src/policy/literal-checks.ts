import { isCountryCode, meantCountry } from '../contracts/countries.ts';
import { DATA_CLASSES, isDataClass } from '../contracts/data-classes.ts';
import { COUNTRY_GROUP_NAMES } from '../contracts/policy.ts';
import { nearestNames } from '../lib/edit-distance.ts';
import { type AttributeRow, DEPLOYMENT_ATTRIBUTES, REQUEST_ATTRIBUTES, UNKNOWN } from './attribute-list.ts';
import { attributeOf, childrenOf, literalsOf, operatorOf, sidesOf } from './expression.ts';
import type { Expression } from './rule.ts';

/** A literal that can never be met, or that would be another when it is evaluated. */
export interface LiteralFinding {
  /** A number as it would be read, which is not how it is written. */
  literal: string | number;
  message: string;
  hint: string | null;
}

const COMPARISONS = new Set(['contains', 'containsAny', 'containsAll', '==', '!=']);

function rowOf(expression: Expression): [string, AttributeRow] | null {
  const request = attributeOf(expression, 'context');
  if (request !== null && request in REQUEST_ATTRIBUTES) {
    return [`context.${request}`, REQUEST_ATTRIBUTES[request as keyof typeof REQUEST_ATTRIBUTES]];
  }
  const deployment = attributeOf(expression, 'resource');
  if (deployment !== null && deployment in DEPLOYMENT_ATTRIBUTES) {
    return [`resource.${deployment}`, DEPLOYMENT_ATTRIBUTES[deployment as keyof typeof DEPLOYMENT_ATTRIBUTES]];
  }
  return null;
}

const isCountry = (literal: string): boolean => /^[a-z]{2}(-[a-z0-9]{1,3})?$/.test(literal) && isCountryCode(literal);

function check(name: string, { holds }: AttributeRow, literal: string): LiteralFinding | null {
  if (holds === 'data_class' && !isDataClass(literal)) {
    const near = nearestNames(literal, DATA_CLASSES, 3);
    return {
      literal,
      message: `There is no data class ${JSON.stringify(literal)}.`,
      hint: near.length === 0 ? null : `Did you mean ${near.join(', ')}?`,
    };
  }
  if (holds === 'country' && literal !== UNKNOWN && !isCountry(literal)) {
    const meant = meantCountry(literal);
    return {
      literal,
      message: `${name} holds ISO 3166 codes in lower case, and ${JSON.stringify(literal)} is none.`,
      hint: meant !== null && isCountry(meant) ? `Write ${JSON.stringify(meant)}.` : null,
    };
  }
  if (holds === 'group' && !(COUNTRY_GROUP_NAMES as readonly string[]).includes(literal)) {
    return {
      literal,
      message: `There is no group of countries ${JSON.stringify(literal)}.`,
      hint: literal === 'eu' ? 'Write "eea".' : `Groups are ${COUNTRY_GROUP_NAMES.join(', ')}.`,
    };
  }
  if (holds === 'known' && !['yes', 'no', UNKNOWN].includes(literal)) {
    return { literal, message: `${name} is "yes", "no" or "unknown".`, hint: null };
  }
  return null;
}

/** Rules cross to Cedar as JSON, in which larger numbers are rounded or none of Cedar's. */
const unsafeNumber = (literal: number): LiteralFinding => ({
  literal,
  message: `Numbers above ${Number.MAX_SAFE_INTEGER} (2^53 - 1) cannot be evaluated exactly.`,
  hint: 'Write a smaller one.',
});

/** Literals of a condition that the attribute they are compared with can never hold, and numbers that are too large. */
export function literalFindings(expression: Expression): LiteralFinding[] {
  const [operator, operands] = operatorOf(expression);
  if (operator === 'Value' && typeof operands === 'number')
    return Number.isSafeInteger(operands) ? [] : [unsafeNumber(operands)];
  const inner = childrenOf(operands).flatMap(literalFindings);
  if (!COMPARISONS.has(operator)) return inner;
  const { left, right } = sidesOf(operands);
  const found = [
    [left, right],
    [right, left],
  ].flatMap(([side, other]) => {
    const row = rowOf(side as Expression);
    const literals = row === null ? null : literalsOf(other as Expression);
    if (row === null || literals === null) return [];
    return literals.map((literal) => check(row[0], row[1], literal)).filter((finding) => finding !== null);
  });
  return [...found, ...inner];
}
