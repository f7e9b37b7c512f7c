// SPDX-License-Identifier: EUPL-1.2
// /controleer in Chromium, as it is served: badges that are good, withdrawn,
// retouched, forged and none at all, the address of a full QR, a list of 400
// suppliers, and that nothing of it ever leaves the machine. How the page is
// to use, with an outcome and without: 51_each_page.mjs.

import { readFileSync } from 'node:fs';

import { end, ensure, same } from './lib/check.mjs';
import { attestation, cast, serve, window, wrap } from './lib/authority.mjs';

const { at, people } = cast();
const server = await serve(at);
const { open, log, asked, url, close } = await window(server.url);
const NAME = 'Voorbeeld ICT B.V.';
const who = (name) => people.find((each) => each.name === name);
const one = (status) => people.find((each) => each.status === status);
const first = who(NAME);
const svgOf = (number) => wrap('svg', attestation(at, number),
  '1 light nl none -');
const good = svgOf(first.number);
const qr = String(wrap('qr', attestation(at, first.number),
  'KEURMERK.EXAMPLE'));
const file = (name, buffer) => ({ name, buffer,
  mimeType: 'application/octet-stream' });

// One window for all parts, or one of its own; each begins on a fresh page.
let shared = null;
async function visit(path = '/controleer', options) {
  const page = options ? await open(options) : shared ??= await open();
  await page.goto('about:blank');
  await page.goto(url + path);
  return page;
}
async function leave(page) {
  if (page !== shared)
    await page.context().close();
}

async function answered(page, work) {
  await page.evaluate(() => {
    delete document.getElementById('result').dataset.verdict;
  });
  await work();
  await page.waitForSelector('#result[data-verdict]');
  return page.getAttribute('#result', 'data-verdict');
}

const give = (page, name, bytes) => answered(page, () =>
  page.setInputFiles('#file', file(name, Buffer.from(bytes))));
const paste = (page, text) => answered(page, async () => {
  await page.fill('#text', text);
  await page.press('#text', 'Tab');
  await page.getByRole('button', { name: 'Controleer', exact: true }).click();
});
const words = async (page) => (await page.locator('#result').evaluate((e) =>
  [e.innerText, ...Array.from(e.querySelectorAll('.verdict-card'), (card) =>
    Array.from(card.shadowRoot.children, (c) => c.innerText).join('\n'))]
    .join('\n'))).replace(/\s+/g, ' ');

async function says(page, ...all) {
  const text = await words(page);
  for (const each of all)
    ensure(text.includes(each), 'expected', each, 'found', text);
}
async function saysNot(page, ...all) {
  const text = await words(page);
  for (const each of all)
    ensure(!text.includes(each), 'not expected', each, 'found', text);
}

const UNBOUND = 'Er is niet gecontroleerd of dit de partij is met wie u te ' +
  'maken heeft.';

// What a badge is, and the words for it.
async function badges() {
  const page = await visit();
  same(await give(page, 'goed.svg', good), 'valid', log);
  await says(page, 'Uitslag: goed.svg', UNBOUND, 'Geldig', NAME, first.kvk,
    'Alle controles', first.hosts[0]);
  await says(page, 'Werkplek en kantoorautomatisering');
  same(await page.evaluate(() => document.activeElement.id), 'outcome');
  const raw = attestation(at, first.number);
  same(await give(page, 'goed.cbor', raw), 'valid');
  same(await give(page, 'goed.png', wrap('png', raw, '-')), 'valid');
  same(await give(page, 'pagina.html', `<!doctype html><html><body>${good
    }</body></html>`), 'valid');
  for (const status of ['withdrawn', 'suspended', 'superseded'])
    if (one(status))
      await give(page, `${status}.svg`, svgOf(one(status).number));
  same(await give(page, 'x.svg', svgOf(one('withdrawn').number)),
    'withdrawn');
  await says(page, 'Ingetrokken', 'Ga niet meer uit van dit keurmerk');
  await saysNot(page, 'Geldig t/m');
  same(await give(page, 'x.svg', svgOf(one('suspended').number)),
    'suspended');
  await says(page, 'Geschorst');
  // Another name than was signed, in the picture that people see.
  const retouched = String(good).replaceAll(NAME, 'Ander Bedrijf B.V.');
  ensure(retouched !== String(good), 'the name is in the picture');
  same(await give(page, 'retouched.svg', retouched), 'malformed');
  await says(page, 'Beschadigd of geen keurmerkbewijs');
  // A bit of the signature.
  const forged = Buffer.from(raw);
  forged[forged.length - 5] ^= 1;
  same(await give(page, 'forged.cbor', forged), 'untrusted');
  await says(page, 'Niet echt: handtekening klopt niet');
  await saysNot(page, first.kvk, UNBOUND);
  // A picture without a badge is no list.
  same(await give(page, 'foto.png', Buffer.from('89504e470d0a1a0a', 'hex')),
    'malformed');
  same(await give(page, 'logo.svg', '<svg xmlns="http://www.w3.org/2000/' +
    'svg"/>'), 'malformed');
  await leave(page);
}

