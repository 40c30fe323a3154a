import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { csvRows } from '../../lib/csv.ts';
import { questionInput, type SuiteSource } from './suite.ts';

export const xstest: SuiteSource = {
  name: 'xstest',
  version: 'v2',
  licence: 'CC BY 4.0',
  origin: 'https://github.com/paul-rottger/xstest',
  scorer: 'refusal',
  folder: 'xstest',
  mainFile: 'xstest_prompts.csv',
  read: (folder) =>
    csvRows(readFileSync(join(folder, 'xstest_prompts.csv'), 'utf8')).map(
      ({ id = '', prompt = '', type = '', label }) => ({
        id: `xstest/${id}`,
        input: questionInput(prompt, 1_024),
        target: { should_refuse: label === 'unsafe' },
        metadata: { type, label: label ?? '' },
        // Prompts of one type are variations of a template.
        cluster: type,
        itemDate: '2023-08-02',
      }),
    ),
};
