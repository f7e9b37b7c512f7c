# SPDX-License-Identifier: EUPL-1.2
"""A web server for a published tree that does what a test wants, and what
tests of `keurmerk sync` share: trees, a run of it, and what a cache holds.
"""
import hashlib
import http.server
import os
import shutil
import socket
import ssl
import subprocess
import threading
import time

from authority import BUILD, check

KEURMERK = os.path.join(BUILD, 'keurmerk')


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    disable_nagle_algorithm = True

    def log_message(self, *args):
        pass

    def do_GET(self):
        server = self.server
        path = self.path.lstrip('/')
        with server.lock:
            server.requests.append(path)
            server.headers.append(self.headers)
            n = len(server.requests)
        act = server.each or server.acts.get(path)
        try:
            if act is None or act(self, path, n) is False:
                self.serve(path)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def serve(self, path):
        try:
            with open(os.path.join(self.server.tree, path), 'rb') as f:
                data = f.read()
        except OSError:
            self.answer(404, b'not here\n')
            return
        self.answer(200, data)
        with self.server.lock:
            self.server.served.append(path)

    def answer(self, status, data, **headers):
        self.send_response(status)
        self.send_header('Content-Length', str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace('_', '-'), value)
        self.end_headers()
        self.wfile.write(data)

    def cut(self):
        """No answer any more: the connection is gone."""
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, tree, certificate=None):
        super().__init__(('127.0.0.1', 0), Handler)
        self.lock = threading.Lock()
        scheme = 'http'
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)
            scheme = 'https'
        self.url = f'{scheme}://127.0.0.1:{self.server_address[1]}'
        self.use(tree)
        threading.Thread(target=self.serve_forever, args=(0.02,),
                         daemon=True).start()

    def use(self, tree, **acts):
        """Serve this, and for these paths do that instead; False: serve."""
        self.tree = tree
        self.acts = {}
        self.each = None
        self.forget()

    def forget(self):
        with self.lock:
            self.requests, self.headers, self.served = [], [], []

    def handle_error(self, request, client_address):
        pass

    def end(self):
        self.shutdown()
        self.server_close()


def sha256(path):
    with open(path, 'rb') as f:
        return hashlib.sha256(f.read()).hexdigest()


def make_tree(name, marks, epoch, now, *options, after=None):
    """name/tree, name/pin, name/badge; after: the tree that it follows."""
    shutil.rmtree(name, ignore_errors=True)
    if after is not None:
        options += ('previous=' + sha256(f'{after}/tree/epoch'),)
    subprocess.run([os.path.join(BUILD, 'system/make_tree'), name, str(marks),
                    str(epoch), str(now), *options], check=True)
    return os.path.join(name, 'tree')


def run(*args, env=None, timeout=120, **more):
    return subprocess.run([KEURMERK, *args], capture_output=True, text=True,
                          env=env or {}, timeout=timeout, **more)


def sync(source, cache, *args, status=0, says=(), **more):
    """Run it; status (one of) and words must be as expected."""
    started = time.monotonic()
    p = run('sync', '--lang', 'en', *args, source, cache, **more)
    p.seconds = time.monotonic() - started
    may = status if isinstance(status, tuple) else (status,)
    check(p.returncode in may, 'sync', source, *args, 'status',
          p.returncode, 'expected', status, p.stdout, p.stderr)
    for text in (says,) if isinstance(says, str) else says:
        check(text in p.stdout + p.stderr, 'expected', repr(text), 'found',
              p.stdout, p.stderr)
    check(may != (0,) or p.stderr == '' or 'note:' in p.stderr, p.stderr)
    check(may == (0,) or p.stderr.startswith('keurmerk: '), p.stderr)
    return p


def in_force(cache):
    """What a reader of the cache can come by, by name: all its bytes."""
    found = {}

    def take(name):
        path = os.path.join(cache, name)
        if os.path.isdir(path):
            for n in os.listdir(path):
                take(os.path.join(name, n))
        elif os.path.isfile(path):
            with open(path, 'rb') as f:
                found[name] = f.read()
    for name in ('epoch', 'trust', 'status', 'bodies.json', 'scheme'):
        take(name)
    current = os.path.join(cache, 'current')
    found['current'] = os.readlink(current) if os.path.islink(current) else ''
    return found


def runs_of(tree):
    """Names of its register's files."""
    names = set(os.listdir(os.path.join(tree, 'register')))
    return {'register/' + n for n in names if len(n) == 64}


def holds(cache, before):
    """All that was in force is; runs may have come."""
    after = in_force(cache)
    check(set(before) <= set(after), set(before) - set(after), 'are gone')
    for name, data in before.items():
        check(after[name] == data, cache, name, 'has changed')


def same_tree(cache, tree):
    """The cache has this tree, byte for byte, but for what is not fetched."""
    found = in_force(cache)
    check(found['current'], 'nothing is in force in', cache)
    for base, _, names in os.walk(tree):
        for n in names:
            path = os.path.join(base, n)
            name = os.path.relpath(path, tree)
            if name.startswith('epochs/') or (name.startswith('scheme/') and
                                              name not in found):
                continue
            with open(path, 'rb') as f, open(os.path.join(cache, name),
                                             'rb') as g:
                check(f.read() == g.read(), name, 'differs in', cache)
