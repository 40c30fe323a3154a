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

test('counts each kind of failure apart and shows them to operators', () => {
  const board = new HealthBoard();
  for (const outcome of ['rate_limited', 'server_error', 'timeout', 'malformed', 'connect', 'ok', null] as const) {
    board.admit(deployment, 0)?.settle(outcome, 10, true, 0);
  }
  expect(board.view(deployment, 0)).toMatchObject({
    calls: 6,
    error_rate: 0.833,
    failures: { rate_limited: 1, server_error: 1, timeout: 1, malformed: 1, connect: 1, cut: 0, refused: 0 },
    breaker: 'closed',
    first_token_ms: null,
    first_token_limit_ms: 60_000,
  });
  expect(board.view(testDeployment('never@called', 'maker/one'), 0)).toBeNull();
});

test('a pass counts once however often it is settled', () => {
  const board = new HealthBoard();
  const pass = board.admit(deployment, 0);
  pass?.settle('timeout', null, true, 0);
  pass?.settle('ok', 5, true, 0);
  expect(board.view(deployment, 0)).toMatchObject({ calls: 1, error_rate: 1 });
});

test('publishes an open breaker, then half open, also when the calls that opened it have left the window', () => {
  const board = new HealthBoard();
  for (let i = 0; i < 5; i += 1) board.admit(deployment, 0)?.settle('connect', null, true, 0);
  board.publish(1);
  expect(board.snapshot(deployment)).toMatchObject({ breaker: 'open', calls: 5 });
  expect(board.restsForMs(deployment, 1_000)).toBe(4_000);
  board.publish(5_000);
  expect(board.snapshot(deployment)?.breaker).toBe('half_open');
  board.publish(400_000);
  expect(board.snapshot(deployment)).toEqual({ error_rate: 0, calls: 0, breaker: 'half_open', latency_ms: null });
});

test('first-token limit and hedging time come from streams alone, at the next epoch', () => {
  const board = new HealthBoard();
  for (let i = 0; i < 40; i += 1) {
    board.admit(deployment, 0)?.settle('ok', 4_000, true, 0);
    board.admit(deployment, 0)?.settle('ok', 90_000, false, 0);
  }
  expect([board.firstTokenLimitMs(deployment), board.hedgeAfterMs(deployment)]).toEqual([60_000, null]);
  board.publish(250);
  expect(board.firstTokenLimitMs(deployment)).toBeGreaterThan(11_500);
  expect(board.firstTokenLimitMs(deployment)).toBeLessThan(12_500);
  expect(board.hedgeAfterMs(deployment)).toBeGreaterThan(3_900);
  expect(board.hedgeAfterMs(deployment)).toBeLessThan(4_100);
});

test('an open breaker survives a reload that leaves id and endpoint as they were', () => {
  const board = new HealthBoard();
  for (let i = 0; i < 5; i += 1) board.admit(deployment, 0)?.settle('connect', null, true, 0);
  expect(board.admit(testDeployment('one@first', 'maker/one'), 1)).toBeNull();
  const moved = testDeployment('one@first', 'maker/one', { endpoint: testEndpoint('first', { digest: 'other' }) });
  expect(board.admit(moved, 1)?.kind).toBe('normal');
});

test('does not forget what is being called for the first time', () => {
  const board = new HealthBoard();
  const pass = board.admit(deployment, 5_000_000);
  board.publish(5_000_001);
  pass?.settle('ok', 10, true, 5_000_002);
  expect(board.view(deployment, 5_000_002)?.calls).toBe(1);
});

test('forgets what was not called for an hour, but never what is down', () => {
  const board = new HealthBoard();
  const down = testDeployment('two@first', 'maker/two');
  board.admit(deployment, 0)?.settle('ok', 10, true, 0);
  for (let i = 0; i < 5; i += 1) board.admit(down, 0)?.settle('connect', null, true, 0);
  board.publish(3_600_001);
  expect(board.view(deployment, 3_600_001)).toBeNull();
  expect(board.view(down, 3_600_001)?.breaker).toBe('half_open');
});
