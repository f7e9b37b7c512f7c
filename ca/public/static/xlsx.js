// SPDX-License-Identifier: EUPL-1.2
// A buyer's spreadsheet as Excel and LibreOffice save it (ECMA-376, Office
// Open XML): the first sheet that can be seen becomes the CSV that it would be
// saved as, and that is read as any other list. Only what is needed is taken
// out of the archive, and nothing in it is carried out.

import { PIECE, turn } from './batch.js';
import { Archive, Unread } from './unzip.js';
import { attribute, scan } from './xml.js';

const ROWS_MAX = 1048576, COLUMNS_MAX = 16384;  // as Excel has them
const STRINGS_MAX = 4194304;
const TEXT_MAX = 67108864;      // of the list that comes of it
const ZEROS = /^0{2,20}$/;      // a number format that keeps leading zeros
const NAME = 'EncryptedPackage';
const ODS = 'application/vnd.oasis.opendocument.spreadsheet';

const fail = (why) => {
  throw new Unread(why);
};
const starts = (bytes, ...first) => first.every((b, i) => bytes[i] === b);
const isCompound = (bytes) => starts(bytes, 0xd0, 0xcf, 0x11, 0xe0);

// [MS-OFFCRYPTO] section 1.3.2: what has a password is a file within a
// compound file, under this name in UTF-16.
function compound(bytes) {
  const text = new TextDecoder('latin1').decode(bytes);
  fail(text.includes(NAME.split('').join('\0')) ? 'protected' : 'xls');
}

async function textOf(archive, name) {
  try {
    return new TextDecoder('utf-8', { fatal: true })
      .decode(await archive.read(name));
  } catch (e) {
    return e instanceof TypeError ? fail('sheet-damaged') : Promise.reject(e);
  }
}

// Parts that a part is related to, each with the last word of its type.
async function relations(archive, part) {
  const slash = part.lastIndexOf('/') + 1;
  const folder = part.slice(0, slash);
  const name = `${folder}_rels/${part.slice(slash)}.rels`;
  const found = [];
  if (!archive.has(name))
    return found;
  for (const { open, raw } of scan(await textOf(archive, name))) {
    if (open !== 'Relationship')
      continue;
    const target = attribute(raw, 'Target') ?? '';
    found.push({ id: attribute(raw, 'Id'),
      type: (attribute(raw, 'Type') ?? '').split('/').pop(),
      part: target.startsWith('/') ? target.slice(1) : folder + target });
  }
  return found;
}
const partOf = (related, type) =>
  related.find((each) => each.type === type)?.part;

// The sheets of cells that can be seen, in their order.
async function sheetsOf(archive, book, related) {
  const sheets = [];
  for (const { open, raw } of scan(await textOf(archive, book))) {
    if (open !== 'sheet' || /hidden/i.test(attribute(raw, 'state') ?? ''))
      continue;
    const id = attribute(raw, 'id');
    const { part } = related.find((each) => each.id === id &&
      each.type === 'worksheet') ?? {};
    if (part !== undefined)
      sheets.push({ name: attribute(raw, 'name') ?? '', part });
  }
  return sheets;
}

// "_x000D_" stands for a character that XML cannot have (22.9.2.19).
const unescaped = (text) => text.replace(/_x([\da-fA-F]{4})_/g, (_, hex) =>
  String.fromCharCode(parseInt(hex, 16)));

// Of each string its text, without how it is said (rPh).
async function stringsOf(archive, part) {
  const all = [];
  if (part === undefined || !archive.has(part))
    return all;
  let text = null, taken = false, said = 0;
  for (const token of scan(await textOf(archive, part))) {
    const { open, close } = token;
    if (open === 'si')
      text = '';
    else if (close === 'si' && all.push(unescaped(text)) > STRINGS_MAX)
      fail('sheet-too-large');
    else if (open === 'rPh' || close === 'rPh')
      said += open ? 1 : -1;
    else if (open === 't' || close === 't')
      taken = open !== undefined && said === 0;
    else if (taken && token.text !== undefined)
      text += token.text;
  }
  return all;
}

// How many digits a style shows at least: 8 for the format 00000000.
async function widthsOf(archive, part) {
  const formats = new Map(), widths = [];
  if (part === undefined || !archive.has(part))
    return widths;
  let within = false;
  for (const { open, close, raw } of scan(await textOf(archive, part))) {
    const name = open ?? close;
    if (name === 'cellXfs')
      within = open !== undefined;
    else if (open === 'numFmt')
      formats.set(attribute(raw, 'numFmtId'), attribute(raw, 'formatCode'));
    else if (open === 'xf' && within) {
      const format = formats.get(attribute(raw, 'numFmtId')) ?? '';
      widths.push(ZEROS.test(format) ? format.length : 0);
    }
  }
  return widths;
}

