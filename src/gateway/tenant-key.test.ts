import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { tenantKeyOf, tokenSettingsOf } from './tenant-key.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'alidade-tenant-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const FAKE = 'fake-secret-fake-secret-fake-secret-0';
const privacy = (more: object = {}) => ({ types: {}, otherwise: 'tokenise' as const, ...more });

it('makes a key of 32 bytes at the first start, readable by its owner alone, and keeps it', () => {
  const key = tenantKeyOf(undefined, folder);
  expect(key).toHaveLength(32);
  expect(statSync(join(folder, 'tenant.key')).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['tenant.key']);
  expect(tenantKeyOf(undefined, folder)).toEqual(key);
});

it('takes a configured key, the same on every replica, and writes nothing', () => {
  expect(tenantKeyOf(FAKE, folder)).toEqual(tenantKeyOf(FAKE, '/nonexistent'));
  expect(tenantKeyOf(FAKE, folder)).toHaveLength(32);
  expect(tenantKeyOf(`${FAKE}1`, folder)).not.toEqual(tenantKeyOf(FAKE, folder));
  expect(readdirSync(folder)).toEqual([]);
});

it('refuses a file that holds no key instead of making another one', () => {
  const path = join(folder, 'tenant.key');
  for (const text of ['', 'abc', 'z'.repeat(64)]) {
    writeFileSync(path, text);
    expect(() => tenantKeyOf(undefined, folder)).toThrow('holds no key');
    expect(readFileSync(path, 'utf8')).toBe(text);
  }
});

it('takes a key away from others who could read it', () => {
  const key = tenantKeyOf(undefined, folder);
  chmodSync(join(folder, 'tenant.key'), 0o644);
  expect(tenantKeyOf(undefined, folder)).toEqual(key);
  expect(statSync(join(folder, 'tenant.key')).mode & 0o777).toBe(0o600);
});

it('handles types as the configuration says, those of a plug-in too', () => {
  const { handling } = tokenSettingsOf(privacy({ types: { email: 'block' } }), folder);
  expect(handling({ type: 'email', start: 0, end: 1, score: 1 })).toBe('block');
  const foreign = tokenSettingsOf(privacy({ types: { ship_name: 'mask' } }), folder);
  expect(foreign.handling({ type: 'ship_name', start: 0, end: 1, score: 0.6 })).toBe('mask');
});
