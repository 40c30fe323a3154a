import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type Anthropic from '@anthropic-ai/sdk';
import type OpenAI from 'openai';
import { afterEach, describe, expect, test } from 'vitest';
import { DIALECTS, type Dialect } from '../../src/contracts/vocabulary.ts';
import { anthropicClient, messageOf, openAiClient } from '../support/vendors/clients.ts';
import type { Said } from '../support/vendors/said.ts';
import { MODELS, serveVendors } from '../support/vendors/served-vendors.ts';

// Personal data through the vendors' own packages: no vendor sees a value, every client gets every value.

const served = serveVendors();

const MAIL = 'quillon.quimby@quimby.example';
const CARD = '4012 8888 8888 1881';
const FOREIGN = 'PII_MAIL_0123456789ABC';
const QUESTION = `Write to ${MAIL} about card ${CARD}; what is ${FOREIGN}?`;
const ASKED = { alidade: { obligations: ['tokenise'] } };

const TOKEN = /PII_[A-Z]{4}_[0-9A-HJKMNP-TV-Z]{13}/g;
const bodyOf = (dialect: Dialect): string => served.vendor(dialect).last.body.toString('utf8');

/** Tokens in the order in which the vendor first sees them. */
function tokensOf(dialect: Dialect): [mail: string, card: string, foreign: string] {
  const body = bodyOf(dialect);
  for (const value of [MAIL, CARD, FOREIGN]) expect(body).not.toContain(value);
  return [...new Set(body.match(TOKEN))] as [string, string, string];
}

const pieces = (text: string): string[] => text.match(/[\s\S]{1,9}/g) ?? [];

/** What a model says about them, in pieces that cut every token. */
const saidAbout = ([mail, card, foreign]: readonly [string, string, string]): Said => ({
  thoughts: pieces(`Is ${card} theirs? `),
  signature: 'c2lnbmF0dXJl',
  text: pieces(`To **${mail}**, "${card.toLowerCase()}" and ${foreign}. PII`),
  calls: [{ id: 'call_A1', name: 'send', arguments: { to: mail, note: `"${card}"\n` } }],
});
const TEXT = `To **${MAIL}**, "${CARD}" and ${FOREIGN}. PII`;
const ARGUMENTS = { to: MAIL, note: `"${CARD}"\n` };
const RESULT = JSON.stringify({ sent: [{ to: MAIL, card: CARD }] });

/** Nothing of a value may lie in any file of the server, nor in what it writes to the terminal. */
function everythingKept(folder: string): string {
  const texts: string[] = [];
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    if (statSync(path).isFile()) texts.push(readFileSync(path, 'latin1'));
  }
  return texts.join('\n');
}

afterEach(() => {
  const kept = everythingKept(served.server.folder) + served.server.said();
  for (const value of [MAIL, CARD, 'quillon.quimby']) expect(kept).not.toContain(value);
});

describe.each(DIALECTS)('what %s is told', (dialect) => {
  const vendor = () => served.vendor(dialect);

  test('holds tokens, and comes back as it was meant in the openai package', async () => {
    const client = openAiClient(served);
    const tools: OpenAI.ChatCompletionFunctionTool[] = [
      {
        type: 'function',
        function: { name: 'send', parameters: { type: 'object', properties: { to: { type: 'string' } } } },
      },
    ];
    const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: QUESTION }];
    const ask = { model: MODELS[dialect], messages, tools, ...ASKED };
    vendor().says({ text: ['Hello'] });
    await client.chat.completions.create(ask);
    const tokens = tokensOf(dialect);
    expect(tokens).toHaveLength(3);

    vendor().slices(11);
    vendor().says(saidAbout(tokens), saidAbout(tokens), { text: [`Sent to ${tokens[0]}`] });
    const whole = messageOf(await client.chat.completions.create(ask));
    const streamed = messageOf(await client.chat.completions.stream(ask).finalChatCompletion());
    for (const message of [whole, streamed]) {
      expect(message.content).toBe(TEXT);
      const [call] = message.tool_calls ?? [];
      expect(JSON.parse(call?.type === 'function' ? call.function.arguments : '')).toEqual(ARGUMENTS);
    }

    const id = streamed.tool_calls?.[0]?.id as string;
    const next = {
      ...ask,
      messages: [...messages, streamed, { role: 'tool' as const, tool_call_id: id, content: RESULT }],
    };
    const last = await client.chat.completions.create(next);
    expect(last.choices[0]?.message.content).toBe(`Sent to ${MAIL}`);
    expect(tokensOf(dialect)).toEqual(tokens);
    expect(bodyOf(dialect)).toContain(`and ${tokens[2]}. PII`);
  });

  test('holds tokens, and comes back as it was meant in the @anthropic-ai/sdk package', async () => {
    const client = anthropicClient(served);
    const tools: Anthropic.Tool[] = [
      { name: 'send', input_schema: { type: 'object', properties: { to: { type: 'string' } } } },
    ];
    const messages: Anthropic.MessageParam[] = [{ role: 'user', content: QUESTION }];
    const ask = { model: MODELS[dialect], max_tokens: 2_000, messages, tools, ...ASKED };
    vendor().says({ text: ['Hello'] });
    await client.messages.create(ask);
    const tokens = tokensOf(dialect);

    vendor().slices(11);
    vendor().says(saidAbout(tokens), saidAbout(tokens), { text: [`Sent to ${tokens[0]}`] });
    const whole = await client.messages.create(ask);
    const streamed = await client.messages.stream(ask).finalMessage();
    for (const { content } of [whole, streamed]) {
      expect(content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('')).toBe(TEXT);
      expect(content.flatMap((block) => (block.type === 'tool_use' ? [block.input] : []))).toEqual([ARGUMENTS]);
    }

    const id = streamed.content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []))[0] as string;
    const result = {
      role: 'user' as const,
      content: [{ type: 'tool_result' as const, tool_use_id: id, content: RESULT }],
    };
    const next = { ...ask, messages: [...messages, { role: 'assistant' as const, content: streamed.content }, result] };
    const last = await client.messages.create(next);
    expect(last.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('')).toBe(
      `Sent to ${MAIL}`,
    );
    expect(tokensOf(dialect)).toEqual(tokens);
  });

  test('gives no call to a client whose arguments hold a token that means nothing', async () => {
    const client = openAiClient(served);
    const ask = { model: MODELS[dialect], messages: [{ role: 'user' as const, content: QUESTION }], ...ASKED };
    const said: Said = {
      calls: [{ id: 'call_A1', name: 'send', arguments: { to: FOREIGN } }],
      signature: 'c2lnbmF0dXJl',
    };
    vendor().says(said);
    const reading = client.chat.completions.stream(ask).finalChatCompletion();
    await expect(reading).rejects.toMatchObject({ code: 'upstream_token_unresolved' });
  });
});
