// Purpose: trains the text layer and prints its model card: `node scripts/train-tasks.ts --data ../shared/data`.
// May import: scripts/train-tasks/, src/tasks. Deterministic: the same prompts give the same bytes.
// `--write` puts the weights into src/tasks and the card into docs; `--quick` leaves cross-validation and curve out and
// keeps the calibration of the weights that are there.
// Start reading at main. Where prompts come from and how they are mapped: data/tasks/README.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createLinearClassifier, type LinearWeights } from '../src/tasks/linear-classifier.ts';
import { writeCard } from './train-tasks/card.ts';
import {
  crossValidateDomain,
  type DomainGuess,
  fitDomainThreshold,
  hasOwnDomain,
  learnDomain,
} from './train-tasks/domain.ts';
import { crossValidate, learningCurve, measureFlips, RIVALS, translationFlips } from './train-tasks/evaluate.ts';
import { measure } from './train-tasks/metrics.ts';
import { type Calibration, fitTemperature, learn, predict, type Scored, toLinearWeights } from './train-tasks/model.ts';
import { type LabelledPrompt, readArena, readMtBench, readOwn, readSources } from './train-tasks/sources.ts';
import { fitThreshold, toPredictions } from './train-tasks/threshold.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const OWN = join(root, 'data/tasks');
const WEIGHTS = join(root, 'src/tasks/text-weights.generated.json');
const CARD = join(root, 'docs/task-model-card.md');

const note = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

function readCalibration(): Calibration {
  const { temperature, threshold, domain } = JSON.parse(readFileSync(WEIGHTS, 'utf8')) as LinearWeights;
  return { temperature, threshold, domainThreshold: domain.threshold };
}

function calibrate(held: readonly Scored[], domains: readonly DomainGuess[]): Calibration {
  const temperature = fitTemperature(held);
  return {
    temperature,
    threshold: fitThreshold(held, temperature),
    domainThreshold: fitDomainThreshold(domains),
  };
}

function run(data: string, quick: boolean): { file: LinearWeights; card: string } {
  const prompts = readSources(data, OWN);
  const ours = readOwn(OWN);
  const sources = new Set(ours.map(({ source }) => source));
  const isOwn = ({ source }: LabelledPrompt): boolean => sources.has(source);
  const held = quick ? null : crossValidate(prompts, note);
  const tasks = learn(prompts);
  const withDomains = ours.filter(hasOwnDomain);
  const domainGuesses = quick ? null : crossValidateDomain(withDomains, tasks.table);
  const calibration = held === null || domainGuesses === null ? readCalibration() : calibrate(held, domainGuesses);
  const learned = { tasks, domains: learnDomain(withDomains, tasks.table) };
  const file = toLinearWeights(learned, calibration);
  const classify = createLinearClassifier(file);
  note(`trained ${file.version} on ${prompts.length} prompts`);

  const arena = readArena(data, OWN).filter(({ training }) => !training);
  const second = arena.map((prompt) => ({ ...prompt, task: prompt.second }));
  const chinese = readMtBench(data, 'zh');
  const checks = [
    { name: 'arena-hard, development half', prompts: arena },
    { name: 'the same, labels of a second reading', prompts: second },
    { name: 'mt-bench, English', prompts: readMtBench(data, 'en') },
    { name: 'mt-bench, Chinese', prompts: chinese },
  ];
  const card = writeCard({
    version: file.version,
    calibration,
    sources: prompts,
    isOwn,
    checks: checks.map(({ name, prompts: asked }) => ({
      name,
      measured: measure(predict(asked, classify)),
      rivals: RIVALS.map((rival) => ({ name: rival.name, measured: measure(predict(asked, rival.classify)) })),
    })),
    held: held === null ? null : toPredictions(held, calibration),
    domainGuesses,
    flips: measureFlips([...arena, ...chinese], classify),
    translated: translationFlips(data, classify),
    curve: held === null ? null : learningCurve(prompts, isOwn, second, calibration, learned.domains),
  });
  return { file, card };
}

function main(): void {
  const { values } = parseArgs({
    options: { data: { type: 'string' }, write: { type: 'boolean' }, quick: { type: 'boolean' } },
  });
  if (values.data === undefined) {
    note('usage: node scripts/train-tasks.ts --data FOLDER [--write] [--quick]');
    process.exitCode = 2;
    return;
  }
  const { file, card } = run(values.data, values.quick === true);
  process.stdout.write(card);
  if (values.write === true) {
    writeFileSync(WEIGHTS, `${JSON.stringify(file)}\n`);
    writeFileSync(CARD, card);
  }
}

main();
