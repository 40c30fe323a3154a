// Writes alidade.schema.json and docs/configuration.md from the schema in src/contracts/configuration.ts.
import { writeFileSync } from 'node:fs';
import { configurationJsonSchema } from '../src/config/schema.ts';
import { configurationReference } from './configuration-reference.ts';

const LINE_WIDTH = 120;

const schema = configurationJsonSchema();
writeFileSync(new URL('../alidade.schema.json', import.meta.url), formatJson(schema));
writeFileSync(new URL('../docs/configuration.md', import.meta.url), configurationReference(schema));

/** As the formatter of this repository writes JSON: a list of plain values stays on one line where it fits. */
function formatJson(value: unknown): string {
  const lines = JSON.stringify(value, null, 2).replace(
    /^(.*)\[\n([^[\]{}]*?)\n\s*\](,?)$/gm,
    (expanded, before, items, comma) => {
      const line = `${before}[${items.trim().replace(/,\n\s*/g, ', ')}]${comma}`;
      return line.length <= LINE_WIDTH ? line : expanded;
    },
  );
  return `${lines}\n`;
}
