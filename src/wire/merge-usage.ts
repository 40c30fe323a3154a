import type { Usage } from '../contracts/usage.ts';

/** Reports of usage in a stream are cumulative: a later one counts, and what it leaves out stays what it was. */
export function mergeUsage(known: Usage | null, later: Usage): Usage {
  if (known === null) return later;
  const hour = later.cache_write_hour_tokens ?? known.cache_write_hour_tokens;
  return {
    input_tokens: later.input_tokens ?? known.input_tokens,
    output_tokens: later.output_tokens ?? known.output_tokens,
    cached_input_tokens: later.cached_input_tokens ?? known.cached_input_tokens,
    cache_write_tokens: later.cache_write_tokens ?? known.cache_write_tokens,
    reasoning_tokens: later.reasoning_tokens ?? known.reasoning_tokens,
    ...(hour === undefined ? {} : { cache_write_hour_tokens: hour }),
  };
}
