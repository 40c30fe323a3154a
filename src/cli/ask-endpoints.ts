import type { Readable, Writable } from 'node:stream';
import { isCancel, multiselect } from '@clack/prompts';
import type { StarterEndpoint } from '../offline/starter-files.ts';
import { Interrupted } from './interrupted.ts';

/** Asks which vendors to write down; none is an answer. @throws Interrupted when the question is escaped */
export async function askEndpoints(
  endpoints: readonly StarterEndpoint[],
  terminal: { input: Readable; output: Writable },
): Promise<readonly string[]> {
  const chosen = await multiselect({
    message: 'Which vendors do you have a key of? Space selects, Enter goes on; none: keys in the environment decide.',
    options: endpoints.map(({ preset, variable, models }) => ({
      value: preset,
      hint: `${variable}, ${models} models`,
    })),
    required: false,
    ...terminal,
  });
  if (isCancel(chosen)) throw new Interrupted();
  return chosen;
}
