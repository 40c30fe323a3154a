export interface Point {
  x: number;
  y: number;
}

/** Slope of the least-squares line through the points; null for fewer than three or where all x are one. */
export function slopeOf(points: readonly Point[]): number | null {
  if (points.length < 3) return null;
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / points.length;
  let xy = 0;
  let xx = 0;
  for (const { x, y } of points) {
    xy += (x - meanX) * (y - meanY);
    xx += (x - meanX) ** 2;
  }
  return xx === 0 ? null : xy / xx;
}
