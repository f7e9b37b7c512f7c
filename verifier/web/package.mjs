// SPDX-License-Identifier: EUPL-1.2
// package.mjs OUT VERSION WASM...: the npm package as a directory.
//
// Scripts go in without their comments, white space and long names, which a
// browser would load for nothing (esbuild); the source is here. The words of
// the web component are those of schemas/glossary.json.

import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync }
  from 'node:fs';
import { basename } from 'node:path';

const [out, version, ...modules] = process.argv.slice(2);
const here = new URL('.', import.meta.url);
const top = new URL('../../', here);
const licence = '// SPDX-License-Identifier: EUPL-1.2\n';

const read = (name, from = here) =>
  readFileSync(new URL(name, from), 'utf8');
const write = (name, text) => writeFileSync(`${out}/${name}`, text);

// What a page loads first is one file (--bundle).
function script(name, ...options) {
  return licence + execFileSync('esbuild', ['--minify', '--target=es2022',
    '--charset=utf8', '--format=esm', '--log-level=warning', ...options,
    new URL(name, here).pathname], { encoding: 'utf8' });
}

// What the component says, out of all the words there are.
function words() {
  const all = JSON.parse(read('schemas/glossary.json', top));
  const pick = {
    verdicts: all.verdicts,
    levels: all.levels,
    claims: all.claims,
    environments: all.environments,
    binding: all.binding,
    sentences: Object.fromEntries(Object.entries(all.sentences)
      .filter(([name]) => !name.startsWith('page_'))),
    terms: Object.fromEntries(['mark', 'holder', 'trade_name', 'place', 'body',
      'scope', 'not_covered', 'self_declaration']
      .map((name) => [name, all.terms[name]])),
  };
  return `${licence}export default ${
    JSON.stringify(pick, (key, value) => key === 'note' ? undefined : value)
  };\n`;
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
write('host.js', script('host.js', '--bundle', '--external:node:*'));
for (const name of ['keurmerk.js', 'policy.js', 'badge.js', 'card.js'])
  write(name, script(name));
write('words.js', words());
for (const name of ['keurmerk.d.ts', 'badge.d.ts', 'README.md'])
  write(name, read(name));
const about = JSON.parse(read('package.json'));
write('package.json', JSON.stringify({ ...about, version }, null, 2) + '\n');
write('LICENSE', read('LICENSE', top));
for (const module of modules)
  copyFileSync(module, `${out}/${basename(module)}`);
