import { pick } from '../seeded.ts';

/** A computation stands at the beginning; digits without end would cost the square of their number. */
const HEAD_CHARACTERS = 2_000;
const MAX_EXPRESSION_CHARACTERS = 200;
const ASKS =
  /\b(what|how much|calculate|compute|evaluate|solve|result|work out)\b|计算|多少|等于|berechne|wieviel|combien/i;
const PERCENT_OF = /(\d+(?:\.\d+)?)\s*(?:%|percent)\s+of\s+(\d+(?:\.\d+)?)/i;
const SQUARE_ROOT = /square root of\s+(\d+(?:\.\d+)?)/i;
/** Digits, brackets and operators; a hyphen between digits without spaces is rather a date or a telephone number. */
const EXPRESSION = /[\d(](?:\s-\s|\s-(?=\d)|\(-|[\d\s.,()+*/^×÷]){2,200}/g;

/** The computation that the prompt asks for, with its value, or null where there is none. */
function findComputation(whole: string): { text: string; value: number } | null {
  const prompt = whole.slice(0, HEAD_CHARACTERS);
  const percent = PERCENT_OF.exec(prompt);
  if (percent !== null) return { text: percent[0], value: (Number(percent[1]) / 100) * Number(percent[2]) };
  const root = SQUARE_ROOT.exec(prompt);
  if (root !== null) return { text: root[0], value: Math.sqrt(Number(root[1])) };
  const bare = /^[\d\s.,()+\-*/^×÷=?]+$/.test(prompt.trim());
  if (!bare && !ASKS.test(prompt)) return null;
  const candidates = bare ? [prompt.replace(/[=?]/g, '')] : (prompt.match(EXPRESSION) ?? []);
  for (const candidate of candidates) {
    const text = candidate.replace(/[\s.,(+*/^×÷-]+$/, '').trim();
    if (text.length > MAX_EXPRESSION_CHARACTERS || !/[+\-*/^×÷]/.test(text)) continue;
    const value = evaluate(text);
    if (value !== null) return { text, value };
  }
  return null;
}

/** Value of `+ - * / ^ ( )` with the usual precedence, or null where the text is no expression. Never uses eval. */
function evaluate(text: string): number | null {
  const tokens = text
    .replace(/(\d),(?=\d{3}\b)/g, '$1')
    .replaceAll('×', '*')
    .replaceAll('÷', '/')
    .match(/\d+(?:\.\d+)?|[+\-*/^()]|\S/g);
  if (tokens === null) return null;
  let at = 0;

  const sum = (): number => {
    let value = product();
    while (tokens[at] === '+' || tokens[at] === '-') {
      const sign = tokens[at++] === '+' ? 1 : -1;
      value += sign * product();
    }
    return value;
  };
  const product = (): number => {
    let value = power();
    while (tokens[at] === '*' || tokens[at] === '/') {
      value = tokens[at++] === '*' ? value * power() : value / power();
    }
    return value;
  };
  const power = (): number => {
    const base = atom();
    if (tokens[at] !== '^') return base;
    at += 1;
    return base ** power();
  };
  const atom = (): number => {
    const token = tokens[at++];
    if (token === '-') return -power();
    if (token === '(') {
      const value = sum();
      return tokens[at++] === ')' ? value : Number.NaN;
    }
    return token === undefined || !/^\d/.test(token) ? Number.NaN : Number(token);
  };

  const value = sum();
  return at === tokens.length && Number.isFinite(value) ? value : null;
}

const shown = (value: number): string => String(Number(value.toPrecision(12)));

/** `17 * 23 = 391`, or with a wrong result. null where the prompt asks for no computation. */
export function answerArithmetic(prompt: string, correct: boolean, identity: string): string | null {
  const found = findComputation(prompt);
  if (found === null) return null;
  if (correct) return `${found.text} = ${shown(found.value)}`;
  const off = pick([1, -1, 2, 10, -10], identity, 'arithmetic slip', found.text);
  return `${found.text} = ${shown(found.value + off)}`;
}
