// SPDX-License-Identifier: EUPL-1.2
// A provider's page with a badge, the page of somebody who copied it, and the
// authority; each test says what is different.

import { readFileSync } from 'node:fs';

import { CSP } from './site.mjs';
import { badges, web, wrapped } from './check.mjs';

const TYPES = { js: 'text/javascript', wasm: 'application/wasm' };
export const OPEN = { 'Access-Control-Allow-Origin': '*' };

export function scene() {
  const read = badges();
  const base64url = (bytes) => bytes.toString('base64url');
  const state = {};
  const tree = () => ({ '/epoch': read('tree/epoch'),
    '/status/0': read('tree/status/0'), '/trust/2': read('trust-2') });

  // Back to how it all is when all is well.
  function reset() {
    Object.assign(state, { badge: base64url(read('valid')), csp: CSP,
      trust: base64url(read('trust-1')), attributes: '', asked: [],
      lang: 'nl', script: '<script type="module" src="/badge.js"></script>',
      tree: tree(), files: {}, cut: false,
      endless: '' });
  }

  function page() {
    const badge = state.badge === null ? '' : `badge="${state.badge}"`;
    const trust = state.trust === null ? '' : `trust="${state.trust}"`;
    return `<!doctype html><html lang="${state.lang}"><head>
<meta charset="utf-8"><title>Voorbeeld ICT</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
${state.script}</head><body><main><h1>Voorbeeld ICT</h1>
<keurmerk-badge ${badge} ${trust} ${state.attributes}>
<a href="https://keurmerk.example/KM-2026-000123-P"><img src="/mark.svg"
 width="180" height="60" alt="Keurmerk van Voorbeeld ICT B.V."></a>
</keurmerk-badge></main></body></html>`;
  }

  function answer(host, path, request) {
    state.asked.push({ host, path, headers: request.headers });
    if (host === 'keurmerk.example' || host === 'mirror.example') {
      if (state.cut)
        return null;
      if (path === state.endless)
        return { endless: true, headers: OPEN };
      const body = state.tree[path];
      return body && { body, type: 'application/octet-stream',
        headers: OPEN };
    }
    if (path === '/')
      return { body: page(), type: 'text/html; charset=utf-8',
        headers: { 'Content-Security-Policy': state.csp } };
    if (path === '/mark.svg')
      return { type: 'image/svg+xml', body: '<svg xmlns="http://www.w3.org/' +
        '2000/svg" viewBox="0 0 9 3"><path d="M0 0h9v3H0z"/></svg>' };
    const file = /^\/([a-z]+)\.(js|wasm)$/.exec(path);
    if (file)
      return { body: readFileSync(web + path), type: TYPES[file[2]] };
    return state.files[path];
  }

  reset();
  return { state, reset, read, wrapped, base64url, answer };
}