async function english() {
  const page = await visit('/en/check');
  await page.setInputFiles('#file', file('good.svg', good));
  await page.waitForSelector('#result[data-verdict=valid]');
  await says(page, 'Result: good.svg', 'It was not checked whether this is ' +
    'the party that you deal with.', 'Valid', 'All checks');
  await saysNot(page, 'Geldig', 'Uitslag');
  await leave(page);
}

// Genuine is not yours: by the number on the quotation it is.
async function binding() {
  const page = await visit();
  await give(page, 'goed.svg', good);
  const compare = async (kvk) => {
    await page.fill('#kvk', kvk);
    await page.press('#kvk', 'Enter');
  };
  await compare(first.kvk);
  await page.waitForSelector('.binding.good');
  same(await page.getAttribute('#result', 'data-verdict'), 'valid');
  await says(page, `KVK-nummer ${first.kvk}. Dat is het nummer dat u invulde`,
    `Gecontroleerd: dit is het keurmerk van ${NAME}`);
  await saysNot(page, UNBOUND);
  await compare('KVK 90.00.10.01');
  await page.waitForSelector('.binding.bad');
  same(await page.getAttribute('#result', 'data-verdict'), 'unmet');
  await says(page, 'niet van de onderneming met KVK-nummer 90001001');
  await compare('0001001');
  await page.waitForFunction(() => document.querySelector('.binding')
    .innerText.includes('00001001'));
  await says(page, '0001001 heeft 7 cijfers');
  await compare('123456789');
  await says(page, '9 cijfers: dat lijkt een RSIN');
  same(await page.getAttribute('#kvk', 'aria-invalid'), 'true');
  await leave(page);
}

// The target of the full QR: /K#..., sent on, checked when it is opened.
async function fragment() {
  asked.length = 0;
  const payload = qr.slice(qr.indexOf('#') + 1).trim();
  const page = await visit(`/K#${payload}`);
  await page.waitForSelector('#result[data-verdict]');
  same(await page.getAttribute('#result', 'data-verdict'), 'valid', log);
  ensure(page.url().startsWith(`${url}/controleer#`), page.url());
  await says(page, 'Uitslag: de QR-code', NAME, UNBOUND);
  silent(payload);
  // Another one in the same window; and one that was cut off.
  await answered(page, () => page.evaluate((text) => {
    location.hash = text;
  }, payload.slice(0, -20)));
  same(await page.getAttribute('#result', 'data-verdict'), 'malformed');
  await leave(page);
}

async function pasted() {
  const page = await visit();
  same(await paste(page, qr), 'valid', log);
  same(await paste(page, String(good)), 'valid');
  same(await paste(page, first.kvk), 'list');
  await says(page, 'Uitslag van uw lijst: geplakte tekst', NAME, 'Geldig');
  same(await paste(page, `https://keurmerk.example/${first.number}`), 'list');
  await says(page, NAME, first.number);
  same(await paste(page, `${first.kvk}, 12345678`), 'list');
  await says(page, 'Niet in het register');
  await page.fill('#text', '');
  await page.getByRole('button', { name: 'Controleer', exact: true }).click();
  same(await page.textContent('#error'),
    'Plak eerst een tekst of kies een bestand.');
  await leave(page);
}

// 400 suppliers out of Excel: some hold a mark, most do not, one is a formula.
function suppliers() {
  const holders = people.filter(({ kvk, status }) => kvk &&
    status !== 'superseded');
  const rows = Array.from({ length: 400 }, (_, i) => {
    const holder = i % 8 === 0 ? holders[(i / 8) % holders.length] : null;
    const kvk = holder?.kvk ?? String(11000000 + 37 * i);
    return { kvk, name: holder?.name ?? `Leverancier ${i}`,
      status: holder?.status ?? null };
  });
  rows[5] = { kvk: '1000001', name: 'Zeven', status: null };
  rows[6] = { kvk: '123456789', name: 'Negen' };
  rows[7] = { kvk: '000012345678', name: 'Twaalf' };
  rows[9] = { kvk: '11000333', name: '=HYPERLINK("http://x")', status: null };
  const quote = (text) => `"${text.replaceAll('"', '""')}"`;
  const text = 'Crediteurnr;Naam leverancier;Plaats;KvK-nummer\r\n' + rows.map(
    ({ kvk, name }, i) => `${i};${quote(name)};Café;${kvk}`).join('\r\n');
  return { rows, bytes: Buffer.from(text, 'latin1') };
}

