import { countTokens as countCl100k } from 'gpt-tokenizer/encoding/cl100k_base';
import { countTokens as countO200k } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import { estimateTokens, lengthBucket } from './estimate-tokens.ts';
import { testView } from './test-view.ts';

const SAMPLES: Readonly<Record<string, string>> = {
  english:
    'Please read the attached supply agreement and tell me which of its clauses expose us to unlimited liability. We signed a similar one two years ago and had to renegotiate after the first delivery failed.',
  german:
    'Bitte lesen Sie den beigefügten Liefervertrag und erklären Sie, welche Klauseln eine unbeschränkte Haftung begründen. Einen ähnlichen Vertrag mussten wir vor zwei Jahren nachverhandeln.',
  french:
    'Veuillez lire le contrat de fourniture ci-joint et indiquer quelles clauses nous exposent à une responsabilité illimitée. Nous avons dû renégocier un contrat semblable il y a deux ans.',
  spanish:
    'Lea el contrato de suministro adjunto y dígame qué cláusulas nos exponen a una responsabilidad ilimitada. Hace dos años tuvimos que renegociar uno parecido.',
  chinese:
    '请阅读所附的供货合同，并说明哪些条款会使我们承担无限责任。两年前我们签过类似的合同，首次交货失败后不得不重新谈判。',
  japanese:
    '添付の供給契約書を読み、どの条項が無制限の責任を生じさせるかを説明してください。二年前に同様の契約を再交渉しました。',
  korean:
    '첨부된 공급 계약서를 읽고 어떤 조항이 무제한 책임을 발생시키는지 설명해 주세요. 2년 전에도 비슷한 계약을 다시 협상해야 했습니다.',
  russian:
    'Прочитайте приложенный договор поставки и объясните, какие условия создают для нас неограниченную ответственность. Два года назад похожий договор пришлось пересматривать.',
  arabic:
    'اقرأ عقد التوريد المرفق ووضح أي البنود تعرضنا لمسؤولية غير محدودة. قبل عامين اضطررنا إلى إعادة التفاوض على عقد مماثل.',
  hindi:
    'संलग्न आपूर्ति अनुबंध पढ़ें और बताएं कि कौन सी धाराएं हमें असीमित दायित्व में डालती हैं। दो साल पहले हमें ऐसा ही अनुबंध बदलना पड़ा था।',
  code: 'export function parseLimit(value: unknown): number | null {\n  if (typeof value !== "number" || !Number.isFinite(value)) return null;\n  return value > 0 ? Math.floor(value) : null;\n}\n',
  json: '{"id":417,"items":[{"sku":"A-1029","price":12.5,"count":3},{"sku":"B-0044","price":7.25,"count":1}],"currency":"EUR"}',
};

const estimateOf = (text: string) => estimateTokens(testView(text, { messages: 0 }));

describe('estimateTokens', () => {
  test.each(Object.entries(SAMPLES))('is within a third of the true count for %s', (_, text) => {
    const ratio = estimateOf(text).tokens / countO200k(text);
    expect(ratio).toBeGreaterThan(0.67);
    expect(ratio).toBeLessThan(1.4);
  });

  test.each(Object.entries(SAMPLES))('has a p95 above the true count of either tokenizer for %s', (_, text) => {
    expect(estimateOf(text).p95).toBeGreaterThanOrEqual(Math.max(countO200k(text), countCl100k(text)));
  });

  test('samples long texts instead of reading them, and stays right about mixed ones', () => {
    const half = (sample: string): string => (SAMPLES[sample] as string).repeat(400);
    const text = half('english') + half('chinese');
    const truth = countO200k(SAMPLES.english as string) * 400 + countO200k(SAMPLES.chinese as string) * 400;
    const { tokens } = estimateOf(text);
    expect(tokens / truth).toBeGreaterThan(0.75);
    expect(tokens / truth).toBeLessThan(1.3);
  });

  test('scales with length: ten times the text is ten times the tokens', () => {
    const text = (SAMPLES.english as string).repeat(30);
    expect(estimateOf(text.repeat(10)).tokens / estimateOf(text).tokens).toBeCloseTo(10, 0);
  });

  test('samples every text of a conversation, not the longest one', () => {
    const chinese = (SAMPLES.chinese as string).repeat(40);
    const english = (SAMPLES.english as string).repeat(40);
    const texts = [english, chinese];
    const totalCharacters = english.length + chinese.length;
    const both = estimateTokens(testView('', { texts, totalCharacters, messages: 0 })).tokens;
    expect(both).toBeGreaterThan(estimateOf(english).tokens);
    expect(both / (estimateOf(english).tokens + estimateOf(chinese).tokens)).toBeCloseTo(1, 0);
  });

  test('counts messages, declarations, images, audio, files and given tokens', () => {
    const base = estimateTokens(testView('', { messages: 0 })).tokens;
    for (const more of [
      { messages: 5 },
      { declarationCharacters: 4_600 },
      { images: 1 },
      { audioBytes: 100_000 },
      { fileBytes: 50_000 },
      { givenTokens: 17 },
    ]) {
      expect(estimateTokens(testView('', { messages: 0, ...more })).tokens).toBeGreaterThan(base);
    }
    expect(estimateTokens(testView('', { messages: 0, givenTokens: 17 })).tokens).toBe(base + 17);
  });

  test('takes empty texts, one character fifty million times and unpaired surrogates', () => {
    expect(estimateOf('').tokens).toBeGreaterThanOrEqual(0);
    expect(estimateOf('a'.repeat(50_000_000)).tokens).toBeGreaterThan(1_000_000);
    expect(estimateOf('\ud800'.repeat(5_000)).tokens).toBeGreaterThan(0);
  });
});

describe('lengthBucket', () => {
  test.each([
    [0, 'short'],
    [7_999, 'short'],
    [8_000, 'medium'],
    [31_999, 'medium'],
    [32_000, 'long'],
    [127_999, 'long'],
    [128_000, 'huge'],
  ])('%i tokens are %s', (tokens, bucket) => {
    expect(lengthBucket(tokens)).toBe(bucket);
  });
});
