import { parseArgs } from 'node:util';
import type { BenchOptions } from './scenario.ts';

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = `usage: npm run bench -- NAME [options]     (NAME list: names all benches)

  --subjects a,b,c    nginx, bare-relay, alidade, portkey; default: all that the bench is about
  --gateway WHICH     auto (dist where it exists, else source), dist, source
  --rounds N          rounds; every subject once per round
  --seconds N         length of one turn
  --minutes N         length of a soak
  --warmup N          requests per subject before the first round
  --concurrency N     requests or streams in flight
  --rate N            requests per second, open loop
  --streams N         streams per connection, or idle streams
  --events N          events per stream
  --interval N        milliseconds between events
  --repeats N         repetitions
  --sizes a,b,c       prompt sizes in tokens
  --data DIR          folder of recorded data
  --patience N        seconds that each turn waits for others on the machine to be quiet
  --drop-caches       empty the page cache before a cold start (root; slows the whole machine down for a moment)
  --priority          run the bench and its subjects at the highest priority (root), for a machine that others use too
  --save              write bench/results/NAME-YYYY-MM-DD.json
`;

export interface CommandLine {
  name: string;
  save: boolean;
  priority: boolean;
  options: BenchOptions;
}

const OPTIONS = {
  subjects: { type: 'string' },
  gateway: { type: 'string' },
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  minutes: { type: 'string' },
  warmup: { type: 'string' },
  concurrency: { type: 'string' },
  rate: { type: 'string' },
  streams: { type: 'string' },
  events: { type: 'string' },
  interval: { type: 'string' },
  repeats: { type: 'string' },
  sizes: { type: 'string' },
  data: { type: 'string' },
  patience: { type: 'string' },
  'drop-caches': { type: 'boolean' },
  priority: { type: 'boolean' },
  save: { type: 'boolean' },
} as const;

/** Reads the command line; throws UsageError with one sentence. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { values, positionals } = parse(args);
  const [name, ...rest] = positionals;
  if (name === undefined) throw new UsageError('name a bench');
  if (rest.length > 0) throw new UsageError(`one bench at a time, not also ${rest.join(' ')}`);
  const options: BenchOptions = { subjects: values.subjects?.split(',') ?? null, gateway: readGateway(values.gateway) };
  const numbers = {
    rounds: values.rounds,
    seconds: values.seconds,
    minutes: values.minutes,
    warmupRequests: values.warmup,
    concurrency: values.concurrency,
    perSecond: values.rate,
    streams: values.streams,
    events: values.events,
    intervalMs: values.interval,
    repeats: values.repeats,
    patienceSeconds: values.patience,
  };
  for (const [key, text] of Object.entries(numbers)) {
    if (text !== undefined) options[key as keyof typeof numbers] = readNumber(key, text);
  }
  if (values.sizes !== undefined) options.sizes = values.sizes.split(',').map((text) => readNumber('sizes', text));
  if (values.data !== undefined) options.data = values.data;
  if (values['drop-caches'] === true) options.dropCaches = true;
  return { name, save: values.save === true, priority: values.priority === true, options };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function readGateway(text: string | undefined): BenchOptions['gateway'] {
  if (text === undefined || text === 'auto') return 'auto';
  if (text === 'dist' || text === 'source') return text;
  throw new UsageError(`--gateway is auto, dist or source, not ${text}`);
}

function readNumber(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new UsageError(`${name} must be a number above 0, not ${JSON.stringify(text)}`);
  return value;
}