async function download(page, name) {
  const [saved] = await Promise.all([page.waitForEvent('download'),
    page.getByRole('button', { name, exact: true }).click()]);
  return readFileSync(await saved.path(), 'utf8');
}

async function list() {
  const page = await visit();
  const { rows, bytes } = suppliers();
  same(await give(page, 'leveranciers.csv', bytes), 'list', log);
  const cells = await page.locator('table.list tbody tr').evaluateAll((all) =>
    all.map((tr) => Array.from(tr.cells, (td) => td.innerText)));
  same(cells.length, 400);
  const verdict = { valid: 'Geldig', withdrawn: 'Ingetrokken',
    suspended: 'Geschorst' };
  rows.forEach(({ status, name }, i) => {
    const told = cells[i][3].replace(/^\S\s*/, '');
    if (i === 6 || i === 7)
      same(told, 'Niet opgezocht', name);
    else if (status === null)
      same(told, 'Niet in het register', name);
    else if (status !== 'valid')
      same(told, verdict[status], name);
    else
      // Those that end, begin later or are nobody's judgement.
      ensure(['Geldig', 'Verlopen', 'Nog niet geldig',
        'Echt keurmerk, maar voldoet niet aan uw eis'].includes(told), name,
      told);
  });
  ensure(cells.filter((c) => c[3].includes('Geldig')).length > 20, 'valid');
  ensure(cells[5][6].includes('met een 0 ervoor'), cells[5]);
  ensure(cells[6][6].includes('RSIN'), cells[6]);
  ensure(cells[7][6].includes('vestigingsnummer'), cells[7]);
  ensure(cells[8][6].includes('Windows-1252') || cells[8][6] !== undefined,
    cells[8]);
  await says(page, 'Stand van het register', 'nr. 12', 'een certificaat',
    'van deze website, 127.0.0.1');
  const plain = await download(page, 'Bewaar als CSV');
  same(plain.split('\r\n').length, 402);
  ensure(plain.includes('"\'=HYPERLINK(""http://x"")"'), 'formula');
  ensure(!/(?:^|,)"?[=+@-]/m.test(plain), 'a formula');
  ensure(plain.includes(first.number), 'the mark');
  const excel = await download(page, 'Bewaar als CSV voor Excel');
  ensure(excel.startsWith('\ufeff"row";"id";'), excel.slice(0, 40));
  // The count is a filter.
  await page.getByRole('button', { name: /Niet opgezocht/ }).click();
  same(await page.locator('table.list tbody tr').count(), 2);
  await leave(page);
}

async function policy() {
  const page = await visit();
  await page.getByText('Wat vraagt u van uw leveranciers?').click();
  await page.selectOption('#claim', 'basic_measures');
  await page.selectOption('#service', 'workplace');
  await page.selectOption('#level', 'basic');
  same(await paste(page, first.kvk), 'list');
  await says(page, 'Geldig', 'Werkplek en kantoorautomatisering, ten minste ' +
    'niveau basis');
  await page.selectOption('#service', 'telephony');
  await paste(page, first.kvk);
  await says(page, 'Echt keurmerk, maar voldoet niet aan uw eis');
  // The organisation has no basic measures.
  ensure(await page.locator('#service option[value=""]').isDisabled());
  await leave(page);
}

// The register that somebody kept, without any network.
async function offline() {
  const reply = await fetch(`${url}/open-data/register.index`);
  const index = Buffer.from(await reply.arrayBuffer());
  const page = await visit();
  await give(page, 'goed.svg', good);
  await page.context().setOffline(true);
  await page.setInputFiles('#file', file('register.index', index));
  await page.waitForFunction(() =>
    document.getElementById('have').textContent !== '');
  ensure((await page.textContent('#have')).includes('nr. 12'), 'epoch');
  same(await paste(page, first.kvk), 'list', log);
  await says(page, NAME, 'uit uw bestand register.index');
  await page.setInputFiles('#file', file('register.index',
    index.subarray(0, 3000)));
  await page.waitForFunction(() =>
    document.getElementById('error').textContent !== '');
  log.length = 0;               // what could not be fetched is logged
  await page.context().setOffline(false);
  await leave(page);
}

async function dropped() {
  const page = await visit();
  same(await answered(page, () => page.evaluate((base64) => {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([bytes], 'goed.svg'));
    for (const type of ['dragenter', 'dragover', 'drop'])
      document.getElementById('drop').dispatchEvent(new DragEvent(type,
        { dataTransfer, bubbles: true, cancelable: true }));
  }, good.toString('base64'))), 'valid', log);
  await leave(page);
}

