import { describe, expect, test } from 'vitest';
import { ATTACKS } from './changes.ts';
import { createRandom } from './random.ts';
import { CLOSING_SENTENCES, OPENING_SENTENCES } from './surroundings.ts';

const bare = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** Everything that an attack lays around a prompt, over more draws than it has sentences. */
function sentencesOf(name: string): Set<string> {
  const attack = ATTACKS.find((one) => one.name === name);
  const random = createRandom(1);
  return new Set(Array.from({ length: 300 }, () => bare(attack?.apply('', random) ?? '')));
}

describe('sentences around training prompts', () => {
  test.each(['prefix gadgets', 'padding sentences'])('are none of the %s of the attack suite', (name) => {
    const attacks = sentencesOf(name);
    expect(attacks.size).toBeGreaterThan(5);
    for (const sentence of [...OPENING_SENTENCES, ...CLOSING_SENTENCES]) expect(attacks).not.toContain(bare(sentence));
  });

  test('are none twice', () => {
    for (const list of [OPENING_SENTENCES, CLOSING_SENTENCES]) expect(new Set(list).size).toBe(list.length);
  });
});
