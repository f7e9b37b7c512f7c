# SPDX-License-Identifier: EUPL-1.2
"""Trust lists (schemas/trust.cddl), and the one that all else is under."""

import copy

from .cbor import Map, Raw, write
from .cose import AUTHORITY, OTHER, TYPS, Sign, flipped, sign_bad
from .keys import ED25519, EDDSA, ES256, ESP256, key, sha256
from .kinds import HASH, TIME, URI, Array, Bytes, Fields, Nothing, Uint
from .vectors import DAY, NOW, File

ATTEST, PUBLISH, OFFICERS = 1, 2, 3
SINCE, UNTIL = NOW - 100 * DAY, NOW + 1000 * DAY

ROOTS = [key("root-1"), key("root-2", ESP256), key("root-3")]
ATTEST_KEY = key("attest", ESP256)
PUBLISH_KEY = key("publish")
PUBLISH_P256 = key("publish-p256", ESP256)
MANAGERS = [key("manager-1"), key("manager-2", ESP256), key("manager-3")]


def trust_key(key_, purpose, since=SINCE, until=UNTIL, revoked=None):
    pairs = [[1, key_.cose()], [2, purpose], [3, since], [4, until]]
    if revoked is not None:
        pairs.append([5, revoked])
    return key_.kid, Map(pairs)


def by_kid(keys):
    return [item for _, item in sorted(keys, key=lambda pair: pair[0])]


def payload(version=1, first=None, roots=None, threshold=2, keys=(),
            environment=None, authority=AUTHORITY, issued=NOW - 50 * DAY):
    pairs = [[1, authority]]
    if environment is not None:
        pairs.append([2, environment])
    roots = roots or ROOTS
    pairs += [[3, version], [4, issued], [5, NOW + 365 * DAY],
              [6, threshold],
              [7, by_kid((root.kid, root.cose()) for root in roots)],
              [8, by_kid(keys)]]
    if first is not None:
        pairs.append([9, first])
    return Map(pairs)


def signed(payload_, signers=None):
    return Sign(signers or ROOTS[:2], payload_[1], "trust", TYPS["trust"],
                payload_)


# Every key that another file's vectors are under, good and bad.
ALL_KEYS = [
    trust_key(ATTEST_KEY, ATTEST),
    trust_key(key("attest-ed25519"), ATTEST),
    trust_key(key("attest-old"), ATTEST, SINCE, NOW - 50 * DAY),
    trust_key(key("attest-revoked"), ATTEST, revoked=NOW - DAY),
    trust_key(PUBLISH_KEY, PUBLISH),
    trust_key(PUBLISH_P256, PUBLISH),
    trust_key(key("publish-old"), PUBLISH, SINCE, NOW - 50 * DAY),
    trust_key(key("publish-revoked"), PUBLISH, revoked=NOW - DAY),
    trust_key(key("publish-es256", ES256), PUBLISH),
    trust_key(key("publish-eddsa", EDDSA), PUBLISH),
    trust_key(MANAGERS[0], OFFICERS),
    trust_key(MANAGERS[1], OFFICERS),
    trust_key(MANAGERS[2], OFFICERS),
    trust_key(key("manager-old"), OFFICERS, SINCE, NOW - 50 * DAY),
    trust_key(key("manager-revoked"), OFFICERS, revoked=NOW - DAY),
]
LIST = signed(payload(keys=ALL_KEYS)).bytes()
FIRST = sha256(LIST)

# A small one, to be broken.
FEW = [trust_key(ATTEST_KEY, ATTEST), trust_key(PUBLISH_KEY, PUBLISH)]
SMALL = payload(keys=FEW, roots=ROOTS[:2])
SMALL_2 = payload(2, sha256(signed(SMALL).bytes()), keys=FEW,
                  roots=ROOTS[:2], issued=NOW - 40 * DAY)


