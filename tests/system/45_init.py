#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""keurmerkd init begins an authority once: what is there is never gone over,
and an init that cannot go on leaves nothing that stands in the next one's way.
"""
import os
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                'lib'))
from authority import Authority, Failed, TOP, check, program, skip  # noqa

SCHEME = os.path.join(TOP, 'schemas', 'scheme.json')


def init(a, *args, status, says=()):
    p = a.daemon_run('init', *args, status=status)
    for text in (says,) if isinstance(says, str) else says:
        check(text in p.stdout + p.stderr, 'init', *args, ': expected', text,
              'found', p.stdout, p.stderr)
    return p


def files(a):
    """Names, modes and contents of all of data."""
    found = {}
    for top, dirs, names in os.walk(a.path('data')):
        for name in dirs + names:
            path = os.path.join(top, name)
            data = b''
            if name in names:
                with open(path, 'rb') as f:
                    data = f.read()
            found[path] = (os.stat(path).st_mode, data)
    return found


def unchanged(a, *args, status=1, says=()):
    before = files(a)
    init(a, *args, status=status, says=says)
    check(files(a) == before, 'init', *args, 'changed something')


def keys(a):
    out = a.path('signer.pub')
    os.unlink(out)
    shutil.rmtree(a.path('data'))
    os.mkdir(a.path('data'), 0o700)
    # A file that is there is not written over, and nothing begins.
    a.write('there', 'x')
    unchanged(a, 'keys', a.path('there'), says='expected a new file')
    check(files(a) == {}, 'made', files(a))
    unchanged(a, 'keys', a.path('none', 'out'), says='none/out')
    # A directory that is not empty is somebody's.
    os.mkdir(a.path('data', 'office'))
    a.write('data/office/precious', 'x')
    init(a, 'keys', out, status=1,
         says=('data/office: expected nothing there, found precious',))
    check(not os.path.exists(out), 'wrote keys of nobody')
    check(not os.path.exists(a.path('data', 'signer', 'keys')), 'made keys')
    os.unlink(a.path('data', 'office', 'precious'))
    init(a, 'keys', out, status=0, says=('Next:', out))
    for name, mode in (('signer', 0o700), ('office', 0o700),
                       ('spool', 0o700), ('signer/keys', 0o700)):
        found = os.stat(a.path('data', name)).st_mode & 0o777
        check(found == mode, name, 'has mode', oct(found))
    for name in os.listdir(a.path('data', 'signer', 'keys')):
        found = os.stat(a.path('data', 'signer', 'keys', name)).st_mode
        check(found & 0o777 == 0o600, name, 'has mode', oct(found))
    with open(out, 'rb') as f:
        public = f.read()
    check(public[:1] == b'\x82' and len(public) < 300, 'public', public)
    # Once.
    unchanged(a, 'keys', a.path('again'), says='expected nothing there')
    check(not os.path.exists(a.path('again')), 'left a file')


def begin(a, papers):
    trust, officers, act, scheme = papers
    store = a.path('data', 'office', 'store.db')
    journal = a.path('data', 'signer', 'journal')
    a.write('empty', '')
    a.write('large', 'x' * 2_000_000)

    def nothing(*args, says):
        unchanged(a, *args, says=says)
        check(not os.path.exists(store) and not os.path.exists(journal),
              'init', *args, 'left something')

    nothing(a.path('none'), officers, act, scheme, says='none: expected')
    nothing(trust, a.path('empty'), act, scheme, says='found an empty file')
    for i in range(4):
        bad = list(papers)
        bad[i] = a.path('large')
        nothing(*bad, says='large: expected')
    # Papers that are not what they should be; each by the signer itself.
    nothing(officers, trust, act, scheme, says='trust')
    nothing(trust, trust, act, scheme, says='officers')
    nothing(trust, officers, trust, scheme, says='scheme')
    for i in range(3):
        with open(papers[i], 'rb') as f:
            data = bytearray(f.read())
        data[-1] ^= 1
        with open(a.path('bad'), 'wb') as f:
            f.write(data)
        bad = list(papers)
        bad[i] = a.path('bad')
        nothing(*bad, says=('warning',))
    with open(scheme, 'rb') as f:
        data = f.read().replace(b'substantial', b'substantiaal', 1)
    with open(a.path('bad'), 'wb') as f:
        f.write(data)
    nothing(trust, officers, act, a.path('bad'), says='scheme')
    # Another's tree.
    os.mkdir(a.path('tree', 'epochs'))
    nothing(*papers, says='give this authority a tree of its own')
    os.rmdir(a.path('tree', 'epochs'))
    # What an init leaves that was cut off between store and journal.
    with open(store, 'wb') as f:
        f.write(b'x')
    unchanged(a, *papers, says='remove it and run init again')
    os.unlink(store)
    init(a, *papers, status=0, says=('has begun', 'keurmerkd run'))
    unchanged(a, *papers, says='init never goes over what is there')
    unchanged(a, 'keys', a.path('again'), says='expected nothing there')
    for args in ((), ('keys',), ('keys', 'a', 'b'), papers[:3],
                 (*papers, 'x')):
        unchanged(a, *args, status=2, says='usage')


def main(base):
    if not os.path.exists(program('keurmerkd')):
        skip('keurmerkd is not built')
    a = Authority(os.path.join(base, 'a'))
    os.mkdir(a.base)
    a.create()
    papers = [a.path('trust-1'), a.path('officers-1'), a.path('scheme-1'),
              SCHEME]
    # Papers name the signer's keys: those stay, what init made does not.
    shutil.copytree(a.path('data'), a.path('data.1'))
    keys(a)
    # With keys that the trust list does not name nothing begins.
    p = init(a, *papers, status=1)
    check('key' in p.stderr, 'keys of another', p.stderr)
    shutil.rmtree(a.path('data', 'signer'))
    os.mkdir(a.path('data', 'signer'), 0o700)
    unchanged(a, *papers, says='run `keurmerkd init keys OUT` first')
    shutil.rmtree(a.path('data'))
    os.mkdir(a.path('data'), 0o700)
    for name in ('signer', 'office', 'spool'):
        os.mkdir(a.path('data', name), 0o700)
    shutil.copytree(a.path('data.1', 'signer', 'keys'),
                    a.path('data', 'signer', 'keys'))
    begin(a, papers)
    try:
        a.start()
        p = a.audit()
        check('audit: all agree' in p.stdout, p.stdout)
        a.stop()
    finally:
        a.end()


if __name__ == '__main__':
    try:
        main(os.environ.get('TEST_TMP') or __import__('tempfile').mkdtemp())
    except Failed as e:
        sys.exit(f'FAILED: {e}')
