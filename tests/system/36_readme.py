#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""The examples of README.md in JavaScript and Python, as they stand there."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), '../..'))
BUILD = os.path.abspath(os.environ.get('B', os.path.join(TOP, 'build')))
CASES = {'stapled': ('valid true', 'Voorbeeld ICT B.V.'),
         'withdrawn': ('withdrawn false', 'withdrawn'),
         'malformed': ('malformed false', 'malformed')}


def ensure(ok, *what):
    if not ok:
        sys.exit('failed: ' + ' '.join(repr(w) for w in what))


def example(language, name):
    with open(os.path.join(TOP, 'README.md'), encoding='utf-8') as f:
        found = re.findall(rf'^```{language}\n(.*?)^```$', f.read(),
                           re.M | re.S)
    ensure(len(found) == 1, 'README.md: one example in', language, len(found))
    with open(name, 'w', encoding='utf-8') as f:
        f.write(found[0])


def said(*command):
    p = subprocess.run(
        ['faketime', '-f', '2026-11-24 00:00:00', *command],
        capture_output=True, text=True, check=False, timeout=120,
        # Node 18 calls Ed25519 experimental, on stderr.
        env={'PATH': os.environ['PATH'], 'NODE_NO_WARNINGS': '1',
             'TZ': 'UTC', 'PYTHONPATH':
             os.path.join(TOP, 'verifier/python'), 'LD_LIBRARY_PATH': BUILD})
    ensure(p.returncode == 0 and p.stderr == '', command, p)
    return p.stdout.strip()


def main():
    os.chdir(os.environ.get('TEST_TMP') or tempfile.mkdtemp())
    subprocess.run([os.path.join(BUILD, 'system/make_badges'), '.'],
                   check=True)
    os.mkdir('node_modules')
    os.symlink(os.path.join(BUILD, 'web/keurmerk'), 'node_modules/keurmerk')
    example('js', 'check.mjs')
    example('python', 'check.py')
    for badge, (node, python) in CASES.items():
        shutil.copy(badge, 'badge.svg')
        for want, *command in ((node, 'node', 'check.mjs'),
                               (python, '/usr/bin/python3', '-B',
                                'check.py')):
            found = said(*command)
            ensure(found == want, badge, command, found)
    print(len(CASES), 'badges, in JavaScript and Python')


main()
