import { describe, expect, it } from 'vitest';
import { findAll, findMasked } from './test-find.ts';

describe('names that only their capitals show', () => {
  it.each([
    ['He shouted at my wife Zorblin and left.', 'Zorblin'],
    ['The plaintiff, Thessaly Quarmby, alleges the opposite.', 'Thessaly Quarmby'],
    ['Invoices go to Sverrir Oxenstierna, born in 1980.', 'Sverrir Oxenstierna'],
    ['Zorblin Quarmby moved last spring.', 'Zorblin Quarmby'],
    ['Draft a reference letter for Thessaly Quarmby please.', 'Thessaly Quarmby'],
    ['Interview with Zorblin Quarmby at ten.', 'Zorblin Quarmby'],
    ['Her line manager is Zorblin Quarmby.', 'Zorblin Quarmby'],
    ['Thanks for the file.\n-- \nZorblin Quarmby | Sales', 'Zorblin Quarmby'],
    ['Mein Mann Ottfried und ich möchten die Wohnung nicht.', 'Ottfried'],
    ['Schreibe eine Kündigung für meinen Mieter Kunibert Wackernagel.', 'Kunibert Wackernagel'],
    ['Wie Kunibert Wackernagel, Sprecherin der Firma, sagte, ist das nicht so.', 'Kunibert Wackernagel'],
    ['La victime, Théodule Grandval, est partie.', 'Théodule Grandval'],
    ['Entretien avec Théodule Grandval demain.', 'Théodule Grandval'],
    ['Mon frère Gwendal vient de partir.', 'Gwendal'],
    ['De otra parte, don Eustaquio Villaplana, firma.', 'Eustaquio Villaplana'],
    ['La alcaldesa de Toledo, Eustaquia Villaplana, firmó.', 'Eustaquia Villaplana'],
    ['Quarmbyさんの歓迎会です', 'Quarmby'],
    ['I was on the phone with Thessaly Quarmby again.', 'Thessaly Quarmby'],
    ['Please wire EUR 4,200 to Thessaly Quarmby; thanks.', 'Thessaly Quarmby'],
    ['The flat is registered to Thessaly Quarmby, not to me.', 'Thessaly Quarmby'],
    ['I, Thessaly Quarmby, declare the following.', 'Thessaly Quarmby'],
    ['The victim was Thessaly Quarmby, they said.', 'Thessaly Quarmby'],
    ['Hiya, it’s Zorblin from the flat above.', 'Zorblin'],
    ['Moin, ich bin’s, Zorblin – ruf mal zurück.', 'Zorblin'],
    ['Salut, c’est Gwendal ! Rappelle-moi.', 'Gwendal'],
    ['Hola, soy Eustaquia Villaplana, la de la esquina.', 'Eustaquia Villaplana'],
    ['Can you ring Zorblin on +44 7700 900461?', 'Zorblin'],
    ['If stuck call Zorblin 07700 900461', 'Zorblin'],
    ['Kannst du Kunibert Wackernagel mal anrufen? Er ist nicht da.', 'Kunibert Wackernagel'],
    ['Kannst du Ottfriede sagen, dass es nicht geht?', 'Ottfriede'],
    ['Rappelle Théodule Grandval au 06 39 98 12 47.', 'Théodule Grandval'],
    ['La cuenta está a nombre de Eustaquio Villaplana.', 'Eustaquio Villaplana'],
    ['Onboarding of Thessaly Quarmby is on Monday.', 'Thessaly Quarmby'],
    ['The executor, Thessaly Quarmby, has applied.', 'Thessaly Quarmby'],
    ['Geachte mevrouw Zorblin,', 'Zorblin'],
    ['verwezen door huisarts dr. Zorblin', 'Zorblin'],
    ['Pacjentka Zorblina Quarmska ma 30 lat', 'Zorblina Quarmska'],
    ['Il paziente Zorblino Quarmi sta bene', 'Zorblino Quarmi'],
    ['Ein Pass, ausgestellt auf Zorblin Quarmby, ist weg.', 'Zorblin Quarmby'],
    ['Un passeport délivré à Théodule Grandval en mai.', 'Théodule Grandval'],
    ['From: "Zorblin Quarmby" <zq@example.org>', 'Zorblin Quarmby'],
    ['Zorblin - 07700 900461', 'Zorblin'],
    ['Saygılarımla,\nZorblin Quarmby\n', 'Zorblin Quarmby'],
    ['Ship to: Zorblin Quarmby, 7 Quimby Street', 'Zorblin Quarmby'],
    ['Z poważaniem,\nZorblina Quarmska\n', 'Zorblina Quarmska'],
    ['Med vänlig hälsning,\nZorblin\n', 'Zorblin'],
    ['ZORBLIN QUARMBY\nzorblin.q@example.org', 'ZORBLIN QUARMBY'],
    ['The deed was witnessed by Thessaly Quarmby last week.', 'Thessaly Quarmby'],
    ['Rechnung an: Kunibert Wackernagel, nicht an mich.', 'Kunibert Wackernagel'],
    ['Virement reçu de Théodule Grandval hier.', 'Théodule Grandval'],
    ['Seat 14C, QUARMBY/THESSALY MS, paid.', 'QUARMBY/THESSALY'],
    ['My name’s Zorblin and I am late.', 'Zorblin'],
    ['From 2001:db8:85a3::8a2e:370:7334, user Thessaly Quarmby, aged 47', 'Thessaly Quarmby'],
  ])('are sure where a person is meant: %j', (text, name) => {
    expect(findMasked(text, 'person')).toContain(`person ${name}`);
  });

  it.each([
    'Compare Random Forest with Gradient Boosting on tabular data.',
    'Customer Success Dashboard is down.',
    'Client Libraries Explained, in three parts.',
    'Install the driver Bundle first.',
    'Die Kunden Hotline ist nicht besetzt und der Preis ist hoch.',
    'It’s Quarkus that fails.',
    'Zorvex Engine 0123456789 is broken.',
    'The client was Zorvex Studio.',
    'Kannst du Zorvexcode schreiben, der das nicht tut?',
    'INPUT/OUTPUT errors of MR requests',
    'use std::zorvex::Thessaly Quarmby, aged 47',
    'Update Semantic Conventions, see semantic.conventions@1.2.3 for more.',
  ])('stay guesses in %j', (text) => {
    expect(findMasked(text, 'person')).toEqual([]);
  });

  it('are sure where an address is made of them, and not where a product has an address', () => {
    const text = 'Please ask Temitope Oyelaran (oyelaran@example.org) about it.';
    expect(findMasked(text, 'person')).toEqual(['person Temitope Oyelaran']);
    expect(findMasked('Why did Oyelaran leave? Ask m.oyelaran@example.org.', 'person')).toEqual(['person Oyelaran']);
    expect(findMasked('Why did Zorvex fail? Ask zorvex@example.org.', 'person')).toEqual([]);
  });

  it('are sure everywhere once a title vouches for them', () => {
    const text = 'Mr Zorblin wrote first. Nobody had seen Zorblin before.';
    expect(findMasked(text, 'person')).toEqual(['person Zorblin', 'person Zorblin']);
    expect(findMasked('Nobody had seen Zorblin before.', 'person')).toEqual([]);
  });

  it.each([
    ['Frau Wackernagel das Passwort gegeben, das ist nicht gut', 'Wackernagel'],
    ['Wunschtermin: Zorblin Quarmby um drei am besten', 'Zorblin Quarmby'],
    ['The firm (Landlord) and my wife Zorblin agree', 'Zorblin'],
    ['Landlord: Zorblin Quarmby, aged 40', 'Zorblin Quarmby'],
  ])('take nothing else along in %j', (text, name) => {
    expect(findAll(text, 'person')).toEqual([`person ${name}`]);
  });

  it.each([
    'Passport No. 12',
    'Steuer-ID 12',
    'Taiwan ID 12',
    'Liebe Eltern, morgen ist frei.',
    'Notifications <no@example.org>',
  ])('are not what a number or a group is called: %j', (text) => {
    expect(findAll(text, 'person')).toEqual([]);
  });

  it('are no part of what somebody is', () => {
    expect(findAll('Die Sprecherin der Stiftung Wackerland ist nicht da.', 'person', 'organization')).toEqual([
      'organization Stiftung Wackerland',
    ]);
  });
});

