import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { AppError } from '../../contracts/errors.ts';
import type { Suite } from '../../contracts/evaluation.ts';
import type { RunRequest } from '../../contracts/evaluation-request.ts';
import { gatherInTurns } from '../in-turns.ts';
import { csvSamples, jsonLinesSamples, ownSuite } from '../own-suites/own-suite.ts';
import { suitesFromPromptfoo } from '../own-suites/promptfoo.ts';
import { fetchedData, folderOf, hasData, loadSuite, type SuiteSource } from '../suites/suite.ts';
import { suiteSource } from '../suites/suite-list.ts';
import type { SuiteStore } from '../suites/suite-store.ts';

const invalid = (message: string): AppError => new AppError('invalid_request', message);

function readText(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new AppError('not_found', `The file ${path} cannot be read.`, { cause });
  }
  // Decoded all the same, other questions would be asked and other targets compared.
  if (!isUtf8(bytes)) throw invalid(`The file ${path} is not UTF-8 text: save it as UTF-8, or convert it with iconv.`);
  return bytes.toString('utf8');
}

/** Of a promptfoo file, the suite that is asked for by `name/scorer`, or its only one. */
function fromPromptfoo(path: string, name: string, note: (text: string) => void): Suite {
  const base = name.split('/')[0] as string;
  const { suites, skipped } = suitesFromPromptfoo(readText(path), base);
  for (const sentence of skipped) note(sentence);
  const found = suites.find((suite) => suite.name === name) ?? (suites.length === 1 ? suites[0] : undefined);
  if (found !== undefined) return found;
  throw invalid(
    suites.length === 0
      ? 'Nothing in this file can be checked here.'
      : `This file holds several suites; name one: ${suites.map((suite) => suite.name).join(', ')}.`,
  );
}

function loadPublic(source: SuiteSource, dir: string, note: (text: string) => void): Suite {
  const suite = loadSuite(source, dir);
  for (const { part, reason } of source.unread?.(folderOf(source, dir)) ?? []) {
    note(`${source.name}: ${part} is not read: ${reason}.`);
  }
  return suite;
}

/**
 * The suite that a request names: from its file, the folder that it names, what is kept here, or what was downloaded into
 * `directory`. `note` is told what could not be taken over.
 * @throws AppError not_found, invalid_request
 */
export async function findSuite(
  request: Pick<RunRequest, 'suite' | 'data' | 'file' | 'scorer'>,
  store: SuiteStore,
  directory: string,
  note: (text: string) => void,
): Promise<Suite> {
  const { suite: name, data, file, scorer } = request;
  if (file !== undefined) {
    const kind = extname(file).toLowerCase();
    if (kind === '.yaml' || kind === '.yml') return fromPromptfoo(file, name, note);
    if (scorer === undefined) throw invalid('An own suite needs the name of its scorer.');
    const options = { name, version: '1', scorer };
    if (kind === '.csv') return ownSuite(options, await gatherInTurns(csvSamples(readText(file), scorer)));
    if (kind === '.jsonl') return ownSuite(options, await gatherInTurns(jsonLinesSamples(readText(file), scorer)));
    throw invalid('An own suite is a .jsonl, .csv or .yaml file.');
  }
  if (data !== undefined) return loadPublic(suiteSource(name), data, note);
  const kept = /^[0-9a-f]{64}$/.test(name) ? name : store.find(name)?.hash;
  if (kept !== undefined) return store.load(kept);
  // Names what public suites there are, where it is none of them either.
  const source = suiteSource(name);
  if (hasData(source, fetchedData(directory))) return loadPublic(source, fetchedData(directory), note);
  throw invalid(
    `Say where the data of ${name} lies (--data), or download it (alidade eval fetch ${name}). It comes from ${source.origin}.`,
  );
}
