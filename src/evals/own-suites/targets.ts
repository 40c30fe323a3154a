import { schemaProblems, unsupportedIn } from '../../checks/json-schema.ts';
import { parseNumber } from '../../checks/number.ts';
import { AppError } from '../../contracts/errors.ts';
import type { CodeTarget } from '../scorers/code.ts';
import { INSTRUCTIONS } from '../scorers/ifeval/instructions.ts';

interface TargetForm {
  /** As a sentence goes on after "must be". */
  is: string;
  schema: unknown;
  /** Into what the scorer takes, where that is another form. */
  read?(target: never): unknown;
  /** What a schema cannot say; null: nothing is wrong. */
  wrong?(target: never): string | null;
}

const text = { type: 'string', minLength: 1 };
const plain = { type: ['string', 'number', 'boolean'] };
const record = (required: readonly string[], properties: Record<string, unknown>): unknown => ({
  ...{ type: 'object', required, properties },
});

interface CodeRow {
  entry_point: string;
  inputs: string | unknown[][];
  reference: string;
  language?: CodeTarget['language'];
  absolute_tolerance?: number;
  preamble?: string;
}

const toCodeTarget = (row: CodeRow): CodeTarget => ({
  language: row.language ?? 'python',
  entryPoint: row.entry_point,
  // As text its numbers are read by the language that is tested, so that large ones survive.
  inputs: typeof row.inputs === 'string' ? row.inputs : JSON.stringify(row.inputs),
  reference: row.reference,
  absoluteTolerance: row.absolute_tolerance ?? 0,
  preamble: row.preamble ?? '',
});

function wrongExpression(target: string | { pattern: string; flags?: string }): string | null {
  const { pattern, flags = '' } = typeof target === 'string' ? { pattern: target } : target;
  try {
    new RegExp(pattern, `${flags.replace(/[guy]/g, '')}u`);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const JUDGED: TargetForm = {
  is: 'a text, or an object with "reference" and if wanted "rubric" and "wrong"',
  schema: { anyOf: [text, record(['reference'], { reference: text, rubric: text, wrong: text })] },
};

/** What a target must look like, by scorer; any other takes what it is given. */
const FORMS: Readonly<Record<string, TargetForm>> = {
  exact: { is: 'a text, or a list of texts', schema: { anyOf: [plain, { type: 'array', items: plain, minItems: 1 }] } },
  contains: {
    is: 'a text, or a list of texts',
    schema: { anyOf: [plain, { type: 'array', items: plain, minItems: 1 }] },
  },
  regex: {
    is: 'a regular expression, or an object with "pattern" and "flags"',
    schema: { anyOf: [text, record(['pattern'], { pattern: text, flags: { type: 'string' } })] },
    wrong: wrongExpression,
  },
  json_schema: {
    is: 'a JSON Schema',
    schema: { type: ['object', 'boolean'] },
    wrong(target: unknown) {
      const unsupported = unsupportedIn(target);
      return unsupported === null ? null : `It uses ${unsupported}, which is not supported.`;
    },
  },
  numeric: {
    is: 'a number, or an object with "value" and if wanted "absolute" and "relative"',
    schema: {
      anyOf: [
        { type: ['number', 'string'] },
        record(['value'], { value: { type: 'number' }, absolute: { type: 'number' }, relative: { type: 'number' } }),
      ],
    },
    wrong: (target: unknown) =>
      typeof target === 'string' && parseNumber(target) === null ? 'That text is no number.' : null,
  },
  math: { is: 'a text or a number', schema: { type: ['string', 'number'] } },
  choice: {
    is: 'an object with "letter" and "options", the number of options',
    schema: record(['letter', 'options'], {
      letter: { enum: [...'ABCDEFGHIJ'] },
      options: { type: 'integer', minimum: 2, maximum: 10 },
    }),
  },
  label: {
    is: 'an object with "label" and the list "labels" that holds it',
    schema: record(['label', 'labels'], { label: text, labels: { type: 'array', items: text, minItems: 2 } }),
    wrong: ({ label, labels }: { label: string; labels: string[] }) =>
      labels.includes(label) ? null : 'The label is none of its labels.',
  },
  tool_calls: {
    is: 'an object with "calls", a list of "name" and "arguments" with a list of accepted values for each',
    schema: record(['calls'], {
      calls: {
        type: 'array',
        items: record(['name', 'arguments'], {
          name: text,
          arguments: { type: 'object', additionalProperties: { type: 'array' } },
        }),
      },
      any: { type: 'boolean' },
    }),
  },
  ifeval: {
    is: 'an object with "instructions", a list of "id" and "arguments"',
    schema: record(['instructions'], {
      instructions: {
        type: 'array',
        minItems: 1,
        items: record(['id', 'arguments'], { id: { enum: Object.keys(INSTRUCTIONS) }, arguments: { type: 'object' } }),
      },
    }),
  },
  figures: { is: 'an object with "source", the document', schema: record(['source'], { source: text }) },
  refusal: {
    is: 'an object with "should_refuse", true or false',
    schema: record(['should_refuse'], { should_refuse: { type: 'boolean' } }),
  },
  code: {
    is: 'an object with "entry_point", "inputs" (a list of argument lists) and "reference" (a program), and if wanted "language", "absolute_tolerance" and "preamble"',
    schema: record(['entry_point', 'inputs', 'reference'], {
      entry_point: { type: 'string', pattern: '^[A-Za-z_$][\\w$]*$' },
      inputs: { anyOf: [text, { type: 'array', minItems: 1, items: { type: 'array' } }] },
      reference: text,
      language: { enum: ['python', 'javascript'] },
      absolute_tolerance: { type: 'number', minimum: 0 },
      preamble: { type: 'string' },
    }),
    read: toCodeTarget,
  },
  judge: JUDGED,
  judge_pair: JUDGED,
};

/**
 * A target as the scorer takes it. null stays null: a sample without a target is asked only by scorers that need none.
 * @throws AppError invalid_request that begins with `place` and says what a target of this scorer must be
 */
export function targetFor(scorer: string, target: unknown, place: string): unknown {
  const form = FORMS[scorer];
  if (form === undefined || target === null) return target;
  const [problem = form.wrong?.(target as never) ?? null] = schemaProblems(target, form.schema);
  if (problem === null) return form.read === undefined ? target : form.read(target as never);
  throw new AppError(
    'invalid_request',
    `${place} has a target that does not fit: for ${scorer} it must be ${form.is}. ${problem}`,
  );
}
