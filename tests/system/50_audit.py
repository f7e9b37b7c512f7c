#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""keurmerkd audit: agrees with a running and with a stopped authority; then
one thing at a time is damaged in a copy, and each must be found and named.
"""
import os
import re
import shutil
import sqlite3
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                'lib'))
import cbor2                                            # noqa: E402

import officer                                          # noqa: E402
from authority import (Authority, BODY, Failed, PASSPHRASE,  # noqa: E402
                       PERSONS, check, program, skip)
from officer import DONE, encode, sha256                # noqa: E402

DAY = 86400
ZEROS = bytes(32)
MARKS = 300             # more than a tile of the log, less than two runs


class Story:
    """An authority with a past: granted, suspended, lifted, withdrawn."""

    def __init__(self, base):
        self.a = Authority(base)
        os.mkdir(self.a.base)
        self.a.create()
        self.a.start()
        self.keys = {name: officer.Key.load(self.a.key(name), PASSPHRASE)
                     for name in PERSONS}
        with open(self.a.path('trust-1'), 'rb') as f:
            self.papers = officer.Papers(self.a.host, self.a.environment,
                                         f.read())
        self.office = officer.Office(self.a.ports[0], self.keys['registrar'],
                                     self.a.base)

    def carry_out(self, acts):
        """[decision, people...]: all approvals, 100 pairs a request."""
        done = {}
        pairs = [[d, self.papers.approval(self.keys[who], who, d)]
                 for d, *people in acts for who in people]
        for i in range(0, len(pairs), 100):
            for answer in self.office.acts(*pairs[i:i + 100]):
                done[answer[2]] = answer
        for d, *_ in acts:
            check(done[sha256(d)][1] == DONE, 'expected done, found',
                  done[sha256(d)])
        return [done[sha256(d)] for d, *_ in acts]

    def tell(self):
        today = int(time.time()) // DAY
        p = self.papers
        self.carry_out([[p.decision('body-add', 'registrar', BODY, {
            1: 'Fictieve Keuring B.V.', 2: today - 400, 3: today + 1000,
            4: 2}, head=ZEROS), 'registrar', 'decider-a']])
        subs = [f'NTRNL-{90000000 + i}' for i in range(MARKS)]
        added = [p.decision('provider-add', 'registrar', sub, {
            1: f'Voorbeeld {sub[-3:]} B.V.', 3: 'Utrecht', 4: sub[6:]},
            head=ZEROS) for sub in subs]
        self.carry_out([[d, 'registrar', 'decider-a'] for d in added])
        line = {1: 1, 2: 2, 3: 'workplace', 4: 1}
        assessed = [p.decision('assessment', 'assessor', sub, {
            1: BODY, 2: today - 3, 3: 'R-1', 4: [line],
            6: ['document-review'], 7: 8, 8: 0}) for sub in subs]
        self.carry_out([[d, 'assessor'] for d in assessed])
        grants = [p.decision('grant', 'registrar', sub, {
            1: 1, 2: ['voorbeeld', 1], 3: [line], 5: today * DAY,
            6: (today + 365) * DAY, 7: 1}, head=sha256(a),
            rests=(sha256(a), sha256(s)))
            for sub, a, s in zip(subs, added, assessed)]
        done = self.carry_out([[d, 'registrar', 'decider-b']
                               for d in grants])
        self.marks = [x[6][0] for x in done]
        self.heads = {m: sha256(g) for m, g in zip(self.marks, grants)}

    def suspend(self, i):
        d = self.papers.decision(
            'suspend', 'decider-a', self.marks[i],
            {1: 3, 2: (int(time.time()) // DAY + 30) * DAY})
        self.heads[self.marks[i]] = sha256(d)
        self.carry_out([[d, 'decider-a']])

    def lift(self, i):
        d = self.papers.decision('lift', 'registrar', self.marks[i], {},
                                 head=self.heads[self.marks[i]])
        self.heads[self.marks[i]] = sha256(d)
        self.carry_out([[d, 'registrar', 'reviewer', 'decider-a']])

    def withdraw(self, i):
        d = self.papers.decision('withdraw', 'registrar', self.marks[i],
                                 {1: 2})
        self.carry_out([[d, 'registrar', 'reviewer', 'decider-a']])

    def disable(self):
        d = self.papers.decision('disable', 'decider-a', '',
                                 {1: 'decider-b'})
        self.carry_out([[d, 'decider-a']])

    def published(self):
        """Wait until all is published: the audit then has most to see."""
        end = time.monotonic() + 10
        while time.monotonic() < end:
            state = self.office.state()
            with open(self.a.path('tree', 'epoch'), 'rb') as f:
                epoch = cbor2.loads(cbor2.loads(f.read()).value[2])
            if epoch[8][0] == state[6][0]:
                return epoch[1]
            time.sleep(0.05)
        raise Failed('not published within 10 s')


def audit(conf):
    a = Authority(os.path.dirname(conf))
    return a.run(program('keurmerkd'), 'audit', '-f', conf, status=None)


class Damage:
    """A fresh copy of a stopped authority for each thing that is damaged."""

    def __init__(self, source, base):
        self.source, self.base = source, base
        self.found = 0

    def path(self, *names):
        return os.path.join(self.base, *names)

    def copy(self):
        shutil.rmtree(self.base, ignore_errors=True)
        os.mkdir(self.base)
        shutil.copy(os.path.join(self.source, 'conf'), self.path('conf'))
        for name in ('data', 'tree'):
            shutil.copytree(os.path.join(self.source, name),
                            self.path(name), symlinks=True)

    def flip(self, *names, at=None, bit=1):
        with open(self.path(*names), 'r+b') as f:
            data = bytearray(f.read())
            data[len(data) // 2 if at is None else at] ^= bit
            f.seek(0)
            f.write(data)

    def sql(self, *statements):
        db = sqlite3.connect(self.path('data', 'office', 'store.db'))
        for (name,) in db.execute("SELECT name FROM sqlite_master"
                                  " WHERE type = 'trigger'").fetchall():
            db.execute(f'DROP TRIGGER {name}')
        for s in statements:
            cursor = db.execute(*s) if isinstance(s, tuple) else db.execute(s)
            check(cursor.rowcount != 0, s, 'changes nothing')
        db.commit()
        db.close()

    def one(self, *query):
        db = sqlite3.connect(self.path('data', 'office', 'store.db'))
        row = db.execute(*query).fetchone()
        db.close()
        return row

    def expect(self, name, *patterns):
        """Audit finds it: status 1, and a line that names what it is."""
        p = audit(self.path('conf'))
        lines = [line for line in p.stdout.splitlines()
                 if line.startswith('disagrees: ')]
        check(p.returncode == 1, name, ': expected status 1, found',
              p.returncode, '\n', p.stdout, p.stderr)
        for pattern in patterns:
            check(any(re.search(pattern, line) for line in lines), name,
                  ': expected', pattern, 'found\n', p.stdout, p.stderr)
        self.found += 1

    def newest(self):
        with open(self.path('tree', 'epoch'), 'rb') as f:
            return cbor2.loads(cbor2.loads(f.read()).value[2])[1]

    def runs(self):
        n = self.newest()
        with open(self.path('tree', 'register', 'index', str(n)),
                  'rb') as f:
            return [r.hex() for r in cbor2.loads(f.read())[1]]

    # The tree.

    def tree(self, older):
        n = self.newest()
        run = self.runs()[0]
        last = ('tree', 'epochs', str(n))
        size = self.one('SELECT max(log_index) + 1 FROM act')[0]
        rows = [
            ('a run', ('tree', 'register', run), f'register/{run}: expected'),
            ('the index', ('tree', 'register', 'index', str(n)),
             f'register/index/{n}'),
            ('a list', ('tree', 'status', '0'), 'status/0: .*verifies'),
            ('the epoch', ('tree', 'epoch'), 'tree/epoch: expected'),
            ('the last epoch', last, f'epochs/{n}: expected'),
            ('an old epoch', ('tree', 'epochs', '2'), 'epochs/2: expected'),
            ('the trust list', ('tree', 'trust', '1'), 'trust'),
            ('the scheme', ('tree', 'scheme', 'voorbeeld', '1.json'),
             'scheme/voorbeeld/1.json: expected the bytes'),
            ('bodies', ('tree', 'bodies.json'), 'bodies.json: expected'),
            ('a tile', ('tree', 'log', 'tile', '0', '000'),
             'tile/0/000: expected'),
            ('a partial tile', ('tree', 'log', 'tile', '1',
                                f'000.p/{size // 256}'),
             'tile/1/000.p'),
            ('a bundle', ('tree', 'log', 'tile', 'entries', '001'),
             'tile/entries/001: expected'),
        ]
        for name, path, pattern in rows:
            self.copy()
            self.flip(*path)
            self.expect(f'one bit of {name}', pattern)
            self.copy()
            os.unlink(self.path(*path))
            self.expect(f'{name} gone', re.escape(path[-1]))
        for name, path, pattern in rows:
            self.copy()
            with open(self.path(*path), 'ab') as f:
                f.write(b'\0')
            self.expect(f'{name} with a byte more', re.escape(path[-1]))
        # What once was good and is not any more.
        self.copy()
        shutil.copy(older, self.path('tree', 'status', '0'))
        self.expect('an older list', 'status: expected the lists of epoch',
                    'status/0: entry 5: expected status 1, .*found 0')
        self.copy()
        shutil.copy(self.path('tree', 'epochs', str(n - 1)),
                    self.path('tree', 'epoch'))
        self.expect('the epoch before', f'expected epoch {n},')
        self.copy()
        shutil.copy(self.path('tree', 'epochs', str(n - 1)),
                    self.path('tree', 'epochs', '3'))
        self.expect('an epoch in the place of another', 'epochs/3: expected')

    def archive(self):
        """As if the day had passed."""
        n = self.newest()
        with open(self.path('tree', 'epoch'), 'rb') as f:
            at = cbor2.loads(cbor2.loads(f.read()).value[2])[3]
        day = self.path('tree', 'archive', Authority.day(0, at))

        def make():
            self.copy()
            os.makedirs(os.path.join(day, 'status'))
            shutil.copy(self.path('tree', 'epoch'), day)
            shutil.copy(self.path('tree', 'status', '0'),
                        os.path.join(day, 'status', '0'))

        make()
        p = audit(self.path('conf'))
        check(p.returncode == 0 and 'archive: 1 days: agrees' in p.stdout,
              'an archive', p.stdout, p.stderr)
        for name in ('epoch', 'status/0'):
            make()
            self.flip(os.path.join(day, name))
            self.expect(f'one bit of {name} in the archive', 'archive/')
        make()
        shutil.copy(self.path('tree', 'epochs', str(n - 1)),
                    os.path.join(day, 'epoch'))
        self.expect('an epoch with the lists of another', 'archive/')
        make()
        os.rename(day, self.path('tree', 'archive', '2020-01-01'))
        self.expect('another day', 'archive/2020-01-01/epoch: expected')

    # The store.

    def store(self):
        def act(kind, n=0):
            return self.one('SELECT log_index FROM act JOIN (SELECT'
                            ' log_index AS i FROM act) ON i = log_index'
                            ' ORDER BY log_index LIMIT 1 OFFSET ?',
                            (n,))[0] if kind is None else self.one(
                'SELECT log_index FROM act WHERE kind = ? ORDER BY log_index'
                ' LIMIT 1 OFFSET ?', (kind, n))[0]

        grant, suspend = act(12, 7), act(19)
        body, provider, lift = act(9), act(7, 4), act(16)
        last = self.one('SELECT max(log_index) FROM act')[0]

        def bytes_of(column, i):
            return bytearray(self.one(f'SELECT {column} FROM act WHERE'
                                      ' log_index = ?', (i,))[0])

        def flipped(column, i, at):
            data = bytes_of(column, i)
            data[at] ^= 1
            return (f'UPDATE act SET {column} = ? WHERE log_index = ?',
                    (bytes(data), i))

        approvals = cbor2.loads(bytes(bytes_of('approvals', grant)))
        other = cbor2.loads(bytes(bytes_of('approvals', act(12, 8))))
        leaf = cbor2.loads(self.one('SELECT leaf FROM attestation WHERE'
                                    ' idx = 5')[0])
        leaf7 = cbor2.loads(self.one('SELECT leaf FROM attestation WHERE'
                                     ' idx = 7')[0])

        def update(i, **columns):
            names = ', '.join(f'{c} = ?' for c in columns)
            return (f'UPDATE act SET {names} WHERE log_index = ?',
                    (*columns.values(), i))

        def attestation(i, **columns):
            names = ', '.join(f'{c} = ?' for c in columns)
            return (f'UPDATE attestation SET {names} WHERE idx = ?',
                    (*columns.values(), i))

        signature = bytearray(leaf7[1])
        signature[-1] ^= 1
        legal = leaf7[1].replace(b'Voorbeeld', b'Voorbeald')
        check(legal != leaf7[1], 'no name in the attestation')
        rows = [
            ('a signature of an approval',
             [flipped('approvals', grant, -3)],
             f'act {grant}: expected approval 1 to verify', 'log leaf'),
            ('the first approval', [flipped('approvals', grant, 40)],
             f'act {grant}: expected'),
            ('an approval of another decision',
             [update(grant, approvals=encode([approvals[0], other[1]]))],
             f'act {grant}: expected approval 1 to verify'),
            ('an approval less',
             [update(grant, approvals=encode(approvals[:1]))],
             rf'act {grant} \(grant .*approvals', 'log leaf'),
            ('an approval twice',
             [update(grant, approvals=encode([approvals[0]] * 2))],
             rf'act {grant} \(grant .*twice'),
            ('no approvals', [update(grant, approvals=b'\x80')],
             f'act {grant}'),
            ('no list of approvals', [update(grant, approvals=b'\x82')],
             f'act {grant}: expected approvals'),
            ('a decision', [flipped('decision', provider, 150)],
             f'act {provider}: expected the SHA-256'),
            ('a decision of a body', [flipped('decision', body, -20)],
             f'act {body}: expected the SHA-256'),
            ('a log leaf', [flipped('leaf', provider, -5)],
             f'act {provider}: expected the log leaf', 'epochs/'),
            ('the kind of a row', [update(provider, kind=8)],
             f'act {provider}'),
            ('the subject of a row', [update(provider, subject='x')],
             f'act {provider}: expected a decision of the kind'),
            ('the mark of a row',
             [update(grant, mark='KM-2020-000001-0')],
             f'act {grant}: expected mark'),
            ('a batch', [update(grant, batch=1)], f'act .*batch'),
            ('the last act gone',
             [('DELETE FROM act WHERE log_index = ?', (last,))],
             'expected log and register that the store has'),
            ('an act in the middle gone',
             ['PRAGMA foreign_keys = OFF',
              ('DELETE FROM act WHERE log_index = ?', (lift,))],
             f'expected act {lift} next, found {lift + 1}'),
            ('a status', [attestation(7, status=1)],
             'attestation 7: expected mark .* found .*, 1,'),
            ('an expiry', [attestation(7, exp=253402300799)],
             'attestation 7: expected mark'),
            ('a status in the leaf',
             [attestation(5, leaf=encode([5, leaf[1], 0, leaf[3]]))],
             'attestation 5: expected status 1 in its leaf'),
            ('the status taken back everywhere',
             [attestation(5, status=0,
                          leaf=encode([5, leaf[1], 0, leaf[3][:1]]))],
             'attestation 5: expected status 1',
             'attestation 5: expected 2 events', 'run 0'),
            ('a reason in the history',
             [attestation(5, leaf=encode([5, leaf[1], 1, [
                 leaf[3][0], [*leaf[3][1][:2], 5]]]))],
             'attestation 5: expected event 1 .*reason 2.*reason 5'),
            ('a date in the history',
             [attestation(5, leaf=encode([5, leaf[1], 1, [
                 leaf[3][0], [leaf[3][1][0] + 999999, 'withdraw', 2]]]))],
             r'act \d+: expected it to be carried out between'),
            ('an event too many',
             [attestation(7, leaf=encode([7, leaf7[1], 0, leaf7[3] + [
                 [leaf7[3][0][0], 'lift', None]]]))],
             'attestation 7: expected 1 events'),
            ('the signature of an attestation',
             [attestation(7, leaf=encode([7, bytes(signature), 0,
                                          leaf7[3]]))],
             'attestation 7: expected it to verify.*signature',
             f'act {grant}: expected the log leaf'),
            ('the name in an attestation',
             [attestation(7, leaf=encode([7, legal, 0, leaf7[3]]))],
             'attestation 7: expected it to verify',
             f'attestation 7: expected what act {grant} makes'),
            ('the last attestation gone',
             ['PRAGMA foreign_keys = OFF',
              f'DELETE FROM attestation WHERE idx = {MARKS - 1}'],
             'expected log and register that the store has'),
            ('a head',
             [("UPDATE subject SET head = zeroblob(32) WHERE subject = ?",
               ('NTRNL-90000011',))], 'subject NTRNL-90000011: expected'),
            ('provider data in force',
             [("UPDATE subject SET in_force = zeroblob(32) WHERE"
               " subject = ?", ('NTRNL-90000011',))],
             'subject NTRNL-90000011: expected'),
            ('the hash of the last epoch',
             ['UPDATE meta SET epoch_hash = zeroblob(32)'],
             'store: expected the hash of epoch', 'signer: last epoch'),
            ('the number of the last epoch',
             ['UPDATE meta SET epoch = epoch - 1'],
             'store: expected the hash of epoch'),
            ('who is disabled', ["UPDATE disabled SET officer = 'reviewer'"],
             'store: expected the officers that the log disables'),
            ('nobody disabled', ['DELETE FROM disabled'],
             'expected 1 officers to be disabled'),
            ('the batch', ['UPDATE meta SET batch = batch + 1'],
             r'signer: batch: expected \d+, .*found \d+'),
            ('the batch before', ['UPDATE meta SET batch = batch - 1'],
             'expected batch'),
            ('a list',
             ["UPDATE list SET bytes = CAST(bytes || x'00' AS BLOB)"
              " WHERE kind = 3"],
             'scheme'),
        ]
        for name, statements, *patterns in rows:
            self.copy()
            self.sql(*statements)
            self.expect(name, *patterns)
        # A suspension that nobody decided, in leaf, row and act alike.
        self.copy()
        self.sql(update(suspend, approvals=b'\x80'))
        self.expect('a suspension by nobody', f'act {suspend}')

    # The signer.

    def signer(self):
        journal = ('data', 'signer', 'journal')
        size = os.path.getsize(os.path.join(self.source, *journal))
        for name, at in (('begin', 20), ('middle', size // 2)):
            self.copy()
            self.flip(*journal, at=at)
            self.expect(f'a bit at the {name} of the journal', 'signer')
        self.copy()
        os.truncate(self.path(*journal), size // 2)
        self.expect('half a journal', 'signer: (batch|epoch): expected')
        self.copy()
        os.unlink(self.path(*journal))
        self.expect('no journal', 'signer: expected a journal')
        # The journal alone counts, whatever the snapshot says.
        self.copy()
        with open(self.path('data', 'signer', 'snapshot'), 'wb') as f:
            f.write(b'x' * 1000)
        p = audit(self.path('conf'))
        check(p.returncode == 0, 'a bad snapshot', p.stdout, p.stderr)


def agrees(a, name):
    p = a.audit(status=None)
    check(p.returncode == 0 and p.stdout.endswith('audit: all agree\n') and
          'disagree' not in p.stdout, name, p.stdout, p.stderr)
    return p.stdout


def main(base):
    if not os.path.exists(program('keurmerkd')):
        skip('keurmerkd is not built')
    story = Story(os.path.join(base, 'a'))
    try:
        a = story.a
        agrees(a, 'at the start')
        story.tell()
        for i in (1, 2, 3, 4):
            story.suspend(i)
        story.published()
        older = os.path.join(base, 'older')
        shutil.copy(a.path('tree', 'status', '0'), older)
        for i in (2, 3):
            story.lift(i)
        for i in (3, 4, 5, 6):
            story.withdraw(i)
        story.disable()
        agrees(a, 'while it runs')
        story.published()
        text = agrees(a, 'all published')
        for want in (f'{MARKS} attestations', 'rules: ', 'tiles: '):
            check(want in text, 'expected', want, 'found', text)
        # Beside a running office that has something to do.
        for i in range(10, 20):
            story.suspend(i)
            agrees(a, f'beside suspension {i}')
        story.published()
        a.stop()
        agrees(a, 'stopped')
        damage = Damage(a.base, os.path.join(base, 'b'))
        damage.copy()
        p = audit(damage.path('conf'))
        check(p.returncode == 0, 'the copy', p.stdout, p.stderr)
        damage.tree(older)
        for part in (damage.archive, damage.store, damage.signer):
            damage.copy()
            part()
        a.start()
        agrees(a, 'started again')
        a.stop()
        print(f'{damage.found} damages, each found and named')
    finally:
        story.a.end()


if __name__ == '__main__':
    try:
        main(os.environ.get('TEST_TMP') or __import__('tempfile').mkdtemp())
    except Failed as e:
        sys.exit(f'FAILED: {e}')
