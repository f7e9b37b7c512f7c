// SPDX-License-Identifier: EUPL-1.2
// The public side of a tree with a fictional cast, as the public role serves
// it, and Chromium to look at it.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';

import { build, dir, npm, skip, top } from './check.mjs';

export const NOW = 1795521600;          // 2026-11-24T12:00:00Z
export const SITE = 'site { owner = "Stichting Voorbeeld" ' +
  'mail = "info@keurmerk.example" ' +
  'misuse_mail = "misbruik@keurmerk.example" ' +
  'misuse_phone = "+31 88 123 45 67" }';

/**
 * { people, origin, local, person(name), mark(name), close() } of a tree made
 * for it.
 */
export async function registry({ now = NOW, environment = 'production',
  lines = [SITE] } = {}) {
  const at = `${dir}/cast-${environment}`;
  rmSync(at, { recursive: true, force: true });
  mkdirSync(at, { recursive: true });
  execFileSync('/usr/bin/python3', [`${top}/tests/system/lib/make_cast.py`,
    at, '--now', String(now), '--environment', environment]);
  const people = JSON.parse(readFileSync(`${at}/cast.json`, 'utf8'));
  const child = spawn(`${build}/system/serve_tree`, [`${at}/tree`,
    String(now), `environment = ${environment}`, ...lines],
  { stdio: ['pipe', 'pipe', 'inherit'], env: {} });
  const port = await new Promise((done, fail) => {
    child.stdout.once('data', (d) => { done(Number(String(d))); });
    child.once('exit', () => { fail(new Error('serve_tree ended')); });
  });
  const person = (name) => people.findLast((p) => p.name.startsWith(name));
  // By its number, it is a place that browsers let compute.
  return { people, port, origin: `http://keurmerk.example:${port}`,
    local: `http://127.0.0.1:${port}`, person,
    mark: (name) => person(name).number,
    close: () => { child.stdin.end(); } };
}

/** Chromium that takes every *.example for this machine. */
export async function chromium() {
  const path = '/usr/bin/chromium';
  if (!existsSync(path))
    skip('no chromium here');
  const { chromium: it } = npm('playwright-core');
  return it.launch({ executablePath: path, args: ['--no-sandbox',
    '--host-resolver-rules=MAP *.example 127.0.0.1'] });
}
