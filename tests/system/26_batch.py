#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""keurmerk batch: suppliers as people save them, thousands of badges on
several threads, lines and files that are wrong, and an output that closes."""
import base64
import codecs
import csv
import io
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

import jsonschema

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), '../..'))
BUILD = os.environ.get('B', os.path.join(TOP, 'build'))
KEURMERK = os.path.join(BUILD, 'keurmerk')
KNOWN = ('--at', '2026-11-24', '--trust', 'trust-1', '--tree', 'tree')
STATUS = {
    'valid': 0, 'stapled': 0, 'malformed': 10, 'untrusted-signature': 11,
    'untrusted-issuer': 11, 'untrusted-environment': 11, 'not-yet-valid': 12,
    'expired': 13, 'withdrawn': 14, 'suspended': 15, 'superseded': 16,
    'self-declaration': 18, 'undetermined': 20,
}
checks = 0
schema = None


def ensure(ok, *what):
    global checks
    checks += 1
    if not ok:
        sys.exit('failed: ' + ' '.join(repr(w)[:2000] for w in what))


def batch(*args, data=b'', known=KNOWN):
    p = subprocess.run([KEURMERK, 'batch', *known, *args], input=data,
                       capture_output=True, env={}, timeout=300)
    return p.returncode, p.stdout, p.stderr.decode()


def rows(*args, **more):
    """Exit status and rows, each held against the schema."""
    status, out, err = batch(*args, **more)
    found = [json.loads(line) for line in out.decode().splitlines()]
    for row in found:
        schema.validate(row)
    return status, found, err


def read(name):
    with open(name, 'rb') as f:
        return f.read()


def write(name, data):
    with open(name, 'wb') as f:
        f.write(data)
    return name


def badges():
    status, found, err = rows(*STATUS)
    ensure(status == 10, status)
    ensure([r['exit'] for r in found] == list(STATUS.values()), found)
    ensure([r['input'] for r in found] == list(STATUS), found)
    for r in found:
        vouched = r['exit'] not in (10, 11)
        ensure((r['holder'] is not None) == vouched, r)
        ensure(r['words'].startswith('Er is niet gecontroleerd'), r)
        ensure(r['checked_at'] == '2026-11-24T00:00:00Z', r)
    ensure(found[0]['lines'][1] == {
        'claim': 'basic_measures', 'service': 'cloud-hosting',
        'level': 'substantial'}, found[0])
    ensure(found[0]['valid_through'] == '2027-11-23' and
           found[0]['epoch'] == 10 and found[0]['status'] == 'valid', found)
    ensure('13 regels: 2 geldig, 1 beschadigd' in err, err)
    # The same verdicts, and the report's own values, as verify gives.
    for name in STATUS:
        p = subprocess.run([KEURMERK, 'verify', '--json', *KNOWN, name],
                           capture_output=True)
        report = json.loads(p.stdout)
        row = rows(name)[1][0]
        ensure((row['verdict'], row['exit'], row['binding']) ==
               (report['verdict'], report['exit'], report['binding']), name)
    # What is asked is in the hash of the policy, and only that.
    plain = rows('valid')[1][0]['policy']
    ensure(plain == rows('--jobs', '3', 'withdrawn')[1][0]['policy'], plain)
    other = rows('--holder', '90000011', 'valid')[1][0]
    ensure(other['policy'] != plain and other['binding'] == 'holder', other)
    ensure(rows('--holder', '90000012', 'valid')[0] == 18)
    # A row cannot take back what is asked of all rows.
    for members in ('"file":"valid","holder":"90000011"',
                    '"file":"valid","origin":"ict.example"',
                    '"number":"KM-2026-000123-P","holder":"90000011"'):
        status, found, err = rows(
            '--holder', '90000012', '--origin', 'other.example',
            data=('{%s}\n' % members).encode())
        ensure(status == 2 and found[0]['error'] == 'member', found)
    status, found, err = rows('--holder', '90000012', '--sheet', '-', data=(
        b'kvk,keurmerknummer\n90000011,KM-2026-000123-P\n'))
    ensure(status == 2 and found[0]['error'] == 'member', found)
    ensure(rows('--holder', '90000011', data=(
        b'{"file":"valid","holder":"90000011"}\n'))[0] == 0)
    # Nothing trusted: nothing is told.
    status, found, err = rows('valid', known=('--at', '2026-11-24'))
    ensure(status == 20 and found[0]['holder'] is None, found)


def directory():
    os.mkdir('many')
    for i in range(300):
        write('many/%03d' % i, read('withdrawn' if i == 7 else 'valid'))
    write('many/.hidden', b'no badge')
    status, found, err = rows('many')
    ensure(status == 14 and len(found) == 300, status, len(found))
    ensure([r['input'] for r in found] == sorted(r['input'] for r in found))
    ensure(found[7]['verdict'] == 'withdrawn', found[7])
    os.mkdir('many/below')
    status, found, err = rows('many')
    ensure(status == 2 and found[-1]['error'] == 'not-a-file', found[-1])
    os.rmdir('many/below')
    os.mkdir('nothing-in-it')
    status, found, err = rows('nothing-in-it')
    ensure(status == 0 and found == [] and '0 regels' in err, err)


def threads():
    """In the order of the rows, byte for byte, whatever their number."""
    r = random.Random(26)
    code = {n: base64.b64encode(read(n)).decode() for n in STATUS}
    names = [r.choice(list(STATUS)) for _ in range(3000)]
    text = ''.join(json.dumps({'id': str(i), 'badge': code[n]}) + '\n'
                   for i, n in enumerate(names)).encode()
    first = batch('--jobs', '1', data=text)
    for jobs in '2', '3', '16':
        again = batch('--jobs', jobs, data=text)
        ensure(again[:2] == first[:2], jobs)
    found = [json.loads(line) for line in first[1].splitlines()]
    ensure([f['id'] for f in found] == [str(i) for i in range(3000)])
    ensure([f['exit'] for f in found] == [STATUS[n] for n in names])
    ensure([f['row'] for f in found] == list(range(1, 3001)))
    # A program that waits for its answer before it asks on.
    p = subprocess.Popen([KEURMERK, 'batch', *KNOWN], stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    for i in range(5):
        p.stdin.write(b'{"file":"valid","id":"%d"}\n' % i)
        p.stdin.flush()
        ensure(json.loads(p.stdout.readline())['id'] == str(i), i)
    p.stdin.close()
    ensure(p.wait(30) == 0)
    p.stdout.close()
    p.stderr.close()


def lines():
    good = base64.b64encode(read('valid')).decode()
    table = [
        ('{"badge":"%s"}' % good, None), ('', 'empty'), ('  \t', 'empty'),
        ('{"file":"valid","origin":"ict.example"}', None),
        ('nonsense', 'json'), ('[]', 'json'), ('{', 'json'),
        ('{"file":"valid"} x', 'json'), ('"valid"', 'json'),
        ('{"file":"valid","file":"valid"}', 'json'), ('{}', 'member'),
        ('{"id":"1"}', 'member'), ('{"file":"valid","x":"y"}', 'member'),
        ('{"file":1}', 'member'), ('{"file":"valid","id":1}', 'member'),
        ('{"file":"valid","badge":"%s"}' % good, 'member'),
        ('{"file":"valid","id":"%s"}' % ('x' * 1025), 'member'),
        ('{"file":"valid","origin":"https://x"}', 'member'),
        ('{"file":"valid","holder":"x"}', 'member'),
        ('{"badge":"!"}', 'base64'), ('{"badge":"AAA"}', 'base64'),
        ('{"badge":"AB=="}', 'base64'), ('{"badge":"A==="}', 'base64'),
        ('{"badge":"AA==AA=="}', 'base64'),
        ('{"badge":"%s"}' % good.replace('\\', '')[:-1], 'base64'),
        ('{"file":"missing"}', 'cannot-open'),
        ('{"file":"tree"}', 'not-a-file'),
        ('{"file":"/dev/zero"}', 'not-a-file'), ('{"file":""}', 'cannot-open'),
        ('{"kvk":"123456789"}', 'rsin'), ('{"kvk":"123456789012"}', 'branch'),
        ('{"kvk":"onbekend"}', 'not-kvk'), ('{"domain":"geen"}', 'not-host'),
        ('{"number":"KM-2026-000123-Q"}', 'not-number'),
        ('{"file":"a\\u0000b"}', 'json'), ('{"id":"\\ud800"}', 'json'),
        ('{"file":"valid","holder":"90000011"}', None),
    ]
    status, found, err = rows(data='\n'.join(t for t, _ in table).encode())
    ensure(status == 2 and len(found) == len(table), status, len(found))
    for i, (row, (text, error)) in enumerate(zip(found, table)):
        ensure(row['error'] == error and row['row'] == i + 1, text, row)
        ensure((row['verdict'] == 'valid') == (error is None), text, row)
    ensure(found[3]['binding'] == 'origin' and
           found[-1]['binding'] == 'holder', found)
    ensure(len({r['policy'] for r in (found[0], found[3], found[-1])}) == 3)
    # Bytes that are no text; a line without an end; one that is too long.
    data = (b'{"id":"\xff"}\n{"file":"valid"}\n' +
            b'{"badge":"' + b'A' * 13000000 + b'"}\n' + b'{"file":"valid"}')
    status, found, err = rows(data=data)
    ensure([r['error'] for r in found] == ['json', None, 'too-long', None],
           [r['error'] for r in found])
    deep = b'[' * 100000
    ensure(rows(data=deep)[1][0]['error'] == 'json')
    # Many large ones are under way within bounds.
    big = b'{"badge":"' + b'A' * 8000000 + b'"}\n'
    status, found, err = rows(data=big * 20)
    ensure(len(found) == 20 and status in (2, 10), status)


VARIANTS = [
    # separator, encoding, mark, header of the number, line end, quotes
    (';', 'utf-8', True, 'KvK-nummer', '\r\n', csv.QUOTE_MINIMAL),
    (';', 'cp1252', False, 'KvKnr', '\r\n', csv.QUOTE_MINIMAL),
    (',', 'utf-8', False, 'kvk', '\n', csv.QUOTE_ALL),
    (',', 'cp1252', False, 'KvK nummer', '\r', csv.QUOTE_MINIMAL),
    ('\t', 'utf-8', True, 'Kamer van Koophandel', '\n', csv.QUOTE_ALL),
    ('\t', 'cp1252', False, 'kvk-nummer', '\r\n', csv.QUOTE_MINIMAL),
]


def suppliers():
    """400 suppliers; how the number stands, and what was meant."""
    forms = [
        lambda n: n, lambda n: "'" + n, lambda n: n + ',00',
        lambda n: n[:2] + '.' + n[2:5] + '.' + n[5:],
        lambda n: n[:2] + ' ' + n[2:5] + ' ' + n[5:],
        lambda n: '="' + n + '"',
        lambda n: n if n[0] == '0' else n[0] + ',' + n[1:] + 'E+07',
        lambda n: n.lstrip('0'), lambda n: 'KVK ' + n,
    ]
    r = random.Random(400)
    out = []
    for i in range(400):
        n = '%08d' % r.randrange(1000000, 99999999)
        out.append((forms[i % len(forms)](n), n, 'Caf\u00e9 "%d" \u20ac;\n'
                    'tweede, regel' % i))
    return out


def sheets():
    people = suppliers()
    for sep, encoding, mark, header, end, quoting in VARIANTS:
        text = io.StringIO()
        w = csv.writer(text, delimiter=sep, lineterminator=end,
                       quoting=quoting)
        w.writerow(['Plaats', 'Leverancier', header, ''])
        for cell, _, name in people:
            w.writerow(['Ede', name, cell, ''])
        for _ in range(50):
            w.writerow(['', '', '', ''])
        data = text.getvalue().encode(encoding)
        name = write('leveranciers.csv',
                     (codecs.BOM_UTF8 if mark else b'') + data)
        status, found, err = rows(name)
        ensure(len(found) == 400, header, len(found), found[-1])
        for row, (cell, number, supplier) in zip(found, people):
            ensure(row['asked'] == number and row['given'] == cell, row)
            ensure(row['name'] == supplier, row, supplier)
            ensure(('leading-zero' in row['remarks']) ==
                   (len(cell) == 7), row)
            ensure(('cp1252' in row['remarks']) == (encoding == 'cp1252'),
                   row)
        ensure([r['row'] for r in found] == list(range(2, 402)), header)
        ensure(('Windows-1252' in err) == (encoding == 'cp1252'), err)
        # Another reader of CSV makes the same of it.
        again = list(csv.reader(io.StringIO(
            data.decode(encoding), newline=''), delimiter=sep))
        ensure([a[1] for a in again[1:401]] == [f['name'] for f in found])


def odd_sheets():
    def one(data, *want):
        status, found, err = rows('--sheet', '-', data=data)
        got = [r['error'] if r['asked'] is None else r['asked']
               for r in found]
        ensure(got == list(want), data[:200], got)
        return found
    kvk = b'kvk\n'
    one(b'12345678\n1234567\n', '12345678', '01234567')
    one(b'\n\n12345678,00\n', 'empty', 'empty', '12345678')
    one(b'sep=;\r\nnaam;kvk\r\nx;12345678\r\n', '12345678')
    one(b'Lijst 2026;;\n;;\nkvk;naam;\n12345678;x;\n', 'above-header',
        'empty', '12345678')
    one(kvk + b'12345678\n\n\n23456789\n\n\n', '12345678', 'empty', 'empty',
        '23456789')
    one(kvk + b'123456789\n123456789012\n1234\n1,23457E+07\n12345678,5\n',
        'rsin', 'branch', 'not-kvk', 'rounded', 'not-kvk')
    one(b'kvk;KvKnr\n12345678;\n;12345678\n12345678;12345678\n'
        b'12345678;23456789\n', *['12345678'] * 3, 'two-values')
    one(b'website;naam\nhttps://www.ict.example/nl;x\ngeen;y\n;z\n',
        'www.ict.example', 'not-host', 'no-key')
    one(b'keurmerknummer\nkm-2026-000123-p\nKM-2026-000123-Q\n',
        'KM-2026-000123-P', 'not-number')
    one(b'kvk;keurmerknummer\n90000011;KM-2026-000123-P\n',
        'KM-2026-000123-P')
    one(b'plaats;naam\nEde;x\n', 'above-header', 'above-header',
        'no-header')
    one(b'a;b\n' * 25, *['above-header'] * 19, *['no-header'] * 6,)
    one(b'', 'no-header')
    one(b'\n\n\n', 'no-header')
    one(b'PK\x03\x04' + bytes(100), 'xlsx')
    one(b'\xd0\xcf\x11\xe0' + bytes(100), 'xls')
    one('kvk\r\n12345678'.encode('utf-16'), 'utf-16')
    one('kvk\r\n12345678'.encode('utf-16-le'), 'utf-16')
    one(kvk + b'1234\x00678\n12345678\n', 'nul', '12345678')
    one(kvk + b'"12345678\n23456789\n', 'quote')
    one(kvk + b'x' * 10485760 + b'\n12345678\n', 'too-long', '12345678')
    one(kvk + b';' * 1000000 + b'\n12345678\n', 'too-many-cells', '12345678')
    one(b'kvk;naam\n12345678;' + b'y' * 1000000 + b'\n', '12345678')


def hostile_cells():
    cells = ['=1+1', '+1', '-1', '@x', '\tx', '\rx', 'a\x1b[2Jb',
             'x\u202ey', '"quoted"', "'", '=cmd|\' /C calc\'!A0', '\u009b2J',
             'a;b,c', ' =1+1', '\u00a0+1', ' \u00a0 @x', '\uff1d1+1', '\uff0b1',
             '\uff0d1', '\uff20x']
    text = io.StringIO()
    w = csv.writer(text, quoting=csv.QUOTE_ALL)
    w.writerow(['naam', 'kvk', 'id'])
    for c in cells:
        w.writerow([c + 'n', c, c + 'i'])
    # Signs of full width are signs in a spreadsheet of East Asia.
    signs = '=+-@\t\r\uff1d\uff0b\uff0d\uff20'
    data = text.getvalue().encode()
    for form, sep in (('--csv', ','), ('--excel', ';')):
        status, out, err = batch(form, '--sheet', '-', data=data)
        ensure(out.startswith(codecs.BOM_UTF8) == (form == '--excel'), out)
        text = out.decode('utf-8-sig')
        ensure(not any(ord(c) < 32 and c not in '\r\n' for c in text), form)
        ensure('\u202e' not in text and '\u009b' not in text, form)
        found = list(csv.reader(io.StringIO(text, newline=''),
                                delimiter=sep, strict=True))
        ensure(len(found) == len(cells) + 1, len(found))
        ensure(len({len(f) for f in found}) == 1, found)
        for row in found[1:]:
            for cell in row:
                ensure(cell.lstrip(' \u00a0')[:1] not in [*signs], row)
        ensure(text.endswith('\r\n') and '\n' not in
               text.replace('\r\n', ''), form)
    # As JSON the bytes are kept, and none of them steers anything.
    status, out, err = batch('--sheet', '-', data=data)
    ensure(b'\x1b' not in out and '\u202e'.encode() not in out, out)
    ensure(json.loads(out.splitlines()[6])['name'] == 'a\x1b[2Jbn', out)
    write('a\x1b[2Jb', read('valid'))
    ensure(b'\x1b' not in batch('--csv', 'a\x1b[2Jb')[1])
    # Columns are the members of the JSON, in their order.
    names = next(csv.reader(io.StringIO(batch('--csv', 'valid')[1].decode())))
    ensure(names == list(rows('valid')[1][0]), names)


def files():
    write('empty', b'')
    write('huge', b'')
    os.truncate('huge', 4 << 30)
    os.mkfifo('fifo')
    for name, error in (('empty', None), ('huge', 'too-large'),
                        ('fifo', 'not-a-file'), ('/dev/zero', 'not-a-file'),
                        ('missing', 'cannot-open')):
        status, found, err = rows(name)
        ensure(status in (2, 10) and len(found) == 1, name, found)
        ensure(error is None or found[0]['error'] == error, name, found)
    for name in '/dev/zero', 'tree', 'missing':
        for how in '--sheet', '--ndjson':
            status, found, err = rows(how, name)
            ensure(status == 2 and len(found) == 1, name, found)
    ensure(rows('--sheet', 'huge')[0] == 2, 'huge')
    status, found, err = rows('--ndjson', 'huge')
    ensure(status == 2 and found[0]['error'] == 'too-long', found)
    os.remove('huge')
    # One bad input is no end to the others.
    status, found, err = rows('missing', 'valid', '--sheet', 'missing',
                              'withdrawn')
    ensure([r['exit'] for r in found] == [2, 0, 2, 14], found)


def usage():
    for args in (('--nothing',), ('--jobs', '0'), ('--jobs', 'x'),
                 ('--jobs', '257'), ('--jobs', '-1'), ('--jobs',),
                 ('--lang', 'fr'), ('--holder', ''), ('--policy', 'missing'),
                 ('--demand', 'x'), ('--trust', 'missing')):
        status, out, err = batch(*args, 'valid')
        ensure(status == 2 and out == b'' and err != '', args, out, err)
    english = batch('--lang', 'en', 'valid')
    ensure(b'It was not checked' in english[1] and
           '1 rows: 1 valid' in english[2], english)


def outputs():
    with open('/dev/full', 'w') as full:
        for form in (), ('--csv',):
            p = subprocess.run([KEURMERK, 'batch', *KNOWN, *form, 'valid'],
                               stdout=full, stderr=subprocess.PIPE)
            ensure(p.returncode == 2 and b'standaarduitvoer' in p.stderr,
                   p.stderr)
    # A reader that has seen enough.
    data = b'{"file":"valid"}\n' * 5000
    p = subprocess.Popen([KEURMERK, 'batch', *KNOWN], stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    p.stdout.close()
    try:
        p.stdin.write(data)
        p.stdin.close()
    except BrokenPipeError:
        pass
    err = p.stderr.read()
    p.stderr.close()
    ensure(p.wait(30) == 2 and b'standaarduitvoer' in err, err)
    # Interrupted: what was asked so far is answered in whole lines.
    for sig in signal.SIGINT, signal.SIGTERM, signal.SIGKILL:
        p = subprocess.Popen([KEURMERK, 'batch', *KNOWN],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)
        p.stdin.write(b'{"file":"valid"}\n' * 40)
        p.stdin.flush()
        ensure(p.stdout.readline() != b'', sig)
        time.sleep(0.2)
        p.send_signal(sig)
        out, err = p.communicate(timeout=30)
        ensure(p.returncode == -sig, sig, p.returncode, err)
        ensure(all(line.endswith(b'}') for line in out.splitlines()), out)
        ensure(sig == signal.SIGKILL or b'afgebroken' in err, err)


def main():
    global schema
    os.chdir(os.environ.get('TEST_TMP') or tempfile.mkdtemp())
    subprocess.run([os.path.join(BUILD, 'system/make_badges'), '.'],
                   check=True)
    with open(os.path.join(TOP, 'schemas/batch.schema.json')) as f:
        text = json.load(f)
    jsonschema.Draft202012Validator.check_schema(text)
    schema = jsonschema.Draft202012Validator(text)
    for test in (badges, directory, threads, lines, sheets, odd_sheets,
                 hostile_cells, files, usage, outputs):
        test()
    print(checks, 'checks')
    if checks < 3000:
        sys.exit('fewer checks than there are')


main()
