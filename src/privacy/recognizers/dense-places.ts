// Places, addresses and organisations in Chinese, Japanese and Korean, by what their names end or begin with.

import { classOf, DENSE, isDigit } from '../characters.ts';
import { type Handler, isHan, STOPS } from './dense-letters.ts';

/** Behind a name of two letters and more: "烟台市", "松本市". */
export const placeBefore: Handler = (view, at, word, start, _end, sink) => {
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
export const organisationBefore: Handler = (view, at, word, start, _end, sink) => {
  const { text } = view;
  let from = at;
  while (from > start && at - from < 14 && !STOPS.has(text[from - 1] as string)) from -= 1;
  if (at - from >= 2) sink.add('organization', from, at + word.length, 0.7, 'context');
};

/** "(주)새벽물류": the mark of a company in brackets. */
export const companyInBrackets: Handler = (view, at, word, _start, _end, sink) => {
  const { text } = view;
  if (text[at - 1] !== '(') return;
  const behind = at + word.length;
  let to = behind;
  while (to - behind < 16 && classOf(text.charCodeAt(to)) === DENSE && !STOPS.has(text[to] as string)) to += 1;
  if (to - behind >= 2) sink.add('organization', at - 1, to, 0.7, 'context');
};

/** Before a name: 株式会社トヨタ, 주식회사 카카오. */
export const organisationBehind: Handler = (view, at, word, start, _end, sink) => {
  const { text } = view;
  let from = at;
  while (from > start && at - from < 12 && !STOPS.has(text[from - 1] as string)) from -= 1;
  let to = at + word.length;
  if (from === at) {
    if (text[to] === ' ') to += 1;
    // A name may begin with what is a particle elsewhere: 有限会社はるかぜ商店.
    if (/^[はにとへ][\u3041-\u3096]/.test(text.slice(to, to + 2))) to += 1;
    while (
      to - at < 18 &&
      classOf(text.charCodeAt(to)) === DENSE &&
      !'のはがをにへと的在是'.includes(text[to] as string)
    )
      to += 1;
  }
  if (to - from > word.length + 1) sink.add('organization', from, to, 0.7, 'context');
};

export const place =
  (type: string): Handler =>
  (_view, at, word, _start, _end, sink) =>
    sink.add(type, at, at + word.length, 0.65, 'list');

/** A country, and with the sign for people behind it what somebody is: 意大利人, イタリア人, 이집트인. */
export const country: Handler = (view, at, word, _start, _end, sink) => {
  const to = at + word.length;
  const people = /^(?:人(?![民员口数类工])|인(?![가-힣])|인(?=[이은는을의과도으]))/.test(view.text.slice(to, to + 2));
  if (people) sink.add('nationality', at, to + 1, 0.6, 'list');
  else sink.add('country', at, to, 0.65, 'list');
};

/** A street and a number: 中山路123号, back to where the address begins, on over building and room. */
export const chineseStreet: Handler = (view, at, word, start, _end, sink) => {
  const { text } = view;
  let behind = at + word.length;
  if (/^[一二三四五六七八九十]段/.test(text.slice(behind, behind + 2))) behind += 2;
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
export const japaneseAddress: Handler = (view, at, word, _start, _end, sink) => {
  place('region')(view, at, word, 0, 0, sink);
  const rest = view.text.slice(at + word.length, at + word.length + 48);
  const match =
    /^[\u3005-\u9fff\u30a0-\u30ff]{1,14}?[市区町村郡][\u3041-\u9fff]{0,14}(?:\d{1,4}(?:丁目|番地?|号|-|の)?){1,4}(?:号室|階|号)?/.exec(
      rest,
    )?.[0];
  if (match !== undefined) sink.add('address', at, at + word.length + match.length, 0.85, 'context');
};

/** 서울특별시 강남구 테헤란로 123. */
export const koreanAddress =
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
