#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""The names and numbers of 11,383 Dutch organisations, as a public register
has them: imported, assessed, granted, published, verified offline one by
one; some withdrawn, suspended, lifted; audited; stopped, started, audited.
Realistic input, certified by nobody: only in the demonstration environment.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), 'lib'))
from authority import BODY, TOP, Authority, check, program, skip  # noqa: E402
from opinion import Opinion                                       # noqa: E402

DATA = os.path.join(TOP, '..', 'shared', 'data', 'organisations.csv')
N = 11377
LINE = 'basic_measures:service:workplace:basic'


def say(start, what):
    print(f'{time.monotonic() - start:6.1f} s  {what}', flush=True)


def published(a, statuses, wait=30):
    """The tree, once so many attestations have each status."""
    end = time.monotonic() + wait
    while True:
        opinion = Opinion(a.path('tree'))
        epoch, _ = opinion.open(opinion.read('epoch'),
                                'application/keurmerk-epoch+cose', 2)
        if epoch[9][0] == sum(statuses.values()):
            leaves = opinion.leaves(epoch)
            found = {}
            for leaf in leaves:
                found[leaf[2]] = found.get(leaf[2], 0) + 1
            if found == statuses:
                return leaves
        check(time.monotonic() < end, 'published', epoch[9][0],
              'not', statuses)
        time.sleep(0.1)


def verify(a, files, environment, expected):
    """Offline, by keurmerk alone; the verdicts counted."""
    command = [program('keurmerk'), 'verify', '--json', '--trust',
               a.path('trust-1'), '--epoch', a.path('tree', 'epoch'),
               '--status', a.path('tree', 'status', '0')]
    if environment:
        command += ['--environment', environment]
    p = subprocess.run(command + files, stdout=subprocess.PIPE,
                       stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    found = {}
    for report in json.loads(p.stdout):
        found[report['verdict']] = found.get(report['verdict'], 0) + 1
    check(found == expected, 'verified', found, 'expected', expected,
          p.stderr[-500:])
    check((p.returncode == 0) == (set(expected) == {'valid'}),
          'status', p.returncode)


def imported(a):
    p = a.ctl('registrar', 'import', DATA, '--place', 'Nederland', '--yes',
              status=1)
    text = p.stdout + p.stderr
    lines = set(re.findall(r'organisations\.csv:(\d+):', text))
    check(len(lines) == 6, 'reported lines', sorted(lines), text[-2000:])
    check(len(re.findall(r':\d+: .*KVK', text)) >= 4, text[-2000:])
    return text


def main():
    if not os.path.exists(DATA):
        skip('../shared/data/organisations.csv is not there')
    verbs = subprocess.run([program('keurmerkctl'), '--help'],
                           stdout=subprocess.PIPE, text=True).stdout
    if not re.search(r'\bimport\b', verbs):
        skip('keurmerkctl cannot import yet')
    base = tempfile.mkdtemp(prefix='real.', dir=os.environ.get('TEST_TMP'))
    a = Authority(os.path.join(base, 'a'))
    os.mkdir(a.base)
    try:
        a.create()
        a.start()
        run(a, base)
    finally:
        a.end()


def run(a, base):
    start = time.monotonic()
    a.ctl('registrar', 'body', 'add', '--number', BODY, '--name',
          'Fictieve Keuring B.V.', '--from', a.day(-400), '--until',
          a.day(1000), '--level', 'substantial', '--yes')
    a.ctl('decider-a', 'approve', '--all', '--yes')
    imported(a)
    a.ctl('decider-a', 'approve', '--all', '--yes')
    say(start, 'imported')
    before = a.ctl('registrar', 'status').stdout
    text = imported(a)
    check(re.search(r'nothing to do', text), text[-2000:])
    after = a.ctl('registrar', 'status').stdout
    log = re.findall(r'log.*', before)
    check(log and log == re.findall(r'log.*', after), before, after)
    say(start, 'a second import changed nothing')

    a.ctl('assessor', 'assess', '--all', '--day', a.day(-5), '--report',
          'R-%k', '--line', LINE, '--method', 'document-review', '--hours',
          '8', '--findings', '0', '--yes')
    say(start, 'assessed')
    a.ctl('registrar', 'grant', '--all', '--line', LINE, '--years', '3',
          '--yes')
    a.ctl('decider-a', 'approve', '--all', '--yes')
    say(start, 'granted')
    leaves = published(a, {0: N})
    say(start, 'published')

    os.mkdir(os.path.join(base, 'badges'))
    files, marks = [], []
    for leaf in leaves:
        name = os.path.join(base, 'badges', f'{leaf[0]:05d}')
        with open(name, 'wb') as f:
            f.write(leaf[1])
        files.append(name)
        marks.append(re.search(rb'KM-\d{4}-\d{6}-[0-9A-Z]',
                               leaf[1]).group().decode())
    verify(a, files, 'demonstration', {'valid': N})
    verify(a, files, None, {'untrusted': N})
    say(start, f'{N} verified offline, twice')

    names = {}
    for what, part in (('withdraw', marks[1000:1100]),
                       ('suspend', marks[5000:5050]),
                       ('lift', marks[5000:5010])):
        names[what] = os.path.join(base, what)
        with open(names[what], 'w') as f:
            f.write('\n'.join(part) + '\n')
    a.ctl('registrar', 'withdraw', '--list', names['withdraw'], '--reason',
          'requirements', '--yes')
    a.ctl('reviewer', 'approve', '--all', '--yes')
    a.ctl('decider-b', 'approve', '--all', '--yes')
    a.ctl('decider-a', 'suspend', '--list', names['suspend'], '--reason',
          'no-cooperation', '--until', a.day(30), '--yes')
    a.ctl('registrar', 'lift', '--list', names['lift'], '--yes')
    a.ctl('reviewer', 'approve', '--all', '--yes')
    a.ctl('decider-b', 'approve', '--all', '--yes')
    published(a, {0: N - 140, 1: 100, 2: 40})
    verify(a, files, 'demonstration',
           {'valid': N - 140, 'withdrawn': 100, 'suspended': 40})
    took = time.monotonic() - start
    say(start, 'withdrawn, suspended, lifted, verified again')
    resident = a.resident()
    print(f'steps 1 to 3: {took:.1f} s; all roles together: '
          f'{resident / 1e6:.0f} MB resident')
    check(resident < 150e6, 'resident', resident)

    print(a.audit().stdout)
    say(start, 'audited while it ran')
    a.stop()
    a.audit()
    a.start()
    a.audit()
    a.stop()
    say(start, 'stopped, audited, started, audited')
    opinion = Opinion(a.path('tree'))
    check(len(opinion.all()) == N, 'second opinion')
    say(start, f'{opinion.verified} signatures by a second opinion')


main()
