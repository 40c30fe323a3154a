// detection-source.ts: from a configuration to what searches requests for personal data.
// May import: contracts/, privacy/, privacy-thread/, providers/, gateway/ and config/.
// Start at detectionOf: limits and the plug-in of a configuration, for the detector that a gateway is given.
// The thread for long texts is opened with the other parts and closed with them (parts.ts).
// A new configuration changes limits and plug-in of the detector that is there.
import type { LoadedConfiguration } from './config/load.ts';
import type { UpstreamClient } from './contracts/upstream.ts';
import type { DetectionSettings } from './gateway/detection.ts';
import { TYPES } from './privacy/types-of-data.ts';
import { createPresidio } from './providers/presidio.ts';

/** Our type by the name that Presidio gives it. Of several the first that we list; guesses of ours never win over a list. */
const typeByAlias = new Map(
  [...TYPES.values()].reverse().flatMap(({ type, aliases }) => aliases.map((alias) => [alias, type])),
);

/** How detection works under a configuration. */
export function detectionOf({ configuration }: LoadedConfiguration, client: UpstreamClient): DetectionSettings {
  const { max_characters: maxCharacters, budget_ms: budgetMs, presidio } = configuration.detection;
  return {
    maxCharacters,
    budgetMs,
    plugIn:
      presidio === undefined
        ? null
        : createPresidio(client, {
            url: presidio.url,
            language: presidio.language,
            leastScore: presidio.least_score,
            timeoutMs: presidio.timeout_ms,
            typeOf: (entity) => typeByAlias.get(entity) ?? entity.toLowerCase(),
          }),
  };
}
