import { chance } from '../seeded.ts';

const ASKS = /\b(extract|find|list|identify|pull out|get|return|which)\b|提取|找出|列出|extrahiere|extrais/i;

/** Member of the answer -> what the prompt must mention, and what counts as one. */
const FIELDS: Readonly<Record<string, { mentioned: RegExp; pattern: RegExp }>> = {
  emails: { mentioned: /e-?mail|邮箱|邮件/i, pattern: /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}/g },
  dates: {
    mentioned: /\bdates?\b|日期|datum/i,
    pattern:
      /\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{4}\b|\b\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December) \d{4}\b/g,
  },
  amounts: {
    mentioned: /amounts?|prices?|totals?|sums?|金额|betrag/i,
    pattern: /[$€£¥]\s?\d[\d,]{0,15}(?:\.\d{1,2})?|\b\d[\d,]{0,15}(?:\.\d{1,2})?\s?(?:EUR|USD|GBP|CNY|CHF)\b/g,
  },
  urls: { mentioned: /\burls?\b|\blinks?\b|链接/i, pattern: /https?:\/\/[^\s)"'<>]{1,500}/g },
  phones: { mentioned: /phones?|telephone|电话/i, pattern: /\+\d[\d ()-]{6,18}\d/g },
};

/** A JSON object with the fields that the prompt asks for. A wrong one misses an item. null where nothing is asked for. */
export function answerExtraction(prompt: string, correct: boolean, identity: string): string | null {
  if (!ASKS.test(prompt)) return null;
  const wanted = Object.entries(FIELDS).filter(([, { mentioned }]) => mentioned.test(prompt));
  if (wanted.length === 0) return null;
  const found = wanted.map(([name, { pattern }]): [string, string[]] => [name, prompt.match(pattern) ?? []]);
  if (found.every(([, items]) => items.length === 0)) return null;
  if (!correct) dropOne(found, identity);
  return JSON.stringify(Object.fromEntries(found));
}

function dropOne(found: readonly [string, string[]][], identity: string): void {
  const filled = found.filter(([, items]) => items.length > 0);
  const [name, items] = filled[Math.floor(chance(identity, 'missed field') * filled.length)] ?? ['', []];
  items.splice(Math.floor(chance(identity, 'missed item', name) * items.length), 1);
}
