import { parseNumber } from '../../../checks/number.ts';
import { createSeededRandom } from '../../../lib/seeded-random.ts';
import * as c from './complex.ts';
import { type Expression, type Point, parseExpression } from './expression.ts';

/** The content of the last `\boxed{...}` of a text, braces balanced; null where there is none. */
export function lastBoxed(text: string): string | null {
  const start = Math.max(text.lastIndexOf('\\boxed{'), text.lastIndexOf('\\fbox{'));
  if (start === -1) return null;
  const open = text.indexOf('{', start);
  let depth = 0;
  for (let index = open; index < text.length; index++) {
    if (text[index] === '{') depth += 1;
    if (text[index] === '}') depth -= 1;
    if (depth === 0) return text.slice(open + 1, index);
  }
  return null;
}

/** One written form for answers: LaTeX variants, spacing, units, currency, degrees and grouping commas taken away. */
function normaliseMath(answer: string): string {
  let text = answer
    .normalize('NFKC')
    .replace(/[\u2212\u2013]/g, '-')
    .replace(/√/g, '\\sqrt ')
    .replace(/π/g, '\\pi ')
    .replace(/∞/g, '\\infty ')
    .replace(/°/g, '^\\circ');
  text = text
    .replace(/\\\[|\\\]|\\\(|\\\)/g, '')
    .replace(/\\\$/g, '')
    .replace(/\$/g, '')
    .trim()
    .replace(/[.。,，;]+$/, '');
  text = text
    .replace(/\\(?:left|right|big|Big|bigg|Bigg|displaystyle|limits)(?![A-Za-z])/g, '')
    .replace(/(?<!\\)\\(?:[,;:! ]|quad(?![a-z])|qquad)/g, ' ');
  text = text
    .replace(/\\(?:dfrac|tfrac|cfrac)/g, '\\frac')
    .replace(/\\(?:mathrm|mathbf|textbf|textit|mbox|textrm|operatorname)\{/g, '\\text{');
  text = text
    .replace(/\^\{?\s*\\circ\s*\}?|\\degree/g, '')
    .replace(/\\?%/g, '')
    .replace(/(\d)\s*,\s*(?=\d{3}(?:\D|$))(?=(?:\d{3}[,\s]*)*(?:\D|$))/g, '$1GROUP');
  text = text
    .replace(/(\d)GROUP/g, '$1,')
    .replace(
      /^(-?\d{1,3})((?:,\s*\d{3})+)(\.\d+)?(?=\s*$|\s*\\text)/,
      (_, head: string, rest: string, tail = '') => head + rest.replace(/[,\s]/g, '') + String(tail),
    );
  // A unit behind a value, with an exponent of its own, says nothing that the question did not ask for.
  text = text.replace(/(?<=[\d}\])a-z])\s*\\text\{[^}]*\}(?:\^\{?[23]\}?)?$/, '');
  text = text.replace(
    /(?<=\d)\s+(?:degrees|degree|dollars|cents|inches|inch|feet|foot|meters|metres|cm|square units|units|unit|hours|hour|minutes|days|percent|miles|people|ways)\.?$/i,
    '',
  );
  return text
    .replace(/\\leq?(?![a-z])/g, '<=')
    .replace(/\\geq?(?![a-z])/g, '>=')
    .replace(/\s+/g, ' ')
    .trim();
}

const compact = (text: string): string =>
  text
    .replace(/\\text\{([^}]*)\}/g, '$1')
    .replace(/\s+/g, '')
    .toLowerCase();

/** Whether two answers mean the same mathematical object. Neither has to be LaTeX. Order matters in tuples, not in sets. */
export function equivalent(answer: string, target: string): boolean {
  return same(normaliseMath(answer), normaliseMath(target), 0);
}

function same(left: string, right: string, depth: number): boolean {
  if (depth > 6 || left === '' || right === '') return false;
  if (compact(left) === compact(right)) return true;
  const based = /^\d+_\{?\d+\}?$/;
  if (based.test(compact(left)) || based.test(compact(right)))
    return compact(left).replace(/[{}]/g, '') === compact(right).replace(/[{}]/g, '');
  const bareChoice = /^\(?([A-Ha-h])\)?$/;
  const [a, b] = [bareChoice.exec(compact(left)), bareChoice.exec(compact(right))];
  if (a !== null && b !== null) return a[1] === b[1];
  const [l, r] = [withoutName(left), withoutName(right)];
  if (l !== left || r !== right) {
    if (same(l, r, depth + 1)) return true;
  }
  return sameStructure(left, right, depth) ?? (sameEquation(left, right) || sameValue(left, right));
}

/** `x = 5` and `x \in [1, 2]` without what they name; an equation in more than its name stays one. */
function withoutName(text: string): string {
  return /^[A-Za-z](?:_\{?\w\}?)?\s*(?:=|\\in(?![a-z]))\s*([^=]+)$/.exec(text)?.[1]?.trim() ?? text;
}

interface Structure {
  open: string;
  close: string;
  parts: string[];
}

