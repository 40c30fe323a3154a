import type { ComparisonRecord, EnsembleDecision, EnsembleRecord, MemberRecord } from '../contracts/ensemble-record.ts';
import { dollars, table, thousands } from './output.ts';

const cost = (usd: number | null): string => (usd === null ? 'unknown' : dollars(usd));

const WHY: Readonly<Record<EnsembleDecision, string>> = {
  only_survivor: 'it was the only answer that arrived, so nobody judged',
  verified: 'it was the only one that passed the checks',
  vote: 'enough of the others say the same',
  arbiter: 'the arbiter preferred it in both orders',
  synthesis: 'the arbiter wrote it from the candidates',
  tie_evidence: 'nobody could tell them apart, and its model has the better evidence',
  tie_cost: 'nobody could tell them apart, and it was the cheaper',
  tie_draw: 'nobody could tell them apart, and it was drawn',
  below_quorum: 'fewer answered than the quorum, and it was the best of them',
  none: 'there was no answer to give',
};

function memberRow({ id, model, sample, dropped, why, cost_usd, total_ms, checks }: MemberRecord): string[] {
  const checked = Object.entries(checks).map(([name, passed]) => `${name} ${passed ? 'passed' : 'failed'}`);
  const came = dropped === null ? 'answered' : `${dropped.replaceAll('_', ' ')} (${why ?? dropped})`;
  return [
    `  ${id}`,
    sample === 1 ? model : `${model} #${sample}`,
    came,
    checked.length === 0 ? 'none' : checked.join(', '),
    thousands(Math.round(total_ms)),
    cost(cost_usd),
  ];
}

function comparisonText({ pair, winner, flipped, decided_by, verdicts }: ComparisonRecord): string {
  const said = verdicts.map(
    ({ order, verdict, why }) => `${order.join(' before ')}: ${verdict ?? `no verdict (${why ?? 'unknown'})`}`,
  );
  const end = flipped ? 'the orders disagree, a tie' : decided_by === 'arbiter' ? 'agreed' : 'a tie';
  return `  ${pair.join(' against ')}  ${said.join('; ')}; ${end}; ${winner} goes on (${WHY[decided_by]})\n`;
}

function arbiterText({ arbiter }: EnsembleRecord): string {
  if (arbiter === null) return 'arbiter       none was needed, or none could judge\n';
  const apart = arbiter.family_apart ? 'of another maker than all members' : 'of the same maker as a member';
  const failed = arbiter.failed.map(({ model, why }) => `; before it ${model} failed (${why})`).join('');
  return `arbiter       ${arbiter.model}, ${apart}${failed}\n`;
}

/** An ensemble's receipt as a story: who was asked, who judged in which order, who was chosen and why. */
export function ensembleText(record: EnsembleRecord): string {
  const { name, strategy, members, comparisons, votes, agreement, synthesis, chosen } = record;
  const used = members.filter(({ dropped }) => dropped === null).length;
  const cap = record.max_cost_usd === null ? 'without a cap' : `of at most ${dollars(record.max_cost_usd)}`;
  const parts = [
    `ensemble      ${name} (${strategy}): ${used} of ${members.length} answers, quorum ${record.quorum}, cost ${cost(record.cost_usd)} ${cap}\n`,
    `\nmembers\n${table(['  ID', 'MODEL', 'CAME TO', 'CHECKS', 'MS', 'COST'], members.map(memberRow))}`,
    `\n${arbiterText(record)}`,
    agreement === null
      ? ''
      : `votes         ${votes.map((group) => group.members.join('=')).join(', ')}; ${Math.round(agreement * 100)} % agree\n`,
    comparisons.length === 0 ? '' : `comparisons\n${comparisons.map(comparisonText).join('')}`,
    record.shortened.length === 0 ? '' : `shortened     ${record.shortened.join(', ')}, for the arbiter's window\n`,
    synthesis === null
      ? ''
      : `synthesis     of ${synthesis.of.join(', ')}: ${synthesis.kept ? 'given' : `not given (${synthesis.why ?? 'unknown'})`}\n`,
    `chosen        ${chosen ?? 'nothing'}: ${WHY[record.decided_by]}\n`,
  ];
  return parts.join('');
}
