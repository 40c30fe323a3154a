// Purpose: the source article's rules as its Python code executes them, to be shown beside ours. May import the words of those
// rules from src/tasks.
// Written from the published description; its faults are kept, since they are what is compared.
// Start reading at articleRoute.
import { ARTICLE_CODE_WORDS, ARTICLE_QUANTITATIVE_WORDS } from '../../src/tasks/keyword-classifier.ts';

/** What the article's caller may say about a prompt. */
export interface ArticleMetadata {
  estimated_tokens?: number;
  tools_available?: boolean;
}

export type ArticleTask =
  | 'long_document'
  | 'chinese_language'
  | 'code_generation'
  | 'agentic_tool_use'
  | 'quantitative'
  | 'conversational';

/** Its registry: what answers first. */
const PRIMARY: Readonly<Record<ArticleTask, string>> = {
  long_document: 'zhipu/glm-5.2',
  chinese_language: 'zhipu/glm-5.2',
  code_generation: 'zhipu/glm-5.2',
  agentic_tool_use: 'zhipu/glm-5.2',
  quantitative: 'zhipu/glm-5.2',
  conversational: 'openai/gpt-5.5',
};

function shareOfHan(prompt: string): number {
  let han = 0;
  let all = 0;
  for (const character of prompt) {
    all += 1;
    if (character >= '\u4e00' && character <= '\u9fff') han += 1;
  }
  return all === 0 ? 0 : han / all;
}

/** `classify_task`: length is what the caller says it is, and the first rule that holds decides. */
export function articleTask(prompt: string, metadata: ArticleMetadata = {}): ArticleTask {
  if ((metadata.estimated_tokens ?? 0) > 50_000) return 'long_document';
  if (shareOfHan(prompt) > 0.15) return 'chinese_language';
  const lower = prompt.toLowerCase();
  if (ARTICLE_CODE_WORDS.some((word) => lower.includes(word))) return 'code_generation';
  if (metadata.tools_available === true) return 'agentic_tool_use';
  if (ARTICLE_QUANTITATIVE_WORDS.some((word) => lower.includes(word))) return 'quantitative';
  return 'conversational';
}

/** `route`, while no error rate is known. */
export function articleRoute(prompt: string, metadata: ArticleMetadata = {}): { task: ArticleTask; model: string } {
  const task = articleTask(prompt, metadata);
  return { task, model: PRIMARY[task] };
}
