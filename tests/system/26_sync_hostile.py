#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""keurmerk sync from a server that means harm, or is broken: whatever it
does, the message names the file and what was expected, what was in force
stays in force byte for byte, and the next sync from an honest server goes on
from there. Interrupted at every file by either side.
"""
import gzip
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), 'lib'))
from authority import check, program                            # noqa: E402
from sync_server import (KEURMERK, Server, holds, in_force,     # noqa: E402
                         make_tree, run, runs_of, same_tree, sync)

MARKS = 3500
NOW = int(time.time())
PIN = ('--trust', 't5/pin')
cases = 0


def trees():
    make_tree('t5', MARKS, 5, NOW)
    make_tree('t6', MARKS, 6, NOW, 'withdraw=1', 'trust=2', after='t5')
    make_tree('t4', MARKS, 4, NOW)
    make_tree('fork5', MARKS, 5, NOW, 'fork')
    make_tree('fork6', MARKS, 6, NOW, 'withdraw=1', after='t4')
    make_tree('over', MARKS, 7, NOW, 'over', 'trust=2', after='t6')
    make_tree('stranger', MARKS, 7, NOW, 'trust=2', 'revoke', after='t6')


def answers(cache):
    p = run('verify', '--json', '--at', str(NOW), *PIN, '--tree', cache,
            't5/badge')
    return p.returncode, p.stdout, p.stderr


def fresh(cache):
    shutil.rmtree(cache, ignore_errors=True)
    shutil.copytree('good', cache, symlinks=True)
    return in_force(cache)


# What a server may do with one file.

def own(data):
    return lambda h, path, n: h.answer(200, data)


def of_tree(tree, name=None):
    def act(h, path, n):
        with open(os.path.join(tree, name or path), 'rb') as f:
            h.answer(200, f.read())
    return act


def flipped(h, path, n):
    with open(os.path.join(h.server.tree, path), 'rb') as f:
        data = bytearray(f.read())
    data[len(data) // 2] ^= 1
    h.answer(200, bytes(data))


def status_of(status):
    return lambda h, path, n: h.answer(status, b'<html>no</html>')


def endless(h, path, n):
    h.send_response(200)
    h.send_header('Transfer-Encoding', 'chunked')
    h.end_headers()
    while True:
        h.wfile.write(b'10000\r\n' + bytes(65536) + b'\r\n')


def huge(h, path, n):
    h.send_response(200)
    h.send_header('Content-Length', str(1 << 40))
    h.end_headers()
    while True:
        h.wfile.write(bytes(65536))


def until_close(h, path, n):
    """HTTP/1.0's way: no length, and so no end."""
    h.wfile.write(b'HTTP/1.0 200 OK\r\n\r\n')
    while True:
        h.wfile.write(bytes(65536))


def longer(h, path, n):
    with open(os.path.join(h.server.tree, path), 'rb') as f:
        data = f.read()
    h.send_response(200)
    h.send_header('Content-Length', str(len(data) + 7))
    h.end_headers()
    h.wfile.write(data)
    h.cut()


def shorter(h, path, n):
    with open(os.path.join(h.server.tree, path), 'rb') as f:
        data = f.read()
    h.send_response(200)
    h.send_header('Content-Length', str(len(data) - 7))
    h.end_headers()
    h.wfile.write(data)
    h.cut()


def redirect(to):
    return lambda h, path, n: h.answer(302, b'', Location=to + '/' + path)


def packed(coding):
    def act(h, path, n):
        with open(os.path.join(h.server.tree, path), 'rb') as f:
            h.answer(200, gzip.compress(f.read()), Content_Encoding=coding)
    return act


def bomb(h, path, n):
    h.answer(200, gzip.compress(bytes(1 << 28), 9), Content_Encoding='gzip')


def transfer_bomb(h, path, n):
    body = gzip.compress(bytes(1 << 28), 9)
    h.wfile.write(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n'
                  b'\r\n%x\r\n%s\r\n0\r\n\r\n' % (len(body), body))


def no_headers_end(h, path, n):
    h.wfile.write(b'HTTP/1.1 200 OK\r\n')
    while True:
        h.wfile.write(b'X-%d: %s\r\n' % (n, b'x' * 1000))


def words(text):
    def act(h, path, n):
        h.wfile.write(text)
        h.cut()
    return act


