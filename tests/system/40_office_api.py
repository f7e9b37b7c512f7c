#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""Officers at the wire, with TLS, CBOR and signatures that are not ours: what
is right is carried out, what is wrong is refused by name and changes nothing.
"""
import http.client
import json
import os
import shutil
import socket
import ssl
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                'lib'))
import cbor2                                            # noqa: E402

import officer                                          # noqa: E402
from authority import (Authority, BODY, Failed, PASSPHRASE,  # noqa: E402
                       PERSONS, check)
from officer import ALREADY, DONE, PENDING, REFUSED, encode, sha256  # noqa

DAY = 86400
ZEROS = bytes(32)
REGISTRAR, REVIEWER, DECIDER, ASSESSOR = 1, 2, 4, 8     # bits of missing
LINE = {1: 1, 2: 2, 3: 'workplace', 4: 2}
A, B, NOBODY = 'NTRNL-90000001', 'NTRNL-90000002', 'NTRNL-90000003'
PERSON = 'urn:keurmerk:refusal:person'


class Test:
    def __init__(self, base):
        self.a = Authority(base)
        os.mkdir(self.a.base)
        self.offices = {}
        self.checks = 0

    def begin(self):
        self.a.create()
        self.a.start()
        self.keys = {name: officer.Key.load(self.a.key(name), PASSPHRASE)
                     for name in PERSONS}
        with open(self.a.path('trust-1'), 'rb') as f:
            self.papers = officer.Papers(self.a.host, self.a.environment,
                                         f.read())

    def office(self, who='registrar', key=None):
        if who not in self.offices or key:
            self.offices[who] = officer.Office(
                self.a.ports[0], key or self.keys[who], self.a.base)
        return self.offices[who]

    def pair(self, decision, who, **change):
        key = self.keys[change.pop('key', who)]
        return [decision, self.papers.approval(key, who, decision, **change)]

    def standing(self):
        """All that a refused act must leave as it is."""
        state = self.office().state()
        return {k: state[k] for k in (1, 3, 4, 6, 7, 8, 9, 10, 11)}

    def ok(self, true, *what):
        self.checks += 1
        check(true, *what)

    def acted(self, pairs, *states, who='registrar'):
        answers = self.office(who).acts(*pairs)
        self.ok([x[1] for x in answers] == list(states), 'expected', states,
                'found', answers)
        self.ok([x[2] for x in answers] == [sha256(p[0]) for p in pairs],
                'ids', answers)
        return answers[-1]

    def refused(self, name, pairs, who='registrar'):
        """The last of these is refused by this name, and changes nothing."""
        *first, last = pairs
        if first:
            self.acted(first, *[PENDING] * len(first))
        before = self.standing()
        answer = self.acted([last], REFUSED, who=who)
        self.ok(answer.get(3) == name, 'expected refusal', name, 'found',
                answer)
        self.ok(self.standing() == before, name, 'changed something')

    def head(self, subject):
        item = self.office().subjects(subject)[0]
        return item[2] if item else ZEROS

    # Decisions, good unless changed.

    def provider(self, sub, **change):
        return self.papers.decision(
            'provider-add', 'registrar', sub,
            {1: f'Voorbeeld {sub[-1]} B.V.', 3: 'Utrecht', 4: sub[6:]},
            head=ZEROS, **change)

    def assessment(self, sub, level=2, **change):
        today = int(time.time()) // DAY
        return self.papers.decision(
            'assessment', change.pop('proposer', 'assessor'), sub,
            {1: BODY, 2: today - 3, 3: 'R-1', 4: [{**LINE, 4: level}], 6: ['document-review'], 7: 8, 8: 0},
            **change)

    def grant(self, sub, rests=None, line=LINE, days=365, **change):
        now = int(time.time())
        now -= now % DAY
        head = change.pop('head', None) or self.head(sub)
        return self.papers.decision(
            'grant', change.pop('proposer', 'registrar'), sub,
            {1: 1, 2: ['voorbeeld', 1], 3: [line], 5: now,
             6: now + days * DAY, 7: 1}, head=head,
            rests=self.rests[sub] if rests is None else rests, **change)

    def on_mark(self, kind, mark, content, proposer='registrar', head=False):
        return self.papers.decision(
            kind, proposer, mark, content,
            head=self.head(mark) if head else None)

    # What is tried.

    def raw(self, context):
        """A request over TLS made as context says: what comes back."""
        c = http.client.HTTPSConnection('127.0.0.1', self.a.ports[0],
                                        context=context, timeout=10)
        try:
            c.request('GET', '/v1/state')
            return c.getresponse().status
        except (ssl.SSLError, ConnectionError,
                http.client.HTTPException) as e:
            return str(e) or type(e).__name__
        finally:
            c.close()

    def transport(self):
        plain = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        plain.check_hostname = False
        plain.verify_mode = ssl.CERT_NONE
        self.ok('CERTIFICATE_REQUIRED' in str(self.raw(plain)).upper(),
                'no certificate:', self.raw(plain))
        stranger = officer.Office(self.a.ports[0], officer.Key.new(),
                                  self.a.base).context
        self.ok('UNKNOWN_CA' in str(self.raw(stranger)).upper(),
                'a key of nobody:', self.raw(stranger))
        old = officer.Office(self.a.ports[0], self.keys['registrar'],
                             self.a.base,
                             maximum=ssl.TLSVersion.TLSv1_2).context
        self.ok('PROTOCOL_VERSION' in str(self.raw(old)).upper(), 'TLS 1.2:',
                self.raw(old))
        right = self.office().context
        self.ok(self.raw(right) == 200, 'an officer:', self.raw(right))
        with socket.create_connection(('127.0.0.1', self.a.ports[0]),
                                      timeout=10) as s:
            s.sendall(b'GET /v1/state HTTP/1.1\r\nHost: localhost\r\n\r\n')
            s.settimeout(10)
            answer = s.recv(1000)
            self.ok(b'HTTP' not in answer, 'no TLS:', answer)
        pin = self.a.path('data', 'office', 'tls.pin')
        with open(pin) as f:
            hexpin = f.read().strip()
        with socket.create_connection(('127.0.0.1', self.a.ports[0])) as s:
            with right.wrap_socket(s) as t:
                der = t.getpeercert(binary_form=True)
        from cryptography import x509
        from cryptography.hazmat.primitives import serialization
        spki = x509.load_der_x509_certificate(der).public_key().public_bytes(
            serialization.Encoding.DER,
            serialization.PublicFormat.SubjectPublicKeyInfo)
        self.ok(sha256(spki).hex() == hexpin, 'the pin is of another key')
        mode = os.stat(self.a.path('data', 'office', 'tls.pem')).st_mode
        self.ok(mode & 0o777 == 0o600, 'tls.pem has mode', oct(mode))

    def http(self):
        o = self.office()
        cbor = {'Content-Type': 'application/cbor'}
        rows = [
            ('GET', '/', None, {}, 404), ('GET', '/v1', None, {}, 404),
            ('GET', '/v1/state/', None, {}, 404),
            ('GET', '/v1/decisions/', None, {}, 404),
            ('GET', '/v1/decisions/' + 'a' * 63, None, {}, 404),
            ('GET', '/v1/decisions/' + 'A' * 64, None, {}, 404),
            ('GET', '/v1/decisions/' + 'a' * 64, None, {}, 404),
            ('GET', '/v1/lists/root', None, {}, 404),
            ('GET', '/v1/acts', None, {}, 405),
            ('POST', '/v1/state', b'\x80', cbor, 405),
            ('DELETE', '/v1/state', None, {}, 405),
            ('GET', '/v1/state', None, {'Accept': 'text/html'}, 406),
            ('GET', '/v1/state?x=1', None, {}, 400),
            ('GET', '/v1/pending?after=1', None, {}, 400),
            ('GET', '/v1/pending?after=' + 'a' * 64, None, {}, 404),
            ('GET', '/v1/pending?after=a&after=b', None, {}, 400),
            ('POST', '/v1/acts', b'\x80', {'Content-Type': 'text/plain'},
             415),
            ('POST', '/v1/acts', b'', cbor, 400),
            ('POST', '/v1/acts', b'\x80', cbor, 400),
            ('POST', '/v1/acts', b'\x9a\xff\xff\xff\xff', cbor, 400),
            ('POST', '/v1/acts', encode([[b'x', None]]) + b'\0', cbor, 400),
            ('POST', '/v1/acts', encode([[b'x', None]] * 257), cbor, 400),
            ('POST', '/v1/acts', encode([[b'x']]), cbor, 400),
            ('POST', '/v1/acts', encode([[b'x', b'']]), cbor, 400),
            ('POST', '/v1/acts', encode([[b'x' * 131073, None]]), cbor, 400),
            ('POST', '/v1/acts', b'\x81' * 4096, cbor, 400),
            ('POST', '/v1/acts', bytes(4 * 1024 * 1024 + 1), cbor, 413),
            ('POST', '/v1/subjects', encode(['a'] * 1025), cbor, 400),
            ('POST', '/v1/subjects', encode([1]), cbor, 400),
            ('POST', '/v1/subjects', encode(['x' * 65]), cbor, 400),
        ]
        before = self.standing()
        for method, path, body, headers, want in rows:
            try:
                status, answer = o.request(method, path, body, headers)
            except (ssl.SSLError, ConnectionError):
                status, answer = 413, b''   # it does not read to the end
            self.ok(status == want, method, path, 'expected', want, 'found',
                    status, answer)
            if status in (400, 403) and path in ('/v1/acts',
                                                 '/v1/subjects'):
                self.ok(json.loads(answer)['type'] ==
                        'urn:keurmerk:refusal:malformed', path, answer)
        self.ok(self.standing() == before, 'bad requests changed something')

    def carried_out(self):
        """From body to mark, one step at a time."""
        today = int(time.time()) // DAY
        body = self.papers.decision(
            'body-add', 'registrar', BODY,
            {1: 'Fictieve Keuring B.V.', 2: today - 400, 3: today + 1000,
             4: 2}, head=ZEROS)
        answer = self.acted([self.pair(body, 'registrar')], PENDING)
        self.ok(answer[8] == DECIDER, 'missing', answer)
        again = self.acted([self.pair(body, 'registrar')][:1], REFUSED)
        self.ok(again[3] == 'twice', 'proposed twice', again)
        items = cbor2.loads(self.office().request('GET', '/v1/pending')[1])
        self.ok([i[0] for i in items] == [body] and items[0][3] == DECIDER
                and len(items[0][1]) == 1, 'pending', items)
        status, data = self.office().request(
            'GET', '/v1/decisions/' + sha256(body).hex())
        self.ok(cbor2.loads(data)[2:] == [PENDING, None], 'decision', data)
        approval = self.pair(body, 'decider-a')
        done = self.acted([approval], DONE, who='decider-a')
        self.ok(done[5] == 3 and done[7] >= 1, 'log index', done)
        same = self.acted([approval], ALREADY, who='assessor')
        self.ok(same[5] == done[5], 'the same result', same)
        status, data = self.office().request(
            'GET', '/v1/decisions/' + sha256(body).hex())
        data = cbor2.loads(data)
        self.ok(data[0] == body and len(data[1]) == 2 and
                data[2:] == [DONE, 3], 'decision', data)
        many = [sha256(body), ZEROS, sha256(body)]
        status, answer = self.office().request('POST', '/v1/decisions',
                                               encode(many))
        self.ok(status == 200 and cbor2.loads(answer) == [data, None, data],
                'decisions', status, answer)
        for wrong in ([], [sha256(body)[1:]], [ZEROS] * 257, sha256(body)):
            status, answer = self.office().request('POST', '/v1/decisions',
                                                   encode(wrong))
            self.ok(status == 400 and b'urn:keurmerk:refusal:malformed'
                    in answer, 'decisions', wrong, status, answer)
        self.ok(self.office().request('GET', '/v1/pending')[1] == b'\x80',
                'still pending')

        # An approval sent again, byte for byte, was lost on its way back.
        a = self.provider(A)
        first = self.pair(a, 'registrar')
        self.acted([first], PENDING)
        self.acted([first], PENDING)
        self.acted([self.pair(a, 'decider-b')], DONE, who='decider-b')

        # Both at once, and of two subjects; the first is done by then.
        b, aa, ab = self.provider(B), self.assessment(A), self.assessment(B)
        self.acted([self.pair(b, 'registrar'), self.pair(b, 'decider-a'),
                    self.pair(aa, 'assessor')], PENDING, DONE, DONE)
        self.acted([self.pair(ab, 'assessor')], DONE)
        self.rests = {A: (sha256(a), sha256(aa)), B: (sha256(b), sha256(ab))}
        self.provider_a = a

    def mark(self):
        g = self.grant(A)
        self.acted([self.pair(g, 'registrar')], PENDING)
        answer = self.acted([self.pair(g, 'decider-a')], PENDING)
        self.ok(answer[8] == REVIEWER, 'missing', answer)
        answer = self.acted([self.pair(g, 'reviewer')], DONE)
        self.mark_a, = answer[6]
        self.ok(self.mark_a.startswith('KM-'), 'mark', answer)
        item, = self.office().subjects(A)
        self.ok(item[1] == A and item[2] == sha256(g) and
                item[3] == self.rests[A][0] and item[4] == [self.rests[A][1]]
                and item[5] == [self.mark_a] and item[7] ==
                'Voorbeeld 1 B.V.', 'subject', item)
        mark, = self.office().subjects(self.mark_a)
        self.ok(mark[2] == sha256(g) and mark[6][0][:2] == [0, 0] and
                mark[7] == 'Voorbeeld 1 B.V.', 'mark', mark)
        self.ok(self.office().subjects(NOBODY) == [None], 'unknown subject')
        status, data = self.office().request('GET', '/v1/providers')
        self.ok(cbor2.loads(data) == [A, B], 'providers', data)
        status, data = self.office().request('GET',
                                             '/v1/providers?after=' + A)
        self.ok(cbor2.loads(data) == [B], 'providers after', data)

    def frame(self):
        """What any decision can have wrong."""
        r = 'registrar'
        now = int(time.time())
        for name, change in (
                ('authority', {'_2': 'https://other.example'}),
                ('environment', {'_3': 2}),
                ('trust', {'_4': bytes(32)}),
                ('expired', {'_9': now - 1}),
                ('too-long', {'_9': now + 31 * DAY}),
                ('malformed', {'_8': bytes(15)}),
                ('malformed', {'_1': 'provider-remove'}),
                ('malformed', {'_12': 1}),
                ('malformed', {'_6': 'NTRNL-1'})):
            d = self.provider(NOBODY, **change)
            self.refused(name, [self.pair(d, r)])
        self.refused('unsupported', [self.pair(self.papers.decision(
            'halt', 'decider-a', '', {}), 'decider-a')])
        self.refused('exists', [self.pair(self.provider(A), r)])
        self.refused('head', [self.pair(self.grant(A, head=ZEROS), r)])
        self.refused('subject', [self.pair(self.assessment(NOBODY),
                                           'assessor')])
        d = self.provider(NOBODY)
        self.refused('malformed', [[d + b'\0', self.pair(d, r)[1]]])
        self.refused('malformed', [[d[:-1], self.pair(d, r)[1]]])
        self.refused('malformed', [[d, None]])
        self.refused('malformed', [self.pair(d, r) + [b'{}']])
        self.refused('malformed', [[d, self.pair(d, r)[1] + b'\0']])

    def approvals(self):
        """Who signs, over what, and how often."""
        d = self.provider(NOBODY)
        other = self.provider(NOBODY)
        r = 'registrar'
        for name, pair in (
                ('signature', self.pair(d, r, over=other)),
                ('signature', [d, self.pair(other, r)[1]]),
                ('signature', self.pair(d, r, key='decider-a', kid=self.keys[
                    r].kid)),
                ('signature', self.pair(d, r, high=True)),
                ('person', self.pair(d, r, key='decider-a')),
                ('person', self.pair(d, 'nobody', key=r)),
                ('malformed', self.pair(d, r, typ='application/cose')),
                ('order', self.pair(d, 'decider-a'))):
            self.refused(name, [pair])
        for who in ('assessor', 'decider-a', 'reviewer'):
            d = self.papers.decision(
                'provider-add', who, NOBODY,
                {1: 'Voorbeeld', 3: 'Utrecht', 4: NOBODY[6:]}, head=ZEROS)
            self.refused('role', [self.pair(d, who)])
        d = self.provider(NOBODY)
        self.refused('twice', [self.pair(d, r), self.pair(d, r)])
        self.refused('role', [self.pair(d, 'assessor')])
        g = self.grant(B)
        self.refused('twice', [self.pair(g, r), self.pair(g, 'decider-a'),
                               self.pair(g, 'decider-a')])
        self.refused('role', [self.pair(g, 'assessor')], who='assessor')
        # Their two deciders do not make a reviewer.
        self.acted([self.pair(g, 'decider-b')], PENDING)
        self.refused('role', [self.pair(self.assessment(
            B, proposer=r), r)])

    def content(self):
        r = 'registrar'
        for name, change in (
                ('rests-on', {'rests': (self.rests[B][0],)}),
                ('rests-on', {'rests': (self.rests[B][1],)}),
                ('rests-on', {'rests': self.rests[A]}),
                ('rests-on', {'rests': (*self.rests[B], bytes(32))}),
                ('unassessed', {'line': {1: 1, 2: 2, 3: 'cloud', 4: 1}}),
                ('level', {'line': {**LINE, 4: 3}}),
                ('service', {'line': {**LINE, 3: 'spaceflight'}}),
                ('period', {'days': 1097})):
            self.refused(name, [self.pair(self.grant(B, **change), r)])
        d = 'decider-a'
        until = int(time.time()) + 30 * DAY
        m = self.mark_a
        self.refused('reason', [self.pair(self.on_mark(
            'suspend', m, {1: 7, 2: until}, d), d)])
        self.refused('period', [self.pair(self.on_mark(
            'suspend', m, {1: 3, 2: until + 90 * DAY}, d), d)])
        self.refused('subject', [self.pair(self.on_mark(
            'suspend', 'KM-2020-000001-' + check_character(
                'KM2020000001'), {1: 3, 2: until}, d), d)])
        self.refused('status', [self.pair(self.on_mark(
            'lift', m, {}, head=True), r)])

    def status(self):
        """Suspend, lift, withdraw, and nothing after it."""
        d, r, m = 'decider-a', 'registrar', self.mark_a
        until = int(time.time()) + 30 * DAY
        suspend = self.on_mark('suspend', m, {1: 3, 2: until}, d)
        self.acted([self.pair(suspend, d)], DONE)
        self.ok(self.office().subjects(m)[0][6][0][1] == 2, 'suspended')
        self.refused('status', [self.pair(self.on_mark(
            'suspend', m, {1: 3, 2: until}, d), d)])
        lift = self.on_mark('lift', m, {}, head=True)
        self.acted([self.pair(lift, r), self.pair(lift, 'reviewer'),
                    self.pair(lift, d)], PENDING, PENDING, DONE)
        self.ok(self.office().subjects(m)[0][6][0][1] == 0, 'lifted')
        # Two acts on one mark in one request: the second waits its turn.
        w = self.on_mark('withdraw', m, {1: 3})
        pairs = [self.pair(w, x) for x in (r, 'reviewer', d)]
        s = self.on_mark('suspend', m, {1: 3, 2: until}, d)
        self.acted([self.pair(s, d), *pairs], DONE, PENDING, PENDING, DONE)
        item, = self.office().subjects(m)
        self.ok(item[6][0][1] == 1 and item[2] == sha256(w), 'withdrawn')
        self.refused('status', [self.pair(self.on_mark(
            'lift', m, {}, head=True), r)])
        self.acted([pairs[-1]], ALREADY)

    def lists(self):
        for name, file in (('trust', 'trust-1'), ('officers', 'officers-1')):
            status, data = self.office().request('GET', '/v1/lists/' + name)
            with open(self.a.path(file), 'rb') as f:
                self.ok(data == f.read(), 'list', name)
            self.acted([[data, None]], ALREADY)
            self.refused('malformed', [[data[:-1], None]])
            broken = data[:-1] + bytes([data[-1] ^ 1])
            answer = self.acted([[broken, None]], REFUSED)
            self.ok(answer[3] in ('version', 'signature'), 'a flipped bit in',
                    name, answer)
        status, data = self.office().request('GET', '/v1/lists/scheme')
        self.ok(json.loads(data)['id'] == 'voorbeeld', 'scheme')

    def disabled(self):
        """From then on nothing of the officer counts, not even a question."""
        d = self.papers.decision('disable', 'decider-a', '',
                                 {1: 'decider-b'})
        g = self.provider(NOBODY)
        self.acted([self.pair(g, 'registrar')], PENDING)
        self.acted([self.pair(d, 'decider-a')], DONE)
        status, body = self.office('decider-b').request('GET', '/v1/state')
        self.ok(status == 403 and json.loads(body)['type'] == PERSON,
                'disabled:', status, body)
        self.refused('person', [self.pair(g, 'decider-b')])
        self.acted([self.pair(g, 'decider-a')], DONE)

    def restart(self):
        """All of it is there again, and pending is still pending."""
        waiting = self.provider('NTRNL-90000004')
        self.acted([self.pair(waiting, 'registrar')], PENDING)
        before = self.standing()
        for o in self.offices.values():
            o.close()
        self.a.stop()
        self.a.start()
        self.ok(self.standing() == before, 'expected', before, 'found',
                self.standing())
        self.acted([self.pair(waiting, 'decider-a')], DONE)
        self.a.stop()

    def run(self):
        try:
            self.begin()
            for step in (self.transport, self.http, self.carried_out,
                         self.mark, self.frame, self.approvals, self.content,
                         self.status, self.lists, self.disabled,
                         self.restart):
                step()
            print(f'{self.checks} checks')
        except Exception:
            print(self.a.log_tail(), file=sys.stderr)
            raise
        finally:
            self.a.end()


def check_character(plain):
    """ISO 7064 MOD 37,36."""
    digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
    p = 36
    for c in plain:
        p = (p + digits.index(c)) % 36 or 36
        p = p * 2 % 37
    return digits[(37 - p) % 36]


def main():
    base = tempfile.mkdtemp(prefix='keurmerk-office-')
    try:
        Test(os.path.join(base, 'authority')).run()
    except Failed as e:
        print(e)
        return 1
    finally:
        shutil.rmtree(base, ignore_errors=True)
    return 0


if __name__ == '__main__':
    sys.exit(main())
