import { readFileSync, writeFileSync } from 'node:fs';
import { type Blame, ERRORS, type Retry } from '../src/contracts/errors.ts';

const DOCUMENT = new URL('../docs/errors.md', import.meta.url);
const BEGIN = '<!-- errors: written by `node scripts/generate-error-docs.ts` from src/contracts/errors.ts -->';
const END = '<!-- /errors -->';

const ACTORS: Readonly<Record<Blame, { heading: string; text: string }>> = {
  caller: { heading: 'The caller has to act', text: 'The request, its key or its pace has to change.' },
  operator: { heading: 'The operator has to act', text: 'The configuration of Alidade has to change.' },
  upstream: { heading: 'The upstream has to act', text: 'The vendor or engine behind Alidade has failed.' },
  us: { heading: 'Alidade itself', text: 'A fault or a state of this server.' },
};

const NEXT_STEPS: Readonly<Record<Retry, string>> = {
  never: 'stops',
  same_deployment: 'tries the next deployment; with none left the same one once more',
  next_deployment: 'tries the next deployment',
};

function tableOf(blame: Blame): string[] {
  const rows = Object.entries(ERRORS)
    .filter(([, row]) => row.blame === blame)
    .sort(([a, left], [b, right]) => left.status - right.status || (a < b ? -1 : 1))
    .map(
      ([code, row]) => `| \`${code}\` | ${row.status} | \`${row.type}\` | ${NEXT_STEPS[row.retry]} | ${row.meaning} |`,
    );
  const head = ['| code | status | type | Alidade then | what it means |', '|---|---|---|---|---|'];
  return [`### ${ACTORS[blame].heading}`, '', ACTORS[blame].text, '', ...head, ...rows, ''];
}

/** All codes as Markdown tables, one for each party that has to act. */
export function renderErrors(): string {
  return (Object.keys(ACTORS) as Blame[]).flatMap(tableOf).join('\n');
}

/** Puts the tables between the markers of a document; throws where the markers are missing. */
export function withErrors(document: string): string {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin < 0 || end < begin) throw new Error('docs/errors.md has lost the markers around its tables.');
  return `${document.slice(0, begin)}${BEGIN}\n\n${renderErrors()}\n${document.slice(end)}`;
}

if (import.meta.main) writeFileSync(DOCUMENT, withErrors(readFileSync(DOCUMENT, 'utf8')));
