// SPDX-License-Identifier: EUPL-1.2
// A buyer's list against the register, row by row, as keurmerk batch does: a
// row of output for each of input, in the same order. In pieces, so that a
// page with a hundred thousand rows still answers.

import { ask } from './asked.js';
import { Table, host as hostOf, trim } from './columns.js';
import { rows } from './sheet.js';

export const PIECE = 30;        // ms of work before the page has its turn

// A turn for the page, without the wait that timers within timers have.
export const turn = () => new Promise((done) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    done();
  };
  port2.postMessage(null);
});

// Letters and digits, small: what is left of a name to be compared.
const plain = (name) => name.replace(/[A-Z]/g, (c) => c.toLowerCase())
  .replace(/[\0-\x7f]/g, (c) => /[a-z0-9]/.test(c) ? c : '').slice(0, 255);

// "Voorbeeld" and "Voorbeeld ICT B.V." may well be one.
const sameName = (a, b) => a && b && (a.includes(b) || b.includes(a));

function remarksOf(row, question, mark) {
  const remarks = [];
  if (question.proposed)
    remarks.push('leading-zero');
  if (question.cleaned)
    remarks.push('cleaned');
  if (row.cp1252)
    remarks.push('cp1252');
  if (mark === null)
    return remarks;
  const name = plain(row.name);
  if (name && ![mark.legalName, ...mark.tradeNames].some((each) =>
    sameName(name, plain(each))))
    remarks.push('other-name');
  if (row.host && !mark.hosts.includes(hostOf(row.host)))
    remarks.push('other-website');
  return remarks;
}

function answerOf(register, policy, now, row) {
  if (row.why)
    return { row: row.row, why: row.why, remarks: [], verdict: null,
      mark: null };
  const question = ask(row);
  const { verdict = null, mark = null } = question.why ? {} :
    register.answer(question, policy, now);
  return { row: row.row, id: row.id, name: row.name,
    ...question, verdict, mark, remarks: remarksOf(row, question, mark) };
}

// What the table makes of the rows; those that are empty at the end are left
// out, and nothing at all is a file that is not what was meant.
function* taken(bytes) {
  const table = new Table();
  let empty = [];
  for (const read of rows(bytes)) {
    const row = { row: read.row, end: read.end };
    const cells = read.why ? { why: read.why } : table.take(read.cells,
      read.row);
    if (cells === null)
      continue;
    Object.assign(row, cells, read.cp1252 ? { cp1252: true } : {});
    if (row.why === 'empty') {
      empty.push(row);
      continue;
    }
    yield* empty;
    empty = [];
    yield row;
    if (read.over)
      return;
  }
  if (!table.found)
    yield { row: 0, why: 'no-header' };
}

/** All answers at once: for what is short, and for tests. */
export const batch = (register, bytes, policy, now) =>
  Array.from(taken(bytes), (row) => answerOf(register, policy, now, row));

/**
 * The same in pieces; progress(rows, part) is told how far it is. Ends early
 * when signal is aborted.
 */
export async function inPieces(register, bytes, { policy, now, progress,
  signal }) {
  const answers = [];
  let began = performance.now();
  for (const row of taken(bytes)) {
    answers.push(answerOf(register, policy, now, row));
    if (performance.now() - began < PIECE)
      continue;
    progress?.(answers.length, (row.end ?? 0) / bytes.length);
    await turn();
    if (signal?.aborted)
      break;
    began = performance.now();
  }
  return answers;
}

/** What a person pasted: a row of numbers is a list of them. */
export function pasted(text) {
  const one = trim(text);
  const number = /\bKM-\d{4}-\d{6}-[0-9A-Z]\b/i.exec(one);
  if (number && !/\s/.test(one))
    return number[0].toUpperCase();
  return /[\r\n\t]/.test(one) || !/^[\d .]+(?:[,;][\d .]+)+$/.test(one) ? one :
    one.replace(/[,;] */g, '\n');
}
