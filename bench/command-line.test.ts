import { describe, expect, it } from 'vitest';
import { parseCommandLine } from './command-line.ts';

describe('parseCommandLine', () => {
  it('reads a name and its options', () => {
    const line = parseCommandLine([
      'overhead',
      '--subjects',
      'nginx,alidade',
      '--rounds',
      '3',
      '--rate',
      '500',
      '--save',
    ]);
    expect(line).toEqual({
      name: 'overhead',
      save: true,
      priority: false,
      options: { subjects: ['nginx', 'alidade'], gateway: 'auto', rounds: 3, perSecond: 500 },
    });
  });

  it('leaves out what was not given, so that each bench keeps its own defaults', () => {
    expect(parseCommandLine(['memory']).options).toEqual({ subjects: null, gateway: 'auto' });
  });

  it.each([
    [[], /name a bench/],
    [['overhead', 'memory'], /one bench at a time/],
    [['overhead', '--rounds', 'many'], /rounds must be a number/],
    [['overhead', '--rounds', '0'], /above 0/],
    [['overhead', '--gateway', 'docker'], /auto, dist or source/],
    [['overhead', '--frobnicate'], /frobnicate/],
  ])('refuses %j in one sentence', (args, message) => {
    expect(() => parseCommandLine(args)).toThrow(message);
  });
});
