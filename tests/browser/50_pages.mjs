// SPDX-License-Identifier: EUPL-1.2
// The pages of the register in Chromium, without JavaScript unless a test is
// about it: whoever searches by any key comes to the mark, and each status
// says what it is. How each page is to use: 51_each_page.mjs.

import { end, ensure, same } from './lib/check.mjs';
import { chromium, registry } from './lib/public.mjs';

const own = await registry();
const browser = await chromium();
const plain = await browser.newContext({ javaScriptEnabled: false,
  viewport: { width: 1280, height: 900 } });
const page = await plain.newPage();

const at = (path) => page.goto(own.origin + path);
const where = () => new URL(page.url()).pathname;
const words = async (selector) => (await page.locator(selector).first()
  .innerText()).replace(/\s+/g, ' ');
const says = async (name, selector, ...texts) => {
  const found = await words(selector);
  for (const text of texts)
    ensure(found.includes(text), name, 'expected', text, 'found', found);
};

async function search(text) {
  await at('/');
  await page.fill('#q', text);
  await page.press('#q', 'Enter');
  await page.waitForLoadState();
}

// By each key that only one mark can have: to its page; by name: a choice.
async function searches() {
  const one = own.people.find((p) => p.name.startsWith('Voorbeeld ICT'));
  for (const key of [one.number, one.number.toLowerCase(), one.kvk,
    ` ${one.kvk.slice(0, 4)} ${one.kvk.slice(4)} `, 'voorbeeld-ict.example',
    'https://www.voorbeeld-ict.example/contact']) {
    await search(key);
    same(where(), `/${one.number}`, 'searched', key);
  }
  for (const name of ['Voorbeeld ICT B.V.', 'voorbeeld ict', 'Vb-Cloud',
    'cafe-ict groningen']) {
    await search(name);
    same(where(), '/zoeken', name);
    await says(name, 'h1', 'Gevonden voor');
    ensure(await page.locator('.hit').count() >= 1, name);
  }
  await search('Wadenwep');
  await says('typing error', 'h1', 'Geen keurmerk gevonden voor “Wadenwep”');
  await says('typing error', '.hits.near', 'Waddenweb', 'Den Burg',
    'KVK-nummer');
  ensure((await page.content()).indexOf('Geen keurmerk') <
    (await page.content()).indexOf('Bedoelde u'), 'nothing found is first');
  await search('  utrecht ');
  await says('a place', 'h1', 'Keurmerken in “');
  await says('a place', '.hits', 'Voorbeeld ICT B.V.', 'Utrecht');
  ensure(await page.locator('.hit').count() > 1, 'all of a place');
  await search('<script>alert(9)</script>');
  await says('markup', 'h1', '<script>alert(9)</script>');
  await search('   ');
  same(await page.locator('#q').count(), 1, 'nothing asked');
}

const VERDICTS = [
  ['Voorbeeld ICT', 'valid', 'Geldig',
    'Ja, Voorbeeld ICT B.V. heeft dit keurmerk. Geldig t/m'],
  ['Zuiderlicht', 'suspended', 'Geschorst',
    'Nee, op dit moment niet: het keurmerk van Zuiderlicht Hosting B.V. is ' +
    'geschorst sinds 4 november 2026.'],
  ['Polder', 'withdrawn', 'Ingetrokken',
    'Niet meer: ingetrokken op 12 november 2026.'],
  ['Maas en', 'withdrawn', 'Ongeldig vanaf het begin',
    'Nee: dit keurmerk is op ' +
    '30 oktober 2026 ongeldig verklaard, vanaf het begin.'],
  ['Heideveld', 'expired', 'Verlopen',
    'Niet meer: verlopen op 14 november 2026.'],
  ['Morgenster', 'not-yet-valid', 'Nog niet geldig', 'Nog niet: het ' +
    'keurmerk van Morgenster Cloud B.V. gaat in op 8 december 2026.'],
  ['Overgang', 'superseded', 'Vervangen',
    'Niet meer: op 20 oktober 2026 vervangen door een nieuwere versie.'],
  ['Kwartet', 'valid', 'Geldig', 'Ja, Kwartet'],
  ['Tulp', 'valid', 'Geldig', 'Ja, Tulp & Partners B.V. heeft dit'],
];

async function statuses() {
  for (const [who, status, word, sentence] of VERDICTS) {
    await at(`/${own.mark(who)}`);
    same(await page.locator('.answer').getAttribute('class'),
      `answer ${status}`, who);
    await says(who, '.state', word);
    await says(who, 'h1', sentence);
  }
  await at(`/${own.mark('Zuiderlicht')}`);
  await says('reason', '.answer', 'werkt niet mee aan beoordeling');
  await says('history', '.history', 'Geschorst', 'Verleend');
  await at(`/${own.mark('Voorbeeld ICT')}`);
  const { kvk } = own.people.find((p) => p.name.startsWith('Voorbeeld ICT'));
  await says('own', '.right-one',
    `Staat KVK-nummer ${kvk} ook op uw offerte of factuur?`,
    'voorbeeld-ict.example');
  await says('lines', '.lines', 'Cloud en hosting',
    'Niveau substantieel van dit keurmerk, versie 1');
  await says('not', '.not-covered', 'Printers en kopieermachines');
  await says('who', 'article', 'Keuringsdienst Voorbeeld B.V.',
    'Het is geen garantie dat er niets misgaat', 'ISO/IEC 27001:2022',
    '+31 88 123 45 67');
  ensure((await page.locator('a[href^="mailto:misbruik"]').getAttribute(
    'href')).endsWith(own.mark('Voorbeeld ICT')), 'number filled in');
  await at(`/${own.mark('Zelfbouw')}`);
  await says('own words', '.answer', 'Eigen verklaring');
  ensure(!(await words('article')).includes('zijn beoordeeld'),
    'what nobody assessed');
  await at(`/${own.mark('<script>')}`);
  await says('trap', 'h1', '<script>alert(1)</script> B.V.');
  same(await page.locator('article img, article script').count(), 0, 'trap');
  await at('/KM-2026-999999-X');
  same((await at(`/${own.mark('Waddenweb').slice(0, -1)}a`)).status(), 404,
    'a number with another check character');
}

