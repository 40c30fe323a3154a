import { expect, test } from 'vitest';
import { testDeployment, testEndpoint } from '../routing/test-world.ts';
import { HealthBoard } from './health.ts';

const deployment = testDeployment('one@first', 'maker/one');

test('shows what happened only after the next epoch, so that an epoch decides alike', () => {
  const board = new HealthBoard();
  board.record(deployment, false, null, 0);
  expect(board.snapshot(deployment)).toBeUndefined();
  board.publish(250);
  expect(board.snapshot(deployment)).toEqual({ error_rate: 1, calls: 1, breaker: 'closed', latency_ms: null });
});

test('forgets calls that have left the window', () => {
  const board = new HealthBoard();
  board.record(deployment, false, null, 0);
  board.record(deployment, true, 40, 299_000);
  board.publish(299_000);
  expect(board.snapshot(deployment)?.calls).toBe(2);
  board.publish(320_000);
  expect(board.snapshot(deployment)).toMatchObject({ calls: 1, error_rate: 0, latency_ms: 40 });
  board.publish(700_000);
  expect(board.snapshot(deployment)).toBeUndefined();
});

test('the median of first-token times ignores failures and one slow call', () => {
  const board = new HealthBoard();
  for (const ms of [100, 110, 9_000, 90, 105]) board.record(deployment, true, ms, 0);
  board.record(deployment, false, 50_000, 0);
  board.publish(1);
  expect(board.snapshot(deployment)?.latency_ms).toBe(105);
});

test('a deployment that moved to another address starts afresh, one that only was reloaded does not', () => {
  const board = new HealthBoard();
  board.record(deployment, false, null, 0);
  board.publish(1);
  const reloaded = testDeployment('one@first', 'maker/one');
  const moved = testDeployment('one@first', 'maker/one', { endpoint: testEndpoint('first', { digest: 'other' }) });
  expect(board.snapshot(reloaded)?.calls).toBe(1);
  expect(board.snapshot(moved)).toBeUndefined();
});
