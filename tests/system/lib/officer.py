# SPDX-License-Identifier: EUPL-1.2
"""An officer at the wire: decisions, approvals and the office's API, made
with Debian's cbor2 and cryptography, so that nothing of ours is tested
against itself, and so that a test can say what keurmerkctl never would.
"""
import hashlib
import http.client
import os
import ssl
import threading
import time

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.x509.oid import NameOID
import datetime

N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551
APPROVAL = 'application/keurmerk-approval+cose'
ENVIRONMENTS = {'production': 0, 'demonstration': 1, 'exercise': 2}
PENDING, DONE, REFUSED, ALREADY = 0, 1, 2, 3


def sha256(data):
    return hashlib.sha256(data).digest()


def encode(thing):
    """Deterministic: all our maps have small positive keys in order."""
    return cbor2.dumps(thing)


class Key:
    def __init__(self, private):
        self.private = private
        numbers = private.public_key().public_numbers()
        self.x = numbers.x.to_bytes(32, 'big')
        self.y = numbers.y.to_bytes(32, 'big')
        self.thumbprint = sha256(b'\xa4\x01\x02\x20\x01\x21' +
                                 encode(self.x) + b'\x22' + encode(self.y))
        self.kid = self.thumbprint[:8]

    @classmethod
    def load(cls, path, passphrase):
        with open(path, 'rb') as f:
            return cls(serialization.load_pem_private_key(
                f.read(), passphrase.encode()))

    @classmethod
    def new(cls):
        return cls(ec.generate_private_key(ec.SECP256R1()))

    def sign(self, data, high=False):
        r, s = utils.decode_dss_signature(
            self.private.sign(data, ec.ECDSA(hashes.SHA256())))
        if (s > N // 2) != high:
            s = N - s
        return r.to_bytes(32, 'big') + s.to_bytes(32, 'big')

    def certificate(self, path):
        """Self-signed certificate and key in one file, for TLS."""
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, 'officer')])
        now = datetime.datetime.utcnow()
        made = (x509.CertificateBuilder().subject_name(name)
                .issuer_name(name).public_key(self.private.public_key())
                .serial_number(x509.random_serial_number())
                .not_valid_before(now - datetime.timedelta(days=1))
                .not_valid_after(now + datetime.timedelta(days=365))
                .sign(self.private, hashes.SHA256()))
        part = f'{path}.{os.getpid()}.{threading.get_ident()}'
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
                  'wb') as f:
            f.write(made.public_bytes(serialization.Encoding.PEM))
            f.write(self.private.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption()))
        os.rename(part, path)   # whole, also for those who read it meanwhile


class Papers:
    """Decisions and approvals of one authority."""

    def __init__(self, host, environment, trust_1):
        self.authority = 'https://' + host
        self.environment = ENVIRONMENTS[environment]
        self.trust = sha256(trust_1)

    def decision(self, kind, proposer, subject, content, head=None, rests=(),
                 nonce=None, valid=7 * 86400, **change):
        d = {1: kind, 2: self.authority}
        if self.environment:
            d[3] = self.environment
        d.update({4: self.trust, 5: proposer, 6: subject, 7: content,
                  8: nonce or os.urandom(16), 9: int(time.time()) + valid})
        if head is not None:
            d[10] = head
        if rests:
            d[11] = sorted(rests)
        for key, value in change.items():
            d[int(key[1:])] = value             # _6='...' replaces subject
        return encode(dict(sorted(d.items())))

    def approval(self, key, person, decision, over=None, **change):
        iss = change.get('iss', person)
        sub = change.get('sub', sha256(decision).hex())
        protected = encode({1: change.get('alg', -9),
                            4: change.get('kid', key.kid),
                            15: {1: iss, 2: sub},
                            16: change.get('typ', APPROVAL)})
        tbs = encode(['Signature1', protected, b'',
                      decision if over is None else over])
        signature = key.sign(tbs, high=change.get('high', False))
        return b'\xd2' + encode([protected, {}, None, signature])


class Office:
    """One mTLS connection of one officer."""

    def __init__(self, port, key, directory, maximum=ssl.TLSVersion.TLSv1_3):
        path = os.path.join(directory, key.kid.hex() + '.pem')
        key.certificate(path)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.context.check_hostname = False
        self.context.verify_mode = ssl.CERT_NONE
        self.context.maximum_version = maximum
        self.context.load_cert_chain(path)
        self.port = port
        self.connection = None

    def request(self, method, path, body=None, headers=None):
        if self.connection is None:
            self.connection = http.client.HTTPSConnection(
                '127.0.0.1', self.port, context=self.context, timeout=60)
        try:
            self.connection.request(
                method, path, body,
                {'Content-Type': 'application/cbor', **(headers or {})}
                if body is not None else headers or {})
            answer = self.connection.getresponse()
            return answer.status, answer.read()
        except Exception:
            self.connection.close()
            self.connection = None
            raise

    def acts(self, *pairs):
        """Each pair [decision, approval]; the answers, decoded."""
        status, body = self.request('POST', '/v1/acts',
                                    encode([list(p) for p in pairs]))
        if status != 200:
            raise RuntimeError(f'POST /v1/acts: {status} {body!r}')
        return cbor2.loads(body)

    def subjects(self, *names):
        status, body = self.request('POST', '/v1/subjects',
                                    encode(list(names)))
        if status != 200:
            raise RuntimeError(f'POST /v1/subjects: {status} {body!r}')
        return cbor2.loads(body)

    def state(self):
        status, body = self.request('GET', '/v1/state')
        if status != 200:
            raise RuntimeError(f'GET /v1/state: {status} {body!r}')
        return cbor2.loads(body)

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None
