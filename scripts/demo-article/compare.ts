// Purpose: prompts that the article's rules and ours see differently. May import: src/model-router.ts.
// Start reading at compare.
import { ModelRouter } from '../../src/model-router.ts';
import { articleRoute } from './article-rules.ts';

/** What is asked, and how it is called in the table. */
const PROMPTS: readonly { name: string; prompt: string }[] = [
  { name: 'Write a poem about autumn', prompt: 'Write a poem about autumn' },
  { name: 'Summarise this class action complaint', prompt: 'Summarise this class action complaint' },
  { name: 'Which business model suits a bakery?', prompt: 'Which business model suits a bakery?' },
  { name: 'Please import my contacts', prompt: 'Please import my contacts' },
  {
    name: 'a Korean request about a contract',
    prompt: '다음 계약서에서 손해배상, 비밀유지, 계약 해지 조항의 주요 위험을 분석하고 수정안을 제안해 주세요.',
  },
  {
    name: '400,000 characters, no metadata',
    prompt: 'The tenant shall keep the premises in good repair and shall give notice of any damage without delay. '
      .repeat(4_000)
      .slice(0, 400_000),
  },
];

export interface Compared {
  name: string;
  article: { task: string; model: string };
  ours: { task: string; model: string };
}

/** Both by their default tables, with nothing but the prompt. */
export function compare(): Compared[] {
  const router = new ModelRouter();
  return PROMPTS.map(({ name, prompt }) => {
    const { taskType, model } = router.route({ prompt });
    return { name, article: articleRoute(prompt), ours: { task: taskType, model } };
  });
}
