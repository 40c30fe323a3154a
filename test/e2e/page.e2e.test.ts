import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type RunningServer, startSourceServer } from '../support/running-server.ts';

const CHROMIUM = '/usr/bin/chromium';
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const SECRET = 'ald_obviously-not-a-real-key-0001';
const WITH_KEYS = `keys:\n  - { id: tester, secret: "${SECRET}", roles: [app] }\n`;

// A browser is a program of others on a shared machine: a click that it loses is tried again, and the report says so.
describe.skipIf(!existsSync(CHROMIUM))(
  `the page in a browser (needs ${CHROMIUM})`,
  { timeout: 60_000, retry: 2 },
  () => {
    let browser: Browser;
    let server: RunningServer;
    /** What a browser complains about, and what it asked of anybody else; neither may happen in any test. */
    let complaints: string[] = [];

    beforeAll(async () => {
      server = await startSourceServer();
      browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
    });
    afterAll(async () => {
      await browser.close();
      await server.stop();
    });
    afterEach(() => {
      const seen = complaints;
      complaints = [];
      expect(seen).toEqual([]);
    });

    async function open(origin: string, options: BrowserContextOptions = {}): Promise<Page> {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      onTestFinished(() => context.close());
      const page = await context.newPage();
      page.setDefaultTimeout(30_000);
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => {
        // Chromium notes every 4xx itself; those that tests provoke are answers, which the page shows.
        const isStatus = message.text().startsWith('Failed to load resource');
        if (message.type() === 'error' && !isStatus) complaints.push(message.text());
      });
      page.on('request', (request) => {
        const { protocol, origin: asked } = new URL(request.url());
        if (protocol !== 'data:' && asked !== origin) complaints.push(`asked ${request.url()}`);
      });
      await page.goto(`${origin}/`);
      return page;
    }

    const click = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
    const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

    it('says that only the sandbox answers before anything was asked', async () => {
      const page = await open(server.origin);
      await page.getByText('SANDBOX: not an AI model.').waitFor();
      await page.getByText('Version 0.1.0, ready').waitFor();
    });

    it('shows the decision for the long Chinese contract, and calls nobody', async () => {
      const page = await open(server.origin);
      const before = await requests();
      await click(page, 'Long Chinese contract');
      await click(page, 'Decide');
      const decision = section(page, 'Decision');
      await decision.waitFor();
      const text = await decision.innerText();
      expect(text).toContain('zhipu/glm-5.2');
      expect(text).toMatch(/Routed as\s+long_document/);
      expect(text).toContain('primary_optimal');
      expect(text).toContain('threshold 50,000 tokens');
      expect(text).toMatch(/Labels\s+long_document, cjk_language/);
      expect(text).toMatch(/Estimated tokens\s+85,000 \(long\)/);
      expect(text).toContain('sandbox/claude-4-opus');
      expect(await decision.getByRole('meter').count()).toBe(6);
      expect(await requests()).toEqual(before);
    });

    const requests = async (): Promise<unknown> => (await fetch(`${server.origin}/api/requests`)).json();

    it.each(['streamed', 'whole'])('shows a %s answer, then its receipt with its place in the chain', async (how) => {
      const page = await open(server.origin);
      await click(page, 'Code');
      if (how === 'whole') await page.getByLabel('Stream the answer').uncheck();
      await click(page, 'Send');
      await section(page, 'Receipt').waitFor();
      const answer = await section(page, 'Answer').innerText();
      expect(answer).toContain('sandbox/glm-5.2 - SANDBOX: not an AI model');
      expect(answer).toContain('finish reason: stop');
      const receipt = await section(page, 'Receipt').innerText();
      expect(receipt).toMatch(/Outcome\s+ok/);
      expect(receipt).toMatch(/Cost\s+\$0 \(sandbox\)/);
      expect(receipt).toMatch(/Chain\s+[a-z0-9]+, record \d+/);
      expect(await section(page, 'Decision').innerText()).toMatch(/Routed as\s+code_generation/);
    });

    it('shows what anybody wrote as text and never as markup', async () => {
      const page = await open(server.origin);
      await page
        .getByLabel('Prompt')
        .fill('Hello <img src=x onerror="document.title=1"> <script>document.title=2</script>');
      await click(page, 'Send');
      await section(page, 'Receipt').waitFor();
      expect(await section(page, 'Answer').innerText()).toContain('<img src=x');
      expect(await page.locator('img, main script').count()).toBe(0);
      expect(await page.title()).toBe('Alidade');
    });

    it('shows code and message of an error, and the receipt of the refused request', async () => {
      const page = await open(server.origin);
      await click(page, 'Code');
      await page.getByLabel('Model').fill('zhipu/glm-9.9');
      await click(page, 'Send');
      const problem = page.getByRole('alert');
      await problem.waitFor();
      expect(await problem.innerText()).toMatch(/^model_not_found \(HTTP 404\) /);
      expect(await section(page, 'Receipt').innerText()).toMatch(/Outcome\s+bad_request \(model_not_found\)/);
      expect(await section(page, 'Answer').isVisible()).toBe(false);
    });

    it.each([
      ['cut', 'data: {"choices":[{"delta":{"content":"half an ans"}}]}\n\n', 'cut The stream ended early'],
      [
        'ended by an error',
        'data: {"choices":[{"delta":{"content":"half an ans"}}]}\r\n\r\ndata: {"error":{"code":"upstream_cut","message":"Gone."}}\r\n\r\n',
        'upstream_cut Gone.',
      ],
    ])('never shows an answer as complete that was %s', async (_how, body, said) => {
      const page = await open(server.origin);
      await page.route('**/v1/chat/completions', (route) => route.fulfill({ contentType: 'text/event-stream', body }));
      await click(page, 'Code');
      await click(page, 'Send');
      await page.getByRole('alert').waitFor();
      expect(await page.getByRole('alert').innerText()).toContain(said);
      expect(await section(page, 'Answer').innerText()).toContain('half an ans');
      expect(await page.getByText('The answer is complete').count()).toBe(0);
    });

    it('stops an answer that hangs, and shows how the server booked it', async () => {
      const page = await open(server.origin);
      const hangs = { 'x-alidade-sandbox-fault': 'stall-after=3' };
      await page.route('**/v1/chat/completions', (route) =>
        route.continue({ headers: { ...route.request().headers(), ...hangs } }),
      );
      await click(page, 'Code');
      await click(page, 'Send');
      await page.locator('#answer', { hasText: '```' }).waitFor();
      await click(page, 'Stop');
      await page.getByText('Stopped.').waitFor();
      expect(await section(page, 'Receipt').innerText()).toMatch(/Outcome\s+client_gone/);
      expect(await page.getByRole('alert').isVisible()).toBe(false);
    });

    it('can be used with the keyboard alone', async () => {
      const page = await open(server.origin);
      const focused = () => page.evaluate('document.activeElement.id || document.activeElement.textContent');
      const tabTo = async (name: string): Promise<void> => {
        for (let presses = 0; (await focused()) !== name; presses += 1) {
          expect(presses, `no way to ${name} by Tab`).toBeLessThan(30);
          await page.keyboard.press('Tab');
        }
      };
      await tabTo('prompt');
      await page.keyboard.type('Write a haiku about a harbour.');
      await tabTo('Decide');
      await page.keyboard.press('Enter');
      await section(page, 'Decision').waitFor();
      await tabTo('send');
      await page.keyboard.press('Space');
      await section(page, 'Receipt').waitFor();
    });

    it('asks for a key where the server has keys, uses it, and forgets it with the tab', async () => {
      const guarded = await startSourceServer(WITH_KEYS);
      onTestFinished(() => guarded.stop());
      const page = await open(guarded.origin);
      const field = page.getByLabel('Key (kept in memory');
      await field.waitFor();
      await click(page, 'Code');
      await field.fill(SECRET);
      // The key counts from here on, and the models that it may use have been asked for before anything is sent.
      await field.blur();
      await page.locator('#models option').first().waitFor({ state: 'attached' });
      await click(page, 'Send');
      await section(page, 'Receipt').waitFor();
      expect(await section(page, 'Receipt').innerText()).toMatch(/Key\s+tester/);
      expect(await page.locator('#snippets').innerText()).toContain('os.environ["ALIDADE_API_KEY"]');
      expect(await page.evaluate('document.cookie + localStorage.length + sessionStorage.length')).toBe('00');
      await page.reload();
      await field.waitFor();
      expect(await field.inputValue()).toBe('');
    });

    it('copies snippets that name its own address', async () => {
      const page = await open(server.origin, { permissions: ['clipboard-read', 'clipboard-write'] });
      for (const [name, line] of [
        ['Python', `base_url="${server.origin}/v1"`],
        ['JavaScript', `baseURL: '${server.origin}/v1'`],
        ['curl', `${server.origin}/v1/chat/completions`],
      ] as const) {
        await click(page, `Copy ${name}`);
        await page.getByText(`${name} copied.`).waitFor();
        expect(await page.evaluate('navigator.clipboard.readText()')).toContain(line);
      }
    });

    it('fits a screen of 320 pixels without scrolling sideways', async () => {
      const page = await open(server.origin, { viewport: { width: 320, height: 640 } });
      await click(page, 'Security review');
      await click(page, 'Send');
      await section(page, 'Receipt').waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    });

    it('follows the browser into the dark', async () => {
      const grounds: unknown[] = [];
      for (const colorScheme of ['light', 'dark'] as const) {
        const page = await open(server.origin, { colorScheme });
        grounds.push(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
      }
      expect(grounds).toEqual(['rgb(251, 251, 249)', 'rgb(20, 23, 26)']);
    });
  },
);
