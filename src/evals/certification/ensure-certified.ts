import { AppError } from '../../contracts/errors.ts';
import type { Suite } from '../../contracts/evaluation.ts';
import { createSeededRandom } from '../../lib/seeded-random.ts';
import type { Scorer } from '../scorers/scorer.ts';
import type { Certificate } from './certificate.ts';
import type { CertificateStore } from './certificate-store.ts';
import { certifySuite } from './certify.ts';

/** A suite of up to so many is proved as a whole, once; of a larger one those that will be asked, up to fewer. */
const WHOLE_SUITE = 3_000;
/** More samples tell no more about a scorer, and cost time before a run. */
const MOST_SAMPLES = 2_000;
/** A judge is paid for each: its right and its wrong answers on so many, which are the same for every run. */
const MOST_JUDGED = 20;

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
  if (kept?.ok === true) return;
  const certificate = await certifyNow(suite, chosen, scorer, store, note);
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
  const ids = suite.samples.map(({ id }) => id);
  const most = scorer.asksModel === true ? createSeededRandom(suite.hash).shuffle(ids).slice(0, MOST_JUDGED) : null;
  const wanted = new Set(most ?? chosen.slice(0, MOST_SAMPLES));
  const whole = most === null && suite.samples.length <= WHOLE_SUITE && scorer.name !== 'code';
  const samples = whole ? suite.samples : suite.samples.filter(({ id }) => wanted.has(id));
  note(`No certificate of ${scorer.name} on ${suite.name} yet: proving it on ${samples.length} samples first.`);
  const certificate = await certifySuite({ ...suite, samples }, scorer);
  // What failed is tried again next time: a judge may only have been out of reach, a proof of ours may have been wrong.
  if (certificate.ok && (most !== null || samples.length === suite.samples.length)) store.keep(certificate);
  return certificate;
}
