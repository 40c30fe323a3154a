// Purpose: reads the labelled prompts, ours and public ones, in a fixed order and in our classes.
// May import: src/contracts, node. The mapping is written down in data/tasks/README.md.
// Start reading at readSources. Nothing here is random: samples are chosen by the hash of the prompt.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Task, TaskOrUnsure } from '../../src/contracts/vocabulary.ts';

export interface LabelledPrompt {
  text: string;
  /** The user's turn before, '' for none. */
  earlier: string;
  task: TaskOrUnsure;
  domain: string | null;
  language: string;
  /** Folder or file the prompt came from; cross-validation leaves out one at a time. */
  source: string;
  /** How much one prompt counts in training. */
  weight: number;
}

type Row = Readonly<Record<string, unknown>>;

const readRows = (path: string): Row[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Row);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The `count` prompts whose hashes are smallest: a sample that does not change when others are added. */
function sample(prompts: readonly LabelledPrompt[], count: number): LabelledPrompt[] {
  return prompts
    .map((prompt) => ({ prompt, key: digest(prompt.text) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .slice(0, count)
    .map(({ prompt }) => prompt);
}

const made = (text: string, task: TaskOrUnsure, source: string, weight: number, language = 'en'): LabelledPrompt => ({
  text,
  earlier: '',
  task,
  domain: null,
  language,
  source,
  weight,
});

/** Our own prompts, file by file. */
export function readOwn(folder: string): LabelledPrompt[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .flatMap((name) =>
      readRows(join(folder, name)).map((row) => ({
        text: textOf(row.prompt),
        earlier: Array.isArray(row.earlier) ? textOf(row.earlier.at(-1)) : '',
        task: row.task as TaskOrUnsure,
        domain: typeof row.domain === 'string' ? row.domain : null,
        language: textOf(row.language),
        source: name.replace('.jsonl', ''),
        weight: 1,
      })),
    );
}

/** The eight labels of the annotated arena prompts in our classes. */
const ARENA: Readonly<Record<string, TaskOrUnsure>> = {
  code_generation: 'code_generation',
  quantitative: 'quantitative',
  creative: 'creative',
  professional_writing: 'creative',
  conversational_general: 'conversational',
  security_review: 'security_review',
  extraction_classification: 'extraction',
  agentic_tool_use: 'conversational',
};

/** Training half of the arena prompts: an even first word of the uid's SHA-256. The other half is never trained on. */
const isTrainingHalf = (uid: string): boolean => Number.parseInt(digest(uid).slice(0, 8), 16) % 2 === 0;

interface HandLabels {
  self_instruct: Record<string, string>;
  arena_hard: Record<string, TaskOrUnsure>;
  /** By letter: beginnings of the prompts' SHA-256, separated by spaces. */
  zh_weak: Record<string, string>;
  zh_roles: string;
}

const readHandLabels = (own: string): HandLabels =>
  JSON.parse(readFileSync(join(own, 'labels/public-prompts.json'), 'utf8')) as HandLabels;

export interface ArenaPrompt extends LabelledPrompt {
  uid: string;
  training: boolean;
  /** What a second reading says, where there was one. */
  second: TaskOrUnsure;
}

export function readArena(data: string, own: string): ArenaPrompt[] {
  const hand = readHandLabels(own).arena_hard;
  return readRows(join(data, 'arena-hard-v0.1-labelled/prompts.jsonl')).map((row) => {
    const uid = textOf(row.uid);
    const task = ARENA[textOf(row.task)] as TaskOrUnsure;
    const second = hand[digest(uid).slice(0, 12)] ?? task;
    return { ...made(textOf(row.prompt), task, 'arena-hard', 2.2), uid, second, training: isTrainingHalf(uid) };
  });
}

/** Letters of the files in data/tasks/labels. */
export const LETTERS: Readonly<Record<string, Task>> = {
  c: 'code_generation',
  q: 'quantitative',
  w: 'creative',
  v: 'conversational',
  s: 'security_review',
  x: 'extraction',
};

function readSelfInstruct(data: string, own: string): LabelledPrompt[] {
  const letters = readHandLabels(own).self_instruct;
  return Object.keys(letters)
    .sort()
    .flatMap((name) =>
      readRows(join(data, 'self-instruct', name)).flatMap((row, line) => {
        const task = LETTERS[letters[name]?.[line] ?? '-'];
        if (task === undefined) return [];
        const [instance] = row.instances as { input: string }[];
        const input = instance?.input.trim() ?? '';
        return [made([textOf(row.instruction), input].filter(Boolean).join('\n'), task, 'self-instruct', 0.7)];
      }),
    );
}

/** A question about a subject, which the weak labels file under the subject. */
const ASKS_ABOUT = /如何|什么|哪些|怎样|怎么|为什么|是否|吗|区别|优缺点/;

const CHINESE: Readonly<Record<string, Task>> = {
  code_generation: 'code_generation',
  conversational_general: 'conversational',
  creative: 'creative',
  extraction_classification: 'extraction',
  translation: 'extraction',
  quantitative: 'quantitative',
};

/** Chinese prompts labelled by hand, and a sample of those whose only label was given by regular expressions. */
function readChinese(data: string, own: string): LabelledPrompt[] {
  const rows = readRows(join(data, 'zh-prompts-weak/prompts.jsonl'));
  const { zh_weak: byLetter, zh_roles: ofRoles } = readHandLabels(own);
  const letters = new Map(
    Object.entries(byLetter).flatMap(([letter, keys]) => keys.split(' ').map((key) => [key, letter])),
  );
  const texts = [...new Set(rows.map((row) => textOf(row.prompt)))];
  const letterOf = (text: string): string | undefined => letters.get(digest(text).slice(0, 12));
  const hand = texts.flatMap((text) => {
    const task = LETTERS[letterOf(text) ?? '-'];
    return task === undefined ? [] : [made(text, task, 'zh-hand', 0.6, 'zh')];
  });
  const roles = readRows(join(data, 'zh-prompts-weak/role_prompts.jsonl')).flatMap((row, line) => {
    const task = LETTERS[ofRoles[line] ?? '-'];
    return task === undefined ? [] : [made(textOf(row.prompt), task, 'zh-roles', 0.5, 'zh')];
  });
  const weak = rows.filter((row) => letterOf(textOf(row.prompt)) === undefined);
  return [...hand, ...roles, ...sampleWeakChinese(weak)];
}

function sampleWeakChinese(rows: readonly Row[]): LabelledPrompt[] {
  return Object.entries(CHINESE).flatMap(([label, task]) => {
    const ofLabel = rows.filter(
      (row) =>
        row.task === label &&
        (task === 'conversational' || task === 'code_generation' || !ASKS_ABOUT.test(textOf(row.prompt))),
    );
    return sample(
      ofLabel.map((row) => made(textOf(row.prompt), task, 'zh-weak', 0.3, 'zh')),
      200,
    ).filter(({ text }) => task !== 'code_generation' || !ASKS_ABOUT.test(text));
  });
}

function readWeakEnglish(data: string): LabelledPrompt[] {
  const gpt = (name: string, task: Task): LabelledPrompt[] =>
    readRows(join(data, 'gpteacher', name)).map((row) =>
      made([textOf(row.instruction), textOf(row.input)].filter(Boolean).join('\n'), task, name, 0.15),
    );
  const word = readRows(join(data, 'gsm8k-questions/train_questions.jsonl')).map((row) =>
    made(textOf(row.prompt), 'quantitative', 'gsm8k', 0.15),
  );
  return [
    ...sample(gpt('codegen.jsonl', 'code_generation'), 300),
    ...sample(gpt('roleplay.jsonl', 'creative'), 200),
    ...sample(word, 200),
  ];
}

const MT_BENCH: Readonly<Record<string, Task>> = {
  writing: 'creative',
  roleplay: 'creative',
  reasoning: 'quantitative',
  math: 'quantitative',
  coding: 'code_generation',
  extraction: 'extraction',
  stem: 'conversational',
  humanities: 'conversational',
};

/** A development check, never trained on. */
export function readMtBench(data: string, language: 'en' | 'zh'): LabelledPrompt[] {
  return readRows(join(data, `mt-bench/question_${language}.jsonl`)).map((row) => {
    const [text] = row.turns as string[];
    const task = MT_BENCH[textOf(row.category).replace('zh_', '')] as Task;
    return made(textOf(text), task, `mt-bench-${language}`, 1, language);
  });
}

/** Everything that may be trained on, in a fixed order; what a folder lacks is an error, not a smaller set. */
export function readSources(data: string, own: string): LabelledPrompt[] {
  if (!existsSync(data)) throw new Error(`there is no folder ${data}`);
  const arena = readArena(data, own)
    .filter(({ training }) => training)
    .map(({ uid: _uid, second, training: _training, ...prompt }) => ({ ...prompt, task: second }));
  return [
    ...readOwn(own),
    ...arena,
    ...readSelfInstruct(data, own),
    ...readWeakEnglish(data),
    ...readChinese(data, own),
  ];
}
