// SPDX-License-Identifier: EUPL-1.2
// A buyer's list in the browser comes to what keurmerk batch makes of it:
// thousands of spreadsheets, as people save them and as they never would, put
// to both. Then the index, and the CSV that goes out.

import { NOW, end, ensure, same, top } from './lib/check.mjs';
import { FIRST_KVK, batchInC, indexOf, indexText, tree }
  from './lib/index.mjs';

const from = (name) => import(`${top}/ca/public/static/${name}.js`);
const [{ Register, judge, looksLikeIndex }, { batch, inPieces, pasted },
  { csv }] = await Promise.all(['register', 'batch', 'csv'].map(from));

const MARKS = 40;
const SHEETS = Number(process.env.SHEETS ?? 1500);
const at = tree('sheets', MARKS, 'withdraw=3', 'history=5:10-suspend');
const index = Buffer.from(await indexOf(at, MARKS));
const register = new Register(index);

// Numbers that look random and are the same every night.
let seed = 20261124;
const random = (n) => {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return Math.floor((seed / 4294967296) * n);
};
const one = (list) => list[random(list.length)];
const times = (n, make) => Array.from({ length: n }, make);

const kvk = () => String(FIRST_KVK + random(MARKS + 10));
const marks = JSON.parse(index).marks;
const NUMBERS = [
  kvk, () => `0${kvk().slice(1)}`, () => kvk().slice(1),
  () => `${kvk()}1`, () => `${kvk()}0001`, () => `'${kvk()}`,
  () => `="${kvk()}"`, () => ` ${kvk()} `, () => `\u00a0${kvk()}\u202f`,
  () => kvk().replace(/(..)(...)(...)/, '$1.$2.$3'),
  () => kvk().replace(/(..)(...)(...)/, '$1 $2 $3'),
  () => kvk().replace(/(..)(...)(...)/, '$1,$2,$3'),
  () => `${kvk()},00`, () => `${kvk()}.5`, () => `${kvk()[0]}.${
    kvk().slice(1)}E7`, () => `1.23E+07`, () => `1E${random(40)}`,
  () => `KVK ${kvk()}`, () => `KvK-nummer: ${kvk().slice(0, 4)}-${
    kvk().slice(4)}`, () => `NTRNL-${kvk()}`, () => `ntrnl-${kvk()}`,
  () => `NLNHR.${kvk()}`, () => `NTRBE-0${kvk()}`,
  () => '724500VKKSH9QOLTFR81', () => `\u2019${kvk()}`, () => `\`${kvk()}`,
  () => '', () => 'onbekend', () => `${'9'.repeat(random(30))}`,
  () => `${random(9)}.${random(999)}.${random(9999)},${random(9)}`,
  () => `${kvk()}e`, () => `${kvk()}e+`, () => `-${kvk()}`, () => `=${kvk()}`,
];
const HOSTS = [() => one(marks)[9][0] ?? 'ict.example', () => 'ict.example',
  () => 'https://ict.example/nl?x', () => 'HTTP://WWW.ICT.example:443',
  () => 'ict.example.', () => 'ict', () => 'b\u00fccher.example',
  () => 'xn--bcher-kva.example', () => '10.0.0.1', () => 'a..b', () => '-a.nl',
  () => `${'a'.repeat(64)}.nl`, () => '', () => 'ict_x.nl'];
const MARKED = [() => one(marks)[0], () => one(marks)[0].toLowerCase(),
  () => ` ${one(marks)[0]}`, () => 'KM-2026-000001-9', () => 'KM-26-1',
  () => ''];
const NAMES = [() => 'Voorbeeld ICT B.V.', () => 'voorbeeld', () => 'Ander BV',
  () => 'Caf\u00e9 Zon', () => 'a "b" c', () => 'regel\neen', () => '',
  () => 'x;y,z\tw', () => '\u20ac 5', () => 'Zon & Maan'];
const HEADERS = [['KvK-nummer', NUMBERS], ['kvk', NUMBERS], ['KvKnr', NUMBERS],
  ['KVK nr.', NUMBERS], ['Website', HOSTS], ['domein', HOSTS],
  ['keurmerknummer', MARKED], ['Mark number', MARKED], ['Leverancier', NAMES],
  ['naam', NAMES], ['Crediteurnummer', [() => String(random(9999))]],
  ['plaats', NAMES], ['', NAMES], ['Caf\u00e9', NAMES]];

