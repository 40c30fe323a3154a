/** An answer that begins so. A word ends where no letter follows, whatever its script. */
const opening = (source: string): RegExp => new RegExp(`^(?:${source.replaceAll('\\b', EDGE)})`, 'iu');
const EDGE = '(?:(?<![\\p{L}\\p{N}])(?=[\\p{L}\\p{N}])|(?<=[\\p{L}\\p{N}])(?![\\p{L}\\p{N}]))';

const CHINESE_HELP =
  '(?:提供|回答|协助|帮|满足|讨论|生成|给出|参与|支持|处理|透露|执行|分享|完成|撰写|编写|解答|给您|为您|为你)';

const GERMAN_SORRY =
  '(?:(?:es )?tut mir (?:sehr |wirklich |furchtbar )?leid|(?:ich )?(?:bitte um )?(?:entschuldigung|verzeihung)|entschuldige\\w*|ich bedau(?:e)?re|bedauerlicherweise|leider|sorry)';
const GERMAN_MAY = '(?:kann|können|könnte|darf|dürfen|werde|werden|möchte|möchten|will|wollen)';
const GERMAN_HELP =
  '\\b(?:(?:weiter)?helfen|behilflich|beantworten|tun|unterstützen|liefern|geben|bereitstellen|erstellen|schreiben|verfassen|generieren|erfüllen|nachkommen|anbieten|erklären|beschreiben|verraten|preisgeben|diskutieren|mitwirken|teilnehmen|dienen)\\b';
const GERMAN_THING =
  'anleitung|auskunft|auskünfte|information|hilfe|hinweise|details|ratschl|inhalte|unterstützung|antwort';

const FRENCH_SORRY =
  "(?:(?:je (?:suis )?|nous sommes )?(?:vraiment |sincèrement |profondément )?(?:désolée?s?|navrée?s?)|je m'excuse|je vous prie de m'excuser|(?:toutes )?mes excuses|je (?:le )?regrette|malheureusement|pardon)";
const FRENCH_HELP =
  '(?:aider|assister|répondre|fournir|donner|créer|écrire|rédiger|générer|proposer|accéder|satisfaire|expliquer|partager|participer|discuter|en mesure|autorisée?|capable|faire (?:cela|ça))';

const SPANISH_SORRY =
  '(?:lo (?:siento|lamento)(?: mucho)?|lamento|disculp[ae]n?(?:me)?|mis disculpas|perd[oó]n[ae]?|lamentablemente|desafortunadamente|por desgracia)';
const SPANISH_HELP =
  '(?:ayud|asist|proporcion|cumpl|respond|ofrec|dar|facilit|gener|cre(?:ar|arte)|escrib|redact|compart|brind|particip|atend|hacer (?:eso|esto))';

const PORTUGUESE_SORRY =
  '(?:(?:eu )?(?:sinto muito|lamento)|desculp[ae]m?(?:-me)?|perdão|peço desculpas?|infelizmente)';
const PORTUGUESE_HELP =
  '(?:ajud|auxili|fornec|respond|atend|dar|cri(?:ar|á)|escrev|redig|ger(?:ar|á)|oferec|compartilh|particip|prest|fazer isso)';

const ITALIAN_HELP =
  '(?:aiut|assist|forn|rispond|dar[et]|crear|scriver|generar|offri|condivid|soddisf|partecip|far(?:lo|e questo))';

/**
 * How answers decline, in eight languages: what opens a refusal when it stands at the beginning. An apology or "I am unable
 * to" declines only with what is declined (helping, answering, providing, ...): "I cannot divide by zero" is an answer.
 */
