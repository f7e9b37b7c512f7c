// SPDX-License-Identifier: EUPL-1.2
// Every page of the register in every state and both languages, the two that
// compute with an outcome as well: axe-core finds nothing in light and dark,
// the keyboard comes to all there is, in order and seen, nothing scrolls
// sideways at 400 %, the HTML is valid; and what is no real register says so.

import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

import { end, ensure, npm, same } from './lib/check.mjs';
import { NOW, chromium, registry } from './lib/public.mjs';
import { states, uses } from './lib/states.mjs';

const { HtmlValidate } = npm('html-validate');
const AXE = readFileSync(npm.resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',
  'best-practice'];
const WIDE = { width: 1280, height: 900 };
const ZOOMED = { width: 320, height: 256 };     // 1280 at 400 %

const own = await registry();
const browser = await chromium();
const only = process.argv.slice(2);
const wanted = ([name]) => only.length === 0 || only.includes(name);

// The scheme changes colours alone, and those are of no language.
const COLOURS = { type: 'rule', values: ['color-contrast',
  'link-in-text-block'] };

async function axe(page, name) {
  const run = async (runOnly, scheme) => same(await page.evaluate(
    async (only) => (await window.axe.run(document, { runOnly: only,
      resultTypes: ['violations'], preload: false })).violations
      .map((v) => [v.id, v.nodes.slice(0, 3).map((n) => n.html)]), runOnly),
  [], 'axe-core', name, scheme);
  await run({ type: 'tag', values: RULES }, 'light');
  if (name.endsWith('-en'))
    return;
  await page.emulateMedia({ colorScheme: 'dark' });
  await run(COLOURS, 'dark');
  await page.emulateMedia({ colorScheme: 'light' });
}

// Within the page: what Tab should come to, and what it came to.
function watch() {
  const radio = (e) => e.type === 'radio' && !e.checked;
  const all = (root) => [...root.querySelectorAll('*')].flatMap((e) =>
    e.shadowRoot ? [e, ...all(e.shadowRoot)] : [e]);
  const stops = all(document).filter((e) => e.tabIndex >= 0 && e.matches(
    'a[href], button, input, select, textarea, summary, [tabindex="0"]') &&
    e.checkVisibility({ visibilityProperty: true }) && !e.disabled &&
    !radio(e));
  const seen = (e) => e && getComputedStyle(e).outlineStyle === 'solid' &&
    e.getBoundingClientRect().width > 1;
  window.walked = [];
  const note = ({ target: e }) => {
    const at = stops.indexOf(e);
    if (e.shadowRoot)
      return;                   // what is in it tells of itself
    // Within a date the browser itself shows which part has it; a file's
    // field is shown by its label.
    window.walked.push([at, e.type === 'date' || seen(e) ||
      (e.type === 'file' && seen(e.nextElementSibling)), e.outerHTML
      .slice(0, 120)]);
  };
  for (const root of new Set(stops.map((e) => e.getRootNode())))
    root.addEventListener('focusin', note);
  stops[0].focus();
  return [stops.length, stops.filter((e) => e.type === 'date').length,
    stops.map((e) => e.outerHTML.slice(0, 120))];
}

async function keyboard(page, name) {
  const [stops, dates, html] = await page.evaluate(watch);
  await Promise.all(Array.from({ length: stops - 1 + 3 * dates }, () =>
    page.keyboard.press('Tab')));
  const walked = (await page.evaluate(() => window.walked))
    .slice(0, stops);
  walked.forEach(([at, seen, e], i) => {
    same(at, i, name, 'after', html[i - 1], 'not', html[i], 'comes', e);
    ensure(i === 0 || seen, name, 'focus is not seen', e);
  });
  same(walked.length, stops, name, 'not reached', html[walked.length]);
}

async function zoom(page, name) {
  await page.setViewportSize(ZOOMED);
  const [wide, what] = await page.evaluate(() => {
    const all = document.documentElement.scrollWidth;
    const e = all > innerWidth && [...document.body.querySelectorAll('*')]
      .findLast((each) => each.getBoundingClientRect().right > innerWidth);
    return [all, e ? e.outerHTML.slice(0, 200) : ''];
  });
  ensure(wide <= ZOOMED.width, name, 'is as wide as', wide, what);
  await page.setViewportSize(WIDE);
}

// As many pages at a time as there are cores, each used again and again.
async function looks() {
  const work = [...states(own), ...uses(own)].filter(wanted);
  const one = async () => {
    const page = await browser.newPage({ viewport: WIDE });
    await page.addInitScript(AXE);
    await page.clock.setFixedTime(NOW * 1000);
    for (let next = work.shift(); next; next = work.shift()) {
      const [name, path, act = () => {}] = next;
      await page.goto(own.local + path);
      await act(page);
      await axe(page, name);
      await keyboard(page, name);
      await zoom(page, name);
    }
    await page.close();
  };
  await Promise.all(Array.from({ length: availableParallelism() }, one));
}

const asBrowser = (url) => fetch(url, { headers: { Accept: 'text/html' } });

async function markup() {
  const validate = new HtmlValidate({ extends: ['html-validate:recommended'],
    rules: {
      // Ours are written so, and both are HTML.
      'void-style': 'off', 'long-title': 'off', 'no-inline-style': 'error',
      'attribute-boolean-style': 'error',
      // Lists without bullets are lists for who listens, too.
      'no-redundant-role': 'off', 'prefer-native-element': 'off',
      // A telephone number is as the configuration has it.
      'tel-non-breaking': 'off',
    } });
  for (const [name, path] of states(own).filter(wanted)) {
    const reply = await asBrowser(own.local + path);
    const report = await validate.validateString(await reply.text());
    // What is filled in at /aanvragen is never sent, so nothing submits it.
    same(report.results.flatMap((r) => r.messages.filter((m) =>
      m.ruleId !== 'wcag/h32' || !name.startsWith('apply')).map((m) =>
      `${m.line}: ${m.ruleId}: ${m.message}`)), [], 'html-validate', name);
    const policy = reply.headers.get('content-security-policy') ?? '';
    ensure(policy.includes("default-src 'none'") &&
      !policy.includes('unsafe-inline'), name, policy);
  }
}

const BANDS = { demonstration: ['DEMONSTRATIE', 'DEMONSTRATION'],
  exercise: ['OEFENING', 'EXERCISE'] };

async function bands() {
  for (const [environment, [nl, en]] of Object.entries(BANDS)) {
    const other = await registry({ environment });
    for (const [name, path] of states(other).filter(wanted)) {
      const reply = await asBrowser(other.local + path);
      const text = await reply.text();
      ensure(text.includes(`<p class="band"><strong>${
        name.endsWith('-en') ? en : nl}</strong>`), environment, name);
      ensure(text.includes('<meta name="robots" content="noindex">'), name);
      same(reply.headers.get('x-robots-tag'), 'noindex', name);
    }
    other.close();
  }
}

const begin = Date.now();
for (const test of [markup, bands, looks]) {
  await test();
  console.log(`${test.name}: ${Math.round((Date.now() - begin) / 1000)} s`);
}
await browser.close();
own.close();
end();
