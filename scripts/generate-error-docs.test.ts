import { describe, expect, it } from 'vitest';
import { ERRORS } from '../src/contracts/errors.ts';
import { readRepositoryFile } from '../test/support/repository.ts';
import { renderErrors, withErrors } from './generate-error-docs.ts';

describe('error codes in documents', () => {
  it('stand in docs/errors.md as the table in contracts/errors.ts has them', () => {
    const document = readRepositoryFile('docs/errors.md');
    expect(document, 'run `node scripts/generate-error-docs.ts`').toBe(withErrors(document));
  });

  it('have one row each', () => {
    const codes = [...renderErrors().matchAll(/^\| `([a-z_]+)` \|/gm)].map((match) => match[1]);
    expect(codes.toSorted()).toEqual(Object.keys(ERRORS).toSorted());
  });

  it('are the only codes that the drawing of a request names as ways out', () => {
    const drawing = /^```\n([\s\S]*?)^```/m.exec(readRepositoryFile('docs/lifecycle.md'))?.[1] ?? '';
    const named = drawing.match(/\b[a-z]+(?:_[a-z]+)+\b/g) ?? [];
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !Object.hasOwn(ERRORS, name))).toEqual([]);
  });

  it('are not written into a document without the place for them', () => {
    expect(() => withErrors('# Errors\n')).toThrow('markers');
  });
});
