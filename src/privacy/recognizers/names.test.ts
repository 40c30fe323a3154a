import { describe, expect, it } from 'vitest';
import { findAll, findSure } from './test-find.ts';

describe('names of people', () => {
  it.each([
    ['My name is Zorblax Vandermolen and I wait.', 'Zorblax Vandermolen'],
    ['I spoke to Mrs. Quarmby today', 'Quarmby'],
    ['Name: Thessaly O. Trevanion', 'Thessaly O. Trevanion'],
    ['Ich heiße Kunibert Wackernagel und habe eine Frage.', 'Kunibert Wackernagel'],
    ["Je m'appelle Théodule Grandval.", 'Théodule Grandval'],
    ['Me llamo Eustaquio Villaplana.', 'Eustaquio Villaplana'],
    ['Hi Quillon,\n\nthe parcel is here.', 'Quillon'],
    ['Hallo Sverrir,\nkannst du bitte helfen?', 'Sverrir'],
    ['Bonjour Madame Grandval,\nmerci.', 'Grandval'],
    ['The parcel is here.\n\nKind regards,\nThessaly Trevanion', 'Thessaly Trevanion'],
    ['Ich komme nicht.\n\nMit freundlichen Grüßen\nKunibert Wackernagel', 'Kunibert Wackernagel'],
    ['Je ne viens pas.\n\nCordialement,\nThéodule Grandval', 'Théodule Grandval'],
    ['No voy.\nUn saludo,\nEustaquio Villaplana', 'Eustaquio Villaplana'],
    ['Die Kundin Frau Obermayr wartet nicht auf der Straße.', 'Obermayr'],
    ['我叫王小明,你好', '王小明'],
    ['李先生来了', '李'],
    ['请联系王晓明，谢谢', '王晓明'],
    ['请转告周一鸣下午三点开会', '周一鸣'],
    ['Ich heiße Kunibert Wackernagel-Obermayr und habe eine Frage.', 'Kunibert Wackernagel-Obermayr'],
    ['Me llamo Jan-Willem van der Quarmby.', 'Jan-Willem van der Quarmby'],
    ['I spoke to Dr. Hassan al-Quarmani today', 'Hassan al-Quarmani'],
    ['私の名前は山田太郎です', '山田太郎'],
    ['제 이름은 김민수입니다', '김민수'],
  ])('are sure where words say so: %j', (text, name) => {
    expect(findSure(text, 'person')).toEqual([`person ${name}`]);
  });

  it('are guessed by capitals in a sentence, and then not masked', () => {
    expect(findAll('Why would Quillon leave?', 'person')).toEqual(['person Quillon']);
    expect(findSure('Why would Quillon leave?', 'person')).toEqual([]);
  });

  it.each([
    'The results are in. However, nothing changed on Monday.',
    'Terms And Conditions Of Use',
    '联系方式见下，感谢关注，请通知马上来的人。',
    'const Router = createRouter({ History });',
    'PLEASE READ THIS NOTICE BEFORE USE',
    'Das Haus und die Straße sind nicht weit von der Schule.',
    'Labor Day is in September.',
    'Hello,\n\nthe parcel is here.\n\nBest regards',
    'Hi Team,\nthe figures are in.',
    'Das Paket ist in Bearbeitung und die Rechnung nicht bezahlt.',
  ])('are not seen in %j', (text) => {
    expect(findAll(text, 'person')).toEqual([]);
  });
});

describe('organisations', () => {
  it.each([
    ['She works for Zorvex Dynamics Ltd.', 'Zorvex Dynamics Ltd'],
    ['the University of Quarrendon said', 'University of Quarrendon'],
    ['Halcyon is a design agency based in Rome.', 'Halcyon'],
    ['他在上海蓝天有限公司工作', '上海蓝天有限公司'],
    ['株式会社サンプルの件', '株式会社サンプル'],
    ['We met Conservas Marinas S.L. in June', 'Conservas Marinas S.L'],
    ['von der Spedition Nordwind nicht geliefert', 'Spedition Nordwind'],
    ['the firm Wetherell & Yaxley LLP wrote', 'Wetherell & Yaxley LLP'],
    ['(주)새벽안개 대표', '(주)새벽안개'],
    ['有限会社はるぐさ商店', '有限会社はるぐさ商店'],
    ['Nabywca: Tartak Zorbliński Sp. z o.o., NIP', 'Tartak Zorbliński Sp. z o.o'],
    ['La società Officine Zorblini S.r.l., con sede', 'Officine Zorblini S.r.l'],
    ['la sede de Zorblinos Norteños, S.A. en x', 'Zorblinos Norteños, S.A'],
    ['ins Kreiskrankenhaus Zorblau gebracht, das ist nicht weit', 'Kreiskrankenhaus Zorblau'],
    ['gérant de la société Zorblin Bâtiment, aurait fui', 'Zorblin Bâtiment'],
    ['We stayed at the Hotel Zorblina in June', 'Hotel Zorblina'],
    ['das Quimby-Lindgren-Gymnasium ist nicht weit und schön', 'Quimby-Lindgren-Gymnasium'],
  ])('are found in %j', (text, name) => {
    expect(findAll(text, 'organization').map((found) => found.replace(/\.$/, ''))).toEqual([`organization ${name}`]);
  });

  it('are not every capital before a verb', () => {
    expect(findAll('She is a design student.', 'organization')).toEqual([]);
  });
});

describe('places', () => {
  it.each([
    ['We flew to Lisbon.', 'city Lisbon'],
    ['I live in Brindlewick now', 'city Brindlewick'],
    ['He came from New Zealand.', 'country New Zealand'],
    ['born in Massachusetts', 'region Massachusetts'],
    ['我在北京', 'city 北京'],
    ['서울에서 만나요', 'city 서울'],
    ['Ze komt uit Leeuwarden.', 'city Leeuwarden'],
    ['She is in Coimbatore', 'city Coimbatore'],
    ['Storgatan, Göteborg', 'city Göteborg'],
    ['北海道へ行く', 'region 北海道'],
  ])('are found in %j', (text, expected) => {
    expect(findAll(text, 'city', 'region', 'country')).toEqual([expected]);
  });

  it('words that are names of cities too need a place before them', () => {
    expect(findAll('a nice bath, reading Georgia', 'city')).toEqual([]);
    expect(findAll('We met in Bath', 'city')).toEqual(['city Bath']);
  });
});
