import type { Complex } from './complex.ts';
import * as c from './complex.ts';

/** Value of each variable. */
export type Point = ReadonlyMap<string, Complex>;

/** An expression: its value at a point, and which variables it has. */
export interface Expression {
  variables: ReadonlySet<string>;
  at(point: Point): Complex;
}

type Node = (point: Point) => Complex;

const TOKEN = /\s*(\\[A-Za-z]+|\d+\.?\d*|\.\d+|[A-Za-z]|[-+*/^_(){}[\]|!<>=,])/y;
const FUNCTION_NAMES = 'arcsin arccos arctan sqrt sin cos tan cot sec csc log ln exp abs pi'.split(' ');

function tokenise(text: string): string[] | null {
  // Names written without a backslash become commands; a name inside a longer word is none.
  // TeX reads one digit where no brace stands: `\\frac43` is four thirds.
  let source = text
    .replace(/\\frac\s*(\d)\s*(\d)/g, '\\frac{$1}{$2}')
    .replace(/\\frac\s*(\d)\s*\{/g, '\\frac{$1}{')
    .replace(/(\\frac\s*\{[^{}]*\})\s*(\d)/g, '$1{$2}');
  for (const name of FUNCTION_NAMES)
    source = source.replace(new RegExp(`(?<![\\\\A-Za-z])${name}(?![A-Za-z])`, 'g'), `\\${name} `);
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  source = source.trimEnd();
  while (TOKEN.lastIndex < source.length) {
    const match = TOKEN.exec(source);
    if (match === null) return null;
    tokens.push(match[1] as string);
  }
  return tokens;
}

const ONE_ARGUMENT: Readonly<Record<string, (x: Complex) => Complex>> = {
  '\\sin': c.sine,
  '\\cos': c.cosine,
  '\\tan': (x) => c.divide(c.sine(x), c.cosine(x)),
  '\\cot': (x) => c.divide(c.cosine(x), c.sine(x)),
  '\\sec': (x) => c.divide(c.complex(1), c.cosine(x)),
  '\\csc': (x) => c.divide(c.complex(1), c.sine(x)),
  '\\ln': c.logarithm,
  '\\exp': c.exponential,
  '\\abs': (x) => c.complex(c.modulus(x)),
  '\\arctan': (x) => c.complex(Math.atan(x.re)),
  '\\arcsin': (x) => c.complex(Math.asin(x.re)),
  '\\arccos': (x) => c.complex(Math.acos(x.re)),
};
const GREEK = new Set(
  '\\alpha \\beta \\gamma \\delta \\theta \\phi \\lambda \\mu \\omega \\sigma \\rho \\tau \\varphi \\epsilon'.split(
    ' ',
  ),
);

class Unreadable extends Error {
  constructor() {
    super('Not an expression');
    this.name = 'Unreadable';
  }
}

/** Reads one expression of LaTeX or plain text (`\frac{3}{56}`, `2x + 1`, `3*sqrt(13)`, `6-5i`); null where it is none. */
export function parseExpression(text: string): Expression | null {
  const tokens = tokenise(text);
  if (tokens === null || tokens.length === 0 || tokens.length > 400) return null;
  try {
    return new Parser(tokens).read();
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

class Parser {
  readonly #tokens: readonly string[];
  readonly #variables = new Set<string>();
  #place = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  read(): Expression {
    const at = this.#sum();
    if (this.#place < this.#tokens.length) throw new Unreadable();
    return { variables: this.#variables, at };
  }

  #peek(): string {
    return this.#tokens[this.#place] ?? '';
  }

  #take(expected?: string): string {
    const token = this.#peek();
    if (token === '' || (expected !== undefined && token !== expected)) throw new Unreadable();
    this.#place += 1;
    return token;
  }

  #sum(): Node {
    let left = this.#product();
    while (this.#peek() === '+' || this.#peek() === '-') {
      const operation = this.#take() === '+' ? c.add : c.subtract;
      const [a, b] = [left, this.#product()];
      left = (point) => operation(a(point), b(point));
    }
    return left;
  }

  #product(): Node {
    let left = this.#signed();
    for (;;) {
      const token = this.#peek();
      const divides = token === '/' || token === '\\div';
      const times = token === '*' || token === '\\cdot' || token === '\\times';
      if (divides || times) this.#take();
      else if (!this.#startsFactor(token)) return left;
      const a = left;
      const b = divides || times ? this.#signed() : this.#powered();
      left = divides ? (point) => c.divide(a(point), b(point)) : (point) => c.multiply(a(point), b(point));
    }
  }

  #startsFactor(token: string): boolean {
    return (
      /^(?:\d|\.\d|[A-Za-z(]|\{)/.test(token) ||
      (token.startsWith('\\') && !['\\cdot', '\\times', '\\div'].includes(token))
    );
  }

  #signed(): Node {
    if (this.#peek() === '-') {
      this.#take();
      const inner = this.#signed();
      return (point) => c.subtract(c.complex(0), inner(point));
    }
    if (this.#peek() === '+') this.#take();
    return this.#powered();
  }

  #powered(): Node {
    let base = this.#atom();
    while (this.#peek() === '!') {
      this.#take();
      const inner = base;
      base = (point) => factorial(inner(point));
    }
    if (this.#peek() !== '^') return base;
    this.#take();
    const exponent = this.#exponent();
    return (point) => c.power(base(point), exponent(point));
  }

  #exponent(): Node {
    if (this.#peek() === '-') {
      this.#take();
      const inner = this.#exponent();
      return (point) => c.subtract(c.complex(0), inner(point));
    }
    if (this.#peek() === '{' || this.#peek() === '(') return this.#atom();
    return this.#peek().length > 1 && !this.#peek().startsWith('\\') ? this.#number(this.#take()) : this.#atom();
  }

  #number(text: string): Node {
    const value = c.complex(Number(text));
    return () => value;
  }

  #group(open: string, close: string): Node {
    this.#take(open);
    const inner = this.#sum();
    this.#take(close);
    return inner;
  }

  /** An argument of a command: a group, or the very next digit or letter, as TeX reads `\frac43`. */
  #argument(): Node {
    if (this.#peek() === '{') return this.#group('{', '}');
    return this.#atom();
  }

  #atom(): Node {
    const token = this.#peek();
    if (token === '(') return this.#group('(', ')');
    if (token === '{') return this.#group('{', '}');
    if (token === '|') {
      const inner = this.#group('|', '|');
      return (point) => c.complex(c.modulus(inner(point)));
    }
    this.#take();
    if (/^[\d.]/.test(token)) return this.#number(token);
    if (token === 'i') return () => c.complex(0, 1);
    if (token === 'e') return () => c.complex(Math.E);
    if (token === '\\pi') return () => c.complex(Math.PI);
    if (/^[A-Za-z]$/.test(token) || GREEK.has(token)) return this.#variable(token);
    return this.#command(token);
  }

  #variable(letter: string): Node {
    let name = letter;
    if (this.#peek() === '_') {
      this.#take();
      name += `_${this.#take()}`;
    }
    this.#variables.add(name);
    return (point) => point.get(name) ?? c.complex(Number.NaN);
  }

  #command(token: string): Node {
    if (token === '\\frac') {
      const above = this.#argument();
      const below = this.#argument();
      return (point) => c.divide(above(point), below(point));
    }
    if (token === '\\binom') {
      const [n, k] = [this.#argument(), this.#argument()];
      return (point) =>
        c.divide(factorial(n(point)), c.multiply(factorial(k(point)), factorial(c.subtract(n(point), k(point)))));
    }
    if (token === '\\sqrt') return this.#root();
    if (token === '\\log') return this.#log();
    const apply = Object.hasOwn(ONE_ARGUMENT, token) ? ONE_ARGUMENT[token] : undefined;
    if (apply === undefined) throw new Unreadable();
    let exponent: Node | null = null;
    if (this.#peek() === '^') {
      this.#take();
      exponent = this.#exponent();
    }
    const inner = this.#functionArgument();
    return (point) => (exponent === null ? apply(inner(point)) : c.power(apply(inner(point)), exponent(point)));
  }

  /** What a function without brackets applies to: `\sin 2x` is the sine of 2x. */
  #functionArgument(): Node {
    if (this.#peek() === '(' || this.#peek() === '{') return this.#powered();
    let inner = this.#powered();
    while (/^(?:\d|[A-Za-z]|\\pi)/.test(this.#peek())) {
      const [a, b] = [inner, this.#powered()];
      inner = (point) => c.multiply(a(point), b(point));
    }
    return inner;
  }

  #root(): Node {
    let order: Node | null = null;
    if (this.#peek() === '[') order = this.#group('[', ']');
    const inner = this.#argument();
    return (point) => c.root(inner(point), order === null ? 2 : order(point).re);
  }

  #log(): Node {
    let base: Node = () => c.complex(10);
    if (this.#peek() === '_') {
      this.#take();
      base = this.#exponent();
    }
    const inner = this.#functionArgument();
    return (point) => c.divide(c.logarithm(inner(point)), c.logarithm(base(point)));
  }
}

function factorial({ re, im }: Complex): Complex {
  if (im !== 0 || re < 0 || re > 170 || !Number.isInteger(re)) return c.complex(Number.NaN);
  let result = 1;
  for (let factor = 2; factor <= re; factor++) result *= factor;
  return c.complex(result);
}
