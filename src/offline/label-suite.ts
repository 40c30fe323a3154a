import { join } from 'node:path';
import { isObject } from '../checks/json.ts';
import { AppError } from '../contracts/errors.ts';
import { ownSuite } from '../evals/own-suites/own-suite.ts';
import { targetFor } from '../evals/own-suites/targets.ts';
import { questionOf } from '../evals/suites/suite.ts';
import { openSuiteStore } from '../evals/suites/suite-store.ts';
import { readText } from './read-text.ts';
import { evaluationFolder } from './recorded-runs.ts';

/** What a kept suite asks, for whoever writes targets. @throws AppError not_found */
export function openQuestions(dataDir: string, name: string): { id: string; question: string; target: unknown }[] {
  const store = openSuiteStore(join(evaluationFolder(dataDir), 'suites'));
  const head = store.find(name);
  if (head === null) throw new AppError('not_found', `No suite ${JSON.stringify(name)} is kept here.`);
  return store.load(head.hash).samples.map((sample) => ({
    id: sample.id,
    question: questionOf(sample),
    target: sample.target,
  }));
}

export interface LabelledSuite {
  suite: string;
  hash: string;
  samples: number;
  /** Samples that have no target yet. */
  open: number;
}

/**
 * Gives samples of a kept suite their targets, from lines `{"id", "target"}`. The result is another suite of the same
 * name: what it measures has changed.
 * @throws AppError not_found, invalid_request naming the line that is wrong
 */
export function labelSuite(dataDir: string, name: string, path: string, scorer: string | null): LabelledSuite {
  const store = openSuiteStore(join(evaluationFolder(dataDir), 'suites'));
  const head = store.find(name);
  if (head === null) throw new AppError('not_found', `No suite ${JSON.stringify(name)} is kept here.`);
  const suite = store.load(head.hash);
  const targets = readTargets(path);
  const known = new Set(suite.samples.map(({ id }) => id));
  const stranger = [...targets.keys()].find((id) => !known.has(id));
  if (stranger !== undefined) throw new AppError('invalid_request', `The suite has no sample ${stranger}.`);
  const compares = scorer ?? suite.scorer;
  const samples = suite.samples.map((sample) =>
    targets.has(sample.id)
      ? { ...sample, target: targetFor(compares, targets.get(sample.id), `The sample ${sample.id}`) }
      : sample,
  );
  const labelled = ownSuite({ name, version: suite.version, scorer: compares }, samples);
  store.keep(labelled, { labelled_from: suite.hash });
  const open = samples.filter(({ target }) => target === null || target === undefined).length;
  return { suite: name, hash: labelled.hash, samples: samples.length, open };
}

function readTargets(path: string): Map<string, unknown> {
  const targets = new Map<string, unknown>();
  const lines = readText(path).split('\n');
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (cause) {
      throw new AppError('invalid_request', `Line ${index + 1} of ${path} is not JSON.`, { cause });
    }
    if (!isObject(value) || typeof value['id'] !== 'string' || value['target'] === undefined) {
      throw new AppError('invalid_request', `Line ${index + 1} of ${path} needs "id" and "target".`);
    }
    targets.set(value['id'], value['target']);
  }
  return targets;
}
