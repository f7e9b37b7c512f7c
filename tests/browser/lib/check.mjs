// SPDX-License-Identifier: EUPL-1.2
// What the tests for Node and the browser share: where things are, and a
// count of what was seen, so that a test that checked nothing fails.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

export const top = resolve(import.meta.dirname ??
  new URL('.', import.meta.url).pathname, '../../..');
export const build = resolve(process.env.B ?? `${top}/build`);
export const dir = resolve(process.env.TEST_TMP ?? `${build}/tmp/browser`);
export const web = `${build}/web/keurmerk`;
export const NOW = 1795478400;          // SAMPLE_NOW, 2026-11-24T00:00:00Z

// What npm ci put into the build directory.
export const npm = createRequire(`${build}/npm/`);

let checks = 0;

export function ensure(ok, ...what) {
  checks++;
  if (!ok) {
    console.log('failed:', ...what.map((w) => typeof w === 'string' ? w :
      JSON.stringify(w)));
    process.exit(1);
  }
}

export function same(found, expected, ...what) {
  ensure(JSON.stringify(found) === JSON.stringify(expected), ...what,
    'expected', expected, 'found', found);
}

// A mistake of the caller's: a TypeError that says where and what.
export async function throws(call, ...words) {
  try {
    await call();
  } catch (e) {
    ensure(e instanceof TypeError && words.every((w) =>
      e.message.includes(w)), 'expected a TypeError with', words, e.message);
    return;
  }
  ensure(false, 'expected a TypeError with', words, 'found none');
}

export function end() {
  ensure(checks > 0, 'nothing was checked');
  console.log(`${checks} checks`);
  process.exit(0);
}

export function skip(why) {
  console.log(why);
  process.exit(77);
}

// Badges of every verdict and the small tree they belong to.
export function badges() {
  const at = `${dir}/badges`;
  rmSync(at, { recursive: true, force: true });
  mkdirSync(at, { recursive: true });
  execFileSync(`${build}/system/make_badges`, [at]);
  return (name) => readFileSync(`${at}/${name}`);
}

// One of them in what people see: "svg" by its data-picture, or "png".
export function wrapped(kind, name, argument = '-') {
  return execFileSync(`${build}/system/wrap_badge`, [kind,
    `${dir}/badges/${name}`, argument]);
}

// The same question to the C library: its report, or "" where it gives none.
export function inC(...args) {
  const p = spawnSync(`${build}/keurmerk`, ['verify', '--json', ...args],
    { encoding: 'utf8', env: {} });
  return p.stdout.trimEnd();
}
