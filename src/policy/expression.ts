import type { Expression } from './rule.ts';

/** Operator and operands of an expression; the operator of a literal is `Value`. */
export function operatorOf(expression: Expression): [string, unknown] {
  return Object.entries(expression)[0] ?? ['', null];
}

interface Binary {
  left: Expression;
  right: Expression;
}

/** The two sides of a binary operator's operands. */
export const sidesOf = (operands: unknown): Binary => operands as Binary;

const isExpression = (value: unknown): value is Expression =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Expressions directly inside `operands`, whatever the operator. */
export function childrenOf(operands: unknown): Expression[] {
  if (Array.isArray(operands)) return operands.filter(isExpression);
  if (!isExpression(operands)) return [];
  return Object.values(operands)
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .filter(isExpression);
}

/** `context.sectors` -> `sectors`; null for anything that is no attribute of `variable`. */
export function attributeOf(expression: Expression, variable: 'context' | 'resource'): string | null {
  const [operator, operands] = operatorOf(expression);
  if (operator !== '.') return null;
  const { left, attr } = operands as { left: Expression; attr: string };
  const [inner, name] = operatorOf(left);
  return inner === 'Var' && name === variable ? attr : null;
}

/** The texts of `"a"` or `["a", "b"]`; null where anything else takes part. */
export function literalsOf(expression: Expression): readonly string[] | null {
  const [operator, operands] = operatorOf(expression);
  if (operator === 'Value') {
    if (typeof operands === 'string') return [operands];
    return Array.isArray(operands) && operands.every((value) => typeof value === 'string') ? operands : null;
  }
  if (operator !== 'Set') return null;
  const members = (operands as readonly Expression[]).map(literalsOf);
  return members.every((member) => member !== null) ? members.flat() : null;
}