class CoseKey:
    """COSE_Key of ours; foreign: -7 and -8 will do as well."""
    def __init__(self, foreign):
        self.foreign = foreign

    def bad(self, value):
        ec2 = value[1] == 2
        names = [(1, "kty"), (3, "alg"), (-1, "crv"), (-2, "x")]
        if ec2:
            names.append((-3, "y"))
        fields = Fields([(k, n, Bytes(32) if k < -1 else Nothing())
                         for k, n in names])
        for name, error, why, item in fields.bad(value):
            # Of two kinds of key the reader takes 4 or 5 members.
            n = len(item.pairs) if isinstance(item, Map) else 0
            if error == "limit" and n in (4, 5) and n != len(value.pairs):
                error = "type"
            yield name, error, why, item
        for name, error, why, k, item in (
                ("kty-0", "key", "OKP or EC2", 1, 0),
                ("kty-3", "key", "RSA is not spoken", 1, 3),
                ("kty-4", "key", "a symmetric key", 1, 4),
                ("kty-as-text", "type", "a number", 1, "EC"),
                ("alg-es384", "alg", "not of this key", 3, -35),
                ("alg-0", "alg", "not of this key", 3, 0),
                ("alg-as-text", "type", "a number", 3, "ES256"),
                ("alg-of-the-other-kind", "alg", "not of this key", 3,
                 ED25519 if ec2 else ESP256),
                ("crv-0", "key", "not of this key", -1, 0),
                ("crv-of-the-other-kind", "key", "not of this key", -1,
                 6 if ec2 else 1),
                ("crv-p384", "key", "not of this key", -1, 2),
                ("crv-as-text", "type", "a number", -1, "P-256")):
            yield name, error, why, value.with_(k, item)
        if not self.foreign:
            yield ("alg-of-others", "alg", "of status lists of others only",
                   value.with_(3, ES256 if ec2 else EDDSA))
        if ec2:
            yield ("y-as-sign", "type", "y in full",
                   value.with_(-3, Raw(b"\xf5")))
        yield "with-kid", "limit" if ec2 else "type", "no other member", Map(
            value.pairs[:1] + [[2, b"12345678"]] + value.pairs[1:])
        yield "private-half", "limit" if ec2 else "type", \
            "no other member, least of all this", Map(
                value.pairs + [[-4, bytes(32)]])


FIELDS = Fields([
    (1, "authority", URI), (2, "environment", Uint(1, 2)),
    (3, "version", Uint(1, 2 ** 32 - 1)), (4, "issued", TIME),
    (5, "expires", TIME), (6, "threshold", Uint(1, 16)),
    (7, "roots", Array(CoseKey(False), 1, 16, each=True)),
    (8, "keys", Array(Fields([
        (1, "key", CoseKey(True)), (2, "purpose", Uint(1, 3)),
        (3, "not-before", TIME), (4, "not-after", TIME),
        (5, "revoked-at", TIME)], (5,)), 1, 32)),
    (9, "first", HASH)], (2, 9))


def meanings():
    """Yield (name, error, why, payload): what no one field shows."""
    roots, keys = SMALL[7], SMALL[8]
    yield ("roots-descending", "order", "they ascend by kid",
           SMALL.with_(7, roots[::-1]))
    yield ("keys-descending", "order", "they ascend by kid",
           SMALL.with_(8, keys[::-1]))
    yield ("keys-of-33", "limit", "at most 32", SMALL.with_(8, by_kid(
        trust_key(key("many-%d" % i), ATTEST) for i in range(33))))
    yield ("roots-of-17", "limit", "at most 16", SMALL.with_(7, by_kid(
        (key("many-%d" % i).kid, key("many-%d" % i).cose())
        for i in range(17))))
    yield ("key-that-is-a-root", "order", "every key has one purpose",
           SMALL.with_(8, by_kid([trust_key(ROOTS[0], ATTEST)])))
    yield ("key-of-two-purposes", "order", "every key has one purpose",
           SMALL.with_(8, by_kid([trust_key(ATTEST_KEY, ATTEST),
                                  trust_key(ATTEST_KEY, PUBLISH)])))
    yield ("threshold-above-roots", "value", "at most the number of roots",
           SMALL.with_(6, 3))
    yield ("expires-at-issued", "value", "issued < expires",
           SMALL.with_(5, SMALL[4]))
    yield ("expires-before-issued", "value", "issued < expires",
           SMALL.with_(5, SMALL[4] - 1))
    yield ("first-in-version-1", "type", "from version 2 on",
           SMALL.with_(9, bytes(32)))
    yield ("no-first-in-version-2", "type", "from version 2 on",
           SMALL.with_(3, 2))
    yield ("environment-production-said", "value", "absent: production",
           SMALL.with_(2, 0))
    for purpose, name in ((ATTEST, "attest"), (OFFICERS, "officers")):
        for alg, alg_name in ((ES256, "es256"), (EDDSA, "eddsa")):
            yield ("%s-key-%s" % (name, alg_name), "alg",
                   "of status lists of others only", SMALL.with_(
                       8, by_kid([trust_key(key("other", alg), purpose)])))


