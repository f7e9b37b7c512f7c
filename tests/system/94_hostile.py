#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""Who means harm to the public side: odd requests, slow ones, ten thousand
connections that ask nothing, and holders whose names are markup. Nothing is
injected, no other file comes out, it neither grows nor spins, and everybody
else is answered meanwhile.
"""
import json
import os
import re
import resource
import socket
import subprocess
import sys
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                'lib'))
from authority import TOP, check                        # noqa: E402
from public_role import PublicRole                      # noqa: E402

BASE = os.environ['TEST_TMP']
IDLE = 10000
WAIT = 20                       # seconds; a deadline of the role's is 10
GROWN_KB = 200 * 1024
HZ = os.sysconf('SC_CLK_TCK')
HOST = b'Host: keurmerk.example\r\n'


def cast():
    path = os.path.join(BASE, 'cast')
    subprocess.run(['/usr/bin/python3', os.path.join(
        TOP, 'tests', 'system', 'lib', 'make_cast.py'), path], check=True)
    with open(os.path.join(path, 'cast.json'), encoding='utf-8') as f:
        return path, json.load(f)


def cpu(pid):
    with open(f'/proc/{pid}/stat') as f:
        fields = f.read().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / HZ


def resident(pid):
    with open(f'/proc/{pid}/status') as f:
        return int(re.search(r'VmRSS:\s+(\d+)', f.read()).group(1))


class Hostile:
    def __init__(self, role, people):
        self.role, self.people = role, people
        self.asked = 0

    def raw(self, data, end=True):
        """What comes back to these bytes, all of it."""
        s = socket.create_connection(('127.0.0.1', self.role.port),
                                     timeout=WAIT)
        got = b''
        try:
            try:
                s.sendall(data)
                if end:
                    s.shutdown(socket.SHUT_WR)
            except OSError:
                pass            # it has answered, and left
            while chunk := s.recv(65536):
                got += chunk
        except ConnectionResetError:
            pass
        finally:
            s.close()
        self.asked += 1
        return got

    def status(self, data, *allowed):
        got = self.raw(data)
        first = got.split(b'\r\n', 1)[0]
        check(first.split(b' ')[1:2] in [[b'%d' % a] for a in allowed],
              data[:200], 'expected', allowed, 'found', first)
        head = got.split(b'\r\n\r\n', 1)[0].lower()
        check(b'x-injected' not in head and b'root:' not in got, data, got)
        return got

    def served(self):
        """Another user: how long the answer took, in seconds."""
        at = time.monotonic()
        answer = self.role.get('/epoch')
        check(answer.status == 200, 'epoch', answer.status)
        return time.monotonic() - at

    def paths(self):
        """No path leads to another file than the one of that name."""
        for path in (
                '/../../../../etc/passwd', '/static/../../../etc/passwd',
                '/%2e%2e/%2e%2e/etc/passwd', '/static/..%2f..%2fetc%2fpasswd',
                '/status/..', '/status/%2e%2e/epoch', '//etc/passwd',
                '/etc/passwd', '/epoch%00', '/epoch%00.html', '/status/0%2f',
                '/status%2f0', '/./epoch', '/static/./site.css', '/epoch/',
                '/epoch/../epoch', '/%65poch', '/static/site.css%00.js',
                '/static//site.css', '/static/%73ite.css', '/.git/config',
                '/register/index/../index/12', '/epoch;a=b', '/ epoch',
                '/badge/KM-2026-000001-8/..%2f..%2fepoch',
                '/badge/KM-2026-000001-8/light-nl.svg/', '/epoch\\..\\epoch',
                '/v1/marks/..', '/v1/..%2fepoch', '/' + 'a' * 4000,
                '/register/' + '../' * 300 + 'etc/passwd'):
            self.status(b'GET %s HTTP/1.1\r\n%sConnection: close\r\n\r\n' % (
                path.encode(), HOST), 400, 404, 414)

    def heads(self):
        """What evhttp would let through, or what is too much."""
        get = b'GET /epoch HTTP/1.1\r\n'
        for head in (b'', HOST + HOST, b'Host: a\r\nHost: b\r\n',
                     HOST + b'Content-Length: 0\r\nContent-Length: 5\r\n',
                     HOST + b'Transfer-Encoding: chunked\r\n',
                     HOST + b'Transfer-Encoding: xchunked\r\n',
                     HOST + b'X-A : b\r\n', HOST + b'X-A: b\r\n c\r\n',
                     HOST + b'X-A: b\x00c\r\n', HOST + b'X-A: b\rc\r\n',
                     HOST + b'X' * 20000 + b': a\r\n',
                     HOST + b'X-A: ' + b'a' * 100000 + b'\r\n',
                     HOST + b'X-A: a\r\n' * 5000):
            self.status(get + head + b'Connection: close\r\n\r\n' + (
                b'0\r\n\r\n' if b'chunked' in head else b''), 400, 413, 431)
        self.status(b'GET /epoch HTTP/1.1\n' + HOST + b'\n', 400)
        for method in (b'POST', b'PUT', b'DELETE', b'TRACE', b'CONNECT',
                       b'BREW'):
            got = self.raw(method + b' /epoch HTTP/1.1\r\n' + HOST +
                           b'Connection: close\r\n\r\n')
            check(b' 200 ' not in got.split(b'\r\n', 1)[0], method, got)
        got = self.raw(b'POST / HTTP/1.1\r\n' + HOST + b'Content-Length: '
                       b'10000000000\r\n\r\n' + b'a' * 2000000)
        check(b' 200 ' not in got.split(b'\r\n', 1)[0], 'a large body', got)

    def queries(self):
        """Nothing that is asked comes out as a header, or as markup."""
        inject = 'x\r\nX-Injected: yes'
        for path in ('/zoeken?q=', '/register?service=', '/en/search?q=',
                     '/v1/marks?q=', '/KM-2026-000001-8?date='):
            self.status(b'GET %s%s HTTP/1.1\r\n%sConnection: close\r\n\r\n' % (
                path.encode(), urllib.parse.quote(inject).encode(), HOST),
                200, 400, 404)
        for text in ('<script>alert(1)</script>', '"><img src=x>', "'-'",
                     '{{>head}}', '&lt;b&gt;'):
            got = self.role.get('/zoeken?q=' + urllib.parse.quote(text))
            check(got.status in (200, 303), text, got.status)
            check(b'<script>alert' not in got.body and b'<img src=x' not in
                  got.body, text, got.body)
        for query in ('q=%', 'q=%zz', 'q=%ff', 'q=%00', 'q=%c0%af',
                      'q=%ed%a0%80', 'q=%e2%80%ae', 'q=a&q=b',
                      '&'.join(f'a{i}=b' for i in range(40)),
                      'q=' + 'a' * 5000):
            got = self.role.get('/zoeken?' + query)
            check(got.status in (200, 400, 414), query, got.status)
            check(b'<b>' not in got.body, query)

    def names(self):
        """A holder's name is text, wherever it stands."""
        bad = re.compile(rb'<script>alert|<img src=x', re.I)
        for person in self.people:
            if not re.search(r'[<=+@"\']', person['name'][:1]):
                continue
            number = person['number']
            for path in (f'/{number}', f'/en/{number}', f'/{number}/houder',
                         f'/feed/{number}.xml',
                         f'/badge/{number}/light-nl.svg',
                         f'/badge/{number}/snippet-nl.html',
                         f'/v1/marks/{number}'):
                got = self.role.get(path)
                check(got.status in (200, 409), path, got.status)
                check(bad.search(got.body) is None or 'json' in got.type,
                      path, got.body)
                check(got.headers['X-Content-Type-Options'] == 'nosniff',
                      path, got.headers)
            self.asked += 1
        for path in ('/register', '/sitemap.xml', '/feed.xml', '/cijfers',
                     '/wie-beoordeelt'):
            check(bad.search(self.role.get(path).body) is None, path)
        rows = self.role.get('/open-data/register.csv').body.decode()
        check('script' in rows, 'the csv has the trap')
        for cell in re.split(r'[,\r\n]', rows):
            check(cell.lstrip('"')[:1] not in ('=', '+', '-', '@', '\t'),
                  'a formula in the csv', cell)

    def slow(self):
        """Heads that come a byte at a time, and answers nobody reads."""
        held = []
        for i in range(200):
            s = socket.create_connection(('127.0.0.1', self.role.port))
            s.sendall(b'GET /open-data/register.json HTTP/1.1\r\n' + HOST +
                      (b'\r\n' if i % 2 else b'X-Slow: '))
            held.append(s)
        took = [self.served()]
        for _ in range(10):
            for s in held:
                try:
                    s.send(b'a')
                except OSError:
                    pass
            took.append(self.served())
        check(max(took) < WAIT, '200 slow ones: answered after', took)
        print('200 slow ones; another was answered within %.2f s' % max(took))
        for s in held:
            s.close()

    def crowd(self):
        """Ten thousand that connect and say nothing."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        many = min(IDLE, hard - 100) if hard > 0 else IDLE
        resource.setrlimit(resource.RLIMIT_NOFILE,
                           (min(hard, many + 200), hard))
        held = []
        for _ in range(many):
            s = socket.socket()
            s.setblocking(False)
            s.connect_ex(('127.0.0.1', self.role.port))
            held.append(s)
        before = cpu(self.role.pid)
        at = time.monotonic()
        took = [self.served() for _ in range(5)]
        burnt = cpu(self.role.pid) - before
        elapsed = time.monotonic() - at
        check(max(took) < WAIT, many, 'idle ones: answered after', took)
        print('%d idle ones; another was answered within %.2f s, %.2f s of '
              'CPU in %.1f s' % (many, max(took), burnt, elapsed))
        time.sleep(1)
        before = cpu(self.role.pid)
        time.sleep(2)
        check(cpu(self.role.pid) - before < 1.5, 'it spins')
        for s in held:
            s.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def main():
    path, people = cast()
    with PublicRole(BASE, os.path.join(path, 'tree'),
                    environment='production') as role:
        h = Hostile(role, people)
        for part in (h.paths, h.heads, h.queries, h.names, h.slow, h.crowd):
            part()
            check(h.served() < WAIT, 'after', part.__name__)
        kb = resident(role.pid)
        check(kb < GROWN_KB, 'resident', kb, 'kB')
        print(f'{h.asked} asked, {kb} kB resident')


main()
