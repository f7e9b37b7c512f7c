# SPDX-License-Identifier: EUPL-1.2
"""Epochs (schemas/epoch.cddl)."""

from .cbor import Map, write
from .cose import AUTHORITY, OTHER, TYPS, Sign1, flipped, sign1_bad
from .keys import ED25519, key, sha256
from .kinds import HASH, TIME, Fields, Tuple, Uint
from .trust import (ATTEST_KEY, FIRST, LIST, MANAGERS, PUBLISH_KEY,
                    PUBLISH_P256, ROOTS)
from .vectors import DAY, NOW, File

HOUR = 3600
EMPTY = sha256(b"")
ZEROS = bytes(32)


def payload(number=10, previous=sha256(b"9"), this=NOW - HOUR,
            register=(0, EMPTY), status=(0, EMPTY), log=(3, sha256(b"log"))):
    return Map([[1, number], [2, previous], [3, this], [4, this + 7 * DAY],
                [5, [1, FIRST]], [6, sha256(b"scheme")], [7, sha256(b"[]")],
                [8, list(log)], [9, list(register)], [10, list(status)]])


def signed(payload_, key_=PUBLISH_KEY, iss=AUTHORITY, sub="epoch"):
    return Sign1(key_, iss, sub, TYPS["epoch"], payload_)


HEAD = Tuple(("size", Uint(0, 2 ** 48 - 1)), ("root", HASH))
FIELDS = Fields([
    (1, "number", Uint(1, 2 ** 32 - 1)), (2, "previous", HASH),
    (3, "this-update", TIME), (4, "next-update", TIME),
    (5, "trust", Tuple(("version", Uint(1, 2 ** 32 - 1)), ("hash", HASH))),
    (6, "scheme", HASH), (7, "bodies", HASH), (8, "log", HEAD),
    (9, "register", HEAD), (10, "status", HEAD)])


def refused():
    """Yield (name, error, why, object): read, and not believed."""
    base = signed(payload())
    p256_ = signed(payload(), PUBLISH_P256)
    yield ("other-authority", "authority", "the trust list's authority",
           signed(payload(), iss=OTHER))
    yield ("key-attest", "purpose", "a publish key",
           signed(payload(), ATTEST_KEY))
    yield ("key-manager", "purpose", "a publish key",
           signed(payload(), MANAGERS[0]))
    yield ("key-unknown", "unknown-key", "not in the trust list",
           signed(payload(), key("stranger")))
    yield ("key-root", "unknown-key", "a root signs trust lists only",
           signed(payload(), ROOTS[0]))
    yield ("kid-of-nobody", "unknown-key", "the kid of the key that signed",
           base.but(header=base.header.with_(4, key("stranger").kid)))
    yield ("kid-of-another", "signature", "the kid of the key that signed",
           base.but(key=key("stranger")))
    yield ("key-revoked", "revoked", "what it signed never counts",
           signed(payload(), key("publish-revoked")))
    yield ("key-over", "key-period", "not-before <= this-update < not-after",
           signed(payload(), key("publish-old")))
    yield ("this-update-before-not-before", "key-period",
           "not-before <= this-update < not-after",
           signed(payload(this=NOW - 100 * DAY - 1)))
    yield ("alg-of-another", "alg", "the key's own algorithm",
           p256_.but(header=p256_.header.with_(1, ED25519)))
    yield ("signature-flipped", "signature", "one bit",
           base.but(signature_as=lambda sig: flipped(sig, 77)))
    yield ("signed-as-sign", "signature", "RFC 9052 section 4.4: context",
           base.but(context="Signature"))
    yield ("external-aad", "signature", "external_aad is empty",
           base.but(aad=b"keurmerk"))
    yield ("payload-changed", "signature", "the payload is signed",
           base.but(payload_as=lambda data: write(payload(11))))


def good():
    file = File("epoch", "Believed under trust; after, where it stands, is "
                "known already.", trust=LIST.hex(), now=NOW)

    def add(name, why, payload_, key_=PUBLISH_KEY, **more):
        file.add(name, signed(payload_, key_).bytes(), why,
                 number=payload_[1], **more)

    add("ten", "as one follows the other", payload())
    add("p256", "under a key of P-256", payload(), PUBLISH_P256)
    add("first", "zeros for the previous", payload(1, ZEROS))
    add("last-number", "2^32 - 1", payload(2 ** 32 - 1))
    add("largest-trees", "2^48 - 1 leaves", payload(
        register=(2 ** 48 - 1, sha256(b"r")), log=(2 ** 48 - 1, sha256(b"l")),
        status=(2 ** 48 - 1, sha256(b"s"))))
    before = signed(payload()).bytes()
    add("next", "goes on from the one before", payload(11, sha256(before)),
        after=before.hex())
    add("later", "one in between was not seen", payload(13),
        after=before.hex())
    return file


def bad():
    file = File("epoch", "Refused: at stage decode for its form, at stage "
                "add when it is verified, after the epoch in after.",
                trust=LIST.hex(), now=NOW)

    def add(stage, name, error, why, sign, **more):
        file.once(name, sign.bytes(), why, stage=stage, error=error, **more)

    base = signed(payload(), PUBLISH_P256)
    for each in sign1_bad(base):
        add("decode", *each)
    for name, error, why, item in FIELDS.bad(payload()):
        add("decode", "epoch-" + name, error, why, signed(item))
    add("decode", "sub-of-another", "mismatch", "sub is epoch",
        signed(payload(), sub="epochs"))
    add("decode", "next-update-at-this-update", "value",
        "this-update < next-update", signed(payload().with_(4, NOW - HOUR)))
    add("decode", "next-update-before-this-update", "value",
        "this-update < next-update",
        signed(payload().with_(4, NOW - HOUR - 1)))
    add("decode", "first-with-a-previous", "value", "zeros in epoch 1",
        signed(payload(1)))
    file.too_long(base.bytes(), 1024)
    for each in refused():
        add("add", *each)
    before = signed(payload()).bytes()
    after = before.hex()
    add("add", "same-number", "fork", "one epoch of each number",
        signed(payload(log=(4, sha256(b"other")))), after=after)
    add("add", "does-not-follow", "fork", "the hash of the one before",
        signed(payload(11)), after=after)
    add("add", "did-not-come-before", "fork", "the hash of the one before",
        signed(payload(9, sha256(b"8"))), after=after)
    return file
