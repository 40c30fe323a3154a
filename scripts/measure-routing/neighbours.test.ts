import { expect, test } from 'vitest';
import { Neighbourhood, vectorOf } from './neighbours.ts';

const BIOLOGY =
  'enzyme protein membrane ribosome mitosis chromosome plasmid antibody neuron cortex gland artery spleen fungus pollen larva embryo tendon virus retina';
const ECONOMICS =
  'tariff inflation monopoly subsidy dividend liquidity arbitrage pension mortgage treasury surplus auction cartel stagflation quota lender bond equity invoice broker';

/** Prompts of two of the words each. */
const about = (words: readonly string[], value: number) =>
  Array.from({ length: 60 }, (_, index) => ({
    vector: vectorOf(`${words[index % words.length]} ${words[(index * 7 + 3) % words.length]}`),
    value,
  }));

test('the value of a prompt is that of prompts like it', () => {
  const [biology, economics] = [BIOLOGY.split(' '), ECONOMICS.split(' ')];
  const known = [...about(biology, 1), ...about(economics, -1)];
  const near = new Neighbourhood(
    known.map(({ vector }) => vector),
    known.map(({ value }) => value),
  );
  expect(near.valueNear(vectorOf(biology.slice(0, 10).join(' ')))).toBeGreaterThan(0.5);
  expect(near.valueNear(vectorOf(economics.slice(0, 10).join(' ')))).toBeLessThan(-0.5);
});
