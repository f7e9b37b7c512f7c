#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""Open data and feeds of the public role, over holders whose names are HTML,
quotes and formulas: read by parsers that are not ours.
"""
import csv
import io
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                'lib'))
from authority import TOP, check                        # noqa: E402
from public_role import PublicRole                      # noqa: E402

BASE = os.environ['TEST_TMP']
ATOM = '{http://www.w3.org/2005/Atom}'
COLUMNS = ['number', 'holder', 'state', 'since', 'validFrom', 'validUntil',
           'document', 'legalName', 'tradeNames', 'hosts', 'lines', 'euid',
           'lei']
FORMULA = ('=', '+', '-', '@', '\t', '\r')
NOTICES = {'production': None, 'demonstration': 'DEMONSTRATIE',
           'exercise': 'OEFENING'}


def cast(environment):
    path = os.path.join(BASE, environment)
    subprocess.run(['/usr/bin/python3', os.path.join(
        TOP, 'tests', 'system', 'lib', 'make_cast.py'), path,
        '--environment', environment], check=True)
    with open(os.path.join(path, 'cast.json'), encoding='utf-8') as f:
        return path, json.load(f)


def get(role, path, type_):
    answer = role.get(path)
    check(answer.status == 200 and answer.type == type_, path, answer.status,
          answer.type)
    check(answer.headers['Access-Control-Allow-Origin'] == '*', path)
    return answer.body.decode('utf-8')


def marks_of(role):
    found, path = {}, '/v1/marks?size=100'
    while path is not None:
        page = json.loads(role.get(path).body)
        found.update({m['number']: m for m in page['marks']})
        path = page['links']['next']
        path = path and path[len('https://keurmerk.example'):]
    return found


def without_guard(cell):
    """As documented: an apostrophe before what would be a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(
        FORMULA) else cell


def as_csv(role, marks, environment):
    text = get(role, '/open-data/register.csv',
               'text/csv; charset=utf-8; header=present')
    check(text.endswith('\r\n') and '\n' not in text.replace('\r\n', ''),
          'RFC 4180 ends lines with CRLF')
    head, *rows = csv.reader(io.StringIO(text, newline=''), strict=True)
    check(all(len(row) == len(head) for row in rows), 'rows of other lengths')
    check(not [cell for row in rows for cell in row
               if cell.startswith(FORMULA)], 'a formula')
    rows = [dict(zip(head, row)) for row in rows]
    check([r['number'] for r in rows] == sorted(marks), 'other marks')
    check(sum(r['legalName'].startswith("'=1+1") or
              r['tradeNames'].startswith("'-2 ") for r in rows) == 2,
          'the traps are not there')
    for row in rows:
        mark = marks[row['number']]
        check(row['environment'] == environment, row)
        check(without_guard(row['legalName']) == mark['holder']['legalName'],
              row)
        check(without_guard(row['tradeNames']) ==
              ' | '.join(mark['holder']['tradeNames']), row)
        for name in ('kvk', 'euid', 'lei', 'identifier', 'place'):
            check(row[name] == (mark['holder'][name] or ''), name, row)
        for name in ('status', 'statusSince', 'document', 'assessed',
                     'validFrom', 'validUntil', 'lastDay'):
            check(row[name] == mark[name], name, row)
        check(row['statusReason'] == (mark['statusReason'] or ''), row)
        check(row['lines'] == ' | '.join(
            f'{each["claim"]}:{each["service"] or "organisation"}:'
            f'{each["level"]}' for each in mark['lines']), row)
        check(row['page'] == mark['links']['page'], row)
        check(row['terms'].startswith('CC0 1.0; ') and 'AVG' in row['terms']
              and 'GDPR' in row['terms'], row)
        check(row['notice'].startswith(NOTICES[environment] or '') and
              (row['notice'] == '') == (environment == 'production'), row)


def noticed(value, environment):
    notice = NOTICES[environment]
    check(value['environment'] == environment, value['environment'])
    check(value['notice'] is None if notice is None else
          value['notice']['nl'].startswith(notice), value['notice'])


