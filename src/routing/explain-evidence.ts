import type { Decision, PlanEntry, PlanEvidence, World } from '../contracts/decision.ts';
import { healthOf } from './health-order.ts';
import { tierOf } from './list-columns.ts';
import { objectiveFor } from './objective.ts';

/** How many rivals a sentence names before it only counts them. */
const NAMED = 3;

interface Measured extends PlanEntry {
  evidence: PlanEvidence;
}

/** `.86`; a share never needs its nought. */
const share = (value: number): string => (value >= 0.995 ? '1.00' : value.toFixed(2).replace(/^0/, ''));

const chance = (p: number): string => {
  if (p > 0.99) return 'P>.99';
  return p < 0.01 ? 'P<.01' : `P=${share(p)}`;
};

/** `.86 [.81, .90] n=312` */
const evidenceText = ({ quality, low, high, n }: PlanEvidence): string =>
  `${share(quality)} [${share(low)}, ${share(high)}] n=${n}`;

const isMeasured = (entry: PlanEntry): entry is Measured => entry.evidence !== null;

/** What of the plan the first was compared with, in its order: those that fail are compared among themselves. */
function comparedWith({ deployment: leader }: PlanEntry, { plan, moment }: Decision): readonly Measured[] {
  const tier = tierOf(healthOf(moment, leader));
  return plan.filter(isMeasured).filter(({ deployment }) => tierOf(healthOf(moment, deployment)) === tier);
}

/** Where the numbers come from, unless that is the cell that the sentence began with. */
function measuredIn({ cell }: PlanEvidence, subject: string): string {
  return cell === undefined || cell === subject ? '' : ` in ${cell}`;
}

function costAgainst(first: PlanEntry, best: PlanEntry): string {
  const [own, other] = [first.expected_cost_usd, best.expected_cost_usd];
  if (own === null || other === null || other === 0 || own === other) return '';
  const percent = Math.round(Math.abs(1 - own / other) * 100);
  if (percent === 0) return '';
  return ` and costs ${percent} % ${own < other ? 'less' : 'more'}`;
}

const points = (margin: number): string => `${Number((margin * 100).toFixed(1))} points`;

/** Rivals of the best, each with its figures and why it is not there instead. */
function rivals(entries: readonly Measured[], first: Measured, margin: number): string {
  const others = entries.filter((entry) => entry !== first);
  const items = others.slice(0, NAMED).map((entry) => {
    const { p_non_inferior: p } = entry.evidence;
    const standing = p === undefined ? '' : `, ${chance(p)} of being within ${points(margin)}`;
    return `${entry.deployment} ${evidenceText(entry.evidence)}${standing}`;
  });
  const rest = others.length - items.length;
  return items.length === 0 ? '' : `; against ${items.join(' and ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/**
 * Why the first of the plan leads, in numbers: `glm-5.2@zai .86 [.81, .90] n=312 is within 5 points of the best
 * (gpt-5.5@openai .87, P=.93) and costs 71 % less`. null where evidence did not put it there.
 */
export function evidenceReason(decision: Decision, world: World, subject: string): string | null {
  const [first] = decision.plan;
  if (decision.objective !== 'evidence' || first === undefined || !isMeasured(first)) return null;
  const entries = comparedWith(first, decision);
  const { margin } = objectiveFor(decision.use_case, null, world);
  const lead = `${first.deployment} ${evidenceText(first.evidence)}${measuredIn(first.evidence, subject)}`;
  if (first.selected_because === 'best_evidence') {
    return `${lead} is the best of ${entries.length} measured${rivals(entries, first, margin)}`;
  }
  if (first.selected_because !== 'cheapest_non_inferior') return null;
  const { p_non_inferior: p } = first.evidence;
  // Whoever wants no fallbacks may have a plan without it.
  const best = entries.find((entry) => entry.selected_because === 'best_evidence');
  const standing = [
    ...(best === undefined ? [] : [`${best.deployment} ${share(best.evidence.quality)}`]),
    ...(p === undefined ? [] : [chance(p)]),
  ];
  const said = standing.length === 0 ? '' : ` (${standing.join(', ')})`;
  return `${lead} is within ${points(margin)} of the best${said}${best === undefined ? '' : costAgainst(first, best)}`;
}
