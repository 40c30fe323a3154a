// Names of people in Chinese, Japanese and Korean: behind labels and roles, before titles, at the end of letters.

import { classOf, DENSE } from '../characters.ts';
import type { Sink } from '../finding.ts';
import { CHINESE_ROLES, KOREAN_DOUBLE_SURNAMES } from '../lists/dense-names.ts';
import type { View } from '../view.ts';
import { type Handler, isHan, isHangul, isKatakana, isKoreanSurname, STOPS, surnameLength } from './dense-letters.ts';
import { placeBefore } from './dense-places.ts';

/** Behind a label: "我叫王小明", "姓名：李雷", "名前は山田太郎です", "이름은 김민수입니다". */
export const nameBehind: Handler = (view, at, word, _start, _end, sink) => {
  const { text } = view;
  let from = at + word.length;
  const gap = /^(?:は|은|는|이|가)?\s?[:：]?\s?(?:是|叫)?/.exec(text.slice(from, from + 6))?.[0] ?? '';
  from += gap.length;
  const length = japaneseLength(text, from, word) || nameLength(text, from);
  if (length > 0) sink.add('person', from, from + length, 0.85, 'context');
};

/** "氏名：早乙女 健": both names with a blank between, behind labels that only Japanese has. */
function japaneseLength(text: string, from: number, word: string): number {
  if (!/[氏前]|名義|契約者|申込者|代表者名/.test(word)) return 0;
  const both =
    /^[\u3005\u4e00-\u9fff]{1,4} [\u3005\u3041-\u30ff\u4e00-\u9fff]{1,4}(?![\u3005\u3041-\u30ff\u4e00-\u9fff])/.exec(
      text.slice(from, from + 10),
    );
  return (both?.[0] ?? '').replace(BEHIND_JAPANESE_NAME, '').length;
}

/** What is said behind a name and no part of it. */
const BEHIND_JAPANESE_NAME = /(?:さん|さま|です|くん|ちゃん|様|殿|氏|先生)$/;

/** Length of a name that begins here by its script: surname and one or two Han letters, kana, or Hangul with a surname. */
function nameLength(text: string, from: number): number {
  const first = text.charCodeAt(from);
  if (isHangul(first)) {
    if (!isKoreanSurname(text, from)) return 0;
    let length = 1;
    while (
      length < 4 &&
      isHangul(text.charCodeAt(from + length)) &&
      // The second letter is part of any name, whatever it may end elsewhere.
      !(
        length > 1 &&
        /^(?:입니|이에|이고|이라|씨|님|예요|에게|의|은|는|이다)/.test(text.slice(from + length, from + length + 2))
      )
    )
      length += 1;
    return length >= 2 ? length : 0;
  }
  if (isKatakana(first)) {
    let length = 0;
    while (length < 12 && (isKatakana(text.charCodeAt(from + length)) || text[from + length] === '・')) length += 1;
    return length >= 2 ? length : 0;
  }
  if (!isHan(first)) return 0;
  let run = 0;
  while (run < 5 && isHan(text.charCodeAt(from + run)) && !STOPS.has(text[from + run] as string)) run += 1;
  const surname = surnameLength(text, from);
  // Japanese names have two to five Han letters and kana behind them; Chinese ones a surname and one or two.
  const kana = classOf(text.charCodeAt(from + run)) === DENSE && !isHan(text.charCodeAt(from + run));
  if (kana) run = text.slice(from, from + run).replace(BEHIND_JAPANESE_NAME, '').length;
  if (kana) return run >= 2 ? run : 0;
  return surname > 0 && run > surname ? Math.min(run, surname + 2) : 0;
}

/** Letters that begin a verb or an adverb behind a name, and hardly ever end a name. */
const BEHIND_NAME = new Set([...'说表将已昨无未请电因联入住称认告并先女也都就还要会能可不没正来去发提']);

/** What somebody does, right behind a name. */
const DOES = new Set([...'写谈聊讨做讲问想打送办陪签']);
const ROLES = new Set(CHINESE_ROLES.split('|'));

/** Behind a role without any sign between: "客户欧阳明月无法登录". */
export const nameBehindRole: Handler = (view, at, word, start, end, sink) => {
  const { text } = view;
  if (word === '市长') placeBefore(view, at, '市', start, end, sink);
  const from = at + word.length;
  if (from === end && (text[from] === ' ' || text[from] === ':')) {
    nameApart(view, text[from + 1] === ' ' ? from + 2 : from + 1, sink);
    return;
  }
  const surname = surnameLength(text, from);
  if (surname === 0 || !isHan(text.charCodeAt(from))) return;
  let length = surname;
  while (
    length < surname + 2 &&
    from + length < end &&
    isHan(text.charCodeAt(from + length)) &&
    !STOPS.has(text[from + length] as string) &&
    !BEHIND_NAME.has(text[from + length] as string)
  )
    length += 1;
  if (length <= surname) return;
  const next = text[from + length] as string;
  const ends = from + length === end || BEHIND_NAME.has(next) || DOES.has(next);
  sink.add('person', from, from + length, ends ? 0.8 : 0.45, 'context');
};

