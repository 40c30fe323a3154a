// test/support/vendors: the three vendors as programs that check what they receive and say what a test tells them to.
// May import: test/support/upstream and the names of dialects; nothing of src/wire, which is what they test.
// Start here, then said.ts (what a model says, in no dialect), kinds.ts (one vendor each), *-rules.ts (what it refuses).
// A request that the real vendor would refuse is answered 400 and kept in `complaints`: suites expect none.
// What Gemini's and Anthropic's vendors send is read back by the vendors' own packages (test/e2e/*-sdk*).
import type { Dialect } from '../../../src/contracts/vocabulary.ts';
import type { UpstreamCallRecord } from '../upstream/exchange.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../upstream/scripted-upstream.ts';
import { cut, type Script, type Step, send, stall } from '../upstream/steps.ts';
import { type Members, membersOf } from './complaints.ts';
import { isCount, VENDOR_KINDS, type VendorKind } from './kinds.ts';
import type { Said, VendorFailure } from './said.ts';
import { type Seen, seenBy } from './seen.ts';

/** How a stream breaks off after everything was said and before it ends. */
export type Break = 'cut' | 'stall' | 'error';

/** What the vendor's own count of any prompt is. */
export const VENDOR_COUNT = 4_242;

type Answer = (call: UpstreamCallRecord, body: Members) => Script;

export interface Vendor {
  readonly dialect: Dialect;
  readonly upstream: ScriptedUpstream;
  /** For a configuration. */
  readonly baseUrl: string;
  /** Answers the next requests, one each, in the form that they ask for. */
  says(...said: Said[]): void;
  /** Answers the next request with a whole answer, whatever form it asks for. */
  saysWhole(said: Said): void;
  /** Sends streams in pieces of so many bytes, until the next call of `forget`. */
  slices(bytes: number): void;
  /** Refuses the next request as the vendor documents it. */
  fails(failure: VendorFailure): void;
  /** Streams what is said to the next request but not its end. */
  breaksOff(said: Said, how: Break): void;
  /** Takes the next request and never answers it. */
  hangs(): void;
  /** Body of the last request but `back`. */
  received(back?: number): Members;
  /** The same in no dialect. */
  seen(back?: number): Seen;
  readonly last: UpstreamCallRecord;
  /** What it refused, of all requests since the last call of `forget`. */
  readonly complaints: readonly string[];
  /** Drops answers that nobody asked for, complaints and slices. */
  forget(): void;
  close(): Promise<void>;
}

function parsed(call: UpstreamCallRecord): Members {
  return call.body.length === 0 ? {} : membersOf(call.json());
}

function endOf(kind: VendorKind, how: Break): Step {
  if (how === 'cut') return cut();
  return how === 'stall' ? stall() : send(kind.errorEvent(kind.failures.overloaded));
}

/** Answers by what was told to it; refuses what the vendor would refuse, whatever was told. */
class ScriptedVendor implements Vendor {
  readonly dialect: Dialect;
  readonly upstream: ScriptedUpstream;
  readonly complaints: string[] = [];
  readonly #kind: VendorKind;
  readonly #issued = new Set<string>();
  readonly #answers: Answer[] = [];
  #sliceBytes: number | null = null;

  constructor(dialect: Dialect, upstream: ScriptedUpstream) {
    this.dialect = dialect;
    this.upstream = upstream;
    this.#kind = VENDOR_KINDS[dialect];
    upstream.reply((call) => this.#answer(call));
  }

  get baseUrl(): string {
    return this.upstream.origin + this.#kind.basePath;
  }

  says(...said: Said[]): void {
    for (const one of said) this.#answers.push((call, body) => this.#whole(one, call, body));
  }

  saysWhole(said: Said): void {
    this.#answers.push((call, body) => ({
      body: JSON.stringify(this.#kind.body(said, this.#kind.modelOf(call, body))),
    }));
  }

  slices(bytes: number): void {
    this.#sliceBytes = bytes;
  }

  fails(failure: VendorFailure): void {
    const { status, headers = {}, body } = this.#kind.failures[failure];
    this.#answers.push(() => ({ status, headers, body: JSON.stringify(body) }));
  }

  hangs(): void {
    this.#answers.push(() => ({ before: [stall()] }));
  }

  breaksOff(said: Said, how: Break): void {
    this.#answers.push((call, body) => {
      this.#issue(said);
      const events = this.#kind.events(said, this.#kind.modelOf(call, body), body);
      const end = events.findIndex((event) => event.includes(this.#kind.endMark));
      return { body: [...this.#steps(events.slice(0, end)), endOf(this.#kind, how)] };
    });
  }

  received(back = 0): Members {
    const call = this.upstream.requests.at(-1 - back);
    if (call === undefined) throw new Error(`The vendor ${this.dialect} was not asked.`);
    return parsed(call);
  }

  seen(back = 0): Seen {
    return seenBy(this.dialect, this.received(back));
  }

  get last(): UpstreamCallRecord {
    return this.upstream.requests.at(-1) as UpstreamCallRecord;
  }

  forget(): void {
    this.#answers.length = 0;
    this.complaints.length = 0;
    this.#sliceBytes = null;
  }

  close(): Promise<void> {
    return this.upstream.close();
  }

  #answer(call: UpstreamCallRecord): Script {
    const body = parsed(call);
    const complaints = this.#kind.complaints(call, body, this.#issued);
    if (complaints.length > 0) {
      this.complaints.push(...complaints);
      return { status: 400, body: JSON.stringify(this.#kind.failures.invalid.body) };
    }
    if (isCount(call)) return { body: JSON.stringify({ input_tokens: VENDOR_COUNT }) };
    const answer = this.#answers.shift();
    if (answer === undefined) return { status: 500, body: 'nothing to say' };
    return answer(call, body);
  }

  #steps(events: readonly string[]): Step[] {
    const slices = this.#sliceBytes === null ? {} : { sliceBytes: this.#sliceBytes };
    return events.map((event) => send(event, slices));
  }

  #issue({ signature, redacted }: Said): void {
    if (signature !== undefined) this.#issued.add(signature);
    if (redacted !== undefined) this.#issued.add(redacted);
  }

  #whole(said: Said, call: UpstreamCallRecord, body: Members): Script {
    this.#issue(said);
    const model = this.#kind.modelOf(call, body);
    if (!this.#kind.isStream(call, body)) return { body: JSON.stringify(this.#kind.body(said, model)) };
    return { body: this.#steps(this.#kind.events(said, model, body)) };
  }
}

/** Listens on a free loopback port. Always `await close()` it. */
export const createVendor = async (dialect: Dialect): Promise<Vendor> =>
  new ScriptedVendor(dialect, await createScriptedUpstream());
