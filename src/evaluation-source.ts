// evaluation-source.ts: the desk of evaluation, with all that it needs of the product around it.
// May import: contracts/, lib/, evals/ and traffic-source.ts.
// Start at openEvaluations; it is called when an evaluation is first asked for, since serving needs none of it.
import { join } from 'node:path';
import type { Call } from './contracts/call.ts';
import type { World } from './contracts/decision.ts';
import type { EvidenceRow } from './contracts/evidence.ts';
import { EvaluationDesk } from './evals/desk/evaluation-desk.ts';
import { evidenceRows } from './evals/evidence/evidence-rows.ts';
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
  /** Writes rows of evidence, and lets decisions see them where they count at once. */
  publish(rows: readonly EvidenceRow[], note: string): Promise<void>;
  onFault(error: unknown): void;
}

export function openEvaluations(options: EvaluationOptions): EvaluationDesk {
  const { dataDir, call, now, world, record, traffic, publish, onFault } = options;
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
        // The sandbox listens where there is room, elsewhere after each start, and is the same program.
        endpointDigest: sha256Hex(JSON.stringify([endpoint, found.sandbox ? 'sandbox' : baseUrl, dialect])),
        sandbox: found.sandbox,
      };
    },
    record,
    names: () =>
      world()
        .deployments.flatMap(({ id, model, maker, upstreamModel, endpoint }) => [
          id,
          model,
          maker,
          upstreamModel,
          endpoint.operator,
        ])
        .concat([...world().knownModels]),
    traffic: (useCase, since, until) => readTraffic(traffic, useCase, since, until),
    publish: async (result, suite) => {
      const rows = evidenceRows(result, suite);
      if (rows.length > 0) await publish(rows, `run ${result.run}: ${suite.name} on ${result.plan.deployment}`);
      return rows.length;
    },
    onFault,
  });
}
