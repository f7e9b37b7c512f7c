#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""keurmerkctl on bad input. Each case looks at the exit status, at what is
said (expected, found, where), and at the office before and after: what was
refused has changed nothing. And nothing is signed that nobody said yes to.
"""
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                'lib'))
from authority import (BODY, PERSONS, Authority, Failed, check,  # noqa: E402
                       free_port, program, skip)

DONE, REFUSED, USAGE, UNREACHABLE = 0, 1, 2, 3
MORE = {                        # officers that an authority has trouble with
    'both': ('', 'registrar|decider'),
    'past': ('', 'decider'),
    'future': ('', 'decider'),
    'gone': ('', 'decider'),
    'conflicted': ('', 'decider'),
    'auditor-b': ('RVA-C-777', 'assessor'),
    'stranger': ('', 'decider'),    # whose key is not on the list
}
# What an officer must never get to see.
NOISE = re.compile(r'Traceback|Sanitizer|core dumped|\(null\)|KM_ERR|errno'
                   r'|assert|%[sdz]|[\x00-\x08\x0b-\x1f\x7f]')
TEST_NV, TEST_BV, STICHTING, EMZ, VOF = (    # the Chamber's test numbers
    '68727720', '68750110', '69599068', '69599084', '69599076')
NOBODY = '90000011'
LINE = 'basic_measures:service:workplace:substantial'
ADVICE = 'policy_advice:organisation:substantial'


def text_of(p):
    """Both outputs, which must be clean UTF-8 and no program's own words."""
    text = (p.stdout + p.stderr).decode()
    found = NOISE.search(text)
    check(found is None, 'noise', found, 'in', text)
    return text


class Desk:
    def __init__(self, authority):
        self.a = authority
        self.last = None        # the state, as long as nothing was done

    def run(self, *args, status=DONE, says=(), quiet=(), **more):
        """Any command line of keurmerkctl."""
        args = [str(a) for a in args]
        print('$', *args, flush=True)
        p = subprocess.run([program('keurmerkctl'), *args],
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, start_new_session=True,
                           **more)
        text = text_of(p)
        print(text, flush=True)
        check(p.returncode == status, *args, 'expected status', status,
              'found', p.returncode, text)
        for what in (says,) if isinstance(says, str) else says:
            check(what in text, *args, ': expected', repr(what), 'found',
                  text)
        for what in (quiet,) if isinstance(quiet, str) else quiet:
            check(what not in text, *args, ': found', repr(what), text)
        return text

    def conf(self, who):
        return self.a.path(f'ctl-{who}.conf')

    def as_(self, who, *args, **more):
        self.last = None
        return self.run('--config', self.conf(who), *args, **more)

    def state(self):
        """Log and what waits, as the office has them."""
        shown = self.a.ctl('registrar', 'status').stdout
        lines = re.findall(r'^(?:log|marks|waiting) .*', shown, re.M)
        check(len(lines) == 3, shown)
        return lines, self.a.ctl('registrar', 'pending').stdout

    def refused(self, who, *args, status=REFUSED, says=(), **more):
        """Refused, with these words, and nothing has changed."""
        before = self.last or self.state()
        text = self.as_(who, *args, status=status, says=says, **more)
        self.last = self.state()
        check(before == self.last, *args, 'changed', before, self.last)
        return text

    def waiting(self):
        """The ids of what waits, as an officer would type them."""
        return re.findall(r'^([0-9a-f]{12}) ', self.state()[1], re.M)

    def write(self, name, data):
        with open(self.a.path(name), 'wb') as f:
            f.write(data.encode() if isinstance(data, str) else data)
        return self.a.path(name)


def officers_csv(a):
    """With semicolons, as a Dutch spreadsheet has it."""
    rows = ['id;employer;roles;key;from;until;conflicts']
    for name, person in PERSONS.items():
        if name == 'stranger':
            continue
        first, last = {'past': (-30, -1), 'future': (10, 700)}.get(
            name, (-1, 700))
        rows.append(';'.join((
            name, person[0], person[1], a.key(name) + '.pub', a.day(first),
            a.day(last),
            'NTRNL-' + TEST_BV if name == 'conflicted' else '')))
    return '\r\n'.join(rows) + '\r\n'


# ---- files to import ----

HEAD = 'name,kvk,place\n'
GOOD = f'Test Stichting,{STICHTING},Lochem\n'


