import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createIds } from '../lib/ids.ts';
import { isoTime } from '../lib/iso-time.ts';
import { BodyFiles } from './body-files.ts';

const NOW = Date.parse('2026-11-21T23:59:59.999Z');
let root: string;
let directory: string;
const problems: string[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'alidade-bodies-'));
  directory = join(root, 'bodies');
  problems.length = 0;
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const open = () =>
  new BodyFiles({ directory, retentionDays: 30, now: () => NOW, onProblem: (problem) => problems.push(problem) });

const record = (id: string, at = NOW) => ({
  request_id: id,
  at: isoTime(at),
  use_case: 'hr',
  request: '{"messages":"é\n"}',
  answer: '{}',
  truncated: false,
});

test('a kept body is found by its request id, also by the next process and over midnight', async () => {
  const newId = createIds('req_', { nowMs: () => NOW });
  const [first, second] = [newId(), newId()];
  const bodies = open();
  bodies.append(record(first));
  bodies.append(record(second, NOW + 2));
  expect(await bodies.find(first)).toEqual(record(first));
  await bodies.close();
  expect(await open().find(second)).toEqual(record(second, NOW + 2));
  expect(await open().find(newId())).toBeNull();
  expect(await open().find('../../etc/passwd')).toBeNull();
});

test('files are readable by their owner alone, and nothing is made before there is something to keep', async () => {
  const bodies = open();
  await bodies.close();
  expect(existsSync(directory)).toBe(false);
  bodies.append(record(createIds('req_')()));
  await bodies.close();
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  expect(statSync(join(directory, '2026-11-21.jsonl')).mode & 0o777).toBe(0o600);
});

test('days older than the retention are deleted, other files are not', async () => {
  const bodies = open();
  bodies.append(record(createIds('req_')()));
  await bodies.close();
  for (const name of ['2026-10-01.jsonl', '2026-11-01.jsonl', 'notes.txt']) writeFileSync(join(directory, name), '');
  const next = open();
  next.append(record(createIds('req_')()));
  await next.close();
  expect(readdirSync(directory).sort()).toEqual(['2026-11-01.jsonl', '2026-11-21.jsonl', 'notes.txt']);
});

test('a disk that refuses is a problem told and not an exception', async () => {
  writeFileSync(directory, 'a file where the folder should be');
  const bodies = open();
  bodies.append(record(createIds('req_')()));
  await bodies.close();
  expect(problems).toHaveLength(1);
});
