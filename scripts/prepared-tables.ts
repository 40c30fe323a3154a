// Tables that a start would fill from lists, filled by the build and read as they are
// (docs/decisions/0030-compiled-by-the-build.md). What they hold and how it is used is in src/ alone.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import type { Plugin } from 'rolldown';
import { fillVocabulary } from '../src/privacy/fill-vocabulary.ts';

const FILLS = 'privacy/fill-vocabulary.js';
const TABLES = 'privacy/vocabulary.tables';

const READS = `import { readFileSync } from 'node:fs';
import { deserialize } from 'node:v8';
import { Labels } from "./context.js";
import { Lexicon } from "./lexicon.js";
export function fillVocabulary() {
  const tables = deserialize(readFileSync(new URL('./vocabulary.tables', import.meta.url)));
  return { lexicon: new Lexicon(tables.lexicon), labels: new Labels(tables.labels) };
}
`;

/** Writes them into `dist`, and has the module that reads them take the place of the one that fills them. */
export const preparedTables = (dist: string): Plugin => ({
  name: 'prepared-tables',
  load: (id) => (id === join(dist, FILLS) ? READS : null),
  buildStart() {
    const { lexicon, labels } = fillVocabulary();
    writeFileSync(join(dist, TABLES), serialize({ lexicon: lexicon.tables(), labels: labels.tables() }));
  },
});
