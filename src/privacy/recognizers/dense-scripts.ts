// Names, organisations, places and addresses in Chinese, Japanese and Korean. There are no capitals, so that suffixes,
// titles and labels tell. Each run of such letters is read once, and every look around a place is bounded.

import { classOf, DENSE, isDigit } from '../characters.ts';
import type { Sink } from '../finding.ts';
import {
  CHINESE_DOUBLE_SURNAMES,
  CHINESE_ROLES,
  CHINESE_SURNAMES,
  DENSE_CITIES,
  DENSE_COUNTRIES,
  DENSE_REGIONS,
  KOREAN_SURNAMES,
} from '../lists/dense-names.ts';
import type { View } from '../view.ts';

type Handler = (view: View, at: number, word: string, runStart: number, runEnd: number, sink: Sink) => void;

interface Marker {
  readonly word: string;
  readonly handle: Handler;
}

const MARKERS = new Map<number, Marker[]>();
/** Units that a marker begins with: most begin none. */
const STARTS = new Uint8Array(0x10000);

function mark(words: string, handle: Handler): void {
  for (const word of words.split('|')) {
    const first = word.charCodeAt(0);
    const list = MARKERS.get(first) ?? [];
    MARKERS.set(first, list);
    STARTS[first] = 1;
    list.push({ word, handle });
    list.sort((a, b) => b.word.length - a.word.length);
  }
}

/** Reads one run of dense letters. */
export function recognizeDense(view: View, index: number, sink: Sink): void {
  const start = view.starts[index] as number;
  const end = view.ends[index] as number;
  nameOfLine(view, start, end, sink);
  for (let at = start; at < end; at += 1) {
    const unit = view.text.charCodeAt(at);
    if (STARTS[unit] === 0) continue;
    const found = MARKERS.get(unit)?.find(({ word }) => view.text.startsWith(word, at));
    found?.handle(view, at, found.word, start, end, sink);
  }
}

const isHan = (unit: number): boolean => unit >= 0x4e00 && unit <= 0x9fff;
const isKatakana = (unit: number): boolean => (unit >= 0x30a1 && unit <= 0x30fa) || unit === 0x30fc;
const isHangul = (unit: number): boolean => unit >= 0xac00 && unit <= 0xd7a3;
const isSurname = (text: string, at: number): number => {
  if (CHINESE_DOUBLE_SURNAMES.includes(text.slice(at, at + 2)) && text.length > at + 1) return 2;
  return CHINESE_SURNAMES.includes(text[at] ?? '?') ? 1 : 0;
};

/** Letters that end what stands before a name: particles, verbs, pronouns. */
const STOPS = new Set([...'的是在和与及于到去从由给向为了我你他她们这那有被把对让请跟同、のはがをにへともでやか']);

/** Behind a label: "我叫王小明", "姓名：李雷", "名前は山田太郎です", "이름은 김민수입니다". */
const nameBehind: Handler = (view, at, word, _start, _end, sink) => {
  const { text } = view;
  let from = at + word.length;
  const gap = /^(?:は|은|는|이|가)?\s?[:：]?\s?(?:是|叫)?/.exec(text.slice(from, from + 6))?.[0] ?? '';
  from += gap.length;
  const length = nameLength(text, from);
  if (length > 0) sink.add('person', from, from + length, 0.85, 'context');
};

