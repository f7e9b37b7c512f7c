// SPDX-License-Identifier: EUPL-1.2
// What a page loads, gzipped. The limits hold what has been reached.

import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

import { end, ensure, web } from './lib/check.mjs';

// What a page loads for a mark of its own site in CBOR; for anything else it
// loads the whole module as well; and the package for those who write code.
const LEAN_MAX = 20000;
const WHOLE_MAX = 31400;
const POLICY_MAX = 1850;
const COMPONENT_MAX = 8900;

const size = (...names) => names.reduce((sum, name) =>
  sum + gzipSync(readFileSync(`${web}/${name}`), { level: 9 }).length, 0);

const lean = size('lean.wasm', 'host.js');
const whole = size('keurmerk.wasm');
const policy = size('keurmerk.js', 'policy.js');
const component = size('badge.js', 'card.js', 'words.js');
console.log(`gzipped: ${lean} bytes for an ordinary page, ` +
  `component ${component}; whole module ${whole}; policies ${policy}`);
for (const [name, found, most] of [['lean', lean, LEAN_MAX],
  ['whole', whole, WHOLE_MAX], ['policy', policy, POLICY_MAX],
  ['component', component, COMPONENT_MAX]]) {
  ensure(found > 100, name, 'was not built', found);
  ensure(found <= most, name, 'expected at most', most, 'found', found);
}
end();