// A day of the past, from the history.
const DAYS = [
  ['Polder', '2026-01-01', 'nog niet ingegaan'],
  ['Polder', '2026-06-01', 'Ja, op 1 juni 2026 gold'],
  ['Polder', '2026-08-26', 'veranderde de status'],
  ['Polder', '2026-09-15', 'was dit keurmerk geschorst'],
  ['Polder', '2026-11-20', 'ingetrokken of beëindigd'],
  ['Heideveld', '2026-11-13', 'gold dit keurmerk'],
  ['Heideveld', '2026-11-14', 'was dit keurmerk verlopen'],
  ['Maas en', '2026-06-01', 'ongeldig verklaard vanaf het begin'],
  ['Stadsnet', '2026-07-10', 'geschorst'],
  ['Stadsnet', '2026-09-10', 'Ja, op 10 september 2026 gold'],
  ['Voorbeeld ICT', '2026-11-24', 'Ja, vandaag'],
  ['Voorbeeld ICT', '2026-11-25', 'is nog niet geweest'],
  ['Voorbeeld ICT', '2024-02-30', 'Dit is geen datum'],
  ['Voorbeeld ICT', 'x', 'Dit is geen datum'],
];

async function days() {
  for (const [who, day, sentence] of DAYS) {
    await at(`/${own.mark(who)}?date=${day}`);
    await says(`${who} on ${day}`, '.then-answer', sentence);
  }
}

async function languages() {
  for (const [nl, en] of [['/', '/en/'], ['/schema', '/en/scheme'],
    ['/register?service=cloud', '/en/register?service=cloud'],
    [`/${own.mark('Tulp')}`, `/en/${own.mark('Tulp')}`],
    ['/zoeken?q=Utrecht', '/en/search?q=Utrecht']]) {
    await at(nl);
    await page.click('.switch');
    same(page.url(), own.origin + en, 'to English');
    same(await page.locator('html').getAttribute('lang'), 'en', en);
    same(await page.locator('link[hreflang=nl]').getAttribute('href'),
      `https://keurmerk.example${nl}`, en);
    await page.click('.switch');
    same(page.url(), own.origin + nl, 'and back');
  }
}

async function lists() {
  await at('/register');
  await says('all', '.total', `${own.people.length - 2} keurmerken`);
  same(await page.locator('tbody tr').count(), 25, 'a page');
  await page.click('a[rel=next]');
  ensure(await page.locator('tbody tr').count() > 10, 'the next');
  await at('/register');
  await page.selectOption('#service', 'cloud');
  await page.selectOption('#status', 'suspended');
  await page.click('.filters button');
  same(await page.locator('tbody tr').count(), 1, 'narrowed');
  await says('narrowed', 'tbody', 'Zuiderlicht', 'Geschorst');
  same(await page.locator('#service').inputValue(), 'cloud', 'kept');
  await at('/cijfers');
  await says('figures', '.bars', '2026', '99');
  await at('/wie-beoordeelt');
  await says('bodies', 'table', 'Basistoets Nederland', 'nee, geëindigd');
}

// With the keyboard alone: skip link, the field, and what was found.
async function keyboard() {
  await at('/');
  await page.keyboard.press('Tab');
  same(await page.evaluate(() => document.activeElement.className), 'skip',
    'first');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  same(await page.evaluate(() => document.activeElement.id), 'q', 'second');
  await page.keyboard.type('90001000');
  await page.keyboard.press('Enter');
  await page.waitForURL(/KM-/);
}

// Who came from elsewhere is told, by a script that sends nothing.
async function referrer() {
  const context = await browser.newContext();
  const other = await context.newPage();
  const asked = [];
  other.on('request', (r) => { asked.push(new URL(r.url()).hostname); });
  for (const [host, which] of [['voorbeeld-ict.example', 'same'],
    ['nagemaakt.example', 'other']]) {
    await other.goto(`${own.origin}/${own.mark('Voorbeeld ICT')}`,
      { referer: `http://${host}/` });
    await other.waitForSelector('#referrer:not([hidden])');
    same(await other.locator('#referrer').getAttribute('data-referrer'),
      which, host);
  }
  same([...new Set(asked)], ['keurmerk.example'], 'asked of');
  await context.close();
}

// All, or those that are named: node 50_pages.mjs days lists
const TESTS = { searches, statuses, days, languages, lists, keyboard,
  referrer };
for (const [name, test] of Object.entries(TESTS))
  if (process.argv.length === 2 || process.argv.includes(name))
    await test();
await browser.close();
own.close();
end();