/** Tuples, intervals, sets, matrices, unions and lists compared part by part; null where neither is one. */
function sameStructure(left: string, right: string, depth: number): boolean | null {
  const [a, b] = [structureOf(left), structureOf(right)];
  if (a === null && b === null) return null;
  if (a === null || b === null || a.parts.length !== b.parts.length) return false;
  // A list may come with or without the braces of a set.
  const unordered = (open: string): boolean => open === '' || open === '\\{' || open === '\\cup';
  if (unordered(a.open) && unordered(b.open)) return sameSet(a.parts, b.parts, depth);
  if (a.open !== b.open || a.close !== b.close) return false;
  return a.parts.every((part, index) => same(part, b.parts[index] as string, depth + 1));
}

function sameSet(left: readonly string[], right: readonly string[], depth: number): boolean {
  const rest = [...right];
  return left.every((part) => {
    const found = rest.findIndex((other) => same(part, other, depth + 1));
    if (found !== -1) rest.splice(found, 1);
    return found !== -1;
  });
}

function structureOf(text: string): Structure | null {
  const matrix = /^\\begin\{([pbvBV]?matrix)\}([\s\S]*)\\end\{\1\}$/.exec(text);
  if (matrix !== null) {
    const rows = (matrix[2] as string)
      .split('\\\\')
      .map((row) => row.trim())
      .filter((row) => row !== '');
    return {
      open: 'matrix',
      close: String(rows.length),
      parts: rows.flatMap((row) => row.split('&').map((cell) => cell.trim())),
    };
  }
  const union = splitTop(text, /^(?:\\cup(?![a-z])|∪)/);
  if (union.length > 1) return { open: '\\cup', close: '', parts: union };
  const list = splitTop(text, /^,/);
  if (list.length > 1) return { open: '', close: '', parts: list.flatMap(signs) };
  if (/\\pm|±/.test(text) && structureBrackets(text) === null) return { open: '', close: '', parts: signs(text) };
  return structureBrackets(text);
}

function structureBrackets(text: string): Structure | null {
  const brackets = /^(\\\{|[([])([\s\S]*)(\\\}|[)\]])$/.exec(text);
  if (brackets === null) return null;
  const [, open, inner, close] = brackets as unknown as [string, string, string, string];
  const parts = splitTop(inner, /^,/);
  return parts.length > 1 || open === '\\{' ? { open, close, parts: parts.flatMap(signs) } : null;
}

/** `1 \pm \sqrt{2}` stands for two values. */
const signs = (text: string): string[] =>
  /\\pm(?![a-z])|±/.test(text) ? ['+', '-'].map((sign) => text.replace(/\\pm(?![a-z])|±/g, sign)) : [text];

/** Splits where no bracket is open. */
function splitTop(text: string, separator: RegExp): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index] as string;
    const found = depth === 0 ? separator.exec(text.slice(index, index + 6)) : null;
    if (found !== null) {
      parts.push(text.slice(start, index).trim());
      index += found[0].length - 1;
      start = index + 1;
    } else if ('([{'.includes(character)) depth += 1;
    else if (')]}'.includes(character)) depth -= 1;
  }
  parts.push(text.slice(start).trim());
  return parts;
}

/** `1\frac{4}{5}` is nine fifths, since nobody writes a product of two numbers so. */
const withMixedNumbers = (text: string): string =>
  text.replace(
    /(?<![\d.])(\d+)\s*\\frac\s*(?:\{(\d+)\}|(\d))\s*(?:\{(\d+)\}|(\d))/g,
    (_, whole, a, b, x, y) => `(${whole}+(${a ?? b})/(${x ?? y}))`,
  );

const POINTS = 5;

function points(variables: Iterable<string>): Point[] {
  const names = [...variables].sort();
  const random = createSeededRandom('points at which answers are compared');
  return Array.from({ length: POINTS }, () => new Map(names.map((name) => [name, c.complex(0.3 + 2 * random.next())])));
}

const close = (a: c.Complex, b: c.Complex): boolean =>
  c.modulus(c.subtract(a, b)) <= 1e-10 * Math.max(1, c.modulus(a), c.modulus(b));

function sameValue(left: string, right: string): boolean {
  // Plain numbers are equal or not: a tolerance would take long ones for each other.
  const [x, y] = [parseNumber(left), parseNumber(right)];
  if (x !== null && y !== null && !left.includes('/') && !right.includes('/')) return x === y;
  const [a, b] = [parseExpression(withMixedNumbers(left)), parseExpression(withMixedNumbers(right))];
  if (a === null || b === null || !sameNames(a, b)) return false;
  return points(a.variables).every((point) => close(a.at(point), b.at(point)));
}

const sameNames = (a: Expression, b: Expression): boolean =>
  a.variables.size === b.variables.size && [...a.variables].every((name) => b.variables.has(name));

/** Two equations are one where their differences of sides are the same up to a factor. */
function sameEquation(left: string, right: string): boolean {
  const [a, b] = [sides(left), sides(right)];
  if (a === null || b === null || !sameNames(a, b)) return false;
  const ratios = points(a.variables).map((point) => c.divide(a.at(point), b.at(point)));
  const first = ratios[0] as c.Complex;
  return c.modulus(first) > 1e-9 && ratios.every((ratio) => close(ratio, first));
}

function sides(text: string): Expression | null {
  const parts = text.split('=');
  return parts.length === 2 && !/[<>]/.test(text) ? parseExpression(`(${parts[0]})-(${parts[1]})`) : null;
}
