#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""What an administrator may give keurmerkd that it cannot go on with: an
error that says where and what, the right status, and nothing has changed.

What the configuration may say is in tests/unit/test_base_conf.c, and what
init makes of what is there in 45_init.py.
"""
import hashlib
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import urllib.request

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                'lib'))
from authority import (Authority, Failed, MANAGERS, ROOTS, TOP,   # noqa: E402
                       check, free_port, program, skip)

SCHEME = os.path.join(TOP, 'schemas', 'scheme.json')
FAILED, USAGE, AUDIT_FAILED = 1, 2, 3


def content(path):
    if os.path.isdir(path):
        return b''
    with open(path, 'rb') as f:
        return f.read()


def files(a):
    """All of data and tree, but who holds the locks, and what SQLite leaves
    behind who ended without closing: shared memory and an empty log."""
    found = {}
    for part in ('data', 'tree'):
        for top, dirs, names in os.walk(a.path(part)):
            for name in dirs + names:
                path = os.path.join(top, name)
                data = content(path)
                if name not in ('lock', 'store.db-shm') and (
                        name != 'store.db-wal' or data):
                    found[path] = (os.stat(path).st_mode, data)
    return found


class Test:
    def __init__(self, base):
        self.a = Authority(os.path.join(base, 'a'))
        self.b = Authority(os.path.join(base, 'b'))     # of the same name
        self.good = os.path.join(base, 'good')
        self.n = 0

    def begin(self):
        for x in (self.a, self.b):
            os.mkdir(x.base)
            x.create()
            x.start()
            x.stop()
        shutil.copytree(self.a.base, self.good)

    def put_back(self):
        for name in ('data', 'tree'):
            path = self.a.path(name)
            if os.path.exists(path):
                shutil.rmtree(path)
            shutil.copytree(os.path.join(self.good, name), path)
        shutil.copy(os.path.join(self.good, 'conf'), self.a.path('conf'))

    def attempt(self, what, *says, verb='run', args=(), status=FAILED):
        """What is there is not good: said, and left as it is."""
        self.n += 1
        before = files(self.a)
        p = subprocess.run(
            [program('keurmerkd'), verb, '-f', self.a.path('conf'), *args],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=30)
        check(p.returncode == status, what, ': status', p.returncode,
              'expected', status, p.stdout)
        for text in says:
            check(re.search(text, p.stdout), what, ': expected', text,
                  'found', p.stdout)
        # Nobody is blamed but whose fault it is.
        check('cannot tell the parent' not in p.stdout, what, p.stdout)
        after = files(self.a)
        check(after == before, what, 'changed',
              [k for k in {**after, **before}
               if after.get(k) != before.get(k)])
        self.put_back()
        return p.stdout

    def configuration(self):
        with open(self.a.path('conf')) as f:
            conf = f.read()
        path = re.escape(self.a.path('conf'))
        for what, text, says in (
                ('unknown option', conf + 'colour = "red"\n', ':8: .*colour'),
                ('twice', conf + 'data = "data"\n',
                 r':8: data: expected once, found again .* line 3'),
                ('out of range', conf.replace('office {',
                 'office { connections = 0 '),
                 ':6: connections: expected a number'),
                ('no tree', conf.replace('tree =', '# tree ='),
                 ': expected the option tree, found none')):
            for verb in ('run', 'audit', 'init'):
                self.a.write('conf', text)
                self.attempt(what, path + says, verb=verb, status=USAGE)
        os.chmod(self.a.path('conf'), 0o666)
        self.attempt('conf that others may write', path +
                     ': expected .* nobody else may write .*mode 666',
                     status=USAGE)
        os.unlink(self.a.path('conf'))
        self.attempt('no conf', path + ': cannot open: No such file',
                     status=USAGE)
        for args in (('run', '-f', self.a.path('conf'), 'more'), ('walk',),
                     (), ('run', '-q')):
            p = self.a.run(program('keurmerkd'), *args, status=USAGE)
            check('keurmerkd' in p.stderr, args, p.stderr)

    def shown(self):
        """-n checks and warns; -T prints what is in force."""
        out = self.attempt('-n', 'conf: good\n', 'outside: no address',
                           'misuse_mail, misuse_phone: not given',
                           'security: not given', args=('-n',), status=0)
        check('ready' not in out, out)
        # Where data is does not matter to either.
        shutil.rmtree(self.a.path('data'))
        self.attempt('-n without data', 'conf: good\n', args=('-n',),
                     status=0)

        def printed():
            return self.a.run(program('keurmerkd'), '-T', '-f',
                              self.a.path('conf')).stdout

        first = printed()
        for text in (f'data = "{self.a.path("data")}"\n', 'connections = 64',
                     'connections = 1024', 'log = "info"'):
            check(text in first, '-T: expected', text, 'found', first)
        self.a.write('conf', first)
        check(printed() == first, '-T of', first, 'is', printed())
        self.put_back()

    def ports(self):
        for i, name in enumerate(('office', 'public')):
            with socket.socket() as s:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                s.bind(('127.0.0.1', self.a.ports[i]))
                s.listen()
                self.attempt(name + "'s port in use", f'{name}: cannot '
                             f'listen on 127.0.0.1:{self.a.ports[i]}: '
                             'Address already in use')

    def twice(self):
        """Two of them: the second goes, the first goes on."""
        a = self.a
        a.start()
        try:
            conf = a.path('conf')
            p = a.run(program('keurmerkd'), 'run', '-f', conf, status=FAILED)
            check('Address already in use' in p.stderr, p.stderr)
            with open(conf) as f:
                text = f.read()
            for port in a.ports:
                text = text.replace(f'127.0.0.1:{port}',
                                    f'127.0.0.1:{free_port()}')
            a.write('conf-2', text)
            p = a.run(program('keurmerkd'), 'run', '-f', a.path('conf-2'),
                      status=FAILED)
            held = [role for role in ('signer', 'office')
                    if f'{role}/lock: in use by process '
                       f'{a.roles()[role]}: stop it first' in p.stderr]
            check(held, 'expected who holds the lock, found', p.stderr)
            with urllib.request.urlopen(a.url + '/healthz') as answer:
                check(answer.status == 200, 'the first', answer.status)
            a.stop()
            a.audit()
        finally:
            a.end()
        self.put_back()

    def loose(self):
        a = self.a
        os.chmod(a.path('data/signer/journal'), 0o640)
        self.attempt('journal 640', 'data/signer: journal: expected .* mode '
                     '0600.*chmod 600')
        key = a.path('data/signer/keys/attest.pem')
        os.chmod(key, 0o640)
        self.attempt('key 640', 'data/signer: keys/attest.pem: expected .*'
                     'mode 0600.*chmod 600')
        os.chmod(a.path('data/office/store.db'), 0o660)
        self.attempt('store 660', 'data/office/store.db: expected .*nobody '
                     'else may write.*660')
        self.attempt_audit_of_loose_store()
        os.chmod(a.path('data/office/tls.pem'), 0o644)
        self.attempt('tls.pem 644', 'data/office/tls.pem: expected .*chmod '
                     '600')
        for part in ('signer', 'office'):
            os.chmod(a.path('data', part), 0o770)
            self.attempt(part + ' 770', f'data/{part}: expected a directory '
                         '.*nobody else may write.*chmod 700')

    def attempt_audit_of_loose_store(self):
        os.chmod(self.a.path('data/office/store.db'), 0o666)
        self.attempt('audit of store 666', 'store.db: expected .*nobody else',
                     verb='audit', status=AUDIT_FAILED)

    def gone(self):
        a = self.a

        def without(what, name, *says, empty=False):
            path = a.path(name)
            if os.path.isdir(path):
                shutil.rmtree(path)
                if empty:
                    os.mkdir(path, 0o700)
            else:
                os.unlink(path)
                if empty:
                    a.write(name, '', 0o600)
            self.attempt(what, *says)

        no_dir = 'expected a directory .see keurmerkd init.: No such file'
        without('no data', 'data', f'data/(signer|office): {no_dir}')
        without('empty data', 'data', f'data/(signer|office): {no_dir}',
                empty=True)
        without('no tree', 'tree', f'/tree: {no_dir}')
        without('empty tree', 'tree', 'tree/epochs/1: expected what was '
                'published in epoch 1, found nothing: bring the tree back',
                empty=True)
        without('no journal', 'data/signer/journal', 'data/signer: journal: '
                'expected one from init, found none')
        without('empty journal', 'data/signer/journal', 'data/signer: '
                'journal: expected the record that init writes, found none',
                empty=True)
        without('no keys', 'data/signer/keys', 'data/signer: keys: cannot '
                'open the directory: No such file')
        without('no key', 'data/signer/keys', 'data/signer: keys: expected '
                'private keys as NAME.pem, found none', empty=True)
        without('no store', 'data/office/store.db', 'data/office/store.db: '
                'expected the store of this authority, found nothing: .*'
                'restore it')
        without('empty store', 'data/office/store.db', 'store.db: expected '
                'the store of this authority, found an empty file',
                empty=True)
        shutil.rmtree(a.path('data'))
        self.attempt('audit without data', 'store.db: expected the store of '
                     'this authority, found nothing', verb='audit',
                     status=AUDIT_FAILED)

    def foreign(self):
        """Of another authority: by name, by environment, by trust list 1."""
        a, b = self.a, self.b
        with open(a.path('conf')) as f:
            conf = f.read()
        for what, old, new in (
                ('issuer', '"keurmerk.example"', '"other.example"'),
                ('environment', '= demonstration', '= exercise')):
            a.write('conf', conf.replace(old, new))
            out = self.attempt('another ' + what, 'expected')
            check(re.search('data/signer: journal: expected one of .*, found '
                            'one of https://keurmerk.example', out) or
                  re.search('store.db: expected the store of .*, found that '
                            'of https://keurmerk.example', out), what, out)
            a.write('conf', conf.replace(old, new))
            self.attempt('another ' + what, 'store.db: expected the store of',
                         verb='audit', status=AUDIT_FAILED)
        for name, says in (
                ('data/signer', 'signer stands at batch 1, .*the store at 1, '
                 '.*or their logs differ: reconcile'),
                ('data/office', 'tree/epochs/1: expected what was published'
                 '.*, found something else'),
                ('tree', 'tree/epochs/1: expected what was published.*, '
                 'found something else')):
            shutil.rmtree(a.path(name))
            shutil.copytree(b.path(name), a.path(name))
            self.attempt(name + ' of another', says)

    def newer(self):
        a = self.a
        db = sqlite3.connect(a.path('data/office/store.db'))
        db.execute('PRAGMA user_version = 99')
        db.commit()
        db.close()
        self.attempt('newer store', r'store.db: expected schema 1 to \d+, '
                     'found 99: run the version')
        with open(a.path('data/signer/journal'), 'rb') as f:
            data = bytearray(f.read())
        size = int.from_bytes(data[:4], 'big')
        check(data[4:7] == b'\x84\x00\x01', 'journal begins with', data[4:7])
        data[6] = 2
        data[4 + size:12 + size] = hashlib.sha256(data[:4 + size]).digest(
            )[:8]
        with open(a.path('data/signer/journal'), 'wb') as f:
            f.write(data)
        self.attempt('newer journal', 'data/signer: journal: expected version'
                     ' 1, found 2: it is of another version')
        # One bit within it, and others follow: damage, not a torn end. A
        # start from the snapshot does not read so far back; audit does.
        says = (r'data/signer: journal: the record at \d+ is damaged and '
                'others follow it')
        self.damage()
        self.attempt('damaged journal', says, verb='audit', status=FAILED)
        self.damage()
        os.unlink(a.path('data/signer/snapshot'))
        self.attempt('damaged journal', says)

    def damage(self):
        with open(self.a.path('data/signer/journal'), 'r+b') as f:
            f.seek(2000)
            byte = f.read(1)
            f.seek(2000)
            f.write(bytes([byte[0] ^ 1]))

    def papers(self):
        """init of papers that were not signed enough, or by others."""
        a, b = self.a, self.b
        p = [a.path('trust-1'), a.path('officers-1'), a.path('scheme-1'),
             SCHEME]
        self.attempt('init again', 'journal|store.db', verb='init', args=p)

        def init(what, papers, *says):
            for name in ('data/office/store.db', 'data/signer/journal',
                         'data/signer/snapshot'):
                os.unlink(a.path(name))
            shutil.rmtree(a.path('tree'))
            os.mkdir(a.path('tree'))
            self.attempt(what, *says, verb='init', args=papers)

        for i, (name, says) in enumerate((
                ('trust-1', 'key'), ('officers-1', 'officers'),
                ('scheme-1', 'scheme'))):
            init(name + ' of another', [*p[:i], b.path(name), *p[i + 1:]],
                 says)
        self.sign_once()
        for i, (name, says) in enumerate((
                ('trust-one', 'trust list'), ('officers-one', 'officers'),
                ('scheme-one', 'scheme'))):
            init(name + ' signature', [*p[:i], a.path(name), *p[i + 1:]],
                 says)

    def sign_once(self):
        """The same papers again, each with one signature too few."""
        a = self.a
        trust = ['trust', 'draft', '--authority', a.host, '--environment',
                 a.environment, '--threshold', '2', '--signer-keys',
                 a.path('signer.pub'), '--expires', a.day(3650), '-o',
                 a.path('trust-one')]
        for name in ROOTS:
            trust += ['--root', a.key(name) + '.pub']
        for name in MANAGERS:
            trust += ['--officers-key', a.key(name) + '.pub']
        a.ceremony(*trust)
        a.ceremony('officers', 'draft', '--trust', a.path('trust-1'),
                   '--csv', a.path('officers.csv'), '--expires', a.day(700),
                   '-o', a.path('officers-one'))
        a.ceremony('scheme', 'draft', '--trust', a.path('trust-1'), '--json',
                   SCHEME, '--proposer', a.key('root-a') + '.pub', '-o',
                   a.path('scheme-one'))
        a.sign('officers-one', 'manager-a')
        a.sign('scheme-one', 'root-a')
        a.ceremony('sign', a.path('trust-one'), '--key', a.key('root-a'),
                   '--trust', a.path('trust-one'), '--passphrase-file',
                   a.path('passphrase'), '--yes')

    def run(self):
        try:
            self.begin()
            for step in (self.configuration, self.shown, self.ports,
                         self.twice, self.loose, self.gone, self.foreign,
                         self.newer, self.papers):
                step()
            # And what was put back is good.
            self.a.start()
            self.a.stop()
            self.a.audit()
            print(f'{self.n} inputs')
        finally:
            self.a.end()
            self.b.end()


def main():
    if not os.path.exists(program('keurmerkd')):
        skip('keurmerkd is not built')
    base = tempfile.mkdtemp(prefix='input.', dir=os.environ.get('TEST_TMP'))
    try:
        Test(base).run()
    except Failed as e:
        sys.exit(f'FAILED: {e}')


if __name__ == '__main__':
    main()
