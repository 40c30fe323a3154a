// Names in German, which writes every noun with a capital: only the words around a capital, or two of them side by side
// that no noun ends like, say anything. All of it is guessing and stays below what is masked.

import { FLAG } from '../lexicon.ts';
import type { Guess, NameRun } from '../name-runs.ts';
import type { View } from '../view.ts';
import { isEmployer } from './organisation-names.ts';

/** Endings of nouns that hardly any name has. */
const NOUN =
  /(?:ung|ungen|heit|heiten|keit|keiten|schaft|schaften|tion|tionen|sion|tät|täten|ismus|nis|nisse|tum|ment|mente|chen|stelle|stellen|recht|gesetz|zahl|zahlen|zeit|zeiten|plan|buch|haus|dienst|kosten|nummer|nummern|karte|karten|datum|daten|vertrag|verträge|antrag|bericht|gericht|größe|preis|betrag|konto|adresse|abteilung|leiter|leiterin|führer|führerin|meister|meisterin|geber|nehmer|arbeiter|arbeiterin|partner|partnerin|kunde|kundin|amt|woche|monat|jahr|jahre|tag|tage|stunde|stunden|euro|prozent|datei|dateien|version|fehler)s?$/i;

/** Words behind "in", "aus" and "nach" that name no place. */
const NO_PLACE =
  /^(?:kraft|ordnung|bezug|zukunft|betrieb|höhe|form|kopie|teilzeit|vollzeit|klasse|echtzeit|kürze|anspruch|frage|folge|gang|haft|not|ruhe|pension|rente|urlaub|elternzeit|quarantäne|eile|panik|wirklichkeit|wahrheit|summe|bar|raten|textform|schriftform|papierform|stichworten|absprache|rücksprache|hause|versehen|gründen|sicht|liebe|angst|holz|metall|glas|plastik|eingang|erhalt|ablauf|angaben|feierabend|plan|bedarf|wunsch|maß|art|ende|beginn|abschluss|aussage|ansicht|meinung|auskunft|recht|deutsch|englisch|französisch|spanisch|anlage|anhang|prozent|euro|person|bearbeitung|arbeit|sachen|sache|teilen|teil|punkt|raum|zimmer|kapitel|abschnitt|absatz|zeile|spalte|schritt|stufe|phase|gruppe|team|abteilung|firma|schule|kita|uni|büro|produktion|programm|version|python|java|javascript|typescript|rust|go|sql|excel|word|tabelle|listenform|gänze|massen|wellen|bälde|aktion)$/i;

/** What places are named behind, at once or by "in". */
const OF_PLACE =
  /^(?:stadt|gemeinde|landkreis|kreis|rathaus|finanzamt|bahnhof|flughafen|standort|werk|filiale|niederlassung|zweigstelle|ort|dorf|raum|amtsgericht|landgericht)$/i;

export function byGerman(view: View, run: NameRun): Guess | null {
  const word = view.word(run.first);
  const many = run.last > run.first;
  const before = wordBefore(view, run.first);
  if (isEmployer(view, run)) return { type: 'organization', score: 0.6, source: 'context' };
  if (!many && OF_PLACE.test(before) && !NOUN.test(word)) return { type: 'city', score: 0.5, source: 'context' };
  if (/^(?:in|aus|nach)$/i.test(before)) {
    if (NO_PLACE.test(word) || NOUN.test(word) || many) return null;
    return { type: 'city', score: isDwelling(view, run.first - 2) ? 0.6 : 0.4, source: 'context' };
  }
  return many && run.last - run.first < 4 && isUnknown(view, run)
    ? { type: 'person', score: 0.45, source: 'context' }
    : null;
}

/** The word before a run where a blank alone divides them. */
function wordBefore(view: View, first: number): string {
  const before = first - 1;
  if (before < 0) return '';
  return view.text.slice(view.ends[before], view.starts[first]) === ' ' ? view.word(before) : '';
}

const isDwelling = (view: View, index: number): boolean =>
  index >= 0 &&
  /^(?:wohne|wohnt|wohnhaft|wohnen|geboren|lebt|lebe|leben|zieht|ziehe|umzug|arbeitet|sitz)$/i.test(view.word(index));

function isUnknown(view: View, run: NameRun): boolean {
  for (let index = run.first; index <= run.last; index += 1) {
    const flag = view.flags[index] as number;
    if ((flag & FLAG.particle) !== 0) continue;
    if (
      (flag &
        (FLAG.common | FLAG.month | FLAG.weekday | FLAG.job | FLAG.organisation | FLAG.nationality | FLAG.field)) !==
      0
    )
      return false;
    if (NOUN.test(view.word(index))) return false;
  }
  return true;
}
