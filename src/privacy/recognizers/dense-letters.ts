// What letters of Chinese, Japanese and Korean tell by themselves: their script, whether they can be a family name, and
// where a name cannot go on.

import type { Sink } from '../finding.ts';
import {
  CHINESE_DOUBLE_SURNAMES,
  CHINESE_SURNAMES,
  EVERYDAY_WORDS,
  KOREAN_DOUBLE_SURNAMES,
  KOREAN_SURNAMES,
} from '../lists/dense-names.ts';
import type { View } from '../view.ts';

/** Looks around a marker at `at` inside the run of dense letters from `runStart` to `runEnd`. */
export type Handler = (view: View, at: number, word: string, runStart: number, runEnd: number, sink: Sink) => void;

export const isHan = (unit: number): boolean => unit >= 0x4e00 && unit <= 0x9fff;
export const isKatakana = (unit: number): boolean => (unit >= 0x30a1 && unit <= 0x30fa) || unit === 0x30fc;
export const isHangul = (unit: number): boolean => unit >= 0xac00 && unit <= 0xd7a3;

const KOREAN_DOUBLE = new Set(KOREAN_DOUBLE_SURNAMES.split('|'));

/** Words of everyday use that begin with what is a family name too: 高血压, 方便, 单位. */
const EVERYDAY = new Set(EVERYDAY_WORDS.split(' '));

/** Length of the Chinese family name that begins at a place; 0 where none does. */
export function surnameLength(text: string, at: number): number {
  const two = text.slice(at, at + 2);
  if (two.length === 2 && CHINESE_DOUBLE_SURNAMES.includes(two)) return 2;
  return CHINESE_SURNAMES.includes(two[0] ?? '?') && !EVERYDAY.has(two) ? 1 : 0;
}

export const isKoreanSurname = (text: string, at: number): boolean =>
  KOREAN_SURNAMES.includes(text[at] ?? '?') || KOREAN_DOUBLE.has(text.slice(at, at + 2));

/** Letters that end what stands before a name: particles, verbs, pronouns. */
export const STOPS = new Set([
  ...'的是在和与及于到去从由给向为了我你他她们这那有被把对让请跟同、のはがをにへともでやか',
]);
