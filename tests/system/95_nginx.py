#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""keurmerkd export, and nginx as ca/nginx.conf has it: files of the tree and
of the export are served as keurmerkd itself would, questions are asked of
keurmerkd, TLS is what NCSC-NL calls good or sufficient, and no odd path leads
to another file.
"""
import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import warnings

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.join(HERE, '..', '..')
B = os.environ.get('B', os.path.join(TOP, 'build'))
HOST = 'keurmerk.example'
NGINX = shutil.which('nginx', path='/usr/sbin:/usr/bin:/sbin:/bin')
NOW = int(time.time())
warnings.simplefilter('ignore', DeprecationWarning)  # old TLS, on purpose


def check(ok, *what):
    if not ok:
        raise AssertionError(' '.join(str(w) for w in what))


def run(*args, status=0):
    p = subprocess.run(args, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT, text=True, timeout=300)
    check(p.returncode == status, args, 'expected status', status, 'found',
          p.returncode, p.stdout)
    return p.stdout


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


class Server:
    """keurmerkd's public side on a port of its own."""

    def __init__(self, tree):
        self.p = subprocess.Popen(
            [os.path.join(B, 'system', 'serve_tree'), tree, str(NOW),
             'site { security = "mailto:s@keurmerk.example" }'],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.port = int(self.p.stdout.readline())

    def end(self):
        self.p.stdin.close()
        self.p.wait(timeout=20)


class Nginx:
    def __init__(self, base, tree, export, upstream):
        self.base = base
        self.tls, self.plain = free_port(), free_port()
        cert, key = os.path.join(base, 'cert.pem'), os.path.join(base, 'key')
        run('openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
            'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', cert,
            '-days', '2', '-subj', '/CN=' + HOST, '-addext',
            'subjectAltName=DNS:' + HOST)
        self.cert = cert
        with open(os.path.join(TOP, 'ca', 'nginx.conf')) as f:
            conf = f.read()
        # What is the reader's own; each must be there to be changed.
        for old, new in ((r'\n\tlisten \[::\]:[^\n]*', ''),
                         ('listen 443', f'listen 127.0.0.1:{self.tls}'),
                         ('listen 80', f'listen 127.0.0.1:{self.plain}'),
                         ('/etc/keurmerk/tls/fullchain.pem', cert),
                         ('/etc/keurmerk/tls/key.pem', key),
                         (r'root /srv/keurmerk-export;', f'root {export};'),
                         (r'root /srv/keurmerk;', f'root {tree};'),
                         ('127.0.0.1:8080', f'127.0.0.1:{upstream}')):
            conf, n = re.subn(old, new, conf)
            check(n > 0, 'ca/nginx.conf has no', old)
        temp = ''.join(f'{t}_temp_path {base}/{t};\n' for t in (
            'client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'))
        self.conf = os.path.join(base, 'nginx.conf')
        with open(self.conf, 'w') as f:
            f.write(f'daemon off;\npid {base}/pid;\nworker_processes 1;\n'
                    f'error_log {base}/error.log;\n'
                    + ('user root;\n' if os.geteuid() == 0 else '')
                    + 'events { }\nhttp {\n'
                    f'access_log off;\n{temp}{conf}\n}}\n')
        run(NGINX, '-p', base, '-t', '-c', self.conf)
        self.p = subprocess.Popen([NGINX, '-p', base, '-c', self.conf],
                                  stdin=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(('127.0.0.1', self.tls), 5).close()
                break
            except OSError:
                check(time.monotonic() < end, 'nginx does not listen')
                time.sleep(0.05)

    def context(self, **versions):
        c = ssl.create_default_context(cafile=self.cert)
        c.minimum_version = versions.get('low', ssl.TLSVersion.TLSv1_2)
        c.maximum_version = versions.get('high', ssl.TLSVersion.TLSv1_3)
        return c

    def end(self):
        self.p.terminate()
        self.p.wait(timeout=20)


def ask(port, path, context=None, method='GET', headers=None):
    """Status, headers, body."""
    raw = socket.create_connection(('127.0.0.1', port), timeout=30)
    if context is not None:
        raw = context.wrap_socket(raw, server_hostname=HOST)
    c = http.client.HTTPConnection(HOST, port, timeout=30)
    c.sock = raw
    try:
        c.putrequest(method, path, skip_host=True,
                     skip_accept_encoding=True)
        c.putheader('Host', HOST)
        for name, value in (headers or {}).items():
            c.putheader(name, value)
        c.endheaders()
        r = c.getresponse()
        return r.status, r.headers, r.read()
    finally:
        c.close()


# What must be the same, whoever serves it.
SAME = ('Content-Type', 'Cache-Control', 'Strict-Transport-Security',
        'X-Content-Type-Options', 'Content-Security-Policy',
        'X-Frame-Options', 'Referrer-Policy', 'Access-Control-Allow-Origin',
        'Cross-Origin-Resource-Policy', 'API-Version')

ODD = ('/../epoch', '/static/../epoch', '/%2e%2e/epoch', '/status%2f0',
       '/status/%30', '/status//0', '//epoch', '/./epoch', '/epoch%00',
       '/.keurmerk-export', '/static/.keurmerk-export', '/static/..',
       '/status/00', '/epoch/', '/register/..%2f..%2fepoch',
       '/.well-known/../.keurmerk-export', '/%5c..%5cepoch')


def test_paths(n, s, tree, export):
    tls = n.context()
    runs = sorted(os.listdir(os.path.join(tree, 'register')))
    tree_paths = ['/epoch', '/status/0', '/trust/1', '/bodies.json',
                  '/register/' + next(r for r in runs if len(r) == 64)]
    number = next(f for f in sorted(os.listdir(
        os.path.join(export, 'badge'))))
    made = ['/static/keurmerk.wasm', '/static/check.js', '/robots.txt',
            '/controleer', '/en/check', '/open-data/register.csv',
            '/open-data/register.json', f'/feed/{number}.xml', '/feed.xml',
            f'/badge/{number}/light-nl.svg', f'/badge/{number}/qr.png',
            f'/badge/{number}/keurmerk.cbor', f'/v1/marks/{number}',
            f'/v1/marks/{number}/attestation', f'/v1/marks/{number}/badge',
            '/v1/openapi.json', '/.well-known/security.txt']
    made += ['/', '/en/', '/register', '/register?page=2',
             '/en/register?page=2', f'/{number}']
    s.end()                 # what is a file is served without keurmerkd
    for path in tree_paths + made:
        status, have, body = ask(n.tls, path, tls)
        check(status == 200, path, 'without keurmerkd:', status)
        n.files[path] = (have, body)
    test_alone(n, tls, export)


def test_alone(n, tls, export):
    """Questions without keurmerkd: the browser searches, the rest waits."""
    for path in ('/zoeken?q=jansen', '/zoeken', '/en/search?q=jansen',
                 '/register?status=valid', '/register?page=2&status=valid',
                 '/register?page=99', '/en/register?page=02'):
        status, have, body = ask(n.tls, path, tls)
        check(status == 200 and b'/static/find.js' in body, path, status)
        check((b'<html lang="en"' in body) == path.startswith('/en/'), path)
        check('script-src' in have['Content-Security-Policy'] and
              have['X-Frame-Options'] == 'DENY', path, have)
    check(b'page=2' in n.files['/register'][1], 'no link to page 2')
    second = n.files['/register?page=2'][1]
    check(b'class="marks' in second and second != n.files['/register'][1] and
          b'page=3' not in second, 'another page 2')
    pages = [f for f in os.listdir(export) if f.startswith('register-page')]
    check(pages == ['register-page-2.html'], pages)
    for path in ('/v1/marks?q=x', '/nothing', '/KM-2026-000001-0'):
        check(ask(n.tls, path, tls)[0] == 502, path)


def test_same(n, s):
    wrong = []
    for path, (have, body) in n.files.items():
        status, want, data = ask(s.port, path)
        check(status == 200, path, status)
        # One of them says when it was made.
        if body != data and path != '/open-data/register.json':
            wrong.append(f'{path}: other bytes')
        wrong += [f'{path}: {name}: keurmerkd says {want[name]}, nginx '
                  f'{have[name]}' for name in SAME if have[name] != want[name]]
    check(not wrong, '\n'.join(wrong))


def test_questions(n, s):
    tls = n.context()
    for path in ('/v1/marks?q=voorbeeld', '/v1/marks?nonsense=1', '/zoeken',
                 '/en/search?q=jansen', '/register?status=valid',
                 '/register?page=1', '/register?page=99',
                 '/register?page=2&status=valid',
                 '/zoeken?q=x', '/KM-2026-000001-0', '/nothing', '/K'):
        status, have, body = ask(n.tls, path, tls)
        want, headers, data = ask(s.port, path)
        check(status == want, path, status, want)
        for name in SAME + ('Location',):
            check(have.get_all(name) == headers.get_all(name), path, name,
                  have.get_all(name), headers.get_all(name))


def test_odd(n, s):
    tls = n.context()
    for path in ODD:
        for port, context in ((n.tls, tls), (s.port, None)):
            status, _, body = ask(port, path, context)
            check(status in (400, 404), path, 'on', port, 'gives', status)
            check(b'keurmerk.example\nepoch' not in body, path, body)
    check(ask(n.tls, '/epoch', tls, method='POST')[0] == 405, 'POST')
    status, have, _ = ask(n.tls, '/static/check.js', tls,
                          headers={'Accept-Encoding': 'gzip'})
    check(have['Content-Encoding'] == 'gzip', 'gzip', have)


def test_tls(n):
    for version, good in ((ssl.TLSVersion.TLSv1, False),
                          (ssl.TLSVersion.TLSv1_1, False),
                          (ssl.TLSVersion.TLSv1_2, True),
                          (ssl.TLSVersion.TLSv1_3, True)):
        c = n.context(low=version, high=version)
        if not good:
            c.set_ciphers('ALL:@SECLEVEL=0')
        try:
            check(ask(n.tls, '/epoch', c)[0] == 200, version)
            spoke = True
        except (ssl.SSLError, ConnectionError):
            spoke = False
        check(spoke == good, version, 'spoken:', spoke)
    for cipher in ('ECDHE-ECDSA-AES128-SHA', 'ECDHE-ECDSA-AES256-SHA384',
                   'AES128-GCM-SHA256', 'ECDHE-ECDSA-AES128-CCM8'):
        c = n.context(high=ssl.TLSVersion.TLSv1_2)
        c.set_ciphers(cipher + ':@SECLEVEL=0')
        try:
            ask(n.tls, '/epoch', c)
            check(False, cipher, 'is spoken')
        except (ssl.SSLError, ConnectionError):
            pass
    c = n.context()
    c.check_hostname = False
    try:
        with socket.create_connection(('127.0.0.1', n.tls), 20) as raw:
            c.wrap_socket(raw, server_hostname='another.example')
        check(False, 'another name gets a certificate')
    except (ssl.SSLError, ConnectionError):
        pass
    status, have, _ = ask(n.plain, '/KM-2026-000001-8?x=1')
    check(status == 301 and have['Location'] ==
          'https://keurmerk.example/KM-2026-000001-8?x=1', status, have)


def export_kept(base, conf, export):
    """What is no export stays; what is one is replaced, all at once."""
    keurmerkd = os.path.join(B, 'keurmerkd')
    other = os.path.join(base, 'other')
    os.mkdir(other)
    with open(os.path.join(other, 'mine'), 'w') as f:
        f.write('mine')
    says = run(keurmerkd, 'export', '-f', conf, other, status=1)
    check('which stays' in says and os.listdir(other) == ['mine'], says)
    run(keurmerkd, 'export', '-f', conf, os.path.join(other, 'mine'),
        status=1)
    run(keurmerkd, 'export', '-f', conf, status=2)
    check(not os.path.exists(export + '.new'), 'left behind')
    with open(os.path.join(base, 'empty.conf'), 'w') as f:
        f.write(f'issuer = "keurmerk.example"\ndata = "{base}/no"\n'
                f'tree = "{other}"\n')
    os.chmod(f.name, 0o600)
    says = run(keurmerkd, 'export', '-f', f.name, export, status=1)
    check('expected a whole epoch' in says, says)
    check(os.path.exists(os.path.join(export, 'robots.txt')),
          'an export that failed took what was there')
    check(not os.path.exists(export + '.new'), 'left behind')
    # Once more over the old one, with something old in it.
    with open(os.path.join(export, 'old'), 'w') as f:
        f.write('old')
    inode = os.stat(export).st_ino
    run(keurmerkd, 'export', '-f', conf, export)
    check(os.stat(export).st_ino != inode, 'the same directory')
    check(not os.path.exists(os.path.join(export, 'old')), 'old is there')
    check(not os.path.exists(export + '.new'), 'left behind')


def main():
    if NGINX is None:
        print('no nginx: skipped')
        sys.exit(77)
    base = tempfile.mkdtemp(prefix='nginx.', dir=os.environ.get('TEST_TMP'))
    tree, export = os.path.join(base, 'tree'), os.path.join(base, 'export')
    run('/usr/bin/python3', os.path.join(TOP, 'tests', 'system', 'lib',
                                         'make_cast.py'), base, '--now',
        str(NOW), '--first', '30')
    conf = os.path.join(base, 'keurmerkd.conf')
    with open(conf, 'w') as f:
        f.write(f'issuer = "keurmerk.example"\ndata = "{base}/no"\n'
                f'tree = "{tree}"\n'
                'site { security = "mailto:s@keurmerk.example" }\n')
    os.chmod(conf, 0o600)
    run(os.path.join(B, 'keurmerkd'), 'export', '-f', conf, export)
    export_kept(base, conf, export)
    s = Server(tree)
    n = None
    try:
        n = Nginx(base, tree, export, s.port)
        n.files = {}
        test_paths(n, s, tree, export)
        n.end()
        s = Server(tree)
        test_same(n, s)
        n = Nginx(base, tree, export, s.port)
        test_questions(n, s)
        test_odd(n, s)
        test_tls(n)
    finally:
        if n is not None:
            n.end()
        s.end()


if __name__ == '__main__':
    main()
