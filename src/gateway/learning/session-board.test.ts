import { expect, test } from 'vitest';
import { sampleReceipt } from '../../../test/support/receipts.ts';
import type { Receipt } from '../../contracts/receipt.ts';
import { SessionBoard } from './session-board.ts';

const sample = sampleReceipt(1);
const answeredBy = (deployment: string): Receipt => ({
  ...sample,
  attempts: [{ ...(sample.attempts[0] as Receipt['attempts'][number]), deployment }],
});
const goesOn = (id: number) => ({ id, continued: true });

test('keeps nearly all of 20,000 conversations apart, and always those that were heard last', () => {
  const board = new SessionBoard();
  // Ids as digests are: anywhere in 53 bits.
  const ids = Array.from({ length: 20_000 }, (_, at) => 1 + ((at * 2_654_435_761 * 97) % (2 ** 53 - 1)));
  const deploymentOf = (at: number): string => `d${at % 7}`;
  for (const [at, id] of ids.entries()) board.record(goesOn(id), answeredBy(deploymentOf(at)), at + 1);
  const pins = ids.map((id) => board.pinOf(goesOn(id), 20_000));
  const wrong = pins.filter((pin, at) => pin !== null && pin !== deploymentOf(at));
  expect(wrong).toEqual([]);
  expect(pins.filter((pin) => pin !== null).length).toBeGreaterThan(19_000);
  expect(pins.slice(-100)).not.toContain(null);
});

test('routes anew what was quiet longest, where eight others of its place have come since', () => {
  const board = new SessionBoard();
  const inOnePlace = Array.from({ length: 9 }, (_, at) => 1 + at * 4_096);
  const [first, second, ...others] = inOnePlace as [number, number, ...number[]];
  board.record(goesOn(first), answeredBy('a'), 1);
  board.record(goesOn(second), answeredBy('b'), 2);
  board.record(goesOn(first), answeredBy('a'), 3);
  for (const [at, id] of others.entries()) board.record(goesOn(id), answeredBy('c'), 10 + at);
  expect(board.pinOf(goesOn(second), 20)).toBeNull();
  expect([first, ...others].map((id) => board.pinOf(goesOn(id), 20))).toEqual(['a', ...others.map(() => 'c')]);
});

test('names the deployments of a configuration that came after very many others', () => {
  const board = new SessionBoard();
  for (let at = 0; at <= 0x1_0000; at += 1) board.record(goesOn(at + 1), answeredBy(`d${at}`), at);
  expect(board.pinOf(goesOn(0x1_0001), 0x1_0000)).toBe('d65536');
  expect(board.pinOf(goesOn(0x1_0000), 0x1_0000)).toBeNull();
});
