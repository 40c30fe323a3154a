import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checksum6 } from '../lib/hash.ts';
import { KeyRing, keyFromSecret, type NewKey } from './key-ring.ts';

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'alidade-keys-'));
  path = join(directory, 'keys.json');
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

const wanted = (id: string): NewKey => ({
  id,
  roles: ['app'],
  useCases: null,
  defaultUseCase: null,
  models: null,
  limits: null,
});
const NOW = '2026-11-21T00:00:00.000Z';

test('a made key is found by its secret, also by the next process', async () => {
  const { key, secret } = await new KeyRing(path, []).create(wanted('team-a'), NOW);
  expect(secret).toMatch(/^ald_[0-9A-Za-z]{49}$/);
  expect(new KeyRing(path, []).find(secret)).toEqual(key);
  expect(new KeyRing(path, []).find(`${secret}x`)).toBeNull();
  expect(new KeyRing(path, []).find('')).toBeNull();
});

test('the file holds hashes and never the secret, and is readable by its owner alone', async () => {
  const { secret } = await new KeyRing(path, []).create(wanted('team-a'), NOW);
  expect(readFileSync(path, 'utf8')).not.toContain(secret);
  expect(readFileSync(path, 'utf8')).not.toContain(secret.slice(9, 40));
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('the last six characters are a checksum that leak scanners can recompute', async () => {
  const { secret } = await new KeyRing(path, []).create(wanted('team-a'), NOW);
  expect(checksum6(secret.slice(4, -6))).toBe(secret.slice(-6));
});

test('a revoked key is still known, so that revoking the last one does not open the door', async () => {
  const ring = new KeyRing(path, []);
  const { secret } = await ring.create(wanted('team-a'), NOW);
  expect(await ring.revoke('team-a', NOW)).toBe(true);
  expect(await ring.revoke('nobody', NOW)).toBe(false);
  expect(ring.find(secret)?.revokedAt).toBe(NOW);
  expect(ring.empty).toBe(false);
  expect(new KeyRing(path, []).empty).toBe(false);
});

test('removing the last key from a reloaded configuration does not open the door of a running server', () => {
  const ring = new KeyRing(path, []);
  expect(ring.empty).toBe(true);
  ring.configure([keyFromSecret('a-configured-secret-0000', wanted('ci'), NOW)]);
  ring.configure([]);
  expect(ring.find('a-configured-secret-0000')).toBeNull();
  expect(ring.empty).toBe(false);
});

test('two keys cannot have one id', async () => {
  const ring = new KeyRing(path, [keyFromSecret('a-configured-secret-0000', wanted('ci'), NOW)]);
  await ring.create(wanted('team-a'), NOW);
  await expect(ring.create(wanted('team-a'), NOW)).rejects.toMatchObject({ code: 'invalid_request' });
  await expect(ring.create(wanted('ci'), NOW)).rejects.toMatchObject({ code: 'invalid_request' });
  await expect(ring.revoke('ci', NOW)).rejects.toMatchObject({ code: 'invalid_request' });
});

test('keys made at the same time are all kept', async () => {
  const ring = new KeyRing(path, []);
  await Promise.all(['a', 'b', 'c', 'd'].map((id) => ring.create(wanted(id), NOW)));
  expect(new KeyRing(path, []).list().map((key) => key.id)).toEqual(['a', 'b', 'c', 'd']);
});

test('a file that is not ours is refused and left alone', () => {
  writeFileSync(path, '{"version":2}');
  expect(() => new KeyRing(path, [])).toThrow(/not a key file of this version/);
  expect(readFileSync(path, 'utf8')).toBe('{"version":2}');
});
