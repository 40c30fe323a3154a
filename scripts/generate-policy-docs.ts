import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type AttributeRow, DEPLOYMENT_ATTRIBUTES, REQUEST_ATTRIBUTES } from '../src/policy/attribute-list.ts';
import { STARTER_RULES } from '../src/policy/starter-rules.ts';

const DOCUMENT = new URL('../docs/policy.md', import.meta.url);
const BEGIN = '<!-- policy: written by `node scripts/generate-policy-docs.ts` from src/policy/ -->';
const END = '<!-- /policy -->';

const ruleRows = (): string[] =>
  STARTER_RULES.map(({ id, message, legalBasis }) => `| \`${id}\` | ${message} | ${legalBasis} |`);

const attributeRows = (prefix: string, rows: Readonly<Record<string, AttributeRow>>): string[] =>
  Object.entries(rows).map(([name, { type, about }]) => `| \`${prefix}.${name}\` | ${type} | ${about} |`);

/** docs/policy.md with its tables as the code has them. */
export function policyDocument(): string {
  const text = readFileSync(DOCUMENT, 'utf8');
  const tables = [
    '| rule | what it says | basis |',
    '|---|---|---|',
    ...ruleRows(),
    '',
    '## What rules may ask',
    '',
    '| attribute | type | what it is |',
    '|---|---|---|',
    ...attributeRows('context', REQUEST_ATTRIBUTES),
    ...attributeRows('resource', DEPLOYMENT_ATTRIBUTES),
  ];
  const [before, rest] = text.split(BEGIN) as [string, string];
  const after = rest.slice(rest.indexOf(END));
  return `${before}${BEGIN}\n\n${tables.join('\n')}\n\n${after}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(DOCUMENT, policyDocument());