/** Length of a name that begins here by its script: surname and one or two Han letters, kana, or Hangul with a surname. */
function nameLength(text: string, from: number): number {
  const first = text.charCodeAt(from);
  if (isHangul(first)) {
    if (!KOREAN_SURNAMES.includes(text[from] as string)) return 0;
    let length = 1;
    while (
      length < 4 &&
      isHangul(text.charCodeAt(from + length)) &&
      !/^(?:입니|이에|이고|이라|씨|님|예요|에게|의|은|는|이다)/.test(text.slice(from + length, from + length + 2))
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
  const surname = isSurname(text, from);
  // Japanese names have two to five Han letters and kana behind them; Chinese ones a surname and one or two.
  const kana = classOf(text.charCodeAt(from + run)) === DENSE && !isHan(text.charCodeAt(from + run));
  if (kana) return run >= 2 ? run : 0;
  return surname > 0 && run > surname ? Math.min(run, surname + 2) : 0;
}

/** Letters that begin a verb or an adverb behind a name, and hardly ever end a name. */
const BEHIND_NAME = new Set([...'说表将已昨无未请电因联入住称认告并先女也都就还要会能可不没正来去发提']);

/** Behind a role without any sign between: "客户欧阳明月无法登录". */
const nameBehindRole: Handler = (view, at, word, start, end, sink) => {
  const { text } = view;
  if (word === '市长') placeBefore(view, at, '市', start, end, sink);
  const from = at + word.length;
  const surname = isSurname(text, from);
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
  if (length > surname) sink.add('person', from, from + length, 0.45, 'context');
};

/** Before a title: "王先生", "李小姐", "山田さん", "田中様". */
const nameBefore: Handler = (view, at, word, start, _end, sink) => {
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
    const surname = isSurname(text, from);
    if (
      surname > 0 &&
      length <= surname + 2 &&
      !STOPS.has(text[at - 1] as string) &&
      (from === start || length > 1 || STOPS.has(text[from - 1] as string))
    ) {
      sink.add('person', from, at, 0.85, 'context');
      return;
    }
  }
};

/** Before 씨 and 님, which stand behind two to four letters of which the first is a surname. */
const koreanNameBefore: Handler = (view, at, word, start, _end, sink) => {
  const { text } = view;
  const to = text[at - 1] === ' ' ? at - 1 : at;
  let from = to;
  while (to - from < 4 && isHangul(text.charCodeAt(from - 1)) && from - 1 >= Math.min(start, from - 1)) from -= 1;
  if (
    to - from >= 2 &&
    to - from <= 4 &&
    KOREAN_SURNAMES.includes(text[from] as string) &&
    !/^(?:고객|선생|사장|교수|부장|과장|대표|하느|손|아저|아가|날)/.test(text.slice(from, to))
  ) {
    // A job behind a word is weaker than what is only said to people.
    sink.add('person', from, to, /^(?:씨|님|고객님|드림|올림|배상)$/.test(word) ? 0.8 : 0.5, 'context');
  }
};

/** "给戴雨薇写信": a surname and two letters, and behind them what goes on with a sentence. */
const nameBetween: Handler = (view, at, word, _start, end, sink) => {
  const { text } = view;
  const from = at + word.length;
  const surname = isSurname(text, from);
  const to = from + surname + 2;
  if (surname === 0 || to > end) return;
  for (let place = from; place < to; place += 1)
    if (STOPS.has(text[place] as string) || !isHan(text.charCodeAt(place))) return;
  if (to === end || '写说谈打发送的在是和与开做办商沟聊通讨拿取要'.includes(text[to] as string))
    sink.add('person', from, to, 0.4, 'context');
};

/** "代表取締役 綾小路 誠", "担当:黒木花子". */
const japaneseNameBehind: Handler = (view, at, word, _start, _end, sink) => {
  const { text } = view;
  const match =
    /^(?: |: ?)([\u3005\u4e00-\u9fff]{1,4}(?: [\u3005\u3041-\u30ff\u4e00-\u9fff]{1,4})?)(?![\u3041-\u30ff\u4e00-\u9fff])/.exec(
      text.slice(at + word.length, at + word.length + 14),
    );
  const name = match?.[1];
  if (match === null || name === undefined || name.length < 2) return;
  const from = at + word.length + match[0].length - name.length;
  sink.add('person', from, from + name.length, 0.6, 'context');
};

/** "総務部の藤井です": who speaks, by what they belong to. */
const japaneseSpeaker: Handler = (view, at, word, _start, _end, sink) => {
  const head = view.text.slice(Math.max(0, at - 12), at);
  const name = (
    word === 'です'
      ? /(?:部|課|社|店|室|係|科|大学|会)の([\u3005\u4e00-\u9fff]{2,4})$/
      : /([\u3005\u4e00-\u9fff]{2,5})$/
  ).exec(head)?.[1];
  if (name !== undefined) sink.add('person', at - name.length, at, 0.6, 'context');
};

/** "환자 맹지훈,", "대표 감우성". */
const koreanNameBehind: Handler = (view, at, word, ...rest) => {
  koreanNameBefore(view, at, word, ...rest);
  const { text } = view;
  const from = at + word.length + 1;
  if (text[from - 1] !== ' ' || !KOREAN_SURNAMES.includes(text[from] ?? '?')) return;
  const name = /^([가-힣]{3}|[가-힣]{2,4}?)(?:은|는|이|가|을|를|의|와|과|에게|께서)?(?![가-힣])/.exec(
    text.slice(from, from + 8),
  )?.[1];
  if (name !== undefined && name.length >= 2) rest[2].add('person', from, from + name.length, 0.5, 'context');
};

/** A name alone on its line, as letters are signed and forms are filled in; sure behind what letters close with. */
function nameOfLine(view: View, start: number, end: number, sink: Sink): void {
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
  if (two !== null) sink.add('person', start, start + two[0].length, 0.45, 'context');
  if (end - start < 2 || (end < text.length && behind !== 10 && behind !== 13)) return;
  const length = nameLength(text, start);
  if (length < 2 || start + length !== end || isKatakana(text.charCodeAt(start))) return;
  const closed =
    /(?:此致|敬礼|敬上|谢谢|祝好|商祺|感谢|감사합니다|드림|올림|よろしくお願いいたします|よろしくお願いします|敬具|草々)[。.!,\s]*$/.test(
      text.slice(Math.max(0, start - 24), start),
    );
  sink.add('person', start, end, closed ? 0.8 : 0.4, 'context');
}

/** Behind a name of two letters and more: "烟台市", "松本市". */
const placeBefore: Handler = (view, at, word, start, _end, sink) => {
  const { text } = view;
  let from = at;
  while (from > start && at - from < 4 && isHan(text.charCodeAt(from - 1)) && !STOPS.has(text[from - 1] as string))
    from -= 1;
  if (at - from < 2 || at - from > 3) return;
  if (
    /[城超上股都门夜本全该各我贵小学校]$|^(?:城|超|上|股)/.test(text.slice(at - 1, at)) ||
    /^[场区民值]/.test(text.slice(at + 1, at + 2))
  )
    return;
  sink.add('city', from, at + word.length, 0.45, 'context');
};

/** Behind a name: companies, banks, universities, hospitals. */
const organisationBefore: Handler = (view, at, word, start, _end, sink) => {
  const { text } = view;
  let from = at;
  while (from > start && at - from < 14 && !STOPS.has(text[from - 1] as string)) from -= 1;
  if (at - from >= 2) sink.add('organization', from, at + word.length, 0.7, 'context');
};

/** "(주)새벽물류": the mark of a company in brackets. */
const companyInBrackets: Handler = (view, at, word, _start, _end, sink) => {
  const { text } = view;
  if (text[at - 1] !== '(') return;
  const behind = at + word.length;
  let to = behind;
  while (to - behind < 16 && classOf(text.charCodeAt(to)) === DENSE && !STOPS.has(text[to] as string)) to += 1;
  if (to - behind >= 2) sink.add('organization', at - 1, to, 0.7, 'context');
};

/** Before a name: 株式会社トヨタ, 주식회사 카카오. */
const organisationBehind: Handler = (view, at, word, start, _end, sink) => {
  const { text } = view;
  let from = at;
  while (from > start && at - from < 12 && !STOPS.has(text[from - 1] as string)) from -= 1;
  let to = at + word.length;
  if (from === at) {
    if (text[to] === ' ') to += 1;
    while (
      to - at < 18 &&
      classOf(text.charCodeAt(to)) === DENSE &&
      !'のはがをにへと的在是'.includes(text[to] as string)
    )
      to += 1;
  }
  if (to - from > word.length + 1) sink.add('organization', from, to, 0.7, 'context');
};

const place =
  (type: string): Handler =>
  (_view, at, word, _start, _end, sink) =>
    sink.add(type, at, at + word.length, 0.65, 'list');

/** A street and a number: 中山路123号, back to where the address begins, on over building and room. */
const chineseStreet: Handler = (view, at, word, start, _end, sink) => {
  const { text } = view;
  const behind = at + word.length;
  if (!isDigit(text.charCodeAt(behind))) return;
  let from = at;
  while (from > start && at - from < 30 && !/[在于是到:：,，址为住往至的寄送]/.test(text[from - 1] as string))
    from -= 1;
  if (at - from < 2) return;
  const tail =
    /^\d{1,5}(?:[号號弄][\d\-A-Za-z]{0,6})?(?:[\u4e00-\u9fff]{0,8}?\d{1,4}(?:号楼|栋|幢|座|单元|楼|层|室|房|號|樓)){0,4}/.exec(
      text.slice(behind, behind + 48),
    )?.[0] ?? '';
  sink.add('address', from, behind + tail.length, 0.85, 'context');
};

/** From a prefecture on over city, ward, block and number. */
const japaneseAddress: Handler = (view, at, word, _start, _end, sink) => {
  place('region')(view, at, word, 0, 0, sink);
  const rest = view.text.slice(at + word.length, at + word.length + 48);
  const match =
    /^[\u3005-\u9fff\u30a0-\u30ff]{1,14}?[市区町村郡][\u3041-\u9fff]{0,14}(?:\d{1,4}(?:丁目|番地?|号|-|の)?){1,4}(?:号室|階|号)?/.exec(
      rest,
    )?.[0];
  if (match !== undefined) sink.add('address', at, at + word.length + match.length, 0.85, 'context');
};

/** 서울특별시 강남구 테헤란로 123. */
const koreanAddress =
  (type: string): Handler =>
  (view, at, word, _start, _end, sink) => {
    place(type)(view, at, word, 0, 0, sink);
    const rest = view.text.slice(at + word.length, at + word.length + 60);
    const match =
      /^(?:특별시|광역시|특별자치시|시|도)? ?(?:[가-힣]{1,6}[시군구] ){1,2}[가-힣\d]{1,12}(?:로|길|동|읍|면) ?\d{1,5}(?:-\d{1,4})?(?: ?\d{1,4}(?:동|호|층)){0,3}/.exec(
        rest,
      )?.[0];
    if (match !== undefined) sink.add('address', at, at + word.length + match.length, 0.85, 'context');
  };

mark(
  '我叫|我的名字叫|我的名字是|名字叫|名叫|姓名|联系人|收件人|收货人|患者|客户姓名|申请人|持卡人|聯絡人|名前は|氏名|お名前|私の名前は|이름은|이름|성명|고객명|제 이름은|저는',
  nameBehind,
);
mark('先生|女士|小姐|太太|老师|总监|同学|护士|师傅|您好|你好|さん|様|氏|くん', nameBefore);
mark('给|与|跟|找', nameBetween);
mark('代表取締役|取締役|部長|課長|店長|社長|支店長|担当|院長', japaneseNameBehind);
mark('です|と申します', japaneseSpeaker);
mark('환자|보호자|고객|담당자|대표|사원|직원|과장|부장|팀장|시장|교수', koreanNameBehind);
mark('教授|医生|经理|律师|主任|院长|校长|博士', (...place) => {
  nameBefore(...place);
  nameBehindRole(...place);
});
mark('씨|님|고객님|드림|올림|배상|차장|대리|사장|이사|선생님|박사|변호사|원장', koreanNameBefore);
mark(CHINESE_ROLES, nameBehindRole);
mark('市', placeBefore);
mark('주)', companyInBrackets);
mark(
  '有限公司|股份公司|公司|集团|银行|大学|医院|学院|研究所|研究院|事务所|基金会|出版社|幼儿园|中学|小学|协会|商会|支行|分行|印刷厂|工厂|銀行|大學|醫院|病院|商店|商事|工房|製作所|工業|協会|組合|高校|学園|信用金庫|公社|대학교|은행|병원|그룹|전자|의원|공사|물류|수산|건설|식품|산업|연구소|보험|증권|약국|초등학교|중학교|고등학교|협회|재단',
  organisationBefore,
);
mark('株式会社|有限会社|合同会社|주식회사', organisationBehind);
mark('路|街|大道|巷|胡同|弄|道', chineseStreet);
for (const word of DENSE_CITIES.split('|'))
  mark(word, isHangul(word.charCodeAt(0)) ? koreanAddress('city') : place('city'));
for (const word of DENSE_REGIONS.split('|')) {
  mark(
    word,
    /[都道府県]$/.test(word)
      ? japaneseAddress
      : isHangul(word.charCodeAt(0))
        ? koreanAddress('region')
        : place('region'),
  );
}
mark(DENSE_COUNTRIES, place('country'));
