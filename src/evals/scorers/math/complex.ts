/** A complex number; answers of contests need them, and square roots of negative numbers must not be errors. */
export interface Complex {
  re: number;
  im: number;
}

export const complex = (re: number, im = 0): Complex => ({ re, im });
export const add = (a: Complex, b: Complex): Complex => complex(a.re + b.re, a.im + b.im);
export const subtract = (a: Complex, b: Complex): Complex => complex(a.re - b.re, a.im - b.im);
export const multiply = (a: Complex, b: Complex): Complex =>
  complex(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re);
export const modulus = (a: Complex): number => Math.hypot(a.re, a.im);

export function divide(a: Complex, b: Complex): Complex {
  const square = b.re * b.re + b.im * b.im;
  return complex((a.re * b.re + a.im * b.im) / square, (a.im * b.re - a.re * b.im) / square);
}

export const exponential = (a: Complex): Complex =>
  complex(Math.exp(a.re) * Math.cos(a.im), Math.exp(a.re) * Math.sin(a.im));
export const logarithm = (a: Complex): Complex => complex(Math.log(modulus(a)), Math.atan2(a.im, a.re));

/** Principal power; whole powers are multiplied out so that they stay exact. */
export function power(base: Complex, exponent: Complex): Complex {
  if (exponent.im === 0 && Number.isInteger(exponent.re) && Math.abs(exponent.re) <= 64) {
    let result = complex(1);
    for (let count = 0; count < Math.abs(exponent.re); count++) result = multiply(result, base);
    return exponent.re < 0 ? divide(complex(1), result) : result;
  }
  if (base.re === 0 && base.im === 0) return complex(exponent.re > 0 ? 0 : Number.NaN);
  if (base.im === 0 && base.re > 0 && exponent.im === 0) return complex(base.re ** exponent.re);
  return exponential(multiply(exponent, logarithm(base)));
}

/** Real roots of odd order are what a contest means: the cube root of -8 is -2. */
export function root(value: Complex, order: number): Complex {
  if (value.im === 0 && value.re < 0 && order % 2 === 1) return complex(-((-value.re) ** (1 / order)));
  if (value.im === 0 && value.re < 0 && order === 2) return complex(0, Math.sqrt(-value.re));
  return power(value, complex(1 / order));
}

const I = complex(0, 1);
export const sine = (a: Complex): Complex =>
  divide(subtract(exponential(multiply(I, a)), exponential(multiply(complex(0, -1), a))), complex(0, 2));
export const cosine = (a: Complex): Complex =>
  divide(add(exponential(multiply(I, a)), exponential(multiply(complex(0, -1), a))), complex(2));
