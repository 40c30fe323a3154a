/**
 * What a model is told to go on with an answer that was begun by another, by ISO 639-1 language of the conversation: an
 * instruction in another language makes models change theirs. The configuration may replace or add languages.
 */
const CONTINUATION_PROMPTS: Readonly<Record<string, string>> = {
  de: 'Deine Antwort wurde unterbrochen. Setze sie genau an der Stelle fort, an der sie abbricht: Beginne mit den unmittelbar folgenden Zeichen, wiederhole nichts und füge weder Einleitung noch Kommentar hinzu.',
  en: 'Your answer was interrupted. Continue it exactly where it stops: begin with the very next characters, repeat nothing, and add no introduction or comment.',
  es: 'Tu respuesta se interrumpió. Continúala exactamente donde se detiene: empieza con los caracteres que siguen, no repitas nada y no añadas introducción ni comentario.',
  fr: "Ta réponse a été interrompue. Continue-la exactement là où elle s'arrête : commence par les caractères qui suivent, ne répète rien et n'ajoute ni introduction ni commentaire.",
  it: 'La tua risposta è stata interrotta. Continuala esattamente dal punto in cui si ferma: comincia dai caratteri successivi, non ripetere nulla e non aggiungere introduzioni o commenti.',
  ja: '回答が途中で途切れました。途切れた箇所のすぐ次の文字から続けてください。繰り返し、前置き、コメントは一切加えないでください。',
  ko: '답변이 도중에 끊겼습니다. 끊긴 바로 다음 글자부터 이어서 쓰십시오. 이미 쓴 내용을 반복하지 말고 서두나 설명을 덧붙이지 마십시오.',
  nl: 'Je antwoord werd onderbroken. Ga verder precies waar het stopt: begin met de eerstvolgende tekens, herhaal niets en voeg geen inleiding of opmerking toe.',
  pl: 'Twoja odpowiedź została przerwana. Kontynuuj dokładnie od miejsca, w którym się urywa: zacznij od kolejnych znaków, niczego nie powtarzaj i nie dodawaj wstępu ani komentarza.',
  pt: 'A tua resposta foi interrompida. Continua-a exatamente onde ela para: começa pelos caracteres seguintes, não repitas nada e não acrescentes introdução nem comentário.',
  ru: 'Твой ответ был прерван. Продолжи его точно с того места, где он обрывается: начни со следующих символов, ничего не повторяй и не добавляй ни вступления, ни комментария.',
  zh: '你的回答被中断了。请从中断处的下一个字开始继续，不要重复任何内容，也不要添加开场白或说明。',
};

/** The prompt for a language; English where there is none. `own`: the configuration's. */
export function continuationPrompt(language: string | null, own: Readonly<Record<string, string>>): string {
  const find = (code: string): string | undefined => own[code] ?? CONTINUATION_PROMPTS[code];
  return (language === null ? undefined : find(language)) ?? (find('en') as string);
}
