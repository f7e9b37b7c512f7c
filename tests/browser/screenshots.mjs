// SPDX-License-Identifier: EUPL-1.2
//
// node screenshots.mjs [NAME...]: pictures for people to look at, of every
// page in every state into $B/screenshots/NAME-WIDTH-SCHEME.png, on paper into
// NAME-print.png, and of every form of a badge into forms-...; of those whose
// name begins so, or of all.

import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';

import { build } from './lib/check.mjs';
import { NOW, chromium, registry } from './lib/public.mjs';
import { states, uses } from './lib/states.mjs';

const WIDTHS = [360, 768, 1280];
const PAPER = 718;              // pixels of CSS: A4 with margins of 10 mm
const FORMS = ['small-light-nl.svg', 'small-dark-en.svg', 'small-mono-nl.png',
  'light-nl.svg', 'dark-en.svg', 'mono-nl.svg',
  'light-en.png', 'mail-nl.png', 'print-light-nl.svg', 'print-mono-en.svg', 'qr.svg',
  'qr-full.svg'];
const wanted = process.argv.slice(2);
const asked = (name) => wanted.length === 0 ||
  wanted.some((each) => name.startsWith(each));
const out = `${build}/screenshots`;
mkdirSync(out, { recursive: true });

const browser = await chromium();
let taken = 0;

async function looks(page, name, widths = WIDTHS) {
  const picture = async (file) => {
    await page.screenshot({ path: `${out}/${name}-${file}.png`,
      fullPage: true });
    taken++;
  };
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await picture(`${width}-${colorScheme}`);
    }
  }
  if (!name.endsWith('-en')) {
    await page.setViewportSize({ width: PAPER, height: 1000 });
    await page.emulateMedia({ colorScheme: 'light', media: 'print' });
    await picture('print');
  }
  await page.emulateMedia({ media: 'screen' });
}

// As many pages at a time as there are cores.
async function all(own, work, before = '') {
  const one = async () => {
    const page = await browser.newPage();
    await page.clock.setFixedTime(NOW * 1000);
    for (let next = work.shift(); next; next = work.shift()) {
      const [name, path, act = () => {}] = next;
      if (!asked(before + name))
        continue;
      await page.goto(own.local + path);
      await act(page);
      await looks(page, before + name);
    }
    await page.close();
  };
  await Promise.all(Array.from({ length: availableParallelism() }, one));
}

// What a site shows, at the widths that it may, on light and on dark ground.
async function forms(own, before = '') {
  const page = await browser.newPage();
  for (const [who, name] of [['Voorbeeld ICT', 'forms-valid'],
    ['Zuiderlicht', 'forms-suspended'], ['Polder', 'forms-withdrawn'],
    ['Heideveld', 'forms-expired'], ['Zelfbouw', 'forms-self-declared'],
    ['Stichting Samen', 'forms-long']]) {
    if (!asked(before + name))
      continue;
    await page.goto(`${own.local}/robots.txt`);
    for (const width of [80, 160, 320]) {
      await page.evaluate(async ([at, files, wide]) => {
        document.body.style.background = 'light-dark(#eef2f5, #10222f)';
        document.documentElement.style.colorScheme = 'light dark';
        document.body.replaceChildren(...files.map((file) => {
          const img = new Image(wide);
          img.src = `${at}/${file}`;
          img.style.margin = '8px';
          return img;
        }));
        await Promise.all([...document.images].map((i) =>
          i.decode().catch(() => i.remove())));
      }, [`/badge/${own.mark(who)}`, FORMS, width]);
      await looks(page, `${before}${name}-at-${width}-en`, [1280]);
    }
  }
  await page.close();
}

for (const environment of ['production', 'demonstration', 'exercise']) {
  const own = await registry({ environment });
  const before = environment === 'production' ? '' : `${environment}-`;
  const work = [...states(own), ...uses(own)];
  await all(own, before === '' ? work : work.filter(([name]) =>
    ['home', 'list', 'mark-valid', 'holder', 'check-valid', 'absent']
      .includes(name)), before);
  await forms(own, before);
  own.close();
}
console.log(`${taken} pictures in ${out}`);
await browser.close();
process.exit(taken > 0 ? 0 : 1);
