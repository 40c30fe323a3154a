import { FOLD } from './fold-characters.ts';
import { tableOfClasses, UNIT } from './scan-scripts.ts';
import { startHash, step } from './word-groups.ts';

/**
 * Words of which politeness, introductions and praise of the model are made, and that name no task. A piece of text
 * that holds nothing else ("You are a world-class assistant.", "Many thanks in advance!") says nothing about what is
 * wanted, so it is taken off both ends before features are read: what anybody can lay around a prompt must not move it.
 */
const WORDS =
  'a absolutely advance advisor after afternoon again agent ahead ai all also am an and answering any anyone ' +
  'anything apologies appreciate appreciated are as asap ask asked asking assist assistance assistant at attention ' +
  'available award away back be because been before begin below best bless bot bother breath breathe brilliant bro ' +
  'buddy by bye can capable careful carefully chatbot chatgpt cheers claude come comply consideration ' +
  'consultant could day days deal dear deep deeply desperate did doing dude duty each early else enjoy evening ever ' +
  'every everyone everything excellent exceptional experience expert expertise far fast favor favour feel few field ' +
  'folks following for forward friend friendly friends from genius get getting glad go god going good got grateful ' +
  'gratefully great greatest greetings guys had hand happy hard has have hello help helped helper helpful helping ' +
  "helps here here's heres hey hi high highest highly hmm hope hopefully hoping hurry i i'd i'll i'm i've if im " +
  "important in inquiry instruction instructions intelligence intelligent into is it it's its itself just " +
  "kind kindly know knowledgeable leading let let's like little llm looking lot lots love low luck many matter " +
  'matters may maybe me mentor might mind minute model moment morning most much must my need needed never ' +
  'next nice night no nobody none noon not nothing now obey obliged of off oh ok okay on once one only oops or ' +
  'oracle other our out own patience patient pay person please pleasure pls plz powerful precise precisely premium ' +
  'pretty priority problems professional proper properly question quick quickly quite rather read ready real really ' +
  'receive regard regards relax reply request requests respectfully respond responding response rush sake say seen ' +
  'senior seriously short sincerely skilled slow slowly smart smartest so some somebody someone something soon ' +
  "sorry specialist stay such super support sure system take taking task thank thanks that that's thats the their " +
  'them then there these they thing things this thorough thoroughly those thoughtful thx time times tip to today ' +
  'together tomorrow too top totally trouble truly trust trusted twenty ty unlimited up upon urgent us use ' +
  'useful user usual utmost very wait waiting wanna want wanted warm was way we welcome well were whatever when ' +
  "whenever while will winning wish with wonder wonderful wondering world world's worries would wow yeah years yes " +
  "yesterday you you'd you'll you're you've your yours yourself";

/** The same in scripts that write words together: pieces as a whole. */
const PIECES =
  '你好 您好 你好啊 你好呀 请问 请问一下 想请问一下 想问一下 我想问一下 问一下 谢谢 谢谢你 谢谢您 多谢 感谢 非常感谢 十分感谢 谢谢啦 麻烦了 麻烦你了 麻烦您了 ' +
  '辛苦了 拜托了 拜托 不好意思 打扰了 打扰一下 早上好 下午好 晚上好 大家好 老师好 在吗 在不在 帮个忙 帮我个忙 请帮忙 请帮帮我 帮帮我 求助 急 很急 在线等 ' +
  '急急急 求帮忙 你是一个有用的助手 你是一个专家 你是专家 你是一位专家 你是一名专家 你是一位资深专家 你是一个人工智能助手 你是一个智能助手 ' +
  '作为一个人工智能 作为专家 请以专家身份回答 请认真回答 请仔细思考 请认真思考 请务必认真 慢慢来 不急 祝好 祝顺利 祝你好运 等你回复 期待您的回复 ' +
  '期待你的回复 盼复 此致 敬礼 好的 嗯 那个 是这样的 问题如下 有个问题 我有个问题 我有一个问题 请看 先谢谢了 提前谢谢 こんにちは こんばんは おはようございます ' +
  'すみません ありがとうございます ありがとう お願いします よろしくお願いします 助けてください お疲れ様です はじめまして 안녕하세요 안녕 감사합니다 고마워요 ' +
  '고맙습니다 부탁드립니다 부탁해요 도와주세요 질문있어요';

