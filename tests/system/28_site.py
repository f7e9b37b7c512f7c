#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""keurmerk sync --site: the badge that a holder publishes at
/.well-known/keurmerk, from a server that does as it should and from others;
and verify, which says whose site it may stand on.
"""
import os
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), 'lib'))
from authority import check                                     # noqa: E402
from sync_server import Server, make_tree, run                  # noqa: E402

NOW = int(time.time())
NAME = '.well-known/keurmerk'
MAX = 4 * 1024 * 1024           # KM_FILE_MAX


def site(url, file='badge', status=0, says=(), *more):
    p = run('sync', '--lang', 'en', '--timeout', '20', *more, '--site', url,
            file)
    check(p.returncode == status, p)
    for text in (says,) if isinstance(says, str) else says:
        check(text in p.stdout + p.stderr, repr(text), p)
    return p


def publish(data):
    os.makedirs('www/.well-known', exist_ok=True)
    with open('www/' + NAME, 'wb') as f:
        f.write(data)


def read(path):
    with open(path, 'rb') as f:
        return f.read()


def good(server):
    publish(read('t/badge'))
    site(server.url, says=('KM-2026-000002-', 'Nothing was checked yet',
                           '--origin 127.0.0.1'))
    check(server.requests == [NAME], server.requests)
    check(read('badge') == read('t/badge'), 'the same bytes')
    tree = ('--at', str(NOW), '--trust', 't/pin', '--tree', 't/tree')
    check(run('verify', *tree, '--origin', 'site1.example',
              'badge').returncode == 0, 'the host that it names')
    check(run('verify', *tree, '--origin', 'www.site1.example',
              'badge').returncode == 17, 'a host that it does not name')


def bad(server):
    """Each says why, and what was fetched before stays."""
    before = read('badge')

    def case(data, status, *says):
        publish(data)
        site(server.url, status=status, says=says)
        check(read('badge') == before, 'kept')

    case(b'<!doctype html><title>Not found</title>', 2, 'no-badge')
    case(before[:-1], 10, 'expected a badge')
    case(before + b'\0', 10, 'expected a badge')
    case(b'', 2, 'expected a badge')
    case(bytes(MAX + 1), 2, NAME)
    os.remove('www/' + NAME)
    site(server.url, status=2, says='publishes no badge')

    def elsewhere(handler, path, n):
        handler.answer(302, b'', Location='http://127.0.0.2:1/' + path)

    def endless(handler, path, n):
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(before * 1000)

    for act, says in ((elsewhere, 'redirect'), (endless, NAME),
                      (lambda h, p, n: h.cut(), NAME),
                      (lambda h, p, n: h.answer(500, b'no'), '500')):
        server.acts = {NAME: act}
        site(server.url, status=2, says=says)
        check(read('badge') == before, 'kept')
    server.acts = {}
    check(sorted(os.listdir('.')) == ['badge', 't', 'www'], os.listdir('.'))


def usage(server):
    publish(read('t/badge'))
    for url in ('https://', server.url + '/path', server.url + '?a',
                'https://a@127.0.0.1'):
        site(url, status=2, says='https://HOST')
    check('http' in site('http://site1.example', status=2).stderr,
          'plain http is for this machine alone')
    for more in (('--json',), ('--trust', 't/pin')):
        site(server.url, 'badge', 2, 'usage', *more)
    site(server.url, 'none/badge', 2, 'none/badge')
    site('.', status=2, says='https://HOST')


def main():
    with tempfile.TemporaryDirectory(dir=os.environ.get('TEST_TMP')) as top:
        os.chdir(top)
        make_tree('t', 4, 5, NOW)
        os.makedirs('www')
        server = Server('www')
        for part in (good, bad, usage):
            part(server)
        server.end()
        os.chdir('/')


main()
