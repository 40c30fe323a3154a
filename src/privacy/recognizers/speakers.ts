// Who speaks in chats: lines one behind the other that begin with a name and a colon, small letters included. One line
// says nothing, since settings are written alike; of several, one has to begin with a given name that our lists know.

import type { Sink } from '../finding.ts';
import { FLAG } from '../lexicon.ts';
import { IS_LABEL, type View } from '../view.ts';

/** The time that programs write before it, the name, and the time or blank before the colon. */
const SPEAKER =
  /(?:> ?){0,3}(?:[[(]?(?:\d{1,4}[./-]\d{1,2}[./-]\d{2,4},? )?\d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp]\.?[Mm]\.?)?[\])]?(?: -|,)?[ \t]{1,3})?<?(\p{L}[\p{L}'’-]{1,19}(?: \p{L}[\p{L}'’.-]{0,19}){0,2})>?(?: ?\(\d{1,2}:\d{2}\))? ?: (?=\S)/uy;
/** What programs write behind a colon, and what they end lines with. */
const PROGRAM =
  /^(?:["'`{[<|]|(?:true|false|null|none|undefined|new|yes|no)(?![\p{L}])[,;]?\s*$|\d{1,6}(?![\d /()-]))|[,;{[(\\]\s*$/iu;
/** Units from the beginning of a line within which the colon stands. */
const FARTHEST = 56;
const LONGEST_LINE = 600;

interface Speaker {
  readonly first: number;
  readonly last: number;
  readonly known: boolean;
  readonly says: boolean;
}

export function recognizeSpeakers(view: View, sink: Sink): void {
  const { text } = view;
  let block: Speaker[] = [];
  let from = 0;
  while (from < text.length) {
    let end = text.indexOf('\n', from);
    if (end < 0) end = text.length;
    const isBlank = end - from < 2;
    const speaker = isBlank ? null : speakerOf(view, from, end);
    if (speaker !== null) block.push(speaker);
    else if (!isBlank) {
      settle(view, block, sink);
      block = [];
    }
    from = end + 1;
  }
  settle(view, block, sink);
}

function speakerOf(view: View, start: number, end: number): Speaker | null {
  if (end - start > LONGEST_LINE || !hasColon(view, start, Math.min(end, start + FARTHEST))) return null;
  SPEAKER.lastIndex = start;
  const match = SPEAKER.exec(view.text);
  if (match === null || SPEAKER.lastIndex > end || PROGRAM.test(view.text.slice(SPEAKER.lastIndex, end))) return null;
  const name = match[1] ?? '';
  const at = start + match[0].lastIndexOf(name);
  const first = view.wordAt(at);
  let last = first;
  while (last + 1 < view.count && (view.ends[last] as number) < at + name.length) last += 1;
  if (view.starts[first] !== at || view.ends[last] !== at + name.length) return null;
  for (let index = first; index <= last; index += 1) if (!mayName(view, index)) return null;
  return {
    first,
    last,
    known: ((view.flags[first] as number) & FLAG.givenName) !== 0,
    says: /(?: \S+){3}|[?!.…]\s*$/.test(view.text.slice(SPEAKER.lastIndex - 1, end)),
  };
}

/** Before anything dearer: most lines have no colon near their beginning, and records begin with a quote or a brace. */
function hasColon({ units }: View, start: number, end: number): boolean {
  const sign = units[start] as number;
  if (sign === 34 || sign === 123 || sign === 125 || sign === 44) return false;
  for (let at = start + 2; at < end; at += 1) if (units[at] === 58 && units[at + 1] === 32) return true;
  return false;
}

const NO_SPEAKER =
  FLAG.common |
  FLAG.field |
  FLAG.month |
  FLAG.weekday |
  FLAG.job |
  FLAG.organisation |
  FLAG.organisationFirst |
  FLAG.city |
  FLAG.region |
  FLAG.country |
  FLAG.secretWord |
  FLAG.topDomain;

function mayName(view: View, index: number): boolean {
  const flag = view.flags[index] as number;
  if ((flag & FLAG.givenName) !== 0) return true;
  return (flag & NO_SPEAKER) === 0 && ((view.kinds[index] as number) & IS_LABEL) === 0;
}

function settle(view: View, block: readonly Speaker[], sink: Sink): void {
  if (block.length < 2 || !block.some(({ known }) => known) || !block.some(({ says }) => says)) return;
  for (const { first, last } of block)
    sink.add('person', view.starts[first] as number, view.ends[last] as number, 0.8, 'context');
}
