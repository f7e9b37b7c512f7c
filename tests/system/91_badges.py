#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""Every form of a badge, as the public role serves it in its sandbox: pictures
hold nothing but a picture and the badge, which verifies; each QR is read back
from paper's own resolution; what cannot be changed any more is refused once
the mark may not be shown; the zip is all of it, the same bytes each time.
"""
import html.parser
import io
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import time
import xml.parsers.expat
import zipfile
import zlib

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), 'lib'))
from authority import TOP, check, program, skip       # noqa: E402
from public_role import PublicRole                      # noqa: E402

TMP = os.environ.get('TEST_TMP', '/tmp')
SVG_MAX = 32 * 1024
# All that a picture may hold (design section 4, the picture).
ELEMENTS = {
    'svg': {'xmlns', 'width', 'height', 'viewBox', 'role', 'lang',
            'font-family'},
    'title': set(), 'desc': set(), 'metadata': {'id', 'data-picture'},
    'g': {'transform'},
    'rect': {'x', 'y', 'width', 'height', 'rx', 'fill', 'stroke',
             'stroke-width'},
    'path': {'d', 'fill', 'stroke', 'stroke-width', 'stroke-linecap',
             'stroke-linejoin', 'stroke-dasharray'},
    'text': {'x', 'y', 'font-size', 'text-anchor', 'font-weight', 'fill'},
}
CARDS = [v + '-' + l for v in ('light', 'dark', 'mono') for l in ('nl', 'en')]
SHOWN = (['mail-nl.png', 'mail-en.png', 'keurmerk.zip'] +
         ['print-%s-%s.%s' % (v, l, s) for v in ('light', 'mono')
          for l in ('nl', 'en') for s in ('pdf', 'svg')] +
         ['%s-%s' % (a, l + s) for l in ('nl', 'en') for a, s in
          (('line', '.txt'), ('snippet', '.html'), ('element', '.html'))])
ALWAYS = ([w + c + s for w in ('', 'small-') for c in CARDS
           for s in ('.svg', '.png')] +
          ['qr.svg', 'qr.png', 'qr-full.svg', 'qr-full.png', 'keurmerk.cbor'])
TYPES = {'svg': 'image/svg+xml', 'png': 'image/png', 'pdf': 'application/pdf',
         'txt': 'text/plain; charset=utf-8',
         'html': 'text/plain; charset=utf-8', 'zip': 'application/zip',
         'cbor': 'application/keurmerk-badge+cbor'}
# What the card says in large letters, of each verdict on the badge.
BAR = {'valid': 'GELDIG', 'withdrawn': 'INGETROKKEN',
       'suspended': 'GESCHORST', 'expired': 'VERLOPEN',
       'not-yet-valid': 'NOG NIET GELDIG',
       # A self-declaration: true, and not what one asks for.
       'unmet': 'GELDIG'}


class Scene:
    """A cast's tree, and public over it."""

    def __init__(self, name, environment):
        self.base = os.path.join(TMP, name)
        self.environment = environment
        self.now = int(time.time())
        subprocess.run([sys.executable, os.path.join(
            TOP, 'tests/system/lib/make_cast.py'), self.base, '--now',
            str(self.now), '--environment', environment], check=True)
        with open(os.path.join(self.base, 'cast.json')) as f:
            self.cast = {p['name']: p for p in json.load(f)}
        self.public = PublicRole(self.base, os.path.join(self.base, 'tree'),
                                 environment).__enter__()

    def path(self, *names):
        return os.path.join(self.base, *names)

    def form(self, number, name, status=200):
        got = self.public.get(f'/badge/{number}/{name}')
        check(got.status == status, number, name, 'status', got.status,
              got.body[:300])
        want = TYPES[name.rsplit('.', 1)[1]]
        check(status != 200 or got.type == want, name, got.headers)
        return got.body

    def save(self, name, body):
        with open(self.path(name), 'wb') as f:
            f.write(body)
        return self.path(name)

    def verify(self, *files):
        """Verdicts, in order, from the trust list alone and what is in them;
        a full QR carries no status, so that is given with it."""
        command = [program('keurmerk'), 'verify', '--json', '--trust',
                   self.path('pin')]
        if self.environment != 'production':
            command += ['--environment', self.environment]
        if any('qr' in os.path.basename(f) for f in files):
            command += ['--epoch', self.path('tree', 'epoch'), '--status',
                        self.path('tree', 'status', '0')]
        p = subprocess.run(command + list(files), stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE)
        check(p.stdout, p.stderr)
        said = json.loads(p.stdout)
        return said if isinstance(said, list) else [said]


