// evaluation-source.ts: the desk of evaluation, with all that it needs of the product around it.
// May import: contracts/, lib/, evals/ and traffic-source.ts.
// Start at openEvaluations; it is called when an evaluation is first asked for, since serving needs none of it.
import { join } from 'node:path';
import type { Call } from './contracts/call.ts';
import type { World } from './contracts/decision.ts';
import { EvaluationDesk } from './evals/desk/evaluation-desk.ts';
import { sha256Hex } from './lib/hash.ts';
import { readTraffic, type TrafficPorts } from './traffic-source.ts';

export interface EvaluationOptions {
  dataDir: string;
  call: Call;
  now(): number;
  /** Of this moment. */
  world(): World;
  record(event: string, actor: string, details: Record<string, unknown>): void;
  traffic: TrafficPorts;
  onFault(error: unknown): void;
}

export function openEvaluations(options: EvaluationOptions): EvaluationDesk {
  const { dataDir, call, now, world, record, traffic, onFault } = options;
  return new EvaluationDesk({
    directory: join(dataDir, 'evaluations'),
    call,
    now,
    deployment: (id) => {
      const found = world().deploymentsById.get(id);
      if (found === undefined) return null;
      const { id: endpoint, baseUrl, dialect } = found.endpoint;
      return {
        model: found.model,
        upstreamModel: found.upstreamModel,
        endpointDigest: sha256Hex(JSON.stringify([endpoint, baseUrl, dialect])),
      };
    },
    record,
    traffic: (useCase, since, until) => readTraffic(traffic, useCase, since, until),
    publish: async () => 0,
    onFault,
  });
}
