// What is found in text that holds no personal data: programs, JSON, logs, UUIDs, hashes. A finding there that would be
// masked by default is false, but for addresses that packages print on purpose.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createSeededRandom } from '../../src/lib/seeded-random.ts';
import { detect } from '../../src/privacy/detect.ts';
import { isMaskedByDefault } from '../../src/privacy/types-of-data.ts';

export interface FalseFindings {
  name: string;
  kilobytes: number;
  masked: number;
  byType: Record<string, number>;
  examples: string[];
}

/** Files below a folder with one of the endings, in order of their paths, up to so many bytes. */
function readFiles(folder: string, endings: readonly string[], limit: number): string[] {
  const texts: string[] = [];
  let total = 0;
  const visit = (path: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (total >= limit) return;
      const child = join(path, entry.name);
      if (entry.isDirectory()) visit(child);
      else if (
        entry.isFile() &&
        endings.some((ending) => entry.name.endsWith(ending)) &&
        statSync(child).size < 400_000
      ) {
        const text = readFileSync(child, 'utf8');
        texts.push(text);
        total += text.length;
      }
    }
  };
  visit(folder);
  return texts;
}

function generated(seed: number): { name: string; texts: string[] }[] {
  const random = createSeededRandom(seed);
  const hex = (length: number): string =>
    createHash('sha512').update(String(random.uint32())).digest('hex').slice(0, length);
  const uuid = (): string => hex(32).replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
  const lines = (make: () => string): string[] => [Array.from({ length: 4_000 }, make).join('\n')];
  const word = (): string => ['cache', 'worker', 'router', 'scheduler', 'db', 'auth'][random.integer(6)] as string;
  const time = (): string => new Date(1_700_000_000_000 + random.integer(60_000_000) * 1_000).toISOString();
  return [
    { name: 'UUIDs', texts: lines(uuid) },
    { name: 'hashes', texts: lines(() => hex([32, 40, 64, 128][random.integer(4)] as number)) },
    { name: 'base64', texts: lines(() => Buffer.from(hex(96), 'hex').toString('base64')) },
    {
      name: 'decimals and versions',
      texts: lines(
        () =>
          `${random.next() * 1_000} v${random.integer(20)}.${random.integer(50)}.${random.integer(100)} ${random.uint32()} ${random.integer(10)}.${random.integer(9_999_999)}`,
      ),
    },
    {
      name: 'logs',
      texts: lines(
        () =>
          `${time()} INFO [${word()}-${random.integer(64)}] request ${uuid()} took ${random.integer(9_000)}ms status=${200 + random.integer(300)} bytes=${random.integer(9_999_999)} pid=${random.integer(65_535)} trace=${hex(16)} ts=${1_700_000_000 + random.integer(60_000_000)} seq=${random.uint32()}${random.integer(99)}`,
      ),
    },
    {
      name: 'JSON records',
      texts: [
        JSON.stringify(
          Array.from({ length: 3_000 }, (_, index) => ({
            index,
            key: uuid(),
            digest: hex(40),
            created: time(),
            epoch: 1_700_000_000_000 + random.uint32(),
            price: random.integer(100_000) / 100,
            offset: random.uint32() * 1_000 + random.integer(1_000),
            ratio: random.next(),
            enabled: random.integer(2) === 1,
          })),
          null,
          1,
        ),
      ],
    },
  ];
}

export function measureFalseFindings(root: string, limit = 4_000_000): FalseFindings[] {
  const corpora = [
    { name: 'JavaScript of packages', texts: readFiles(join(root, 'node_modules'), ['.js', '.mjs', '.cjs'], limit) },
    { name: 'type declarations', texts: readFiles(join(root, 'node_modules'), ['.d.ts'], limit) },
    { name: 'JSON files of packages', texts: readFiles(join(root, 'node_modules'), ['.json'], limit) },
    { name: 'our own sources', texts: readFiles(join(root, 'src', 'gateway'), ['.ts'], limit) },
    ...generated(7),
  ];
  return corpora.map(({ name, texts }) => count(name, texts));
}

/** Packages print their authors' names and mail addresses, and examples of addresses: these are found rightly. */
const RIGHT = new Set(['email', 'person', 'ip_address']);

function count(name: string, texts: readonly string[]): FalseFindings {
  const result: FalseFindings = { name, kilobytes: 0, masked: 0, byType: {}, examples: [] };
  for (const text of texts) {
    result.kilobytes += Buffer.byteLength(text) / 1_024;
    for (const finding of detect(text)) {
      if (!isMaskedByDefault(finding)) continue;
      result.byType[finding.type] = (result.byType[finding.type] ?? 0) + 1;
      if (RIGHT.has(finding.type)) continue;
      result.masked += 1;
      result.examples.push(
        `${finding.type}@${finding.score}: ${JSON.stringify(text.slice(Math.max(0, finding.start - 24), finding.end + 12))}`,
      );
    }
  }
  return result;
}
