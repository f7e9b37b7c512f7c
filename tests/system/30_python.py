#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""The Python package over the library as it was built: every verdict, what
it refuses, junk, threads, the vectors of policies, and as it is installed."""
import copy
import datetime
import gc
import json
import os
import pickle
import random
import subprocess
import sys
import tempfile
import threading
import unittest
import unittest.mock
import weakref

import jsonschema

sys.dont_write_bytecode = True
TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), '../..'))
BUILD = os.path.abspath(os.environ.get('B', os.path.join(TOP, 'build')))
PACKAGE = os.path.join(TOP, 'verifier/python')
sys.path.insert(0, PACKAGE)

import keurmerk                                             # noqa: E402
from keurmerk import Binding, Known, Outcome, Policy, Verdict   # noqa: E402

NOW = 1795478400        # 2026-11-24T00:00:00Z
CASES = {
    'valid': Verdict.VALID, 'stapled': Verdict.VALID,
    'malformed': Verdict.MALFORMED,
    'untrusted-signature': Verdict.UNTRUSTED,
    'untrusted-issuer': Verdict.UNTRUSTED,
    'untrusted-environment': Verdict.UNTRUSTED,
    'not-yet-valid': Verdict.NOT_YET_VALID, 'expired': Verdict.EXPIRED,
    'withdrawn': Verdict.WITHDRAWN, 'suspended': Verdict.SUSPENDED,
    'superseded': Verdict.SUPERSEDED, 'self-declaration': Verdict.UNMET,
    'undetermined': Verdict.UNDETERMINED,
}


def read(name):
    with open(os.path.join(DIR, name), 'rb') as f:
        return f.read()


def setUpModule():
    global DIR, scratch, known, OBJECTS, schema, policy_schema
    scratch = tempfile.TemporaryDirectory(dir=os.environ.get('TEST_TMP'))
    DIR = os.path.join(scratch.name, 'badges')
    os.mkdir(DIR)
    subprocess.run([os.path.join(BUILD, 'system/make_badges'), DIR],
                   check=True)
    keurmerk.use_library(os.path.join(BUILD, 'libkeurmerk.so'))
    OBJECTS = [read(n) for n in ('trust-2', 'tree/epoch', 'tree/status/0')]
    known = Known(read('trust-1'), OBJECTS)

    def load(name):
        with open(os.path.join(TOP, 'schemas', name), encoding='utf-8') as f:
            got = json.load(f)
        jsonschema.Draft202012Validator.check_schema(got)
        return jsonschema.Draft202012Validator(got)
    schema = load('report.schema.json')
    policy_schema = load('policy.schema.json')


def tearDownModule():
    scratch.cleanup()


class Verdicts(unittest.TestCase):
    def test_each(self):
        for name, want in CASES.items():
            with self.subTest(name):
                r = known.verify(read(name), now=NOW)
                self.assertIs(r.verdict, want)
                schema.validate(json.loads(r.json))
                self.assertIs(r.binding, Binding.NONE)
                self.assertFalse(r.ok)
                self.assertEqual(
                    known.verify(read(name), now=NOW, unbound_ok=True).ok,
                    want is Verdict.VALID)
                vouched = want not in (Verdict.MALFORMED, Verdict.UNTRUSTED)
                self.assertEqual(r.attestation is not None, vouched)
                self.assertEqual(len(r.checks), 28)

    def test_as_keurmerk_says(self):
        for name in CASES:
            with self.subTest(name):
                p = subprocess.run(
                    [os.path.join(BUILD, 'keurmerk'), 'verify', '--json',
                     '--at', str(NOW), '--trust', 'trust-1', '--trust',
                     'trust-2', '--epoch', 'tree/epoch', '--status',
                     'tree/status/0', name],
                    cwd=DIR, capture_output=True, check=False)
                r = known.verify(read(name), now=NOW)
                self.assertEqual(p.stdout, r.json + b'\n')
                self.assertEqual(p.returncode, r.exit)

    def test_rest(self):
        badge = read('valid')
        for want, binding, more in (
                (Verdict.WRONG_ORIGIN, Binding.NONE,
                 {'origin': 'www.ict.example'}),
                (Verdict.VALID, Binding.ORIGIN, {'origin': 'ict.example'}),
                (Verdict.WRONG_ORIGIN, Binding.NONE,
                 {'policy': {'origin': 'other.example'},
                  'origin': 'ict.example'}),
                (Verdict.VALID, Binding.HOLDER,
                 {'policy': {'holder': '90000011'}}),
                (Verdict.UNMET, Binding.NONE,
                 {'policy': {'holder': '90000029'}}),
                (Verdict.UNDETERMINED, Binding.NONE,
                 {'policy': {'remember': {'number': 4000000000,
                                          'hash': '00' * 32}}})):
            with self.subTest(more):
                r = known.verify(badge, now=NOW, **more)
                self.assertEqual((r.verdict, r.binding), (want, binding))
                self.assertEqual(r.ok, want is Verdict.VALID)
                self.assertEqual(bool(r), r.ok)
                schema.validate(json.loads(r.json))

    def test_any_host(self):
        """What a web server was told is no mistake of the caller."""
        for host in ('ICT.example', 'ict.example:443', 'example', ' ', '\0',
                     '\ud800', 'ict.\u0435xample', 'x' * 100000):
            r = known.verify(read('valid'), now=NOW, origin=host)
            self.assertIs(r.verdict, Verdict.WRONG_ORIGIN)
            schema.validate(json.loads(r.json))

    def test_one_call(self):
        r = keurmerk.verify(read('valid'), trust=read('trust-1'),
                            objects=OBJECTS, policy=Policy(
                                holder='NTRNL-90000011'), now=NOW)
        self.assertTrue(r.ok)
        self.assertEqual(r.attestation['legal_name'], 'Voorbeeld ICT B.V.')
        self.assertIs(r.check('holder').outcome, Outcome.PASSED)
        when = datetime.datetime(2026, 11, 24, 1, tzinfo=datetime.timezone(
            datetime.timedelta(hours=1)))
        self.assertEqual(known.verify(read('valid'), now=when).json,
                         known.verify(read('valid'), now=NOW).json)

    def test_remembered(self):
        first = known.verify(read('valid'), now=NOW)
        again = known.verify(read('valid'), now=NOW,
                             policy=Policy(remember=first.epoch))
        self.assertIs(again.verdict, Verdict.VALID)
        self.assertIs(again.check('epoch-memory').outcome, Outcome.PASSED)
        alone = keurmerk.verify(
            read('valid'), trust=read('trust-1'),
            objects=[OBJECTS[0], OBJECTS[2]], now=NOW,
            policy=Policy(remember=first.epoch))
        self.assertIs(alone.verdict, Verdict.UNDETERMINED)
        self.assertEqual(alone.check('epoch-memory').why, 'missing')


class What_is_known(unittest.TestCase):
    def test_refused(self):
        k = Known(read('trust-1'), [read('trust-2-short'), b'junk', b'',
                                    read('status-bad'), *OBJECTS])
        self.assertEqual([place for place, _ in k.refused], [0, 1, 2, 3])
        self.assertEqual(k.refused[0][1], 'threshold')
        self.assertIs(k.verify(read('valid'), now=NOW).verdict,
                      Verdict.VALID)
        self.assertEqual(k.verify(b'', now=NOW).refused, k.refused)

    def test_pin(self):
        import hashlib
        pin = hashlib.sha256(read('trust-1')).digest()
        r = keurmerk.verify(read('valid'), trust=pin, now=NOW,
                            objects=[read('trust-1'), *OBJECTS])
        self.assertIs(r.verdict, Verdict.VALID)
        r = keurmerk.verify(read('valid'), trust=pin, objects=OBJECTS,
                            now=NOW)
        self.assertIs(r.verdict, Verdict.UNDETERMINED)
        self.assertIsNone(r.attestation)

    def test_many(self):
        """What is known already changes nothing."""
        k = Known(read('trust-1'), OBJECTS * 200)
        self.assertEqual(k.refused, ())

    def test_room(self):
        """Where the library has no more room it begins anew with more."""
        real, said = keurmerk._known.name_of, ['ok', 'full', 'full']

        def name_of(err):
            return said.pop(0) if said else real(err)
        with unittest.mock.patch('keurmerk._known.name_of', name_of):
            k = Known(read('trust-1'), OBJECTS)
        self.assertEqual((said, k.refused), ([], ()))
        self.assertIs(k.verify(read('valid'), now=NOW).verdict,
                      Verdict.VALID)
        with unittest.mock.patch('keurmerk._known.name_of',
                                 lambda err: 'full'):
            with self.assertRaises(ValueError):
                Known(read('trust-1'), OBJECTS)

    def test_let_go(self):
        for _ in range(50):
            Known(read('trust-1'), OBJECTS)
        gc.collect()
        self.assertIs(known.verify(read('valid'), now=NOW).verdict,
                      Verdict.VALID)

    def test_stays_where_it_is(self):
        """A copy, or in another process, would look into freed memory."""
        for take in (copy.copy, copy.deepcopy, pickle.dumps):
            with self.assertRaises(TypeError) as caught:
                take(known)
            self.assertIn('expected', str(caught.exception))

    def test_end_of_program(self):
        """Threads that nobody waits for may be in the library until then."""
        live = weakref.finalize
        with unittest.mock.patch('weakref.finalize', wraps=live) as made:
            ends = []
            made.side_effect = lambda *a: ends.append(live(*a)) or ends[-1]
            Known(read('trust-1'))
        self.assertEqual([e.atexit for e in ends], [False])


class Wrong_use(unittest.TestCase):
    def test_types(self):
        for error, more in (
                (TypeError, {'trust': 'x' * 32}), (TypeError, {'trust': 3}),
                (ValueError, {'trust': b''}), (ValueError, {'trust': b'x'}),
                (TypeError, {'objects': b'bytes'}),
                (TypeError, {'objects': [None]}),
                (TypeError, {'badge': 'text'}), (TypeError, {'badge': None}),
                (TypeError, {'now': '2026'}), (TypeError, {'now': True}),
                (ValueError, {'now': -1}), (ValueError, {'now': 1 << 70}),
                (ValueError, {'now': datetime.datetime(2026, 11, 24)}),
                (TypeError, {'unbound_ok': 1}),
                (ValueError, {'origin': ''}),
                (TypeError, {'origin': b'ict.example'}),
                (ValueError, {'policy': {'origin': 'ICT.example'}}),
                (ValueError, {'policy': {'origin': 'https://ict.example'}}),
                (ValueError, {'policy': {'origin': 'ict.1'}}),
                (ValueError, {'policy': {'origin': ''}}),
                (ValueError, {'policy': 'x'}), (ValueError, {'policy': [1]}),
                (ValueError, {'policy': {'hodler': '90000011'}})):
            with self.subTest(more):
                asked = {'badge': read('valid'), 'trust': read('trust-1'),
                         'objects': OBJECTS, 'now': NOW, **more}
                badge = asked.pop('badge')
                with self.assertRaises(error) as caught:
                    keurmerk.verify(badge, **asked)
                self.assertIn('expected', str(caught.exception))
                self.assertIn('found', str(caught.exception))

    def test_unbound_is_no_condition(self):
        self.assertFalse(known.verify(read('valid'), now=NOW))

    def test_library(self):
        with self.assertRaises(ValueError):
            keurmerk.use_library('/nowhere/libkeurmerk.so.0')   # in use
        code = ("import keurmerk\n"
                "try: keurmerk.version()\n"
                "except ImportError as e: print(e)\n")
        p = subprocess.run(
            ['/usr/bin/python3', '-B', '-c', code], capture_output=True,
            text=True, check=False, env={'PYTHONPATH': PACKAGE})
        self.assertTrue('expected the library libkeurmerk.so.0' in p.stdout
                        or p.stdout == '', (p.stdout, p.stderr))
        self.assertEqual(p.returncode, 0, p.stderr)


class Register(unittest.TestCase):
    """All answers stand in the conformance vectors; here, wrong use."""

    def setUp(self):
        at = os.path.join(TOP, 'tests/conformance/vectors')
        with open(os.path.join(at, 'objects.json'), encoding='utf-8') as f:
            named = json.load(f)['objects']

        def data(text):
            return bytes.fromhex(named[text[1:]]['hex'] if
                                 text.startswith('@') else text)
        with open(os.path.join(at, 'register.json'), encoding='utf-8') as f:
            v = next(v for v in json.load(f)['vectors']
                     if v['expect']['verdict'] == 'valid' and
                     v['register'].get('by') == 'holder')
        self.now, self.key = v['now'], v['register']['key']
        self.policy = v['policy']
        self.runs = [data(r) for r in v['register']['runs']]
        self.known = Known(data(v['trust_pin']), map(data, v['objects']))

    def check(self, **asked):
        return self.known.check(policy=self.policy, now=self.now, **asked)

    def test_known_and_not(self):
        self.assertIs(self.check(holder=self.key).verdict,
                      Verdict.UNDETERMINED)
        self.assertNotEqual(self.known.register([]), 'ok')
        self.assertEqual(self.known.register(self.runs), 'ok')
        r = self.check(holder=self.key)
        self.assertTrue(r.ok)
        self.assertIs(r.binding, Binding.HOLDER)
        schema.validate(json.loads(r.json))
        number = r.attestation['number']
        self.assertFalse(self.check(number=number).ok)      # bound to nobody
        self.assertTrue(self.check(number=number, unbound_ok=True).ok)
        self.assertIs(self.check(host='elders.example').verdict,
                      Verdict.NOT_LISTED)

    def test_kept(self):
        """Nobody else holds the runs; what is refused changes nothing."""
        want = self.known.register(self.runs) and self.check(holder=self.key)
        broken = bytearray(self.runs[0])
        broken[-1] ^= 1
        self.assertNotEqual(self.known.register([broken]), 'ok')
        del self.runs, broken
        gc.collect()
        self.assertEqual(self.check(holder=self.key).json, want.json)

    def test_wrong_use(self):
        for keys in ({}, {'holder': '90000011', 'host': 'a.example'},
                     {'number': 7}):
            with self.assertRaises(TypeError) as caught:
                self.known.check(now=self.now, **keys)
            self.assertIn('expected', str(caught.exception))
        for runs in (b'x', 'x', ['x']):
            with self.assertRaises(TypeError):
                self.known.register(runs)


class Junk(unittest.TestCase):
    def test_bytes(self):
        """Whatever the bytes are, there is a report, and never valid."""
        rnd = random.Random(1)
        good = [read(n) for n in ('valid', 'stapled')]
        for i in range(3000):
            badge = bytearray(rnd.choice(good))
            what = rnd.randrange(4)
            if what == 0:
                badge = bytearray(rnd.randbytes(rnd.randrange(200)))
            elif what == 1:
                badge = badge[:rnd.randrange(len(badge))]
            elif what == 2:
                badge[rnd.randrange(len(good[0]) - 64)] ^= \
                    1 << rnd.randrange(8)
            else:
                badge += rnd.randbytes(1 + rnd.randrange(8))
            if bytes(badge) in good:
                continue
            r = known.verify(badge, now=NOW)
            if what != 2 or badge[:len(good[0])] != good[1][:len(good[0])]:
                self.assertFalse(r.ok)
            self.assertIsInstance(r.verdict, Verdict)
        self.assertIs(known.verify(bytes(9 << 20), now=NOW).verdict,
                      Verdict.MALFORMED)

    def test_forged_objects(self):
        for name in ('tree/status/0', 'tree/epoch', 'trust-2'):
            data = bytearray(read(name))
            data[-1] ^= 1
            k = Known(read('trust-1'), [data])
            self.assertEqual(len(k.refused), 1)


class Policies(unittest.TestCase):
    def vectors(self, name):
        with open(os.path.join(TOP, 'tests/vectors', name),
                  encoding='utf-8') as f:
            return json.load(f)['vectors']

    def test_bytes(self):
        n = 0
        for v in self.vectors('good/policy.json'):
            if 'json' not in v:
                continue
            n += 1
            policy_schema.validate(v['json'])
            p = Policy.of(v['json'])
            self.assertEqual(p.cbor().hex(), v['bytes'], v['name'])
            self.assertEqual(p.sha256(), v['hash'])
            self.assertEqual(Policy.of(p), p)
        self.assertGreaterEqual(n, 15)

    def test_wrong(self):
        """Each member wrong: refused, here and by the schema, by place."""
        whole = next(v['json'] for v in self.vectors('good/policy.json')
                     if v['name'] == 'whole')
        n = 0
        for name in whole:
            for value in (None, 1.5, 'x y', -1, [], {}, [[]], [None], True,
                          {'warn': -1}, {'x': 1}, 1 << 40, '', b'x'):
                changed = copy.deepcopy(whole)
                changed[name] = value
                right = not isinstance(value, bytes) and \
                    policy_schema.is_valid(changed)
                with self.subTest((name, value)):
                    if right:
                        Policy.of(changed)
                        continue
                    n += 1
                    with self.assertRaises(ValueError) as caught:
                        Policy.of(changed)
                    self.assertIn('policy: ' + name, str(caught.exception))
        self.assertGreater(n, 100)

    def test_library_has_the_last_word(self):
        """A LEI whose check digits are wrong, which no pattern sees."""
        with self.assertRaises(ValueError) as caught:
            known.verify(read('valid'), now=NOW,
                         policy={'holder': '529900T8BM49AURSDO54'})
        self.assertIn('value', str(caught.exception))


class Threads(unittest.TestCase):
    def test_shared(self):
        want = {n: known.verify(read(n), now=NOW).json for n in CASES}
        badges = {n: read(n) for n in CASES}
        wrong = []

        def run():
            for _ in range(20):
                for name, badge in badges.items():
                    if known.verify(badge, now=NOW).json != want[name]:
                        wrong.append(name)
        threads = [threading.Thread(target=run) for _ in range(8)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        self.assertEqual(wrong, [])


class Installed(unittest.TestCase):
    def test_installed(self):
        """As "make install" leaves it: finds its own library by itself."""
        with tempfile.TemporaryDirectory(dir=scratch.name) as to:
            subprocess.run(['sh', 'tests/tools/install.sh', BUILD, '', to,
                            '0.1.0', '0'], cwd=TOP, check=True)
            code = ("import sys, keurmerk\n"
                    "r = keurmerk.verify(open('valid', 'rb').read(),\n"
                    "    trust=open('trust-1', 'rb').read())\n"
                    "print(keurmerk.version(), r.verdict.value)\n")
            p = subprocess.run(
                ['/usr/bin/python3', '-B', '-c', code], cwd=DIR, text=True,
                capture_output=True, check=False,
                env={'PYTHONPATH': os.path.join(
                    to, 'lib/python3/dist-packages')})
            self.assertEqual(p.returncode, 0, p.stderr)
            self.assertIn('0.1.0 ', p.stdout)
            self.assertTrue(os.path.exists(os.path.join(
                to, 'lib/python3/dist-packages/keurmerk/py.typed')))


class Typed(unittest.TestCase):
    def test_mypy(self):
        try:
            import mypy                                     # noqa: F401
        except ImportError:
            self.skipTest('mypy is not installed')
        p = subprocess.run(
            ['/usr/bin/python3', '-m', 'mypy', '--strict', '--cache-dir',
             scratch.name, 'keurmerk'], cwd=PACKAGE, capture_output=True,
            text=True, check=False)
        self.assertEqual(p.returncode, 0, p.stdout + p.stderr)


if __name__ == '__main__':
    unittest.main()