def off_curve():
    """A root whose y is not its x's: no key, so nothing verifies."""
    bad = copy.copy(ROOTS[1])
    bad.y = bytes(31) + b"\x01"
    bad.kid = bad.thumbprint()[:8]
    bad.verifies = lambda signature, message: True
    return bad


def firsts():
    """Yield (name, error, why, Sign): refused although it is pinned."""
    base = signed(SMALL)
    one, two = ROOTS[:2]
    yield ("one-of-two", "threshold", "too few of its roots",
           signed(SMALL, [one]))
    yield ("by-nobody-we-know", "unknown-key", "every signature must be a "
           "root's", signed(SMALL, [one, two, key("stranger")]))
    yield ("by-its-own-attest-key", "unknown-key", "a root, no other key",
           signed(SMALL, [one, ATTEST_KEY]))
    low, high = base.signers
    yield ("first-signature-flipped", "signature", "every one must verify",
           base.first(signature_as=lambda sig: flipped(sig, 300)))
    yield ("last-signature-flipped", "signature", "every one must verify",
           base.but(signers=[low, high.but(
               signature_as=lambda sig: flipped(sig, 300))]))
    third = signed(payload(keys=FEW), ROOTS)
    yield ("third-signature-flipped", "signature",
           "every one must verify, also above the threshold",
           third.but(signers=third.signers[:2] + [third.signers[2].but(
               signature_as=lambda sig: flipped(sig, 300))]))
    yield ("by-another-under-its-kid", "signature",
           "each by the root that it names", base.first(
               header=low.header, key=key("stranger", low.key.alg)))
    yield ("alg-of-another", "alg", "the root's own algorithm",
           base.but(signers=[each if each.key.ec2 else each.but(
               header=each.header.with_(1, ESP256),
               signature_as=lambda sig: bytes(31) + b"\x01" + bytes(31) +
               b"\x01") for each in base.signers]))
    yield ("signed-as-sign1", "signature", "RFC 9052 section 4.4: context",
           base.but(context="Signature1"))
    yield ("external-aad", "signature", "external_aad is empty",
           base.but(aad=b"keurmerk"))
    yield ("changed-after-signing", "signature", "the payload is signed",
           base.but(payload_as=lambda data: write(SMALL.with_(
               5, SMALL[5] + 1))))
    bad = off_curve()
    off = payload(keys=FEW, roots=[one, bad])
    yield ("root-off-the-curve", "signature", "SEC 1 section 3.2.2.1",
           signed(off, [one, bad]))


