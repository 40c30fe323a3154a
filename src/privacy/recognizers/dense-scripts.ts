// Names, organisations, places and addresses in Chinese, Japanese and Korean. There are no capitals, so that suffixes,
// titles and labels tell. Each run of such letters is read once, and every look around a place is bounded.

import type { Sink } from '../finding.ts';
import { CHINESE_ROLES, DENSE_CITIES, DENSE_COUNTRIES, DENSE_REGIONS } from '../lists/dense-names.ts';
import type { View } from '../view.ts';
import { bossBefore, japaneseTitled, koreanSpeaker, nameInCompany } from './dense-company.ts';
import { type Handler, isHangul } from './dense-letters.ts';
import {
  japaneseNameBehind,
  japaneseSpeaker,
  koreanNameBefore,
  koreanNameBehind,
  nameAsked,
  nameBefore,
  nameBeforeTime,
  nameBehind,
  nameBehindRole,
  nameBetween,
  nameInCharge,
  nameOfLine,
  nameOfOwner,
  nameOfSpeaker,
  namesAround,
  partyBehind,
} from './dense-names.ts';
import {
  chineseStreet,
  companyInBrackets,
  country,
  japaneseAddress,
  koreanAddress,
  organisationBefore,
  organisationBehind,
  place,
  placeBefore,
} from './dense-places.ts';

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
    const same = list.findIndex((marker) => marker.word === word);
    const before = list[same]?.handle;
    // A title tells of a name before it in one language, and of one behind it in another.
    if (before !== undefined)
      list[same] = {
        word,
        handle: (...place) => {
          before(...place);
          handle(...place);
        },
      };
    else list.push({ word, handle });
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

mark(
  '户名|开户名|账户名|法定代表人：|法定代表人:|主治医师|主治医生|主治医|監護人|监护人：|收款人|收款人：|付款人：|紧急联系人|名義人|口座名義|契約者|申込者|代表者名|我叫|我的名字叫|我的名字是|名字叫|名叫|姓名|联系人|收件人|收货人|患者|客户姓名|申请人|持卡人|聯絡人|名前は|氏名|お名前|私の名前は|이름은|이름|성명|고객명|제 이름은|저는',
  nameBehind,
);
mark('先生|女士|小姐|太太|老师|总监|同学|护士|师傅|您好|你好|さん|様|氏|くん', nameBefore);
mark('给|与|跟|找', nameBetween);
mark('联系|联络|通知|转告|告诉|拜访|采访|感谢|祝贺|邀请', nameAsked);
mark('和', (...place) => {
  namesAround(...place);
  nameInCompany(...place);
});
mark('由', nameInCharge);
mark('我是|本人', nameOfSpeaker);
mark('总', bossBefore);
mark('先生|部長|課長|係長|社長|会長|教授|医師|弁護士|選手|監督|記者|議員|主任|店長|支店長|工場長', japaneseTitled);
mark(
  '的身份证|的手机|的电话|的邮箱|的地址|的住址|的生日|的账号|的护照|的银行卡|的微信|的工号|的合同|的简历|的家长|的父亲|的母亲|的妻子|的丈夫|的儿子|的女儿|的病历|的账户|的订单|的快递|的工资|的联系方式|的身份證|的電話|的地址',
  nameOfOwner,
);
mark('甲：|乙：|甲:|乙:|甲方：|乙方：|甲方:|乙方:|갑:|을:|갑 :|을 :', partyBehind);
mark(
  '代表取締役|取締役|部長|課長|店長|社長|支店長|担当|院長|営業部|総務部|人事部|経理部|開発部|企画部|技術部|広報部|事業部|製造部|営業課|総務課|経理課|人事課|管理部|法務部|購買部|情報システム部',
  japaneseNameBehind,
);
mark('です|と申します|より', japaneseSpeaker);
mark('昨天|今天|明天|前天|后天|上周|下周|今早|昨晚|去年', nameBeforeTime);
mark(
  '환자|보호자|고객|담당자|대표|대표이사|사원|직원|과장|부장|팀장|시장|교수|사용자|회원|작성자|신청인|피고인|피해자|세입자|임차인|임대인|의뢰인|친구|남편|아내|아들|딸|동생|어머니|아버지|이웃|동료|기자|변호사',
  koreanNameBehind,
);
mark('입니다', koreanSpeaker);
mark('教授|医生|经理|律师|主任|院长|校长|博士', (...place) => {
  nameBefore(...place);
  nameBehindRole(...place);
});
mark(
  '씨|님|고객님|드림|올림|배상|차장|대리|사장|이사|선생님|박사|원장|지점장|점장|실장|센터장|소장|국장|총장|학장|회장|감독|선수|작가|판사|검사|간호사|약사|매니저|주임|계장|의원',
  koreanNameBefore,
);
mark(CHINESE_ROLES, nameBehindRole);
mark('市', placeBefore);
mark('주)', companyInBrackets);
mark(
  '有限公司|股份公司|公司|集团|银行|大学|医院|学院|研究所|電機|電器|製薬|酒造|薬局|製菓|製鉄|重工|運輸|研究院|事务所|基金会|出版社|幼儿园|中学|小学|协会|商会|支行|分行|印刷厂|工厂|证券|百货|药业|置业|乳业|派出所|税务局|公安局|人民法院|检察院|銀行|大學|醫院|病院|商店|商事|工房|製作所|工業|協会|組合|高校|学園|信用金庫|公社|대학교|은행|병원|그룹|전자|의원|공사|물류|수산|건설|식품|산업|연구소|보험|증권|약국|초등학교|중학교|고등학교|협회|재단',
  organisationBefore,
);
mark(
  '株式会社|有限会社|合同会社|一般社団法人|주식회사|유한회사|합자회사|사단법인|재단법인|법무법인|회계법인',
  organisationBehind,
);
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
mark(DENSE_COUNTRIES, country);
