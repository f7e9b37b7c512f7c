# SPDX-License-Identifier: EUPL-1.2
"""The public role by itself over a tree: the real program, in its sandbox,
with what its parent would give it (ca/base/role.h)."""
import fcntl
import http.client
import os
import socket
import struct
import subprocess
import time

from authority import Failed, program

PARENT, LISTEN = 3, 5


class Public:
    def __init__(self, base, tree, environment='production',
                 host='keurmerk.example', preload=None):
        self.log = os.path.join(base, 'public.log')
        listener = socket.create_server(('127.0.0.1', 0), backlog=128)
        self.port = listener.getsockname()[1]
        self.channel, theirs = socket.socketpair()
        conf = os.path.join(base, 'public.conf')
        data = os.path.join(base, 'none')
        with open(conf, 'w') as f:
            f.write(f'issuer = "{host}"\nenvironment = {environment}\n'
                    f'data = "{data}"\ntree = "{os.path.abspath(tree)}"\n'
                    f'public {{ listen = "127.0.0.1:{self.port}" }}\n')
        text = subprocess.run(
            [program('keurmerkd'), '-T', '-f', conf], check=True,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        ends = (theirs, listener)

        def give():
            high = [fcntl.fcntl(end.fileno(), fcntl.F_DUPFD, 64)
                    for end in ends]
            for fd, at in zip(high, (PARENT, LISTEN)):
                os.dup2(fd, at)
            os.close(high[0])
            os.close(high[1])

        with open(self.log, 'ab') as log:
            self.process = subprocess.Popen(
                [program('keurmerkd'), '-x', 'public'], preexec_fn=give,
                close_fds=False, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, env=dict(os.environ, **(preload or {})))
        listener.close()
        theirs.close()
        self.channel.sendall(struct.pack('>I', len(text)) + text)
        self.ready()

    def ready(self, wait=20):
        end = time.monotonic() + wait
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                if self.get('/healthz')[0] in (200, 503):
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise Failed('public does not serve: ' + self.said())

    def get(self, path):
        """(status, headers, body); asked as a browser would."""
        c = http.client.HTTPConnection('127.0.0.1', self.port, timeout=30)
        try:
            c.request('GET', path, headers={'Host': f'127.0.0.1:{self.port}'})
            r = c.getresponse()
            return r.status, dict(r.getheaders()), r.read()
        finally:
            c.close()

    def said(self):
        with open(self.log, errors='replace') as f:
            return f.read()[-4000:]

    def stop(self):
        """Its exit status, once its parent has left."""
        self.channel.close()
        return self.process.wait(30)
