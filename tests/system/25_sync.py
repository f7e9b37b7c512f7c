#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""keurmerk sync in good order: from a server, a directory and a running
authority; epochs that follow, trust that changes; a crash at any moment, a
full disk, and a cache that somebody damaged. A hostile server is 26's.
"""
import fcntl
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time

import jsonschema

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), 'lib'))
from authority import TOP, Authority, check                     # noqa: E402
from load import Load                                           # noqa: E402
from sync_server import (KEURMERK, Server, holds, in_force,     # noqa: E402
                         make_tree, run, runs_of, same_tree, sync)

MARKS = 4500
NOW = int(time.time())
PIN = ('--trust', 't5/pin')


def answers(cache, tree='t5'):
    """What verify says from it, of a mark that is withdrawn in epoch 6."""
    p = run('verify', '--json', '--at', str(NOW), *PIN, '--tree', cache,
            f'{tree}/badge')
    return p.returncode, p.stdout, p.stderr


def trees():
    make_tree('t5', MARKS, 5, NOW)
    make_tree('t6', MARKS, 6, NOW, 'withdraw=1', after='t5')
    make_tree('t7', MARKS + 1, 7, NOW, 'withdraw=1', 'trust=3', after='t6')
    make_tree('t50', MARKS, 50, NOW)
    make_tree('revoked', MARKS, 6, NOW, 'trust=2', 'revoke')


def from_server(server, schema):
    def ask(*args, status=0):
        p = run('sync', '--json', *args, server.url, 'c')
        check(p.returncode == status, p)
        report = json.loads(p.stdout)
        schema.validate(report)
        check(report['exit'] == status, report)
        return report

    server.use('t5/tree')
    sync(server.url, 'c', status=2, says='--trust')
    check(server.requests == [], 'asked without trust', server.requests)
    server.use('gone')
    r = ask(*PIN, status=2)
    check(r['outcome'] == 'kept' and r['epoch'] is None, r)
    server.use('t5/tree')
    r = ask(*PIN)
    check(r['outcome'] == 'new' and r['complete'] and
          r['epoch']['number'] == 5 and r['status']['valid'] == MARKS, r)
    total = sum(os.path.getsize(os.path.join('t5/tree', n))
                for n in server.served)
    check(r['fetched'] == {'files': len(server.served), 'bytes': total}, r)
    agents = {h['User-Agent'] for h in server.headers}
    check(agents == {'keurmerk-sync/0.1.0'}, agents)
    for h in server.headers:
        check('Accept-Encoding' not in h and 'Cookie' not in h and
              'Authorization' not in h, h)
    same_tree('c', 't5/tree')
    check(answers('c')[0] == 0, answers('c'))

    server.forget()
    r = ask()
    check(r['outcome'] == 'same' and server.served == ['epoch'], r,
          server.served)
    check(sorted(server.requests) == ['epoch', 'trust/2'], server.requests)

    server.use('t6/tree')
    r = ask()
    check(r['outcome'] == 'new' and r['epoch']['number'] == 6 and
          r['status']['withdrawn'] == 1, r)
    # One mark was changed: of five runs one is fetched.
    new = runs_of('t6/tree') - runs_of('t5/tree')
    check(len(new) == 1 and {n for n in server.served if
          len(n) > 64} == new, server.served)
    same_tree('c', 't6/tree')
    check(answers('c')[0] == 14, answers('c'))
    # Readers that began before still have what they began with.
    check(runs_of('t5/tree') <= runs_of('c'), 'runs left too early')

    server.use('t7/tree')
    r = ask()
    check(r['epoch'] == {**r['epoch'], 'number': 7, 'trust_version': 3,
                         'attestations': MARKS + 1}, r)
    same_tree('c', 't7/tree')
    check(runs_of('c') == runs_of('t6/tree') | runs_of('t7/tree'),
          'old runs stay')
    check(sorted(n for n in os.listdir('c') if n.startswith('set-')) ==
          ['set-2', 'set-3'], os.listdir('c'))
    # From any of its trust lists, once the cache is there.
    for n in '123':
        p = run('verify', '--trust-hash', subprocess.run(
            ['sha256sum', f't7/tree/trust/{n}'], capture_output=True,
            text=True).stdout[:64], '--tree', 'c', 't7/badge')
        check(p.returncode == 14, n, p)
    # And it never goes back.
    before = in_force('c')
    for tree in 't6', 't5':
        server.use(f'{tree}/tree')
        r = ask(status=20)
        check('rollback' in r['error'] and r['epoch']['number'] == 7, r)
        holds('c', before)
    check(not schema.is_valid({**r, 'extra': 1}), 'schema is not strict')


def from_directory():
    sync('t5/tree', 'd', *PIN)
    same_tree('d', 't5/tree')
    sync('t6/tree', 'd')
    same_tree('d', 't6/tree')
    # A cache is a tree as well.
    sync('d', 'd2', '--trust', 't6/tree/trust/1')
    same_tree('d2', 't6/tree')
    for what in 'fifo', 'dir', 'sparse', 'device', 'loop':
        shutil.rmtree('bad', ignore_errors=True)
        shutil.copytree('t7/tree', 'bad')
        os.unlink('bad/epoch')
        if what == 'fifo':
            os.mkfifo('bad/epoch')
        elif what == 'dir':
            os.mkdir('bad/epoch')
        elif what == 'sparse':
            with open('bad/epoch', 'wb') as f:
                f.truncate(1 << 32)
        else:
            os.symlink('/dev/zero' if what == 'device' else 'epoch',
                       'bad/epoch')
        before = in_force('d')
        sync('bad', 'd', status=2, says='bad/epoch: ')
        holds('d', before)
    sync('nowhere', 'd', status=2, says='nowhere')
    sync('t5/pin', 'd', status=2, says='t5/pin')
    # One document of JSON, whatever is in the error.
    for name in ('\x01' * 900, 'x' * 2000, '\xff"' * 300):
        p = run('sync', '--json', name, 'd')
        report = json.loads(p.stdout)
        check(p.returncode == 2 and report['exit'] == 2, p)
        check(report['error'].startswith(name[:100]), report)


def pins():
    make_tree('other', 3, 1, NOW, 'trust=2', 'revoke')
    for args in (PIN[:1] + ('other/badge',), ('--trust-hash', '00' * 32)):
        sync('t5/tree', 'p', *args, status=20, says='none is the trust list')
    sync('t7/tree', 'p', '--trust', 't7/tree/trust/2')
    same_tree('p', 't7/tree')
    sync('t7/tree', 'p', '--trust', 't7/pin')       # of the same authority
    sync('t7/tree', 'p', '--trust', 'other/tree/trust/2', status=20,
         says='none is the trust list')
    # A list may not lack, be another, or be too little signed.
    shutil.copytree('t7/tree', 'lists')
    os.unlink('lists/trust/3')
    sync('lists', 'q', *PIN, status=20, says='trust/3: is missing')
    shutil.copy('other/tree/trust/2', 'lists/trust/2')
    sync('lists', 'q', *PIN, status=20)
    shutil.copy('t5/tree/trust/1', 'lists/trust/2')
    sync('lists', 'q', *PIN, status=20, says='trust/2: expected')
    os.unlink('lists/trust/1')
    sync('lists', 'q', *PIN, status=2, says='lists/trust/1: not found')


def revoked():
    """What a revoked key had us remember is dropped; else it stays."""
    sync('t50/tree', 'r', *PIN)
    sync('t6/tree', 'r', status=20, says='rollback')
    sync('revoked/tree', 'r')
    same_tree('r', 'revoked/tree')
    # The list that revokes it was seen: without it nothing goes.
    shutil.rmtree('r/set-1', ignore_errors=True)
    sync('t50/tree', 'r', status=20)


def lagging():
    """Still good, and old: said, and taken."""
    make_tree('late', 3, 9, NOW - 2 * 86400)
    sync('late/tree', 'lag', '--trust', 'late/pin',
         says='more than a day old')
    make_tree('early', 3, 9, NOW + 86400)
    sync('early/tree', 'lag2', '--trust', 'early/pin', status=20,
         says='is the clock of this computer right')


def directories():
    os.mkdir('home')
    with open('home/letter', 'w') as f:
        f.write('mine')
    sync('t5/tree', 'home', *PIN, status=2, says='expected an empty dir')
    check(os.listdir('home') == ['letter'], os.listdir('home'))
    sync('t5/tree', 'home/letter', *PIN, status=2, says='home/letter')
    sync('t5/tree', 'no/where', *PIN, status=2, says='no/where')
    sync('t5/tree', 'l', *PIN)
    with open('l/lock') as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        sync('t5/tree', 'l', status=2, says='another keurmerk sync')
    sync('t5/tree', 'l')
    for args in ((), ('one',), ('a', 'b', 'c'), ('--timeout', '0', 'a', 'b'),
                 ('--timeout', '9x', 'a', 'b'), ('--lang', 'fr', 'a', 'b'),
                 ('--trust-hash', 'abc', 'a', 'b'), ('--what', 'a', 'b'),
                 ('--trust', 'none', 'a', 'b')):
        check(run('sync', *args).returncode == 2, args)
    check(not os.path.exists('b'), 'a directory was made of wrong usage')


def damaged():
    """By hand: repaired, or said."""
    def spoil(path, how):
        path = os.path.join('x', path)
        if how == 'gone':
            os.unlink(path)
        elif how == 'cut':
            os.truncate(path, os.path.getsize(path) // 2)
        elif how == 'dir':
            os.unlink(path)
            os.mkdir(path)
        else:
            with open(path, 'r+b') as f:
                f.seek(os.path.getsize(path) // 2)
                byte = f.read(1)
                f.seek(-1, 1)
                f.write(bytes([byte[0] ^ 4]))

    run_ = sorted(runs_of('t5/tree'))[2]
    for path in (run_, 'register/index/5', 'set-1/epoch', 'set-1/trust/1',
                 'set-1/status/0', 'set-1/bodies.json',
                 'scheme/voorbeeld/1.json'):
        for how in 'gone', 'cut', 'flip':
            shutil.rmtree('x', ignore_errors=True)
            sync('t5/tree', 'x', *PIN)
            spoil(path, how)
            p = sync('t5/tree', 'x')
            same_tree('x', 't5/tree')
            check('Nothing was new' not in p.stdout or
                  path.startswith('scheme') or path == run_ or
                  'index' in path, path, how, p.stdout)
            check(answers('x')[0] == 0, path, how, answers('x'))
            sync('t5/tree', 'x', says='Nothing was new')
    for path in 'trust', 'epoch', 'status', 'bodies.json', 'current':
        spoil(path, 'gone')
        sync('t5/tree', 'x')
        same_tree('x', 't5/tree')
    os.unlink('x/current')
    os.symlink('set-77', 'x/current')
    sync('t5/tree', 'x')
    same_tree('x', 't5/tree')
    # A directory in a file's place is somebody's: it is said, not removed.
    spoil(run_, 'dir')
    sync('t5/tree', 'x', status=2, says=run_)
    os.rmdir(os.path.join('x', run_))
    spoil('epoch', 'dir')
    sync('t6/tree', 'x', status=2, says='x/epoch')
    os.rmdir('x/epoch')
    sync('t6/tree', 'x')
    same_tree('x', 't6/tree')
    # Without its memory it cannot be told what was seen last.
    with open('x/memory', 'rb') as f:
        memory = f.read()
    spoil('memory', 'flip')     # of a hash, which may be another one then
    sync('t7/tree', 'x', *PIN, status=20)
    with open('x/memory', 'wb') as f:
        f.write(memory)
    spoil('memory', 'cut')
    sync('t7/tree', 'x', *PIN, status=20, says='x/memory is damaged')
    spoil('memory', 'gone')
    sync('t7/tree', 'x', *PIN, status=2, says='memory')
    same_tree('x', 't6/tree')


def strace(*args):
    """Run sync from t6 into c under strace; None where that cannot be."""
    if shutil.which('strace') is None:
        return None
    return subprocess.run(
        ['/usr/bin/strace', '-f', '-o', 'strace.log', *args, KEURMERK, 'sync',
         't6/tree', 'k'], capture_output=True, text=True, timeout=60)


def crashes():
    """kill -9 at every write to the disk: the old set, or the new one."""
    sync('t5/tree', 'k0', *PIN)
    before, said = in_force('k0'), answers('k0')
    shutil.copytree('k0', 'k', symlinks=True)
    p = strace('-e', 'trace=openat', '-e', 'inject=openat:signal=KILL:when=9')
    if p is None or p.returncode not in (-9, 137):
        print('strace cannot inject here: crashes were not tried')
        return
    new = 0
    for call in 'openat', 'renameat', 'fdatasync', 'fsync', 'symlinkat', \
            'unlinkat':
        step = 7 if call == 'openat' else 1
        for n in range(1, 10000, step):
            shutil.rmtree('k', ignore_errors=True)
            shutil.copytree('k0', 'k', symlinks=True)
            p = strace('-e', 'trace=' + call, '-e',
                       f'inject={call}:signal=KILL:when={n}')
            if p.returncode == 0:
                break
            if in_force('k')['epoch'] == before['epoch']:
                holds('k', before)
                check(answers('k') == said, call, n, answers('k'))
            else:
                same_tree('k', 't6/tree')
                check(answers('k')[0] == 14, call, n, answers('k'))
                new += 1
            sync('t6/tree', 'k')
            same_tree('k', 't6/tree')
            check(answers('k')[0] == 14, call, n, answers('k'))
        check(n > 1, call, 'is not used')
    check(new > 0, 'no crash came after the switch')
    # A disk that fails, and one that is full.
    for call, error in (('fdatasync', 'EIO'), ('write', 'ENOSPC'),
                        ('renameat', 'ENOSPC'), ('fsync', 'EIO')):
        for n in 1, 2, 4:
            shutil.rmtree('k', ignore_errors=True)
            shutil.copytree('k0', 'k', symlinks=True)
            # Of write only the one: it has to say so as well.
            p = strace('-e', 'trace=' + call, '-e',
                       f'inject={call}:error={error}:when={n}' +
                       ('' if call == 'write' else '+'))
            check(p.returncode == 2 and p.stderr.startswith('keurmerk: '),
                  call, n, p)
            if call != 'fsync':     # the pointer may have been written
                holds('k', before)
                check(answers('k') == said, call, n, answers('k'))
            sync('t6/tree', 'k')
            same_tree('k', 't6/tree')


def full_disk():
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100000, 100000))

    sync('t5/tree', 'f', *PIN)
    before, said = in_force('f'), answers('f')
    sync('t6/tree', 'f', status=2, preexec_fn=limit,
         says=('register/', 'epoch 5', 'stays in force'))
    holds('f', before)
    check(answers('f') == said, answers('f'))
    sync('t6/tree', 'f')
    same_tree('f', 't6/tree')


def sockets(server):
    """keurmerk itself opens none, and gives keurmerk-sync no environment."""
    if shutil.which('strace') is None:
        return
    server.use('t5/tree')
    env = {'http_proxy': 'http://127.0.0.1:9', 'HTTPS_PROXY': 'x',
           'all_proxy': 'http://127.0.0.1:9', 'PATH': '/nonexistent',
           'LD_BIND_NOW': '1'}
    p = subprocess.run(
        ['/usr/bin/strace', '-f', '-v', '-o', 'net.log', '-e',
         'trace=network,execve', KEURMERK, 'sync', *PIN, server.url, 'n'],
        capture_output=True, text=True, env=env)
    if p.returncode != 0 and 'ptrace' in p.stderr:
        return
    check(p.returncode == 0, p)
    execs, callers = {}, set()
    with open('net.log') as f:
        for line in f:
            pid, call = line.split(None, 1)
            if call.startswith('execve('):
                execs[pid] = call
            elif call.startswith(('socket(', 'connect(')):
                callers.add(pid)
    fetchers = {p for p, c in execs.items() if 'keurmerk-sync"' in c}
    check(len(execs) == 2 and len(fetchers) == 1, execs)
    parent = (set(execs) - fetchers).pop()
    check(callers and parent not in callers, callers, execs)
    for pid, call in execs.items():
        if pid != parent:
            check('_proxy' not in call and 'LD_BIND_NOW' not in call, call)
    for args in (('verify', *PIN, '--tree', 'n', 't5/badge'),
                 ('show', 't5/badge')):
        subprocess.run(['/usr/bin/strace', '-f', '-o', 'net.log', '-e',
                        'trace=network', KEURMERK, *args],
                       capture_output=True)
        with open('net.log') as f:
            text = f.read()
        check('(' not in text.replace('+++', ''), args, text)


def authority():
    """A real one, while it goes on publishing."""
    a = Authority(os.path.abspath('authority'))
    os.mkdir(a.base)
    try:
        a.create()
        a.start()
        load = Load(a, providers=6)
        load.setup()
        office = load.office()
        for subject in load.subjects:
            load.grant(office, subject)
        trust = ('--trust', a.path('trust-1'))
        sync(a.url, 'a', *trust, says='complete')
        load.run()
        for _ in range(8):
            sync(a.url, 'a', says='complete')
            time.sleep(0.2)
        load.stop()
        load.withdraw(office)
        office.close()
        end = time.monotonic() + 10
        while True:
            p = sync(a.url, 'a', '--json')
            r = json.loads(p.stdout)
            if r['status']['withdrawn'] > 0 and r['outcome'] == 'same':
                break
            check(time.monotonic() < end, 'no withdrawal is seen', r)
        # Until it stops it goes on publishing. Then: as it left the tree,
        # and copied to a stick.
        a.stop()
        with open(a.path('tree', 'epoch'), 'rb') as f:
            last = f.read()
        for cache in 'a', 'stick':
            sync(a.path('tree'), cache, *trust)
            check(in_force(cache)['epoch'] == last, cache, 'not the last')
    finally:
        a.end()


def main():
    os.chdir(os.environ.get('TEST_TMP') or tempfile.mkdtemp())
    with open(os.path.join(TOP, 'schemas/sync.schema.json')) as f:
        schema = json.load(f)
    jsonschema.Draft202012Validator.check_schema(schema)
    schema = jsonschema.Draft202012Validator(schema)
    trees()
    server = Server('t5/tree')
    from_server(server, schema)
    from_directory()
    pins()
    revoked()
    lagging()
    directories()
    damaged()
    full_disk()
    sockets(server)
    crashes()
    authority()
    server.end()
    print('epochs, trust, damage, crashes and a running authority: as it must')


main()
