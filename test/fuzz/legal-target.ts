import fc from 'fast-check';
import type { ChatRequest } from '../../src/contracts/chat-request.ts';
import { AppError } from '../../src/contracts/errors.ts';
import type { UpstreamCodec } from '../../src/wire/codec.ts';
import { LossReport } from '../../src/wire/losses.ts';
import { sampleDeployment } from '../support/deployments.ts';
import type { Members } from '../support/vendors/complaints.ts';
import { FuzzFailure, type FuzzTarget } from './target.ts';

interface LegalUpstream {
  codec: UpstreamCodec;
  model: string;
  complaints(model: string, body: Members): string[];
}

/** Requests as vendors document them: whatever is understood is built into what the upstream's own vendor takes. */
export function legalTarget(
  name: string,
  read: (body: Record<string, unknown>) => ChatRequest,
  legal: fc.Arbitrary<Record<string, unknown>>,
  upstreams: readonly LegalUpstream[],
): FuzzTarget {
  return {
    name,
    run(random) {
      const [body] = fc.sample(legal, { seed: random.integer(2 ** 31), numRuns: 1 });
      if (body === undefined) return;
      let request: ChatRequest;
      try {
        request = read(body);
      } catch (error) {
        if (error instanceof AppError && error.code === 'invalid_request') return;
        throw new FuzzFailure(`reading threw ${String(error)}`, body);
      }
      const { codec, model, complaints } = upstreams[random.integer(upstreams.length)] as LegalUpstream;
      const without = random.integer(2) === 0 ? (['prefill'] as const) : [];
      const deployment = sampleDeployment({ dialect: codec.dialect, upstreamModel: model, without });
      const built = codec.buildRequest(request, deployment, new LossReport());
      const found = complaints(model, JSON.parse(built.body) as Members);
      if (found.length > 0) throw new FuzzFailure(`${model} refuses it: ${found.join('; ')}`, { body, built });
    },
  };
}
