import { findJson } from '../checks/json.ts';
import { chosenLabel } from '../checks/label.ts';
import { looseForm } from '../checks/normalise.ts';
import { finalNumber } from '../checks/number.ts';
import { readCall } from '../checks/tool-call.ts';
import type { Ensemble, VerifiedAnswer } from '../contracts/ensemble.ts';
import type { VoteForm } from '../contracts/ensemble-record.ts';

/** Share of the answers that must agree (Wang et al., self-consistency, arXiv:2203.11171, need a plurality; we need more). */
export const AGREEMENT = 2 / 3;
/** Longer texts are seldom the same by chance or by sense. */
const LONGEST_TEXT = 120;

/** An answer that announces its result says so in one of these ways; a number that merely stands in it is no result. */
const ANNOUNCED = /####|\\boxed\{|\b(?:final answer|the answer|answer)\s*(?:is|are|=|:)|答案\s*(?:为|是|：|:)|^A:/imu;

/** One text for values that are the same: members of objects in one order, numbers as numbers. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
  }
  return typeof value === 'string' ? JSON.stringify(value.normalize('NFKC').trim()) : JSON.stringify(value);
}

/** Calls are the same where names and arguments are; ids and order are the model's own. */
function callsForm({ toolCalls }: VerifiedAnswer): string | null {
  const forms = toolCalls.map((call) => {
    const read = readCall(call);
    return read === null ? null : `${call.name}${canonical(read.arguments)}`;
  });
  return forms.includes(null) ? null : forms.sort().join('\n');
}

const numberForm = (text: string): string | null => {
  const found = finalNumber(text);
  return found === null ? null : String(Number(found.value.toPrecision(12)));
};

const textForm = (text: string): string | null => {
  const form = looseForm(text);
  return form === '' || form.length > LONGEST_TEXT ? null : form;
};

/** JSON that stands alone: a list somewhere in a sentence is no answer to compare by. */
const jsonForm = (text: string): string | null => {
  const value = findJson(text);
  return typeof value === 'object' && value !== null ? canonical(value) : null;
};

function formOf(answer: VerifiedAnswer, form: VoteForm, labels: readonly string[]): string | null {
  const { text } = answer;
  switch (form) {
    case 'number':
      return numberForm(text);
    case 'label':
      return chosenLabel(text, labels);
    case 'json':
      return jsonForm(text);
    case 'text':
      return textForm(text);
    case 'auto': {
      if (labels.length > 0) return chosenLabel(text, labels);
      if (/^\s*(?:```(?:json)?\s*)?[[{]/.test(text)) return jsonForm(text);
      return ANNOUNCED.test(text) ? numberForm(text) : textForm(text);
    }
  }
}

/** Votes are counted after each answer that comes in; what an answer says does not change. */
const known = new WeakMap<VerifiedAnswer, { vote: Ensemble['vote']; form: string | null }>();

/** What an answer is counted as; null: it cannot be counted. */
export function voteForm(answer: VerifiedAnswer, vote: Ensemble['vote']): string | null {
  const before = known.get(answer);
  if (before?.vote === vote) return before.form;
  const form = answer.toolCalls.length > 0 ? callsForm(answer) : formOf(answer, vote.form, vote.labels);
  known.set(answer, { vote, form });
  return form;
}

export interface VoteCount<Answer> {
  /** Answers that say the same, largest group first; each that cannot be counted is a group by itself, behind. */
  groups: readonly (readonly Answer[])[];
  /** Size of the largest group over all answers; 0 without any that can be counted. */
  agreement: number;
}

export function countVotes<Answer extends VerifiedAnswer>(
  answers: readonly Answer[],
  vote: Ensemble['vote'],
): VoteCount<Answer> {
  const byForm = new Map<string, Answer[]>();
  const uncounted: Answer[][] = [];
  for (const answer of answers) {
    const form = voteForm(answer, vote);
    if (form === null) uncounted.push([answer]);
    else byForm.set(form, [...(byForm.get(form) ?? []), answer]);
  }
  const groups = [...byForm.values()].sort((a, b) => b.length - a.length);
  const agreement = answers.length === 0 ? 0 : (groups[0]?.length ?? 0) / answers.length;
  return { groups: [...groups, ...uncounted], agreement };
}
