// OpenAI's own SDK, streaming, with Alidade as base URL.
//   npm install openai && node examples/openai-javascript.mjs
import OpenAI from 'openai';

const base = process.env.ALIDADE_URL ?? 'http://127.0.0.1:4620';
const key = process.env.ALIDADE_API_KEY ?? 'none';
const client = new OpenAI({ baseURL: `${base}/v1`, apiKey: key });

const { data: stream, response } = await client.chat.completions
  .create({
    model: 'auto',
    messages: [{ role: 'user', content: 'Write a Python function that reverses a string.' }],
    stream: true,
  })
  .withResponse();

for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? '');

const id = response.headers.get('x-request-id');
const receipt = await fetch(`${base}/api/receipts/${id}`, { headers: { authorization: `Bearer ${key}` } });
const { outcome, attempts, cost_usd, decision } = await receipt.json();
console.log(`\n\n${decision.task_type} -> ${attempts.at(-1).deployment}: ${outcome}, cost_usd ${cost_usd}`);