def drip(h, path, n):
    h.send_response(200)
    h.send_header('Content-Length', '400')
    h.end_headers()
    while True:
        h.wfile.write(b'x')
        time.sleep(0.3)


def silence(h, path, n):
    time.sleep(60)


def case(server, tree, status, says, *args, **acts):
    """Serve this tree, with these paths otherwise, to a cache at epoch 5."""
    global cases
    before = fresh('c')
    server.use(tree)
    for path, act in acts.items():
        server.acts[path.replace('__', '/').replace('_json', '.json')] = act
    p = sync(server.url, 'c', *args, status=status, says=says)
    holds('c', before)
    check(answers('c') == SAID, answers('c'))
    # Then an honest one: it goes on.
    server.use('t6/tree')
    sync(server.url, 'c')
    same_tree('c', 't6/tree')
    check(answers('c')[0] == 14, answers('c'))
    cases += 1
    return p


def epochs(server):
    case(server, 't4/tree', 20, ('epoch: expected number 5 or later, found 4',
                                 'rollback', 'epoch 5 of'))
    case(server, 'fork5/tree', 20, ('two different epochs', 'fork'))
    case(server, 'fork6/tree', 20, ('two different epochs', 'fork'))
    case(server, 'over/tree', 20, ('stands still', 'number 7'))
    # Another key than the trust list has signed it.
    case(server, 't6/tree', 20, ('epoch: expected the epoch of this auth',
                                 'unknown-key'),
         epoch=of_tree('stranger/tree'))
    case(server, 't6/tree', 20, ('epoch: expected', 'signature'),
         epoch=lambda h, path, n: h.answer(200, turned('t6/tree/epoch')))
    for data in (b'', b'\x00', b'<html>hello</html>' * 9, bytes(1024)):
        case(server, 't6/tree', 20, 'epoch: expected the epoch',
             epoch=own(data))
    case(server, 't6/tree', 20, 'epoch: expected the epoch',
         epoch=of_tree('t6/tree', 'status/0'))
    for status in 404, 410:
        case(server, 't6/tree', 2, 'epoch: not found',
             epoch=status_of(status))
    for status in 500, 503, 403, 204, 206, 304:
        case(server, 't6/tree', 2, ('epoch', str(status)) if status != 304
             else 'epoch', epoch=status_of(status))


def turned(path):
    """The last bit of its signature."""
    with open(path, 'rb') as f:
        data = bytearray(f.read())
    data[-1] ^= 1
    return bytes(data)


def files(server, other):
    run_ = sorted(runs_of('t6/tree') - runs_of('t5/tree'))[0]
    names = {       # status when it is missing, when it is not itself
        'epoch': (2, 20), 'trust/2': (20, 20), 'status/0': (20, 20),
        'bodies.json': (20, 20), 'register/index/6': (20, 20),
        run_: (20, 20)}
    for name, (missing, swapped) in names.items():
        with_ = {name.replace('/', '__').replace('.json', '_json'): None}
        key = next(iter(with_))

        def one(status, says, act, *args):
            case(server, 't6/tree', status, (name,) + says, *args,
                 **{key: act})
        one(missing, (), status_of(404))
        one(swapped, ('expected',), flipped)
        one(swapped, ('expected',), own(b'junk'))
        old = 't5/tree/' + name
        if name != 'epoch' and os.path.exists(old):
            one(20, ('expected',), of_tree('t5/tree'))
        # What follows is said before it matters what is fetched: two of them
        # here, all of them in soak.
        if name not in ('epoch', run_) and 'SYNC_ALL' not in os.environ:
            continue
        one(2, ('found 500',), status_of(500))
        one(2, ('at most',), endless)
        one(2, ('at most',), huge)
        one(2, ('at most',), until_close)
        one(2, ('cut off',), longer)
        # What is left over may be read as the next answer's beginning.
        case(server, 't6/tree', (2, 20), (), **{key: shorter})
        one(2, ('redirect', other.url), redirect(other.url))
        one(2, ('redirect',), redirect(server.url + '/..'))
        one(2, ('Content-Encoding: gzip',), packed('gzip'))
        one(2, (), bomb)
        one(2, (), transfer_bomb)
        one(20, (), words(b'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n'
                          b'Content-Length: 8\r\n\r\n12345678'))
        one(2, (), words(b'SSH-2.0-OpenSSH_9\r\n'))
        one(2, (), words(b''))
        one(2, (), no_headers_end)
    # The same part of the register as it was: well-formed, of the same marks.
    was = sorted(runs_of('t5/tree') - runs_of('t6/tree'))[0]
    case(server, 't6/tree', 20, (run_, 'expected part', 'proof'),
         **{run_.replace('/', '__'): of_tree('t5/tree', was)})
    check(other.requests == [], 'another host was asked', other.requests)
    # In a cache that has none yet, and of a scheme.
    for act, says in ((flipped, 'scheme/voorbeeld/1.json'),
                      (status_of(404), 'scheme/voorbeeld/1.json')):
        server.use('t6/tree')
        server.acts['scheme/voorbeeld/1.json'] = act
        shutil.rmtree('s', ignore_errors=True)
        sync(server.url, 's', *PIN, status=20, says=says)
        check(in_force('s').keys() == {'current'}, in_force('s').keys())
        server.use('t6/tree')
        sync(server.url, 's')
        same_tree('s', 't6/tree')


