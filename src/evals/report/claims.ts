import type { Claim } from '../../contracts/claim.ts';
import type { Suite } from '../../contracts/evaluation.ts';
import type { ClaimBeside } from './report-data.ts';

type PublishedFigure = Omit<Claim, 'published' | 'contested_by' | 'note'>;

/** Public suites that measure the same kind of work as a task or label. */
const KIN: Readonly<Record<string, readonly string[]>> = {
  quantitative: ['math-500', 'gsm8k', 'gsm8k-extended'],
  code_generation: ['humaneval-plus'],
  long_document: ['longbench-v2'],
  cjk_language: ['cmmlu'],
  agentic_tools: ['toolbench'],
  conversational: ['mmlu-pro', 'mmlu'],
};

/** What was published about a model on this suite, or on others for the same kind of work. */
export function claimsBeside(claims: readonly PublishedFigure[], suite: Suite, model: string | null): ClaimBeside[] {
  if (model === null) return [];
  const tasks = new Set(suite.samples.map(({ metadata }) => String(metadata['task'] ?? '')));
  const kin = new Set([...tasks].flatMap((task) => KIN[task] ?? []));
  return claims.flatMap((claim): ClaimBeside[] => {
    const about = claim.id.replace(/^claim\//, '');
    const sameSuite = about === suite.name;
    const value = claim.subject === model ? claim.value : claim.rival === model ? claim.rival_value : null;
    if (value === null || claim.unit !== 'percent' || (!sameSuite && !kin.has(about))) return [];
    const { id, metric, source } = claim;
    return [{ claim: id, metric, model, value: value / 100, source, same_suite: sameSuite }];
  });
}
