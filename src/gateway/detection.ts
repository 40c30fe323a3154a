import type { DataClass } from '../contracts/data-classes.ts';
import type { DetectorPlugIn, ForeignFinding } from '../contracts/detector.ts';
import { SeenTexts } from '../lib/seen-texts.ts';
import { countTypes, dataClassesOf, detect } from '../privacy/detect.ts';
import type { Finding } from '../privacy/finding.ts';
import { mergeFindings } from '../privacy/plug-in.ts';
import { MAX_SLICE } from '../privacy/scanner.ts';
import { isMaskedByDefault } from '../privacy/types-of-data.ts';
import type { RequestTexts } from '../wire/request-texts.ts';

/** Why texts were not searched to their end. */
export type IncompleteBecause = 'too_long' | 'over_budget' | 'aborted' | 'failed' | 'plug_in_failed';

/** What was found in a request. Places are for whoever replaces them; only types and counts are ever kept. */
export interface Detection {
  /** null: all was searched. */
  readonly incomplete: IncompleteBecause | null;
  /** How often each type was found, guesses left out. */
  readonly counts: Readonly<Record<string, number>>;
  /** Classes of what is certain enough to be masked: those that count for rules. In the order of the tree. */
  readonly classes: readonly DataClass[];
  /** Findings of each text, in the order of the texts; empty where the search is incomplete. */
  readonly findings: readonly (readonly Finding[])[];
}

/** What searches long texts without stopping the loop (privacy-thread/text-scanner.ts). */
export interface LongTextScanner {
  scanAll(
    texts: readonly string[],
    options: Record<string, never>,
    limits: { budgetMs: number },
  ): Promise<
    | { readonly complete: true; readonly findings: readonly (readonly Finding[])[] }
    | { readonly complete: false; readonly because: 'over_budget' | 'aborted' | 'failed' }
  >;
}

/** How requests are searched, by configuration. */
export interface DetectionSettings {
  /** Texts of a request that are longer together are not searched; UTF-16 units. */
  maxCharacters: number;
  /** For any request; each KiB adds MS_PER_KIB. */
  budgetMs: number;
  /** Asked beside our own detection; null: nobody. */
  plugIn: DetectorPlugIn | null;
}

/** Ten times what a busy machine takes for the texts that take longest. */
const MS_PER_KIB = 2;
/** Texts of one request that a plug-in is asked about at a time. */
const ASKED_AT_ONCE = 4;

/** Texts in which nothing was found: an agent sends its system prompt and its history with every turn. */
const REMEMBERED_TEXTS = 16_384;
/** Longer requests are not asked about: it takes half a millisecond at this length. */
const MOST_REMEMBERED = 262_144;

const NO_FINDINGS: readonly Finding[] = Object.freeze([]);

const NOTHING: Detection = Object.freeze({
  incomplete: null,
  counts: Object.freeze({}),
  classes: Object.freeze([]),
  findings: Object.freeze([]),
});

const incomplete = (because: IncompleteBecause): Detection => ({ ...NOTHING, incomplete: because });

/** What findings amount to. */
function complete(findings: readonly (readonly Finding[])[]): Detection {
  if (findings.every((ofText) => ofText.length === 0)) return { ...NOTHING, findings };
  const all = findings.flat();
  return { incomplete: null, counts: countTypes(all), classes: dataClassesOf(all.filter(isMaskedByDefault)), findings };
}

/** Searches requests for personal data and secrets. */
export class RequestDetector {
  readonly #scanner: LongTextScanner;
  readonly #plain = new SeenTexts(REMEMBERED_TEXTS);
  #settings: DetectionSettings;

  constructor(scanner: LongTextScanner, settings: DetectionSettings) {
    this.#scanner = scanner;
    this.#settings = settings;
  }

  /** From the next request on. */
  configure(settings: DetectionSettings): void {
    this.#settings = settings;
  }

  /** At once where the texts are short, which is most of the time. Never rejects. */
  detect(asked: RequestTexts): Detection | Promise<Detection> {
    const { texts, characters } = asked;
    if (characters === 0) return NOTHING;
    const { maxCharacters, plugIn } = this.#settings;
    if (characters > maxCharacters) return incomplete('too_long');
    if (plugIn === null && (characters <= MAX_SLICE || this.#isMostlyKnown(asked)))
      return complete(texts.map((text) => this.#detectNow(text)));
    return this.#detectLater(asked);
  }

  /** What is found depends on the text alone, so that one in which nothing is found need not be searched again. */
  #detectNow(text: string): readonly Finding[] {
    if (this.#plain.has(text)) return NO_FINDINGS;
    const findings = detect(text);
    if (findings.length === 0) this.#plain.addAsked();
    return findings;
  }

  /** Whether so much of a long request was searched before that the rest of it is a short one. */
  #isMostlyKnown({ texts, characters }: RequestTexts): boolean {
    if (characters > MOST_REMEMBERED) return false;
    let unknown = 0;
    for (const text of texts) if (!this.#plain.has(text)) unknown += text.length;
    return unknown <= MAX_SLICE;
  }

  async #detectLater({ texts, characters }: RequestTexts): Promise<Detection> {
    const { budgetMs: least, plugIn } = this.#settings;
    const budgetMs = least + (characters / 1_024) * MS_PER_KIB;
    const theirs = plugIn === null ? null : askAll(plugIn, texts, budgetMs);
    const ours = await this.#scanner.scanAll(texts, {}, { budgetMs });
    const answers = await theirs;
    if (!ours.complete) return incomplete(ours.because);
    if (characters <= MOST_REMEMBERED) this.#rememberPlain(texts, ours.findings);
    if (answers === 'failed') return incomplete('plug_in_failed');
    if (answers === null) return complete(ours.findings);
    return complete(ours.findings.map((findings, index) => mergeFindings(findings, answers[index] ?? [])));
  }

  #rememberPlain(texts: readonly string[], findings: readonly (readonly Finding[])[]): void {
    for (const [index, text] of texts.entries()) if (findings[index]?.length === 0) this.#plain.add(text);
  }
}

/** Answers of a plug-in about each text, a few at a time. Never rejects. */
async function askAll(
  plugIn: DetectorPlugIn,
  texts: readonly string[],
  budgetMs: number,
): Promise<readonly (readonly ForeignFinding[])[] | 'failed'> {
  const answers: (readonly ForeignFinding[])[] = texts.map(() => []);
  const signal = AbortSignal.timeout(Math.ceil(budgetMs));
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < texts.length) {
      const index = next;
      next += 1;
      answers[index] = await plugIn.detect(texts[index] as string, signal);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(ASKED_AT_ONCE, texts.length) }, work));
    return answers;
  } catch {
    // Whatever it is, the texts count as not searched; the plug-in reports its own faults.
    return 'failed';
  }
}
