#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""keurmerk as people and scripts use it: exit statuses, words, JSON against
the schema, files that cannot be read, and what it opens while it runs."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import jsonschema

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), '../..'))
BUILD = os.environ.get('B', os.path.join(TOP, 'build'))
KEURMERK = os.path.join(BUILD, 'keurmerk')
AT = ('--at', '2026-11-24')
TREE = ('--trust', 'trust-1', '--tree', 'tree')
CASES = {       # badge: exit status
    'valid': 0, 'stapled': 0, 'malformed': 10, 'untrusted-signature': 11,
    'untrusted-issuer': 11, 'untrusted-environment': 11, 'not-yet-valid': 12,
    'expired': 13, 'withdrawn': 14, 'suspended': 15, 'superseded': 16,
    'self-declaration': 18, 'undetermined': 20,
}
NOT_BOUND = 'Er is niet gecontroleerd of dit de partij is'
checks = 0


def run(*args, data=None, env=None):
    p = subprocess.run([KEURMERK, *args], input=data, capture_output=True,
                       env=env if env is not None else {}, timeout=60)
    return p.returncode, p.stdout.decode(), p.stderr.decode()


def verify(*args, **more):
    return run('verify', *args, **more)


def ensure(ok, *what):
    global checks
    checks += 1
    if not ok:
        sys.exit('failed: ' + ' '.join(repr(w) for w in what))


def check_schema():
    with open(os.path.join(TOP, 'schemas/report.schema.json')) as f:
        schema = json.load(f)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def statuses(schema):
    for badge, want in CASES.items():
        status, out, err = verify(*AT, *TREE, badge)
        ensure(status == want, badge, status, out, err)
        ensure(out.startswith(NOT_BOUND), badge, out)
        ensure(err == '', badge, err)
        status, text, err = verify('--json', *AT, *TREE, badge)
        ensure(status == want and err == '', badge, status, err)
        report = json.loads(text)
        schema.validate(report)
        ensure(list(report)[:2] == ['verdict', 'binding'], list(report))
        ensure(report['exit'] == want, badge, report)
        ensure(report['verdict'] == badge or badge.startswith('untrusted-')
               or badge in ('stapled', 'self-declaration'), badge)
        # Claims are repeated only where a key vouches for them.
        vouched = want not in (10, 11)
        ensure((report['attestation'] is not None) == vouched, badge)
        ensure(('Voorbeeld ICT' in out) == vouched, badge, out)
        ensure(verify('--json', *AT, *TREE, badge)[1] == text, badge)
    # A schema that lets anything through would be no schema.
    report['extra'] = 1
    ensure(not schema.is_valid(report), 'schema is not strict')
    del report['extra']
    report['checks'][3], report['checks'][4] = (
        report['checks'][4], report['checks'][3])
    ensure(not schema.is_valid(report), 'order of checks')


def wordings():
    said = {}
    for lang in 'nl', 'en':
        for badge in ('untrusted-signature', 'untrusted-issuer',
                      'untrusted-environment'):
            out = verify('--lang', lang, *AT, *TREE, badge)[1]
            said[out.splitlines()[1]] = badge
    ensure(len(said) == 6, said)
    with open(os.path.join(TOP, 'schemas/glossary.json')) as f:
        glossary = json.load(f)['verdicts']
    for lang in 'nl', 'en':
        for badge in ('withdrawn', 'suspended', 'superseded', 'expired',
                      'not-yet-valid', 'malformed', 'undetermined'):
            lines = verify('--lang', lang, *AT, *TREE, badge)[1].splitlines()
            ensure(lines[1] == glossary[badge]['title'][lang], lines[1])
            ensure(lines[2] == glossary[badge]['do'][lang], lines[2])


