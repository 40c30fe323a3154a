import { join } from 'node:path';
import { questionInput, readJsonLines, type SuiteSource } from './suite.ts';

export const ifeval: SuiteSource = {
  name: 'ifeval',
  version: 'google-541',
  licence: 'CC BY 4.0 (Zhou et al., Instruction-Following Evaluation for Large Language Models, 2023)',
  origin: 'https://github.com/google-research/google-research',
  scorer: 'ifeval',
  folder: 'ifeval',
  mainFile: 'ifeval.jsonl',
  read: (folder) =>
    readJsonLines(join(folder, 'ifeval.jsonl')).map(({ value }) => {
      const given = value['kwargs'] as Record<string, unknown>[];
      const ids = value['instruction_id_list'] as string[];
      return {
        id: `ifeval/${value['key'] ?? value['id']}`,
        input: questionInput(String(value['prompt'])),
        // Arguments that are null were not given; 0 and false were.
        target: {
          instructions: ids.map((id, index) => ({
            id,
            arguments: Object.fromEntries(
              Object.entries(given[index] ?? {}).filter(([, argument]) => argument !== null),
            ),
          })),
        },
        metadata: { instructions: ids.length },
        cluster: null,
        itemDate: '2023-11-14',
      };
    }),
};
