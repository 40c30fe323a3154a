import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Certificate } from './certificate.ts';

/** Certificates by what they are about: another version of scorer or suite needs its own. */
export interface CertificateStore {
  find(suiteHash: string, scorer: string, scorerVersion: string): Certificate | null;
  keep(certificate: Certificate): void;
}

type Kept = Record<string, Certificate>;

const keyOf = (suiteHash: string, scorer: string, version: string): string => `${suiteHash} ${scorer} ${version}`;

/** One file; read at each question, since another process may have certified meanwhile. */
export function openCertificateStore(path: string): CertificateStore {
  const read = (): Kept => (existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Kept) : {});
  return {
    find: (suiteHash, scorer, version) => read()[keyOf(suiteHash, scorer, version)] ?? null,
    keep(certificate) {
      const key = keyOf(certificate.suite_hash, certificate.scorer, certificate.scorer_version);
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileSync(`${path}.${process.pid}.new`, `${JSON.stringify({ ...read(), [key]: certificate }, null, 2)}\n`);
      renameSync(`${path}.${process.pid}.new`, path);
    },
  };
}
