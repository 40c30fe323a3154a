import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configurationJsonSchema } from '../src/config/schema.ts';
import { configurationReference } from './configuration-reference.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const HOW = 'run: node scripts/generate-configuration-docs.ts';

describe('what is generated from the configuration schema', () => {
  it('is current in alidade.schema.json', () => {
    expect(JSON.parse(read('../alidade.schema.json')), HOW).toEqual(
      JSON.parse(JSON.stringify(configurationJsonSchema())),
    );
  });

  it('is current in docs/configuration.md', () => {
    expect(read('../docs/configuration.md'), HOW).toBe(configurationReference(configurationJsonSchema()));
  });

  it('describes every member of every section on the page', () => {
    const page = read('../docs/configuration.md');
    for (const name of [
      'upstream_model',
      'usd_per_hour',
      'unlabelled_personal',
      'default_use_case',
      'context_threshold',
    ]) {
      expect(page).toContain(`| \`${name}\` |`);
    }
  });
});
