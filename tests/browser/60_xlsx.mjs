// SPDX-License-Identifier: EUPL-1.2
// A spreadsheet as Excel saves it, dropped on /controleer: read in the
// browser, row by row as the same list in CSV, and nothing sent; and files
// that are broken, hostile or of another kind, each with what to do.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';

import { dir, end, ensure, same, top } from './lib/check.mjs';
import { cast, serve, window } from './lib/authority.mjs';

const { at, people } = cast('xlsx');
const { kvk } = people.find(({ name }) => name === 'Voorbeeld ICT B.V.');
const books = `${dir}/books`;
mkdirSync(books, { recursive: true });
execFileSync('/usr/bin/python3', [`${top}/tests/browser/lib/workbooks.py`,
  books, kvk]);
const server = await serve(at);
const { open, log, asked, url, close } = await window(server.url);

async function give(page, name, end_) {
  await page.evaluate(() => {
    delete document.getElementById('result').dataset.verdict;
  });
  await page.setInputFiles('#file', { name, mimeType: '',
    buffer: readFileSync(`${books}/${name}`) });
  await page.waitForFunction(end_);
}
const listed = () => document.getElementById('result').dataset.verdict;
const refused = () => document.getElementById('error').textContent !== '';

async function good(page, name) {
  await give(page, name, listed);
  same(await page.getAttribute('#result', 'data-verdict'), 'list');
  const rows = await page.locator('table.list tbody tr').evaluateAll((all) =>
    all.map((tr) => Array.from(tr.cells, (td) =>
      td.innerText.replace(/\s+/g, ' '))));
  const told = rows.map((r) => [r[0], r[1], r[2], r[3].replace(/^[^A-Z]+/, ''),
    r[6]].join('|'));
  const no = 'Niet in het register';
  same(told, [`2|Een 1|${kvk}|Geldig|de holder`,
    '3|||Niet opgezocht|Lege regel', '4|||Niet opgezocht|Lege regel',
    `5|<b/>"Zes" & Zn.|${kvk}|Geldig|de holder`,
    `6||01000007|${no}|`,       // in a format of eight zeros
    `7|tekst met regel|01000007|${no}|Opgezocht met een 0 ervoor: klopt ` +
      'het nummer?', `8||11000333|${no}|`,
    `9||11000333|${no}|Het nummer stond er anders geschreven`].map((line) =>
    line.replace('de holder', 'De houder heet anders dan uw lijst zegt')));
  ensure((await page.innerText('#result')).includes(
    `${name}, blad Leveranciers`), await page.innerText('#result'));
}

const BAD = {
  'cut.xlsx': 'einde van dit bestand ontbreekt',
  'flipped.xlsx': 'is beschadigd',
  'bomb.xlsx': 'te groot', 'large.xlsx': 'te groot', 'many.xlsx': 'te groot',
  'doctype.xlsx': 'is beschadigd', 'order.xlsx': 'is beschadigd',
  'string.xlsx': 'is beschadigd',
  'none.xlsx': 'geen rekenblad in zit',
  'list.ods': 'een .ods-bestand: sla het op als .xlsx of als CSV',
  'zip-password.xlsx': 'beveiligd met een wachtwoord',
  'password.xlsx': 'beveiligd met een wachtwoord',
  'old.xls': 'een .xls-bestand: sla het op als CSV',
};

try {
  const page = await open();
  await page.goto(`${url}/controleer`);
  const modules = () => asked.filter((each) => each.url.endsWith('xlsx.js'));
  same(modules().length, 0, 'loaded by everybody');
  await good(page, 'good.xlsx');
  await good(page, 'stored.xlsx');
  same(modules().length, 1);
  for (const [name, why] of Object.entries(BAD)) {
    await give(page, name, refused);
    const said = await page.textContent('#error');
    ensure(said.includes(why), name, 'expected', why, 'found', said);
    ensure(!await page.evaluate(listed), name, 'has a result');
  }
  await page.goto(`${url}/en/check`);
  await give(page, 'password.xlsx', refused);
  ensure((await page.textContent('#error')).includes(
    'protected with a password'), 'in English');
  same(log, []);
  for (const { method, url: to, body } of asked)
    ensure(/^(?:blob|data):/.test(to) || (method === 'GET' && body === null &&
      !to.includes('?') && !to.includes(kvk)), 'sent', to);
} finally {
  await close();
  server.stop();
}
end();
