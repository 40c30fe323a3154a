import type { ChatRequest } from '../../src/contracts/chat-request.ts';
import type { Deployment } from '../../src/contracts/deployment.ts';
import { AppError } from '../../src/contracts/errors.ts';
import type { UpstreamCodec } from '../../src/wire/codec.ts';
import { LossReport } from '../../src/wire/losses.ts';
import { sampleDeployment } from '../support/deployments.ts';
import { mutateJson } from './mutate.ts';
import { FuzzFailure, type FuzzTarget } from './target.ts';

/**
 * Mutated requests of one client dialect: understood or refused with the caller's error, never another exception; and
 * what was understood is built for every upstream, as JSON.
 */
export function requestTarget(
  name: string,
  read: (body: Record<string, unknown>) => ChatRequest,
  corpus: readonly unknown[],
  upstreams: readonly { codec: UpstreamCodec; model: string }[],
): FuzzTarget {
  const deployments: Deployment[] = upstreams.map(({ codec, model }) =>
    sampleDeployment({ dialect: codec.dialect, upstreamModel: model, maxOutputTokens: 8192 }),
  );
  return {
    name,
    run(random) {
      const body = mutateJson(corpus[random.integer(corpus.length)], random) as Record<string, unknown>;
      // The gateway has parsed an object with a model before any dialect reads further.
      if (typeof body !== 'object' || body === null || Array.isArray(body)) return;
      let request: ChatRequest;
      try {
        request = read(body);
      } catch (error) {
        if (error instanceof AppError && error.code === 'invalid_request') return;
        throw new FuzzFailure(`reading threw ${String(error)}`, body);
      }
      upstreams.forEach(({ codec }, i) => {
        try {
          const losses = new LossReport();
          const built = codec.buildRequest(request, deployments[i] as Deployment, losses);
          JSON.parse(built.body);
        } catch (error) {
          if (error instanceof AppError && error.code === 'invalid_request') return;
          throw new FuzzFailure(`building for ${codec.dialect} threw ${(error as Error).stack}`, body);
        }
      });
    },
  };
}
