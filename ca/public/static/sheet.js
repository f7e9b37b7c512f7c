// SPDX-License-Identifier: EUPL-1.2
// Reader of spreadsheets saved as text, as verifier/cli/sheet.c reads them
// (tests/browser/50_sheet.mjs holds the two against each other): cells apart
// by ";", "," or a tab, whichever the first line has most, or by what its
// "sep=" says; double quotes, with line breaks in them; lines that end in LF,
// CRLF or CR; UTF-8 with or without a byte order mark, and cell by cell CP1252
// where the bytes are not UTF-8.

const ROW_MAX = 1048576;        // SHEET_ROW_MAX
const CELLS_MAX = 16384;        // SHEET_CELLS_MAX
const GIVE_UP = 67108864;       // SHEET_GIVE_UP
const BLOCK = 65536;            // that is looked at for the separator
const [NUL, TAB, LF, CR, SPACE, QUOTE, COMMA, POINT, SEMICOLON] =
  [0, 9, 10, 13, 32, 34, 44, 46, 59];

// WHATWG Encoding, index windows-1252, 0x80 to 0x9f; what has no meaning there
// is U+FFFD.
const CP1252 = '\u20ac\ufffd\u201a\u0192\u201e\u2026\u2020\u2021\u02c6' +
  '\u2030\u0160\u2039\u0152\ufffd\u017d\ufffd\ufffd\u2018\u2019\u201c' +
  '\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\ufffd\u017e' +
  '\u0178';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const ascii = new TextDecoder('latin1');

const starts = (bytes, ...first) => first.every((b, i) => bytes[i] === b);
const isDigit = (b) => b >= 48 && b <= 57;

// Of files that are no text: which program's.
function noText(bytes) {
  if (starts(bytes, 0x50, 0x4b, 3, 4))
    return 'xlsx';
  if (starts(bytes, 0xd0, 0xcf, 0x11, 0xe0))
    return 'xls';
  if (starts(bytes, 0xff, 0xfe) || starts(bytes, 0xfe, 0xff) ||
      (bytes.length >= 2 && (bytes[0] === 0) !== (bytes[1] === 0)))
    return 'utf-16';
  return null;
}

// "sep=;": as Excel reads and some write.
function sepLine(bytes) {
  const [all, quote] = /^("?)sep=[^"\r\n]\1(?:\r\n|\r|\n|$)/.exec(
    ascii.decode(bytes.subarray(0, 10))) ?? [];
  return all === undefined ? null :
    { length: all.length, separator: bytes[4 + quote.length] };
}

// "12345678,00" is no two cells: there is nothing on this line but a number.
function isNumber(line) {
  let commas = 0;
  for (const b of line) {
    commas += b === COMMA;
    if (b !== COMMA && b !== POINT && b !== SPACE && !isDigit(b))
      return false;
  }
  return commas === 1;
}

// What the first line has most of outside quotes.
function separatorOf(bytes) {
  const found = new Map([[SEMICOLON, 0], [TAB, 0], [COMMA, 0]]);
  let quoted = false, i = 0;
  for (; i < bytes.length; i++) {
    const b = bytes[i];
    if (!quoted && (b === LF || b === CR))
      break;
    if (b === QUOTE)
      quoted = !quoted;
    else if (!quoted && found.has(b))
      found.set(b, found.get(b) + 1);
  }
  if (isNumber(bytes.subarray(0, i)))
    return SEMICOLON;
  return [...found].reduce((best, each) => each[1] > best[1] ? each : best)[0];
}

class Row {
  cells = [];
  why = null;                   // the first thing that is wrong
  cp1252 = false;
  #kept = 0;
  #cell = new Uint8Array(256);
  #length = 0;
  #plain = true;                // nothing but ASCII so far

  wrong(why) {
    this.why ??= why;
  }

  add(b) {
    if (b === NUL)
      this.wrong('nul');
    if (this.#kept++ === ROW_MAX)
      this.wrong('too-long');
    if (this.why !== null)
      return;
    if (this.#length === this.#cell.length) {
      const more = new Uint8Array(2 * this.#length);
      more.set(this.#cell);
      this.#cell = more;
    }
    this.#cell[this.#length++] = b;
    this.#plain &&= b < 0x80;
  }

  endCell() {
    if (this.cells.length === CELLS_MAX)
      this.wrong('too-many-cells');
    if (this.why === null)
      this.cells.push(this.#text(this.#cell.subarray(0, this.#length)));
    this.#length = 0;
    this.#plain = true;
  }

  #text(bytes) {
    if (this.#plain)
      return ascii.decode(bytes);
    try {
      return utf8.decode(bytes);
    } catch {
      this.cp1252 = true;
      return Array.from(bytes, (b) => b < 0x80 || b > 0x9f ?
        String.fromCharCode(b) : CP1252[b - 0x80]).join('');
    }
  }
}

/**
 * The rows, one after the other: { row, cells, cp1252 }, or { row, why } of
 * one that cannot be read; where `over` is true nothing behind it can.
 * @param {Uint8Array} bytes
 */
export function* rows(bytes) {
  const no = noText(bytes);
  if (no !== null) {
    yield { row: 1, why: no, over: true };
    return;
  }
  let at = starts(bytes, 0xef, 0xbb, 0xbf) ? 3 : 0;
  const sep = sepLine(bytes.subarray(at, BLOCK));
  const separator = sep?.separator ?? separatorOf(bytes.subarray(at, BLOCK));
  at += sep?.length ?? 0;
  for (let number = 1; at < bytes.length; number++) {
    const row = new Row();
    const begin = at;
    let state = 'start';
    for (let b = -1; at < bytes.length; ) {
      b = bytes[at++];
      if (at - begin > GIVE_UP) {
        yield { row: number, why: 'not-a-sheet', over: true };
        return;
      }
      if (state === 'quoted') {
        if (b === QUOTE)
          state = 'closed';
        else
          row.add(b);
      } else if (b === separator) {
        row.endCell();
        state = 'start';
      } else if (b === LF || b === CR) {
        if (b === CR && bytes[at] === LF)
          at++;
        state = 'end';
        break;
      } else if (b === QUOTE && state !== 'bare') {
        if (state === 'closed') // two stand for one
          row.add(b);
        state = 'quoted';
      } else {
        state = 'bare';
        row.add(b);
      }
    }
    if (state === 'quoted')
      row.wrong('quote');
    row.endCell();
    yield row.why === null ?
      { row: number, cells: row.cells, cp1252: row.cp1252, end: at } :
      { row: number, why: row.why, end: at };
  }
}
