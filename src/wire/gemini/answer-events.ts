import { Buffer } from 'node:buffer';

/** A whole answer of generateContent is what the events of a stream are: one says it all. */
export const geminiAnswerEvents = (body: Buffer): Buffer =>
  // Between its members alone can breaks stand: within a text they are written as escapes.
  Buffer.from(`data: ${body.toString('utf8').replace(/[\r\n]+/g, ' ')}\n\n`);
