import { afterEach, beforeEach } from 'vitest';
import type { Deployment } from '../../src/contracts/deployment.ts';
import { testEndpoint } from '../../src/routing/test-world.ts';
import { createTestGateway, type TestGatewayOptions, upstreamDeployment } from './gateway.ts';
import { createScriptedUpstream, type ScriptedUpstream } from './upstream/scripted-upstream.ts';

/**
 * So many upstreams for each test of a file, told to `take` before it and closed after it, and after whatever was put in
 * the list that is returned.
 */
export function useUpstreams(count: number, take: (...upstreams: ScriptedUpstream[]) => void): (() => Promise<void>)[] {
  const closing: (() => Promise<void>)[] = [];
  let upstreams: ScriptedUpstream[] = [];
  beforeEach(async () => {
    upstreams = await Promise.all(Array.from({ length: count }, () => createScriptedUpstream()));
    take(...upstreams);
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
    for (const upstream of upstreams) await upstream.close();
  });
  return closing;
}

/** Two upstreams, `one@first` and `two@second`, with a gateway in front of them as each test wants it. */
export function useTwoUpstreams(take: (first: ScriptedUpstream, second: ScriptedUpstream) => void) {
  let deployments: Deployment[] = [];
  const closing = useUpstreams(2, (...upstreams) => {
    const [first, second] = upstreams as [ScriptedUpstream, ScriptedUpstream];
    deployments = [
      upstreamDeployment('one@first', 'maker/one', first),
      upstreamDeployment('two@second', 'maker/two', second),
    ];
    take(first, second);
  });
  function gatewayOf(options: Partial<TestGatewayOptions> = {}) {
    const made = createTestGateway({ deployments, ...options });
    closing.push(made.close);
    return made;
  }
  return { closing, gatewayOf };
}

/** A deployment whose data stay in a country, and whose operator sits there. */
export function deploymentIn(country: string, id: string, model: string, upstream: ScriptedUpstream): Deployment {
  const known = { region: country, storageRegion: country, operatorCountry: country, retentionDays: 0 };
  const facts = { ...testEndpoint(id).facts, ...known, trainsOnData: false, checkedAt: '2026-11-01' };
  const endpoint = testEndpoint(id, { baseUrl: upstream.baseUrl, private: true, auth: 'none', facts });
  return upstreamDeployment(id, model, upstream, { endpoint });
}
