import { Buffer } from 'node:buffer';
import type { TextSpan, TokenHandling } from '../../contracts/tokens.ts';
import { createHandling } from './handling.ts';
import { createTokenMap, type TokenMap } from './tokenise.ts';

export const TENANT_KEY = Buffer.alloc(32, 7);

export function testMap(conversation = 'one', types: Readonly<Record<string, TokenHandling>> = {}): TokenMap {
  return createTokenMap({ tenantKey: TENANT_KEY, conversation, handling: createHandling(types) });
}

/** Findings at every place of each value, as if somebody had found them. */
export function spansOf(text: string, values: Readonly<Record<string, string>>): TextSpan[] {
  const spans: TextSpan[] = [];
  for (const [value, type] of Object.entries(values)) {
    for (let start = text.indexOf(value); start >= 0; start = text.indexOf(value, start + value.length)) {
      spans.push({ type, start, end: start + value.length, score: 1 });
    }
  }
  return spans;
}

/** A map that has replaced these values, and their tokens in order. */
export function mapOf(values: Readonly<Record<string, string>>, conversation = 'one') {
  const map = testMap(conversation);
  const names = Object.keys(values);
  const tokens = names.map((name) =>
    map.replace(name, [{ type: values[name] as string, start: 0, end: name.length, score: 1 }]),
  );
  return { map, tokens };
}

/** The text restored in pieces of these lengths, the last one repeated. */
export function restoreInPieces(
  map: TokenMap,
  text: string,
  cuts: readonly number[],
  mode: 'text' | 'json' | 'arguments' = 'text',
) {
  const restorer = map.restorer(mode);
  let out = '';
  let from = 0;
  for (const cut of [...cuts, text.length]) {
    out += restorer.push(text.slice(from, cut));
    from = cut;
  }
  out += restorer.end();
  return { text: out, fault: restorer.fault };
}
