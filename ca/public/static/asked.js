// SPDX-License-Identifier: EUPL-1.2
// What a row asks by: the number of a mark, of its holder, or a website, as
// verifier/cli/batch_ask.c and kvk.c take them. A number that was mended is
// asked and said to be mended; one that may be something else is not guessed
// at.

import { host as hostOf, number as numberOf } from './columns.js';

const upper = (text) => text.replace(/[a-z]/g, (c) => c.toUpperCase());

// ISO 7064 MOD 37,36 (km_number_check).
function checkOf(plain) {
  let p = 36;
  for (const c of plain) {
    p += parseInt(c, 36);
    p -= p > 36 ? 36 : 0;
    p = 2 * p - (2 * p >= 37 ? 37 : 0);
  }
  return ((37 - p) % 36).toString(36).toUpperCase();
}

export function isMarkNumber(text) {
  const [, year, sequence, check] =
    /^KM-(\d{4})-(\d{6})-([0-9A-Z])$/.exec(text) ?? [];
  return year !== undefined && checkOf(`KM${year}${sequence}`) === check;
}

// ISO 17442: two check digits, modulo 97.
function isLei(text) {
  if (!/^[0-9A-Z]{18}\d\d$/.test(text))
    return false;
  let rest = 0;
  for (const c of text)
    rest = (rest * (c > '9' ? 100 : 10) + parseInt(c, 36)) % 97;
  return rest === 1;
}

// EN 319 412-1 section 5.1.4.
function isHolder(text) {
  const [, scheme, rest] =
    /^([A-Z]{5})-([A-Za-z0-9.+/-]+)$/.exec(text) ?? [];
  return scheme !== undefined && (scheme !== 'NTRNL' || /^\d{8}$/.test(rest)) &&
    (scheme !== 'LEIXG' || isLei(rest));
}

const isParty = (text) => /^\d{8}$/.test(text) || isLei(text) ||
  isHolder(text) || /^[A-Z]{2}[A-Z0-9]{1,8}\.[A-Za-z0-9._/-]{1,40}$/.test(text);

const fail = (given, why) => ({ given, why });

function askKvk(given, text, cleaned) {
  const digits = text.replace(/[ .\-\t\u00a0]/g, '');
  if (!/^\d{1,12}$/.test(digits))
    return fail(given, 'not-kvk');
  switch (digits.length) {
  case 8:
  case 7:
    return { given, by: 'holder', asked: digits.padStart(8, '0'),
      proposed: digits.length === 7, cleaned };
  case 9:
    return fail(given, 'rsin');
  case 12:
    return fail(given, 'branch');
  }
  return fail(given, 'not-kvk');
}

export function askHolder(cell) {
  // Behind "KVK", "KvK-nummer:" and the like, which stands there for people.
  const bare = /^kvk/i.test(cell) ? cell.replace(/^[^0-9]*/, '') : cell;
  const { kind, digits, cleaned } = numberOf(bare);
  if (kind === 'rounded')
    return fail(cell, 'rounded');
  if (kind === 'fraction')
    return fail(cell, 'not-kvk');
  if (kind === 'digits')
    return askKvk(cell, digits, cleaned || bare !== cell);
  const party = upper(cell);
  return isParty(party) && party.length < 64 ?
    { given: cell, by: 'holder', asked: party } : askKvk(cell, bare, true);
}

function askNumber(cell) {
  const asked = upper(cell);
  return isMarkNumber(asked) ? { given: cell, by: 'number', asked } :
    fail(cell, 'not-number');
}

function askHost(cell) {
  const asked = hostOf(cell);
  return asked === null ? fail(cell, 'not-host') :
    { given: cell, by: 'domain', asked };
}

/**
 * Of the texts of a row (columns.js), trimmed: { given, by, asked } with
 * proposed, cleaned and, beside a mark number, the holder that it must have;
 * or { given, why }.
 */
export function ask(row) {
  if (row.number && row.kvk) {
    const holder = askHolder(row.kvk);
    if (holder.why)
      return holder;
    return { proposed: holder.proposed, cleaned: holder.cleaned,
      ...askNumber(row.number), holder: holder.asked };
  }
  return row.number ? askNumber(row.number) : row.kvk ? askHolder(row.kvk) :
    row.host ? askHost(row.host) : fail('', 'no-key');
}
