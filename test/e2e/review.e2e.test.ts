import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, runJson } from '../support/command-line.ts';
import { type RunningServer, startSourceServer } from '../support/running-server.ts';

const CHROMIUM = '/usr/bin/chromium';
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
];

interface Created {
  review: string;
  items: number;
  links: { reviewer: string; path: string }[];
}

describe.skipIf(!existsSync(CHROMIUM))(
  `blind review in a browser (needs ${CHROMIUM})`,
  { timeout: 120_000, retry: 2 },
  () => {
    let browser: Browser;
    let server: RunningServer;

    beforeAll(async () => {
      server = await startSourceServer('use_cases:\n  - { id: talks, owner: tests, keep_bodies: true }\n');
      browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
      const lines = Array.from({ length: 4 }, (_, index) =>
        JSON.stringify({ id: `m${index}`, input: `What is ${300 + index} * 7?`, target: String((300 + index) * 7) }),
      );
      writeFileSync(join(server.folder, 'sums.jsonl'), lines.join('\n'));
      const run = ['eval', 'run', '--file', 'sums.jsonl', '--scorer', 'numeric'];
      const who = ['--deployment', 'sandbox/glm-5.2', '--deployment', 'sandbox/llama-4-ultra'];
      await runCommand([...run, ...who], { cwd: server.folder });
    });
    afterAll(async () => {
      await browser.close();
      await server.stop();
    });

    async function create(more: readonly string[]): Promise<Created> {
      const cwd = server.folder;
      const runs = await runJson<{ run: string }[]>(['eval', 'list'], { cwd });
      const ids = runs.slice(0, 2).flatMap(({ run }) => ['--run', run]);
      return runJson<Created>(['review', 'create', ...ids, '--reviewer', 'ann', '--raters', '1', ...more], { cwd });
    }

    async function open(path: string): Promise<Page> {
      const page = await (await browser.newContext()).newPage();
      page.setDefaultTimeout(30_000);
      await page.goto(server.origin + path);
      return page;
    }

    it('is done by keys alone: draft, skip with a reason, votes to the last item; the address keeps no token', async () => {
      const { review, items, links } = await create([]);
      const page = await open(links[0]?.path as string);
      await page.getByText(`0 judged, ${items} left`).waitFor();
      expect(page.url()).toBe(`${server.origin}/review`);
      await page.getByText('SANDBOX: not an AI model. Programs wrote these texts.').waitFor();
      const shown = await page.locator('main').innerText();
      expect(shown).not.toMatch(/glm|llama|zhipu|meta|SANDBOX/i);
      await page.keyboard.press('s');
      await page.getByText('Say in the comment why you skip it.').waitFor();
      // Letters that are typed are no votes.
      await page.keyboard.type('a bad question');
      await page.getByText('Draft saved.').waitFor();
      const again = await open(links[0]?.path as string);
      await again.getByText(`0 judged, ${items} left`).waitFor();
      expect(await again.getByLabel('Comment').inputValue()).toBe('a bad question');
      await again.keyboard.press('s');
      await again.getByText(`1 judged, ${items - 1} left`).waitFor();
      await again.keyboard.press('?');
      await again.getByRole('dialog').waitFor();
      await again.keyboard.press('Escape');
      for (const [index, key] of ['a', 'b', 't'].entries()) {
        await again.keyboard.press(key);
        await again.getByText(`${index + 2} judged`).waitFor();
      }
      await again.getByText('Nothing is left to judge.').waitFor();
      const progress = await runJson<{ votes: number; skip_reasons: string[] }>(['review', 'show', review], {
        cwd: server.folder,
      });
      expect(progress).toMatchObject({ votes: 3, skip_reasons: ['a bad question'] });
      const result = await runJson<{ preference: { ties: number } }>(
        ['review', 'unblind', review, '--reason', 'tests are done'],
        { cwd: server.folder },
      );
      expect(result.preference.ties).toBe(1);
    });

    it('rates by digits and sends by Ctrl+Enter where it is a rubric, and single keys can be switched off', async () => {
      const { items, links } = await create([
        '--kind',
        'rubric',
        '--criterion',
        'correct',
        '--criterion',
        'clear',
        '--size',
        '1',
      ]);
      const page = await open(links[0]?.path as string);
      await page.getByText(`0 judged, ${items} left`).waitFor();
      await page.getByLabel('Single keys').uncheck();
      await page.keyboard.press('4');
      expect(await page.locator('input[type=radio]:checked').count()).toBe(0);
      await page.getByLabel('Single keys').check();
      await page.getByLabel('Single keys').blur();
      await page.keyboard.press('4');
      await page.keyboard.press('2');
      expect(
        await page
          .locator('input[type=radio]:checked')
          .evaluateAll((inputs) => inputs.map((input) => input.getAttribute('value'))),
      ).toEqual(['4', '2']);
      await page.keyboard.press('Control+Enter');
      await page.getByText(`1 judged, ${items - 1} left`).waitFor();
    });

    it('goes to the next and the previous open item with what was begun kept, and by keys that were assigned anew', async () => {
      const { items, links } = await create([]);
      const page = await open(links[0]?.path as string);
      await page.getByText(`0 judged, ${items} left`).waitFor();
      const asked = page.locator('#question');
      const first = await asked.innerText();
      await page.keyboard.press('c');
      await page.keyboard.type('half a thought');
      await page.keyboard.press('Escape');
      await page.keyboard.press('ArrowRight');
      await asked.filter({ hasNotText: first }).waitFor();
      expect(await page.getByLabel('Comment').inputValue()).toBe('');
      await page.keyboard.press('ArrowLeft');
      await asked.filter({ hasText: first }).waitFor();
      expect(await page.getByLabel('Comment').inputValue()).toBe('half a thought');
      await page.keyboard.press('?');
      await page.getByLabel('Key: both are equally good').fill('a');
      await page.getByText('a is taken').waitFor();
      await page.getByLabel('Key: both are equally good').fill('x');
      await page.getByRole('button', { name: 'Close (Esc)' }).click();
      await page.keyboard.press('t');
      await page.keyboard.press('x');
      await page.getByText(`1 judged, ${items - 1} left`).waitFor();
    });

    it('shows the conversation before what was asked last, long turns of it folded', async () => {
      const cwd = server.folder;
      const long = `The report says: ${'it rained, and then it rained again; '.repeat(60)}`;
      for (const town of ['Lisbon', 'Graz']) {
        const messages = [
          { role: 'user', content: `${long} Where was it, ${town}?` },
          { role: 'assistant', content: `It was in ${town}.` },
          { role: 'user', content: `What is ${town.length} + 1?` },
        ];
        const answer = await fetch(`${server.origin}/v1/chat/completions`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-alidade-use-case': 'talks' },
          body: JSON.stringify({ model: 'auto', messages }),
        });
        await answer.text();
      }
      await runCommand(['eval', 'sample', '--use-case', 'talks', '--scorer', 'answered', '--size', '2'], { cwd });
      const run = ['eval', 'run', '--suite', 'traffic/talks', '--use-case', 'talks'];
      const who = ['--deployment', 'sandbox/glm-5.2', '--deployment', 'sandbox/llama-4-ultra'];
      expect(await runCommand([...run, ...who], { cwd })).toMatchObject({ exitCode: 0 });
      const { links } = await create(['--size', '1']);
      const page = await open(links[0]?.path as string);
      await page.getByRole('heading', { name: 'Conversation before' }).waitFor();
      const turns = page.locator('details.turn');
      expect(await turns.count()).toBe(2);
      expect(await turns.evaluateAll((all) => all.map((turn) => turn.hasAttribute('open')))).toEqual([false, true]);
      expect(await turns.nth(1).locator('pre').innerText()).toMatch(/^It was in (Lisbon|Graz)\.$/);
      await turns.nth(0).locator('summary').press('Enter');
      await turns.nth(0).getByText('The report says:').last().waitFor();
      expect(await page.locator('#question').innerText()).toMatch(/^What is \d \+ 1\?$/);
    });

    it('says so where the link is wrong, and shows nothing', async () => {
      const page = await open('/review#rev_00000000000000000000000000.nothing');
      await page.getByText('This link is not valid.').waitFor();
      expect(await page.locator('#item').isVisible()).toBe(false);
      expect((await fetch(`${server.origin}/review/review.html`)).status).toBe(404);
      expect((await fetch(`${server.origin}/api/review`)).status).toBe(401);
    });
  },
);
