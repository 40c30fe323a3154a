import { readFileSync, writeFileSync } from 'node:fs';
import type { Dialect } from '../src/contracts/vocabulary.ts';
import { LOSSES } from '../src/wire/loss-table.ts';

const DOCUMENT = new URL('../docs/translation.md', import.meta.url);
const BEGIN = '<!-- losses: written by `node scripts/generate-translation-docs.ts` from src/wire/loss-table.ts -->';
const END = '<!-- /losses -->';

const UPSTREAMS = ['openai', 'anthropic', 'gemini'] as const satisfies readonly Dialect[];
const CLIENTS = ['openai', 'anthropic'] as const;
const NAMES: Readonly<Record<Dialect, string>> = {
  openai: 'OpenAI chat',
  anthropic: 'Anthropic messages',
  gemini: 'Gemini generateContent',
};

interface Row {
  kind: string;
  field: string;
  to: readonly string[];
  toClient: readonly string[];
  why: string;
  harmless?: true;
}

const rows: readonly Row[] = Object.values(LOSSES);

const shown = (field: string): string => (field === '*' ? '*its own name*' : `\`${field}\``);
const namesOf = (dialects: readonly string[]): string =>
  dialects.map((dialect) => NAMES[dialect as Dialect]).join(', ');
const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];

/** One line a field: what can happen to it on the way to each dialect. */
function matrix(dialects: readonly Dialect[], of: (row: Row) => readonly string[]): string[] {
  const concerned = rows.filter((row) => of(row).length > 0 && row.field !== '*');
  const lines = unique(concerned.map(({ field }) => field))
    .toSorted()
    .map((field) => {
      const cells = dialects.map((dialect) => {
        const kinds = concerned.filter((row) => row.field === field && of(row).includes(dialect));
        return kinds.length === 0 ? 'kept' : unique(kinds.map(({ kind }) => kind)).join(', ');
      });
      return `| ${shown(field)} | ${cells.join(' | ')} |`;
    });
  const head = `| field | ${dialects.map((dialect) => NAMES[dialect]).join(' | ')} |`;
  return [head, `|${'---|'.repeat(dialects.length + 1)}`, ...lines];
}

const HARMLESS = ' (harmless)';

/** Every loss with its reason. */
function reasons(of: (row: Row) => readonly string[]): string[] {
  const lines = rows
    .filter((row) => of(row).length > 0)
    .toSorted((a, b) => (a.field === b.field ? 0 : a.field < b.field ? -1 : 1))
    .map(
      (row) =>
        `| ${shown(row.field)} | ${row.kind} | ${namesOf(of(row))} | ${row.why}${row.harmless ? HARMLESS : ''} |`,
    );
  return ['| field | kind | dialect | why |', '|---|---|---|---|', ...lines];
}

/** The support matrix and all losses as Markdown. */
export function renderLosses(): string {
  const toUpstream = (row: Row) => row.to;
  const toClient = (row: Row) => row.toClient;
  return [
    '### Requests: what can happen to a field, by the dialect of the upstream',
    '',
    ...matrix(UPSTREAMS, toUpstream),
    '',
    '### Requests: every loss and its reason',
    '',
    ...reasons(toUpstream),
    '',
    '### Answers: what can happen to a field, by the dialect of the client',
    '',
    ...matrix(CLIENTS, toClient),
    '',
    '### Answers: every loss and its reason',
    '',
    ...reasons(toClient),
    '',
  ].join('\n');
}

/** Puts the tables between the markers of a document; throws where the markers are missing. */
export function withLosses(document: string): string {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin < 0 || end < begin) throw new Error('docs/translation.md has lost the markers around its tables.');
  return `${document.slice(0, begin)}${BEGIN}\n\n${renderLosses()}\n${document.slice(end)}`;
}

if (import.meta.main) writeFileSync(DOCUMENT, withLosses(readFileSync(DOCUMENT, 'utf8')));
