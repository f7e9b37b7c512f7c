// SPDX-License-Identifier: EUPL-1.2
// The lean module and the whole: all conformance vectors as a page asks them,
// from the lean one on, give the recorded reports; what the lean one answered
// by itself and what it handed on; and what was known goes along.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { NOW, badges, end, ensure, same, top, web, wrapped }
  from './lib/check.mjs';

const LEAST = { lean: 200, whole: 250 };
const vectors = `${top}/tests/conformance`;
const load = (name) => JSON.parse(readFileSync(`${vectors}/${name}`));
const { objects } = load('vectors/objects.json');
const records = new Map(readFileSync(`${vectors}/reports.sha256`, 'utf8')
  .trim().split('\n').map((line) => line.split('  ').reverse()));

// Every module that begins, as it does: "lean" or "whole".
let begun = [];
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (...args) => {
  const made = await instantiate(...args);
  begun.push(made.exports.km_web_report ? 'whole' : 'lean');
  return made;
};

const { Verifier } = await import(`${web}/keurmerk.js`);
const read = badges();
const svg = wrapped('svg', 'valid', '1 light nl none -');
const png = wrapped('png', 'valid');

function bytesOf(text) {
  const { hex, zeros = 0 } = text.startsWith('@') ? objects[text.slice(1)] :
    { hex: text };
  return Buffer.concat([Buffer.from(hex, 'hex'), Buffer.alloc(zeros)]);
}

async function vector(v) {
  begun = [];
  const verifier = await Verifier.create({ trust: bytesOf(v.trust_pin),
    lists: 1024 });
  same(await verifier.add(v.objects.map(bytesOf)), v.expect.adds, v.id);
  if (v.register)
    await verifier.register(v.register.runs.map(bytesOf));
  const asked = { policy: v.policy, now: v.now,
    origin: v.origin === '' ? undefined : v.origin };
  const { json } = await (v.register?.by ?
    verifier.check({ [v.register.by]: v.register.key, ...asked }) :
    verifier.verify({ badge: bytesOf(v.badge), ...asked }));
  same(createHash('sha256').update(json).digest('hex'), records.get(v.id),
    v.id, begun);
  same(begun.slice(0, 1), ['lean'], v.id);
  return begun.length;
}

async function all() {
  const answered = { lean: 0, whole: 0 };
  for (const name of load('vectors/groups.json'))
    for (const v of load(`vectors/${name}`).vectors)
      answered[await vector(v) === 1 ? 'lean' : 'whole']++;
  console.log(`of the vectors ${answered.lean} answered by the lean module, ` +
    `${answered.whole} by the whole`);
  for (const [by, n] of Object.entries(answered))
    ensure(n >= LEAST[by], answered);
}

// Each question on a verifier of its own; and again on one that was given a
// fork, which the lean module leaves to the whole.
async function handed() {
  const more = [
    ['verify', { badge: read('valid') }, 'lean'],
    ['verify', { badge: read('valid'), policy: { self_declaration: true,
      environment: 'demonstration' } }, 'lean'],
    ['verify', { badge: svg }, 'whole'],
    ['verify', { badge: png }, 'whole'],
    ['verify', { badge: 'anything' }, 'whole'],
    ['verify', { badge: read('valid'), origin: 'w\u0175w.example' }, 'whole'],
    ['verify', { badge: read('valid'), policy: { holder: '90000011' } },
      'whole'],
    ['check', { holder: '90000011' }, 'whole'],
  ];
  const objects = ['trust-2', 'tree/epoch', 'tree/status/0'];
  for (const fork of [[], ['epoch-fork']])
    for (const [call, question, by] of more) {
      const answers = [];
      for (const wasm of [undefined, readFileSync(`${web}/keurmerk.wasm`)]) {
        begun = [];
        const v = await Verifier.create({ trust: read('trust-1'), wasm });
        same(await v.add([...objects, ...fork].map(read)), ['ok', 'ok', 'ok',
          ...fork.map(() => 'fork')]);
        answers.push((await v[call]({ now: NOW, ...question })).json);
        same(begun.at(-1), wasm || fork.length ? 'whole' : by, call,
          Object.keys(question));
        // What has grown stays so, and knows the same.
        const again = begun.length;
        answers.push((await v[call]({ now: NOW, ...question })).json);
        same(begun.length, again);
      }
      same(new Set(answers).size, 1, call);
    }
}

// Several at once, of which one needs the whole module.
async function together() {
  const v = await Verifier.create({ trust: read('trust-1') });
  v.add(read('tree/epoch'), read('tree/status/0'));
  const all = await Promise.all([v.verify({ badge: read('valid'), now: NOW }),
    v.look(read('valid')), v.verify({ badge: read('valid'), now: NOW })]);
  same(all.map(({ verdict, why }) => verdict ?? why), ['valid', 'ok',
    'valid']);
}

// Without the whole module what needs it cannot be asked, and all else can.
async function missing() {
  const v = await Verifier.create({ trust: read('trust-1') });
  await v.add(read('tree/epoch'), read('tree/status/0'));
  const counted = WebAssembly.instantiate;
  const whole = (change) => async (...args) => {
    const { exports } = await counted(...args);
    return { exports: exports.km_web_report ? change(exports) : exports };
  };
  WebAssembly.instantiate = whole(() => {
    throw new Error('not there');
  });
  for (const asking of [() => v.verify({ badge: svg, now: NOW }),
    () => v.check({ holder: '90000011' }), () => v.look(read('valid'))])
    same(await asking().catch((e) => e.message), 'not there');
  same((await v.verify({ badge: read('valid'), now: NOW })).verdict, 'valid');
  // Nor does it stay half grown.
  WebAssembly.instantiate = whole((exports) => ({ ...exports, km_web_add() {
    throw new Error('broken');
  } }));
  same(await v.verify({ badge: svg, now: NOW }).catch((e) => e.message),
    'broken');
  same((await v.verify({ badge: read('valid'), now: NOW })).verdict, 'valid');
  WebAssembly.instantiate = counted;
  same((await v.verify({ badge: svg, now: NOW })).verdict, 'valid');
}

// What is kept for the whole module does not grow without end.
async function bounded() {
  const v = await Verifier.create({ trust: read('trust-1') });
  begun = [];
  const list = read('tree/status/0');
  const half = Array(Math.ceil(524288 / list.length)).fill(list);
  for (const found of [[], ['whole'], ['whole']]) {
    same(new Set(await v.add(half)).size, 1);
    same(begun, found);
  }
  same(await v.add(read('tree/epoch')), ['ok']);
  same((await v.verify({ badge: read('valid'), now: NOW })).verdict, 'valid');
}

await all();
await handed();
await together();
await missing();
await bounded();
end();
