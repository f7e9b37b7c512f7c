# SPDX-License-Identifier: EUPL-1.2
"""ECDSA on P-256 that gives the same bytes each time (RFC 6979).

For test keys only: nothing here is of constant time.
"""

import hashlib
import hmac

P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffff
N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551
G = (0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296,
     0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5)


def add(a, b):
    """a + b; None is the point at infinity."""
    if a is None or b is None:
        return b if a is None else a
    if a[0] == b[0]:
        if (a[1] + b[1]) % P == 0:
            return None
        slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def table():
    """Byte by byte, every multiple of G that a scalar may need."""
    rows, base = [], G
    for _ in range(32):
        row = [None]
        for _ in range(255):
            row.append(add(row[-1], base))
        rows.append(row)
        base = add(row[-1], base)
    return rows


ROWS = table()


def multiply(k):
    """k times G."""
    point = None
    for i, byte in enumerate(k.to_bytes(32, "little")):
        point = add(point, ROWS[i][byte])
    return point


def nonce(d, digest):
    """RFC 6979 section 3.2, with SHA-256."""
    def mac(key, data):
        return hmac.new(key, data, hashlib.sha256).digest()

    x = d.to_bytes(32, "big")
    h = (int.from_bytes(digest, "big") % N).to_bytes(32, "big")
    v, k = b"\x01" * 32, b"\x00" * 32
    for byte in (b"\x00", b"\x01"):
        k = mac(k, v + byte + x + h)
        v = mac(k, v)
    while True:
        v = mac(k, v)
        found = int.from_bytes(v, "big")
        if 0 < found < N:
            return found
        k = mac(k, v + b"\x00")
        v = mac(k, v)


def sign(d, message):
    """r and s over SHA-256 of the message; s may be high."""
    digest = hashlib.sha256(message).digest()
    k = nonce(d, digest)
    r = multiply(k)[0] % N
    s = pow(k, -1, N) * (int.from_bytes(digest, "big") + r * d) % N
    return r, s


def low(s):
    """Of s and n - s, which verify both, the lower: ours."""
    return min(s, N - s)


def prove():
    """RFC 6979 appendix A.2.5, SHA-256, message "sample"."""
    d = 0xc9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721
    want = (0xefd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716,
            0xf7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8)
    if sign(d, b"sample") != want:
        raise AssertionError("p256.py: not the signature of RFC 6979")
