#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""The C package as a stranger gets it: installed somewhere else, found by
pkg-config, and the example of README.md compiled against it and run."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), '../..'))
BUILD = os.path.abspath(os.environ.get('B', os.path.join(TOP, 'build')))
CC = os.environ.get('CC', 'gcc').split()
CASES = {'valid': ('valid', 0), 'withdrawn': ('withdrawn', 1),
         'suspended': ('suspended', 1), 'malformed': ('malformed', 1),
         'untrusted-signature': ('untrusted', 1), 'expired': ('expired', 1)}


def run(*args, **more):
    return subprocess.run(args, check=True, text=True, capture_output=True,
                          **more).stdout


def ensure(ok, *what):
    if not ok:
        sys.exit('failed: ' + ' '.join(repr(w) for w in what))


def example():
    """The one program in C that the README has."""
    with open(os.path.join(TOP, 'README.md'), encoding='utf-8') as f:
        found = re.findall(r'^```c\n(.*?)^```$', f.read(), re.M | re.S)
    ensure(len(found) == 1, 'README.md: one example in C', len(found))
    return found[0]


def installed(to):
    """Where pkg-config finds it: a prefix that moved into a DESTDIR."""
    run('sh', 'tests/tools/install.sh', BUILD, to, '/opt/km', '0.1.0', '0',
        cwd=TOP)
    lib = os.path.join(to, 'opt/km/lib')
    ensure(os.readlink(os.path.join(lib, 'libkeurmerk.so.0')) ==
           'libkeurmerk.so.0.1.0', os.listdir(lib))
    ensure('(libkeurmerk.so.0)' in run('readelf', '-d', os.path.join(
        lib, 'libkeurmerk.so')).replace('[', '(').replace(']', ')'), 'soname')
    for name in 'include/keurmerk.h', 'share/man/man3/keurmerk.3':
        ensure(os.path.exists(os.path.join(to, 'opt/km', name)), name)
    return lib


def flags(lib, *more):
    return run('pkg-config', '--define-prefix', *more, '--cflags', '--libs',
               'keurmerk', env={'PKG_CONFIG_PATH': lib + '/pkgconfig',
                                'PATH': os.environ['PATH']}).split()


def try_it(program, badges, env):
    for badge, want in CASES.items():
        shutil.copy(os.path.join(badges, badge), os.path.join(
            badges, 'badge'))
        p = subprocess.run(
            ['faketime', '-f', '2026-11-24 00:00:00', program], cwd=badges,
            capture_output=True, text=True, check=False,
            env={'PATH': os.environ['PATH'], 'TZ': 'UTC', **env})
        ensure((p.stdout.strip(), p.returncode) == want, badge, p)


def main():
    scratch = tempfile.mkdtemp(dir=os.environ.get('TEST_TMP'))
    try:
        badges = os.path.join(scratch, 'badges')
        os.mkdir(badges)
        run(os.path.join(BUILD, 'system/make_badges'), badges)
        shutil.copy(os.path.join(badges, 'tree/status/0'),
                    os.path.join(badges, 'status'))
        lib = installed(os.path.join(scratch, 'to'))
        source = os.path.join(scratch, 'check.c')
        with open(source, 'w', encoding='utf-8') as f:
            f.write(example())
        strict = ['-std=c11', '-Wall', '-Wextra', '-Werror', source]
        program = os.path.join(scratch, 'check')
        run(*CC, *strict, '-o', program, *flags(lib))
        try_it(program, badges, {'LD_LIBRARY_PATH': lib})
        # Without the shared one: all that a static library needs is named.
        os.unlink(os.path.join(lib, 'libkeurmerk.so'))
        run(*CC, *strict, '-o', program + '-static', *flags(lib, '--static'))
        try_it(program + '-static', badges, {})
    except subprocess.CalledProcessError as error:
        sys.exit('%s: %s%s' % (error.cmd, error.stdout, error.stderr))
    finally:
        shutil.rmtree(scratch)
    print('%d badges, shared and static' % len(CASES))


main()
