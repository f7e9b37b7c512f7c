// SPDX-License-Identifier: EUPL-1.2
// /aanvragen in Chromium, as it is served: done by keyboard, saved and opened
// again, in both languages, without a script, and with nothing sent. Before
// it the reckoning itself, against the scheme.

import { readFileSync } from 'node:fs';

import { end, ensure, same, top } from './lib/check.mjs';
import { cast, serve, window } from './lib/authority.mjs';

const { planOf, linesOf, fileOf, choiceOf, bodiesFor } =
  await import(`${top}/ca/public/static/plan.js`);
const scheme = JSON.parse(readFileSync(`${top}/schemas/scheme.json`));
const { at } = cast('apply');
const server = await serve(at);
const { open, log, asked, url, close } = await window(server.url);

const CHOICE = { claims: ['basic_measures'], services: ['cloud'],
  level: 'basic', evidence: [] };
const choose = (more) => ({ ...CHOICE, ...more });

// What remains, reckoned in another way: by going through all of the scheme.
function plans() {
  const minutes = Object.fromEntries(scheme.methods.map((m) =>
    [m.code, m.guide_minutes]));
  for (const level of ['basic', 'substantial'])
    for (const services of [[], ['cloud'], ['backup', 'workplace'],
      scheme.services.map((s) => s.code)])
      for (const claims of [[], ['basic_measures'], ['policy_advice'],
        ['basic_measures', 'policy_advice']]) {
        const plan = planOf(scheme, choose({ level, services, claims }));
        let expected = 0;
        for (const r of scheme.requirements)
          for (const claim of claims.filter((c) => r.claims.includes(c))) {
            const of = claim === 'policy_advice' ? 1 : services.filter((s) =>
              !r.services || r.services.includes(s)).length;
            for (const method of r.levels[level] ?? [])
              expected += of * minutes[method];
          }
        same([plan.least, plan.most], [expected, expected], level, services,
          claims);
        same(plan.methods.reduce((n, m) => n + m.minutes, 0), expected);
      }
  same(linesOf(scheme, choose({ claims: ['policy_advice'] })),
    [{ claim: 'policy_advice', service: null }]);
}

function evidence() {
  const whole = planOf(scheme, CHOICE);
  const part = planOf(scheme, choose({ evidence: ['iso-27001'] }));
  same(part.most, whole.most);
  ensure(part.least < whole.least, part.least, whole.least);
  // Of what covers all of it nothing is left; an own judgement never does.
  const equal = structuredClone(scheme);
  for (const each of equal.evidence)
    each.requirements = Object.fromEntries(scheme.requirements.map((r) =>
      [r.id, 'equal']));
  same(planOf(equal, choose({ evidence: ['iso-27001'] })).most, 0);
  const own = planOf(equal, choose({ evidence: ['bio2'] }));
  same(own.most, whole.most);
  ensure(own.requirements.every(({ proof }) => proof === 'part'), own);
  const bodies = { bodies: [
    { name: 'a', from: '2026-01-01', until: '2027-01-01', level: 'basic' },
    { name: 'b', from: '2026-01-01', until: '2027-01-01',
      level: 'substantial' }] };
  const names = (...args) => bodiesFor(bodies, ...args).map((b) => b.name);
  same(names('basic', '2026-12-31'), ['a', 'b']);
  same(names('substantial', '2026-01-01'), ['b']);
  same(names('basic', '2027-01-01'), []);
  same(names('basic', '2025-12-31'), []);
}

function files() {
  const choice = choose({ evidence: ['iso-27001', 'cyra'],
    services: ['network', 'cloud'] });
  const text = fileOf(scheme, choice);
  const { choice: read, unknown, other } = choiceOf(scheme, text);
  same([read, unknown, other], [choice, [], false]);
  same(fileOf(scheme, read), text);
  const odd = choiceOf(scheme, JSON.stringify({ ...JSON.parse(text),
    services: ['cloud', 'fax', 'cloud'], level: 'high',
    scheme: { id: 'x', version: 9 } }));
  same([odd.choice.services, odd.choice.level, odd.unknown, odd.other],
    [['cloud'], 'basic', ['fax', 'high'], true]);
  for (const bad of ['', '{}', '[]', 'null', '{"format":"keurmerk-aanvraag"}',
    text.replace('"network"', '7'), text.replace('"version": 1', '"version": 2'),
    `${text}${' '.repeat(65536)}`]) {
    let found = null;
    try {
      choiceOf(scheme, bad);
    } catch (e) {
      found = e;
    }
    ensure(found instanceof Error, 'accepted', bad.slice(0, 60));
  }
}

async function visit(path = '/aanvragen', options) {
  const page = await open(options);
  await page.goto(url + path);
  await page.waitForSelector('#result h2');
  return page;
}
const words = async (page, at = '#result') =>
  (await page.innerText(at)).replace(/\s+/g, ' ');