def bad_files(d):
    """What is wrong with the file as a whole, with its line."""
    for name, data, says in (
            ('column', 'name,kvk,place,phone\n', (
                ':1: ', 'expected columns of name, kvk', '"phone"')),
            ('kvk', 'name,place\nX,Y\n', (':1: ', 'kvk')),
            ('no-header', GOOD, (':1: ', '"Test Stichting"')),
            ('twice', 'name,kvk,place,Naam\n', (
                ':1: ', 'each column once', '"Naam"')),
            ('nothing', '', (':1: ', 'header', 'nothing')),
            ('lines', '\n\r\n\n', ('header', 'nothing')),
            ('utf-16', HEAD.encode('utf-16'), (':1: ', 'UTF-8')),
            ('latin', 'n\xe4me,kvk\n'.encode('latin-1'), (
                ':1: ', 'UTF-8')),
            ('zip', b'PK\x03\x04\x14\0\x06\0\x08\0', (':1: ', 'UTF-8')),
            ('long', 'x' * 10_000_000, (':1: ', '65536'))):
        file = d.write(f'bad-{name}.csv', data)
        d.refused('registrar', 'import', file, '--yes', status=REFUSED,
                  says=(file + ':' if ':1: ' in says else file, *says))
    file = d.write('no-place.csv', f'name,kvk\nTest BV Donald,{TEST_BV}\n')
    d.refused('registrar', 'import', file, '--yes', status=USAGE,
              says=(file + ':1: ', 'place', '--place'))
    d.refused('registrar', 'import', file, '--place', 'Lol\x1b[31mlum',
              '--yes', says=(file + ':2: ', 'place', 'repertoire'))
    os.mkdir(d.a.path('folder.csv'))
    d.refused('registrar', 'import', d.a.path('folder.csv'), '--yes',
              says=(d.a.path('folder.csv'), 'irectory'))
    d.refused('registrar', 'import', d.a.path('none.csv'), '--yes',
              says=(d.a.path('none.csv'), 'No such file'))
    d.refused('registrar', 'import', status=USAGE, says='usage')
    d.refused('registrar', 'import', file, file, status=USAGE, says='usage')


ROWS = (                        # what stands in line 3, and what is said
    ('A,,B', ('KVK number of 8 digits', 'found nothing')),
    (',90000012,B', ('name', 'found nothing')),
    ('A,90000012,', ('place', 'found nothing')),
    ('A,9000001,B', ('"9000001"', 'leading zero')),
    ('A,900000123,B', ('"900000123"', 'RSIN')),
    ('A,000012345678,B', ('"000012345678"', 'vestigingsnummer')),
    ('A,KVK 90000012,B', ('8 digits', '"KVK 90000012"')),
    ('A,9.0000012E7,B', ('8 digits', '"9.0000012E7"')),
    ('Caf\xe9,90000012,B'.encode('latin-1'), ('name', 'not in UTF-8',
                                              'CSV UTF-8', '\\xe9')),
    ('A\x07,90000012,B', ('repertoire', '\\x07')),
    ('A \U0001f600,90000012,B', ('repertoire',)),
    ('A\u202eB,90000012,B', ('repertoire', '\\xe2\\x80\\xae')),
    ('\u0410,90000012,B', ('repertoire',)),
    ('A,90000012,B,C', ('expected 3 fields', 'found 4')),
    ('A,90000012', ('expected 3 fields', 'found 2')),
    ('A' + ',x' * 40, ('at most 32 fields',)),
    ('A"B",90000012,C', ('quote',)),
    (b'A\0B,90000012,C', ('NUL',)),
    ('x' * 10_000_000, ('65536',)),
    ('A' * 161 + ',90000012,B', ('1 to 160 bytes', 'found')),
    (f'Test Stichting,{STICHTING},Elders', ('again', 'line 2', STICHTING)),
)


def bad_rows(d):
    """One bad row among good ones that are there already: only it is said,
    and in what line."""
    for i, (row, says) in enumerate(ROWS):
        row = row.encode() if isinstance(row, str) else row
        file = d.write(f'row-{i}.csv', HEAD.encode() + GOOD.encode() + row +
                       f'\nTest NV Katrien,{TEST_NV},Veendam\n'.encode())
        text = d.refused('registrar', 'import', file, '--yes',
                         says=(file + ':3: ', *says,
                               '2 there already', '1 not usable',
                               'nothing to do'))
        check(len(re.findall(r'row-\d+\.csv:\d+: ', text)) == 1, text)
    # A quote that is never closed takes the rest with it: say where it began.
    file = d.write('open.csv', HEAD + GOOD + f'"A,{TEST_NV},B\nC,D,E\n')
    d.refused('registrar', 'import', file, '--yes',
              says=(file + ':3: ', 'quote', '1 there already'))


FIRST = (                       # the same providers, as files come
    'name,kvk,place,hosts,trade_names\r\n'
    f'Test BV Donald,{TEST_BV},Lollum,www.donald.example;donald.example,'
    '"Donald, ""ICT"""\r\n'
    f'Test NV Katrien,{TEST_NV},Veendam,,\r\n')
SECOND = (
    '\ufeffPlaats;Naam;KvK-nummer;domeinen;handelsnamen\r\n'
    f'Lollum;"Test BV Donald";{TEST_BV};www.donald.example|donald.example;'
    '"Donald, ""ICT"""\r\n'
    f'"Veendam"; Test NV Katrien ;{TEST_NV};;\r\n\r\n')


