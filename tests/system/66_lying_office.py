#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""An office that was taken over, with its own TLS key, between keurmerkctl
and the real one. It may delay; what it says that is not so must be seen.
"""
import http.server
import os
import re
import ssl
import sys
import tempfile
import threading

import cbor2

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), 'lib'))
from authority import BODY, PASSPHRASE, Authority, check    # noqa: E402
from officer import DONE, Key, Office, encode, sha256      # noqa: E402

KVK = ('90000001', '90000002')
LINE = 'basic_measures:service:workplace:basic'


class Liar:
    """Hands every request on as one officer, and changes the answers."""

    def __init__(self, a, who):
        liar = self
        self.office = Office(a.ports[0], Key.load(a.key(who), PASSPHRASE),
                             a.base)
        self.change = {}        # path: function of the decoded answer

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def answer(self, body=None):
                status, reply = liar.office.request(self.command, self.path,
                                                    body)
                path = self.path.split('?')[0]
                if status == 200 and path in liar.change:
                    reply = encode(liar.change[path](cbor2.loads(reply),
                                                     body))
                self.send_response(status)
                self.send_header('Content-Length', len(reply))
                self.end_headers()
                self.wfile.write(reply)

            def do_GET(self):
                self.answer()

            def do_POST(self):
                self.answer(self.rfile.read(
                    int(self.headers['Content-Length'])))

            def log_message(self, *args):
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(a.path('data', 'office', 'tls.pem'))
        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0),
                                                      Handler)
        self.server.socket = context.wrap_socket(self.server.socket,
                                                 server_side=True)
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()
        with open(a.path(f'ctl-{who}.conf')) as f:
            text = f.read()
        port = self.server.server_address[1]
        a.write(f'ctl-{who}.conf',
                re.sub(r'127\.0\.0\.1:\d+"', f'127.0.0.1:{port}"', text, 1),
                0o600)


def garbage():
    """The address of one who says the same nonsense to everything."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'nonsense')

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f'http://127.0.0.1:{server.server_address[1]}'


def number_of(a, kvk):
    text = a.ctl('registrar', 'show', kvk).stdout
    return re.search(r'mark (KM-[0-9A-Z-]+)', text).group(1)


def setup(a):
    a.ctl('registrar', 'body', 'add', '--number', BODY, '--name',
          'Fictieve Keuring B.V.', '--from', a.day(-400), '--until',
          a.day(1000), '--level', 'basic', '--yes')
    for kvk in KVK:
        a.ctl('registrar', 'provider', 'add', '--kvk', kvk, '--name',
              f'Voorbeeld {kvk}', '--place', 'Utrecht', '--yes')
    a.ctl('decider-a', 'approve', '--all', '--yes')
    a.ctl('assessor', 'assess', '--all', '--day', a.day(-3), '--report',
          'R-%k', '--line', LINE, '--method', 'document-review', '--hours',
          '8', '--findings', '0', '--yes')
    a.ctl('registrar', 'grant', '--all', '--yes')
    a.ctl('decider-a', 'approve', '--all', '--yes')
    return [number_of(a, kvk) for kvk in KVK]


def standing(a):
    return re.findall('log .*', a.ctl('registrar', 'status').stdout)


