import { join } from 'node:path';
import { questionInput, readJsonLines, type SuiteSource } from './suite.ts';

export const gsm8k: SuiteSource = {
  name: 'gsm8k',
  version: 'grade-school-math@3101c7d',
  licence: 'MIT',
  origin: 'https://github.com/openai/grade-school-math',
  scorer: 'numeric',
  folder: 'gsm8k',
  mainFile: 'test.jsonl',
  read: (folder) =>
    readJsonLines(join(folder, 'test.jsonl')).map(({ value }, index) => {
      const [, answer] = String(value['answer']).split('####');
      return {
        id: `gsm8k/${index}`,
        input: questionInput(
          `${value['question']}\n\nThink step by step, then give the result alone on the last line as "#### <number>".`,
        ),
        target: (answer ?? '').trim(),
        metadata: {},
        cluster: null,
        itemDate: '2021-10-27',
      };
    }),
};
