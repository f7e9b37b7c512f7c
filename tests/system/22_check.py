#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""keurmerk check: firms, websites, numbers and names from a published tree,
dates in the past, and copies of the tree that were damaged by hand."""
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

import jsonschema

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), '../..'))
BUILD = os.environ.get('B', os.path.join(TOP, 'build'))
KEURMERK = os.path.join(BUILD, 'keurmerk')
MAKE = os.path.join(BUILD, 'system/make_tree')
MARKS = 1030
DAY = 86400
UNBOUND = 'Er is niet gecontroleerd of dit de partij is'
checks = 0


def ensure(ok, *what):
    global checks
    checks += 1
    if not ok:
        print('failed:', *what, file=sys.stderr)
        sys.exit(1)


def run(tree, *args, trust='pin'):
    p = subprocess.run(
        [KEURMERK, 'check', '--tree', os.path.join(tree, 'tree'), '--trust',
         os.path.join(tree, trust), *args], capture_output=True, env={},
        timeout=120)
    return p.returncode, p.stdout.decode(), p.stderr.decode()


def expect(status, tree, *args):
    rc, out, err = run(tree, *args)
    ensure(rc == status, args, rc, out, err)
    return out, err


def make(where, marks, *options):
    subprocess.run([MAKE, where, str(marks), '5', str(int(time.time())),
                    *options], check=True)


def answers(tree):
    out, err = expect(0, tree, '--kvk', '10000007')
    ensure('Voorbeeld ICT B.V.' in out and not out.startswith(UNBOUND), out)
    ensure(err == '', err)
    expect(0, tree, '--kvk', '1000 0007')
    expect(0, tree, '--id', 'NTRNL-10000007')
    out, err = expect(0, tree, '--domain', 'site7.example')
    ensure(err == '', err)
    out, err = expect(0, tree, '--domain', 'https://Site7.example/over?x=1')
    ensure('site7.example' in err, err)
    report = json.loads(expect(0, tree, '--json', '--kvk', '10000007')[0])
    number = report['attestation']['number']
    out, _ = expect(0, tree, '--number', number)
    ensure(out.startswith(UNBOUND), out)
    with open(os.path.join(TOP, 'schemas/report.schema.json')) as f:
        schema = json.load(f)
    jsonschema.validate(report, schema)
    return number, schema


def absent(tree, schema):
    out, err = expect(19, tree, '--kvk', '99999999')
    ensure('Niet in het register' in out, out)
    ensure('10000007' not in out + err, out, err)
    jsonschema.validate(json.loads(
        expect(19, tree, '--json', '--kvk', '99999999')[0]), schema)
    out, err = expect(19, tree, '--domain', 'www.site7.example')
    ensure('--domain site7.example' in err, err)
    ensure('site7' not in out.replace('www.site7', ''), out)
    expect(19, tree, '--domain', 'sub.site7.example')
    out, err = expect(19, tree, '--name', 'Voorbeeld IT B.V.')
    ensure('Geen keurmerk gevonden' in out, out)
    ensure('Bedoelde u' in err and err.count('KVK') <= 5, err)
    out, _ = expect(19, tree, '--json', '--name', 'Heel iets anders')
    ensure(json.loads(out) == [], out)


def usage(tree):
    for args, hint in (
            (('--kvk', '1000007'), '01000007'),
            (('--kvk', '123456789'), 'RSIN'),
            (('--kvk', '123456789012'), 'vestigingsnummer'),
            (('--kvk', 'KVK'), '8 cijfers'),
            (('--number', 'KM-2026-000001-Z'), 'verwacht'),
            (('--domain', 'geen host'), None),
            (('--domain', 'straße.example'), 'xn--'),
            (('--name', ''), 'verwacht'),
            (('--kvk', '10000007', '--domain', 'a.example'), 'twee'),
            (('--at', '2999-01-01', '--kvk', '10000007'), 'voorbij'),
            (('--onzin',), 'onzin'), ((), 'gebruik')):
        rc, out, err = run(tree, *args)
        if hint is None:
            ensure(rc in (2, 19), args, rc)
            continue
        ensure(rc == 2 and hint in err and out == '', args, rc, out, err)
    out, err = expect(2, tree, '--name', 'voorbeeld ict bv')
    ensure('--kvk' in err and out.count('KVK') == 20, out, err)


def past(tree, one):
    day = time.strftime('%Y-%m-%d', time.gmtime(time.time() - 400 * DAY))
    out, _ = expect(19, one, '--at', day, '--kvk', '10000000')
    ensure('register van nu' in out and out.count('Op ') >= 1, out)
    now = str(int(time.time()))
    out, _ = expect(0, one, '--at', now, '--kvk', '10000000')
    ensure('register van nu' in out, out)
    got = json.loads(expect(0, one, '--json', '--at', now, '--kvk',
                            '10000000')[0])
    ensure(got['verdict'] == 'valid' and got['history'], got)
    # Withdrawn by now, and for ever: but not before it was.
    got = json.loads(expect(14, tree, '--json', '--kvk', '10000003')[0])
    ensure(got['verdict'] == 'withdrawn', got)


GRANTED = 'verlenen', 'grant'
# By index: what happened, and how it stood so many days ago.
STORIES = (
    (2, '40-grant,30-suspend/4,20-lift', {
        45: (19, 'not-listed'), 35: (0, 'valid'), 25: (15, 'suspended'),
        10: (0, 'valid')},
     (GRANTED, ('schorsen: werkt niet mee aan beoordeling',
                'suspend: does not cooperate with assessment'),
      ('schorsing opheffen', 'lift'))),
    (3, '40-grant,10-withdraw/3', {
        45: (19, 'not-listed'), 35: (0, 'valid'), 5: (14, 'withdrawn')},
     (GRANTED, ('intrekken: voldoet niet (meer) aan de eisen',
                'withdraw: does not (or no longer) meet the requirements'))),
    (4, '40-grant,10-void/6', {     # counts from the start
        45: (19, 'not-listed'), 35: (14, 'withdrawn'), 5: (14, 'withdrawn')},
     (GRANTED, ('ongeldig verklaren vanaf het begin: verleend op onjuiste '
                'gegevens', 'void from the start: granted on incorrect '
                'data'))),
    (5, '40-grant,10-end/1', {35: (0, 'valid'), 5: (14, 'withdrawn')},
     (GRANTED, ('beëindigen op verzoek: op verzoek van de houder',
                "end on request: at the holder's request"))),
    # Amended twice: 6 was replaced by 7, and that by 8.
    (6, '40-grant,20-supersede', {
        35: (0, 'valid'), 15: (0, 'valid'), 5: (0, 'valid')},
     (GRANTED, ('Vervangen door een nieuwere versie',
                'Replaced by a newer version'))))


def at(days):
    return time.strftime('%Y-%m-%d', time.gmtime(time.time() - days * DAY))


def stories(work):
    """The past of marks that were suspended, lifted, withdrawn, voided."""
    tree = os.path.join(work, 'stories')
    make(tree, 12, *('history=%d:%s' % s[:2] for s in STORIES),
         'history=7:20-amend,10-supersede', 'of=7:6', 'history=8:10-amend',
         'of=8:6')
    with open(os.path.join(TOP, 'schemas/history.schema.json')) as f:
        schema = json.load(f)
    with open(os.path.join(TOP, 'schemas/report.schema.json')) as f:
        today = json.load(f)
    for index, events, then, words in STORIES:
        kvk = '--kvk', str(10000000 + index)
        for days, (status, verdict) in then.items():
            got = json.loads(expect(status, tree, '--json', '--at', at(days),
                                    *kvk)[0])
            ensure(got['verdict'] == verdict and got['exit'] == status, got)
            jsonschema.validate(got, schema)
            jsonschema.validate(got['today'], today)
            if status != 19 and index != 6:
                ensure([e['event'] for e in got['history']] ==
                       re.findall('-([a-z]+)', events), got)
        for lang, i in (('nl', 0), ('en', 1)):
            out, _ = expect(then[35][0], tree, '--lang', lang, '--at',
                            at(35), *kvk)
            lines = re.findall(r'UTC  (.*)', out)
            ensure(lines == [w[i] for w in words], index, lines)
    ensure(not jsonschema.Draft202012Validator(schema).is_valid(
        dict(got, history=[dict(got['history'][0], event='annul')])), got)
    # What took the place of the one of then is named.
    got = json.loads(expect(0, tree, '--json', '--at', at(35), *kvk)[0])
    status = got['today']['checks'][15]
    ensure(got['today']['verdict'] == 'superseded' and
           (status['want'], status['want_text']) == (
               8, got['today']['attestation']['number']), status)
    out, _ = expect(0, tree, '--kvk', '10000006')
    ensure('Geldig' in out, out)


def damaged(tree, work):
    register = 'tree/register'
    runs = [n for n in os.listdir(os.path.join(tree, register))
            if len(n) == 64]
    ensure(len(runs) == 2, runs)

    def spoil(what):
        copy = os.path.join(work, 'copy')
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(tree, copy)
        name = what(os.path.join(copy, register))
        for kvk in ('10000007', '99999999'):
            out, err = expect(20, copy, '--kvk', kvk)
            ensure(name in err, name, err)

    def missing(at):
        os.unlink(os.path.join(at, runs[0]))
        return runs[0]

    def flipped(at):
        with open(os.path.join(at, runs[1]), 'r+b') as f:
            f.seek(300)
            byte = f.read(1)[0]
            f.seek(300)
            f.write(bytes([byte ^ 1]))
        return runs[1]

    def swapped(at):
        a, b = (os.path.join(at, n) for n in runs)
        os.rename(a, a + '.x')
        os.rename(b, a)
        os.rename(a + '.x', b)
        return 'register/'

    def empty(at):
        open(os.path.join(at, runs[0]), 'w').close()
        return runs[0]

    def no_index(at):
        shutil.rmtree(os.path.join(at, 'index'))
        return 'register/index/5'

    def bad_index(at):
        with open(os.path.join(at, 'index/5'), 'ab') as f:
            f.write(b'\0')
        return 'register/index/5'

    for what in (missing, flipped, swapped, empty, no_index, bad_index):
        spoil(what)
    # What is no file is not waited for, nor read without end.
    for name in ('epoch', 'trust/1', 'status/0', 'register/index/5',
                 'register/' + runs[0]):
        for put in (os.mkfifo, lambda at: os.symlink('/dev/zero', at)):
            copy = os.path.join(work, 'copy')
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(tree, copy)
            at = os.path.join(copy, 'tree', name)
            os.unlink(at)
            put(at)
            pin = hashlib.sha256(open(os.path.join(tree, 'pin'), 'rb').read())
            p = subprocess.run(
                [KEURMERK, 'check', '--tree', os.path.join(copy, 'tree'),
                 '--trust-hash', pin.hexdigest(), '--kvk', '10000007'],
                capture_output=True, env={}, timeout=30)
            # Without its list the register tells the status.
            ensure(p.returncode in ((0,) if name == 'status/0' else (2, 20)),
                   name, p)
            ensure(b'verwacht een bestand' in p.stderr, name, p.stderr)


def main():
    with tempfile.TemporaryDirectory() as work:
        tree, one, old = (os.path.join(work, n)
                          for n in ('tree', 'one', 'old'))
        make(tree, MARKS, 'withdraw=3')
        make(one, 1)
        make(old, 3, 'over')
        _, schema = answers(tree)
        absent(tree, schema)
        usage(tree)
        out, _ = expect(0, one, '--name', 'VOORBEELD  ICT BV')
        ensure(out.startswith(UNBOUND), out)
        got = json.loads(expect(0, one, '--json', '--name',
                                'Vóorbeeld ICT B.V.')[0])
        ensure(len(got) == 1 and got[0]['verdict'] == 'valid', got)
        past(tree, one)
        stories(work)
        damaged(tree, work)
        # An epoch that is over tells nothing, and no trust neither.
        for kvk in ('10000001', '99999999'):
            expect(20, old, '--kvk', kvk)
        expect(20, old, '--name', 'Voorbeeld ICT B.V.')
        expect(20, tree, '--kvk', '10000007', '--trust-hash', '00' * 32)
    print('%d checks' % checks)


main()
