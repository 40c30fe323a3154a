/**
 * Reads server-sent events to the end of the stream and calls `onData` with the data of each. An event that the end
 * cuts off is not told.
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} stream
 * @param {(data: string) => void} onData
 */
export async function readEvents(stream, onData) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  /** @type {string[]} */
  let lines = [];
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (rest + value).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const line = part.endsWith('\r') ? part.slice(0, -1) : part;
      if (line.startsWith('data:')) lines.push(line.slice(5).trimStart());
      if (line !== '' || lines.length === 0) continue;
      const data = lines.join('\n');
      lines = [];
      onData(data);
    }
  }
}