def files(d):
    """Good rows come in whatever stands beside them, once."""
    mixed = d.write('mixed.csv', FIRST + 'A,123,B,,\r\n')
    before = d.state()
    d.as_('registrar', 'import', mixed, '--yes', status=REFUSED,
          says=(mixed + ':4: ', '2 to be added', '1 not usable',
                '2 wait for approval by: decider'))
    check(len(d.waiting()) == 2, d.state())
    check(d.state()[0][0] == before[0][0], 'carried out without approval')
    # Proposed and not yet approved: not proposed again, in any writing.
    semicolons = d.write('semicolons.csv', SECOND)
    for name in ('mixed.csv', 'semicolons.csv'):
        d.refused('registrar', 'import', d.a.path(name), '--yes',
                  status=REFUSED if name == 'mixed.csv' else DONE,
                  says=('2 waiting for approval', 'nothing to do'))
    other = d.write('other.csv', HEAD + 'Donald,%s,Lollum\n' % TEST_BV)
    d.refused('registrar', 'import', other, '--yes',
              says=(other + ':2: ', 'waits for approval with other name, '))
    d.as_('decider-a', 'approve', '--all', '--yes', says='2 carried out')
    d.refused('registrar', 'import', semicolons, '--yes', status=DONE,
              says=('2 there already', 'nothing to do'))
    d.refused('registrar', 'import', other, '--yes',
              says=(other + ':2: ', 'is there already with other name, ',
                    '"Test BV Donald"'))
    file = d.write('less.csv', HEAD + f'Test BV Donald,{TEST_BV},Elders\n')
    d.refused('registrar', 'import', file, '--yes',
              says=(file + ':2: ', 'other place, trade_names, hosts'))
    # Between semicolons only "|" separates parts.
    file = d.write('parts.csv', 'name;kvk;place;trade_names\n'
                   'Proef;90000020;Delft;"Een; twee|Drie"\n')
    text = d.as_('registrar', 'import', file, '--yes')
    check(re.search(r'Een; twee\n +Drie\n', text), text)
    d.as_('decider-b', 'approve', '--all', '--yes', says='Een; twee')


# ---- the officer's own files ----

def settings(d):
    a = d.a

    def conf(name, text, mode=0o600):
        a.write(name, text, mode)
        os.chmod(a.path(name), mode)
        return a.path(name)

    def wrong(file, status, *says):
        d.run('--config', file, 'status', status=status, says=says)

    with open(d.conf('registrar')) as f:
        good = f.read()
    lines = good.count('\n')
    file = conf('c1', good + 'colour = "red"\n')
    wrong(file, USAGE, f'{file}:{lines + 1}: ', 'colour')
    file = conf('c2', good + 'key = "x"\n')
    wrong(file, USAGE, f'{file}:{lines + 1}: ', 'key', 'once', 'line 3')
    file = conf('c3', good.replace('https://127', 'http://127'))
    wrong(file, USAGE, f'{file}:1: ', 'https', 'http://127')
    file = conf('c4', good.replace('trust = ', 'trust '))
    wrong(file, USAGE, f'{file}:{lines}: ')
    file = conf('c5', good, 0o666)
    wrong(file, USAGE, file, 'nobody else may write')
    wrong(a.path('c6'), USAGE, a.path('c6'), 'No such file')
    file = conf('c7', re.sub('(?m)^pin.*\n', '', good))
    wrong(file, USAGE, 'pin', '--pin')
    file = conf('c8', good + 'a\0b')
    wrong(file, USAGE, f'{file}:{lines + 1}: ', 'zero byte')

    # Secrets: of others, or none.
    key = a.key('registrar')
    d.as_('registrar', 'status', '--key', a.path('conf'), status=REFUSED,
          says=(a.path('conf'), 'expected'))
    not_key = conf('not-a-key', '-----BEGIN NOTHING-----\n')
    d.as_('registrar', 'status', '--key', not_key, status=REFUSED,
          says=(not_key, 'expected', 'key new'))
    other = conf('wrong-passphrase', 'not the passphrase\n')
    d.as_('registrar', 'status', '--passphrase-file', other, status=REFUSED,
          says=(key, 'passphrase'))
    os.chmod(other, 0o644)
    d.as_('registrar', 'status', '--passphrase-file', other, status=REFUSED,
          says=(other, 'only you can read', 'chmod 600'))
    os.chmod(key, 0o640)
    d.as_('registrar', 'status', status=REFUSED,
          says=(key, 'only you can read', 'chmod 600'))
    os.chmod(key, 0o600)
    d.as_('registrar', 'status', '--key', a.path('none'), status=REFUSED,
          says=(a.path('none'), 'No such file'))
    no = conf('c9', re.sub('(?m)^passphrase_file.*\n', '', good))
    wrong(no, REFUSED, key, 'terminal', '--passphrase-file')


