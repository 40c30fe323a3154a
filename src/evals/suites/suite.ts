// suites/: public evaluation sets read from a folder that the user names, in the format of their publisher.
// May import: contracts, lib, checks, the code sandbox's types. Reads files; holds none of the data.
// Start here; suite-list.ts names all suites, a suite is one file, one test and one line there.
// Prompts are our own where the publisher's are known to mislead; docs/evaluation.md says which and why.
// A suite's hash covers every sample: a result names the exact instrument that gave it.

import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AppError } from '../../contracts/errors.ts';
import type { Sample, SampleInput, Suite } from '../../contracts/evaluation.ts';
import { jsonListTexts, sha256OfTexts } from '../../lib/json-digest.ts';

/** What a suite file exports. */
export interface SuiteSource {
  name: string;
  version: string;
  licence: string;
  /** Where the data comes from, for whoever has none. */
  origin: string;
  scorer: string;
  /** The suite's own folder under a common parent, as the data usually lies. */
  folder: string;
  /** The file by which the suite's folder is known. */
  mainFile: string;
  read(folder: string): Sample[];
  /** What lies in the folder and is not read. Absent: everything is. */
  unread?(folder: string): UnreadPart[];
}

/** A part of a published set that is not asked, so that no figure is taken for one of all of it. */
export interface UnreadPart {
  part: string;
  reason: string;
}

/** Loads a suite from its own folder or from a parent of it. Throws AppError not_found where it is in neither. */
export function loadSuite(source: SuiteSource, dir: string): Suite {
  const { name, version, licence, scorer } = source;
  const samples = source.read(folderOf(source, dir));
  const hash = suiteHash([name, version, scorer], samples);
  return { name, version, licence, scorer, hash, samples };
}

/** SHA-256 over the JSON of `[...head, samples]`: names the exact instrument. */
export function suiteHash(head: readonly [string, string, string], samples: readonly Sample[]): string {
  const texts = function* (): Generator<string> {
    yield `${JSON.stringify(head).slice(0, -1)},`;
    yield* jsonListTexts(samples);
    yield ']';
  };
  return sha256OfTexts(texts());
}

/** The folder that holds a suite: `dir`, or the suite's folder in it. */
export function folderOf(source: SuiteSource, dir: string): string {
  const found = dataFolder(source, dir);
  if (found !== null) return found;
  const { name, mainFile, origin } = source;
  throw new AppError('not_found', `There is no ${mainFile} of ${name} in ${dir}. It comes from ${origin}.`);
}

/** Whether the suite's data lies in its folder under `dir`; a bare `dir` counts only for a suite that is asked for by name. */
export const hasData = ({ folder, name, mainFile }: SuiteSource, dir: string): boolean =>
  [folder, name].some((inside) => existsSync(join(dir, inside, mainFile)));

/** As `folderOf`; null where the data is not there. */
export const dataFolder = ({ folder, name, mainFile }: SuiteSource, dir: string): string | null =>
  [join(dir, folder), join(dir, name), dir].find((candidate) => existsSync(join(candidate, mainFile))) ?? null;

/** Where downloaded suites lie in the folder of evaluations: the parent of their folders. */
export const fetchedData = (directory: string): string => join(directory, 'data');

/** Lines of a JSON Lines file as values, with each line's text. */
export function readJsonLines(path: string): { value: Record<string, unknown>; line: string }[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, index) => {
      try {
        return { value: JSON.parse(line) as Record<string, unknown>, line };
      } catch (cause) {
        throw new AppError('invalid_request', `Line ${index + 1} of ${basename(path)} is not JSON.`, { cause });
      }
    });
}

/** A sample that is one question of the user. */
export function questionInput(text: string, maxOutputTokens = 4_096): SampleInput {
  return { turns: [{ role: 'user', parts: [{ type: 'text', text }] }], tools: [], maxOutputTokens, temperature: 0 };
}

/** The text of a sample's last user turn. */
export function questionOf({ input }: Sample): string {
  const turn = input.turns.findLast(({ role }) => role === 'user');
  return turn?.role === 'user' ? turn.parts.map((part) => (part.type === 'text' ? part.text : '')).join('') : '';
}
