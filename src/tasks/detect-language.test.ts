import { describe, expect, test } from 'vitest';
import { cjkShare, detectLanguage } from './detect-language.ts';
import { countScripts, createScriptCounts } from './scan-scripts.ts';

const countsOf = (text: string) => {
  const counts = createScriptCounts();
  countScripts(text, 0, text.length, counts);
  return counts;
};
const languageOf = (text: string) => detectLanguage(text, countsOf(text));

describe('detectLanguage', () => {
  test.each([
    ['请分析以下合同中的主要风险。', 'zh'],
    ['用 Python 写一个 quicksort 函数', 'zh'],
    ['この契約書のリスクを説明してください。', 'ja'],
    ['コンピューターの歴史', 'ja'],
    ['이 계약서의 위험 요소를 설명해 주세요.', 'ko'],
    ['Объясните, пожалуйста, риски этого договора.', 'ru'],
    ['Поясніть, будь ласка, ризики цього договору.', 'uk'],
    ['Објасните ризике овог уговора, љубазно молим.', 'sr'],
    ['اشرح المخاطر الرئيسية في هذا العقد', 'ar'],
    ['ریسک‌های این قرارداد را توضیح دهید و چه پیشنهادی دارید', 'fa'],
    ['הסבר את הסיכונים בחוזה', 'he'],
    ['Εξηγήστε τους κινδύνους της σύμβασης', 'el'],
    ['इस अनुबंध के जोखिम समझाइए', 'hi'],
    ['இந்த ஒப்பந்தத்தின் அபாயங்கள்', 'ta'],
    ['এই চুক্তির ঝুঁকি ব্যাখ্যা করুন', 'bn'],
    ['อธิบายความเสี่ยงของสัญญานี้', 'th'],
    ['What does this contract say about liability?', 'en'],
    ['Write a poem about autumn', 'en'],
  ])('%s is %s', (text, language) => {
    expect(languageOf(text)).toBe(language);
  });

  test.each([
    ['Bitte erkläre die Risiken in diesem Vertrag und schlage Änderungen vor.', 'de'],
    ['Explique los riesgos de este contrato y proponga cambios.', 'es'],
    ['Expliquez les risques de ce contrat et proposez des modifications.', 'fr'],
    ['Spiega i rischi di questo contratto e proponi modifiche.', 'it'],
    ['Leg de risico van het contract uit en stel een wijziging voor.', 'nl'],
    ['Explique os riscos deste contrato e proponha alterações, por favor.', 'pt'],
    ['explica los riesgos de este contrato y propon cambios, por favor', 'es'],
    ['erklar mir bitte was der unterschied ist', 'de'],
    ['quelle est la difference entre ces deux contrats', 'fr'],
    ['no idea what to do as a beginner', 'en'],
  ])('tells Latin letters apart by function words, with or without accents: %s is %s', (text, language) => {
    expect(languageOf(text)).toBe(language);
  });

  test.each([
    'quicksort numpy 3.11',
    'SELECT id FROM users WHERE age > 30',
    'Proszę wyjaśnić ryzyko tej umowy',
    'Xin hãy giải thích rủi ro của hợp đồng này',
    'ok',
  ])('is unsure of Latin letters that are surely none of its languages: %s', (text) => {
    expect(languageOf(text)).toBeNull();
  });

  test.each(['', '   ', '12 + 30 = 42', '🎉🎉', '\ud800'])('says nothing about %j, which has no letters', (text) => {
    expect(languageOf(text)).toBeNull();
  });

  test('keeps English prompts with Greek formulas English', () => {
    expect(languageOf('Please explain why α + β equals γ in the proof of the theorem')).toBe('en');
  });
});

describe('cjkShare', () => {
  test('counts ideographs, kana and Hangul as a share of letters, digits and punctuation aside', () => {
    expect(cjkShare(countsOf('中aaa'))).toBe(0.25);
    expect(cjkShare(countsOf('ア한aa 123 !?'))).toBe(0.5);
    expect(cjkShare(countsOf('123'))).toBe(0);
  });
});
