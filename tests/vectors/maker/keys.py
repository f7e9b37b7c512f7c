# SPDX-License-Identifier: EUPL-1.2
"""Test keys: each follows from its name, so everybody has the private half.

Nobody may ever believe one of these.
"""

import functools
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

from . import p256
from .cbor import Map, write

ESP256, ED25519, ES256, EDDSA = -9, -19, -7, -8


def sha256(data):
    return hashlib.sha256(data).digest()


class Key:
    """alg is the key's own; EC2 for ESP256 and ES256, else OKP."""
    def __init__(self, alg, name):
        self.alg, self.name = alg, name
        self.ec2 = alg in (ESP256, ES256)
        self.seed = sha256(b"keurmerk test key, worth nothing: " +
                           name.encode())
        if self.ec2:
            self.d = int.from_bytes(self.seed, "big") % (p256.N - 1) + 1
            self.x, self.y = (n.to_bytes(32, "big")
                              for n in p256.multiply(self.d))
        else:
            self.private = ed25519.Ed25519PrivateKey.from_private_bytes(
                self.seed)
            self.x = self.private.public_key().public_bytes(
                serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        self.kid = self.thumbprint()[:8]

    def thumbprint(self):
        """RFC 9679 section 4."""
        required = [[1, 2 if self.ec2 else 1], [-1, 1 if self.ec2 else 6],
                    [-2, self.x]]
        if self.ec2:
            required.append([-3, self.y])
        return sha256(write(Map(required)))

    def cose(self):
        """The COSE_Key, as it stands in a list."""
        pairs = [[1, 2 if self.ec2 else 1], [3, self.alg],
                 [-1, 1 if self.ec2 else 6], [-2, self.x]]
        if self.ec2:
            pairs.append([-3, self.y])
        return Map(pairs)

    def sign(self, message, high=False):
        """64 bytes."""
        if not self.ec2:
            return self.private.sign(message)
        r, s = p256.sign(self.d, message)
        s = p256.low(s)
        if high:
            s = p256.N - s
        signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        if not self.verifies(signature, message):
            raise AssertionError("keys.py: a signature that does not verify")
        return signature

    def verifies(self, signature, message):
        """What the cryptography library says of it."""
        try:
            if not self.ec2:
                self.private.public_key().verify(signature, message)
                return True
            ec.EllipticCurvePublicNumbers(
                int.from_bytes(self.x, "big"), int.from_bytes(self.y, "big"),
                ec.SECP256R1()).public_key().verify(
                    utils.encode_dss_signature(
                        int.from_bytes(signature[:32], "big"),
                        int.from_bytes(signature[32:], "big")),
                    message, ec.ECDSA(hashes.SHA256()))
            return True
        except InvalidSignature:
            return False

    def secret(self):
        """For the files: that others can sign with it too."""
        return (self.d.to_bytes(32, "big") if self.ec2 else self.seed).hex()


@functools.lru_cache(maxsize=None)
def key(name, alg=ED25519):
    """The key of that name, made once."""
    return Key(alg, name)
