// SPDX-License-Identifier: EUPL-1.2
// Headers and cells of a buyer's spreadsheet, as verifier/cli/columns.c and
// verifier/cli/batch_input.c have them.

const HEADERS = {
  kvk: ['kvk', 'kvknummer', 'kvknr', 'kvknumber', 'kamervankoophandel',
    'kamervankoophandelnummer', 'nummerkamervankoophandel',
    'handelsregisternummer', 'chamberofcommerce', 'chamberofcommercenumber',
    'coc', 'cocnumber'],
  host: ['website', 'web', 'webadres', 'internetadres', 'homepage', 'site',
    'url', 'domein', 'domeinnaam', 'domain', 'domainname'],
  number: ['keurmerk', 'keurmerknummer', 'keurmerknr', 'mark', 'marknumber'],
  name: ['naam', 'name', 'leverancier', 'leveranciersnaam', 'naamleverancier',
    'bedrijf', 'bedrijfsnaam', 'organisatie', 'crediteur', 'supplier',
    'suppliername', 'company', 'companyname'],
  id: ['id', 'leveranciersnummer', 'leveranciersnr', 'crediteurnummer',
    'crediteurnr', 'suppliernumber', 'supplierid'],
};
const BY_HEADER = new Map(Object.entries(HEADERS).flatMap(
  ([column, headers]) => headers.map((header) => [header, column])));
const KEYS = ['kvk', 'host', 'number'];

const HEADER_ROWS = 20;
const DIGITS_LEAST = 6;
const DIGITS_MAX = 20;
const EXPONENT_MAX = 20;
const USE_MAX = 64;
const TEXT_MAX = 1024;          // BATCH_TEXT_MAX
const BLANK = '[ \\t-\\r\\u00a0\\u2007\\u202f\\ufeff]';
const AROUND = new RegExp(`^${BLANK}+|${BLANK}+$`, 'g');
const IS_BLANK = new RegExp(`^${BLANK}$`);

export const trim = (text) => text.replace(AROUND, '');

// By letters and digits only: "KvK-nummer" is "kvknummer".
function columnOf(header) {
  if (/[^\0-\x7f]/.test(header))
    return null;
  return BY_HEADER.get(header.toLowerCase().replace(/[^a-z0-9]/g, '')) ?? null;
}

// An apostrophe in front, or ="..." around it: "this is text".
function unwrap(text) {
  text = trim(text);
  while (/^['`\u2019]/.test(text))
    text = trim(text.slice(1));
  if (text.startsWith('='))
    text = text.slice(1);
  if (text.length >= 2 && text.startsWith('"') && text.endsWith('"'))
    text = text.slice(1, -1);
  return trim(text);
}

// Is the mark at i, behind n digits, one between groups of three?
const isGroup = (text, i, n) =>
  n <= 3 && /^\d{3}(?:[.,]|$)/.test(text.slice(i + 1));

// E7, e+07; as in C no digit more once it is over the limit.
function exponentOf(text) {
  let value = 0;
  if (!/^\+?\d+$/.test(text))
    return null;
  for (const digit of text.replace('+', '')) {
    if (value > EXPONENT_MAX)
      return null;
    value = value * 10 + Number(digit);
  }
  return value;
}

// Digits before and behind a number's mark, and its exponent; null: no number.
function takeApart(text) {
  let digits = '', whole = 0, run = 0, fraction = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c >= '0' && c <= '9') {
      if (digits.length === DIGITS_MAX)
        return null;
      digits += c;
      whole += fraction ? 0 : 1;
      run++;
    } else if (digits && (c === '.' || c === ',')) {
      if (fraction)
        return null;
      fraction = !isGroup(text, i, run);
      run = 0;
    } else if (digits && (c === 'e' || c === 'E')) {
      const exponent = exponentOf(text.slice(i + 1));
      return exponent === null ? null : { digits, whole, exponent };
    } else if (!IS_BLANK.test(c))
      return null;
  }
  return digits ? { digits, whole, exponent: 0 } : null;
}

/**
 * A number as it was before a spreadsheet had it: ="01234567", '01234567,
 * 12 345 678, 12.345.678, 12345678,00 and 1.2345678E7 are digits again.
 * @returns {{kind: 'digits'|'text'|'rounded'|'fraction', digits: string,
 *   cleaned: boolean}}
 */
export function number(cell) {
  const x = takeApart(unwrap(cell));
  if (x === null)
    return { kind: 'text', digits: '', cleaned: false };
  const whole = x.whole + x.exponent;
  if (whole > x.digits.length)  // of 1.23457E+07 the last are gone
    return { kind: 'rounded', digits: '', cleaned: false };
  if (/[^0]/.test(x.digits.slice(whole)))
    return { kind: 'fraction', digits: '', cleaned: false };
  const digits = x.digits.slice(0, whole);
  return { kind: 'digits', digits, cleaned: digits !== cell };
}

const isHost = (text) => text.length <= 253 && text.split('.').length >= 2 &&
  text.split('.').every((label) =>
    /^(?!-)[a-z0-9-]{1,63}(?<!-)$/.test(label)) && !/(?:^|\.)\d+$/.test(text);

/** https://www.example.nl:443/nl is www.example.nl; null: no host name. */
export function host(cell) {
  const text = trim(cell).replace(/^https?:\/\//i, '').split(/[/?#:\\]/)[0]
    .replace(/\.$/, '').replace(/[A-Z]/g, (c) => c.toLowerCase());
  return isHost(text) ? text : null;
}

// A row with one cell, that is a number or a mark number: no headers.
function bareColumn(cell) {
  const text = trim(cell);
  if (/^km-./i.test(text))
    return 'number';
  const { kind, digits } = number(text);
  return kind === 'rounded' ||
    (kind === 'digits' && digits.length >= DIGITS_LEAST) ? 'kvk' : null;
}

/** Which columns matter, once the headers were seen. */
export class Table {
  #head = 'looking';
  #use = [];

  #headers(cells) {
    this.#use = [];
    for (let i = 0; i < cells.length && this.#use.length < USE_MAX; i++) {
      const column = columnOf(cells[i]);
      if (column !== null)
        this.#use.push({ at: i, column });
    }
    return this.#use.some(({ column }) => KEYS.includes(column));
  }

  // What is asked by, from all columns of that kind: they must agree.
  #pick(cells) {
    const picked = { kvk: '', host: '', number: '', name: '', id: '' };
    for (const { at, column } of this.#use) {
      const text = trim(cells[at] ?? '');
      if (!picked[column])
        picked[column] = text;
      else if (text && KEYS.includes(column) && text !== picked[column])
        return { why: 'two-values' };
    }
    for (const column of Object.keys(picked))
      picked[column] = picked[column].slice(0, TEXT_MAX);
    return picked;
  }

  /** null: of no row of data; { why }; or the texts by column. */
  take(cells, row) {
    const filled = cells.filter((cell) => trim(cell));
    if (filled.length === 0)
      return { why: 'empty' };
    if (this.#head === 'looking' && this.#headers(cells)) {
      this.#head = 'found';
      return null;
    }
    if (this.#head === 'looking') {
      const bare = filled.length === 1 ? bareColumn(filled[0]) : null;
      if (bare !== null) {
        this.#head = 'found';
        this.#use = [{ at: cells.indexOf(filled[0]), column: bare }];
      } else if (row >= HEADER_ROWS)
        this.#head = 'none';
    }
    return this.#head === 'found' ? this.#pick(cells) :
      { why: this.#head === 'none' ? 'no-header' : 'above-header' };
  }

  get found() {
    return this.#head !== 'looking';
  }
}
