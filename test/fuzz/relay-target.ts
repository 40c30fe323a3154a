import { AppError } from '../../src/contracts/errors.ts';
import { scanJson } from '../../src/lib/json-scan.ts';
import type { Lane } from '../../src/wire/dialect.ts';
import { sampleDeployment } from '../support/deployments.ts';
import { mutateJson } from './mutate.ts';
import { FuzzFailure, type FuzzTarget } from './target.ts';

type Body = Record<string, unknown>;
type Scan = Extract<ReturnType<typeof scanJson>, { ok: true }>;

/**
 * Mutated requests to an upstream of the client's own dialect: refused with the caller's error, or relayed as JSON, to
 * models with rules of their own and to one of which nothing is known.
 */
export function relayTarget(
  name: string,
  createLane: (bytes: Buffer, scan: Scan, body: Body) => Lane,
  corpus: readonly unknown[],
  models: readonly string[],
): FuzzTarget {
  const dialect = name.startsWith('anthropic') ? 'anthropic' : 'openai';
  return {
    name,
    run(random) {
      const body = mutateJson(corpus[random.integer(corpus.length)], random) as Body;
      if (typeof body !== 'object' || body === null || Array.isArray(body)) return;
      const bytes = Buffer.from(JSON.stringify(body));
      const scan = scanJson(bytes, { maxDepth: 64, maxKeys: 10_000 });
      if (!scan.ok || !('members' in scan)) return;
      const upstreamModel = models[random.integer(models.length)] as string;
      try {
        const lane = createLane(bytes, scan, JSON.parse(bytes.toString('utf8')) as Body);
        const built = lane.build(sampleDeployment({ dialect, upstreamModel, maxOutputTokens: 8_192 }));
        const sent = JSON.parse(built.body.toString('utf8')) as Body;
        if (sent.model !== upstreamModel) throw new FuzzFailure(`went to ${String(sent.model)}`, body);
      } catch (error) {
        if (error instanceof AppError || error instanceof FuzzFailure) {
          if (error instanceof FuzzFailure) throw error;
          return;
        }
        throw new FuzzFailure(`relaying threw ${(error as Error).stack}`, body);
      }
    },
  };
}
