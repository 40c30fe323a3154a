/** Two names of the same limit, the one that counts where both are given first. */
export const LIMITS = ['max_completion_tokens', 'max_tokens'] as const;

/** How much may be answered at most, and by which name the caller says so; `value` is null where none is given. */
export function outputLimitOf(body: Readonly<Record<string, unknown>>): {
  name: (typeof LIMITS)[number];
  value: unknown;
} {
  for (const name of LIMITS) {
    const value = body[name];
    if (value !== undefined && value !== null) return { name, value };
  }
  return { name: 'max_tokens', value: null };
}