def slow(server):
    run_ = sorted(runs_of('t6/tree') - runs_of('t5/tree'))[0]
    p = case(server, 't6/tree', 2, ('epoch', 'too slow'), epoch=drip)
    check(p.seconds < 30, 'a drip was borne for', p.seconds)
    for act in silence, drip:
        p = case(server, 't6/tree', 2, 'the time that was given',
                 '--timeout', '2', **{run_.replace('/', '__'): act})
        check(p.seconds < 8, 'took', p.seconds)


def publishing(server):
    """The source publishes while it is read: look again, go on."""
    def switch(h, path, n):
        h.server.tree = 't6/tree'
        h.server.acts = {}
        return False
    for path in ('status/0', 'bodies.json'):
        fresh('c')
        server.use('t5/tree')
        shutil.rmtree('c')
        server.acts[path] = switch
        sync(server.url, 'c', *PIN)
        same_tree('c', 't6/tree')
    # One that never comes to rest is given up.
    case(server, 't6/tree', 20, 'status/0 to 0: expected the status lists',
         status__0=of_tree('t5/tree'))
    check(server.requests.count('epoch') < 20, server.requests)


def shards(server):
    """Lists of one tree in each other's place."""
    make_tree('wide', 65536 + 10, 6, NOW, 'trust=2', after='t5')
    server.use('wide/tree')
    server.acts['status/1'] = of_tree('wide/tree', 'status/0')
    before = fresh('c')
    sync(server.url, 'c', status=20, says='status/1: expected the status list'
         ' https://keurmerk.example/status/1')
    holds('c', before)
    server.use('wide/tree')
    sync(server.url, 'c')
    same_tree('c', 'wide/tree')


def interrupted(server):
    """By the server at every file, and by kill -9 at every file."""
    server.use('t6/tree')
    fresh('c')
    sync(server.url, 'c')
    total = len(server.requests)
    for k in range(1, total + 1):
        before = fresh('c')
        server.use('t6/tree')
        server.each = lambda h, path, n: h.cut() if n >= k else False
        sync(server.url, 'c', status=2)
        holds('c', before)
        check(answers('c') == SAID, answers('c'))
        resume(server)
    for k in range(1, total + 1):
        before = fresh('c')
        server.use('t6/tree')
        reached, release = threading.Event(), threading.Event()

        def hang(h, path, n):
            if n < k:
                return False
            reached.set()
            release.wait(20)
            return h.cut()
        server.each = hang
        p = subprocess.Popen([KEURMERK, 'sync', server.url, 'c'],
                             stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, env={})
        check(reached.wait(20), 'request', k, 'never came')
        time.sleep(0.05)
        children = fetchers(p.pid)
        check(len(children) == 1, children)
        p.send_signal(signal.SIGKILL)
        p.wait()
        end = time.monotonic() + 5
        while any(alive(c) for c in children):
            check(time.monotonic() < end, 'keurmerk-sync was left behind')
            time.sleep(0.02)
        release.set()
        holds('c', before)
        check(answers('c') == SAID, answers('c'))
        resume(server)
    # Of keurmerk-sync alone.
    before = fresh('c')
    server.use('t6/tree')
    reached = threading.Event()

    def wait(h, path, n):
        reached.set()
        time.sleep(1)
        return h.cut()
    server.each = wait
    p = subprocess.Popen([KEURMERK, 'sync', '--lang', 'en', server.url, 'c'],
                         stderr=subprocess.PIPE, text=True, env={})
    check(reached.wait(20), 'no request came')
    for child in fetchers(p.pid):
        os.kill(child, signal.SIGKILL)
    err = p.communicate(timeout=20)[1]
    check(p.returncode == 2 and 'keurmerk-sync ended' in err, p.returncode,
          err)
    holds('c', before)
    resume(server)