def nexts(second=None):
    """
    Yield (name, error, why, Sign): after SMALL, which is in force; second:
    what would follow it if all were well.
    """
    second = SMALL_2 if second is None else second
    one, two = ROOTS[:2]
    yield ("version-again", "version", "the next version",
           signed(second.with_(3, 1).without(9)))
    yield ("version-skipped", "version", "the next version",
           signed(second.with_(3, 3)))
    yield ("other-authority", "authority", "the same authority",
           signed(second.with_(1, OTHER)))
    yield ("other-environment", "environment", "the same environment",
           signed(second.with_(2, 1)))
    yield ("other-first", "pin", "the hash of version 1",
           signed(second.with_(9, sha256(b"another"))))
    new = [key("root-new-1"), key("root-new-2")]
    later = second.with_(7, by_kid((k.kid, k.cose()) for k in new))
    yield ("old-roots-alone", "threshold", "the threshold of N+1 too",
           signed(later, [one, two]))
    yield ("new-roots-alone", "threshold", "the threshold of N too",
           signed(later, new))
    yield ("one-old-and-all-new", "threshold", "the threshold of N too",
           signed(later, new + [one]))
    yield ("all-old-and-one-new", "threshold", "the threshold of N+1 too",
           signed(later, new[:1] + [one, two]))
    yield ("by-a-third", "unknown-key", "a root of N or N+1",
           signed(second, [one, two, ROOTS[2]]))
    yield ("flipped", "signature", "every one must verify",
           signed(second).first(signature_as=lambda sig: flipped(sig, 9)))


def good():
    file = File("trust list", "Verified by their own roots; after, where it "
                "stands, names the one before.",
                pin=FIRST.hex(), now=NOW)
    file.add("all-keys", LIST, "what the other files are under",
             stage="first")
    file.add("small", signed(SMALL).bytes(), "two roots, two keys",
             stage="first")
    file.add("all-three-sign", signed(payload(keys=FEW), ROOTS).bytes(),
             "more than the threshold", stage="first")
    for number, name in ((1, "demonstration"), (2, "exercise")):
        file.add(name, signed(payload(keys=FEW, environment=number)).bytes(),
                 "environment %d" % number, stage="first")
    file.add("version-2", signed(SMALL_2).bytes(), "the same roots",
             stage="next", after=signed(SMALL).bytes().hex())
    new = [key("root-new-1"), key("root-new-2")]
    later = SMALL_2.with_(7, by_kid((k.kid, k.cose()) for k in new))
    file.add("all-roots-new", signed(later, ROOTS[:2] + new).bytes(),
             "the thresholds of both", stage="next",
             after=signed(SMALL).bytes().hex())
    file.add("last-version", signed(SMALL_2.with_(3, 2 ** 32 - 1)).bytes(),
             "version 2^32 - 1", stage="first")
    return file


def bad():
    file = File("trust list", "Refused: at stage decode for its form, first "
                "when its own hash is pinned, next after the list in after.")

    def add(stage, name, error, why, sign, **more):
        file.once("%s-%s" % (stage, name) if stage != "decode" else name,
                 sign.bytes(), why, stage=stage, error=error, **more)

    base = signed(SMALL)
    for name, error, why, sign in sign_bad(base):
        add("decode", name, error, why, sign)
    whole = SMALL.with_(2, 1).with_(3, 2).with_(9, sha256(b"1"))
    revoked = whole[8][0].with_(5, NOW)
    whole = whole.with_(8, [revoked] + whole[8][1:])
    for name, error, why, item in FIELDS.bad(whole):
        add("decode", "list-" + name, error, why,
            Sign(ROOTS[:2], AUTHORITY, "trust", TYPS["trust"], item))
    for name, error, why, item in meanings():
        add("decode", name, error, why, signed(item))
    add("decode", "iss-of-another-in-the-header", "mismatch",
        "header and payload are equal",
        Sign(ROOTS[:2], OTHER, "trust", TYPS["trust"], SMALL))
    add("decode", "sub-of-another", "mismatch", "sub is trust",
        Sign(ROOTS[:2], AUTHORITY, "officers", TYPS["trust"], SMALL))
    file.too_long(base.bytes(), 16384)
    for name, error, why, sign in firsts():
        add("first", name, error, why, sign)
    for name, error, why, sign in nexts():
        add("next", name, error, why, sign, after=base.bytes().hex())
    return file
