import { join } from 'node:path';
import { AppError } from '../../contracts/errors.ts';
import { scanJson } from '../../lib/json-scan.ts';
import type { CodeTarget } from '../scorers/code.ts';
import { questionInput, readJsonLines, type SuiteSource } from './suite.ts';

const LIMITS = { maxDepth: 64, maxKeys: 100_000 };

/** Two JSON lists as one, as text: whole numbers beyond 2^53 and `1.0` would not survive being parsed here. */
function joinedInputs(line: string): string {
  const bytes = Buffer.from(line);
  const scan = scanJson(bytes, LIMITS);
  if (!scan.ok) throw new AppError('invalid_request', 'A line of HumanEvalPlus.jsonl is not JSON.');
  const inner = ['base_input', 'plus_input'].map((key) => {
    const member = scan.members.find((candidate) => candidate.key === key);
    return member === undefined ? '' : bytes.toString('utf8', member.valueStart + 1, member.valueEnd - 1).trim();
  });
  return `[${inner.filter((text) => text !== '').join(',')}]`;
}

export const humanevalPlus: SuiteSource = {
  name: 'humaneval-plus',
  version: 'v0.1.10',
  licence: 'Apache-2.0 (EvalPlus), MIT (HumanEval)',
  origin: 'https://github.com/evalplus/humanevalplus_release',
  scorer: 'code',
  folder: 'humaneval-plus',
  mainFile: 'HumanEvalPlus.jsonl',
  read: (folder) =>
    readJsonLines(join(folder, 'HumanEvalPlus.jsonl')).map(({ value, line }) => {
      const id = String(value['task_id']);
      const prompt = String(value['prompt']);
      const target: CodeTarget = {
        language: 'python',
        entryPoint: String(value['entry_point']),
        inputs: joinedInputs(line),
        reference: prompt + String(value['canonical_solution']),
        preamble: prompt,
        absoluteTolerance: Number(value['atol']),
        ...(id === 'HumanEval/32' ? { oracle: 'root_of_polynomial' as const } : {}),
      };
      return {
        id,
        input: questionInput(
          `Please provide a self-contained Python script that solves the following problem in a markdown code block:\n\`\`\`python\n${prompt.trim()}\n\`\`\``,
        ),
        target,
        metadata: {},
        cluster: null,
        itemDate: '2021-07-07',
      };
    }),
};
