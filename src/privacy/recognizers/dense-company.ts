// People in Chinese, Japanese and Korean by the titles behind them, by whom they are with, and by saying who they are.

import { classOf, DENSE } from '../characters.ts';
import { KOREAN_DOUBLE_SURNAMES } from '../lists/dense-names.ts';
import { type Handler, isHan, isHangul, isKoreanSurname, STOPS, surnameLength } from './dense-letters.ts';

/** "蒋总说": the head of a company, by a family name alone. */
export const bossBefore: Handler = (view, at, _word, start, end, sink) => {
  const { text } = view;
  if (
    surnameLength(text, at - 1) !== 1 ||
    !/^(?:$|[^\u4e00-\u9fff]|[的说在请让和也已要会是把您您好])/.test(text.slice(at + 1, at + 2))
  )
    return;
  if (at - 1 > start && !STOPS.has(text[at - 2] as string)) return;
  if (at < end) sink.add('person', at - 1, at, 0.8, 'context');
};

/** Departments, ranks and offices that stand before a title, too: 営業部長, 副社長, 担当医師. */
const NO_JAPANESE_NAME =
  /^(?:営業|総務|人事|経理|技術|開発|企画|広報|法務|製造|販売|購買|生産|品質|管理|事業|担当|代表|常務|専務|名誉|准|客員|主任|主治|内科|外科|小児|小児科|産業|歯科|眼科|当直|専門|研修|顧問|国会|市会|県会|衆院|参院|都議|新聞|雑誌|放送|野球|代打|男子|女子|日本|海外|外国|現役|新人|大学|高校|中学|小学|学校|担任|音楽|英語|数学|理科|体育|国語|家庭|各部|同部|本部|支部|工場|地区|地域|本店|支店|先代|前任|後任|次期|歴代|両|全)$/;
/** What ends before a title and belongs to it: 同社社長, 外務省課長. */
const BEFORE_JAPANESE_TITLE = /(?:[副同当弊各社課局省庁署校店室会団隊]|[病医学法寺]院)$/;

/** "財前先生", "長谷部部長": two or three Han letters behind a particle, a sign or the beginning, and before a title, in Japanese. */
export const japaneseTitled: Handler = (view, at, word, _start, _end, sink) => {
  const { text } = view;
  let from = at;
  while (from > 0 && at - from < 5 && (isHan(text.charCodeAt(from - 1)) || text[from - 1] === '々')) from -= 1;
  const length = at - from;
  if (length < 2 || length > 3) return;
  const name = text.slice(from, at);
  if (NO_JAPANESE_NAME.test(name) || BEFORE_JAPANESE_TITLE.test(name)) return;
  // Chinese has some of the titles, too: kana near by tell.
  if (
    !/[\u3041-\u30ff]/.test(
      text.slice(Math.max(0, from - 12), from) + text.slice(at + word.length, at + word.length + 12),
    )
  )
    return;
  sink.add('person', from, at, 0.8, 'context');
};

/** "和司徒浩然一起去": with whom something is done. */
export const nameInCompany: Handler = (view, at, word, _start, end, sink) => {
  const { text } = view;
  const from = at + word.length;
  const surname = surnameLength(text, from);
  if (surname === 0) return;
  for (const length of [surname + 2, surname + 1]) {
    const to = from + length;
    if (
      to >= end ||
      !/^(?:一起|一同|一块|见面|吃饭|聊天|聊了|谈了|商量|讨论|沟通|开会|合作|结婚|离婚)/.test(text.slice(to, to + 2))
    )
      continue;
    for (let place = from; place < to; place += 1)
      if (!isHan(text.charCodeAt(place)) || STOPS.has(text[place] as string)) return;
    sink.add('person', from, to, 0.8, 'context');
    return;
  }
};

/** "한빛소프트웨어 남궁현입니다": who speaks, behind what they belong to. */
export const koreanSpeaker: Handler = (view, at, _word, _start, _end, sink) => {
  const { text } = view;
  let from = at;
  while (from > 0 && at - from < 5 && isHangul(text.charCodeAt(from - 1))) from -= 1;
  const length = at - from;
  if (!isKoreanSurname(text, from) || classOf(text.charCodeAt(from - 1)) === DENSE) return;
  const double = KOREAN_DOUBLE_SURNAMES.includes(text.slice(from, from + 2));
  if (length !== 3 && !(length === 4 && double)) return;
  const head = text.slice(Math.max(0, from - 24), from);
  if (
    /(?:주식회사|유한회사|\(주\)|㈜)[^\n.]{0,18} $/.test(head) ||
    /(?:[팀부과실소점원행]|그룹|센터|전자|대학교|담당자?) $/.test(head) ||
    /(?:^|[\n.!] ?)(?:저는|안녕하세요[.,!]?) $/.test(head)
  )
    sink.add('person', from, at, 0.8, 'context');
};