def resume(server):
    """Go on; runs that had come are not asked for again."""
    had = runs_of('c')
    server.use('t6/tree')
    sync(server.url, 'c')
    same_tree('c', 't6/tree')
    check(not had & set(server.requests), 'fetched again',
          had & set(server.requests))


def fetchers(pid):
    found = []
    for p in os.listdir('/proc'):
        if p.isdigit():
            try:
                with open(f'/proc/{p}/stat') as f:
                    if int(f.read().rsplit(')', 1)[1].split()[1]) == pid:
                        found.append(int(p))
            except OSError:
                pass
    return found


def alive(pid):
    try:
        with open(f'/proc/{pid}/stat') as f:
            return f.read().rsplit(')', 1)[1].split()[0] != 'Z'
    except OSError:
        return False


def addresses():
    """What it may speak with at all."""
    for url, says in (
            ('http://192.0.2.1', 'expected https://'),
            ('http://localhost:1', 'expected https://'),
            ('http://127.0.0.1.example:1', 'expected https://'),
            ('http://127.1:1', 'expected https://'),
            ('http://u:p@127.0.0.1:1', 'without a name'),
            ('https://u@keurmerk.example', 'without a name'),
            ('https://keurmerk.example/?a', 'without a name'),
            ('ftp://127.0.0.1', 'expected https://'),
            ('file:///etc/passwd', 'expected https://'),
            ('HTTP://127.0.0.1:1', 'expected https://'),
            ('https://' + 'x' * 3000, ''),
            ('http://127.0.0.1:1', 'trust/2: ')):
        before = fresh('c')
        sync(url, 'c', status=2, says=says)
        holds('c', before)


def tls():
    def certificate(name, host):
        subprocess.run(
            ['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
             'ec_paramgen_curve:P-256', '-nodes', '-keyout', name + '.key',
             '-out', name + '.pem', '-subj', '/CN=test', '-addext',
             'subjectAltName=' + host, '-days', '2'],
            check=True, capture_output=True)
        return name + '.pem', name + '.key'
    right = certificate('right', 'IP:127.0.0.1')
    wrong = certificate('wrong', 'DNS:other.example')
    server = Server('t6/tree', right)
    before = fresh('c')
    sync(server.url, 'c', status=2, says=('trust/2', 'certificate'))
    sync(server.url, 'c', '--ca', 'wrong.pem', status=2, says='certificate')
    sync(server.url, 'c', '--ca', 'none.pem', status=2)
    holds('c', before)
    # The surroundings vouch for nothing.
    sync(server.url, 'c', status=2, env={
        'SSL_CERT_FILE': os.path.abspath('right.pem'),
        'CURL_CA_BUNDLE': os.path.abspath('right.pem'),
        'SSLKEYLOGFILE': os.path.abspath('keylog')})
    sync(server.url, 'c', '--ca', 'right.pem')
    same_tree('c', 't6/tree')
    check(not os.path.exists('keylog'), 'the session keys were written')
    server.end()
    server = Server('t6/tree', wrong)
    fresh('c')
    sync(server.url, 'c', '--ca', 'wrong.pem', status=2, says='trust/2')
    check(server.requests == [], 'it was asked before it was verified')
    server.end()