/** And in other languages that write them apart. */
const OTHER_WORDS =
  'hallo guten morgen tag abend danke vielen dank bitte im voraus gruss grusse mit freundlichen liebe lieber bonjour bonsoir salut merci ' +
  'beaucoup avance svp sil vous plait stp cordialement hola buenas buenos dias tardes noches gracias muchas por favor saludos cordiales';

/** Requests in the form of a question; other questions ask for something. */
const ASKING = 'can could would will may might';

function hashOf(word: string): number {
  let hash = startHash();
  for (let at = 0; at < word.length; at += 1) hash = step(hash, FOLD[word.charCodeAt(at)] as number);
  return hash;
}

const hashesOf = (words: string): ReadonlySet<number> => new Set(words.split(' ').map(hashOf));
const KNOWN = hashesOf([WORDS, PIECES, OTHER_WORDS].join(' '));
const POLITE = hashesOf(ASKING);

/** How far either end is looked through. */
const REACH = 200;

/** What a unit is to a set phrase; 0 ends the search. */
const PART = { letter: 1, blank: 2, end: 3 } as const;

function partTable(): Uint8Array {
  const table = tableOfClasses((unitClass) => (unitClass >= UNIT.lower ? PART.letter : 0));
  table["'".charCodeAt(0)] = PART.letter;
  for (const unit of ' \t\r\u3000()*#"-') table[unit.charCodeAt(0)] = PART.blank;
  for (const unit of '.!?:,;。、\n~') table[unit.charCodeAt(0)] = PART.end;
  return table;
}

const partOf = partTable();

const QUESTION = 0x3f;
const COMMA = 0x2c;

const unitAt = (text: string, at: number): number => FOLD[text.charCodeAt(at)] as number;

/** `[priority=high] `: a name and a value in brackets before the text. */
const TAG = /^[[<{]"?[\w-]{1,16}"? ?[=:] ?"?[\w-]{1,16}"?[\]>}]\s+/;

/** Index after the set phrases that a text opens with; its length where it is nothing else. */
function afterOpening(text: string): number {
  const tag = partOf[unitAt(text, 0)] === 0 ? TAG.exec(text.slice(0, 48)) : null;
  let cut = tag === null ? 0 : tag[0].length;
  let hash = startHash();
  let letters = 0;
  let first = 0;
  const to = Math.min(text.length, cut + REACH);
  for (let at = cut; at < to; at += 1) {
    const unit = unitAt(text, at);
    if (unit === 0) continue;
    const part = partOf[unit];
    if (part === PART.letter) {
      hash = step(hash, unit);
      letters += 1;
      continue;
    }
    if (part === 0) return cut;
    if (letters > 0) {
      if (!KNOWN.has(hash)) return cut;
      first ||= hash;
      hash = startHash();
      letters = 0;
    }
    if (part === PART.end) {
      if (unit === QUESTION && !POLITE.has(first)) return cut;
      cut = at + 1;
      first = 0;
    }
  }
  return to === text.length && (letters === 0 || KNOWN.has(hash)) ? to : cut;
}

/** Index after what is left when the set phrases at the end are taken off; `from` where nothing is. */
function beforeClosing(text: string, from: number): number {
  let cut = text.length;
  let wordEnd = 0;
  let first = 0;
  let question = false;
  const to = Math.max(from, cut - REACH);
  for (let at = cut - 1; at >= to; at -= 1) {
    const unit = unitAt(text, at);
    if (unit === 0) continue;
    const part = partOf[unit];
    if (part === PART.letter) {
      if (wordEnd === 0) wordEnd = at + 1;
      continue;
    }
    if (part === 0) return cut;
    if (wordEnd > 0) {
      first = hashOf(text.slice(at + 1, wordEnd));
      if (!KNOWN.has(first)) return cut;
      wordEnd = 0;
    }
    // A clause after a comma belongs to what is asked before it.
    if (part !== PART.end || unit === COMMA) continue;
    if (question && !POLITE.has(first)) return cut;
    if (first !== 0) question = false;
    if (unit === QUESTION) question = true;
    cut = at + 1;
    first = 0;
  }
  return cut;
}

/** The text without the set phrases around it; as it is where it holds nothing else. Reads at most REACH units of each end. */
export function withoutSetPhrases(text: string): string {
  if (text === '') return text;
  const from = afterOpening(text);
  if (from === text.length) return text;
  const to = beforeClosing(text, from);
  return from === 0 && to === text.length ? text : text.slice(from, to);
}
