import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { chatRequest } from '../../test/support/chat-requests.ts';
import { AppError } from '../contracts/errors.ts';
import { createHandling } from '../privacy/tokens/handling.ts';
import { TextScanner } from '../privacy-thread/text-scanner.ts';
import { type RequestTexts, requestTexts } from '../wire/request-texts.ts';
import { RequestDetector } from './detection.ts';
import type { PreparedRequest } from './prepare.ts';
import { readRequest } from './read-request.ts';
import { TokenReplacer } from './token-replacement.ts';

const settings = { tenantKey: new Uint8Array(32), handling: createHandling({}) };
const scope = { key: 'k', session: null };
const MAIL = 'quillon@quimby.example';

/** A detector that notes each text that it is asked about. */
function noting() {
  const asked: string[] = [];
  const detect = async (text: string) => {
    asked.push(text);
    return [];
  };
  const plugIn = { name: 'noting', detect };
  const detector = new RequestDetector(new TextScanner(), { maxCharacters: 1e6, budgetMs: 60_000, plugIn });
  return { asked, detector, replacer: new TokenReplacer(detector) };
}

const bodyOf = (members: object): Buffer =>
  Buffer.from(
    JSON.stringify({
      model: 'm',
      messages: [
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: `Mail ${MAIL}.` },
        { role: 'user', content: 'Mail nobody.' },
      ],
      ...members,
    }),
  );

/** As far as replacing looks at it. */
async function preparedFrom(body: Buffer, detector: RequestDetector): Promise<PreparedRequest> {
  const read = readRequest('chat', 'openai', body);
  const texts = requestTexts(read.request.body);
  return { read, texts, detection: await detector.detect(texts) } as PreparedRequest;
}

test('a text that was searched is searched again only where it was changed', async () => {
  const { asked, detector, replacer } = noting();
  const body = bodyOf({});
  const prepared = await preparedFrom(body, detector);
  const before = asked.length;
  const tokenised = await replacer.ofRequest(prepared, body, scope, settings);
  if (tokenised instanceof AppError) throw tokenised;
  expect(tokenised.body.toString()).toMatch(/Mail PII_MAIL_[0-9A-Z]{13}\./);
  expect(asked.slice(before)).toEqual([expect.stringMatching(/^Mail PII_MAIL_[0-9A-Z]{13}\.$/)]);
});

test('what stands where no token may stand is refused, though it was found before and not changed', async () => {
  const { detector, replacer } = noting();
  const body = bodyOf({ metadata: { user_id: MAIL }, tools: [{ type: 'function', function: { name: MAIL } }] });
  const tokenised = await replacer.ofRequest(await preparedFrom(body, detector), body, scope, settings);
  expect(tokenised).toMatchObject({ code: 'denied_by_policy', message: expect.stringContaining('email') });
});

test('what was never searched to its end is searched, or refused', async () => {
  const { asked, detector, replacer } = noting();
  const body = bodyOf({});
  const prepared = await preparedFrom(body, detector);
  asked.length = 0;
  const incomplete = { incomplete: 'over_budget', counts: {}, classes: [], findings: [] } as const;
  for (const detection of [null, incomplete]) {
    const tokenised = await replacer.ofRequest({ ...prepared, detection }, body, scope, settings);
    if (tokenised instanceof AppError) throw tokenised;
    expect(tokenised.body.toString()).not.toContain(MAIL);
  }
  expect(asked.filter((text) => text === `Mail ${MAIL}.`)).toHaveLength(2);
  detector.configure({ maxCharacters: 1, budgetMs: 60_000, plugIn: null });
  expect(await replacer.ofRequest({ ...prepared, detection: null }, body, scope, settings)).toBeInstanceOf(AppError);
});

test('a conversation inside this process is searched once, and again where tokens stand', async () => {
  const { asked, replacer } = noting();
  const turns = [`Mail ${MAIL}.`, 'Mail nobody.'].map((text) => ({
    role: 'user' as const,
    parts: [{ type: 'text' as const, text }],
  }));
  const tokenised = await replacer.ofChat(chatRequest({ turns }), scope, settings);
  if (tokenised instanceof AppError) throw tokenised;
  expect(asked.filter((text) => text === 'Mail nobody.')).toHaveLength(1);
  expect(asked.filter((text) => text.includes(MAIL))).toHaveLength(1);
  expect(asked.filter((text) => /PII_MAIL_[0-9A-Z]{13}/.test(text))).toHaveLength(1);
});

test('between tens of thousands of findings others get their turns', async () => {
  const mails = /q\d+@quimby\.example/g;
  // At once, so that every turn that passes is one that was given.
  const detect = ({ texts }: RequestTexts) => {
    const findings = texts.map((text) =>
      [...text.matchAll(mails)].map(({ 0: mail, index }) => ({
        ...{ type: 'email', start: index, end: index + mail.length, score: 1, source: 'pattern' },
      })),
    );
    return { incomplete: null, counts: {}, classes: [], findings };
  };
  const replacer = new TokenReplacer({ detect } as unknown as RequestDetector);
  const content = Array.from({ length: 40_000 }, (_, at) => `q${at}@quimby.example`).join(' ');
  const body = Buffer.from(JSON.stringify({ model: 'm', messages: [{ role: 'user', content }] }));
  let turns = 0;
  let over = false;
  const count = (): void => {
    turns += 1;
    if (!over) setImmediate(count);
  };
  setImmediate(count);
  const tokenised = await replacer.ofRequest(
    await preparedFrom(body, { detect } as unknown as RequestDetector),
    ...([body, scope, settings] as const),
  );
  over = true;
  if (tokenised instanceof AppError) throw tokenised;
  // 18 fewer where two looks at all findings take a turn each.
  expect(turns).toBeGreaterThan(85);
});
