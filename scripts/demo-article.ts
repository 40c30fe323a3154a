// Purpose: the source article's worked example, then its rules beside ours: `npm run demo:article`.
// May import: src/model-router.ts, scripts/demo-article. Calls no model, needs no key, and says the same every time.
// Start reading at main; the article's rules are in demo-article/article-rules.ts.
import { ModelRouter } from '../src/model-router.ts';
import { articleRoute } from './demo-article/article-rules.ts';
import { compare } from './demo-article/compare.ts';

const CONTRACT = '请分析以下合同中的主要风险，包括赔偿责任、保密义务、知识产权归属和终止条款，并逐条给出修改建议。';
const METADATA = { estimated_tokens: 85_000 };

function workedExample(): string {
  const { model, taskType, routingReason, config } = new ModelRouter().route({ prompt: CONTRACT, metadata: METADATA });
  const { model: theirs } = articleRoute(CONTRACT, METADATA);
  return [
    'The worked example: a Chinese contract of 85,000 tokens',
    '',
    `  Routed to: ${model}   (by the article's code: ${theirs})`,
    `  Task type: ${taskType}`,
    `  Reason: ${routingReason}`,
    `  Context threshold: ${config.context_threshold}`,
  ].join('\n');
}

function comparison(): string {
  const rows = compare().map(({ name, article, ours }) => [
    name,
    `${article.task} -> ${article.model}`,
    `${ours.task} -> ${ours.model}`,
  ]);
  const all = [['prompt', "the article's rules", 'ours'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd();
  return ["The article's rules beside ours, by the prompt alone", '', ...all.map(line)].join('\n');
}

function main(): void {
  process.stdout.write(`${workedExample()}\n\n${comparison()}\n`);
}

main();
