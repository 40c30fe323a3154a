/** What every request of a load has others of: applications repeat their system turn, people do not repeat their question. */
export const BEARINGS = ['147', '312'] as const;

/** A short chat request as applications send it: a system turn, a question of about 150 characters, two parameters. */
export function shortChat(model: string): string {
  return JSON.stringify({
    model,
    messages: [
      { role: 'system', content: 'You are a concise assistant.' },
      {
        role: 'user',
        content:
          `A surveyor reads a bearing of ${BEARINGS[0]} degrees from the first station and ${BEARINGS[1]} from the second. ` +
          'Explain in two sentences how the point is found.',
      },
    ],
    temperature: 0.2,
    max_tokens: 256,
  });
}

/** The same, streamed, with usage asked for, so that every subject has to pass on the same events. */
export function streamedChat(model: string): string {
  const body = JSON.parse(shortChat(model)) as Record<string, unknown>;
  return JSON.stringify({ ...body, stream: true, stream_options: { include_usage: true } });
}

const WORDS = (
  'the survey of a river valley begins with a base line measured twice and ends with a chart that others can trust ' +
  'because every angle was read from both ends and each error is written beside the figure it belongs to'
).split(' ');

/** A prompt of about `tokens` tokens at four bytes each, of plain words in an order that does not repeat exactly. */
export function longChat(model: string, tokens: number): string {
  const words: string[] = [];
  let length = 0;
  let state = 1;
  while (length < tokens * 4) {
    // Lehmer's generator (Park and Miller 1988): the same prompt on every machine.
    state = (state * 48_271) % 2_147_483_647;
    const word = WORDS[state % WORDS.length] ?? 'the';
    words.push(word);
    length += word.length + 1;
  }
  return JSON.stringify({
    model,
    messages: [
      { role: 'system', content: 'Summarise the document in one paragraph.' },
      { role: 'user', content: words.join(' ') },
    ],
    max_tokens: 512,
  });
}
