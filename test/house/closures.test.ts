import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { listRepositoryFiles, repositoryRoot } from '../support/repository.ts';

/** A function written where it is assigned to a property, public or private, however the assignment is spelt. */
const ASSIGNED_FUNCTION =
  /^[^'"`\n]*[\w\])]\.#?\w+\s*(?:=|\?\?=|\|\|=|&&=)\s*(?:async\s+)?(?:function\b|\([^()]*\)\s*(?::[^=\n]+)?=>|\w+\s*=>)/m;

const product = (await listRepositoryFiles()).filter(
  (path) =>
    path.startsWith('src/') && path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.includes('/browser/'),
);

it('no function is written where it is assigned to a property: V8 would put it, and keep what it names, in the old generation (docs/decisions/0014)', () => {
  const found = product.filter((path) => ASSIGNED_FUNCTION.test(readFileSync(join(repositoryRoot, path), 'utf8')));
  expect(found).toEqual([]);
});

it.each([
  'sink.onGone = () => this.#onGone();',
  'this.#listener = (socket) => {',
  'this.#listener = (socket: Socket): void => {',
  'this.#done ??= async () => {',
  'options.look =\n    function () {',
  'entries[0].look = value => value;',
])('finds %j', (code) => {
  expect(ASSIGNED_FUNCTION.test(code)).toBe(true);
});

it.each(['const onGone = () => this.#onGone();', 'sink.onGone = onGone;', '  readonly #look = (): void => {'])(
  'lets %j be',
  (code) => {
    expect(ASSIGNED_FUNCTION.test(code)).toBe(false);
  },
);