def policy(schema):
    def one(want, *args, binding='none', badge='valid'):
        status, out, err = verify('--json', *AT, *TREE, *args, badge)
        report = json.loads(out)
        schema.validate(report)
        ensure(status == want and report['binding'] == binding, args, out,
               err)
        return report
    one(0, '--origin', 'ict.example', binding='origin')
    one(0, '--origin', 'ICT.Example', binding='origin')
    one(17, '--origin', 'www.ict.example')
    for holder in ('90000011', 'NTRNL-90000011'):
        one(0, '--holder', holder, binding='holder')
    one(18, '--holder', '90000012')
    one(0, '--demand', 'basic_measures:cloud-hosting:substantial')
    one(18, '--demand', 'basic_measures:cloud-hosting:high')
    one(0, '--demand', 'policy_advice::basic', '--demand',
        'basic_measures:cloud-hosting:basic')
    one(0, '--body', 'C 122', '--body', 'C 123')
    one(18, '--body', 'C 122')
    one(0, '--self-declaration', badge='self-declaration')
    # The same from a file; options replace what it says, or add to it.
    def file(**policy):
        with open('policy.json', 'w') as f:
            json.dump(policy, f)
    file()
    one(0, '--policy', 'policy.json')
    file(origin='ict.example')
    one(0, '--policy', 'policy.json', binding='origin')
    file(origin='www.ict.example')
    one(17, '--policy', 'policy.json')
    one(0, '--origin', 'ict.example', '--policy', 'policy.json',
        binding='origin')
    file(holder='90000011', self_declaration=True)
    one(0, '--policy', 'policy.json', binding='holder')
    one(18, '--holder', '90000012', '--policy', 'policy.json')
    one(20, '--policy', 'policy.json', binding='holder',
        badge='undetermined')
    file(demands=[{'claim': 'basic_measures', 'service': 'cloud-hosting',
                   'level': 'substantial'}])
    one(0, '--policy', 'policy.json')
    r = one(18, '--policy', 'policy.json', '--demand',
            'policy_advice::high')
    check = [c for c in r['checks'] if c['check'] == 'demands'][0]
    ensure((check['want'], check['found'], check['want_text'],
            check['found_text']) == (2, 1, 'policy_advice::high',
                                     'policy_advice::basic'), check)
    file(environment='demonstration')
    one(11, '--policy', 'policy.json')
    one(0, '--policy', 'policy.json', '--environment', 'production')
    file(status_age={'fail': 1})
    one(20, '--policy', 'policy.json')
    file(hodler='90000011')
    status, out, err = verify('--lang', 'en', *AT, *TREE, '--policy',
                              'policy.json', 'valid')
    ensure(status == 2 and out == '' and '"hodler": unknown, expected ' in
           err, out, err)
    status, out, err = verify(*AT, *TREE, '--policy', 'policy.json',
                              '--policy', 'policy.json', 'valid')
    ensure(status == 2 and out == '' and '--policy' in err, out, err)
    one(11, '--environment', 'demonstration')
    epoch = one(0)['epoch']
    memory = '%d:%s' % (epoch['number'], epoch['hash'])
    one(0, '--remember', memory)
    one(20, '--remember', '11:' + epoch['hash'])
    one(20, '--remember', '10:' + '0' * 64)
    one(20, '--remember', '9:' + '0' * 64)
    out = verify(*AT, *TREE, '--origin', 'ict.example', 'valid')[1]
    ensure(out.startswith('Gecontroleerd: de website ict.example'), out)
    out = verify(*AT, *TREE, '--holder', '90000011', 'valid')[1]
    ensure(out.startswith('Gecontroleerd: dit is het keurmerk van '
                          'Voorbeeld ICT'), out)


def times():
    for at, want in (('2026-11-24T00:00:00Z', 13), ('1795478400', 13),
                     ('2026-11-23T23:59:59Z', 0), ('1795478399', 0)):
        ensure(verify('--at', at, *TREE, 'expired')[0] == want, at)
    for at in ('2026-02-30', '2026-11-24T24:00:00Z', '2026-11-24T10:00:00',
               '2026-11-24 10:00', '-1', '', '1e9', '253402300800',
               '2026-13-01', '26-11-24', '2026-11-24T10:00:00ZZ'):
        status, out, err = verify('--at', at, *TREE, 'valid')
        ensure(status == 2 and out == '' and at in err, at, out, err)
    # Without --at the clock counts.
    status, out, err = verify('--trust', 'trust-1', '--json', 'valid')
    ensure(status == 20 and json.loads(out)['now'] > 1700000000, out)


