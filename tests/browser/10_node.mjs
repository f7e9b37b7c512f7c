// SPDX-License-Identifier: EUPL-1.2
// The module in Node: the same report as C, byte for byte, for every badge
// under several policies; what it throws and what it never does; several
// questions at once; and what it says where WebCrypto cannot check.

import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';

import { NOW, badges, dir, end, ensure, inC, same, throws, top, web }
  from './lib/check.mjs';

const { Verifier, policyCbor } = await import(`${web}/keurmerk.js`);
const read = badges();
const files = readdirSync(`${dir}/badges`).filter((name) =>
  !statSync(`${dir}/badges/${name}`).isDirectory());

async function verifier(...objects) {
  const v = await Verifier.create({ trust: read('trust-1') });
  if (objects.length === 0)
    objects = ['trust-2', 'tree/epoch', 'tree/status/0'];
  same(await v.add(objects.map(read)), objects.map(() => 'ok'), 'add');
  return v;
}

// What is asked here, and the same for the command line.
const questions = [
  [{}, []],
  [{ origin: 'ict.example' }, ['--origin', 'ict.example']],
  [{ origin: 'www.ict.example' }, ['--origin', 'www.ict.example']],
  [{ policy: { holder: '90000011' } }, ['--holder', '90000011']],
  [{ policy: { holder: '90000012' } }, ['--holder', '90000012']],
  [{ policy: { self_declaration: true } }, ['--self-declaration']],
  [{ policy: { bodies: ['C 122', 'C 123'] } },
    ['--body', 'C 122', '--body', 'C 123']],
  [{ policy: { demands: [{ claim: 'basic_measures', service: 'cloud-hosting',
    level: 'high' }] } }, ['--demand', 'basic_measures:cloud-hosting:high']],
  [{ now: NOW + 3 * 86400 }, ['--at', '2026-11-27']],
  [{ now: NOW + 30 * 86400 }, ['--at', '2026-12-24']],
];

async function asInC() {
  const v = await verifier();
  const at = `${dir}/badges`;
  const verdicts = new Set();
  let compared = 0;
  for (const name of files) {
    for (const [question, args] of questions) {
      const answer = await v.verify({ now: NOW, ...question,
        badge: read(name) });
      const c = inC('--trust', `${at}/trust-1`, '--tree', `${at}/tree`,
        ...(args.includes('--at') ? [] : ['--at', '2026-11-24']), ...args,
        `${at}/${name}`);
      verdicts.add(answer.verdict);
      same(answer.acceptable, answer.verdict === 'valid' &&
        answer.report.binding !== 'none', name);
      if (c === '')             // no badge in it: words only
        continue;
      compared++;
      same(answer.json, c, name, question);
    }
  }
  ensure(compared >= 150, compared);
  for (const verdict of ['valid', 'malformed', 'untrusted', 'not-yet-valid',
    'expired', 'withdrawn', 'suspended', 'superseded', 'wrong-origin',
    'unmet', 'undetermined'])
    ensure(verdicts.has(verdict), 'never seen:', verdict);
}

async function adding() {
  const v = await verifier();
  same(await v.add(read('epoch-fork'), read('status-bad'), read('epoch-bad'),
    read('valid'), new Uint8Array(0)),
  ['fork', 'signature', 'signature', 'typ', 'truncated']);
  const old = await Verifier.create({ trust: read('trust-1') });
  same(await old.add(read('trust-2-short')), ['threshold']);
  const hash = createHash('sha256').update(read('trust-1')).digest();
  for (const trust of [hash, hash.toString('hex')]) {
    const w = await Verifier.create({ trust });
    same((await w.verify({ badge: read('valid'), now: NOW })).verdict,
      'undetermined');
    same(await w.add(read('trust-2')), ['pin']);
    same(await w.add(read('trust-1'), read('tree/status/0')), ['ok', 'ok']);
    same((await w.verify({ badge: read('valid'), now: NOW })).verdict,
      'valid');
  }
}