/** "用户 贾思远 从": a name between blanks, as programs write it. */
function nameApart({ text }: View, from: number, sink: Sink): void {
  const surname = surnameLength(text, from);
  const name = /^[\u4e00-\u9fff]{2,4}(?![\u4e00-\u9fff])/.exec(text.slice(from, from + 6))?.[0] ?? '';
  if (surname > 0 && name.length > surname && name.length <= surname + 2)
    sink.add('person', from, from + name.length, 0.8, 'context');
}

/** Before a title: "王先生", "李小姐", "山田さん", "田中様". */
export const nameBefore: Handler = (view, at, word, start, _end, sink) => {
  const { text } = view;
  if (/^[さ様氏く]/.test(word)) {
    let from = at;
    const katakana = isKatakana(text.charCodeAt(at - 1));
    while (
      from > start &&
      at - from < (katakana ? 10 : 4) &&
      (katakana ? isKatakana(text.charCodeAt(from - 1)) : isHan(text.charCodeAt(from - 1)))
    )
      from -= 1;
    // 皆様, 同様, 仕様, 各氏 and the like name nobody.
    if (at - from >= 2 && !'皆客神王奥同仕多模有各両諸'.includes(text[at - 1] as string))
      sink.add('person', from, at, 0.8, 'context');
    return;
  }
  for (const length of [3, 4, 2, 1]) {
    const from = at - length;
    if (from < start) continue;
    const surname = surnameLength(text, from);
    if (
      surname > 0 &&
      length <= surname + 2 &&
      !STOPS.has(text[at - 1] as string) &&
      (from === start || length > 1 || STOPS.has(text[from - 1] as string) || ROLES.has(text.slice(from - 2, from)))
    ) {
      sink.add('person', from, at, 0.85, 'context');
      return;
    }
  }
};

/** Teams and other things that people with titles lead: no names, though they begin with what is a family name too. */
const NO_KOREAN_NAME =
  /^(?:고객|선생|사장|교수|부장|과장|대표|하느|손|아저|아가|날)|(?:팀|부|소|회|실|국|팅|원|처|단|점|반|사업|업무|담당)$/;

/** Before 씨 and 님, which stand behind two to four letters of which the first is a surname, and before titles. */
export const koreanNameBefore: Handler = (view, at, word, start, _end, sink) => {
  const { text } = view;
  const parted = /^(?: \| |, ?| \/ )$/.exec(text.slice(at - 3, at).replace(/^[가-힣]+/, ''))?.[0].length ?? 0;
  const blank = text[at - 1] === ' ';
  const to = parted > 0 ? at - parted : blank ? at - 1 : at;
  let from = to;
  while (to - from < 5 && isHangul(text.charCodeAt(from - 1)) && from - 1 >= Math.min(start, from - 1)) from -= 1;
  const length = to - from;
  if (length < 2 || length > 5 || NO_KOREAN_NAME.test(text.slice(from, to))) return;
  const polite = /^(?:씨|님|고객님|드림|올림|배상)$/.test(word);
  // Names from elsewhere have no such surname: 씨 behind a blank is said to people alone.
  if (!isKoreanSurname(text, from) || length > 4) {
    if (word === '씨' && blank) sink.add('person', from, to, 0.8, 'context');
    return;
  }
  const whole = length === 3 || (length === 4 && KOREAN_DOUBLE_SURNAMES.includes(text.slice(from, from + 2)));
  // A job behind a word is weaker than what is only said to people.
  sink.add('person', from, to, polite || (blank && whole) ? 0.8 : 0.5, 'context');
};

/** "给戴雨薇写信": a surname and two letters, and behind them what goes on with a sentence. */
export const nameBetween: Handler = (view, at, word, _start, end, sink) => {
  const { text } = view;
  const from = at + word.length;
  const surname = surnameLength(text, from);
  const to = from + surname + 2;
  if (surname === 0 || to > end) return;
  for (let place = from; place < to; place += 1)
    if (STOPS.has(text[place] as string) || !isHan(text.charCodeAt(place))) return;
  if (to < end && DOES.has(text[to] as string)) sink.add('person', from, to, 0.8, 'context');
  else if (to === end || '说发的在是和与开商沟通拿取要'.includes(text[to] as string))
    sink.add('person', from, to, 0.4, 'context');
};