def main():
    base = tempfile.mkdtemp(prefix='liar.', dir=os.environ.get('TEST_TMP'))
    a = Authority(os.path.join(base, 'a'))
    os.mkdir(a.base)
    try:
        a.create()
        a.start()
        first, second = setup(a)
        liar = Liar(a, 'decider-a')
        before = standing(a)

        # It holds a suspension back and says that it was carried out.
        def carried_out(answer, body):
            return [{1: DONE, 2: sha256(pair[0]), 5: 2}
                    for pair in cbor2.loads(body)]

        hand_on = liar.office.request
        liar.change['/v1/acts'] = carried_out
        liar.office.request = lambda method, path, body: (
            (200, encode([])) if path == '/v1/acts' else
            (200, encode([[sent, [], DONE, 2] for sent in liar.held]))
            if path == '/v1/decisions' else hand_on(method, path, body))
        liar.held = []
        liar.change['/v1/decisions'] = lambda answer, body: [
            [d, [b'\x00'], DONE, 2] for d in liar.held]

        def hold(answer, body):
            liar.held = [pair[0] for pair in cbor2.loads(body)]
            return carried_out(answer, body)

        liar.change['/v1/acts'] = hold
        p = a.ctl('decider-a', 'suspend', first, '--reason',
                  'no-cooperation', '--until', a.day(20), '--yes', status=1)
        check('NOT known to be carried out' in p.stderr, p.stdout, p.stderr)
        check('done:' not in p.stdout, p.stdout)
        check(standing(a) == before, 'it was carried out after all')

        # The same with a number that the log does not have yet.
        liar.change['/v1/acts'] = lambda answer, body: [
            {**x, 5: 1000} for x in hold(answer, body)]
        p = a.ctl('decider-a', 'suspend', first, '--reason',
                  'no-cooperation', '--until', a.day(20), '--yes', '--wait',
                  '1')
        check('not known whether it is public' in p.stdout, p.stdout)
        check('done:' not in p.stdout, p.stdout)
        liar.office.request = hand_on

        # It shows another decision than the one that waits.
        liar.change.clear()
        a.ctl('registrar', 'grant', KVK[0], '--yes')
        pending = cbor2.loads(hand_on('GET', '/v1/pending')[1])
        check(len(pending) == 1, pending)
        other = cbor2.loads(pending[0][0])
        other[6] = 'NTRNL-' + KVK[1]
        liar.change['/v1/pending'] = lambda answer, body: [
            [encode(other)] + answer[0][1:]]
        p = a.ctl('decider-a', 'approve', '--all', '--yes', status=1)
        check('refused' in p.stderr, p.stdout, p.stderr)
        check(standing(a) == before, 'it was carried out after all')

        # It gives the provider's data another name.
        liar.change.clear()

        def renamed(answer, body):
            for item in answer:
                d = cbor2.loads(item[0])
                if d[1] == 'provider-add':
                    d[7][1] = 'Heel Ander Bedrijf'
                    item[0] = encode(d)
            return answer

        liar.change['/v1/decisions'] = renamed
        p = a.ctl('decider-a', 'approve', '--all', '--yes', status=1)
        check("answer is not what it must be" in p.stderr, p.stdout, p.stderr)
        check(standing(a) == before, 'it was approved after all')

        # It says that a mark stands at another's place in the register.
        liar.change.clear()
        places = {}

        def swapped(answer, body):
            for name, item in zip(cbor2.loads(body), answer):
                if 6 in item:
                    item[6][0][0] = places[name]
            return answer

        places = {first: 1, second: 0}
        liar.change['/v1/subjects'] = swapped
        p = a.ctl('decider-a', 'suspend', first, '--reason',
                  'no-cooperation', '--until', a.day(20), '--yes', status=1)
        check("is another's" in p.stderr, p.stdout, p.stderr)
        check(standing(a) == before, 'it was carried out after all')

        # Another authority's office, other trust: nothing is sent.
        liar.change.clear()
        liar.change['/v1/state'] = lambda answer, body: {
            **answer, 3: bytes(32)}
        p = a.ctl('decider-a', 'approve', '--all', '--yes', status=1)
        check('not the authority that you trust' in p.stderr, p.stderr)

        # And when it tells the truth all is well.
        liar.change.clear()
        p = a.ctl('decider-a', 'approve', '--all', '--yes')
        check('done: 1 carried out, public in epoch' in p.stdout, p.stdout)
        check(cbor2.loads(hand_on('GET', '/v1/pending')[1]) == [], 'pending')

        # What is public is in wrong hands: a suspension does not wait.
        p = a.ctl('decider-a', 'suspend', second, '--reason',
                  'no-cooperation', '--until', a.day(20), '--yes',
                  '--public-url', garbage(), status=1)
        check('NOT compared' in p.stderr, p.stderr)
        check('not known whether it is public' in p.stdout, p.stdout)
        text = a.ctl('registrar', 'show', second).stdout
        check(re.search(rf'mark {second}, attestation \d+: suspended', text),
              text)
        a.stop()
    finally:
        a.end()


main()