async function unbound() {
  const v = await verifier();
  const badge = read('valid');
  const ask = async (more) =>
    (await v.verify({ badge, now: NOW, ...more })).acceptable;
  same(await ask({}), false, 'not bound');
  same(await ask({ unboundOk: true }), true);
  same(await ask({ origin: 'ict.example' }), true);
  same(await ask({ policy: { holder: '90000011' } }), true);
  same(await ask({ policy: { origin: 'ict.example' } }), true);
  same(await ask({ origin: 'evil.example', unboundOk: true }), false);
  same((await v.check({ holder: '90000011', now: NOW, unboundOk: true }))
    .verdict, 'undetermined', 'without a register');
  same(await ask({ badge: read('withdrawn'), unboundOk: true }), false);
}

// Anything at all as a badge: a report, and never a good one.
async function anything() {
  const v = await verifier();
  const good = read('valid');
  const all = ['', 'not a badge', new Uint8Array(0), new ArrayBuffer(9),
    new Uint8Array(9e6), Uint8Array.of(...good, 0), good.subarray(1)];
  for (let i = 0; i < good.length; i++)
    all.push(good.map((byte, at) => at === i ? byte ^ 1 : byte));
  for (const badge of all) {
    const { verdict } = await v.verify({ badge, now: NOW });
    ensure(verdict === 'malformed' || verdict === 'untrusted', verdict);
  }
  same((await v.look('x')).claimed, null);
  same((await v.look(good)).claimed.kvk, '90000011');
}

async function mistakes() {
  const v = await verifier();
  const badge = read('valid');
  const bad = (policy, ...words) => throws(() => v.verify({ badge, policy }),
    ...words);
  await bad({ level: 'high' }, 'policy:', 'no member but', '"level"');
  await bad([], 'policy:', 'an object');
  await bad(null, 'policy:', 'an object');
  // In these no member is seen.
  await bad(new Map([['holder', '90000012']]), 'policy:', 'an object');
  await bad(Promise.resolve({ holder: '90000012' }), 'policy:', 'an object');
  await bad({ remember: new Map() }, 'policy.remember:', 'an object');
  await bad({ status_age: new Map([['fail', 1]]) }, 'policy.status_age:',
    'an object');
  await bad({ environment: 'test' }, 'policy.environment', 'production',
    '"test"');
  await bad({ demands: [{ claim: 'basic_measures' }] },
    'policy.demands[0].level');
  await bad({ demands: [{ claim: 'x', level: 'high' }] },
    'policy.demands[0].claim');
  await bad({ demands: [{ claim: 'policy_advice', level: 'high',
    service: 'A B' }] }, 'policy.demands[0].service');
  await bad({ demands: Array(17).fill({}) }, 'at most 16');
  await bad({ demands: [1, 2].map(() => ({ claim: 'policy_advice',
    level: 'high' })) }, 'policy.demands[1]', 'once');
  await bad({ demands: {} }, 'an array');
  await bad({ bodies: ['c'] }, 'policy.bodies[0]');
  await bad({ holder: '9000001' }, 'policy.holder', '"9000001"');
  await bad({ holder: 90000011 }, 'policy.holder');
  await bad({ self_declaration: 1 }, 'policy.self_declaration', 'true');
  await bad({ status_age: { fail: -1 } }, 'policy.status_age.fail');
  await bad({ status_age: { max: 1 } }, 'policy.status_age', '"max"');
  await bad({ skew: 301 }, 'policy.skew', '300', '301');
  await bad({ skew: 1.5 }, 'policy.skew');
  await bad({ remember: { number: 1, hash: 'AB' } }, 'policy.remember.hash');
  await bad({ remember: { number: 0, hash: '' } }, 'policy.remember.number');
  await bad({ origin: 'https://ict.example' }, 'policy.origin');
  await throws(() => v.verify({}), 'badge', 'Uint8Array');
  await throws(() => v.verify({ badge: 7 }), 'badge');
  await throws(() => v.verify({ badge, now: Date.now() }), 'now', 'seconds');
  await throws(() => v.verify({ badge, now: NaN }), 'now');
  await throws(() => v.verify({ badge, origin: 7 }), 'origin');
  await throws(() => v.verify({ badge, unboundOk: 'yes' }), 'unboundOk');
  await throws(() => v.verify({ badge, orgin: 'ict.example' }), 'orgin');
  await throws(() => v.check({}), 'check', 'one of number, holder');
  await throws(() => v.check({ host: 'ict.example', number: 'KM-1' }),
    'one of number, holder');
  await throws(() => v.check({ holder: 90000011 }), 'as text');
  await throws(() => v.register(7), 'runs[0]');
  await throws(() => v.add('x', 7), 'objects[1]');
  await throws(() => Verifier.create(), 'trust');
  await throws(() => Verifier.create({ trust: 'abc' }), 'trust');
  await throws(() => Verifier.create({ trust: badge }), 'trust');
  await throws(() => Verifier.create({ trust: new Uint8Array(32),
    lists: 0 }), 'lists');
  const forged = read('trust-1');
  forged[forged.length - 1] ^= 1;
  await throws(() => Verifier.create({ trust: forged }), 'trust',
    'signature');
  // And after all that it still answers.
  same((await v.verify({ badge, now: NOW })).verdict, 'valid');
}

