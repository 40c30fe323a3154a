import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isObject } from '../../checks/json.ts';
import type { FunctionTool, Turn } from '../../contracts/chat-request.ts';
import type { Sample } from '../../contracts/evaluation.ts';
import type { ExpectedCall, ToolCallTarget } from '../scorers/tool-calls.ts';
import { readJsonLines, type SuiteSource, type UnreadPart } from './suite.ts';

/** Categories scored on one turn by structure. `unread` says of the others why they are not. */
const CATEGORIES = [
  'simple_python',
  'simple_java',
  'simple_javascript',
  'multiple',
  'parallel',
  'parallel_multiple',
  'irrelevance',
  'live_simple',
  'live_multiple',
  'live_parallel',
  'live_parallel_multiple',
  'live_irrelevance',
  'live_relevance',
];

/** Types of the dataset, which come from three languages, in JSON Schema's words. `any` says nothing. */
const TYPES: Readonly<Record<string, string>> = {
  dict: 'object',
  object: 'object',
  hashmap: 'object',
  hashtable: 'object',
  float: 'number',
  double: 'number',
  number: 'number',
  integer: 'integer',
  int: 'integer',
  long: 'integer',
  short: 'integer',
  byte: 'integer',
  bigint: 'integer',
  string: 'string',
  char: 'string',
  boolean: 'boolean',
  array: 'array',
  tuple: 'array',
  arraylist: 'array',
  list: 'array',
  queue: 'array',
  stack: 'array',
  set: 'array',
};

function toJsonSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toJsonSchema);
  if (!isObject(value)) return value;
  const schema: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    if (key === 'type' && typeof member === 'string') {
      const type = TYPES[member.toLowerCase()];
      if (type !== undefined) schema['type'] = type;
    } else if (key === 'properties' && isObject(member)) {
      schema['properties'] = Object.fromEntries(
        Object.entries(member).map(([name, rule]) => [name, toJsonSchema(rule)]),
      );
    } else if (key !== 'optional') schema[key] = key === 'items' ? toJsonSchema(member) : member;
  }
  return schema;
}

/** Most vendors allow letters, digits, `_` and `-` in names. */
const toTool = ({ name, description, parameters }: Record<string, unknown>): FunctionTool => ({
  kind: 'function',
  name: String(name).replaceAll('.', '_'),
  description: typeof description === 'string' ? description : null,
  parameters: toJsonSchema(parameters) as Record<string, unknown>,
  strict: null,
});

const toTurn = ({ role, content }: Record<string, unknown>): Turn => {
  const parts = [{ type: 'text' as const, text: String(content) }];
  if (role === 'system') return { role: 'system', parts };
  return role === 'assistant' ? { role: 'assistant', parts } : { role: 'user', parts };
};

const toExpected = (call: Record<string, Record<string, unknown[]>>): ExpectedCall => {
  const [[name, given] = ['', {}]] = Object.entries(call);
  return { name, arguments: given };
};

function targetOf(category: string, truth: unknown): ToolCallTarget {
  if (category.endsWith('irrelevance')) return { calls: [], any: false };
  if (category.endsWith('relevance')) return { calls: [], any: true };
  return { calls: (truth as Record<string, Record<string, unknown[]>>[]).map(toExpected) };
}

/** Where parts of the set lie: the suite's folder, and one beside it for what was copied later. */
const foldersOf = (folder: string): string[] => [folder, join(folder, '..', 'bfcl-live-extra')];

const FILE = /^BFCL_v4_(\w+)\.jsonl?$/;

function fileOf(folder: string, category: string): string | null {
  const names = [`BFCL_v4_${category}.json`, `BFCL_v4_${category}.jsonl`];
  const paths = foldersOf(folder).flatMap((inside) => names.map((name) => join(inside, name)));
  return paths.find((path) => existsSync(path)) ?? null;
}

const answersOf = (folder: string, category: string): string =>
  join(folder, 'possible_answer', `BFCL_v4_${category}.json`);

/** Whether something is called at all is known without answers. */
const needsAnswers = (category: string): boolean => !category.endsWith('relevance');

function readCategory(folder: string, category: string): Sample[] {
  const file = fileOf(folder, category);
  const answers = answersOf(folder, category);
  if (file === null || (needsAnswers(category) && !existsSync(answers))) return [];
  const truths = new Map(
    (existsSync(answers) ? readJsonLines(answers) : []).map(({ value }) => [
      String(value['id']),
      value['ground_truth'],
    ]),
  );
  return readJsonLines(file).map(({ value }) => {
    const id = String(value['id']);
    const turns = (value['question'] as Record<string, unknown>[][])[0] ?? [];
    const functions = value['function'] as Record<string, unknown>[];
    return {
      id,
      input: { turns: turns.map(toTurn), tools: functions.map(toTool), maxOutputTokens: 4_096, temperature: 0 },
      target: targetOf(category, truths.get(id)),
      metadata: { category },
      cluster: null,
      itemDate: category.startsWith('live') ? '2024-08-19' : '2024-02-26',
    };
  });
}

function reasonUnread(category: string): string {
  if (category.startsWith('multi_turn')) {
    return 'its answers name what simulated services of the publisher reply, whose tables and random numbers are no data';
  }
  if (CATEGORIES.includes(category)) return `there is no possible_answer/BFCL_v4_${category}.json`;
  return category === 'chatable' ? 'the publisher scores it no longer' : 'it needs services that reply';
}

function unread(folder: string): UnreadPart[] {
  const categories = foldersOf(folder)
    .flatMap((inside) => (existsSync(inside) ? readdirSync(inside) : []))
    .flatMap((name) => FILE.exec(name)?.[1] ?? [])
    .sort();
  return categories
    .filter((each) => !CATEGORIES.includes(each) || (needsAnswers(each) && !existsSync(answersOf(folder, each))))
    .map((category) => ({ part: category, reason: reasonUnread(category) }));
}

export const bfclV4: SuiteSource = {
  name: 'bfcl-v4',
  version: 'gorilla@6ea5797',
  licence: 'Apache-2.0',
  origin: 'https://github.com/ShishirPatil/gorilla',
  scorer: 'tool_calls',
  folder: 'bfcl-v4-subset',
  mainFile: 'BFCL_v4_simple_python.json',
  read: (folder) => CATEGORIES.flatMap((category) => readCategory(folder, category)),
  unread,
};
