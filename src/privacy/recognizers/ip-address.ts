import { isDigit, isHexDigit, isWordCode } from '../characters.ts';
import { NO_LABEL, type Sink } from '../finding.ts';
import type { View } from '../view.ts';
import { topicOf } from '../vocabulary.ts';

const IP = topicOf('ip');
const VERSION = topicOf('version');
const LONGEST = 64;
const V4 = /(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?![\d])(?:\/(\d{1,2})(?!\d))?/y;
const COLON = 58;
const DOT = 46;

/** Dotted addresses that begin with the word `index`, with the length of their network where it stands behind them. */
export function recognizeIpV4(view: View, index: number, sink: Sink): void {
  const { text } = view;
  const start = view.starts[index] as number;
  if (text.charCodeAt(view.ends[index] as number) !== DOT || (view.ends[index] as number) - start > 3) return;
  if (!isDottedAgain(view.units, view.ends[index] as number) || !isFreeBefore(text, start)) return;
  V4.lastIndex = start;
  const match = V4.exec(text);
  if (match === null) return;
  const octets = match.slice(1, 5).map(Number);
  if (octets.some((octet) => octet > 255)) return;
  const network = match[5] !== undefined && Number(match[5]) <= 32;
  const end = start + (network ? match[0].length : match[0].replace(/\/.*/, '').length);
  if (isWordCode(text.charCodeAt(end)) || text.charCodeAt(end) === 95) return;
  sink.add('ip_address', start, end, scoreOfV4(view, octets, start, end), 'pattern');
}

/** Behind the first full stop stand up to three digits and the next, which decimals lack. */
function isDottedAgain(units: Uint16Array, dot: number): boolean {
  let end = dot + 1;
  while (end - dot < 4 && isDigit(units[end] as number)) end += 1;
  return end > dot + 1 && units[end] === DOT;
}

/** Behind a letter and a slash stand product versions ("Chrome/120.0.0.0"); behind a sign of a host stand addresses. */
function isFreeBefore(text: string, start: number): boolean {
  const before = text.charCodeAt(start - 1);
  if (isWordCode(before) || before === DOT || before === 95 || before === 45) return false;
  return !(before === 47 && isWordCode(text.charCodeAt(start - 2)));
}

function scoreOfV4(view: View, octets: readonly number[], start: number, end: number): number {
  const { text } = view;
  const label = view.labelDistance(IP, start, end);
  if (view.labelDistance(VERSION, start, end) < Math.min(label, 24)) return 0.2;
  // Object identifiers and versions have more or smaller parts.
  if (text.charCodeAt(end) === DOT && /\d/.test(text[end + 1] ?? '')) return 0.3;
  if (label < NO_LABEL) return 0.95;
  if (octets.every((octet) => octet < 20) || octets[0] === 0) return 0.4;
  return 0.85;
}

/** The part of an address of version 6 that a run of its signs holds: eight groups, or fewer around one `::`. */
function isV6(run: string): boolean {
  const [before = '', behind, ...more] = run.split('::');
  if (more.length > 0) return false;
  const groupsOf = (part: string): number => {
    if (part === '') return 0;
    let groups = 0;
    const pieces = part.split(':');
    for (const [position, piece] of pieces.entries()) {
      if (/^[0-9a-fA-F]{1,4}$/.test(piece)) groups += 1;
      else if (position === pieces.length - 1 && isDotted(piece)) groups += 2;
      else return Number.NaN;
    }
    return groups;
  };
  const total = groupsOf(before) + (behind === undefined ? 0 : groupsOf(behind));
  return behind === undefined ? total === 8 : total <= 7;
}

const isDotted = (text: string): boolean =>
  /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text) && text.split('.').every((octet) => Number(octet) <= 255);

const isRunSign = (unit: number): boolean => isHexDigit(unit) || unit === COLON || unit === DOT;

/** Addresses of version 6 around a colon; returns where the run of their signs ends, so that a run is read once. */
export function recognizeIpV6(view: View, colon: number, sink: Sink): number {
  const { text } = view;
  // Most colons stand behind a word, and many before a value: no address begins or ends with one alone.
  const [before, behind] = [text.charCodeAt(colon - 1), text.charCodeAt(colon + 1)];
  if ((!isRunSign(before) && behind !== COLON) || (!isRunSign(behind) && before !== COLON)) return colon + 1;
  let start = colon;
  while (start > 0 && colon - start < LONGEST && isRunSign(text.charCodeAt(start - 1))) start -= 1;
  let end = colon;
  while (end < text.length && end - colon < LONGEST && isRunSign(text.charCodeAt(end))) end += 1;
  const runEnd = end;
  while (end > start && (text.charCodeAt(end - 1) === DOT || isLoneColon(text, end))) end -= 1;
  while (start < end && (text.charCodeAt(start) === DOT || isLoneLeading(text, start))) start += 1;
  if (!mayBeV6(text, start, end)) return runEnd;
  const run = text.slice(start, end);
  if (isWordCode(text.charCodeAt(end)) || isWordCode(text.charCodeAt(start - 1)) || !isV6(run)) return runEnd;
  const score = scoreOfV6(view, run, start, end);
  if (score > 0) sink.add('ip_address', start, endOfNetwork(text, end), score, 'pattern');
  return runEnd;
}

/** Times have too few colons for eight groups, and none that stand together. */
function mayBeV6(text: string, start: number, end: number): boolean {
  let colons = 0;
  for (let at = start; at < end; at += 1) {
    if (text.charCodeAt(at) !== COLON) continue;
    if (at + 1 < end && text.charCodeAt(at + 1) === COLON) return true;
    colons += 1;
  }
  return colons >= 6;
}

const isLoneColon = (text: string, end: number): boolean =>
  text.charCodeAt(end - 1) === COLON && text.charCodeAt(end - 2) !== COLON;
const isLoneLeading = (text: string, start: number): boolean =>
  text.charCodeAt(start) === COLON && text.charCodeAt(start + 1) !== COLON;

/** A zone ("%eth0") or the length of a network. */
function endOfNetwork(text: string, end: number): number {
  if (text.charCodeAt(end) === 47) {
    const match = /^\/(\d{1,3})(?!\d)/.exec(text.slice(end, end + 5));
    return match !== null && Number(match[1]) <= 128 ? end + match[0].length : end;
  }
  if (text.charCodeAt(end) !== 37) return end;
  let zone = end + 1;
  while (zone - end < 16 && isWordCode(text.charCodeAt(zone))) zone += 1;
  return zone > end + 1 ? zone : end;
}

/** Slices, scopes and ratios of programs share the short forms, which therefore need a label or a well-known prefix. */
function scoreOfV6(view: View, run: string, start: number, end: number): number {
  const { text } = view;
  const groups = run.split(':').filter((group) => group !== '').length;
  if (groups >= 3 && (groups >= 4 || /[a-f]/i.test(run) || /\d{3}/.test(run))) return 0.95;
  if (/^(?:fe80|ff0\d|2[0-9a-f]{3}|fd[0-9a-f]{2}|fc00|64:ff9b)::?/i.test(run) || /\d\.\d/.test(run)) return 0.9;
  const before = text.charCodeAt(start - 1);
  const slice = before === 91 && isWordCode(text.charCodeAt(start - 2));
  if (slice) return 0;
  if (run !== '::' && view.labelDistance(IP, start, end) < NO_LABEL) return 0.8;
  if (run === '::1' || before === 61 || text.charCodeAt(end) === 47 || start === 0) return 0.4;
  if (groups >= 2) return 0.3;
  return run === '::' ? 0.2 : 0.3;
}