def as_json(role, marks, environment):
    all_ = json.loads(get(role, '/open-data/register.json',
                          'application/json'))
    noticed(all_, environment)
    check(all_['licence'] ==
          'https://creativecommons.org/publicdomain/zero/1.0/', 'no CC0')
    check('AVG' in all_['terms']['nl'] and 'GDPR' in all_['terms']['en'])
    check([m['number'] for m in all_['marks']] == sorted(marks))
    for mark in all_['marks']:
        whole = marks[mark['number']]
        holder = dict(whole['holder'])
        del holder['information']
        check(mark == dict({key: whole[key] for key in mark}, holder=holder),
              mark)


def as_index(role, marks, environment):
    text = get(role, '/open-data/register.index', 'application/json')
    check(text.startswith('{"format":"keurmerk-index","version":1,'), text[:80])
    all_ = json.loads(text)
    noticed(all_, environment)
    check(all_['columns'] == COLUMNS and len(all_['epoch']['hash']) == 64)
    rows = [dict(zip(COLUMNS, row)) for row in all_['marks']]
    check([r['number'] for r in rows] == sorted(marks))
    for row in rows:
        mark = marks[row['number']]
        check(row['holder'] == mark['holder']['identifier'], row)
        check(row['state'] == mark['status'] or row['state'] == 'valid' and
              mark['status'] in ('expired', 'not-yet-valid'), row)
        check(row['lines'] == [[each['claim'], each['service'], each['level']]
                               for each in mark['lines']], row)
        for name in ('legalName', 'tradeNames', 'hosts', 'euid', 'lei'):
            check(row[name] == mark['holder'][name], name, row)


def feed_of(role, path):
    root = ET.fromstring(get(role, path, 'application/atom+xml; charset=utf-8'))
    check(root.tag == ATOM + 'feed', path)
    for element in [root, *root.findall(ATOM + 'entry')]:
        for name in ('id', 'title', 'updated'):
            check(len(element.findall(ATOM + name)) == 1, path, name)
    check(root.find(f'{ATOM}link[@rel="self"]').get('href') ==
          'https://keurmerk.example' + path, path)
    check({e.tag for e in root.iter()} <= {ATOM + name for name in (
        'feed', 'id', 'title', 'updated', 'author', 'name', 'link', 'entry',
        'category', 'summary')}, path, 'has other elements')
    return root


def told(root):
    """(page, event) of all entries, the newest first."""
    entries = root.findall(ATOM + 'entry')
    times = [e.find(ATOM + 'updated').text for e in entries]
    check(times == sorted(times, reverse=True), times)
    ids = [e.find(ATOM + 'id').text for e in entries]
    check(len(set(ids)) == len(ids), ids)
    return [(e.find(ATOM + 'link').get('href').rsplit('/', 1)[1],
             e.find(ATOM + 'category').get('term'),
             e.find(ATOM + 'updated').text) for e in entries]


def feeds(role, marks, environment):
    histories = {number: json.loads(role.get('/v1/marks/' + number).body)
                 ['history'] for number in marks}
    events = {(number, e['event'], e['at'])
              for number, history in histories.items() for e in history}
    for path in ('/feed.xml', '/en/feed.xml'):
        root = feed_of(role, path)
        check(set(told(root)) == events, set(told(root)) ^ events)
        titles = [t.text for t in root.iter(ATOM + 'title')]
        check(any('<script>alert(1)</script> B.V.' in t for t in titles))
        if NOTICES[environment] is not None:
            check(all(t.startswith(('DEMONSTRATI', 'OEFENING', 'EXERCISE'))
                      for t in titles), titles)
    for number, history in histories.items():
        root = feed_of(role, f'/feed/{number}.xml')
        check(told(root) == [(number, e['event'], e['at'])
                             for e in reversed(history)], number)
    check(role.get('/feed/KM-1999-000001-Q.xml').status == 404, 'no such mark')


for environment_ in NOTICES:
    top, people = cast(environment_)
    with PublicRole(BASE, os.path.join(top, 'tree'), environment_) as public:
        found_ = marks_of(public)
        check({p['number'] for p in people} == set(found_), 'other marks')
        as_csv(public, found_, environment_)
        as_json(public, found_, environment_)
        as_index(public, found_, environment_)
        feeds(public, found_, environment_)
