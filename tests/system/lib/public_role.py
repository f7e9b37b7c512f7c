# SPDX-License-Identifier: EUPL-1.2
"""The public role by itself, over a tree that is there: the real program, as
the parent starts it, without signer and office.

    with PublicRole(base, tree) as role:
        role.get('/v1/marks')
"""
import http.client
import os
import signal
import socket
import struct
import subprocess
import sys

from authority import Failed, program


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()
        self.type = self.headers.get('Content-Type', '')


class PublicRole:
    def __init__(self, base, tree, environment='demonstration',
                 host='keurmerk.example', more=''):
        self.pid = None
        self.conf = os.path.join(base, 'public-conf')
        self.log = os.path.join(base, 'public.log')
        os.makedirs(os.path.join(base, 'data'), exist_ok=True)
        self.listen = socket.create_server(('127.0.0.1', 0))
        self.port = self.listen.getsockname()[1]
        with open(self.conf, 'w', encoding='utf-8') as f:
            f.write(f'issuer = "{host}"\nenvironment = {environment}\n'
                    f'data = "data"\ntree = "{tree}"\n'
                    f'public {{ listen = "127.0.0.1:{self.port}" }}\n{more}')
        os.chmod(self.conf, 0o600)

    def __enter__(self):
        text = subprocess.run(
            [program('keurmerkd'), 'run', '-T', '-f', self.conf],
            stdin=subprocess.DEVNULL, capture_output=True)
        if text.returncode != 0:
            raise Failed(text.stderr.decode())
        ours, theirs = socket.socketpair()
        with open(self.log, 'ab') as log:
            self.pid = os.fork()
            if self.pid == 0:
                self._become(theirs, log)
        theirs.close()
        self.channel = ours
        ours.sendall(struct.pack('>I', len(text.stdout)) + text.stdout)
        ours.settimeout(60)
        if ours.recv(1) != b'r':
            self.stop()
            with open(self.log, encoding='utf-8') as f:
                raise Failed('public did not start: ' + f.read())
        return self

    def _become(self, channel, log):
        try:
            at = [os.dup(fd) for fd in (channel.fileno(),
                                        self.listen.fileno(), log.fileno())]
            for fd, to in zip(at, (3, 5, 2)):
                os.dup2(fd, to + 100)
            for to in (3, 5, 2):
                os.dup2(to + 100, to)
                os.set_inheritable(to, True)
            os.closerange(6, 256)
            os.execv(program('keurmerkd'), ['keurmerkd', '-x', 'public'])
        finally:
            os._exit(127)

    def stop(self):
        """1: the role was there and has ended well."""
        self.channel.close()
        _, status = os.waitpid(self.pid, 0)
        self.pid = None
        return status == 0

    def __exit__(self, kind, value, trace):
        if self.pid is not None and not self.stop() and kind is None:
            raise Failed('public did not end well')
        self.listen.close()
        if kind is not None:
            with open(self.log, encoding='utf-8') as f:
                sys.stderr.write(f.read())

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)

    def get(self, path, method='GET', headers=None):
        c = http.client.HTTPConnection('127.0.0.1', self.port, timeout=60)
        try:
            c.request(method, path, headers=headers or {})
            return Answer(c.getresponse())
        finally:
            c.close()
