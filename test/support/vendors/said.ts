/** What a model says, in no dialect: each vendor of the tests puts it in its own. */
export interface Said {
  /** Shown thoughts. Chat completions of look-alikes call them `reasoning_content`. */
  thoughts?: readonly string[];
  /**
   * What must come back with the next turn. Anthropic signs the thoughts; Gemini the first call, or the text where there
   * is none; chat completions sign nothing.
   */
  signature?: string;
  /** Thoughts that only Anthropic can read, and must get back. */
  redacted?: string;
  /** One stream event each. */
  text?: readonly string[];
  calls?: readonly SaidCall[];
  /** Default: `stop`, or what the dialect says where calls wait for results. `filtered`: the vendor held it back. */
  finish?: 'stop' | 'length' | 'filtered';
  usage?: SaidUsage;
}

export interface SaidCall {
  id: string;
  name: string;
  arguments: Readonly<Record<string, unknown>>;
}

/** Each token counted once: `input` holds the cached ones, `output` the thoughts. */
export interface SaidUsage {
  input: number;
  cached: number;
  output: number;
  thoughts: number;
}

export const SAID_USAGE: SaidUsage = { input: 100, cached: 60, output: 20, thoughts: 5 };

/** What can go wrong at a vendor, each with a body that the vendor documents. */
export type VendorFailure = 'invalid' | 'too_long' | 'key' | 'model' | 'credit' | 'rate' | 'server' | 'overloaded';

export interface VendorError {
  status: number;
  headers?: Readonly<Record<string, string>>;
  body: unknown;
}