describe('names in Chinese, Japanese and Korean', () => {
  it.each([
    ['客户邱先生投诉称，无人接听。', '邱'],
    ['给我的同事蒋一鸣写一封推荐信。', '蒋一鸣'],
    ['甲方：某某有限公司\n乙方：卢景行', '卢景行'],
    ['株式会社ミドリの榊原です。', '榊原'],
    ['渡会 健吾と申します。', '渡会 健吾'],
    ['よろしくお願いいたします。\n東海林 由紀\n', '東海林 由紀'],
    ['갑: (주)새벽물류, 을: 예진아', '예진아'],
    ['아브라함 씨는 오늘 옵니다.', '아브라함'],
    ['남궁민수 과장 면담', '남궁민수'],
    ['환자 제갈윤(52세)의 차트', '제갈윤'],
    ['株式会社青嶺工業の桐生より', '桐生'],
    ['氏名：早乙女 健　電話：不明', '早乙女 健'],
    ['诸葛明轩的身份证丢了。', '诸葛明轩'],
    ['会议由孟凡丽主持。', '孟凡丽'],
    ['您好，我是戴思琪，订单有误。', '戴思琪'],
    ['本人麥嘉欣，想查詢。', '麥嘉欣'],
    ['接诊医生：苗青。', '苗青'],
    ['客戶賴怡君，電話不通', '賴怡君'],
    ['附件是谭嘉宁的合同。', '谭嘉宁'],
    ['病院の伊集院医師が担当。', '伊集院'],
    ['户名：庞雨桐\n银行卡号：无', '庞雨桐'],
    ['用户 贾思远 从此登录失败', '贾思远'],
    ['我和司徒浩然一起去。', '司徒浩然'],
    ['这是蒋总的意思。', '蒋'],
    ['主治医は財前先生です。', '財前'],
    ['昨日、長谷部部長と話した。', '長谷部'],
    ['営業部　日下部 智', '日下部 智'],
    ['名義人は山県 昌子。', '山県 昌子'],
    ['주식회사 새벽소프트 남궁현입니다.', '남궁현'],
    ['을: 모은채', '모은채'],
    ['독고영재 | 팀장', '독고영재'],
  ])('are sure where words say so: %j', (text, name) => {
    expect(findMasked(text, 'person')).toEqual([`person ${name}`]);
  });

  it.each([
    '患者高血压多年，正在服药。',
    '客户方便时请回电。',
    '用户任何时间都可以登录。',
    '我是温州人，你呢？',
    '我的手机坏了，由方案负责。',
    '구매팀 과장 면담',
    '営業部長と外務省課長が来た。',
    '安全总部在北京。',
    '모든 문제입니다.',
    '오늘 날씨 좋다',
  ])('are not sure in %j', (text) => {
    expect(findMasked(text, 'person')).toEqual([]);
  });

  it('are guessed before when a sentence says something happened', () => {
    expect(findAll('林晓峰昨天去了那里。', 'person')).toEqual(['person 林晓峰']);
    expect(findAll('高温天气昨天结束。', 'person')).toEqual([]);
  });

  it('are guessed side by side at the beginning of a sentence', () => {
    expect(findAll('林婉儿和赵磊上周去了那里。', 'person')).toEqual(['person 林婉儿', 'person 赵磊']);
  });
});

