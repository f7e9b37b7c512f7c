// SPDX-License-Identifier: EUPL-1.2
//
// keurmerk in C and, where it has been built, as WebAssembly, by turns with
// @auth0/cose over an attestation of the same payload and with
// @sd-jwt/jwt-status-list over a list of the same entries; then what each of
// those two lets through (rivals_accept.mjs). Medians, of CPU time.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { deflateSync } from 'node:zlib';
import { Sign1 } from '@auth0/cose';
import { getListFromStatusListJWT } from '@sd-jwt/jwt-status-list';
import { accepted, payloadOf, publicKey, sign1 } from './rivals_accept.mjs';

const ROUNDS = 15;
const NOW = 1795478400;            // tests/lib/sample.h
const build = resolve(process.argv[2]);
const scene = (name) =>
  readFileSync(new URL(`./scene/${name}`, import.meta.url));
const ours = (...args) =>
  Number(execFileSync(`${build}/bench/ours`, args.map(String)));

async function cpu(n, what) {
  const from = process.cpuUsage();
  for (let i = 0; i < n; i++)
    await what(i);
  const used = process.cpuUsage(from);
  return (used.user + used.system) / 1e6;
}

const median = (v) => v.sort((a, b) => a - b)[v.length >> 1];

// Each of the rivals runs once a round; seconds for one of each.
async function byTurns(runs) {
  const found = runs.map(() => []);
  for (let round = -1; round < ROUNDS; round++)
    for (const [i, run] of runs.entries()) {
      const seconds = await run();
      if (round >= 0)
        found[i].push(seconds);
    }
  return found.map(median);
}

async function webVerifier() {
  const dir = `${build}/web/keurmerk`;
  if (!existsSync(`${dir}/keurmerk.js`)) {
    console.log('rivals: WebAssembly has not been built: not measured');
    return null;
  }
  const { Verifier } = await import(`${dir}/keurmerk.js`);
  const verifier = await Verifier.create({ trust: scene('trust') });
  for (const name of ['epoch', 'status']) {
    const [why] = await verifier.add(scene(name));
    if (why !== 'ok')
      throw new Error(`${name}: ${why}`);
  }
  return verifier;
}

const rate = (name, seconds, c) => console.log(`bench ${name} ` +
  `${(1 / seconds).toFixed(0)} 1/s ratio ${(c / seconds).toFixed(4)} ` +
  'against keurmerk in C');

async function signatures() {
  const payload = payloadOf(scene('badge'));
  const cose = sign1({ payload });
  const runs = [
    () => ours('verify', 2000) / 2000,
    async () => await cpu(300, async () =>
      Sign1.decode(cose).verify(publicKey)) / 300
  ];
  const web = await webVerifier();
  if (web !== null)
    runs.push(async () => await cpu(300, async () => {
      const answer = await web.verify({ badge: scene('badge'), now: NOW });
      if (answer.verdict !== 'valid')
        throw new Error(answer.verdict);
    }) / 300);
  const [c, auth0, wasm] = await byTurns(runs);
  rate('rivals_verify_c', c, c);
  rate('rivals_verify_auth0_cose', auth0, c);
  if (wasm !== undefined)
    rate('rivals_verify_wasm', wasm, c);
}

// One in a hundred withdrawn, without a pattern, two bits each.
function entries(n) {
  const list = Buffer.alloc(n / 4);
  for (let i = 0; i < n; i++) {
    const h = createHash('sha256').update(String(i >> 4)).digest();
    if (h.readUInt16LE((i & 15) * 2) % 100 === 0)
      list[i >> 2] |= 1 << (i & 3) * 2;
  }
  return list;
}

function listToken(n) {
  const part = (o) => Buffer.from(JSON.stringify(o)).toString('base64url');
  const lst = deflateSync(entries(n), { level: 9 }).toString('base64url');
  const claims = { sub: 'https://a.example/1', iat: NOW, exp: NOW + 9,
    status_list: { bits: 2, lst } };
  return `${part({ alg: 'ES256', typ: 'statuslist+jwt' })}.` +
    `${part(claims)}.${Buffer.alloc(64).toString('base64url')}`;
}

const micros = (name, seconds, c) => console.log(`bench ${name} ` +
  `${(seconds * 1e6).toFixed(0)} us ratio ${(c / seconds).toFixed(5)} ` +
  'against keurmerk in C');

async function lists(name, n, times) {
  const jwt = listToken(n);
  const [c, sdjwt] = await byTurns([
    () => ours('status', 200, n) / 200,
    async () => await cpu(times, async (i) =>
      getListFromStatusListJWT(jwt).getStatus(i * 7919 % n)) / times
  ]);
  micros(`rivals_status_${name}_c`, c, c);
  micros(`rivals_status_${name}_sd_jwt`, sdjwt, c);
}

await signatures();
await lists('shard', 65536, 20);
await lists('1e6', 1000000, 2);
await accepted((package_, what, verdict) =>
  console.log(`rivals: ${package_}: ${what}: ${verdict}`));
