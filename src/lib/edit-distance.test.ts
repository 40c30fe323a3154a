import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearestNames } from './edit-distance.ts';

describe('editDistance', () => {
  it('counts insertions, deletions, replacements and swapped neighbours', () => {
    expect(editDistance('port', 'prot', 5)).toBe(1);
    expect(editDistance('port', 'ports', 5)).toBe(1);
    expect(editDistance('glm-5.2', 'glm-52', 5)).toBe(1);
    expect(editDistance('kitten', 'sitting', 5)).toBe(3);
  });

  it('is zero only for equal strings and the same in both directions', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (left, right) => {
        const distance = editDistance(left, right, 20);
        expect(distance === 0).toBe(left === right);
        expect(editDistance(right, left, 20)).toBe(distance);
      }),
    );
  });

  it('answers limit + 1 for everything beyond the limit', () => {
    expect(editDistance('abcdef', 'uvwxyz', 3)).toBe(4);
    expect(editDistance('a', 'abcdefgh', 3)).toBe(4);
  });
});

describe('nearestNames', () => {
  it('lists near names first and leaves out what no slip explains', () => {
    expect(nearestNames('enpoints', ['endpoints', 'deployments', 'ensembles'], 3)).toEqual(['endpoints']);
    expect(nearestNames('zzzz', ['endpoints', 'deployments'], 3)).toEqual([]);
  });

  it('does not compare text that is too long for a name', () => {
    const long = 'x'.repeat(129);
    expect(nearestNames(long, [long], 1)).toEqual([]);
    expect(nearestNames(long.slice(1), [long], 1)).toEqual([long]);
  });

  it('prefers what differs in case and punctuation only', () => {
    expect(nearestNames('glm-52', ['glm-5', 'glm-5.2'], 2)).toEqual(['glm-5.2', 'glm-5']);
    expect(nearestNames('baseUrl', ['base_url', 'based_url'], 1)).toEqual(['base_url']);
    expect(nearestNames('GLM-5.2', ['glm-5.1', 'glm-5.2'], 2)).toEqual(['glm-5.2', 'glm-5.1']);
  });
});
