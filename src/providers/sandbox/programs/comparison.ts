import { SANDBOX_NOTICE } from '../notice.ts';
import { digestOf } from '../seeded.ts';

/** What ensembles ask of whoever judges (ensemble/questions.ts): texts between marks that hold a number. */
const REQUEST = /^<<REQUEST ([0-9a-f]{8})>>\n([\s\S]*?)\n<<END REQUEST \1>>/;

const between = (prompt: string, name: string, nonce: string): string | null =>
  prompt.split(`<<${name} ${nonce}>>\n`)[1]?.split(`\n<<END ${name} ${nonce}>>`)[0] ?? null;

const wordsOf = (text: string): ReadonlySet<string> => new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu));

/**
 * The text that shares most words with the request, then the one whose digest is smaller: as arbitrary as it sounds, but
 * the same in either order. null: they are the same text.
 */
function better(request: string, a: string, b: string): string | null {
  if (a === b) return null;
  const asked = wordsOf(request);
  const shared = (text: string): number => [...wordsOf(text)].filter((word) => asked.has(word)).length;
  const ahead = shared(a) - shared(b);
  if (ahead !== 0) return ahead > 0 ? a : b;
  return digestOf(a) < digestOf(b) ? a : b;
}

/** A verdict on two answers, or of several drafts the one that such verdicts leave; null: nobody asked for that. */
export function answerComparison(prompt: string): string | null {
  const [, nonce, request] = REQUEST.exec(prompt) ?? [];
  if (nonce === undefined || request === undefined) return null;
  const first = between(prompt, 'FIRST ANSWER', nonce);
  const second = between(prompt, 'SECOND ANSWER', nonce);
  if (first !== null && second !== null) {
    const winner = better(request, first, second);
    const verdict = winner === null ? 'TIE' : winner === first ? 'FIRST' : 'SECOND';
    const how = 'A fixed rule, and no judgement, compares the words of each answer with those of the request.';
    return `${SANDBOX_NOTICE}. ${how}\nVERDICT ${nonce}: ${verdict}`;
  }
  const drafts: string[] = [];
  for (let draft = between(prompt, 'DRAFT 1', nonce); draft !== null; ) {
    drafts.push(draft);
    draft = between(prompt, `DRAFT ${drafts.length + 1}`, nonce);
  }
  const [head, ...others] = drafts;
  if (head === undefined) return null;
  const best = others.reduce((left, draft) => better(request, left, draft) ?? left, head);
  return best.includes(SANDBOX_NOTICE) ? best : `${SANDBOX_NOTICE}. ${best}`;
}
