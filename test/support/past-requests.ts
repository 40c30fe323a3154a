import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAlidade } from '../../src/create-alidade.ts';

/** A folder of a server that has stopped, as commands find it, and the ids of the requests that it answered. */
export async function answerRequests(folder: string, prompts: readonly string[]): Promise<string[]> {
  const file = join(folder, 'alidade.yaml');
  writeFileSync(file, 'detect_local_engines: false\n');
  const alidade = await createAlidade(file, { env: {}, logLevel: 'silent' });
  const { baseUrl } = await alidade.listen();
  const ids: string[] = [];
  for (const content of prompts) {
    const response = await fetch(`${baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content }] }),
    });
    await response.arrayBuffer();
    ids.push(response.headers.get('x-request-id') as string);
  }
  await alidade.close();
  return ids;
}