/** What stands behind a name and is no part of it, though its first letter may end one. */
const NOT_IN_NAME = /^(?:[明今昨后]天|[今明]日|[上下]午|[上下]周|周[一二三四五六日])/;
const IS_TITLE = /^(?:先生|女士|小姐|太太|老师|总监|同学|护士|师傅|教授|医生|经理|律师|主任|院长|校长|博士)/;

/** "请联系王晓明，": whom one turns to, before the end of a clause or what goes on behind a name. */
export const nameAsked: Handler = (view, at, word, _start, end, sink) => {
  const { text } = view;
  const from = at + word.length;
  const surname = surnameLength(text, from);
  if (surname === 0 || IS_TITLE.test(text.slice(from + surname, from + surname + 2))) return;
  const isOver = (place: number): boolean =>
    place >= end ||
    STOPS.has(text[place] as string) ||
    BEHIND_NAME.has(text[place] as string) ||
    NOT_IN_NAME.test(text.slice(place, place + 2));
  let to = from + surname;
  while (to < from + surname + 2 && !isOver(to)) to += 1;
  if (to > from + surname && isOver(to)) sink.add('person', from, to, to - from > 2 ? 0.8 : 0.5, 'context');
};

/** Length of a Chinese name that ends right before a place, where nothing else of a sentence stands before it; else 0. */
function lengthBefore(text: string, at: number, start: number): number {
  for (const length of [3, 4, 2]) {
    const from = at - length;
    if (from < start || (from > start && !STOPS.has(text[from - 1] as string))) continue;
    const surname = surnameLength(text, from);
    if (surname > 0 && length > surname && length <= surname + 2) return length;
  }
  return 0;
}

/** "诸葛明轩的身份证": whose number or address it is. */
export const nameOfOwner: Handler = (view, at, _word, start, _end, sink) => {
  const length = lengthBefore(view.text, at, start);
  if (length > 0) sink.add('person', at - length, at, 0.8, 'context');
};

/** "由孟凡丽主持": who does what somebody does. */
export const nameInCharge: Handler = (view, at, word, _start, end, sink) => {
  const { text } = view;
  const from = at + word.length;
  const surname = surnameLength(text, from);
  if (surname === 0) return;
  for (const length of [surname + 2, surname + 1]) {
    const to = from + length;
    if (to >= end || !/^(?:主持|负责|担任|签署|审批|办理|发起|牵头|主讲|代表|汇报)/.test(text.slice(to, to + 2)))
      continue;
    sink.add('person', from, to, 0.8, 'context');
    return;
  }
};

/** "我是戴思琪，": one says who, and not what one is. */
export const nameOfSpeaker: Handler = (view, at, word, _start, end, sink) => {
  const { text } = view;
  const from = at + word.length;
  const surname = surnameLength(text, from);
  const length = end - from;
  if (surname === 0 || length <= surname || length > surname + 2) return;
  if (!'人生员師师者家民友岁們们方户长客工'.includes(text[end - 1] as string))
    sink.add('person', from, end, 0.8, 'context');
};

/** "林晓峰昨天去了": surname and two letters with which a sentence begins, before when. A guess, since words are divided alike. */
export const nameBeforeTime: Handler = (view, at, _word, start, _end, sink) => {
  const from = at - 3;
  if (from !== start || surnameLength(view.text, from) !== 1) return;
  for (let place = from; place < at; place += 1)
    if (STOPS.has(view.text[place] as string) || !isHan(view.text.charCodeAt(place))) return;
  sink.add('person', from, at, 0.5, 'context');
};

/** "代表取締役 綾小路 誠", "担当:黒木花子". */
export const japaneseNameBehind: Handler = (view, at, word, _start, _end, sink) => {
  const { text } = view;
  const match =
    /^(?: |: ?)([\u3005\u4e00-\u9fff]{1,4}(?: [\u3005\u3041-\u30ff\u4e00-\u9fff]{1,4})?)(?![\u3041-\u30ff\u4e00-\u9fff])/.exec(
      text.slice(at + word.length, at + word.length + 14),
    );
  const name = match?.[1];
  if (match === null || name === undefined || name.length < 2) return;
  const from = at + word.length + match[0].length - name.length;
  sink.add('person', from, from + name.length, name.includes(' ') ? 0.8 : 0.6, 'context');
};

/** "総務部の藤井です", "株式会社ミドリの榊原です": who speaks, by what they belong to, or by saying it. */
export const japaneseSpeaker: Handler = (view, at, word, _start, _end, sink) => {
  const head = view.text.slice(Math.max(0, at - 28), at);
  const said = word === 'と申します';
  const name = (
    said
      ? /([\u3005\u4e00-\u9fff]{1,4} [\u3005\u3041-\u30ff\u4e00-\u9fff]{1,4}|[\u3005\u4e00-\u9fff]{2,5})$/
      : /(?:(?:部|課|社|店|室|係|科|大学|会|銀行|商事|物産|工業|病院|役所|事務所|支店)|(?:株式会社|有限会社|合同会社)[^。、\s]{1,14})の([\u3005\u4e00-\u9fff]{2,4})$/
  ).exec(head)?.[1];
  if (name !== undefined) sink.add('person', at - name.length, at, said ? 0.85 : 0.8, 'context');
};

