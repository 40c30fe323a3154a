// offline/: what can be said without a running server: the catalogue, decisions, keys, receipts of a journal at rest.
// May import: everything below it and world-source.ts, but not app.ts, whose parts open sockets and files at once.
// Start here: the world in which a server with this configuration would decide.
// Each file is loaded by the commands that need it and by nothing else, because a command has to start quickly.
// What a live server owns is asked of that server (cli/owner-client.ts); these files are for when there is none.
import type { LoadedConfiguration } from '../config/load.ts';
import { type ConfigurationProblem, type ConfigurationSource, locateFindings } from '../config/problem.ts';
import type { EvidenceSnapshot } from '../contracts/evidence.ts';
import type { PolicyBundle } from '../policy/bundle.ts';
import type { RuleCompiler } from '../policy/policy-store.ts';
import { createPolicyStore, policySettingsOf, publishRules } from '../policy-source.ts';
import { EvidenceFiles } from '../store/evidence-files.ts';
import { type BuiltWorld, createWorld } from '../world-source.ts';

export interface OfflineWorldInput {
  loaded: LoadedConfiguration;
  source: ConfigurationSource;
  env: Readonly<Record<string, string | undefined>>;
  now: Date;
  /** false spares the 60 ms that the price data take to load; prices that the configuration does not state are then unknown. */
  withPrices?: boolean;
  /** Absent: what is promoted in the data folder. */
  evidence?: EvidenceSnapshot;
}

export interface OfflineWorld extends BuiltWorld {
  /** Rules that a server with this configuration would have in force. */
  bundle: PolicyBundle;
  /** `policy.tokenise` of the configuration. */
  tokenise: 'when_asked' | 'when_needed';
  /** What is wrong with the configuration for those who know more than its schema. With an error among them no server would start. */
  problems: readonly ConfigurationProblem[];
}

/** Decides nothing and is no part of any version: only a running server's sandbox has an address. */
const NO_ADDRESS = 'http://127.0.0.1:0/v1';

/** Rules are compiled in this thread, and Cedar is loaded only where there are any besides the starter bundle. */
const compiler: RuleCompiler = {
  compile: async (files, known) => (await import('../policy/compile-rules.ts')).compileRules(files, known),
};

/** Builds what a server would decide in; nobody is called and nothing is opened. */
export async function buildOfflineWorld(input: OfflineWorldInput): Promise<OfflineWorld> {
  const { loaded, source, env, now, withPrices } = input;
  const sandboxUrl = loaded.configuration.sandbox === false ? null : NO_ADDRESS;
  const bundle = await publishRules(createPolicyStore(compiler), loaded);
  const built = await createWorld({
    loaded,
    env,
    now,
    sandboxUrl,
    policy: { digest: bundle.digest, settings: policySettingsOf(loaded) },
    evidence: input.evidence ?? new EvidenceFiles(loaded.paths.dataDir, Date.now).promoted(),
    ...(withPrices === undefined ? {} : { withPrices }),
  });
  const { tokenise } = loaded.configuration.policy;
  return { ...built, bundle, tokenise, problems: locateFindings(source, built.findings) };
}
