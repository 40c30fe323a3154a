// The source article's worked example: a Chinese contract of 85,000 tokens, routed by the default table.
// Run it with `node examples/article.ts` from a clone. It calls no model and needs no key.
import { ModelRouter } from '../src/index.ts';

const router = new ModelRouter({ performanceMonitoring: true });

const prompt = '请分析以下合同中的主要风险，包括赔偿责任、保密义务、知识产权归属和终止条款，并逐条给出修改建议。';
const { model, taskType, routingReason, config } = router.route({ prompt, metadata: { estimated_tokens: 85_000 } });

process.stdout.write(`Routed to: ${model}
Task type: ${taskType}
Reason: ${routingReason}
Context threshold: ${config.context_threshold}
`);