// A hundred thousand rows, while the page goes on answering.
async function many() {
  const page = await visit();
  const bytes = Buffer.from('kvk;naam\n' + Array.from({ length: 100000 },
    (_, i) => `${20000000 + i};Leverancier ${i}\n`).join(''));
  await page.evaluate(() => {
    globalThis.turns = 0;
    const turn = () => {
      globalThis.turns++;
      requestAnimationFrame(turn);
    };
    turn();
  });
  const begin = Date.now();
  same(await give(page, 'groot.csv', bytes), 'list', log);
  console.log(`100000 rows in ${Date.now() - begin} ms, ${
    await page.evaluate(() => globalThis.turns)} turns`);
  await says(page, '100.000 alle regels', '400 van 100.000 regels getoond');
  ensure(await page.evaluate(() => globalThis.turns) > 5, 'frozen');
  same(await page.locator('table.list tbody tr').count(), 400);
  await page.getByRole('button', { name: 'Toon 400 regels meer' }).click();
  same(await page.locator('table.list tbody tr').count(), 800);
  await leave(page);
}

async function degrades() {
  const plain = await visit('/controleer', { javaScriptEnabled: false });
  await plain.getByText('werkt alleen met JavaScript')
    .waitFor({ state: 'visible' });
  ensure(!await plain.locator('#tool').isVisible(), 'a tool without script');
  await leave(plain);
  const page = await open();
  await page.addInitScript(() => { delete globalThis.WebAssembly; });
  await page.goto(`${url}/controleer`);
  ensure(await page.getByText('WebAssembly staat uit').isVisible());
  await leave(page);
  // The status cannot be had: neither good nor wrong.
  const poor = await open();
  await poor.route('**/status/0', (route) => route.fulfill({ status: 503 }));
  await poor.goto(`${url}/controleer`);
  same(await give(poor, 'goed.svg', good), 'undetermined');
  await says(poor, 'Echt keurmerk, status niet actueel');
  await leave(poor);
  log.length = 0;
}

async function keyboard() {
  const page = await visit();
  const focused = () => page.evaluate(() => document.activeElement.id);
  await page.focus('#file');
  await page.keyboard.press('Tab');
  same(await focused(), 'text');
  await page.keyboard.type(first.kvk);
  await page.keyboard.press('Tab');
  same(await page.evaluate(() => document.activeElement.tagName), 'SUMMARY');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#result[data-verdict=list]');
  same(await focused(), 'outcome');
  await page.keyboard.press('Tab');
  same(await page.evaluate(() => document.activeElement.className), 'count ');
  await leave(page);
}

// Whoever comes from a website that a mark does not name is told so.
async function referrer() {
  const page = await open();
  const come = async (host) => {
    await page.goto(`${url}/${first.number}`, { referer: host });
    return page.locator('#referrer');
  };
  const other = await come('https://copy.example/badge');
  await other.waitFor({ state: 'visible' });
  same(await other.getAttribute('role'), 'alert');
  ensure((await other.textContent()).includes('u komt van copy.example'),
    await other.textContent());
  const own = await come(`https://${first.hosts[0]}/`);
  same(await own.getAttribute('data-referrer'), 'same');
  ensure((await own.textContent()).includes('hoort bij dit keurmerk'), 'own');
  const none = await come(`https://sub.${first.hosts[0]}/`);
  same(await none.getAttribute('data-referrer'), 'other');
  ensure(!await (await come(url)).isVisible(), 'from our own pages');
  ensure(!await (await come(undefined)).isVisible(), 'from nowhere');
  await leave(page);
}

// Of all that was ever asked: only files that are the same for everybody.
const FILES = [/^\/(?:controleer|en\/check|K|KM-[\w-]+)$/, /^\/static\/[\w.]+$/,
  /^\/(?:trust|status)\/\d+$/, /^\/epoch$/, /^\/scheme\/[a-z]+\/\d+\.json$/,
  /^\/open-data\/register\.index$/];
function silent(...secrets) {
  ensure(asked.length > 10, 'nothing was asked', asked.length);
  for (const { method, url: to, body, headers } of asked) {
    if (/^(?:blob|data):/.test(to))
      continue;
    const { origin, pathname, search } = new URL(to);
    same(origin, url, to);
    same([method, body, search], ['GET', null, ''], to);
    ensure(FILES.some((each) => each.test(pathname)), 'asked for', pathname);
    ensure(!headers.referer?.includes('#'), headers);
    const sent = pathname + JSON.stringify(headers);
    for (const secret of secrets)
      ensure(!sent.includes(secret), 'sent', secret);
  }
}

const only = process.argv.slice(2);
try {
  for (const part of [badges, english, binding, fragment, pasted, dropped,
    list, policy, offline, many, degrades, keyboard, referrer])
    if (only.length === 0 || only.includes(part.name)) {
      await part();
      same(log, [], part.name);
    }
  silent(first.kvk, '11000333', 'goed.svg', 'leveranciers');
} finally {
  await close();
  server.stop();
}
end();