def requests():
    """keurmerk-sync itself: what it is asked may not climb or shout."""
    def ask(text, *args):
        p = subprocess.run([program('keurmerk-sync'), *args], input=text,
                           capture_output=True, timeout=20)
        return p.returncode, p.stdout
    url = 'http://127.0.0.1:1'
    for line in (b'x epoch\n', b'10\n', b'10 \n', b'10 ../x\n', b'10 /x\n',
                 b'10 a//b\n', b'10 a b\n', b'-1 epoch\n', b' 1 epoch\n',
                 b'10 EPOCH\n', b'10 x?y\n', b'10 %2e\n', b'10 ' +
                 b'x' * 300 + b'\n', b'99999999999999999999 epoch\n'):
        status, out = ask(line, url)
        check(status == 2 and out.startswith(b'broken '), line, out)
    check(ask(b'', url) == (0, b''), 'nothing asked')
    check(ask(b'10 epo', url)[1] == b'', 'half a line')
    for args in ((), ('-x', url), ('-t', '0', url), (url, url)):
        check(ask(b'', *args)[0] == 2, args)


FAKE = """#!/usr/bin/python3
import sys, time
name = b''
while name != b'epoch':
    name = sys.stdin.buffer.readline().split()[1]
    if name != b'epoch':
        sys.stdout.buffer.write(b'absent 0 ' + name + b'\\n')
        sys.stdout.buffer.flush()
sys.stdout.buffer.write(%r)
sys.stdout.buffer.flush()
%s
"""


def fetcher():
    """keurmerk-sync taken over by what it spoke with; and where it is."""
    os.makedirs('own/bin')
    shutil.copy(KEURMERK, 'own/bin/keurmerk')

    def ask(*args):
        return subprocess.run(
            ['own/bin/keurmerk', 'sync', '--lang', 'en', '--timeout', '1',
             *args, 'https://127.0.0.1:1', 'c'], capture_output=True,
            text=True, timeout=30, env={'PATH': os.path.dirname(KEURMERK)})
    before = fresh('c')
    p = ask()
    check(p.returncode == 2 and 'not found' in p.stderr, p)
    for place in 'own/bin', 'own/libexec/keurmerk':
        os.makedirs(place, exist_ok=True)
        shutil.copy(program('keurmerk-sync'), place)
        p = ask()
        check(p.returncode == 2 and 'trust/2' in p.stderr, place, p)
        os.unlink(place + '/keurmerk-sync')
    for answer, then in (
            (b'', ''), (b'\n', ''), (b'ok\n', ''), (b'ok 3\n', ''),
            (b'ok 3 epoch', ''), (b'ok 3 epoch\nxx', ''),
            (b'ok 9 status/0\n123456789', ''), (b'ok -1 epoch\n', ''),
            (b'ok 1025 epoch\n' + bytes(1025), ''),
            (b'ok 99999999999999999999999 epoch\n', ''),
            (b'ok 1 ../../../epoch\nx', ''), (b'absent 5 epoch\n12345', ''),
            (b'failed 99999 epoch\n' + b'x' * 99999, ''),
            (b'broken 99999 -\n' + b'x' * 99999, ''),
            (b'great 0 epoch\n', ''), (b'x' * 100000, ''),
            (b'ok 5 epoch\n', 'time.sleep(60)')):
        with open('own/bin/keurmerk-sync', 'w') as f:
            f.write(FAKE % (answer, then))
        os.chmod('own/bin/keurmerk-sync', 0o755)
        p = ask()
        check(p.returncode == 2 and 'keurmerk-sync ended' in p.stderr,
              answer[:40], p)
        holds('c', before)
    # What it says of a failure may not steer a terminal.
    with open('own/bin/keurmerk-sync', 'w') as f:
        f.write(FAKE % (b'failed 12 epoch\n\x1b[2Jhello\x9b2K', ''))
    p = ask()
    check(p.returncode == 2 and '\x1b' not in p.stderr and
          'hello' in p.stderr, p)
    holds('c', before)


def main():
    global SAID
    os.chdir(os.environ.get('TEST_TMP') or tempfile.mkdtemp())
    trees()
    sync('t5/tree', 'good', *PIN)
    SAID = answers('good')
    check(SAID[0] == 0, SAID)
    server, other = Server('t6/tree'), Server('t6/tree')
    epochs(server)
    files(server, other)
    slow(server)
    publishing(server)
    shards(server)
    interrupted(server)
    addresses()
    tls()
    requests()
    fetcher()
    server.end()
    other.end()
    check(cases > 65, 'only', cases, 'cases were tried')
    print(cases, 'ways to do harm: all seen, and nothing lost')


main()
