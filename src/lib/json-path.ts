import type { Buffer } from 'node:buffer';
import { decodeJsonString, endOfJsonString } from './json-string.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

// A path is for people to read. Longer keys and deeper places are cut so that an error cannot grow with its input.
const MAX_KEY_CHARACTERS = 64;
const MAX_STEPS = 32;

interface Step {
  key: string | undefined;
  index: number;
  expectsKey: boolean;
}

/**
 * Names the place of the member whose key opens at `offset`, as in `messages[0].role`. `bytes` must be well formed up
 * to there. It walks the text again from its start, so that a scan that finds no error pays nothing for paths.
 */
export function jsonPath(bytes: Buffer, offset: number): string {
  const steps: Step[] = [];
  let innermost: Step | undefined;
  let pos = 0;
  while (pos <= offset && pos < bytes.length) {
    const byte = bytes[pos];
    if (byte === QUOTE) {
      const close = endOfJsonString(bytes, pos);
      if (close === -1) break;
      if (innermost?.expectsKey) {
        innermost.key = decodeJsonString(bytes, pos, close) ?? '';
        innermost.expectsKey = false;
      }
      pos = close;
    } else if (byte === COMMA && innermost !== undefined) {
      innermost.index++;
      innermost.expectsKey = innermost.key !== undefined;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      innermost = { key: byte === OPEN_BRACE ? '' : undefined, index: 0, expectsKey: byte === OPEN_BRACE };
      steps.push(innermost);
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      steps.pop();
      innermost = steps.at(-1);
    }
    pos++;
  }
  return formatSteps(steps);
}

/** A key for a message: quoted, escaped and cut to 64 characters. */
export function quoteKey(key: string): string {
  return JSON.stringify(key.length > MAX_KEY_CHARACTERS ? `${key.slice(0, MAX_KEY_CHARACTERS)}…` : key);
}

function formatSteps(steps: readonly Step[]): string {
  let path = '';
  for (const step of steps.slice(0, MAX_STEPS)) {
    if (step.key === undefined) path += `[${step.index}]`;
    else if (/^[A-Za-z_$][\w$]{0,63}$/.test(step.key)) path += path === '' ? step.key : `.${step.key}`;
    else path += `[${quoteKey(step.key)}]`;
  }
  return steps.length > MAX_STEPS ? `${path}…` : path;
}