function policies() {
  const { vectors } = JSON.parse(
    readFileSync(`${top}/tests/vectors/good/policy.json`));
  let n = 0;
  for (const { name, json, bytes, hash } of vectors) {
    if (json === undefined)
      continue;
    const cbor = policyCbor(json);
    same(Buffer.from(cbor).toString('hex'), bytes, name);
    same(createHash('sha256').update(cbor).digest('hex'), hash, name);
    n++;
  }
  ensure(n >= 2, 'policies', n);
  same([...policyCbor()], [0xa0]);
}

async function atOnce() {
  const v = await verifier();
  const alone = await Promise.all(files.map(async (name) =>
    (await (await verifier()).verify({ badge: read(name), now: NOW })).json));
  const together = await Promise.all(files.map(async (name, i) => {
    if (i % 3 === 0)
      v.add(read('status-bad'), read('tree/status/0'));
    return (await v.verify({ badge: read(name), now: NOW })).json;
  }));
  same(together, alone, 'at once');
}

// WebCrypto without an algorithm, or none: "cannot tell", never "good" and
// never "wrong".
async function withoutCrypto() {
  const { subtle } = globalThis.crypto ??
    (await import('node:crypto')).webcrypto;
  const fake = (value) => Object.defineProperty(globalThis, 'crypto',
    { value, configurable: true });
  const refuse = () => Promise.reject(new DOMException('no',
    'NotSupportedError'));
  const badge = read('untrusted-signature');
  const question = { badge, now: NOW, unboundOk: true };

  for (const value of [{ subtle: { importKey: refuse } }, {}]) {
    fake(value);
    const v = await Verifier.create({ trust: read('trust-1') });
    same(await v.add(read('trust-1')), ['unsupported']);
    const { verdict, acceptable } = await v.verify(question);
    same([verdict, acceptable], ['undetermined', false]);
  }

  // Trust was established, and then it fails.
  let there = true;
  fake({ subtle: {
    importKey: subtle.importKey.bind(subtle),
    verify: (...args) => there ? subtle.verify(...args) : refuse(),
  } });
  const v = await verifier();
  same((await v.verify(question)).verdict, 'untrusted');
  there = false;
  const without = await v.verify(question);
  same([without.verdict, without.acceptable, without.unsupported],
    ['undetermined', false, ['ECDSA']]);
  fake({ subtle });
  const knowing = await Verifier.create({ trust: new Uint8Array(32) });
  same(without.json, (await knowing.verify(question)).json);
}

await asInC();
await adding();
await unbound();
await anything();
await mistakes();
policies();
await atOnce();
await withoutCrypto();
end();
