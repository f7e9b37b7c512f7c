// SPDX-License-Identifier: EUPL-1.2
// Web sites on loopback, one server for all of their names, and Chromium that
// takes every *.example for it. Pages are served over TLS, as WebCrypto wants
// it, with a certificate that is made here.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:https';

import { dir, npm, skip } from './check.mjs';

export const CSP = "default-src 'none'; script-src 'self' " +
  "'wasm-unsafe-eval'; connect-src 'self' https://keurmerk.example " +
  "https://mirror.example; img-src 'self'; base-uri 'none'";

function certificate() {
  mkdirSync(dir, { recursive: true });
  const [key, cert] = [`${dir}/key.pem`, `${dir}/cert.pem`];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt',
    'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj',
    '/CN=ict.example', '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

/**
 * answer(host, path, request) gives { body, type, status, headers }, or
 * undefined: 404, or null: the connection is cut, or { endless: true }.
 */
export async function site(answer) {
  const own = { sent: 0 };      // of what has no end, bytes
  const flood = (reply) => {
    let on = true;
    reply.on('close', () => { on = false; });
    const more = () => {
      while (on && reply.write(Buffer.alloc(65536)))
        own.sent += 65536;
      own.sent += 65536;
      if (on)
        reply.once('drain', more);
    };
    more();
  };
  const server = createServer(certificate(), (request, reply) => {
    const found = answer(request.headers.host, request.url, request);
    if (found === null) {
      request.socket.destroy();
      return;
    }
    const { body = 'not found', type = 'text/plain',
      status = found ? 200 : 404, headers = {} } = found ?? {};
    reply.writeHead(status, { 'Content-Type': type,
      'X-Content-Type-Options': 'nosniff', ...headers });
    if (found?.endless)
      flood(reply);
    else
      reply.end(body);
  });
  await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
  return Object.assign(own, { port: server.address().port,
    close: () => { server.closeAllConnections(); server.close(); } });
}

export async function browser(port) {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome'].find(existsSync);
  if (!executablePath)
    skip('no Chromium here');
  const { chromium } = npm('playwright-core');
  return chromium.launch({ executablePath, args: ['--no-sandbox',
    '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update',
    '--disable-sync', '--ignore-certificate-errors',
    `--host-resolver-rules=MAP * 127.0.0.1:${port}`] });
}
