#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""300 connections that ask nothing, or slowly, to office and to public, and
no descriptors left for another: the others are answered still, nothing
grows or spins, and afterwards all is as before.
"""
import os
import resource
import socket
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                'lib'))
from authority import Authority, PASSPHRASE, check  # noqa: E402
import officer                                      # noqa: E402

MANY = 300
WAIT = 20                       # seconds for an answer; a deadline is 30
SAYS = (b'', b'GET /epoch HTTP/1.1\r\nHost: a', b'\x16\x03\x01\x02\x00\x01')
HZ = os.sysconf('SC_CLK_TCK')


def slow(port, n=MANY):
    held = []
    for i in range(n):
        s = socket.create_connection(('127.0.0.1', port), timeout=10)
        s.sendall(SAYS[i % len(SAYS)])
        held.append(s)
    return held


def close(held):
    for s in held:
        s.close()


def cpu(pid):
    with open(f'/proc/{pid}/stat') as f:
        fields = f.read().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / HZ


def descriptors(pid):
    return len(os.listdir(f'/proc/{pid}/fd'))


class Test:
    def __init__(self, a):
        self.a = a
        self.key = officer.Key.load(a.key('registrar'), PASSPHRASE)

    def office(self):
        """A new officer; how long the answer took."""
        at = time.monotonic()
        o = officer.Office(self.a.ports[0], self.key, self.a.base)
        check(o.state()[1] == 'https://' + self.a.host, 'state')
        o.close()
        return time.monotonic() - at

    def public(self):
        at = time.monotonic()
        p = self.a.run('curl', '-s', '-o', '/dev/null', '-w', '%{http_code}',
                       '--max-time', '60', self.a.url + '/epoch')
        check(p.stdout == '200', 'public', p.stdout)
        return time.monotonic() - at

    def crowd(self, port, ask, what, other):
        held = slow(port)
        try:
            took = ask()
            check(took < WAIT, what, 'answered after', took, 's')
            check(other() < WAIT, 'the other listener was slow')
        finally:
            close(held)
        print(f'{what}: {MANY} slow, another answered after {took:.2f} s')

    def starved(self, role, port, ask):
        """No descriptor left: who is in is answered, who comes waits."""
        pid = self.a.roles()[role]
        before = self.usual[role]
        self.settle()
        kept = officer.Office(self.a.ports[0], self.key, self.a.base)
        kept.state()
        limits = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        # Files of a request need some: those are taken by who is in.
        resource.prlimit(pid, resource.RLIMIT_NOFILE,
                         (before + 12, limits[1]))
        spent, log = cpu(pid), os.path.getsize(self.a.path('daemon.log'))
        held = slow(port, 40)
        try:
            time.sleep(2)
            check(kept.state()[1] == 'https://' + self.a.host, 'kept')
            spent = cpu(pid) - spent
            check(spent < 0.5, role, 'spent', spent, 's on waiting')
            log = os.path.getsize(self.a.path('daemon.log')) - log
            check(log < 1000, role, 'wrote', log, 'bytes of log')
            check('cannot accept' in self.a.log_tail(), self.a.log_tail())
        finally:
            close(held)
        took = ask()
        check(took < WAIT, role, 'answered after', took, 's')
        resource.prlimit(pid, resource.RLIMIT_NOFILE, limits)
        kept.close()
        print(f'{role}: without descriptors {spent:.2f} s of CPU, then '
              f'answered after {took:.2f} s')

    def settle(self):
        """Until who was there has been seen to have gone."""
        end = time.monotonic() + 10
        while any(descriptors(self.pids[r]) > n + 2
                  for r, n in self.usual.items()):
            check(time.monotonic() < end, 'descriptors', self.usual,
                  'and now', {r: descriptors(self.pids[r])
                              for r in self.usual})
            time.sleep(0.1)

    def run(self):
        a = self.a
        self.pids = roles = a.roles()
        self.usual = {r: descriptors(roles[r]) for r in ('office', 'public')}
        self.crowd(a.ports[0], self.office, 'office', self.public)
        self.crowd(a.ports[1], self.public, 'public', self.office)
        self.starved('public', a.ports[1], self.public)
        self.starved('office', a.ports[0], self.office)
        self.settle()
        check(a.roles() == roles, 'another process:', roles, a.roles())


def main():
    base = tempfile.mkdtemp(prefix='many.', dir=os.environ.get('TEST_TMP'))
    a = Authority(os.path.join(base, 'a'))
    os.mkdir(a.base)
    try:
        a.create()
        a.start()
        Test(a).run()
        a.stop()
        a.audit()
    finally:
        a.end()


if __name__ == '__main__':
    main()