// "BC12" is column 54; from 0.
function columnOf(place) {
  const [, letters] = /^([A-Z]{1,3})\d+$/.exec(place) ?? fail('sheet-damaged');
  let n = 0;
  for (const c of letters)
    n = 26 * n + parseInt(c, 36) - 9;
  return n > COLUMNS_MAX ? fail('sheet-damaged') : n - 1;
}

class Cell {
  text = '';

  constructor(raw, next) {
    const place = attribute(raw, 'r');
    this.column = place === null ? next : columnOf(place);
    this.type = attribute(raw, 't');
    this.style = Number(attribute(raw, 's') ?? 0);
  }

  value({ strings, widths }) {
    switch (this.text === '' ? '' : this.type) {
    case 's':
      return strings[Number(this.text)] ?? fail('sheet-damaged');
    case 'b':
      return this.text === '1' ? 'TRUE' : 'FALSE';
    case 'str':
    case 'inlineStr':
      return unescaped(this.text);
    }
    return /^\d+$/.test(this.text) ?
      this.text.padStart(widths[this.style] ?? 0, '0') : this.text;
  }
}

// Lines as they are put into the list, with empty ones where rows are.
class List {
  lines = ['sep=;'];
  next = NaN;                   // column of the next cell; no row yet
  #last = 0;                    // and of the last that has a value
  #length = 0;

  row(number) {
    if (!(number >= this.lines.length && number <= ROWS_MAX))
      fail('sheet-damaged');
    while (this.lines.length < number)
      this.lines.push('');
    this.lines.push('');
    this.next = this.#last = 0;
  }

  cell(column, value) {
    if (!(column >= this.next))
      fail('sheet-damaged');
    this.next = column + 1;
    if (value === '')
      return;
    const ahead = column - this.#last;
    // Of one text that stands in many cells there would be many.
    this.#length += ahead + value.length + 2;
    if (this.#length > TEXT_MAX)
      fail('sheet-too-large');
    this.lines[this.lines.length - 1] += `${';'.repeat(ahead)}"${
      value.replace(/[\r\n]+/g, ' ').replaceAll('"', '""')}"`;
    this.#last = column;
  }
}

async function listOf(text, book, signal) {
  const list = new List();
  let cell = null, taken = false, said = 0, began = performance.now(), n = 0;
  for (const token of scan(text)) {
    const { open, close, raw } = token;
    if (open === 'row')
      list.row(Number(attribute(raw, 'r') ?? list.lines.length));
    else if (open === 'c')
      cell = new Cell(raw, list.next);
    else if (close === 'c') {
      list.cell(cell.column, cell.value(book));
      cell = null;
    } else if (open === 'rPh' || close === 'rPh')
      said += open ? 1 : -1;
    else if (['v', 't'].includes(open ?? close))
      taken = open !== undefined && said === 0 && cell !== null;
    else if (taken && token.text !== undefined)
      cell.text += token.text;
    if (++n % 1024 || performance.now() - began < PIECE)
      continue;
    await turn();
    if (signal?.aborted)
      break;
    began = performance.now();
  }
  return list.lines.join('\r\n');
}

async function workbook(archive, signal) {
  const book = partOf(await relations(archive, ''), 'officeDocument');
  if (book === undefined || !archive.has(book))
    fail('not-a-workbook');
  if (book.endsWith('.bin'))
    fail('xlsb');
  const related = await relations(archive, book);
  const sheets = await sheetsOf(archive, book, related);
  const { name, part } = sheets[0] ?? fail('not-a-workbook');
  const strings = await stringsOf(archive, partOf(related, 'sharedStrings'));
  const widths = await widthsOf(archive, partOf(related, 'styles'));
  const text = await listOf(await textOf(archive, part), { strings, widths },
    signal);
  return { bytes: new TextEncoder().encode(text), sheet: name,
    sheets: sheets.length };
}

/**
 * { bytes, sheet, sheets }: its first sheet as CSV, what it is called, and how
 * many can be seen. Throws an Unread with why.
 */
export async function sheetFile(bytes, signal) {
  if (isCompound(bytes))
    compound(bytes);
  try {
    const archive = new Archive(bytes);
    if (archive.has('mimetype') &&
        (await textOf(archive, 'mimetype')).trim() === ODS)
      fail('ods');
    return await workbook(archive, signal);
  } catch (e) {
    if (e instanceof SyntaxError)
      fail('sheet-damaged');
    throw e;
  }
}