def trust():
    # Without a trust list, and with one that is refused.
    status, out, err = verify(*AT, 'valid')
    ensure(status == 20 and '--trust' in err, status, err)
    ensure('Voorbeeld' not in out, out)
    tree = ('--tree', 'tree')
    status, out, err = verify(*AT, *tree, 'valid')
    ensure(status == 20, 'trust came from the tree', out)
    both = ('--trust', 'trust-1', '--trust', 'trust-2')
    ensure(verify(*AT, *both, '--status', 'tree/status/0', 'valid')[0] == 0)
    short = ('--trust', 'trust-1', '--trust', 'trust-2-short')
    status, out, err = verify(*AT, *short, *tree, 'valid')
    ensure(status == 20 and 'trust-2-short' in err and 'threshold' in err,
           status, err)
    # In the wrong order: version 2 stands by itself, 1 is no next one.
    wrong = ('--trust', 'trust-2', '--trust', 'trust-1')
    ensure(verify(*AT, *wrong, *tree, 'valid')[0] == 20)
    # By its hash, from the tree or from a file.
    pin = subprocess.run(['sha256sum', 'trust-1'], capture_output=True,
                         check=True).stdout.decode()[:64]
    for args in (tree, tree + ('--trust', 'trust-1')):
        status, out, err = verify(*AT, '--trust-hash', pin, *args, '--json',
                                  'valid')
        ensure(status == 0 and json.loads(out)['trust_version'] == 2, err)
    ensure(verify(*AT, '--trust-hash', '0' * 64, *tree, 'valid')[0] == 20)
    # Without any, that is what is said, and not that one was looked for.
    status, out, err = verify(*AT, '--tree', 'tree', 'valid')
    ensure(status == 20 and err.count('\n') == 1 and
           'geen sleutellijst gegeven' in err, status, err)
    ensure(verify(*AT, '--trust-hash', '0' * 64, *TREE, 'valid')[0] == 20)


def proof():
    base = (*AT, '--trust', 'trust-1', '--trust', 'trust-2')
    # What does not verify counts as not given, and it is said.
    status, out, err = verify(*base, '--status', 'status-bad', 'valid')
    ensure(status == 20 and 'status-bad' in err and 'signature' in err, err)
    status, out, err = verify(*base, '--status', 'status-bad', '--status',
                              'tree/status/0', 'valid')
    ensure(status == 0 and 'status-bad' in err, err)
    # The newest counts, in any order; an old one says no more.
    for args in (('status-old', 'tree/status/0'),
                 ('tree/status/0', 'status-old')):
        more = [x for a in args for x in ('--status', a)]
        ensure(verify(*base, *more, 'withdrawn')[0] == 14, args)
    ensure(verify(*base, '--status', 'status-old', 'withdrawn')[0] == 20)
    status, out, err = verify(*AT, *TREE, '--epoch', 'epoch-bad', 'valid')
    ensure(status == 0 and 'epoch-bad' in err, err)
    # Two epochs of one number: which of them is the real one?
    status, out, err = verify(*AT, *TREE, '--epoch', 'epoch-fork', 'valid')
    ensure(status == 20 and 'fork' in err, status, err)
    # Nor does it matter which comes first, or that one of them is over.
    two = ('--epoch', 'epoch-stale'), ('--epoch', 'tree/epoch')
    for a, b in (two, two[::-1]):
        for more in ((), ('--remember', '99:' + 64 * 'a')):
            status, out, err = verify(*base, '--status', 'tree/status/0',
                                      *a, *b, *more, 'valid')
            ensure(status == 20 and 'fork' in err, a, more, status, err)
    # A broken list in the tree is as none.
    shutil.copytree('tree', 'broken')
    shutil.copy('status-bad', 'broken/status/0')
    status, out, err = verify(*AT, '--trust', 'trust-1', '--tree', 'broken',
                              'valid')
    ensure(status == 20 and 'broken/status/0' in err, status, err)
    shutil.copy('trust-2-short', 'broken/trust/2')
    ensure(verify(*AT, '--trust', 'trust-1', '--tree', 'broken', 'stapled')
           [0] == 20, 'a broken trust list in the tree')


