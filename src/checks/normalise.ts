// checks/: what an answer says, read from its text: numbers, labels, JSON, tool calls, and whether they fit.
// May import: contracts, lib. Pure functions of their arguments; used to score evaluations and to arbitrate.
// Start here, then number.ts and label.ts; json-schema.ts is the validator.
// A reader returns null where an answer says nothing that it can read: it never guesses.
// Scorers, which turn these into verdicts, live in evals/.

/** One form for texts that mean the same: NFKC, straight quotes and dashes, single blanks, no invisible characters. */
export function normaliseText(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\u200B-\u200D\u2060\uFEFF\u00AD]/g, '')
    .replace(/[\u2018\u2019\u201B\u2032]/g, "'")
    .replace(/[\u201C\u201D\u201F\u2033]/g, '"')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Markdown marks around words removed: `**7**`, `__7__`, `` `7` ``, headings and list marks. Text between them stays. */
export function withoutMarkdown(text: string): string {
  return text
    .replace(/^```[^\n]*\n?/gm, '')
    .replace(/^\s{0,3}#{1,6}\s+/gm, '')
    .replace(/^\s*>\s?/gm, '')
    .replace(/(\*\*|__|`)/g, '')
    .replace(/(^|[\s(])\*(?=\S)([^*\n]+)\*/g, '$1$2');
}

/** For comparisons in which case, articles, punctuation at the ends and marks do not count. */
export function looseForm(text: string): string {
  return normaliseText(withoutMarkdown(text))
    .toLowerCase()
    .replace(/^["'([{]+|["')\]}.,;:!?。！？，；]+$/gu, '')
    .trim();
}
