import { NotFoundError } from '@anthropic-ai/sdk';
import { describe, expect, test } from 'vitest';
import { anthropicClient } from '../support/vendors/clients.ts';
import { MODELS, serveVendors } from '../support/vendors/served-vendors.ts';

const served = serveVendors();

describe.each(['', '/anthropic'])('the models that @anthropic-ai/sdk finds under ORIGIN%s', (path) => {
  const client = () => anthropicClient(served).withOptions({ baseURL: served.origin + path });

  test('are those that may be named, auto among them', async () => {
    const ids: string[] = [];
    for await (const model of client().models.list()) ids.push(model.id);
    expect(ids).toEqual(expect.arrayContaining(['auto', ...Object.values(MODELS)]));
  });

  test('can be asked for one by one', async () => {
    const model = await client().models.retrieve(MODELS.anthropic);
    expect(model).toMatchObject({ type: 'model', id: MODELS.anthropic });
  });

  test('do not hold what nobody serves, and the error is in its own shape', async () => {
    const asked = client().models.retrieve('nobody/nothing');
    await expect(asked).rejects.toBeInstanceOf(NotFoundError);
    await expect(asked).rejects.toMatchObject({ error: { error: { details: { error_code: 'model_not_found' } } } });
  });
});
