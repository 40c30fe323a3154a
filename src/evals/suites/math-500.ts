import { join } from 'node:path';
import { questionInput, readJsonLines, type SuiteSource } from './suite.ts';

export const math500: SuiteSource = {
  name: 'math-500',
  version: 'prm800k-test',
  licence: 'MIT',
  origin: 'https://github.com/openai/prm800k',
  scorer: 'math',
  folder: 'math-500',
  mainFile: 'math500.jsonl',
  read: (folder) =>
    readJsonLines(join(folder, 'math500.jsonl')).map(({ value }) => ({
      id: String(value['unique_id']),
      input: questionInput(`${value['problem']}\n\nThink step by step and put your final answer in \\boxed{}.`, 8_192),
      target: value['answer'],
      metadata: { subject: String(value['subject']), level: Number(value['level']) },
      cluster: null,
      itemDate: '2021-03-05',
    })),
};
