import { describe, expect, it } from 'vitest';
import { ERRORS } from '../src/contracts/errors.ts';
import { readRepositoryFile } from '../test/support/repository.ts';
import { renderErrors, withErrors } from './generate-error-docs.ts';

describe('docs/errors.md', () => {
  it('says what the table in contracts/errors.ts says', () => {
    const document = readRepositoryFile('docs/errors.md');
    expect(document, 'run `node scripts/generate-error-docs.ts`').toBe(withErrors(document));
  });

  it('has one row for every code', () => {
    const codes = [...renderErrors().matchAll(/^\| `([a-z_]+)` \|/gm)].map((match) => match[1]);
    expect(codes.toSorted()).toEqual(Object.keys(ERRORS).toSorted());
  });

  it('refuses a document without the place for the tables', () => {
    expect(() => withErrors('# Errors\n')).toThrow('markers');
  });
});