/** "乙：長谷部 蓮", "을: 예진아": a party to a contract that is no company. */
export const partyBehind: Handler = (view, at, word, _start, _end, sink) => {
  const { text } = view;
  // "내용을:" ends in the same letter.
  if (classOf(text.charCodeAt(at - 1)) === DENSE) return;
  let from = at + word.length;
  if (text[from] === ' ') from += 1;
  const two =
    /^[\u3005\u4e00-\u9fff]{1,4} [\u3005\u3041-\u30ff\u4e00-\u9fff]{1,4}(?![\u3041-\u30ff\u4e00-\u9fff])/.exec(
      text.slice(from, from + 12),
    );
  const length = two?.[0].length ?? nameLength(text, from);
  if (length > 0 && classOf(text.charCodeAt(from + length)) !== DENSE)
    sink.add('person', from, from + length, 0.85, 'context');
};

/** "환자 맹지훈,", "대표 감우성". */
export const koreanNameBehind: Handler = (view, at, word, ...rest) => {
  koreanNameBefore(view, at, word, ...rest);
  const { text } = view;
  const from = at + word.length + 1;
  if (text[from - 1] !== ' ' || !isKoreanSurname(text, from)) return;
  const name = /^([가-힣]{3}|[가-힣]{2,4}?)(?:은|는|이|가|을|를|의|와|과|에게|께서)?(?![가-힣])/.exec(
    text.slice(from, from + 8),
  )?.[1];
  if (name === undefined || name.length < 2) return;
  // "제갈윤(52세)": an age behind it in brackets is somebody's.
  const aged = /^ ?\((?:남|여)?[,/ ]{0,2}\d{1,3}세/.test(text.slice(from + name.length, from + name.length + 10));
  rest[2].add('person', from, from + name.length, aged ? 0.8 : 0.5, 'context');
};

/** A name alone on its line, as letters are signed and forms are filled in; sure behind what letters close with. */
export function nameOfLine(view: View, start: number, end: number, sink: Sink): void {
  const { text } = view;
  if (end - start > 7) return;
  const before = text.charCodeAt(start - 1);
  const behind = text.charCodeAt(end);
  if (start > 0 && before !== 10) return;
  // Japanese letters are signed with both names and a blank between.
  const two =
    behind === 32
      ? /^[\u3005\u4e00-\u9fff]{1,4} [\u3005\u3041-\u30ff\u4e00-\u9fff]{1,4}(?=\r?\n|$)/.exec(
          text.slice(start, start + 12),
        )
      : null;
  if (two !== null) sink.add('person', start, start + two[0].length, isClosed(text, start) ? 0.8 : 0.45, 'context');
  if (end - start < 2 || (end < text.length && behind !== 10 && behind !== 13)) return;
  const length = nameLength(text, start);
  if (length < 2 || start + length !== end || isKatakana(text.charCodeAt(start))) return;
  sink.add('person', start, end, isClosed(text, start) ? 0.8 : 0.4, 'context');
}

/** Behind what letters close with, or below the company that somebody writes for. */
const isClosed = (text: string, start: number): boolean =>
  /(?:此致|敬礼|敬上|谢谢|祝好|商祺|感谢|감사합니다|드림|올림|よろしくお願いいたします|よろしくお願いします|敬具|草々)[。.!,\s]*$|(?:^|\n)(?:株式会社|有限会社|合同会社)[^\n。]{1,20}\n$|(?:^|\n)[^\n。]{1,20}(?:株式会社|有限公司)\n$/.test(
    text.slice(Math.max(0, start - 34), start),
  );

/** "林婉儿和赵磊": two names side by side where a sentence begins; each alone would be a guess too many. */
export const namesAround: Handler = (view, at, _word, start, end, sink) => {
  const { text } = view;
  const before = at - start;
  const surname = surnameLength(text, start);
  if (surname === 0 || before <= surname || before > surname + 2) return;
  const from = at + 1;
  const second = surnameLength(text, from);
  if (second === 0) return;
  let length = second;
  while (
    length < second + 2 &&
    from + length < end &&
    isHan(text.charCodeAt(from + length)) &&
    !STOPS.has(text[from + length] as string) &&
    !BEHIND_NAME.has(text[from + length] as string) &&
    !'上下今本前后'.includes(text[from + length] as string)
  )
    length += 1;
  if (length === second) return;
  sink.add('person', start, at, 0.5, 'context');
  sink.add('person', from, from + length, 0.5, 'context');
};