def office(d):
    """No office, another office, another authority."""
    a = d.a
    nowhere = f'https://127.0.0.1:{free_port()}'
    d.as_('registrar', 'status', '--office', nowhere, status=UNREACHABLE,
          says=(nowhere, 'no answer'))
    d.as_('registrar', 'status', '--office', nowhere + '/', status=USAGE,
          says=('--office', 'final slash'))
    before = d.state()
    d.as_('registrar', 'provider', 'add', '--name', 'X', '--place', 'Y',
          '--kvk', NOBODY, '--yes', '--pin', 'ab' * 32, status=REFUSED,
          says=('pin', 'another key'), quiet='status')
    check(d.state() == before, 'spoke to an office of another key')
    for pin, says in (('xyz', 'No such file'),
                      (a.path('conf'), '64 hex digits')):
        d.as_('registrar', 'status', '--pin', pin, status=REFUSED,
              says=(pin, says))
    b = Authority(a.path('other'), host='other.example')
    os.mkdir(b.base)
    b.create(officers=officers_csv(b))
    d.as_('registrar', 'status', '--trust', b.path('trust-1'),
          status=REFUSED, says=(b.path('trust-1'),
                                'not the authority that you trust'))
    for file in (a.path('officers-1'), a.path('conf')):
        d.as_('registrar', 'status', '--trust', file, status=REFUSED,
              says=(file, 'trust list'))
    d.as_('registrar', 'status', '--public-url', nowhere,
          status=UNREACHABLE, says=('log', nowhere, 'no answer'))
    d.as_('stranger', 'status', status=REFUSED,
          says=('key', 'officers list'))


def options(d):
    for args, says in (
            (('fly',), ('fly', 'not a verb', 'usage')),
            (('provider',), ('not a verb',)),
            ((), ('usage',)),
            (('status', '--colour'), ('--colour', 'not an option')),
            (('status', '--kvk', '1'), ('--kvk', 'status --help')),
            (('status', 'now'), ('usage',)),
            (('pending', '--kind'), ('--kind', 'value')),
            (('pending', '--kind', 'grunt'), ('--kind', 'grant', '"grunt"')),
            (('pending', 'zz'), ('"zz"', '8')),
            (('approve',), ('--all',)),
            (('approve', '--all', '--yes', '--wait', 'long'),
             ('--wait', '"long"')),
            (('approve', '--all', '--yes', '--days', '3'),
             ('--days', 'approve --help')),
            (('provider', 'add', '--name', 'X', '--place', 'Y', '--kvk',
              NOBODY, '--days', '31'), ('--days', '1 to 30', '"31"')),
            (('approve', '--all', '--yes=1'), ('--yes', 'no value')),
            (('approve', '--all', '--all'), ('--all', 'once')),
            (('approve', '0123abcd', '--all'), ('--all', 'one of these')),
            (('withdraw', '--reason', 'misuse'), ('mark', '--list')),
            (('withdraw', 'KM-2026-000001-X'), ('--reason',)),
            (('withdraw', 'KM-2026-000001-X', '--reason', 'dislike'),
             ('--reason', 'misuse', 'requirements', '"dislike"')),
            (('withdraw', 'KM-2026-000001-X', '--reason', 'misuse'),
             ('check character', '"KM-2026-000001-X"')),
            (('withdraw', '68750110', '--reason', 'misuse'),
             ('mark', '"68750110"')),
            (('suspend', 'KM-2026-000001-8', '--reason', 'misuse'),
             ('--until',)),
            (('suspend', 'KM-2026-000001-8', '--reason', 'misuse',
              '--until', '31-12-2026'), ('--until', '2027-12-31',
                                         '"31-12-2026"')),
            (('suspend', 'KM-2026-000001-8', '--reason', 'misuse',
              '--until', '2027-02-30'), ('--until', '"2027-02-30"')),
            (('grant', TEST_BV, '--years', '0'), ('--years', '1 to 10')),
            (('grant', TEST_BV, '--years', '2', '--exp', '2029-01-01'),
             ('--years', '--exp')),
            (('grant', TEST_BV, '--line', 'workplace'),
             ('--line', 'CLAIM:', '"workplace"')),
            (('grant', TEST_BV, '--line', LINE, '--line', LINE),
             ('--line', 'once')),
            (('grant', 'Donald'), ('KVK', '"Donald"')),
            (('grant',), ('--all', '--list')),
            (('provider', 'add', '--name', 'X', '--place', 'Y', '--kvk',
              '123'), ('--kvk', '8 digits', '"123"')),
            (('provider', 'add', '--name', 'X', '--place', 'Y'),
             ('--kvk', '--sub')),
            (('provider', 'add', '--name', 'X', '--kvk', NOBODY),
             ('--place',)),
            (('body', 'add', '--name', 'X', '--number', 'R', '--from',
              '2026-02-01', '--until', '2026-01-01', '--level', 'basic'),
             ('--until', 'after --from')),
            (('body', 'add', '--name', 'X', '--number', 'R', '--from',
              '2026-02-01', '--until', '2027-01-01', '--level', 'great'),
             ('--level', 'substantial', '"great"')),
            (('show', 'this'), ('"this"', 'mark', 'KVK')),
            (('officer', 'disable', ''), ('officer',)),
            (('badge', 'KM-2026-000001-X', '-o', 'x'), ('check character',)),
            (('badge', 'KM-2026-000001-8'), ('-o',)),
            (('badge', 'KM-2026-000001-8', '-o', 'x', '--svg', 'red'),
             ('--svg', 'light, dark or mono', '"red"')),
            (('badge', 'KM-2026-000001-8', '-o', 'x', '--svg', 'dark',
              '--lang', 'fr'), ('--lang', 'nl or en', '"fr"')),
            (('badge', 'KM-2026-000001-8', '-o', 'x', '--lang', 'en'),
             ('--lang', '--svg')),
            (('badge', 'KM-2026-000001-8', '-o', 'x', '--svg', 'dark',
              '--qr'), ('--svg', '--qr', 'both'))):
        d.refused('registrar', *args, status=USAGE, says=says)
    d.refused('registrar', 'withdraw', 'KM-2026-000001-8', '--reason',
              'misuse', '--yes', says=('KM-2026-000001-8', 'no such mark'))
    marks = d.write('marks', 'KM-2026-000001-8\nKM-2026-000001-X # so\n')
    d.refused('registrar', 'lift', '--list', marks, '--yes',
              says=(marks + ':2: ', 'check character'))
    marks = d.write('marks', '# none\n')
    d.refused('registrar', 'lift', '--list', marks, says=(marks, 'none'))
    marks = d.write('marks', 'KM-2026-000001-8\nkm-2026-000001-8\n')
    d.refused('registrar', 'lift', '--list', marks,
              says=(marks + ':2: ', 'once'))