describe('who speaks in a chat', () => {
  it('is somebody where several lines begin with names, one of which is known', () => {
    const text = '[09:12] jordan: can somebody help zorblin?\n[09:13] quarmby: sure, in a minute\n';
    expect(findMasked(text, 'person')).toEqual(['person jordan', 'person quarmby']);
    expect(findMasked('jonas: moin, wer kommt heute?\nwibke: ich nicht\n', 'person')).toEqual([
      'person jonas',
      'person wibke',
    ]);
  });

  it.each([
    'timeout: how long to wait for it\nretries: how many times to try\n',
    'jordan: one line alone says nothing at all',
    'max: 20, // how many at most\njordan: 12, // how long it waits here\n',
    '  max: how many at most is that\n  jordan: how long it waits here\n',
    '[09:12] kernel: usb was found here\n[09:13] worker: started the job now\n',
  ])('is nobody in %j', (text) => {
    expect(findMasked(text, 'person')).toEqual([]);
  });
});

describe('nationalities', () => {
  it.each([
    ['Jeanne, de nationalité belge, est partie.', 'belge'],
    ['Staatsangehörigkeit: kosovarisch, ledig, nicht da', 'kosovarisch'],
    ['이집트인이고 학생입니다', '이집트인'],
    ['彼はイタリア人です', 'イタリア人'],
  ])('are found behind their label, and by the sign for people: %j', (text, word) => {
    expect(findAll(text, 'nationality')).toEqual([`nationality ${word}`]);
  });

  it('are not seen where a country has people', () => {
    expect(findAll('中国人民银行', 'nationality')).toEqual([]);
  });
});

describe('dates of birth', () => {
  it.each([
    ['平成5年3月3日生まれです', '平成5年3月3日'],
    ['저는 1985년 7월 9일에 태어났습니다', '1985년 7월 9일'],
    ['Er ist geboren am 2. Mai 1969 und wohnt nicht hier.', '2. Mai 1969'],
  ])('are dates that words for birth stand by: %j', (text, date) => {
    expect(findAll(text, 'date_of_birth')).toEqual([`date_of_birth ${date}`]);
  });
});
