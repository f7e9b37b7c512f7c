// SPDX-License-Identifier: EUPL-1.2
// The register as files alone (keurmerkd export), on a web server that knows
// nothing of it but that a page ends in .html: the list has its pages, and the
// browser finds a holder by each kind of key.

import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync }
  from 'node:fs';
import { createServer } from 'node:http';

import { build, dir, end, ensure, npm, same } from './lib/check.mjs';
import { cast, window } from './lib/authority.mjs';

const { at, people } = cast('copy', '--first', '18');
const conf = `${at}/conf`, copy = `${at}/export`;
writeFileSync(conf, `issuer = "keurmerk.example"\ndata = "${dir}/no"\n` +
  `tree = "${at}/tree"\nenvironment = production\n`);
chmodSync(conf, 0o600);
execFileSync('faketime', ['2026-11-24 00:00:00Z', `${build}/keurmerkd`,
  'export', '-f', conf, copy], { env: { ...process.env, TZ: 'UTC' } });
const TYPE = { html: 'text/html; charset=utf-8', js: 'text/javascript',
  css: 'text/css', svg: 'image/svg+xml' };
const server = createServer(({ url }, reply) => {
  const { pathname } = new URL(url, 'http://x');
  const name = [pathname, `${pathname}.html`, `${pathname}index.html`]
    .map((each) => copy + each).find((each) => existsSync(each) &&
      statSync(each).isFile());
  reply.writeHead(name ? 200 : 404, { 'content-type':
    TYPE[name?.split('.').pop()] ?? 'application/octet-stream',
  'content-security-policy': "default-src 'self'; base-uri 'none'" });
  reply.end(name && readFileSync(name));
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const { open, log, close } = await window(
  `http://127.0.0.1:${server.address().port}`);
const url = `http://127.0.0.1:${server.address().port}`;
const holder = people.find(({ name }) => name === 'Voorbeeld ICT B.V.');
const page = await open({ bypassCSP: true });      // for axe

async function found(query, path = '/zoeken') {
  await page.goto(`${url}${path}?${new URLSearchParams(query)}`);
  await page.waitForFunction((busy) => !['', busy].includes(
    document.getElementById('said').textContent),
  await page.getAttribute('#found', 'data-busy'));
  return page.locator('#found li').evaluateAll((all) => all.map((li) =>
    li.innerText.split('\n').filter(Boolean)));
}

// This page is of an export alone, so that 51_each_page.mjs does not see it.
async function accessible() {
  await page.addScriptTag({ path: npm.resolve('axe-core/axe.min.js') });
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    same(await page.evaluate(async () => (await globalThis.axe.run()).violations
      .map((v) => [v.id, v.nodes[0].html])), [], colorScheme);
  }
  await page.setViewportSize({ width: 320, height: 640 });
  ensure(await page.evaluate(() => document.documentElement.scrollWidth <=
    innerWidth), 'wider than the window');
}

try {
  for (const q of [holder.kvk, holder.number, holder.number.toLowerCase(),
    holder.hosts[0], `https://www.${holder.hosts[0]}/x`, 'voorbeeld ICT',
    'Vóórbeeld  ict']) {
    const hits = await found({ q });
    const own = hits.find((lines) => lines.includes(holder.name));
    ensure(own, q, 'found', hits);
    ensure(own.join(' ').includes(`KVK-nummer ${holder.kvk}`) &&
      own.join(' ').includes(holder.number), own);
  }
  same(await page.inputValue('#q'), 'Vóórbeeld  ict');
  same(await found({ q: 'Voorbeeld ICT Zuid-Pool' }), []);
  same(await page.textContent('#said'), 'Geen keurmerk gevonden.');
  const gone = await found({ status: 'withdrawn' }, '/en/search');
  ensure(gone.length > 0 && gone.every((lines) =>
    lines.join(' ').includes('Withdrawn')), gone);
  const all = await found({ status: '', service: 'telephony' });
  ensure(all.length > 0 && all.length < people.length, all.length);
  await accessible();
  await page.locator('#found a').first().click();
  await page.waitForURL(/\/KM-/);
  // No name of a holder is ever markup.
  const trap = people.find(({ name }) => name.includes('<'));
  ensure(trap, 'no trap in the cast');
  ensure((await found({ q: trap.kvk })).flat().includes(trap.name), trap.name);
  same(log, []);
  const plain = await open({ javaScriptEnabled: false });
  await plain.goto(`${url}/zoeken?q=x`);
  ensure((await plain.innerText('main')).includes('zonder JavaScript'), 'words');
} finally {
  await close();
  server.close();
}
end();