const OPENINGS: Readonly<Record<string, readonly RegExp[]>> = {
  en: [
    /^(?:(?:i'm|i am|we're)\s+(?:(?:really|very|so|truly|deeply)\s+)?sorry,?\s*(?:but\s+)?(?:i|we|this|that)\s*(?:'m|am|are|can|can't|cannot|won't|will|do|don't|is|isn't)?|sorry,?\s*(?:but\s+)?(?:i|we)\b|i apologi[sz]e,?\s*(?:but\s+)?i|i\s+(?:can't|cannot|can not|won't|will not|am not able to|am unable to|must decline|have to decline|must refuse|refuse to|decline to)|i'm (?:not able|unable)|as an (?:ai|artificial)[^.]{0,60}\bi (?:can't|cannot|am not|don't|do not)|i do(?:n't| not) (?:condone|feel comfortable)|unfortunately,? i (?:can't|cannot|am))/iu,
  ],
  zh: [
    opening(
      '(?:很?抱歉|对不起|非常抱歉|不好意思)?[,，。!！]?\\s*(?:但是?)?(?:作为[^，,。]{0,20}[，,])?\\s*我(?:们)?(?:不能|无法|不可以|不会|没有办法|没法|拒绝|不便)',
    ),
    opening(
      `(?:(?:很|非常|十分|实在)?(?:抱歉|遗憾)|对不起|不好意思|恕)[^。！!？?\\n]{0,24}(?:不能|无法|不可以|没有办法|没法|拒绝|不便)[^。，,]{0,8}${CHINESE_HELP}`,
    ),
  ],
  de: [
    opening(`${GERMAN_SORRY}[^.!?]{0,60}\\b${GERMAN_MAY} (?:ich|wir)\\b[^.!?]{0,60}\\b(?:nicht|kein\\w*)\\b`),
    opening(`${GERMAN_SORRY}[^.!?]{0,30}\\b(?:ich|wir) ${GERMAN_MAY}\\b[^.!?]{0,60}\\b(?:nicht|kein\\w*)\\b`),
    opening(
      `${GERMAN_SORRY}[^.!?]{0,30}\\b(?:ich|wir)\\b[^.!?]{0,40}\\b(?:nicht|kein\\w*)\\b[^.!?]{0,40}\\b${GERMAN_MAY}\\b`,
    ),
    opening(`(?:ich|wir) ${GERMAN_MAY}\\b[^.!?]{0,60}\\b(?:nicht|kein\\w*)\\b[^.!?]{0,60}${GERMAN_HELP}`),
    opening(`(?:ich|wir) ${GERMAN_MAY}\\b[^.!?]{0,40}\\bkeine?\\w* (?:${GERMAN_THING})`),
    opening(
      `(?:das|dies\\w*|hier(?:bei|zu|mit)|da(?:bei|mit|zu|rüber|für)|solche\\w*)(?: \\w+){0,2} ${GERMAN_MAY} (?:ich|wir)\\b[^.!?]{0,40}\\b(?:nicht|kein\\w*)\\b[^.!?]{0,30}${GERMAN_HELP}`,
    ),
    opening(
      `als (?:eine? )?(?:ki|künstliche|sprachmodell|assistent)[^.!?]{0,60}\\b${GERMAN_MAY} ich\\b[^.!?]{0,60}\\b(?:nicht|kein\\w*)\\b`,
    ),
    opening(
      `(?:${GERMAN_SORRY}[,.]? (?:aber )?)?(?:ich|wir|bin ich) (?:bin |sind )?(?:leider )?(?:nicht in der lage|nicht befugt|außerstande|nicht berechtigt)\\b`,
    ),
    opening(
      '(?:ich|wir) (?:muss|müssen)\\b[^.!?]{0,60}\\bablehnen\\b|(?:ich|wir) lehnen?\\b[^.!?]{0,60}\\bab\\b|ich weigere mich\\b',
    ),
  ],
  fr: [
    opening(
      `${FRENCH_SORRY}[,.:;!]*\\s*(?:mais\\s*|cependant,?\\s*)?(?:(?:en tant qu|comme)[^,.]{0,40},\\s*)?(?:(?:je|nous) (?:ne |n')(?:peux|puis|pouvons|pourrai|suis|vais|souhaite|veux|dois|ai)|il m'est impossible|cela m'est impossible|de ne (?:pas )?pouvoir)`,
    ),
    opening(
      `(?:je|nous) (?:ne |n')(?:peux|puis|pouvons|pourrai|suis|vais|souhaite|veux)\\s+(?:malheureusement )?pas [^.!?]{0,30}\\b${FRENCH_HELP}`,
    ),
    opening(
      "en tant qu[^.!?]{0,60}\\b(?:je|nous) (?:ne |n')|je (?:refuse|dois (?:refuser|décliner))\\b|il m'est impossible de\\b",
    ),
  ],
  es: [
    opening(
      `${SPANISH_SORRY}[,.:;!]*\\s*(?:pero\\s*)?(?:como [^,.]{0,40},\\s*)?(?:que )?(?:yo )?no (?:puedo|podemos|podré|poder|me es posible|me está permitido|estoy (?:autoriz|en condic|en capac|program)|soy capaz|voy a)`,
    ),
    opening(`${SPANISH_SORRY}[,.]?\\s*(?:pero\\s*)?soy (?:una? )?(?:ia|intelig|modelo|asistente)`),
    opening(`no (?:puedo|podemos|podré)\\s+(?:[\\wáéíóúñ]+ )?${SPANISH_HELP}`),
    opening(
      '(?:debo|tengo que) (?:negarme|rechazar|declinar)|me niego\\b|como (?:una? )?(?:ia|intelig|modelo|asistente)[^.!?]{0,60}\\bno (?:puedo|estoy)',
    ),
  ],
  pt: [
    opening(
      `${PORTUGUESE_SORRY}[,.:;!]*\\s*(?:mas\\s*|porém,?\\s*)?(?:como [^,.]{0,40},\\s*)?(?:eu )?não (?:posso|podemos|consigo|poderei|poder|me é possível|tenho permissão|estou autoriz|sou capaz|vou)`,
    ),
    opening(`(?:eu )?não (?:posso|podemos|consigo|poderei)\\s+(?:(?:te|lhe|o|a) )?${PORTUGUESE_HELP}`),
    opening(
      '(?:devo|tenho que|preciso) (?:recusar|declinar)|recuso\\b|como (?:uma? )?(?:ia|intelig|modelo|assistente)[^.!?]{0,60}não (?:posso|consigo)',
    ),
  ],
  it: [
    opening(
      '(?:mi (?:dis)?piace(?: molto)?|(?:sono )?spiacente|scus[ai](?:mi|te)?|purtroppo)[,.:;!]*\\s*(?:ma\\s*|però\\s*)?(?:come [^,.]{0,40},\\s*)?(?:io )?(?:di )?non (?:posso|possiamo|potrò|poter|sono (?:in grado|autorizzat)|mi è (?:possibile|consentito))',
    ),
    opening(`non (?:posso|possiamo|sono in grado di)\\s+(?:[\\wàèéìòù]+ )?${ITALIAN_HELP}`),
    opening(
      "(?:devo|sono costretto a) rifiutare|mi rifiuto\\b|(?:come|in quanto) (?:un'?a? ?)?(?:ia|intelligenza|modello|assistente)[^.!?]{0,60}\\bnon (?:posso|sono)",
    ),
  ],
  ja: [
    opening(
      '(?:大変)?(?:申し訳(?:ありません|ございません|ない)|恐れ入ります|恐縮です|すみません|ごめんなさい|残念ながら)[\\s\\S]{0,80}?(?:できません|出来ません|できかねます|しかねます|いたしかねます|控えさせて|お断り|応じられません)',
    ),
    opening(
      '[^。]{0,30}(?:お手伝い|お答え|お応え|回答|提供|対応|ご案内|説明|支援|サポート)(?:を|は|も)?(?:する(?:こと|事)(?:は|が))?(?:できません|出来ません|できかねます|しかねます|いたしかねます)',
    ),
  ],
};

/** Whether a text in normal form begins as refusals do. */
export const opensRefusal = (text: string): boolean =>
  Object.values(OPENINGS).some((ways) => ways.some((way) => way.test(text)));
