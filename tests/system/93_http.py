#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""How the public role answers (RFC 9110): HEAD, what was not changed, a part
of it, compressed; and the headers that keep a page from being framed, sniffed
or scripted.
"""
import email.utils
import gzip
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                'lib'))
from authority import TOP, check                        # noqa: E402
from public_role import PublicRole                      # noqa: E402

BASE = os.environ['TEST_TMP']
MARK = 'KM-2026-000001-8'
PAGES = ('/', '/en/', '/register', f'/{MARK}', f'/{MARK}/houder', '/cijfers',
         '/wie-beoordeelt', '/schema', '/over', '/toegankelijkheid',
         '/privacy', '/controleer', '/aanvragen', '/zoeken?q=Qqqqqq')
BADGES = (f'/badge/{MARK}/light-nl.svg', f'/badge/{MARK}/light-nl.png',
          f'/badge/{MARK}/keurmerk.cbor', f'/badge/{MARK}/qr.svg')
DATA = ('/v1/marks', f'/v1/marks/{MARK}', '/open-data/register.csv',
        '/open-data/register.json', '/feed.xml', '/sitemap.xml')
FILES = ('/epoch', '/status/0', '/trust/1', '/bodies.json',
         '/scheme/voorbeeld/1.json', '/static/site.css')
ALL = PAGES + BADGES + DATA + FILES


class Http:
    def __init__(self, role):
        self.role = role

    def get(self, path, status=200, method='GET', **headers):
        answer = self.role.get(path, method, {
            name.replace('_', '-'): value
            for name, value in headers.items()})
        check(answer.status == status, method, path, headers, 'answered',
              answer.status, answer.body[:200])
        return answer

    def heads(self):
        for path in ALL:
            got, head = self.get(path), self.get(path, method='HEAD')
            check(head.body == b'', path, 'HEAD has a body')
            for name in ('Content-Type', 'Content-Length', 'ETag',
                         'Cache-Control', 'Last-Modified',
                         'Content-Security-Policy'):
                check(head.headers[name] == got.headers[name], path, name,
                      head.headers[name], got.headers[name])
            check(int(got.headers['Content-Length']) == len(got.body), path)
            check(got.headers['X-Content-Type-Options'] == 'nosniff', path)

    def unchanged(self):
        """RFC 9110 sections 13.1.2, 13.1.3 and 13.2.2."""
        now = email.utils.formatdate(time.time() + 60, usegmt=True)
        then = 'Sat, 01 Jan 2000 00:00:00 GMT'
        for path in ALL:
            got = self.get(path)
            tag, at = got.headers['ETag'], got.headers['Last-Modified']
            check(tag and tag.startswith('"'), path, tag)
            for match in (tag, 'W/' + tag, f'"other", {tag}', '*'):
                same = self.get(path, 304, If_None_Match=match)
                check(same.body == b'' and same.headers['ETag'] == tag, path)
            self.get(path, If_None_Match='"other"')
            self.get(path, If_None_Match='"other"', If_Modified_Since=now)
            if at is None:
                check(path in FILES, path, 'has no Last-Modified')
                continue
            self.get(path, 304, If_Modified_Since=at)
            self.get(path, 304, If_Modified_Since=now)
            self.get(path, If_Modified_Since=then)
            self.get(path, If_Modified_Since='yesterday')

    def parts(self):
        """Section 14: one range; anything else is the whole, or 416."""
        for path in BADGES + DATA + ('/static/site.css',):
            got = self.get(path)
            body, tag = got.body, got.headers['ETag']
            n = len(body)
            for ask, first, last in (('0-0', 0, 0), ('5-9', 5, 9),
                                     ('-7', n - 7, n - 1),
                                     (f'{n - 3}-', n - 3, n - 1),
                                     (f'1-{n + 1000}', 1, n - 1),
                                     (f'-{n + 1000}', 0, n - 1)):
                part = self.get(path, 206, Range='bytes=' + ask)
                check(part.body == body[first:last + 1], path, ask)
                check(part.headers['Content-Range'] ==
                      f'bytes {first}-{last}/{n}', path, ask, part.headers)
                check(part.headers['ETag'] == tag, path)
            for ask in (f'{n}-', f'{n}-{n + 5}', '-0'):
                none = self.get(path, 416, Range='bytes=' + ask)
                check(none.headers['Content-Range'] == f'bytes */{n}', path)
            for ask in ('bytes=9-5', 'bytes=a-b', 'bytes=', 'lines=0-1',
                        'bytes=0-0,5-9', 'bytes=99999999999999999999-',
                        'bytes=--1'):
                got = self.role.get(path, headers={'Range': ask})
                check(got.status in (200, 416), path, ask, got.status)
                check(got.status == 416 or got.body == body, path, ask)
            check(self.get(path, 206, Range='bytes=0-0', If_Range=tag).body ==
                  body[:1], path)
            check(self.get(path, Range='bytes=0-0', If_Range='"other"').body
                  == body, path)
            self.get(path, 304, Range='bytes=0-0', If_None_Match=tag)

    def small(self):
        """Compressed where it gains, and told apart for caches."""
        gained = 0
        for path in ALL:
            plain = self.get(path)
            got = self.get(path, Accept_Encoding='gzip, deflate, br')
            coding = got.headers['Content-Encoding']
            if coding is None:
                check(got.body == plain.body, path)
            else:
                check(coding == 'gzip' and gzip.decompress(got.body) ==
                      plain.body and len(got.body) < len(plain.body), path)
                check('accept-encoding' in got.headers['Vary'].lower() and
                      'accept-encoding' in plain.headers['Vary'].lower(),
                      path, plain.headers)
                check(got.headers['ETag'] != plain.headers['ETag'], path,
                      'one tag for two codings')
                self.get(path, 304, Accept_Encoding='gzip',
                         If_None_Match=got.headers['ETag'])
                gained += 1
            for none in ('gzip;q=0', 'identity', 'br', 'xgzip'):
                got = self.get(path, Accept_Encoding=none)
                check(got.headers['Content-Encoding'] is None, path, none)
        check(gained > len(PAGES), 'nothing is compressed', gained)
        for path in ('/epoch', f'/badge/{MARK}/light-nl.png'):
            check(self.get(path, Accept_Encoding='gzip').headers[
                'Content-Encoding'] is None, path)

    def kept(self):
        for path in PAGES:
            h = self.get(path).headers
            policy = h['Content-Security-Policy']
            for need in ("default-src 'none'", "frame-ancestors 'none'",
                         "base-uri 'none'", "form-action 'self'"):
                check(need in policy, path, need, policy)
            check("'unsafe-inline'" not in policy and
                  "'unsafe-eval'" not in policy, path, policy)
            check(("'wasm-unsafe-eval'" in policy) ==
                  (path == '/controleer'), path, policy)
            check('max-age=' in h['Strict-Transport-Security'], path)
            check(h['Referrer-Policy'] is not None, path)
        for path in BADGES:
            h = self.get(path).headers
            check('cross-origin' == h['Cross-Origin-Resource-Policy'], path)
            age = int(h['Cache-Control'].split('max-age=')[1].split(',')[0])
            check(age <= 60, path, 'a withdrawal is seen after', age)
            check("default-src 'none'" in (h['Content-Security-Policy'] or
                                           ''), path, h)
        for path in DATA[:2]:
            h = self.get(path).headers
            check(h['API-Version'] and h['Access-Control-Allow-Origin'] ==
                  '*', path, h)
        for path in ('/epoch', '/status/0'):
            check('max-age=60' in self.get(path).headers['Cache-Control'],
                  path)
        check('immutable' in self.get('/trust/1').headers['Cache-Control'])


def main():
    path = os.path.join(BASE, 'cast')
    subprocess.run(['/usr/bin/python3', os.path.join(
        TOP, 'tests', 'system', 'lib', 'make_cast.py'), path], check=True)
    with PublicRole(BASE, os.path.join(path, 'tree'),
                    environment='production') as role:
        h = Http(role)
        for part in (h.heads, h.unchanged, h.parts, h.small, h.kept):
            part()
    print(f'{len(ALL)} paths')


main()