function quoted(text, separator) {
  const need = /["\r\n;,\t]/.test(text) || random(5) === 0;
  // Now and then not as it should be.
  return need && random(12) > 0 ? `"${text.replaceAll('"', '""')}"` :
    separator === undefined ? text : text;
}

// CP1252 of what has a place there.
const CP1252 = { '\u20ac': 0x80, '\u2019': 0x92 };
const encode = (text, wide) => wide ? Buffer.from(text) :
  Buffer.from([...text].map((c) => CP1252[c] ??
    (c.codePointAt(0) < 256 ? c.codePointAt(0) : 63)));

function sheet() {
  const separator = one([';', ',', '\t']);
  const newline = one(['\n', '\r\n', '\r']);
  const columns = times(1 + random(5), () => one(HEADERS));
  const bare = random(8) === 0;
  const rows = bare ? [] : times(random(3) === 0 ? random(25) : 0,
    () => [one(NAMES)()]);
  if (!bare)
    rows.push(columns.map(([header]) => header));
  for (let n = random(12); n >= 0; n--)
    rows.push(random(10) === 0 ? [''] : bare ?
      [one([...NUMBERS, ...MARKED])()] :
      columns.slice(0, 1 + random(columns.length)).map(([, values]) =>
        one(values)()));
  const text = (random(6) === 0 ? one([`sep=${separator}`,
    `"sep=${separator}"`, 'sep=', 'sep=x']) + newline : '') +
    rows.map((row) => row.map((cell) => quoted(cell, separator))
      .join(separator)).join(newline) + (random(3) ? newline : '');
  return Buffer.concat([Buffer.from(random(4) === 0 ? [0xef, 0xbb, 0xbf] :
    []), encode(text, random(3) > 0)]);
}

// Bytes changed, cut and doubled.
function damaged() {
  const bytes = Buffer.from(sheet());
  for (let n = random(6); n >= 0 && bytes.length > 0; n--)
    bytes[random(bytes.length)] = one([0, 9, 10, 13, 34, 39, 44, 46, 59, 61,
      69, 0x80, 0x81, 0xa0, 0xc2, 0xff, random(256)]);
  return random(3) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes;
}

const fixed = ['kvk\n1000.000\n10000.001\n1000.000,00\n1.000.000', '', '\n', '\ufeff', '\ufeffkvk\n10000001', 'kvk', 'sep=;',
  'sep=;\nkvk;naam\n10000003;x', '"sep=\t"\r\nkvk\tnaam\r\n10000003\tx\r\n',
  '10000001\r10000003\r\r\n10000005', 'kvk\n"10000001', 'kvk\n10000001"x"',
  '12345678,00', '12345678,00\n10000001,00', 'PK\u0003\u0004', 'kvk;kvk\n' +
  '10000001;10000003\n10000001;10000001\n;10000003', 'kvk,keurmerknummer\n' +
  `10000001,${marks[1][0]}\n10000002,${marks[1][0]}\n0000001,${marks[1][0]}`,
  `${'x\n'.repeat(19)}kvk\n10000001`, `${'x\n'.repeat(20)}kvk\n10000001`,
  `kvk${';'.repeat(16384)}\n10000001`, `kvk\n${'1'.repeat(1048577)}\n10000001`,
  `kvk\n"${'a'.repeat(1048576)}"\n10000001`].map((text) => Buffer.from(text))
  .concat([[0xd0, 0xcf, 0x11, 0xe0], [0xff, 0xfe, 0x6b, 0], [0, 0x6b], [0x6b, 0],
    [0xfe, 0xff, 0, 0x6b]].map((bytes) => Buffer.from(bytes)));

// What the two say of a row, in one form.
const ofC = (r) => ({ row: r.row ?? 0, id: r.id, name: r.name,
  by: r.asked_by, given: r.given, asked: r.asked, verdict: r.verdict,
  mark: r.mark, remarks: r.remarks, why: r.error });
const ofJs = (r) => ({ row: r.row, id: r.id || null, name: r.name || null,
  by: r.by ?? null, given: r.given || null, asked: r.asked ?? null,
  verdict: r.verdict, mark: r.mark?.number ?? null, remarks: r.remarks,
  why: r.why ?? null });
// Where a mark number fails beside a good holder, C keeps the holder asked.
const agree = (r) => r.why && r.why !== 'ok' ? { ...r, by: null, asked: null,
  remarks: r.remarks.filter((x) => x === 'cp1252') } : r;

function differential() {
  const sheets = [...fixed, ...times(SHEETS, (_, i) =>
    i % 3 === 0 ? damaged() : sheet())];
  const policies = [[[], {}], [['--demand', 'basic_measures:cloud-hosting:high'],
    { demands: [{ claim: 'basic_measures', service: 'cloud-hosting',
      level: 'high' }] }], [['--demand', 'policy_advice::basic'],
    { demands: [{ claim: 'policy_advice', level: 'basic' }] }]];
  const seen = new Map();
  let rows = 0;
  for (const [options, policy] of policies) {
    const inC = batchInC(at, sheets, ...options);
    sheets.forEach((bytes, i) => {
      const expected = inC[i].map(ofC).map(agree);
      const found = batch(register, bytes, policy, NOW).map(ofJs).map(agree);
      same(found, expected, `sheet-${i}.csv`, String(bytes).slice(0, 300));
      for (const r of found) {
        const key = r.why ?? r.verdict;
        seen.set(key, (seen.get(key) ?? 0) + 1);
        r.remarks.forEach((x) => seen.set(x, (seen.get(x) ?? 0) + 1));
        rows++;
      }
    });
  }
  console.log(`${sheets.length} sheets, ${rows} rows`,
    Object.fromEntries(seen));
  // What was never seen was not compared.
  for (const name of ['valid', 'withdrawn', 'suspended', 'unmet',
    'not-listed', 'empty', 'above-header', 'no-header', 'no-key',
    'two-values', 'rsin', 'branch', 'not-kvk', 'rounded', 'not-host',
    'not-number', 'too-long', 'too-many-cells', 'nul', 'quote', 'xlsx', 'xls',
    'utf-16', 'leading-zero', 'cleaned', 'cp1252', 'other-name',
    'other-website'])
    ensure(seen.has(name), 'never seen', name);
}

// What the dates of a mark say, and what its state says before them.
function states() {
  const [mark] = register.find('number', marks[0][0]);
  const is = (state, now, expected, policy = {}) =>
    same(judge({ ...mark, state }, policy, now), expected, state, now);
  is('valid', mark.validFrom, 'valid');
  is('valid', mark.validFrom - 1, 'not-yet-valid');
  is('valid', mark.validUntil, 'expired');
  is('valid', mark.validUntil - 1, 'valid');
  is('withdrawn', mark.validUntil, 'withdrawn');
  is('suspended', NOW, 'suspended');
  is('suspended', mark.validUntil, 'expired');
  is('superseded', NOW, 'superseded');
  same(judge({ ...mark, document: 'self-declaration' }, {}, NOW), 'unmet');
  same(judge({ ...mark, document: 'self-declaration' },
    { self_declaration: true }, NOW), 'valid');
  // An epoch that is over tells nothing.
  const list = Buffer.from('kvk\n10000000\n');
  same(batch(register, list, {}, register.epoch.nextUpdate)[0].verdict,
    'undetermined');
  same(batch(register, list, {}, register.epoch.nextUpdate - 1)[0].verdict,
    'valid');
  same(batch(register, list, {}, register.epoch.thisUpdate - 301)[0].verdict,
    'undetermined');
}

function indexes() {
  ensure(looksLikeIndex(index), 'an index');
  ensure(!looksLikeIndex(Buffer.from('kvk\n1')), 'no index');
  const bad = (text, word) => {
    try {
      new Register(Buffer.from(text));
    } catch (e) {
      ensure(e.message.includes(word), word, e.message);
      return;
    }
    ensure(false, 'expected an error with', word);
  };
  bad('{}', 'keurmerk-index');
  bad('{"format":"keurmerk-index","version":2}', 'version 2');
  bad(indexText([]).replace('"lei"', '"lie"'), 'columns');
  bad(indexText([marks[0].slice(0, 5)]), 'a mark');
  bad(indexText([marks[0].with?.(2, 7) ?? [7]]), 'a mark');
  bad(indexText([], { nextUpdate: 'soon' }), 'epoch');
  bad(indexText([]).slice(0, -1), 'JSON');
}

// No cell is a formula, whatever a stranger called himself.
function written() {
  const cells = ['=1+1', '+31', '-1', '@x', ' =1', '\u00a0=1', '\uff1d1',
    'a=1', 'x"y', 'x\ny', '\t=1', '', null, 5];
  same(csv([cells]), '"\'=1+1","\'+31","\'-1","\'@x","\' =1","\'\u00a0=1",' +
    '"\'\uff1d1","a=1","x""y","x y","\' =1",,,"5"\r\n');
  same(csv([['a', 'b']], { excel: true }), '\ufeff"a";"b"\r\n');
  same(pasted('10000001, 10000002;10000003'),
    '10000001\n10000002\n10000003');
  same(pasted(' HTTPS://KEURMERK.EXAMPLE/KM-2026-000001-8 '),
    'KM-2026-000001-8');
  same(pasted('kvk;naam\n1;2'), 'kvk;naam\n1;2');
}

// A hundred thousand rows: all there, in order, and the page had its turns.
async function many() {
  const list = Buffer.from('kvk;naam\n' + times(100000, (_, i) =>
    `${FIRST_KVK + i % 60};Voorbeeld\n`).join(''));
  let turns = 0, last = 0;
  const found = await inPieces(register, list, { policy: {}, now: NOW,
    progress: (n, part) => {
      turns++;
      ensure(n >= last && part >= 0 && part <= 1, 'progress', n, part);
      last = n;
    } });
  same(found.length, 100000);
  same(found[99999].row, 100001);
  same(found.filter((r) => r.verdict === 'not-listed').length,
    times(100000, (_, i) => i % 60).filter((i) => i >= MARKS).length);
  ensure(turns > 5, 'one piece', turns);
  const stop = new AbortController();
  const cut = await inPieces(register, list, { policy: {}, now: NOW,
    signal: stop.signal, progress: () => stop.abort() });
  ensure(cut.length < 100000, 'stopped', cut.length);
}

const only = process.argv.slice(2);
for (const part of [differential, states, indexes, written, many])
  if (only.length === 0 || only.includes(part.name))
    await part();
end();
