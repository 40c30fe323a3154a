import { isDigit, isWordCode } from '../characters.ts';
import { NO_LABEL, type Sink } from '../finding.ts';
import type { View } from '../view.ts';
import { topicOf } from '../vocabulary.ts';

const TOPIC = topicOf('url');
const LONGEST_SCHEME = 12;
const LONGEST_URL = 2_048;
const LONGEST_HOST = 253;
const DOT = 46;
const HYPHEN = 45;
const SLASH = 47;

/** Top-level domains that no file name, property or sentence ends in. The other known ones need a label or a path. */
const CLEAR = new Set(
  'com org net edu gov mil int eu de uk fr es cn jp kr ru br ca au nl ch se pl cz kr tw hk sg io co'.split(' '),
);

/**
 * Addresses with a scheme; `colon` is the place of the colon in "://". Returns where one ends, before which no other can
 * begin; else where the colon is.
 */
export function recognizeUrl(view: View, colon: number, sink: Sink): number {
  const { text } = view;
  let start = colon;
  while (colon - start < LONGEST_SCHEME && isWordCode(text.charCodeAt(start - 1))) start -= 1;
  if (start === colon || isDigit(text.charCodeAt(start))) return colon;
  // The host first: most of what has no host has no end either.
  const host = hostOf(text.slice(colon + 3, endOfUrl(text, colon + 3, LONGEST_HOST)));
  if (!/^[^.]+(?:\.[^.]+)*\.[\p{L}\d-]{2,}$/u.test(host) && !/^\[[\da-fA-F:.]+\]$/.test(host)) return colon;
  const end = endOfUrl(text, colon + 3);
  sink.add('url', start, end, 0.7, 'pattern');
  return end;
}

/** Without user, port and path. */
const hostOf = (rest: string): string => (/^[^/?#]*/.exec(rest)?.[0] ?? '').replace(/^[^@]*@/, '').replace(/:\d*$/, '');

const ENDS = new Set([...' \t\n\r"<>`{}|\\^'].map((sign) => sign.charCodeAt(0)));

/** Up to a blank, a quote or an angle bracket; without what a sentence or bracket puts behind it. */
function endOfUrl(text: string, from: number, longest = LONGEST_URL): number {
  let end = from;
  let open = 0;
  while (end < text.length && end - from < longest) {
    const unit = text.charCodeAt(end);
    if (ENDS.has(unit) || unit > 0x2fff || unit === 0x201c || unit === 0x201d) break;
    if (unit === 40) open += 1;
    if (unit === 41) {
      if (open === 0) break;
      open -= 1;
    }
    end += 1;
  }
  while (end > from && `.,;:!?'*_~]`.includes(text[end - 1] as string)) end -= 1;
  return end;
}

/** Hosts that end in the known top-level domain `index` and have no scheme before them. */
export function recognizeDomain(view: View, index: number, sink: Sink): void {
  const { text } = view;
  const label = view.starts[index] as number;
  const hostEnd = view.ends[index] as number;
  if (text.charCodeAt(label - 1) !== DOT) return;
  const behind = text.charCodeAt(hostEnd);
  if (behind === DOT && isWordCode(text.charCodeAt(hostEnd + 1))) return;
  if (behind === 40 || behind === 64 || behind === 95 || behind === HYPHEN || behind === 61 || behind === 91) return;
  const start = startOfHost(text, label);
  if (start < 0) return;
  const path = behind === SLASH || (behind === 58 && isDigit(text.charCodeAt(hostEnd + 1)));
  const end = path ? endOfUrl(text, hostEnd) : hostEnd;
  const score = scoreOf(view, index, start, end, path);
  if (score > 0) sink.add(path || text.startsWith('www.', start) ? 'url' : 'domain', start, end, score, 'pattern');
}

/** Start of the labels before the last; -1 where something else ends here: a path, a member of an object, an address. */
function startOfHost(text: string, label: number): number {
  let start = label - 1;
  while (start > 0 && label - start < LONGEST_HOST) {
    const unit = text.charCodeAt(start - 1);
    if (!isWordCode(unit) && unit !== HYPHEN && unit !== DOT) break;
    start -= 1;
  }
  const before = text.charCodeAt(start - 1);
  const first = text.charCodeAt(start);
  if (start === label - 1 || first === DOT || first === HYPHEN || text.charCodeAt(label - 2) === DOT) return -1;
  return before === SLASH || before === 64 || before === 95 || before === 36 || before === 92 || before === 41
    ? -1
    : start;
}

function scoreOf(view: View, index: number, start: number, end: number, path: boolean): number {
  const top = view.word(index);
  const host = view.text.slice(start, end);
  const labelled = view.labelDistance(TOPIC, start, end) < NO_LABEL;
  if (host.startsWith('www.')) return 0.8;
  // In programs members are written with capitals, hosts are not.
  if (top !== top.toLowerCase() && top !== top.toUpperCase()) return 0;
  if (labelled) return 0.75;
  if (CLEAR.has(top.toLowerCase()) && (start + 2 < (view.starts[index] as number) - 1 || path)) return 0.6;
  return path ? 0.5 : 0;
}

const WWW = /www\.(?:[\p{L}\d](?:[\p{L}\d-]{0,61}[\p{L}\d])?\.){1,6}\p{Ll}{2,24}(?![\p{L}\d-])/uy;

/** Hosts that begin with the word `index`, which is `www`, whatever they end in. */
export function recognizeWww(view: View, index: number, sink: Sink): void {
  const { text } = view;
  const start = view.starts[index] as number;
  if (isWordCode(text.charCodeAt(start - 1)) || '.-/@_$'.includes(text[start - 1] ?? ' ')) return;
  WWW.lastIndex = start;
  const match = WWW.exec(text)?.[0];
  if (match === undefined) return;
  const hostEnd = start + match.length;
  const behind = text.charCodeAt(hostEnd);
  const path = behind === SLASH || (behind === 58 && isDigit(text.charCodeAt(hostEnd + 1)));
  sink.add('url', start, path ? endOfUrl(text, hostEnd) : hostEnd, 0.8, 'pattern');
}
