#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""A buyer with 400 suppliers in Excel: the register is synced, the list is
looked up in it, and the answer goes back into Excel as evidence.
"""
import csv
import io
import json
import os
import subprocess
import sys
import tempfile
import time

import jsonschema

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), '../..'))
BUILD = os.environ.get('B', os.path.join(TOP, 'build'))
KEURMERK = os.path.join(BUILD, 'keurmerk')
FIRST = 9999900         # so that of the first hundred Excel drops the zero
MARKS = 300
VERDICTS = {'valid': 0, 'withdrawn': 14, 'suspended': 15, 'not-listed': 19}


def ensure(ok, *what):
    if not ok:
        sys.exit('failed: ' + ' '.join(repr(w)[:2000] for w in what))


def run(*args, status=0):
    p = subprocess.run([KEURMERK, *args], capture_output=True, env={},
                       timeout=300)
    ensure(p.returncode == status, args, p)
    return p.stdout, p.stderr.decode()


def suppliers():
    """What stands in the cell, and what is to come of it, by turns."""
    out = []
    for i in range(400):
        index = i * 7 % MARKS
        cell = str(FIRST + index)
        if i % 8 == 5:
            out.append((str(20000000 + i), 'not-listed'))
        elif i % 40 == 12:
            out.append(('8' + cell.zfill(8), 'rsin'))
        elif i % 40 == 32:
            out.append((cell.zfill(8) + '0001', 'branch'))
        elif i == 100:
            out.append(('onbekend', 'not-kvk'))
        else:
            out.append((cell, {7: 'withdrawn', 14: 'suspended'}.get(
                index, 'valid')))
    return out


def excel(rows):
    """As Excel in Dutch saves a sheet: CP1252, semicolons, CR LF."""
    text = io.StringIO(newline='')
    w = csv.writer(text, delimiter=';', lineterminator='\r\n')
    w.writerow(['Leverancier', 'Plaats', 'KvKnr', 'Contract \u20ac'])
    for i, (cell, _) in enumerate(rows):
        w.writerow([f'Caf\u00e9 {i}; "ICT"', 'Den Haag', cell, '1.000,00'])
    with open('leveranciers.csv', 'wb') as f:
        f.write(text.getvalue().encode('cp1252'))


def as_json(known, people):
    with open(os.path.join(TOP, 'schemas/batch.schema.json')) as f:
        schema = jsonschema.Draft202012Validator(json.load(f))
    out, err = run('batch', *known, 'leveranciers.csv', status=2)
    found = [json.loads(line) for line in out.decode().splitlines()]
    ensure(len(found) == 400, len(found))
    for i, (r, (cell, want)) in enumerate(zip(found, people)):
        schema.validate(r)
        ensure(r['row'] == i + 2 and r['given'] == cell and
               r['name'] == f'Caf\u00e9 {i}; "ICT"', r)
        if want not in VERDICTS:
            ensure((r['error'], r['verdict'], r['exit'], r['mark']) ==
                   (want, None, 2, None), r)
            continue
        ensure((r['verdict'], r['exit']) == (want, VERDICTS[want]), r)
        ensure(r['asked'] == cell.zfill(8) and r['checked_at'], r)
        ensure(('leading-zero' in r['remarks']) == (len(cell) == 7), r)
        ensure(r['epoch'] == 5 and len(r['policy']) == 64, r)
        listed = want != 'not-listed'
        ensure((r['kvk'] == r['asked'] and r['binding'] == 'holder' and
                r['status'] == want and len(r['lines']) == 2 and
                r['assessed'] and r['valid_through']) if listed else
               r['kvk'] is None and r['mark'] is None, r)
    ensure({w for _, w in people} == {*VERDICTS, 'rsin', 'branch',
                                      'not-kvk'}, 'not all kinds')
    ensure('400 regels' in err, err)
    return found


def as_excel(known, found):
    out, _ = run('batch', *known, '--excel', 'leveranciers.csv', status=2)
    ensure(out.startswith(b'\xef\xbb\xbf'), out[:20])
    table = list(csv.DictReader(io.StringIO(out.decode('utf-8-sig'),
                                            newline=''), delimiter=';'))
    ensure(len(table) == 400, len(table))
    for row, r in zip(table, found):
        for name in 'mark', 'verdict', 'assessed', 'valid_through', 'policy':
            ensure(row[name].lstrip("'") == (r[name] or ''), name, row, r)


def one_by_one(known, people):
    """check says of one what batch says of many."""
    for cell, want in people[:60]:
        if len(cell) == 8 and want in VERDICTS:
            run('check', *known, '--kvk', cell, status=VERDICTS[want])
        elif len(cell) == 7:            # one is asked before it is guessed
            _, err = run('check', *known, '--kvk', cell, status=2)
            ensure(cell.zfill(8) in err, err)
    run('check', *known, '--domain', 'site20.example')
    run('check', *known, '--domain', 'site20.example.org', status=19)


def main():
    os.chdir(os.environ.get('TEST_TMP') or tempfile.mkdtemp())
    subprocess.run([os.path.join(BUILD, 'system/make_tree'), 'made',
                    str(MARKS), '5', str(int(time.time())), f'kvk={FIRST}',
                    'withdraw=7', 'history=14:30-grant,20-suspend/4'],
                   check=True)
    run('sync', '--trust', 'made/pin', 'made/tree', 'cache')
    known = '--tree', 'cache', '--trust', 'made/pin'
    people = suppliers()
    excel(people)
    found = as_json(known, people)
    as_excel(known, found)
    one_by_one(known, people)
    # A demand that no line meets, and a register that is over.
    out, _ = run('batch', *known, '--demand', 'policy_advice::high',
                 'leveranciers.csv', status=2)
    verdicts = [json.loads(line)['verdict'] for line in out.splitlines()]
    ensure('valid' not in verdicts and verdicts.count('unmet') ==
           [w for _, w in people].count('valid'), verdicts)
    out, _ = run('batch', *known, '--at', '2099-01-01', 'leveranciers.csv',
                 status=2)
    verdicts = {json.loads(line)['verdict'] for line in out.splitlines()}
    ensure(verdicts == {'undetermined', None} or
           verdicts == {'undetermined', 'withdrawn', None}, verdicts)


main()