// All of it without a mouse: space, arrows, enter. That Tab comes to each is
// in 51_each_page.mjs.
async function keyboard() {
  const page = await visit();
  ensure((await words(page)).includes('Kies hierboven'), 'nothing yet');
  const press = async (id, key) => {
    await page.focus(`#${id}`);
    await page.keyboard.press(key);
  };
  await press('claim-policy_advice', 'Space');
  await press('service-workplace', 'Space');
  await press('service-cloud', 'Space');
  await press('level-basic', 'ArrowDown');
  ensure(await page.isChecked('#level-substantial'), 'level');
  await press('evidence-iso-27001', 'Space');
  const text = await words(page);
  const plan = planOf(scheme, { claims: ['basic_measures', 'policy_advice'],
    services: ['workplace', 'cloud'], level: 'substantial',
    evidence: ['iso-27001'] });
  for (const each of ['Wat blijft er over?', 'Keuringsdienst Voorbeeld B.V.',
    'Noordkeur Certificatie', 'onderzoek naar bekende kwetsbaarheden',
    `${plan.requirements.filter((r) => r.proof === 'none').length} nog te ` +
    'beoordelen', `${plan.requirements.filter((r) => r.proof === 'part')
      .length} deels bewezen`])
    ensure(text.toLowerCase().includes(each.toLowerCase()), each, text);
  ensure(!text.includes('Basistoets'), 'a body whose time is over', text);
  // What is heard, once it is quiet.
  await page.waitForFunction((n) =>
    new RegExp(`^${n} eisen, ongeveer .* dagen`).test(
      document.getElementById('told').textContent), plan.requirements.length);
  // To the file, with Enter.
  await page.focus('#result .actions button');
  const [saved] = await Promise.all([page.waitForEvent('download'),
    page.keyboard.press('Enter')]);
  same(saved.suggestedFilename(), 'aanvraag.json');
  const file = readFileSync(await saved.path(), 'utf8');
  same(JSON.parse(file).services, ['workplace', 'cloud']);
  await round(file);
  await page.context().close();
}

// Opened again, in another language, it is the same.
async function round(file) {
  const page = await visit('/en/apply');
  const load = (name, text) => page.setInputFiles('#file', { name,
    mimeType: 'application/json', buffer: Buffer.from(text) });
  await load('aanvraag.json', file);
  await page.waitForFunction(() =>
    document.getElementById('loaded').textContent !== '');
  ensure(await page.isChecked('#service-workplace') &&
    await page.isChecked('#level-substantial') &&
    await page.isChecked('#evidence-iso-27001') &&
    !await page.isChecked('#service-web'), 'filled in');
  ensure((await words(page)).includes('What remains?'), 'English');
  const [again] = await Promise.all([page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save aanvraag.json' }).click()]);
  same(readFileSync(await again.path(), 'utf8'), file, 'round trip');
  await load('other.json', '{"format":"else"}');
  await page.waitForFunction(() =>
    document.getElementById('error').textContent !== '');
  ensure((await page.textContent('#error')).includes('not a saved'), 'error');
  await page.getByRole('button', { name: 'Start again' }).click();
  await page.waitForFunction(() => document.getElementById('result')
    .innerText.includes('Choose above'));
  await page.context().close();
}

// The list of all requirements is there for whoever runs no scripts.
async function plain() {
  const page = await open({ javaScriptEnabled: false });
  await page.goto(`${url}/aanvragen`);
  await page.getByText('Zonder JavaScript').waitFor({ state: 'visible' });
  same(await page.locator('.all-requirements .requirement').count(),
    scheme.requirements.length);
  ensure(await page.locator('.all-requirements').getByText('P1-01')
    .isVisible(), 'a requirement');
  ensure(!await page.locator('#tool').isVisible(), 'a tool without script');
  await page.context().close();
}

// What is on paper: every requirement open, the form away.
async function paper() {
  const page = await visit();
  await page.check('#service-cloud');
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  await page.emulateMedia({ media: 'print' });
  same(await page.locator('#result details:not([open])').count(), 0);
  ensure(!await page.isVisible('#choice'), 'the form on paper');
  ensure(await page.isVisible('#result'), 'the plan on paper');
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
  same(await page.locator('#result details[open]').count(), 0);
  await page.context().close();
}

function silent() {
  ensure(asked.length > 10, 'nothing was asked');
  for (const { method, url: to, body } of asked) {
    if (to.startsWith('blob:'))
      continue;
    const { origin, pathname, search } = new URL(to);
    same([origin, method, body, search], [url, 'GET', null, ''], to);
    ensure(/^\/(?:aanvragen|en\/apply|static\/[\w.]+|bodies\.json|scheme\/[a-z]+\/\d+\.json)$/
      .test(pathname), 'asked for', pathname);
  }
}

const only = process.argv.slice(2);
try {
  for (const part of [plans, evidence, files, keyboard, plain, paper])
    if (only.length === 0 || only.includes(part.name)) {
      await part();
      same(log, [], part.name);
    }
  if (only.length === 0)
    silent();
} finally {
  await close();
  server.stop();
}
end();
