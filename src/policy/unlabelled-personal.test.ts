import { describe, expect, it } from 'vitest';
import { UNLABELLED_PERSONAL_DENIED, unlabelledPersonal } from './unlabelled-personal.ts';

const EMAIL = ['personal.contact.email'];

describe('unlabelledPersonal', () => {
  it('does what the configuration says with personal data in unlabelled traffic', () => {
    expect(unlabelledPersonal('record', false, EMAIL)).toEqual({ permitted: true, obligations: [] });
    expect(unlabelledPersonal('tokenise', false, EMAIL)).toEqual({ permitted: true, obligations: ['tokenise'] });
    expect(unlabelledPersonal('deny', false, EMAIL)).toEqual({ permitted: false, rules: [UNLABELLED_PERSONAL_DENIED] });
  });

  it('leaves labelled traffic to the rules, and other classes alone', () => {
    for (const mode of ['record', 'tokenise', 'deny'] as const) {
      expect(unlabelledPersonal(mode, true, EMAIL)).toEqual({ permitted: true, obligations: [] });
      expect(unlabelledPersonal(mode, false, ['credential', 'personality'])).toEqual({
        permitted: true,
        obligations: [],
      });
    }
  });
});
