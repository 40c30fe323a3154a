import { element } from './dom.js';

/** @typedef {{ origin: string, model: string, needsKey: boolean }} Setting */

/** @param {Setting} setting */
const python = ({ origin, model, needsKey }) => `# pip install openai
${needsKey ? 'import os\n\n' : ''}from openai import OpenAI

client = OpenAI(base_url="${origin}/v1", api_key=${needsKey ? 'os.environ["ALIDADE_API_KEY"]' : '"none"'})
answer = client.chat.completions.create(
    model=${JSON.stringify(model)},
    messages=[{"role": "user", "content": "Write a Python function that reverses a string."}],
)
print(answer.choices[0].message.content)
print("receipt: ${origin}/api/receipts/" + answer._request_id)
`;

/** @param {Setting} setting */
const javascript = ({ origin, model, needsKey }) => `// npm install openai
import OpenAI from 'openai';

const client = new OpenAI({ baseURL: '${origin}/v1', apiKey: ${needsKey ? 'process.env.ALIDADE_API_KEY' : "'none'"} });
const answer = await client.chat.completions.create({
  model: ${JSON.stringify(model)},
  messages: [{ role: 'user', content: 'Write a Python function that reverses a string.' }],
});
console.log(answer.choices[0].message.content);
console.log('receipt: ${origin}/api/receipts/' + answer._request_id);
`;

/** @param {Setting} setting */
const curl = ({ origin, model, needsKey }) => `curl -i ${origin}/v1/chat/completions \\
  -H 'content-type: application/json' \\
${needsKey ? '  -H "authorization: Bearer $ALIDADE_API_KEY" \\\n' : ''}  -d '{"model": ${JSON.stringify(model)}, "messages": [{"role": "user", "content": "Write a Python function that reverses a string."}]}'
`;

/** @param {string} name @param {string} text @param {(text: string) => void} announce */
function snippet(name, text, announce) {
  const button = element('button', { type: 'button' }, `Copy ${name}`);
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(text);
      announce(`${name} copied.`);
    } catch {
      // Browsers refuse the clipboard on plain http to another machine; the text can still be selected.
      announce('This browser does not let the page copy; select the text instead.');
    }
  });
  const heading = element('div', { class: 'row' }, element('h3', {}, name), button);
  return element('div', { class: 'snippet' }, heading, element('pre', { tabindex: '0' }, text));
}

/**
 * @param {Setting} setting
 * @param {(text: string) => void} announce
 */
export function snippetsView(setting, announce) {
  return [
    snippet('Python', python(setting), announce),
    snippet('JavaScript', javascript(setting), announce),
    snippet('curl', curl(setting), announce),
  ];
}