def several(schema):
    status, out, err = verify(*AT, *TREE, 'valid', 'stapled')
    ensure(status == 0, out, err)
    ensure(out.splitlines()[0].startswith(NOT_BOUND), out)
    ensure(out.splitlines()[-1] == '2 gecontroleerd: 2 geldig', out)
    # The first in the order of the verdicts, whatever the order of files.
    order = ['malformed', 'untrusted-issuer', 'withdrawn', 'not-yet-valid',
             'expired', 'suspended', 'superseded', 'self-declaration',
             'undetermined', 'valid']
    for i in range(len(order) - 1):
        for rest in (order[i:], order[:i - 1:-1] if i else order[::-1]):
            status = verify(*AT, *TREE, *rest)[0]
            ensure(status == CASES[order[i]], rest, status)
    status, out, err = verify(*AT, *TREE, '--json', *order)
    reports = json.loads(out)
    ensure([r['exit'] for r in reports] == [CASES[b] for b in order], out)
    for r in reports:
        schema.validate(r)
    # What cannot be read ranks first and keeps its place.
    status, out, err = verify(*AT, *TREE, '--json', 'valid', 'nothing',
                              'withdrawn')
    reports = json.loads(out)
    ensure(status == 2 and reports[1] is None, out)
    ensure(reports[0]['exit'] == 0 and reports[2]['exit'] == 14, out)
    ensure('nothing' in err, err)
    status, out, err = verify(*AT, *TREE, '--holder', '90000011', 'valid',
                              'malformed')
    lines = out.splitlines()
    ensure(lines[0].startswith('valid: Geldig') and NOT_BOUND in lines[1],
           out)
    # A file name cannot write to the terminal.
    shutil.copy('valid', 'a\x1b[2Jb')
    out = verify(*AT, *TREE, 'a\x1b[2Jb', 'valid')[1]
    ensure('\x1b' not in out and 'a?[2Jb: Geldig' in out, out)


def no_badges():
    with open('empty', 'wb'):
        pass
    with open('text', 'w') as f:
        f.write('<svg xmlns="http://www.w3.org/2000/svg"/>')
    with open('large', 'wb') as f:
        f.truncate((8 << 20) + 1)
    for name, says in (('empty', 'een leeg bestand'), ('text', '3c 73 76 67'),
                       ('missing', 'missing'), ('tree', 'tree'),
                       ('large', str(8 << 20)), ('trust-1', 'd8 62')):
        status, out, err = verify(*AT, *TREE, name)
        ensure(status == 2 and out == '', name, status, out)
        ensure(name in err and says in err, name, err)
        ensure(err.startswith('keurmerk: '), err)
        status, out, err = verify('--json', *AT, *TREE, name)
        ensure(status == 2 and out == '', name, out)
    for option in ('--trust', '--epoch', '--status'):
        status, out, err = verify(*AT, *TREE, option, 'missing', 'valid')
        ensure(status == 2 and out == '' and 'missing' in err, option, err)
    with open('valid', 'rb') as f:
        data = f.read()
    ensure(verify(*AT, *TREE, '-', data=data)[0] == 0, 'standard input')
    ensure(verify(*AT, *TREE, '--', 'valid')[0] == 0, '--')


def usage():
    for args in ((), ('verify',), ('verify', '--nothing', 'valid'),
                 ('verify', '--at'), ('nothing',), ('show',),
                 ('show', 'valid', 'valid'), ('show', '--at', 'valid'),
                 ('verify', '--lang', 'fr', 'valid'),
                 ('verify', '--environment', 'Production', 'valid'),
                 ('verify', '--trust-hash', 'ff', 'valid'),
                 ('verify', '--origin', 'https://ict.example', 'valid'),
                 ('verify', '--holder', '', 'valid'),
                 ('verify', '--demand', 'basic_measures:x', 'valid'),
                 ('verify', '--demand', 'safe:x:basic', 'valid'),
                 ('verify', '--demand', 'basic_measures:x:top', 'valid'),
                 ('verify', '--remember', '0:' + '0' * 64, 'valid'),
                 ('verify', '--remember', '1:ff', 'valid'),
                 ('verify', *(['--demand', 'policy_advice::basic'] * 17),
                  'valid')):
        status, out, err = run(*args)
        ensure(status == 2 and out == '' and err != '', args, out, err)
    for verb in ('verify', 'check', 'show', 'sync', 'batch'):
        status, out, err = run(verb, '--help')
        ensure((status, err) == (0, '') and out.startswith(
            'gebruik: keurmerk ' + verb), verb, out, err)
    status, out, err = run('--help')
    ensure((status, err) == (0, '') and 'keurmerk batch' in out, out, err)
    ensure(run('--version') == (0, 'keurmerk 0.1.0\n', ''), 'version')
    with open('/dev/full', 'w') as full:
        p = subprocess.run([KEURMERK, 'show', 'valid'], stdout=full,
                           stderr=subprocess.PIPE)
    ensure(p.returncode == 2 and p.stderr != b'', p)


