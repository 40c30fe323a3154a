/** Scripts that one or few languages use; a share of letters decides. */
const SCRIPTS: readonly [RegExp, string][] = [
  [/\p{Script=Kannada}/gu, 'kn'],
  [/\p{Script=Gurmukhi}/gu, 'pa'],
  [/\p{Script=Gujarati}/gu, 'gu'],
  [/\p{Script=Telugu}/gu, 'te'],
  [/\p{Script=Tamil}/gu, 'ta'],
  [/\p{Script=Thai}/gu, 'th'],
  [/\p{Script=Bengali}/gu, 'bn'],
  [/\p{Script=Malayalam}/gu, 'ml'],
  [/\p{Script=Hangul}/gu, 'ko'],
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/gu, 'ja'],
  [/\p{Script=Han}/gu, 'zh'],
  [/\p{Script=Greek}/gu, 'el'],
  [/\p{Script=Hebrew}/gu, 'he'],
  [/\p{Script=Devanagari}/gu, 'devanagari'],
  [/\p{Script=Arabic}/gu, 'arabic'],
  [/\p{Script=Cyrillic}/gu, 'cyrillic'],
  [/\p{Script=Latin}/gu, 'latin'],
];

const words = (text: string): string[] => text.split(' ');

/** Frequent words that tell languages of one script apart; each language's own, few that neighbours share. */
const FREQUENT: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  latin: {
    en: words(
      'the and of to in is that it for you with this are be on not have was as at by from or your will can my we i his her they a an all what do which if but our their has more one',
    ),
    de: words(
      'der die und das ist nicht ich ein eine zu den mit sich auf für dem von wir sie es auch ihr werden wird haben sind im bei oder als aber',
    ),
    fr: words(
      'le la les des et est une dans que pour qui pas sur avec plus par vous nous je ce sont au du être votre mais',
    ),
    es: words('el los las y que es una por con para como pero más su se del al lo esta este son muy usted nosotros'),
    pt: words(
      'o os as e que é uma um por com para como mas mais seu sua se do da no na não você são em ao dos das ser está',
    ),
    it: words(
      'il lo gli e che è una un per con come ma più suo sua si del della di non sono nel nella questo questa ci al dei delle',
    ),
    fi: words('ja on ei se että oli hän mutta kun niin kuin ovat tai myös joka mitä olen tämä voi sen minun ole sinun'),
    sw: words('ya wa na kwa ni katika za la cha kuwa hii hiyo huu kama yake wake pia ili sana mimi wewe watu lakini'),
    vi: words('và của là có không được cho một những các với trong này để người tôi bạn đã khi như từ rất cũng'),
    nl: words('de het een en van is dat niet op te zijn voor met die ik je er aan ook als maar hij'),
    sv: words('och att det är som en för på med av den till inte har jag du om ett men var'),
  },
  cyrillic: {
    ru: words('и в не на я что он с как это по но она из у за от так для ты же вы мы бы только его мне было ее если'),
    bg: words('и в не на да се за от е са ще като че с по това до но или си той ни към който която при има може'),
    uk: words('і в не на що з та до це як є за від для про але або його вони ми ви бути'),
  },
  arabic: {
    ar: words('في من على إلى أن هذا هذه التي الذي لا ما كان مع هو هي كل أو قد ذلك عن لم بعد كما ثم'),
    fa: words('و در به از که این را با است برای آن یک خود تا بر هم نیز می های شود شما من او ها هر'),
    ur: words('کے کی میں ہے اور کا سے کو نے ہیں پر یہ کہ بھی اس ہو ایک تھا کر لیے آپ وہ'),
  },
  devanagari: {
    hi: words('के है और में की का से को पर यह हैं कि एक भी नहीं लिए था ने इस हो तो जो करने आप मैं हम'),
    mr: words('आहे आणि या च्या ते ही हे मध्ये की करण्यासाठी आहेत नाही एक तो होते आम्ही तुम्ही साठी मी आपण करा'),
    ne: words('छ र मा को का हो यो पनि गर्न भने लागि छन् तपाईं हामी एक थियो गर्ने म छैन त्यो'),
  },
};

/**
 * ISO 639-1 code of the language most of a text is written in; null where there is not enough of it to tell. Scripts
 * decide first, frequent words between languages of one script.
 */
export function languageOf(text: string): string | null {
  const counts = SCRIPTS.map(([pattern, name]) => ({ name, count: text.match(pattern)?.length ?? 0 }));
  const letters = counts.reduce((sum, { count }) => sum + count, 0);
  if (letters === 0) return null;
  // Japanese mixes Han with kana: a little kana settles it.
  const of = (name: string): number => counts.find((entry) => entry.name === name)?.count ?? 0;
  if (of('ja') > 0 && of('ja') + of('zh') > letters / 2) return 'ja';
  const main = counts.reduce((best, entry) => (entry.count > best.count ? entry : best));
  const candidates = FREQUENT[main.name];
  if (candidates === undefined) return main.name;
  const said = text.toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? [];
  const ranked = Object.entries(candidates)
    .map(([language, list]) => ({ language, hits: said.filter((word) => list.includes(word)).length }))
    .sort((left, right) => right.hits - left.hits);
  const [first] = ranked;
  return first === undefined || first.hits === 0 ? null : first.language;
}
