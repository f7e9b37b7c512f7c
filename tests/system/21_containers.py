#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""Badges as people have them: pictures, a saved page, the text of a QR, and
whatever else is a file; each given to keurmerk."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), '../..'))
BUILD = os.environ.get('B', os.path.join(TOP, 'build'))
KEURMERK = os.path.join(BUILD, 'keurmerk')
GOOD = ('--at', '2026-11-24', '--trust', 'trust-1', '--tree', 'tree')
DAY = '2026-11-23'              # of the list in "stapled"
checks = 0


def ensure(ok, *what):
    global checks
    checks += 1
    if not ok:
        sys.exit('failed: ' + ' '.join(repr(w) for w in what))


def run(*args):
    p = subprocess.run([KEURMERK, *args], capture_output=True, env={},
                       timeout=60)
    return p.returncode, p.stdout.decode(), p.stderr.decode()


def wrap(kind, badge, argument):
    return subprocess.run([os.path.join(BUILD, 'system/wrap_badge'), kind,
                           badge, argument], capture_output=True,
                          check=True).stdout


def write(name, data):
    with open(name, 'wb') as f:
        f.write(data)
    return name


def verify(name, want, *more):
    """The report; its exit status is the one wanted."""
    status, out, err = run('verify', '--json', *GOOD, *more, name)
    ensure(status == want and err == '', name, status, out, err)
    words, _, _ = run('verify', *GOOD, *more, name)
    ensure(words == want, name, words)
    return json.loads(out)


def picture(report):
    check = report['checks'][2]
    ensure(check['check'] == 'picture', check)
    return check['outcome'], check['why']


def no_badge(name):
    for verb in ('verify', *GOOD), ('show',):
        status, out, err = run(*verb, '--json', name)
        ensure(status == 2 and out == '', verb, name, status, out)
        ensure(err.startswith('keurmerk: ') and name in err, name, err)


def pictures():
    for variant in 'light', 'dark', 'mono':
        for lang in 'nl', 'en':
            svg = wrap('svg', 'stapled', f'1 {variant} {lang} valid {DAY}')
            # A name that lies about what is in it changes nothing.
            name = write(f'{variant}-{lang}.png', svg)
            report = verify(name, 0)
            ensure(picture(report) == ('passed', 'ok'), report)
            root = ET.fromstring(svg)
            ensure(root.tag == '{http://www.w3.org/2000/svg}svg', root.tag)
            ensure(re.match(rb'<svg [^>]*>', svg), svg[:80])
    svg = wrap('svg', 'self-declaration', '1 light nl none -')
    text = ''.join(ET.fromstring(svg).itertext())
    ensure('Caf\u00e9 <b>"Zon"</b>' in text, text)
    report = verify(write('self.svg', svg), 18)
    ensure(picture(report) == ('passed', 'ok'), report)
    svg = wrap('svg', 'untrusted-environment', '1 light nl none -')
    ensure(b'>DEMONSTRATIE</text>' in svg, svg)
    verify(write('demo.svg', svg), 11)
    if shutil.which('rsvg-convert'):
        for name in 'light-nl.png', 'self.svg', 'demo.svg':
            p = subprocess.run(['rsvg-convert', '-w', '80', name],
                               capture_output=True)
            ensure(p.returncode == 0 and p.stdout[1:4] == b'PNG', p)


def retouched():
    svg = wrap('svg', 'stapled', f'1 light nl valid {DAY}')
    for name, old, new in (
            ('level', b'niveau basis', b'niveau hoog'),
            ('name', b'Voorbeeld ICT', b'Voorbeeld BV'),
            ('newline', b'</svg>', b'</svg>\n'),
            ('prolog', b'<svg ', b'<?xml version="1.0"?><svg '),
            ('space', b' role=', b'  role='),
            ('script', b'</svg>', b'<script>1</script></svg>'),
            ('variant', b'1 light nl', b'1 dark nl'),
            ('day', DAY.encode(), b'2026-11-24'),
            ('status', b'nl valid', b'nl suspended')):
        ensure(old in svg, old)
        report = verify(write(name, svg.replace(old, new)), 10)
        ensure(picture(report)[0] == 'failed', name, report['checks'][2])
    # Of the drawing that is signed, 1, and claims to be of another.
    report = verify(write('version', svg.replace(b'"1 l', b'"2 l')), 10)
    ensure(picture(report) == ('failed', 'picture'), report)
    ensure(report['checks'][2]['found'] == 2, report)
    # Drawn well, of a status or day that its list does not have.
    for drawn in f'suspended {DAY}', 'valid 2026-11-22', 'valid 2026-11-24':
        svg = wrap('svg', 'stapled', '1 light nl ' + drawn)
        report = verify(write('claims', svg), 10)
        ensure(picture(report) == ('failed', 'mismatch'), drawn, report)
    svg = wrap('svg', 'valid', f'1 light nl valid {DAY}')
    ensure(picture(verify(write('claims', svg), 10)) ==
           ('failed', 'mismatch'))


