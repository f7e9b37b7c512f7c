// SPDX-License-Identifier: EUPL-1.2
// The public side of an authority with a fictional cast, as it is served, and
// a browser that looks at it. Every request is kept, so that a test can say
// what was never sent.

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync }
  from 'node:fs';

import { NOW, build, dir, top } from './check.mjs';
import { browser } from './site.mjs';

// Stricter than what pages are served with: no markup by script at all.
const TRUSTED = "; require-trusted-types-for 'script'; trusted-types 'none'";

const PAGES = /^\/(?:controleer|aanvragen|en\/check|en\/apply|K)$/;

/** A tree with the cast: where it is, and who they are. */
export function cast(name = 'cast', ...options) {
  const at = `${dir}/${name}`;
  rmSync(at, { recursive: true, force: true });
  mkdirSync(at, { recursive: true });
  execFileSync('/usr/bin/python3', [`${top}/tests/system/lib/make_cast.py`, at,
    '--now', `${NOW}`, ...options]);
  return { at, people: JSON.parse(readFileSync(`${at}/cast.json`)) };
}

/** serve_tree, until stop(). */
export async function serve(at, ...lines) {
  const child = spawn(`${build}/system/serve_tree`, [`${at}/tree`, `${NOW}`,
    ...lines], { stdio: ['pipe', 'pipe', 'ignore'] });
  const port = await new Promise((done, fail) => {
    child.stdout.once('data', (data) => done(Number(data)));
    child.once('exit', (code) => fail(new Error(`serve_tree: ${code}`)));
  });
  return { url: `http://127.0.0.1:${port}`, stop: () => child.stdin.end() };
}

/** The attestation of a mark, as it stands in the register's runs. */
export function attestation(at, number) {
  for (const name of readdirSync(`${at}/tree/register`)) {
    if (name === 'index')
      continue;
    const run = readFileSync(`${at}/tree/register/${name}`);
    // A byte string with a COSE_Sign1 in it; the last is the newest.
    let found = null;
    for (let i = run.indexOf('d284', 0, 'hex'); i > 0;
      i = run.indexOf('d284', i + 1, 'hex')) {
      const bytes = run[i - 3] === 0x59 ?
        run.subarray(i, i + run.readUInt16BE(i - 2)) : Buffer.of();
      if (bytes.includes(number))
        found = bytes;
    }
    if (found)
      return found;
  }
  throw new Error(`${number}: not in the register`);
}

/** What people see of it: wrap_badge KIND FILE ARGUMENT. */
export function wrap(kind, bytes, argument) {
  const file = `${dir}/to-wrap`;
  writeFileSync(file, bytes);
  const p = spawnSync(`${build}/system/wrap_badge`, [kind, file, argument]);
  if (p.status !== 0)
    throw new Error(`wrap_badge: ${p.stderr}`);
  return p.stdout;
}

/** Chromium, and how to open a page of that server in it. */
export async function window(url) {
  const chromium = await browser(new URL(url).port);
  const log = [], asked = [];
  const open = async (options = {}) => {
    const context = await chromium.newContext({ locale: 'nl-NL',
      timezoneId: 'Europe/Amsterdam', acceptDownloads: true, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(15000);
    page.on('pageerror', (e) => log.push(e.message));
    page.on('console', (m) => m.type() === 'error' && log.push(m.text()));
    page.on('request', (r) => asked.push({ method: r.method(), url: r.url(),
      body: r.postData(), headers: r.headers() }));
    await page.clock.setFixedTime(NOW * 1000);
    await page.route((at) => PAGES.test(at.pathname),
      async (route) => {
        const reply = await route.fetch({ maxRedirects: 0 });
        const headers = reply.headers();
        if (headers['content-security-policy'])
          headers['content-security-policy'] += TRUSTED;
        else if (reply.status() === 200)
          log.push('no Content-Security-Policy');
        await route.fulfill({ response: reply, headers });
      });
    return page;
  };
  return { open, log, asked, url, close: () => chromium.close() };
}
