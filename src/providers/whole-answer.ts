import type { UpstreamCall, UpstreamClient, UpstreamRequest } from '../contracts/upstream.ts';

/** A whole answer to a call that is no conversation. */
export interface WholeAnswer {
  status: number;
  body: Buffer;
}

/** Makes one call and collects its answer. Rejects when the call fails, is aborted, or answers with more than `maxBytes`. */
export function askOnce(
  client: UpstreamClient,
  request: UpstreamRequest,
  maxBytes: number,
  signal: AbortSignal,
): Promise<WholeAnswer> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(new Error('The call was given up before it was made.'));
      return;
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    let status = 0;
    const onAbort = (): void => call.abort();
    const settle = (work: () => void): void => {
      signal.removeEventListener('abort', onAbort);
      work();
    };
    const call: UpstreamCall = client.dispatch(request, {
      onHead: (code) => {
        status = code;
      },
      onData: (chunk) => {
        bytes += chunk.length;
        if (bytes > maxBytes) call.abort();
        else chunks.push(chunk);
      },
      onEnd: () => settle(() => resolve({ status, body: Buffer.concat(chunks) })),
      onFailure: (failure) => settle(() => reject(new Error(`The call failed: ${failure}.`))),
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