# ---- people ----

def assess(d, who, provider, *args, day=-5, method='functional-test',
           line=LINE, **more):
    return (more.pop('how', d.as_))(
        who, 'assess', provider, '--day', d.a.day(day), '--report', 'R-%k',
        '--line', line, '--method', 'document-review', '--method', method,
        '--hours', '8', '--findings', '0', '--yes', *args, **more)


def assessments(d):
    no = d.refused
    for args, more in (
            (('registrar',), {'says': ('assessor', 'registrar')}),
            (('auditor-b',), {'says': ('refused', 'accreditation',
                                       'RVA-C-777')}),
            (('assessor',), {'day': 2, 'says': ('period', 'to come')}),
            (('assessor',), {'line': 'basic_measures:service:bakery:basic',
                             'says': ('service', 'bakery', 'scheme')}),
            (('assessor',), {'line': LINE.replace('substantial', 'high'),
                             'says': ('level',)}),
            (('assessor',), {'method': 'guesswork',
                             'says': ('service', 'guesswork')})):
        assess(d, args[0], TEST_BV, how=no, status=REFUSED, **more)
    assess(d, 'assessor', NOBODY, how=no, status=REFUSED,
           says=('subject', 'no such provider'))
    assess(d, 'assessor', TEST_BV, '--line', ADVICE)
    assess(d, 'assessor', TEST_NV)


def grants(d):
    no = d.refused
    no('registrar', 'grant', STICHTING, '--yes',
       says=(STICHTING, 'assessment, found none'))
    no('registrar', 'grant', NOBODY, '--yes',
       says=(NOBODY, 'no such provider'))
    no('registrar', 'grant', TEST_NV, '--line', ADVICE, '--yes',
       says=(TEST_NV, 'policy_advice of the organisation', 'substantial'))
    no('registrar', 'grant', TEST_NV, '--line',
       LINE.replace('workplace', 'bakery'), '--yes',
       says=(TEST_NV, 'bakery'))
    no('registrar', 'grant', TEST_NV, '--line',
       LINE.replace('substantial', 'high'), '--yes', says=(TEST_NV, 'high'))
    no('registrar', 'grant', TEST_NV, '--years', '10', '--yes',
       says=('refused', 'period', 'longer'))
    no('registrar', 'grant', TEST_NV, '--nbf', d.a.day(10), '--exp',
       d.a.day(5), '--yes', says=('--exp', 'after'), status=USAGE)
    no('reviewer', 'grant', TEST_NV, '--yes', says=('role', 'reviewer'))


