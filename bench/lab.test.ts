import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Lab } from './lab.ts';
import { alidade } from './subjects/alidade.ts';
import { bareRelay } from './subjects/bare-relay.ts';
import { nginx } from './subjects/nginx.ts';

describe('Lab', () => {
  let lab: Lab;
  beforeEach(() => {
    lab = new Lab({ subjects: null, gateway: 'auto' });
  });
  afterEach(() => lab.close());

  const outcome = { completed: 100, failed: 0, failures: {}, seconds: 1 };

  it('accepts a turn in which every request was answered and reached the upstream once', () => {
    lab.judge('nginx', outcome, 100);
    expect(lab.voided).toEqual([]);
  });

  it('voids the run for a failed request, and says why it failed', () => {
    lab.judge('nginx', { ...outcome, failed: 1, failures: { 'status 502': 1 } }, 101);
    expect(lab.voided).toEqual(['nginx: 1 failed requests {"status 502":1}']);
  });

  it('voids the run for answers that did not come from the upstream, and for requests sent twice', () => {
    lab.judge('cache', outcome, 99);
    lab.judge('retry', outcome, 101);
    expect(lab.voided).toHaveLength(2);
  });

  it('voids the run when nothing was completed', () => {
    lab.judge('nginx', { ...outcome, completed: 0 }, 0);
    expect(lab.voided).toEqual(['nginx: no request was completed']);
  });

  it('notes a yardstick that is missing, but is void without the product', () => {
    lab.leaveOut(nginx, 'not installed');
    expect(lab.voided).toEqual([]);
    expect(lab.notes.join()).toContain('nginx was left out: not installed');
    lab.leaveOut(alidade, 'it answered 500');
    expect(lab.voided).toEqual(['alidade was left out: it answered 500']);
  });

  it('is void without a subject that was asked for by name', async () => {
    const asked = new Lab({ subjects: ['bare-relay'], gateway: 'auto' });
    asked.leaveOut(bareRelay, 'gone');
    await asked.close();
    expect(asked.voided).toHaveLength(1);
  });
});
