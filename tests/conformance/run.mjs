// SPDX-License-Identifier: EUPL-1.2
// The runner of the npm package (see README.md), over what is built in B:
//
//      run.mjs                 hold all vectors
//      run.mjs --reports       the same, and print "ID REPORT" for each

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';

const LEAST = 250;
const build = resolve(process.env.B ?? 'build');
const web = pathToFileURL(`${build}/web/keurmerk/`);
const { Verifier, policyCbor } = await import(new URL('keurmerk.js', web));
const wasm = await WebAssembly.compile(
  readFileSync(new URL('keurmerk.wasm', web)));

const at = (name) => new URL(`./${name}`, import.meta.url);
const load = (name) => JSON.parse(readFileSync(at(`vectors/${name}`)));
const { objects } = load('objects.json');
const groups = load('groups.json').map(load);
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

// Hex, or @NAME of objects.json.
function bytesOf(text) {
  const { hex, zeros = 0 } = text.startsWith('@') ? objects[text.slice(1)] :
    { hex: text };
  return Buffer.concat([Buffer.from(hex, 'hex'), Buffer.alloc(zeros)]);
}

const listed = (report, outcome) => report.checks
  .filter((check) => check.outcome === outcome)
  .map(({ check, why }) => [check, why]);

// What was answered, as expect has it, and the report's bytes.
async function ask(v) {
  const verifier = await Verifier.create({ trust: bytesOf(v.trust_pin), wasm,
    lists: 1024 });
  const adds = await verifier.add(v.objects.map(bytesOf));
  const register = v.register &&
    await verifier.register(v.register.runs.map(bytesOf));
  const asked = { policy: v.policy, now: v.now,
    origin: v.origin === '' ? undefined : v.origin };
  const { verdict, report, json } = await (v.register?.by ?
    verifier.check({ [v.register.by]: v.register.key, ...asked }) :
    verifier.verify({ badge: bytesOf(v.badge), ...asked }));
  return { json, answer: {
    verdict, exit: report.exit, binding: report.binding,
    claims: report.attestation !== null,
    failed: listed(report, 'failed'), warned: listed(report, 'warned'),
    adds, ...register && { register }, ...'successor' in v.expect && {
      successor: report.checks.find(({ check }) => check === 'status').want ||
        null } } };
}

// Say what is not as the vector and the record have it; 1: something.
function differs(v, { json, answer }, record) {
  const cbor = Buffer.from(policyCbor(v.policy));
  const found = { ...answer, policy: cbor.toString('hex'),
    hash: sha256(cbor), report: `${sha256(json)}  ${v.id}` };
  const expected = { ...v.expect, policy: v.policy_cbor,
    hash: v.policy_sha256, report: record };
  let wrong = 0;
  for (const what of new Set(Object.keys({ ...expected, ...found }))) {
    const [x, y] = [JSON.stringify(expected[what]),
      JSON.stringify(found[what])];
    if (x !== y) {
      console.error(`${v.id}: ${what}: expected ${x}, found ${y}`);
      wrong = 1;
    }
  }
  return wrong;
}

const records = new Map(readFileSync(at('reports.sha256'), 'utf8').split('\n')
  .map((line) => [line.split('  ')[1], line]));
const reports = process.argv[2] === '--reports';
let held = 0;
let wrong = 0;
for (const group of groups) {
  if (group.vectors.length !== group.count)
    throw new Error(`${group.group}: expected ${group.count} vectors`);
  for (const v of group.vectors) {
    const asked = await ask(v);
    if (reports)
      process.stdout.write(`${v.id} ${asked.json}\n`);
    else
      wrong += differs(v, asked, records.get(v.id));
    held++;
  }
}
if (!reports)
  console.log(`${held} conformance vectors, ${wrong} not held`);
process.exitCode = wrong > 0 || held < LEAST ? 1 : 0;
