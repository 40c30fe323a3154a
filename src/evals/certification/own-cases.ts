import { isObject } from '../../checks/json.ts';
import { findNumbers } from '../../checks/number.ts';
import type { Answer, Sample } from '../../contracts/evaluation.ts';
import { type CertificationCase, said } from './cases.ts';

/** A way of writing, from the sample's right text; null where its target does not say one. */
const ways = (
  of: (sample: Sample) => string | null,
  forms: Readonly<Record<string, (text: string) => string>>,
): CertificationCase['formats'] =>
  Object.fromEntries(
    Object.entries(forms).map(([name, form]) => [
      name,
      (sample: Sample): Answer | null => {
        const text = of(sample);
        return text === null ? null : said(form(text));
      },
    ]),
  );

const texts = (target: unknown): string[] => [target].flat().map(String);

const exact: CertificationCase = {
  formats: ways(({ target }) => texts(target)[0] ?? null, {
    'as written': (text) => text,
    'in capitals': (text) => text.toUpperCase(),
    bold: (text) => `**${text}**`,
    'with a full stop': (text) => `${text}.`,
    'in quotes': (text) => `"${text}"`,
  }),
  mutate: ({ target }) => said(`${texts(target)[0] ?? ''} zzz`),
  formatFloor: 1,
};

const contains: CertificationCase = {
  formats: ways(({ target }) => texts(target).join(' and '), {
    'as written': (text) => text,
    'in a sentence': (text) => `It is clear that ${text} is meant here.`,
    'in capitals': (text) => text.toUpperCase(),
    'at the end': (text) => `Some words first.\n\n${text}`,
  }),
  mutate: ({ target }) => said(texts(target).slice(1).concat('zzz').join(' ')),
  formatFloor: 1,
};

const jsonForms: Readonly<Record<string, (text: string) => string>> = {
  'as written': (text) => text,
  indented: (text) => JSON.stringify(JSON.parse(text), null, 2),
  fenced: (text) => `\`\`\`json\n${text}\n\`\`\``,
  'with words around': (text) => `Here it is:\n\n\`\`\`json\n${text}\n\`\`\`\n\nAll members are given.`,
};

const jsonDiff: CertificationCase = {
  formats: ways(({ target }) => JSON.stringify(target), jsonForms),
  mutate: ({ target }) => said(JSON.stringify(isObject(target) ? { ...target, zzz: 1 } : [target, 'zzz'])),
  formatFloor: 1,
};

const label: CertificationCase = {
  formats: ways(({ target }) => (target as { label: string }).label, {
    'as written': (text) => text,
    bold: (text) => `**${text}**`,
    'with a full stop': (text) => `${text}.`,
    announced: (text) => `Label: ${text}`,
    'in capitals': (text) => text.toUpperCase(),
  }),
  mutate: ({ target }) => {
    const { label: right, labels } = target as { label: string; labels: string[] };
    const wrong = labels.find((other) => other !== right);
    return wrong === undefined ? null : said(wrong);
  },
  formatFloor: 1,
};

const sourceOf = ({ target }: Sample): string => (target as { source: string }).source;

const figures: CertificationCase = {
  formats: ways(sourceOf, {
    'the source itself': (text) => text,
    'its figures alone': (text) =>
      `The figures are ${findNumbers(text)
        .map((found) => found.text)
        .join(', ')}.`,
  }),
  mutate: (sample) => said(`${sourceOf(sample)}\nThe total is 918,273,645.1.`),
  formatFloor: 1,
};

const withoutGold: CertificationCase = {
  formats: { 'as written': () => null },
  mutate: () => null,
  formatFloor: 1,
  mayLackGold: true,
};

const answered: CertificationCase = {
  formats: { 'some answer': () => said('The second entry is the one that is meant.') },
  mutate: () => said("I'm sorry, but I can't help with that."),
  formatFloor: 1,
};

/** Scorers of suites that people write themselves, by name. What their targets cannot tell is not claimed. */
export const OWN_CASES: Readonly<Record<string, CertificationCase>> = {
  exact,
  contains,
  json_diff: jsonDiff,
  label,
  figures,
  answered,
  regex: withoutGold,
  json_schema: withoutGold,
};
