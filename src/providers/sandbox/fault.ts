/**
 * Faults on request, the same in every dialect. The header `x-alidade-sandbox-fault` holds parts separated by `;`, each `name` or `name=value`:
 *
 *   status=500            answer with this status and an error in the dialect; with 429 also retry-after=SECONDS
 *   reset                 RST before the head; reset-after=N after N content chunks
 *   stall                 accept and never answer; stall-after=N fall silent after N content chunks
 *   cut-after=N           close in good order after N content chunks, with no finish reason and no end mark
 *   error-after=N         an error event inside the 200 stream after N content chunks
 *   malformed-after=N     one event of broken JSON after N content chunks, then go on
 *   truncate              half of the answer, framed as if it were whole
 *   html                  a web page under 200
 *   slow=200ms            wait before the head; slow-chunks=50ms wait before every chunk
 *   refuse                the dialect's refusal: `refusal` set, `stop_reason: refusal`, a blocked prompt
 *   content-filter        half of the answer, then `content_filter`, `stop_reason: refusal` or `SAFETY`
 *   rate=0.3              the fault strikes this share of requests only (which ones: by seed and count)
 *   model=glm-5.2         the fault strikes this program only, so that its fallback can answer
 *
 * As a model suffix the same parts follow `+fault-`, separated by `+`, with `-` before a value and a bare number for a
 * status: `glm-5.2+fault-500`, `glm-5.2+fault-429+retry-after-1`, `glm-5.2+fault-cut-after-3+rate-0.5`.
 */
export interface Fault {
  status: number | null;
  retryAfterS: string | null;
  resetAfter: number | null;
  stallAfter: number | null;
  cutAfter: number | null;
  errorAfter: number | null;
  malformedAfter: number | null;
  /** `resetAfter` and `stallAfter` before anything is sent. */
  beforeHead: 'reset' | 'stall' | null;
  truncate: boolean;
  html: boolean;
  slowMs: number;
  slowChunksMs: number;
  refuse: boolean;
  contentFilter: boolean;
  rate: number;
  model: string | null;
}

const NONE: Fault = {
  status: null,
  retryAfterS: null,
  resetAfter: null,
  stallAfter: null,
  cutAfter: null,
  errorAfter: null,
  malformedAfter: null,
  beforeHead: null,
  truncate: false,
  html: false,
  slowMs: 0,
  slowChunksMs: 0,
  refuse: false,
  contentFilter: false,
  rate: 1,
  model: null,
};

const count = (value: string): number | null => (/^\d{1,6}$/.test(value) ? Number(value) : null);

type ReadPart = (fault: Fault, value: string) => boolean;

const flag =
  (member: 'truncate' | 'html' | 'refuse' | 'contentFilter'): ReadPart =>
  (fault) => {
    fault[member] = true;
    return true;
  };

const afterChunks =
  (member: 'resetAfter' | 'stallAfter' | 'cutAfter' | 'errorAfter' | 'malformedAfter'): ReadPart =>
  (fault, value) => {
    fault[member] = count(value);
    return fault[member] !== null;
  };

const wait =
  (member: 'slowMs' | 'slowChunksMs'): ReadPart =>
  (fault, value) => {
    fault[member] = count(value.replace(/ms$/, '')) ?? 0;
    return fault[member] > 0;
  };

const beforeHead =
  (what: 'reset' | 'stall'): ReadPart =>
  (fault) => {
    fault.beforeHead = what;
    return true;
  };

/** Name -> reads its value into the fault; false where the value is none. */
const PARTS: Readonly<Record<string, ReadPart>> = {
  status: (fault, value) => {
    fault.status = /^[45]\d\d$/.test(value) ? Number(value) : null;
    return fault.status !== null;
  },
  'retry-after': (fault, value) => {
    fault.retryAfterS = value;
    return /^\d{1,9}(\.\d{1,3})?$/.test(value);
  },
  reset: beforeHead('reset'),
  stall: beforeHead('stall'),
  'reset-after': afterChunks('resetAfter'),
  'stall-after': afterChunks('stallAfter'),
  'cut-after': afterChunks('cutAfter'),
  'error-after': afterChunks('errorAfter'),
  'malformed-after': afterChunks('malformedAfter'),
  truncate: flag('truncate'),
  html: flag('html'),
  refuse: flag('refuse'),
  'content-filter': flag('contentFilter'),
  slow: wait('slowMs'),
  'slow-chunks': wait('slowChunksMs'),
  rate: (fault, value) => {
    fault.rate = Number(value);
    return value !== '' && fault.rate >= 0 && fault.rate <= 1;
  },
  model: (fault, value) => {
    fault.model = value;
    return value !== '';
  },
};

/** The fault that a header names, or a sentence that says what is wrong with it. */
export function parseFault(header: string): Fault | string {
  const fault = { ...NONE };
  for (const part of header.split(';').map((text) => text.trim())) {
    const [name = '', value = ''] = part.split(/=(.*)/s);
    const read = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
    if (read === undefined || !read(fault, value)) {
      return `Unknown sandbox fault "${part}". Known: ${Object.keys(PARTS).join(', ')}.`;
    }
  }
  return fault;
}

/** A model name without its fault suffix, and the suffix as a header would say it; null where there is none. */
export function splitFaultSuffix(model: string): { model: string; fault: string | null } {
  const at = model.indexOf('+fault-');
  if (at < 0) return { model, fault: null };
  const parts = model.slice(at + '+fault-'.length).split('+');
  return { model: model.slice(0, at), fault: parts.map(headerPart).join(';') };
}

function headerPart(part: string): string {
  if (/^\d+$/.test(part)) return `status=${part}`;
  if (Object.hasOwn(PARTS, part)) return part;
  // The longest name wins: `cut-after-3` must not be read as `cut` with a value.
  const name = Object.keys(PARTS)
    .filter((known) => part.startsWith(`${known}-`))
    .sort((a, b) => b.length - a.length)[0];
  return name === undefined ? part : `${name}=${part.slice(name.length + 1)}`;
}
