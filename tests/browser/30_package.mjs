// SPDX-License-Identifier: EUPL-1.2
// The package as others get it: packed by npm, installed into an empty
// directory, its types checked, and a badge verified with it.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';

import { NOW, badges, dir, end, ensure, npm, same, skip, web }
  from './lib/check.mjs';

if (spawnSync('npm', ['--version']).error)
  skip('no npm here');

badges();
const place = `${dir}/package`;
rmSync(place, { recursive: true, force: true });
mkdirSync(place, { recursive: true });
const run = (command, ...args) => execFileSync(command, args,
  { cwd: place, encoding: 'utf8' });

const [packed] = JSON.parse(run('npm', 'pack', '--json', web));
same(packed.files.map((f) => f.path).sort(), ['LICENSE', 'README.md',
  'badge.d.ts', 'badge.js', 'card.js', 'host.js', 'keurmerk.d.ts',
  'keurmerk.js', 'keurmerk.wasm', 'lean.wasm', 'package.json', 'policy.js',
  'words.js']);

writeFileSync(`${place}/package.json`,
  '{ "private": true, "type": "module" }');
run('npm', 'install', '--offline', '--no-audit', '--no-fund',
  `./${packed.filename}`);

// What README.md shows, in TypeScript, with the mistakes that types catch.
writeFileSync(`${place}/use.ts`, `
import { Verifier, type Answer, type Policy } from 'keurmerk';
import { readFileSync } from 'node:fs';
import { KeurmerkBadge } from 'keurmerk/badge';

const read = (name: string): Uint8Array =>
  readFileSync(\`${dir}/badges/\${name}\`);
const policy: Policy = { demands: [{ claim: 'basic_measures',
  service: 'cloud-hosting', level: 'substantial' }], holder: '90000011' };
const verifier = await Verifier.create({ trust: read('trust-1') });
const why: string[] = await verifier.add(read('tree/epoch'),
  read('tree/status/0'));
const answer: Answer = await verifier.verify({ badge: read('valid'), policy,
  now: ${NOW} });
const kvk: string | null | undefined = answer.report.attestation?.kvk;
console.log(JSON.stringify([why, answer.verdict, answer.acceptable, kvk]));

export const ready = (e: KeurmerkBadge): Promise<void> => e.ready;
// @ts-expect-error: a level that there is not
export const wrong: Policy = { demands: [{ claim: 'policy_advice', level: 'top' }] };
// @ts-expect-error: whom to believe must be said
export const nobody = () => Verifier.create({});
// @ts-expect-error: what the badge says unverified has no verdict
export const none = async () => (await verifier.look('')).verdict;
`);
writeFileSync(`${place}/node.d.ts`, `declare module 'node:fs' {
  export function readFileSync(name: string): Uint8Array }`);
const tsc = spawnSync('node', [npm.resolve('typescript/bin/tsc'), '--strict',
  '--target', 'es2022', '--module', 'nodenext', '--lib', 'es2022,dom',
  'use.ts', 'node.d.ts'], { cwd: place, encoding: 'utf8' });
same(tsc.stdout, '', 'types');
ensure(tsc.status === 0, 'tsc', tsc.status, tsc.stderr);

// <keurmerk-badge> has no place in Node: only its types were wanted.
const said = run('node', 'use.js').trim();
same(said, '[["ok","ok"],"valid",true,"90000011"]');
end();
