// SPDX-License-Identifier: EUPL-1.2
// Answers as CSV (RFC 4180). What a stranger wrote steers no spreadsheet: a
// cell that would be a formula gets an apostrophe in front, as in
// verifier/cli/batch_write.c.

const FORMULA = /^[ \u00a0]*[=+\-@\uff0b\uff0d\uff1d\uff20]/;
const BOM = '\ufeff';

function cell(value) {
  if (value === null || value === undefined || value === '')
    return '';
  // No control character: a line break in a cell is one space.
  const text = String(value).replace(/[\0-\x1f\x7f-\x9f]+/g, ' ');
  return `"${(FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}

/** rows: arrays of cells, the first with the headers. */
export function csv(rows, { excel = false } = {}) {
  return (excel ? BOM : '') + rows.map((row) =>
    row.map(cell).join(excel ? ';' : ',')).join('\r\n') + '\r\n';
}
