import { readRepositoryFile } from './repository.ts';

const FOLDER = 'src/wire/openai-chat/fixtures';

/** The body of an answer fixture, as bytes. */
export function answerFixture(name: string): Buffer {
  const { body } = JSON.parse(readRepositoryFile(`${FOLDER}/answer-${name}.json`)) as { body: unknown };
  return Buffer.from(JSON.stringify(body));
}

/** The bytes of a stream fixture. */
export const streamFixture = (name: string): Buffer => Buffer.from(readRepositoryFile(`${FOLDER}/${name}.sse.txt`));
