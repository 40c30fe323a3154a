import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../contracts/errors.ts';
import type { Sample } from '../../contracts/evaluation.ts';
import { csvRows } from '../../lib/csv.ts';
import { questionInput, readJsonLines, type SuiteSource } from './suite.ts';

const LETTERS = 'ABCDEFGHIJ';

interface Question {
  id: string;
  text: string;
  options: readonly string[];
  letter: string;
  subject: string;
  language: 'en' | 'zh';
  cluster: string | null;
  itemDate: string;
}

const INSTRUCTIONS = {
  en: 'Think step by step, then finish with "The answer is (X)" where X is the letter of the correct option.',
  zh: '请逐步思考，最后以“答案是(X)”结束，其中X是正确选项的字母。',
};

function toSample({ id, text, options, letter, subject, language, cluster, itemDate }: Question): Sample {
  if (!LETTERS.slice(0, options.length).includes(letter) || letter === '') {
    throw new AppError('invalid_request', `${id} has no option ${letter}.`);
  }
  const listed = options.map((option, index) => `${LETTERS[index]}. ${option}`).join('\n');
  return {
    id,
    input: questionInput(`${text}\n\n${listed}\n\n${INSTRUCTIONS[language]}`),
    target: { letter, options: options.length },
    metadata: { subject },
    cluster,
    itemDate,
  };
}

const inFolder = (folder: string, ending: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .sort();

/** TIGER-Lab/MMLU-Pro as JSON Lines: question_id, question, options, answer, category. Options "N/A" are none. */
export const mmluPro: SuiteSource = {
  name: 'mmlu-pro',
  version: 'test',
  licence: 'MIT',
  origin: 'https://huggingface.co/datasets/TIGER-Lab/MMLU-Pro',
  scorer: 'choice',
  folder: 'mmlu-pro',
  mainFile: 'test.jsonl',
  read: (folder) =>
    readJsonLines(join(folder, 'test.jsonl')).map(({ value }) => {
      const all = (value['options'] as unknown[]).map(String);
      const answer = all[Number(value['answer_index'])];
      const options = all.filter((option) => option !== 'N/A');
      // Removing options moves letters; the right one is found again by its text.
      const letter = answer === undefined ? String(value['answer']) : (LETTERS[options.indexOf(answer)] ?? '');
      return toSample({
        id: `mmlu-pro/${value['question_id']}`,
        text: String(value['question']),
        options,
        letter,
        subject: String(value['category']),
        language: 'en',
        cluster: null,
        itemDate: '2024-06-03',
      });
    }),
};

/** THUDM/LongBench v2 as JSON Lines: _id, domain, length, question, choice_A to choice_D, answer, context. */
export const longbenchV2: SuiteSource = {
  name: 'longbench-v2',
  version: 'v2',
  licence: 'Apache-2.0',
  origin: 'https://huggingface.co/datasets/THUDM/LongBench-v2',
  scorer: 'choice',
  folder: 'longbench-v2',
  mainFile: 'data.jsonl',
  read: (folder) =>
    readJsonLines(join(folder, 'data.jsonl')).map(({ value }) => ({
      ...toSample({
        id: `longbench-v2/${value['_id']}`,
        text: `Read the text and answer the question.\n\n<text>\n${value['context']}\n</text>\n\n${value['question']}`,
        options: ['A', 'B', 'C', 'D'].map((letter) => String(value[`choice_${letter}`])),
        letter: String(value['answer']),
        subject: String(value['domain']),
        language: 'en',
        cluster: null,
        itemDate: '2024-12-19',
      }),
      metadata: {
        subject: String(value['domain']),
        length: String(value['length']),
        difficulty: String(value['difficulty']),
      },
    })),
};

/** haonan-li/CMMLU: one CSV a subject in `test/` with Question, A, B, C, D, Answer. */
export const cmmlu: SuiteSource = {
  name: 'cmmlu',
  version: 'v1.0.1',
  licence: 'CC BY-NC-SA 4.0',
  origin: 'https://github.com/haonan-li/CMMLU',
  scorer: 'choice',
  folder: 'cmmlu',
  mainFile: 'test',
  read: (folder) =>
    inFolder(join(folder, 'test'), '.csv').flatMap((file) => {
      const subject = file.replace(/\.csv$/, '');
      return csvRows(readFileSync(join(folder, 'test', file), 'utf8')).map((row, index) =>
        toSample({
          id: `cmmlu/${subject}/${index}`,
          text: `以下是关于${subject}的单项选择题。\n\n${row['Question'] ?? ''}`,
          options: ['A', 'B', 'C', 'D'].map((letter) => row[letter] ?? ''),
          letter: row['Answer'] ?? '',
          subject,
          language: 'zh',
          cluster: null,
          itemDate: '2023-06-15',
        }),
      );
    }),
};

/** hendrycks/test: CSV files `<subject>_test.csv` without a head: question, four options, letter. */
export const mmlu: SuiteSource = {
  name: 'mmlu',
  version: 'hendrycks-test',
  licence: 'MIT',
  origin: 'https://github.com/hendrycks/test',
  scorer: 'choice',
  folder: 'mmlu',
  mainFile: 'test',
  read: (folder) => {
    const inside = existsSync(join(folder, 'test')) ? join(folder, 'test') : folder;
    return inFolder(inside, '_test.csv').flatMap((file) => {
      const subject = file.replace(/_test\.csv$/, '');
      const rows = csvRows(`question,A,B,C,D,answer\n${readFileSync(join(inside, file), 'utf8')}`);
      return rows.map((row, index) =>
        toSample({
          id: `mmlu/${subject}/${index}`,
          text: row['question'] ?? '',
          options: ['A', 'B', 'C', 'D'].map((letter) => row[letter] ?? ''),
          letter: row['answer'] ?? '',
          subject,
          language: 'en',
          cluster: null,
          itemDate: '2020-09-07',
        }),
      );
    });
  },
};