def pages():
    svg = wrap('svg', 'stapled', f'1 light nl valid {DAY}')
    page = (b'<!DOCTYPE html>\n<html lang="nl"><head><title>x</title></head>'
            b'<body>\n<p>1 &lt; 2<svg width="1"></svg>' + svg +
            b'</body></html>\n')
    write('page.html', page)
    report = verify('page.html', 0, '--origin', 'ict.example')
    # What it shows may be another picture.
    ensure(picture(report) == ('not-performed', 'ok'), report)
    ensure(report['binding'] == 'origin', report)
    # As a browser writes what it has read.
    if shutil.which('chromium'):
        p = subprocess.run(
            ['chromium', '--headless', '--no-sandbox', '--disable-gpu',
             '--user-data-dir=' + os.path.abspath('profile'), '--dump-dom',
             'file://' + os.path.abspath('page.html')], capture_output=True,
            timeout=120)
        if b'<metadata' in p.stdout:
            report = verify(write('saved', p.stdout), 0)
            ensure(picture(report) == ('not-performed', 'ok'), p.stdout)
        else:
            print('chromium does not work here')
    for name, data in (
            ('two-in-page', page.replace(b'</body>', svg + b'</body>')),
            ('two-svg', svg + svg),
            ('two-elements', svg.replace(b'</svg>', re.search(
                rb'<metadata.*</metadata>', svg).group(0) + b'</svg>'))):
        report = verify(write(name, data), 10)
        ensure(report['checks'][0]['why'] == 'two-badges', name, report)


def others():
    png = wrap('png', 'stapled', '-')
    report = verify(write('badge.svg', png), 0)
    ensure(picture(report) == ('not-performed', 'ok'), report)
    ensure(verify(write('b', png + b'x'), 10)['checks'][0]['why'] ==
           'trailing')
    at = png.index(b'keurmerk') + 30
    wrong = png[:at] + bytes([png[at] ^ 1]) + png[at + 1:]
    ensure(verify(write('b', wrong), 10)['checks'][0]['why'] == 'mismatch')
    verify(write('b', png[:-5]), 10)
    text = wrap('qr', 'valid', 'KEURMERK.EXAMPLE')
    for data in (text, text + b'\n', text + b'\r\n', text.replace(
            b'HTTPS://KEURMERK.EXAMPLE', b'https://keurmerk.example')):
        report = verify(write('qr.html', data), 0)
        ensure(picture(report) == ('not-performed', 'ok'), report)
    for host in 'KEURMERK.EXAMP1E', 'WWW.KEURMERK.EXAMPLE', 'EXAMPLE':
        report = verify(write('qr', wrap('qr', 'valid', host)), 10)
        ensure(report['checks'][0]['why'] == 'mismatch', host, report)
        status, out, err = run('show', 'qr')
        ensure(status == 2 and 'mismatch' in err, out, err)
    for data in (text.lower(), text + b'A', text.replace(b'/K#', b'/K#=')):
        ensure(run('verify', *GOOD, write('qr', data))[0] in (2, 10), data)
    verify(write('qr', text[:-1]), 10)


def nothing():
    write('empty', b'')
    write('photo.jpg', b'\xff\xd8\xff\xe0\0\x10JFIF\0' + bytes(5000))
    write('page', b'<!DOCTYPE html><p>keurmerk</p><svg></svg>')
    write('small-qr', b'HTTPS://KEURMERK.EXAMPLE/KM-2026-000123-P')
    write('address', b'https://keurmerk.example/controleer')
    os.mkdir('directory')
    with open('sparse', 'wb') as f:
        f.truncate(4 << 30)
    png = wrap('png', 'valid', '-')
    at = png.index(b'iTXt') - 4
    end = at + 12 + int.from_bytes(png[at:at + 4], 'big')
    write('plain.png', png[:at] + png[end:])
    for name in ('empty', 'photo.jpg', 'page', 'small-qr', 'address',
                 'directory', 'sparse', 'plain.png', '/dev/zero',
                 '/dev/null'):
        no_badge(name)
    status, out, err = run('verify', '--lang', 'en', *GOOD, 'photo.jpg')
    ensure('no badge found in photo.jpg' in err and 'ff d8 ff' in err, err)
    status, out, err = run('verify', *GOOD, '/dev/zero')
    ensure(str(8 << 20) in err, err)
    # In its place among others.
    status, out, err = run('verify', '--json', *GOOD, 'valid', 'photo.jpg')
    ensure(status == 2 and json.loads(out)[1] is None, out)


def show():
    for name, kind, container in (
            ('light-nl.png', 'badge', 'svg'), ('page.html', 'badge', 'html'),
            ('badge.svg', 'badge', 'png'), ('qr.html', 'attestation', 'qr'),
            ('stapled', 'badge', 'cbor'), ('valid', 'attestation', 'cbor')):
        status, out, err = run('show', '--json', name)
        ensure(status == 0 and err == '', name, err)
        shown = json.loads(out)
        ensure(shown['kind'] == kind and shown['verified'] is False, out)
        ensure(shown['container'] == container, name, out)
        ensure(shown['attestation']['number'] == 'KM-2026-000123-P', out)
    ensure('badge.svg (PNG)' in run('show', 'badge.svg')[1])
    ensure(run('show', 'two-svg')[0] == 2)


def main():
    here = os.environ.get('TEST_TMP') or tempfile.mkdtemp()
    os.chdir(here)
    subprocess.run([os.path.join(BUILD, 'system/make_badges'), '.'],
                   check=True)
    pictures()
    retouched()
    pages()
    others()
    nothing()
    show()
    print(checks, 'checks')
    if checks < 150:
        sys.exit('fewer checks than there are')


main()
