import { AppError } from '../../contracts/errors.ts';
import type { Suite } from '../../contracts/evaluation.ts';
import type { Scorer } from '../scorers/scorer.ts';
import type { Certificate } from './certificate.ts';
import type { CertificateStore } from './certificate-store.ts';
import { certifySuite } from './certify.ts';

/** More samples tell no more about a scorer, and cost time before a run. */
const MOST_SAMPLES = 2_000;

/**
 * A scorer's verdicts count only where it was proved on the suite. Without a certificate on record it is proved now, on
 * the samples that will be asked; what runs code is tried on those alone, since each try is a program.
 * @throws AppError scorer_not_certified, before anything is spent
 */
export async function ensureCertified(
  suite: Suite,
  chosen: readonly string[],
  scorer: Scorer,
  store: CertificateStore,
  note: (text: string) => void,
): Promise<void> {
  const kept = store.find(suite.hash, scorer.name, scorer.version);
  const certificate = kept ?? (await certifyNow(suite, chosen, scorer, store, note));
  if (certificate.ok) return;
  const failed = certificate.checks.filter(({ ok }) => !ok);
  const named = failed.slice(0, 3).map(({ check, count, of }) => `${check} (${count} of ${of})`);
  throw new AppError(
    'scorer_not_certified',
    `The scorer ${scorer.name} failed its proof on ${suite.name}: ${named.join('; ')}. Its verdicts would mean nothing.`,
  );
}

async function certifyNow(
  suite: Suite,
  chosen: readonly string[],
  scorer: Scorer,
  store: CertificateStore,
  note: (text: string) => void,
): Promise<Certificate> {
  const wanted = new Set(chosen.slice(0, MOST_SAMPLES));
  const whole = suite.samples.length <= MOST_SAMPLES && scorer.name !== 'code';
  const samples = whole ? suite.samples : suite.samples.filter(({ id }) => wanted.has(id));
  note(`No certificate of ${scorer.name} on ${suite.name} yet: proving it on ${samples.length} samples first.`);
  const certificate = await certifySuite({ ...suite, samples }, scorer);
  if (samples.length === suite.samples.length) store.keep(certificate);
  return certificate;
}