def show():
    for name, kind in (('valid', 'attestation'), ('stapled', 'badge'),
                       ('trust-1', 'trust-list'), ('tree/epoch', 'epoch'),
                       ('tree/status/0', 'status-list')):
        status, out, err = run('show', name)
        ensure(status == 0 and err == '', name, err)
        ensure(out.startswith('Niets hiervan is gecontroleerd'), out)
        status, out, err = run('show', '--lang', 'en', name)
        ensure(out.startswith('Nothing of this was verified'), out)
        status, out, err = run('show', '--json', name)
        shown = json.loads(out)
        ensure(status == 0 and list(shown)[0] == 'verified', out)
        ensure(shown['verified'] is False and shown['kind'] == kind, out)
    shown = json.loads(run('show', '--json', 'tree/status/0')[1])
    ensure((shown['valid'], shown['withdrawn'], shown['suspended'],
            shown['superseded']) == (65533, 1, 1, 1), shown)
    # Signed by nobody: it is shown all the same, and said to be so.
    ensure(run('show', 'untrusted-issuer')[0] == 0)
    for name in ('malformed', 'empty', 'text'):
        status, out, err = run('show', '--json', name)
        ensure(status == 2 and out == '' and name in err, name, out, err)


def system_calls(*mode):
    if shutil.which('strace') is None:
        print('strace is not there: what is opened was not looked at')
        return
    log = 'strace.log'
    args = [KEURMERK, 'verify', *mode, *AT, *TREE, 'valid', 'withdrawn',
            'stapled']
    env = {'OPENSSL_CONF': '/nonexistent/conf', 'LANG': 'nl_NL.UTF-8',
           'POSIXLY_CORRECT': '1', 'HOME': '/nonexistent'}
    p = subprocess.run(['strace', '-f', '-o', log, '-e',
                        'trace=file,network,getrandom', *args],
                       capture_output=True, env={**env, 'PATH': '/usr/bin'})
    if p.returncode != 14:
        print('strace does not work here:', p.stderr.decode()[-200:])
        return
    opened = []
    with open(log) as f:
        for line in f:
            ensure(not re.search(r'\b(socket|connect|bind|sendto)\(', line),
                   line)
            # Of the loader: libraries, before the program itself runs.
            m = re.search(r'\b(open|openat|openat2|stat|access|readlink|'
                          r'newfstatat|execve)\([^"]*"([^"]*)"', line)
            if m and m.group(1) != 'execve':
                opened.append(m.group(2))
    ours = {'trust-1', 'tree/trust/2', 'tree/trust/3', 'tree/epoch',
            'tree/status/0', 'tree/status/1', 'valid', 'withdrawn', 'stapled'}
    for name in opened:
        ensure(name in ours or name == '' or name == '/etc/ld.so.preload' or
               name == '/etc/ld.so.cache' or
               re.search(r'\.so(\.[0-9.]+)?$', name), 'opened', name)
    ensure('tree/status/0' in opened and 'tree/trust/3' in opened, opened)


def main():
    here = os.environ.get('TEST_TMP') or tempfile.mkdtemp()
    os.chdir(here)
    subprocess.run([os.path.join(BUILD, 'system/make_badges'), '.'],
                   check=True)
    schema = check_schema()
    statuses(schema)
    wordings()
    policy(schema)
    times()
    trust()
    proof()
    several(schema)
    no_badges()
    usage()
    show()
    system_calls('--json')
    system_calls('--lang', 'nl')
    print(checks, 'checks')
    if checks < 300:
        sys.exit('fewer checks than there are')


main()
