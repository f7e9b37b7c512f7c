// SPDX-License-Identifier: EUPL-1.2
// A tree made for a test, and the compact index of its register out of what
// keurmerk says of each mark.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync }
  from 'node:fs';

import { NOW, build, dir, web } from './check.mjs';

export const COLUMNS = ['number', 'holder', 'state', 'since', 'validFrom',
  'validUntil', 'document', 'legalName', 'tradeNames', 'hosts', 'lines',
  'euid', 'lei'];
export const FIRST_KVK = 10000000;
const AT = new Date(NOW * 1000).toISOString().replace('.000', '');

/** A tree of n marks; where it is. */
export function tree(name, n, ...options) {
  const at = `${dir}/${name}`;
  rmSync(at, { recursive: true, force: true });
  mkdirSync(at, { recursive: true });
  execFileSync(`${build}/system/make_tree`, [at, `${n}`, '7', `${NOW}`,
    ...options]);
  return at;
}

export const known = (at) => ['--at', AT, '--trust', `${at}/pin`, '--tree',
  `${at}/tree`];

/** What keurmerk batch says of sheets: rows of JSON, by sheet. */
export function batchInC(at, sheets, ...options) {
  const files = sheets.map((bytes, i) => {
    const file = `${at}/sheet-${i}.csv`;
    writeFileSync(file, bytes);
    return file;
  });
  const p = spawnSync(`${build}/keurmerk`, ['batch', ...known(at), ...options,
    ...files.flatMap((file) => ['--sheet', file])],
  { encoding: 'utf8', env: {}, maxBuffer: 1 << 30 });
  const found = Map.groupBy ? Map.groupBy(lines(p.stdout), (r) => r.input) :
    lines(p.stdout).reduce((all, r) =>
      all.set(r.input, [...all.get(r.input) ?? [], r]), new Map());
  return files.map((file) => found.get(file) ?? []);
}

const lines = (text) => text.split('\n').filter(Boolean)
  .map((line) => JSON.parse(line));

// The attestation that speaks for the mark of each holder.
async function markOf(verifier, holder) {
  const { report: { attestation: a, verdict } } =
    await verifier.check({ holder, now: NOW });
  const state = ['withdrawn', 'suspended', 'superseded'].includes(verdict) ?
    verdict : 'valid';
  return a && [a.number, a.holder, state, null, a.not_before, a.expires,
    a.document, a.legal_name, a.trade_names, a.hosts,
    a.lines.map((line) => [line.claim, line.service, line.level]), a.euid,
    a.lei];
}

/** Of a tree with one run and one status list. */
export async function indexOf(at, n) {
  const { Verifier } = await import(`${web}/keurmerk.js`);
  const read = (name) => readFileSync(`${at}/${name}`);
  const verifier = await Verifier.create({ trust: read('pin') });
  await verifier.add(read('tree/epoch'), read('tree/status/0'));
  const runs = readdirSync(`${at}/tree/register`)
    .filter((name) => name !== 'index');
  await verifier.register(runs.map((name) => read(`tree/register/${name}`)));
  const marks = [];
  for (let i = 0; i < n; i++)
    marks.push(await markOf(verifier, `${FIRST_KVK + i}`));
  return indexText(marks.filter(Boolean).sort((a, b) => a[0] < b[0] ? -1 : 1));
}

export function indexText(marks, more = {}) {
  return `{"format":"keurmerk-index","version":1,"environment":"production",
"issuer":"https://keurmerk.example",
"epoch":${JSON.stringify({ number: 7, hash: '0'.repeat(64),
    thisUpdate: new Date((NOW - 7200 + 420) * 1000).toISOString(),
    nextUpdate: new Date((NOW + 6 * 86400) * 1000).toISOString(), ...more })},
"scheme":{"id":"voorbeeld","version":1},
"columns":${JSON.stringify(COLUMNS)},
"marks":[
${marks.map((mark) => JSON.stringify(mark)).join(',\n')}
]}`;
}
