/** Reasons with how often each came, most frequent first. */
export const countedReasons = (reasons: readonly string[]): { reason: string; count: number }[] =>
  [...Map.groupBy(reasons, (reason) => reason)]
    .map(([reason, all]) => ({ reason, count: all.length }))
    .sort((left, right) => right.count - left.count);