def approvals(d):
    """Who may not, is told why, by the name of the rule."""
    no = d.refused
    d.as_('registrar', 'grant', TEST_BV, '--yes',
          says='1 waits for approval by: reviewer, decider')
    (ask,) = d.waiting()
    for who, *says in (
            ('registrar', 'twice', 'who proposes does not approve'),
            ('assessor', 'role', 'assessor'),
            ('conflicted', 'conflict', 'conflicted'),
            ('gone', 'person', 'disabled')):
        no(who, 'approve', ask, '--yes', says=('refused', *says))
    for who in ('past', 'future'):
        no(who, 'approve', ask, '--yes', says=('refused', 'person', 'dates'))
    no('stranger', 'approve', ask, '--yes', says=('officers list',))
    no('reviewer', 'approve', '0123456789ab', '--yes',
       says=('0123456789ab', 'pending'))
    no('reviewer', 'approve', ask, '0123456789ab', '--yes',
       says=('0123456789ab',))
    # What is not theirs is not offered to them.
    no('both', 'approve', '--all', '--kind', 'withdraw', '--yes',
       status=DONE, says='nothing to do')
    no('assessor', 'approve', '--all', '--yes', status=DONE,
       says=('1 waits for the approval of others', 'nothing to do'))
    d.as_('reviewer', 'approve', ask, '--yes',
          says='1 waits for approval by: decider')
    no('reviewer', 'approve', ask, '--yes', says=('refused', 'twice'))
    no('reviewer', 'approve', '--all', '--yes', status=DONE,
       says='nothing to do')
    text = d.as_('decider-a', 'approve', ask, '--yes',
                 says=('1 carried out', 'You, decider-a, are about to approve',
                       'Your signature is the last', 'It rests on'))
    check(text.index('about to approve') < text.index('Decision: grant') <
          text.index('It rests on'), text)
    mark = re.search(r'KM-\d{4}-\d{6}-.', text).group()
    no('decider-b', 'approve', ask, '--yes', says=(ask,))
    # The same person in two roles proposes, and may not approve that.
    d.as_('both', 'provider', 'add', '--name', 'Test VOF Guus', '--place',
          'Gouda', '--kvk', VOF, '--yes')
    (ask,) = d.waiting()
    no('both', 'approve', ask, '--yes',
       says=('twice', 'who proposes does not approve'))
    no('both', 'approve', '--all', '--yes', status=DONE,
       says='nothing to do')
    no('reviewer', 'approve', ask, '--yes', says=('role', 'reviewer'))
    d.as_('decider-b', 'approve', ask, '--yes', says='1 carried out')
    no('registrar', 'provider', 'add', '--name', 'Guus', '--place', 'Gouda',
       '--kvk', VOF, '--yes', says=('refused', 'exists'))
    return mark


