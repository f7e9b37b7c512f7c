// SPDX-License-Identifier: EUPL-1.2
// What a page loads, gzipped: the module with its core, and the component
// with its words on top. The limits hold what has been reached.

import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

import { end, ensure, web } from './lib/check.mjs';

const AIM = 20000;              // of the module; not reached yet
const MODULE_MAX = 37500;
const COMPONENT_MAX = 11000;

const size = (...names) => names.reduce((sum, name) =>
  sum + gzipSync(readFileSync(`${web}/${name}`), { level: 9 }).length, 0);

const core = size('keurmerk.wasm');
const module = core + size('keurmerk.js', 'policy.js');
const component = size('badge.js', 'card.js', 'words.js');
console.log(`module ${module} bytes gzipped, ${core} of them WebAssembly; ` +
  `aim ${AIM}; component ${component} more`);
ensure(module > 5000, 'nothing was built', module);
ensure(module <= MODULE_MAX, 'expected at most', MODULE_MAX, 'found', module);
ensure(component <= COMPONENT_MAX, 'expected at most', COMPONENT_MAX,
  'found', component);
end();
