import type { UpstreamQuirks } from '../contracts/deployment.ts';
import { CAPABILITIES, type Capability } from '../contracts/vocabulary.ts';

/** What presets in OpenAI's dialect have in common. */

/** When their pages were read. */
export const READ = '2026-11-21';

/** Nothing unusual: `max_tokens` under either name, usage on request, no refused members. */
export const PLAIN: UpstreamQuirks = {
  maxTokensMember: 'either',
  streamUsage: 'ask',
  refusedMembers: [],
  embeddings: true,
};

/** All capabilities but these. */
export const without = (...lacking: readonly Capability[]): readonly Capability[] =>
  CAPABILITIES.filter((capability) => !lacking.includes(capability));

/** Look-alikes refuse OpenAI's `file` part by its type, whatever the model behind them can read. */
export const WITHOUT_FILES = without('files');

/** Text and images are all that a message may hold. */
export const WITHOUT_FILES_AND_AUDIO = without('files', 'audio');
