// SPDX-License-Identifier: EUPL-1.2
// The page for a holder in Chromium, as it is served: texts are copied by
// button and keyboard, and can be taken without a script; of a suspended mark
// nothing is handed out. How the page is to use: 51_each_page.mjs.
// Pictures of every form at the widths that sites show them at.

import { mkdirSync } from 'node:fs';

import { build, end, ensure, same } from './lib/check.mjs';
import { chromium, registry } from './lib/public.mjs';

const own = await registry();
const browser = await chromium();
const shots = `${build}/screenshots`;
mkdirSync(shots, { recursive: true });

const path = (who, lang = 'nl') => own.origin + (lang === 'en' ?
  `/en/${own.mark(who)}/holder` : `/${own.mark(who)}/houder`);

async function copies() {
  const page = await browser.newPage({ bypassCSP: true });
  for (const lang of ['nl', 'en']) {
    await page.goto(path('Voorbeeld ICT', lang));
    const done = lang === 'nl' ? 'Gekopieerd' : 'Copied';
    for (const name of ['snippet', 'element', 'line']) {
      const button = page.locator(`button[data-copy=${name}]`);
      const text = await page.locator(`#${name}`).inputValue();
      ensure(text.includes(own.mark('Voorbeeld ICT')), name, text);
      await button.focus();
      await page.keyboard.press('Enter');
      await page.locator('#copied', { hasText: done }).waitFor();
      same(await button.textContent(), done);
      const pasted = await page.evaluate(async () => {
        const area = document.createElement('textarea');
        document.body.append(area);
        area.focus();
        return area;
      }).then(() => page.keyboard.press('Control+V')).then(() =>
        page.evaluate(() => document.querySelector(
          'body > textarea').value));
      same(pasted, text, name);
      await page.reload();
    }
  }
  await page.close();
}

async function without() {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(path('<script>'));
  same(await page.locator('button[data-copy]:visible').count(), 0);
  ensure((await page.locator('#snippet').inputValue()).includes('&lt;img'),
    'escaped');
  same(await page.locator('img[src="x"]').count(), 0);
  const missing = [];
  for (const link of await page.locator('a[download]').all()) {
    // Not the browser's own: it has no such name to look up.
    const answer = await context.request.get(`http://127.0.0.1:${own.port}` +
      await link.getAttribute('href'));
    if (answer.status() !== 200)
      missing.push(await link.getAttribute('href'));
  }
  same(missing, []);
  await context.close();
}

async function stopped() {
  const page = await browser.newPage({ bypassCSP: true });
  for (const who of ['Zuiderlicht', 'Polder Telecom', 'Heideveld']) {
    await page.goto(path(who));
    same(await page.locator('a[download], textarea').count(), 0, who);
    ensure(await page.locator('.stop').isVisible(), who);
  }
  await page.close();
}

// What a site shows, on light and dark ground, for people to look at.
async function pictures() {
  const number = own.mark('Voorbeeld ICT');
  const page = await browser.newPage({ viewport: { width: 1100,
    height: 500 } });
  await page.goto(path('Voorbeeld ICT'));
  const forms = ['light-nl.svg', 'dark-en.svg', 'mono-nl.svg', 'light-nl.png',
    'mail-nl.png', 'print-light-nl.svg', 'qr.svg', 'qr-full.svg',
    'small-light-nl.svg', 'small-dark-en.png'];
  for (const width of [80, 180, 320]) {
    await page.evaluate(async ([names, at, wide]) => {
      document.body.replaceChildren(...names.map((name) => {
        const img = new Image(wide);
        img.src = `${at}/${name}`;
        return img;
      }));
      await Promise.all([...document.images].map((i) => i.decode()));
    }, [forms, `/badge/${number}`, width]);
    same(await page.evaluate(() => [...document.images].filter((i) =>
      i.naturalWidth === 0).map((i) => i.src)), []);
    await page.screenshot({ path: `${shots}/forms-${width}.png`,
      fullPage: true });
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(path('Voorbeeld ICT'));
  await page.screenshot({ path: `${shots}/holder-1280.png`, fullPage: true });
  await page.close();
}

try {
  await copies();
  await without();
  await stopped();
  await pictures();
} finally {
  await browser.close();
  own.close();
}
end();