def picture(name, data):
    """Only what a picture may hold; the words in it."""
    words, open_ = [], []
    check(len(data) < SVG_MAX, name, len(data), 'bytes')

    def start(element, attributes):
        check(element in ELEMENTS, name, 'element', element)
        other = set(attributes) - ELEMENTS[element]
        check(not other, name, element, 'attributes', other)
        for value in attributes.values():
            check('url(' not in value and 'javascript' not in value, name,
                  value)
        open_.append(element)

    def text(data):
        if open_[-1] != 'metadata':
            words.append(data)

    def refuse(*what):
        raise AssertionError('%s: %s' % (name, what))

    parser = xml.parsers.expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda element: open_.pop()
    parser.CharacterDataHandler = text
    parser.ProcessingInstructionHandler = refuse
    parser.StartDoctypeDeclHandler = refuse
    parser.CommentHandler = refuse
    parser.Parse(data, True)
    return words


def chunks(data):
    at, found = 8, []
    while at < len(data):
        size, = struct.unpack('>I', data[at:at + 4])
        found.append((data[at + 4:at + 8], data[at + 8:at + 8 + size]))
        at += 12 + size
    return found


def pixels(data):
    """(width, height, RGBA rows) of an 8-bit PNG."""
    parts = chunks(data)
    width, height, depth, colour = struct.unpack('>IIBB', parts[0][1][:10])
    check(depth == 8, 'depth', depth)
    wide = {0: 1, 2: 3, 3: 1, 6: 4}[colour]
    raw = zlib.decompress(b''.join(d for t, d in parts if t == b'IDAT'))
    palette = dict(parts).get(b'PLTE', b'')
    alpha = dict(parts).get(b'tRNS', b'')
    rows, before, step = [], bytearray(width * wide), width * wide + 1
    for y in range(height):
        kind, row = raw[y * step], bytearray(raw[y * step + 1:(y + 1) * step])
        for i in range(len(row) if kind else 0):
            a = row[i - wide] if i >= wide else 0
            b, c = before[i], before[i - wide] if i >= wide else 0
            p = a + b - c
            near = min((abs(p - a), 0, a), (abs(p - b), 1, b),
                       (abs(p - c), 2, c))[2]
            row[i] = row[i] + [0, a, b, (a + b) // 2, near][kind] & 255
        before = row
        if colour == 3:
            row = b''.join(palette[i * 3:i * 3 + 3] + bytes(
                [alpha[i] if i < len(alpha) else 255]) for i in row)
        rows.append(bytes(row))
    return width, height, rows


def on_paper(scene, svg, mm):
    """The file of a picture printed so wide, at 300 dots to the inch."""
    png = svg[:-4] + '-print.png'
    subprocess.run(['rsvg-convert', '-w', str(round(mm / 25.4 * 300)), svg,
                    '-o', png], check=True)
    return png


def scanned(png):
    p = subprocess.run(['zbarimg', '--raw', '-q', png],
                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return p.stdout.strip()


def check_cards(scene, person, verdict):
    number = person['number']
    files = []
    for card in CARDS:
        svg = scene.form(number, card + '.svg')
        words = picture(f'{number} {card}', svg)
        if card.endswith('-nl'):
            check(BAR[verdict] in words, number, card, 'says', words)
        check(any('keurmerk.example' == w for w in words), words)
        check(any(number in w for w in words), words)
        files.append(scene.save(card + '.svg', svg))
        check_small(scene, number, card, verdict)
    for name in ('light-nl.png', 'mono-en.png', 'small-light-nl.png',
                 'keurmerk.cbor'):
        files.append(scene.save(name, scene.form(number, name)))
    for file, report in zip(files, scene.verify(*files)):
        check(report['verdict'] == verdict, number, file, report['verdict'])
        for proof in ('status-proof', 'register-proof'):
            check([c['outcome'] for c in report['checks']
                   if c['check'] == proof] == ['passed'], number, file, proof)


def check_small(scene, number, card, verdict):
    """At 80 pixels wide no letter is smaller than 9 pixels (8 in the band of
    what is no real mark), and all of it is there."""
    svg = scene.form(number, f'small-{card}.svg')
    said = ''.join(picture(f'{number} small-{card}', svg))
    check(b'width="80" ' in svg[:80], svg[:80])
    sizes = [int(n) for n in re.findall(rb'font-size="([0-9]+)"', svg)]
    least = 9 if scene.environment == 'production' else 8
    check(len(sizes) >= 8 and min(sizes) >= least, number, card, sizes)
    check(number in said and 'keurmerk.example' in said, said)
    at = time.gmtime(scene.now - 600)
    day = ('%d-%d-%d' % (at.tm_mday, at.tm_mon, at.tm_year)
           if card.endswith('-nl') else time.strftime('%-d %b %Y', at))
    check(day in said, card, day, said)
    if card.endswith('-nl'):
        check(BAR[verdict].replace(' ', '') in said.replace(' ', ''), said)


def check_qr(scene, person, verdict):
    number = person['number']
    url = b'HTTPS://KEURMERK.EXAMPLE/' + number.encode()
    files = {}
    for name in ('qr.svg', 'qr-full.svg'):
        body = scene.form(number, name)
        words = picture(name, body)
        check(number in words and 'keurmerk.example' in words, name, words)
        files[name] = scene.save(name, body)
    check(scanned(on_paper(scene, files['qr.svg'], 20)) == url, number)
    text = scanned(on_paper(scene, files['qr-full.svg'], 50))
    check(text.startswith(b'HTTPS://KEURMERK.EXAMPLE/K#'), number, text[:40])
    report, = scene.verify(scene.save('qr.txt', text))
    check(report['verdict'] == verdict, number, 'full QR', report['verdict'])
    for name, expected in (('qr.png', url), ('qr-full.png', text)):
        file = scene.save(name, scene.form(number, name))
        check(scanned(file) == expected, number, name)


class Snippet(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def check_texts(scene, person):
    number = person['number']
    for lang, where in (('nl', ''), ('en', '/en')):
        line = scene.form(number, f'line-{lang}.txt').decode()
        check(line.count('\n') == 1 and line.strip().endswith(
            f'https://keurmerk.example/{number}'), line)
        check(person['kvk'] is None or person['kvk'] in line, line)
        text = scene.form(number, f'snippet-{lang}.html').decode()
        (a, link), (img, of) = Snippet(text).found
        check((a, img) == ('a', 'img'), text)
        check(link == {'href': f'https://keurmerk.example{where}/{number}'},
              link)
        check(set(of) == {'src', 'width', 'height', 'alt'}, of)
        check(of['alt'] == line.strip(), of['alt'], 'is not', line)
        check(of['src'] == f'https://keurmerk.example/badge/{number}/'
              f'light-{lang}.png', of)
        width, height = struct.unpack('>II', scene.form(
            number, f'light-{lang}.png')[16:24])
        check(int(of['height']) == 160 * height // width, of, width, height)
        text = scene.form(number, f'element-{lang}.html').decode()
        tags = [t for t, _ in Snippet(text).found]
        check(tags == ['script', 'keurmerk-badge', 'a', 'img'], text)


def check_pdf(scene, person):
    number = person['number']
    url = b'HTTPS://KEURMERK.EXAMPLE/' + number.encode()
    for name in [n for n in SHOWN if n.endswith('.pdf')]:
        body = scene.form(number, name)
        words = picture(name, scene.form(number, name[:-3] + 'svg'))
        check(not any(re.search('[0-9]{4}$', w) for w in words), name,
              'has a date', words)
        file = scene.save(name, body)
        p = subprocess.run(['pdfinfo', file], stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, text=True)
        check(p.returncode == 0 and not p.stderr, name, p.stderr)
        check(re.search(r'^Tagged: +yes$', p.stdout, re.M), p.stdout)
        subprocess.run(['pdftoppm', '-r', '300', '-png', '-singlefile', file,
                        file[:-4]], check=True)
        check(scanned(file[:-4] + '.png') == url, number, name)
        check(number.encode('utf-16-be').hex().upper().encode() in body,
              name, 'its words')
        check(b'/Type/Font' not in body and b'/JS' not in body, name)


def check_zip(scene, person):
    number = person['number']
    body = scene.form(number, 'keurmerk.zip')
    check(body == scene.form(number, 'keurmerk.zip'), 'other bytes')
    with zipfile.ZipFile(io.BytesIO(body)) as z:
        check(z.testzip() is None, 'zip')
        names = z.namelist()
        at = time.gmtime((scene.now - 600) // 2 * 2)[:6]
        for info in z.infolist():
            check(info.date_time == at, info.filename, info.date_time, at)
            check(info.compress_type == zipfile.ZIP_STORED, info)
            name = info.filename.split('/')[-1]
            if name not in ('lees-mij.txt', 'read-me.txt'):
                check(z.read(info) == scene.form(number, name), name)
        check(names[:2] == ['lees-mij.txt', 'read-me.txt'], names)
        for name, words in (('lees-mij.txt', ('geschorst', '30 dagen')),
                            ('read-me.txt', ('suspended', '30 days'))):
            text = z.read(name).decode()
            check(number in text and person['name'] in text, text)
            check(all(word in text for word in words), text)
            check(len(text.splitlines()) < 60, 'more than a page')
        missing = set(SHOWN + ALWAYS) - {n.split('/')[-1] for n in names}
        check(all(m.startswith(('dark', 'mono', 'small-mono', 'small-dark',
                                 'keurmerk.zip')) or
                  re.match('print-.*svg', m) for m in missing),
              'not in the zip', missing)


def check_painted(scene, person):
    """Ours beside librsvg's: the same picture but for edges."""
    svg = scene.save('painted.svg', scene.form(person['number'],
                                               'light-nl.svg'))
    png = scene.form(person['number'], 'light-nl.png')
    theirs = scene.path('theirs.png')
    subprocess.run(['rsvg-convert', '-w', '640', svg, '-o', theirs],
                   check=True)
    with open(theirs, 'rb') as f:
        other = pixels(f.read())
    own = pixels(png)
    check(own[:2] == other[:2], own[:2], other[:2])
    far = total = 0
    for a, b in zip(own[2], other[2]):
        if a == b:
            continue
        for i in range(0, len(a), 4):
            away = max(abs(a[i + k] - b[i + k]) for k in range(4))
            total += away
            far += away > 128
    n = own[0] * own[1]
    check(total / n < 1.5 and far / n < 0.002, 'differs', total / n, far / n)
    print('painted: %.3f away on average, %d of %d pixels far' %
          (total / n, far, n))


def check_demonstration():
    scene = Scene('demonstration', 'demonstration')
    person = scene.cast['Voorbeeld ICT B.V.']
    number = person['number']
    for name in ('light-nl.svg', 'small-light-nl.svg', 'qr.svg',
                 'qr-full.svg'):
        words = ' '.join(picture(name, scene.form(number, name)))
        check('DEMONSTRATIE' in words, name, words)
        if name.startswith('qr'):
            check('DEMONSTRATION' in words, name, words)
            check(scanned(on_paper(scene, scene.save(
                name, scene.form(number, name)), 50)) != b'', name)
    check(scene.form(number, 'line-en.txt').startswith(b'DEMONSTRATION: '))
    check_zip(scene, person)
    with zipfile.ZipFile(io.BytesIO(scene.form(number, 'keurmerk.zip'))) as z:
        check(z.read('lees-mij.txt').startswith(b'DEMONSTRATIE'))
    check_cards(scene, person, 'valid')
    check_pdf(scene, person)
    check(scene.public.stop(), 'public did not end well')


def verdicts(scene):
    """Of each mark in the cast, what its badge must be said to be."""
    said = {}
    for person in scene.cast.values():
        said[person['number']] = person['status']
    said[scene.cast['Heideveld Beheer B.V.']['number']] = 'expired'
    said[scene.cast['Morgenster Cloud B.V.']['number']] = 'not-yet-valid'
    said[scene.cast['Zelfbouw Sites']['number']] = 'unmet'
    return said


def check_lists():
    """The path to the list, in the second of two, is that of the epoch; of a
    list that is newer than the epoch there is none, and it counts alone."""
    now, marks = int(time.time()), 65600
    for name, epoch in (('lists', 7), ('newer', 8)):
        os.mkdir(os.path.join(TMP, name))
        subprocess.run([os.path.join(os.environ['B'], 'system', 'make_tree'),
                        os.path.join(TMP, name), str(marks), str(epoch),
                        str(now)], check=True)
    scene = Scene.__new__(Scene)
    scene.base, scene.environment = os.path.join(TMP, 'lists'), 'production'
    numbers = []

    def proofs(name):
        files = [scene.save(f'{name}{i}.cbor', scene.form(
            number, 'keurmerk.cbor')) for i, number in enumerate(numbers)]
        said = scene.verify(*files)
        check([r['verdict'] for r in said] == ['valid'] * 2, said)
        return [c['outcome'] for r in said for c in r['checks']
                if c['check'] == 'status-proof']

    with PublicRole(scene.base, scene.path('tree'), 'production') as public:
        scene.public = public
        for page in (1, marks):
            got = json.loads(public.get(f'/v1/marks?size=1&page={page}').body)
            numbers.append(got['marks'][0]['number'])
        check(proofs('whole') == ['passed'] * 2, 'two lists')
    shutil.copy(os.path.join(TMP, 'newer', 'tree', 'status', '0'),
                scene.path('tree', 'status', '0'))
    with PublicRole(scene.base, scene.path('tree'), 'production') as public:
        scene.public = public
        check(proofs('newer') == ['not-performed'] * 2, 'a newer list')


def main():
    for tool in ('zbarimg', 'rsvg-convert', 'pdftoppm'):
        if shutil.which(tool) is None:
            skip(tool + ' is not there')
    scene = Scene('production', 'production')
    said = verdicts(scene)
    for person in list(scene.cast.values())[:23]:
        number = person['number']
        verdict = said[number]
        check_cards(scene, person, verdict)
        check_qr(scene, person, verdict)
        if verdict in ('valid', 'unmet'):
            check_texts(scene, person)
            continue
        for name in SHOWN:
            body = scene.form(number, name, status=409)
            check(verdict in json.loads(body)['detail'], name, body)
    for name in ('Voorbeeld ICT B.V.', '<script>alert(1)</script> B.V.'):
        check_zip(scene, scene.cast[name])
        check_pdf(scene, scene.cast[name])
    check_painted(scene, scene.cast['Voorbeeld ICT B.V.'])
    number = scene.cast['Voorbeeld ICT B.V.']['number']
    for name in ('light-de.svg', 'print-dark-nl.pdf', 'mail-nl.svg',
                 'light-nl.svg%00', '../../conf'):
        check(scene.public.get(f'/badge/{number}/{name}').status in
              (400, 404), name)
    check(scene.public.get('/badge/KM-2026-999999-X/qr.svg').status == 404)
    check(scene.public.stop(), 'public did not end well')
    check_demonstration()
    check_lists()


if __name__ == '__main__':
    main()
