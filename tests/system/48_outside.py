#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""An old copy of everything, tree included, finds out from the configured
outside addresses that it is one: it signs nothing. An address that says
nothing, says too much, or lies changes nothing; when none answers, the
authority does not begin.
"""
import http.server
import os
import re
import shutil
import socket
import sys
import tempfile
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), 'lib'))
from authority import BODY, Authority, Failed, check    # noqa: E402


class Mirror:
    """Serves what it is told at /epoch, on loopback."""

    def __init__(self, name):
        mirror = self
        self.body, self.status, self.asked = b'', 404, 0

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                mirror.asked += 1
                self.send_response(mirror.status)
                self.send_header('Content-Length', len(mirror.body))
                self.end_headers()
                try:
                    self.wfile.write(mirror.body)
                except OSError:
                    pass

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(
            ('127.0.0.1', 0), Handler)
        self.url = f'http://{name}:{self.server.server_address[1]}/epoch'
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()

    def say(self, body, status=200):
        self.body, self.status = body, status


def by_name():
    """A name that has to be looked up, where the machine knows one."""
    try:
        socket.getaddrinfo('localhost', 80)
        return 'localhost'
    except OSError:
        return '127.0.0.1'


def configure(a, *urls):
    with open(a.path('conf')) as f:
        lines = [x for x in f if not x.startswith('outside')]
    lines.append('outside = { %s }\n' % ', '.join(f'"{u}"' for u in urls))
    a.write('conf', ''.join(lines))


def epoch(a):
    with open(a.path('tree', 'epoch'), 'rb') as f:
        return f.read()


def body_add(a, number, status=0):
    a.ctl('registrar', 'body', 'add', '--number', number, '--name',
          'Fictieve Keuring B.V.', '--from', a.day(-400), '--until',
          a.day(1000), '--level', 'basic', '--yes')
    return a.ctl('decider-a', 'approve', '--all', '--yes', status=status)


def copy(a, name):
    os.mkdir(a.path(name))
    for part in ('data', 'tree'):
        shutil.copytree(a.path(part), a.path(name, part))


def restore(a, name):
    for part in ('data', 'tree'):
        shutil.rmtree(a.path(part))
        shutil.copytree(a.path(name, part), a.path(part))


def refused_to_start(a):
    try:
        a.start(wait=20)
    except Failed:
        text = a.log_tail()
        a.daemon = None
        return text
    raise Failed('it started')


def main():
    base = tempfile.mkdtemp(prefix='outside.', dir=os.environ.get('TEST_TMP'))
    a = Authority(os.path.join(base, 'a'))
    os.mkdir(a.base)
    one, two = Mirror('127.0.0.1'), Mirror(by_name())
    try:
        a.create()
        configure(a, one.url, two.url)
        a.start()               # the first start: nothing is there yet
        check(one.asked and two.asked, 'asked', one.asked, two.asked)
        body_add(a, BODY)
        a.stop()
        copy(a, 'old')

        one.say(epoch(a))
        a.start()
        body_add(a, 'RVA-C-998')
        new = epoch(a)
        a.stop()

        # Whatever one address says, another that is right is enough.
        one.say(new)
        for body, status in ((b'', 200), (b'x' * 100000, 200), (new[:-1], 200),
                             (new[:-1] + bytes([new[-1] ^ 1]), 200),
                             (new, 500), (b'', 302)):
            two.say(body, status)
            a.start()
            check('halted' in a.ctl('registrar', 'status').stdout)
            a.stop()

        # None answers: an old copy could not be told from a new one.
        one.say(b'', 404)
        two.say(b'', 404)
        check(re.search('expected an epoch from one of 2 addresses',
                        refused_to_start(a)), a.log_tail())

        # Nor is a page that is no epoch an answer.
        one.say(b'<html>log in first</html>')
        check(re.search('expected an epoch from one of 2 addresses',
                        refused_to_start(a)), a.log_tail())

        # The old copy, and one mirror of two that has moved on.
        two.say(new)
        restore(a, 'old')
        a.start()
        check('fenced      YES' in a.ctl('registrar', 'status').stdout)
        check('this is an old copy' in a.log_tail(), a.log_tail())
        before = epoch(a)
        p = body_add(a, 'RVA-C-997', status=1)
        check('fenced' in p.stdout + p.stderr, p.stdout, p.stderr)
        check(epoch(a) == before, 'a fenced signer signed an epoch')
        a.stop()
        check(epoch(a) == before, 'a fenced signer signed an epoch')
    finally:
        a.end()


main()
