import { createBundle, type PolicyBundle } from './bundle.ts';
import type { CompiledRules, RuleFile } from './compile-rules.ts';
import type { Rule, RuleProblem } from './rule.ts';

/** Whoever can read rules: the thread, or this thread on the command line. */
export interface RuleCompiler {
  compile(files: readonly RuleFile[], known: readonly Rule[]): Promise<CompiledRules>;
}

/** A folder of rules as it was read; problems are those of reading it. */
export interface RuleFolder {
  files: readonly RuleFile[];
  problems: readonly RuleProblem[];
}

export type PublishResult =
  | { ok: true; bundle: PolicyBundle; problems: readonly RuleProblem[] }
  /** What was in force stays in force. */
  | { ok: false; reason: 'problems'; problems: readonly RuleProblem[] }
  /** Somebody else has published since `expected` was read. */
  | { ok: false; reason: 'conflict'; current: string };

const hasErrors = (problems: readonly RuleProblem[]): boolean => problems.some(({ severity }) => severity === 'error');

/** Holds the bundle in force; only whole and checked bundles get in, and the last good one stays until then. */
export class PolicyStore {
  readonly #compiler: RuleCompiler;
  #starter: readonly Rule[];
  #bundle: PolicyBundle;
  #publication = 0;

  /** `starter`: the rules in force without any folder; none where `policy.starter_bundle` is false. */
  constructor(compiler: RuleCompiler, starter: readonly Rule[]) {
    this.#compiler = compiler;
    this.#starter = starter;
    this.#bundle = createBundle(starter);
  }

  get bundle(): PolicyBundle {
    return this.#bundle;
  }

  /** Checks the folder without publishing it. */
  async validate(folder: RuleFolder, starter: readonly Rule[] = this.#starter): Promise<CompiledRules> {
    if (hasErrors(folder.problems)) return { rules: [], problems: folder.problems };
    if (folder.files.length === 0) return { rules: [], problems: folder.problems };
    const { rules, problems } = await this.#compiler.compile(folder.files, starter);
    return { rules, problems: [...folder.problems, ...problems] };
  }

  /**
   * Puts the folder's rules in force, or nothing. `expected` is the digest that the publisher has seen: where another one
   * is in force by now, the publisher has to look again.
   */
  async publish(
    folder: RuleFolder,
    { expected = null, starter = this.#starter }: { expected?: string | null; starter?: readonly Rule[] } = {},
  ): Promise<PublishResult> {
    const publication = this.#publication;
    const conflict = (): PublishResult => ({ ok: false, reason: 'conflict', current: this.#bundle.digest });
    if (expected !== null && expected !== this.#bundle.digest) return conflict();
    const { rules, problems } = await this.validate(folder, starter);
    if (hasErrors(problems)) return { ok: false, reason: 'problems', problems };
    if (expected !== null && publication !== this.#publication) return conflict();
    this.#publication += 1;
    this.#starter = starter;
    this.#bundle = createBundle([...starter, ...rules]);
    return { ok: true, bundle: this.#bundle, problems };
  }
}
