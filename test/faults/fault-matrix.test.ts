import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FAULTS } from './faults.ts';
import { judge } from './judge.ts';
import { FaultRunner, faultCases } from './run-fault.ts';

let runner: FaultRunner;

beforeAll(async () => {
  runner = await FaultRunner.open();
});

afterAll(() => runner.close());

describe.each(FAULTS)('$name', (fault) => {
  test.each(faultCases([fault]))(
    'has its required outcome: $client client, $upstream upstream, stream $stream',
    async (given) => {
      expect(judge(given, await runner.run(given))).toEqual([]);
    },
  );
});
