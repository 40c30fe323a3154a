import { describe, expect, it } from 'vitest';
import { parseResidentBytes } from './resident-memory.ts';

describe('parseResidentBytes', () => {
  it('reads VmRSS and not its neighbours', () => {
    expect(parseResidentBytes('Name:\tnode\nVmHWM:\t   99 kB\nVmRSS:\t   51200 kB\nRssAnon:\t 1 kB\n')).toBe(
      52_428_800,
    );
  });

  it('gives null for a process without memory', () => {
    expect(parseResidentBytes('Name:\tnode\nState:\tZ (zombie)\n')).toBe(null);
  });
});
