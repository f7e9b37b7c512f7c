// SPDX-License-Identifier: EUPL-1.2
//
// node screenshots.mjs [NAME...]: pictures of every page in every state into
// $B/screenshots/NAME-WIDTH-SCHEME.png, for people to look at; of those whose
// name begins so, or of all.

import { mkdirSync } from 'node:fs';

import { build } from './lib/check.mjs';
import { chromium, registry } from './lib/public.mjs';
import { states } from './lib/states.mjs';

const WIDTHS = [360, 768, 1280];
const wanted = process.argv.slice(2);
const out = `${build}/screenshots`;
mkdirSync(out, { recursive: true });

const browser = await chromium();
let taken = 0;

async function picture(context, origin, name, path, file) {
  const page = await context.newPage();
  await page.goto(origin + path);
  await page.screenshot({ path: `${out}/${file}.png`, fullPage: true });
  await page.close();
  taken++;
}

async function all(environment, choose) {
  const own = await registry({ environment });
  for (const scheme of ['light', 'dark'])
    for (const width of WIDTHS) {
      const context = await browser.newContext({ colorScheme: scheme,
        viewport: { width, height: 900 } });
      for (const [name, path] of states(own))
        if (choose(name) && (wanted.length === 0 ||
            wanted.some((w) => name.startsWith(w))))
          await picture(context, own.origin, name, path,
            `${environment === 'production' ? '' : `${environment}-`}` +
            `${name}-${width}-${scheme}`);
      await context.close();
    }
  own.close();
}

await all('production', () => true);
await all('demonstration', (name) => ['home', 'mark-valid'].includes(name));
console.log(`${taken} pictures in ${out}`);
await browser.close();
process.exit(taken > 0 ? 0 : 1);
