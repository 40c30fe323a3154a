/** One request as it came over the wire. */
export interface ReceivedRequest {
  method: string;
  target: string;
  /** Lower-case names; a repeated header is joined with `, `. */
  headers: Record<string, string>;
  /** Names and values as received, in order. */
  rawHeaders: [string, string][];
  /** Everything up to and including the empty line, undecoded. */
  head: Buffer;
  body: Buffer;
}

interface Head {
  received: Omit<ReceivedRequest, 'body'>;
  contentLength: number;
  chunked: boolean;
}

/**
 * Cuts a connection's bytes into requests. It understands what an HTTP/1.1 client may send (content-length and chunked)
 * and throws on everything else, because a test must not pass over a malformed request.
 */
export function createRequestReader(onRequest: (request: ReceivedRequest) => void): { push(chunk: Buffer): void } {
  let pending: Buffer = Buffer.alloc(0);
  let head: Head | null = null;

  const takeBody = (current: Head): Buffer | null => {
    if (current.chunked) return takeChunked();
    if (pending.length < current.contentLength) return null;
    const body = Buffer.from(pending.subarray(0, current.contentLength));
    pending = pending.subarray(current.contentLength);
    return body;
  };

  const takeChunked = (): Buffer | null => {
    const parts: Buffer[] = [];
    let at = 0;
    for (;;) {
      const lineEnd = pending.indexOf('\r\n', at);
      if (lineEnd < 0) return null;
      const size = Number.parseInt(pending.toString('latin1', at, lineEnd), 16);
      if (!Number.isFinite(size)) throw new Error('malformed chunk size in a request');
      const next = lineEnd + 2 + size + 2;
      if (pending.length < next) return null;
      parts.push(pending.subarray(lineEnd + 2, lineEnd + 2 + size));
      at = next;
      if (size === 0) break;
    }
    const body = Buffer.concat(parts);
    pending = pending.subarray(at);
    return body;
  };

  return {
    push(chunk) {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      for (;;) {
        if (head === null) {
          const end = pending.indexOf('\r\n\r\n');
          if (end < 0) return;
          head = readHead(Buffer.from(pending.subarray(0, end + 4)));
          pending = pending.subarray(end + 4);
        }
        const body = takeBody(head);
        if (body === null) return;
        const { received } = head;
        head = null;
        onRequest({ ...received, body });
      }
    },
  };
}

function readHead(bytes: Buffer): Head {
  const [requestLine = '', ...lines] = bytes.toString('latin1').trimEnd().split('\r\n');
  const match = /^([A-Z]+) (\S+) HTTP\/1\.[01]$/.exec(requestLine);
  if (!match) throw new Error(`malformed request line: ${requestLine}`);
  const rawHeaders = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    if (colon < 1) throw new Error(`malformed header line: ${line}`);
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  const headers: Record<string, string> = Object.create(null);
  for (const [name, value] of rawHeaders) {
    const key = name.toLowerCase();
    headers[key] = key in headers ? `${headers[key]}, ${value}` : value;
  }
  return {
    received: { method: match[1] ?? '', target: match[2] ?? '', headers, rawHeaders, head: bytes },
    contentLength: Number(headers['content-length'] ?? 0),
    chunked: /chunked/i.test(headers['transfer-encoding'] ?? ''),
  };
}
