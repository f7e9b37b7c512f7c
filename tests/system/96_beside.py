#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""What takes long is made beside the event loop: pages go on meanwhile, who
asks the same waits for the same, who left is no trouble, too much is refused
in words, and the role ends in good order with work waiting. What is large is
kept as gzip, and unpacked for who does not take that.
"""
import gzip
import json
import os
import re
import selectors
import socket
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), 'lib'))
from authority import Failed, check, program  # noqa: E402
from public_role import PublicRole            # noqa: E402

MARKS = 600
TOO_MANY = 120


def tree_of(base):
    subprocess.run([program('system/make_tree'), base, str(MARKS), '1',
                    str(int(time.time()))], check=True)
    return os.path.join(base, 'tree')


def ask(role, path):
    s = socket.create_connection(('127.0.0.1', role.port))
    s.sendall(f'GET {path} HTTP/1.1\r\nHost: keurmerk.example\r\n'
              'Connection: close\r\n\r\n'.encode())
    s.setblocking(False)
    return s


def answers(sockets, seconds=60):
    """All of each, in the order in which they ended."""
    got, order = {s: b'' for s in sockets}, []
    with selectors.DefaultSelector() as wait:
        for s in sockets:
            wait.register(s, selectors.EVENT_READ)
        end = time.monotonic() + seconds
        while len(order) < len(sockets):
            check(time.monotonic() < end, 'no answer to',
                  len(sockets) - len(order))
            for key, _ in wait.select(1):
                part = key.fileobj.recv(1 << 20)
                got[key.fileobj] += part
                if not part:
                    order.append(key.fileobj)
                    wait.unregister(key.fileobj)
    for s in sockets:
        s.close()
    return [got[s] for s in sockets], [sockets.index(s) for s in order]


def status(answer):
    return int(answer.split(b' ', 2)[1])


def is_answered(s):
    try:
        return s.recv(1, socket.MSG_PEEK) != b''
    except BlockingIOError:
        return False


def pages_go_on(role, number):
    slow = [ask(role, f'/badge/{n}/keurmerk.zip') for n in number[:6]]
    for path in ('/healthz', '/' + number[7], '/zoeken?q=voorbeeld'):
        check(role.get(path).status == 200, path)
        check(not is_answered(slow[-1]), path, 'waited for six archives')
    got, _ = answers(slow)
    check([status(a) for a in got] == [200] * 6, 'all answered',
          [status(a) for a in got])


def the_same(role, number):
    got, _ = answers([ask(role, f'/badge/{number[8]}/mail-nl.png')
                      for _ in range(20)])
    bodies = {a.split(b'\r\n\r\n', 1)[1] for a in got}
    check(len(bodies) == 1 and status(got[0]) == 200, 'one picture for all')
    check(bodies.pop().startswith(b'\x89PNG'), 'a picture')


def who_left(role, number):
    for n in number[10:14]:
        ask(role, f'/badge/{n}/keurmerk.zip').close()
    check(role.get(f'/badge/{number[14]}/qr.png').status == 200, 'after them')


def too_much(role, number):
    got, _ = answers([ask(role, f'/badge/{n}/print-light-nl.pdf')
                      for n in number[20:20 + TOO_MANY]])
    found = sorted({status(a) for a in got})
    check(found == [200, 503], 'some are refused, not all', found)
    for a in got:
        check(status(a) != 503 or b'\r\nRetry-After: 5\r\n' in a,
              'when to come again')
    check(role.get(f'/badge/{number[20 + TOO_MANY]}/print-light-nl.pdf')
          .status == 200, 'and then it goes on')


def packed(role):
    path = '/open-data/register.json'
    plain = role.get(path)
    gzipped = role.get(path, headers={'Accept-Encoding': 'gzip'})
    check(len(plain.body) > 256 * 1024, 'large', len(plain.body))
    check(gzipped.headers['Content-Encoding'] == 'gzip' and
          plain.headers['Content-Encoding'] is None, 'codings')
    check(gzip.decompress(gzipped.body) == plain.body, 'the same')
    check(len(json.loads(plain.body)['marks']) == MARKS, 'all marks')
    check(plain.headers['Vary'] == gzipped.headers['Vary'] ==
          'Accept-Encoding', 'Vary')
    check(plain.headers['ETag'] != gzipped.headers['ETag'], 'tags')
    head = role.get(path, method='HEAD')
    check(head.headers['Content-Length'] == str(len(plain.body)) and
          head.body == b'', 'HEAD')
    part = role.get(path, headers={'Range': 'bytes=5-9'})
    check(part.status == 200 and part.body == plain.body and
          'Accept-Ranges' not in part.headers, 'no part of it')
    same = role.get(path, headers={'If-None-Match': plain.headers['ETag']})
    check(same.status == 304 and same.body == b'', '304')


def main():
    with tempfile.TemporaryDirectory(dir=os.environ.get('TEST_TMP')) as base:
        role = PublicRole(base, tree_of(base), environment='production')
        with role:
            number = re.findall('KM-[0-9A-Z-]+',
                                role.get('/sitemap/1.xml').body.decode())
            number = list(dict.fromkeys(number))
            check(len(number) == MARKS, 'marks', len(number))
            pages_go_on(role, number)
            the_same(role, number)
            who_left(role, number)
            too_much(role, number)
            packed(role)
            left = [ask(role, f'/badge/{n}/keurmerk.zip')
                    for n in number[200:212]]
            role.get('/healthz')
        for s in left:
            s.close()


if __name__ == '__main__':
    try:
        main()
    except Failed as e:
        sys.exit(f'96_beside: {e}')
