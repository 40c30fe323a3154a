import { isWordCode } from '../characters.ts';
import { NO_LABEL, type Sink } from '../finding.ts';
import type { View } from '../view.ts';
import { topicOf } from '../vocabulary.ts';

const PAIRS = /([0-9A-Fa-f]{2})([:-])(?:[0-9A-Fa-f]{2}\2){4}[0-9A-Fa-f]{2}/y;
const DOTTED = /[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}/y;
const IP = topicOf('ip');

/** Hardware addresses that begin with the word `index`: six pairs, or three groups of four as Cisco writes them. */
export function recognizeMacAddress(view: View, index: number, sink: Sink): void {
  const { text } = view;
  const start = view.starts[index] as number;
  const length = (view.ends[index] as number) - start;
  const behind = text.charCodeAt(view.ends[index] as number);
  const shape =
    length === 2 && (behind === 58 || behind === 45) ? PAIRS : length === 4 && behind === 46 ? DOTTED : null;
  if (shape === null || !isFree(text, start - 1)) return;
  shape.lastIndex = start;
  const match = shape.exec(text)?.[0];
  if (match === undefined || !isFree(text, start + match.length)) return;
  const digits = match.replace(/[:.-]/g, '').toLowerCase();
  // Broadcast and the empty address name no device.
  if (/^(?:0+|f+)$/.test(digits)) return;
  const plain = shape === DOTTED && !/[a-f]/.test(digits);
  const labelled = view.labelDistance(IP, start, start + match.length) < NO_LABEL;
  if (plain && !labelled) return;
  sink.add('mac_address', start, start + match.length, 0.9, 'pattern');
}

const isFree = (text: string, at: number): boolean => {
  const unit = text.charCodeAt(at);
  if (isWordCode(unit) || unit === 95) return false;
  // Fingerprints go on in the same way.
  return !((unit === 58 || unit === 45) && isWordCode(text.charCodeAt(at + 1)) && isWordCode(text.charCodeAt(at - 1)));
};