def verified(d, name, status, *says, holder=TEST_BV):
    """What keurmerk says of a badge, offline, with what travels with it."""
    p = subprocess.run(
        [program('keurmerk'), 'verify', '--json', '--trust',
         d.a.path('trust-1'), '--environment', 'demonstration', '--holder',
         holder, d.a.path(name)], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    text = text_of(p)
    check(p.returncode == status, name, 'expected', status, 'found',
          p.returncode, text)
    for what in says:
        check(what in text, name, ': expected', what, 'found', text)


def pictures(d, mark):
    """The badge as picture and QR is believed; a retouched one is not."""
    a = d.a
    for variant in ('light', 'dark', 'mono'):
        for lang in ('nl', 'en'):
            name = f'{variant}-{lang}.svg'
            d.as_('registrar', 'badge', mark, '--svg', variant, '--lang',
                  lang, '-o', a.path(name))
            verified(d, name, 0, '"picture"')
            with open(a.path(name)) as f:
                check(f'data-picture="1 {variant} {lang} valid {a.day(0)}"'
                      in f.read(), name)
    d.as_('registrar', 'badge', mark, '--svg', 'light', '-o',
          a.path('badge.svg'))
    with open(a.path('badge.svg')) as f, open(a.path('light-nl.svg')) as g:
        check(f.read() == g.read(), 'Dutch is not the default')
    with open(a.path('badge.svg'), 'rb') as f:
        svg = f.read()
    for old, new in ((b'Test BV', b'Best BV'),
                     (b' valid ', b' superseded '),
                     (b' light ', b' dark '), (b'</svg>', b' </svg>')):
        check(old in svg, old)
        d.write('retouched.svg', svg.replace(old, new))
        verified(d, 'retouched.svg', 10)
    d.as_('registrar', 'badge', mark, '--qr', '-o', a.path('badge.txt'))
    with open(a.path('badge.txt')) as f:
        text = f.read()
    check(re.fullmatch(r'HTTPS://[A-Z0-9.-]+/K#[A-Z2-7]+', text), text)
    verified(d, 'badge.txt', 20)        # by itself it carries no proof
    at = text.index('#') + 60           # not in deflate's bits of padding
    d.write('badge.txt', text[:at] + ('A' if text[at] != 'A' else 'B') +
            text[at + 1:])
    verified(d, 'badge.txt', 10)


def turns(d, mark):
    """A mark changes only in the ways that it can."""
    no = d.refused
    until = d.a.day(30)
    no('registrar', 'lift', mark, '--yes', says=('refused', 'status'))
    no('registrar', 'suspend', mark, '--reason', 'misuse', '--until', until,
       '--yes', says=('refused', 'role'))
    no('decider-a', 'suspend', mark, '--reason', 'misuse', '--until',
       d.a.day(200), '--yes', says=('refused', 'period'))
    no('decider-a', 'suspend', mark, '--reason', 'misuse', '--until',
       d.a.day(-1), '--yes', says=('refused', 'period'))
    no('decider-a', 'suspend', mark, '--reason', 'ceased', '--until', until,
       '--yes', says=('refused', 'reason'))
    d.as_('decider-a', 'suspend', mark, '--reason', 'misuse', '--until',
          until, '--yes', says=('1 carried out', 'Your signature is the last',
                                'until it is lifted'))
    d.as_('registrar', 'badge', mark, '--svg', 'mono', '-o',
          d.a.path('suspended.svg'))
    verified(d, 'suspended.svg', 15)
    no('decider-a', 'suspend', mark, '--reason', 'misuse', '--until', until,
       '--yes', says=('refused', 'status'))
    d.as_('registrar', 'withdraw', mark, '--reason', 'misuse', '--yes')
    d.as_('reviewer', 'approve', '--all', '--yes')
    d.as_('decider-b', 'approve', '--all', '--yes', says='1 carried out')
    for who, *args in (
            ('registrar', 'withdraw', mark, '--reason', 'misuse'),
            ('registrar', 'lift', mark),
            ('decider-a', 'suspend', mark, '--reason', 'misuse', '--until',
             until)):
        no(who, *args, '--yes', says=('refused', 'status', mark,
                                      'withdrawn, and cannot become'))
    d.as_('registrar', 'show', mark, says='withdrawn')


# ---- lists ----

def lists(d):
    """A new officers list, as the manual page has it, and what stops one."""
    a = d.a
    csv = d.write('officers-2.csv', officers_csv(a) + ';'.join((
        'stranger', '', 'registrar', a.key('stranger') + '.pub', a.day(-1),
        a.day(700), '')) + '\r\n')
    draft = ('officers', 'draft', '--trust', a.path('trust-1'), '--expires',
             a.day(700), '--csv')
    for i, (row, says) in enumerate((
            ('x;;registrar;none.pub;2026-01-01;2028-01-01;', ('none.pub',)),
            (f'x;;king;{csv};2026-01-01;2028-01-01;', ('roles', '"king"')),
            ('x;;registrar', ('7 fields', 'found 3')))):
        bad = d.write(f'officers-bad-{i}.csv', officers_csv(a) + row + '\n')
        d.run(*draft, bad, '-o', a.path(f'bad-{i}'), status=REFUSED,
              says=(bad + ':13: ' if i else '', *says))
        check(not os.path.exists(a.path(f'bad-{i}')), 'left a draft')
    for name, more in (('officers-2', ('--from', a.path('officers-1'))),
                       ('again', ())):
        d.run(*draft, csv, *more, '-o', a.path(name), says='no force')
    d.run(*draft, csv, '-o', a.path('again'), status=REFUSED,
          says=(a.path('again'), 'there already'))

    def no(file, *args, status=REFUSED, says=()):
        d.refused('registrar', 'deliver', a.path(file), *args, status=status,
                  says=says)
    no('officers-2', '--yes', says=(a.path('officers-2'), 'nobody signed'))
    no('officers-2', '--json', a.path('conf'), status=USAGE, says='--json')
    no('conf', '--yes', says=(a.path('conf'), 'expected a trust list'))
    no('none', '--yes', says=(a.path('none'), 'No such file'))
    a.sign('officers-2', 'manager-a')
    no('officers-2', '--yes', says=('refused', 'approvals'))
    d.run('sign', a.path('officers-2'), '--key', a.key('registrar'),
          '--trust', a.path('trust-1'), '--passphrase-file',
          a.path('passphrase'), '--yes', status=REFUSED,
          says='scheme manager')
    a.sign('again', 'manager-a', 'manager-b')
    no('again', '--yes', says=('refused', 'version'))
    a.sign('officers-2', 'manager-c')
    d.as_('registrar', 'deliver', a.path('officers-2'), '--yes',
          says='done: 1')
    d.as_('stranger', 'status', says='stranger')
    d.as_('registrar', 'officer', 'list', says='officers list 2')


# ---- answers and terminal ----

def at_terminal(command, answer=None, during=None, wait=60):
    """Run it on a terminal of its own; status and all that it wrote."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(command[0], command)
    seen, end = b'', time.monotonic() + wait
    try:
        while True:
            check(time.monotonic() < end, 'no end:', seen)
            if fd in select.select([fd], [], [], 0.05)[0]:
                try:
                    data = os.read(fd, 65536)
                except OSError:     # its end is closed
                    break
                if not data:
                    break
                seen += data
            if during is not None:
                during(seen)
            if answer is not None and b'[y/N] ' in seen:
                os.write(fd, answer)
                answer = None
    finally:
        os.close(fd)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return status, seen.decode()


def rendered(text):
    """What stays on the screen: lines, after \\r and erase to end of line."""
    shown = []
    for line in text.split('\n'):
        out, at = '', 0
        for part in re.findall(r'\r|\x1b\[K|[^\r\x1b]+', line):
            if part == '\r':
                at = 0
            elif part == '\x1b[K':
                out = out[:at]
            else:
                out = out[:at] + part + out[at + len(part):]
                at += len(part)
        shown.append(out)
    return '\n'.join(shown)


def answers(d):
    add = [program('keurmerkctl'), '--config', d.conf('registrar'),
           'provider', 'add', '--name', 'Test EMZ Dagobert', '--place',
           'Amsterdam', '--kvk', EMZ]
    d.refused('registrar', *add[3:],
              says=('no terminal', 'nothing was signed', '--yes'))
    for answer in (b'n\n', b'\n', b'yess\n', b'Y es\n', b'\x04'):
        before = d.state()
        status, text = at_terminal(add, answer)
        check(status == REFUSED and 'Nothing was signed.' in text, answer,
              status, text)
        check(d.state() == before, answer, 'signed', text)
    status, text = at_terminal(add, b'y\n')
    check(status == DONE and len(d.waiting()) == 1, status, text)
    check('\x1b' not in text, 'colour or progress where none is due', text)
    # A question is about what was shown: all of it came before.
    check(text.index('Test EMZ Dagobert') <
          text.index('Nothing is carried out until others') <
          text.index('Sign as registrar, to propose 1 decision? [y/N]'), text)
    d.as_('decider-a', 'approve', '--all', '--yes')


def progress(d):
    """The office is made to wait, and something moves on the terminal."""
    rows = ''.join(f'Proef {i},{80000000 + i},Delft\n' for i in range(600))
    file = d.write('many.csv', HEAD + rows)
    pid = d.a.roles()['office']
    held = []

    def hold(seen):
        if not held and b'[y/N] ' in seen:
            os.kill(pid, signal.SIGSTOP)
            held.append(time.monotonic())
        elif held and time.monotonic() > held[0] + 1.5:
            os.kill(pid, signal.SIGCONT)
            held[0] = float('inf')
    try:
        status, text = at_terminal(
            [program('keurmerkctl'), '--config', d.conf('registrar'),
             'import', file], b'y\n', hold)
    finally:
        os.kill(pid, signal.SIGCONT)
    check(status == DONE, status, text)
    check(re.search(r'sending +\[#+ *\] \d+ of 600', text), text)
    check('[#' not in rendered(text) and ' of 600' not in rendered(text),
          'left behind', rendered(text))
    check('600 wait for approval' in rendered(text), rendered(text))
    # Elsewhere there is none of it, however long it takes.
    text = d.as_('decider-a', 'approve', '--all', '--yes',
                 says='600 carried out')


def story(d):
    a = d.a
    for number, first, last in ((BODY, -400, 1000),
                                ('RVA-C-777', -800, -300)):
        d.as_('registrar', 'body', 'add', '--number', number, '--name',
              'Fictieve Keuring B.V.', '--from', a.day(first), '--until',
              a.day(last), '--level', 'substantial', '--yes')
    d.as_('decider-a', 'approve', '--all', '--yes', says='2 carried out')
    d.as_('decider-a', 'officer', 'disable', 'gone', '--yes')
    files(d)
    file = d.write('stichting.csv', HEAD + GOOD)
    d.as_('registrar', 'import', file, '--yes')
    d.as_('decider-b', 'approve', '--all', '--yes')
    bad_files(d)
    bad_rows(d)
    settings(d)
    office(d)
    options(d)
    assessments(d)
    grants(d)
    mark = approvals(d)
    pictures(d, mark)
    turns(d, mark)
    lists(d)
    answers(d)
    progress(d)
    check('audit: all agree' in a.audit().stdout, 'audit')


def main(base):
    for name in ('keurmerkd', 'keurmerkctl', 'keurmerk'):
        if not os.path.exists(program(name)):
            skip(f'{name} is not built')
    PERSONS.update(MORE)
    a = Authority(os.path.join(base, 'a'))
    os.mkdir(a.base)
    try:
        a.create(officers=officers_csv(a))
        a.start()
        story(Desk(a))
        a.stop()
    finally:
        a.end()


if __name__ == '__main__':
    try:
        main(os.environ.get('TEST_TMP') or __import__('tempfile').mkdtemp())
    except Failed as e:
        sys.exit(f'FAILED: {e}')
