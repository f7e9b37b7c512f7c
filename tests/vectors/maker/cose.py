# SPDX-License-Identifier: EUPL-1.2
"""COSE_Sign1 and COSE_Sign (RFC 9052), whole and broken.

Every part of an object can be changed before it is signed; what is no part
of the signed bytes is changed by wrap and the like, after.
"""

import copy

from . import p256
from .cbor import Endless, Map, Raw, Tag, Wide, write

TYPS = {
    "attestation": "application/keurmerk+cwt",
    "status": "application/statuslist+cwt",
    "trust": "application/keurmerk-trust+cose",
    "officers": "application/keurmerk-officers+cose",
    "epoch": "application/keurmerk-epoch+cose",
    "approval": "application/keurmerk-approval+cose",
}
AUTHORITY = "https://keurmerk.example"
OTHER = "https://keurmerc.example"


def same(item):
    return item


class Sign1:
    context = "Signature1"
    tag = 18

    def __init__(self, key, iss, sub, typ, payload, detached=None):
        self.key = key
        self.header = Map([[1, key.alg], [4, key.kid],
                           [15, Map([[1, iss], [2, sub]])], [16, typ]])
        self.payload = payload
        self.detached = detached	# bytes: signed, and nil in its place
        self.unprotected = Map()
        self.aad = b""
        self.high = False
        # From the bytes, or the list of four, to the item that is written.
        self.protected_as = self.payload_as = self.signature_as = same
        self.wrap = lambda four: write(Tag(18, four))

    def but(self, **changes):
        """A copy with these changes."""
        other = copy.copy(self)
        for name, value in changes.items():
            if not hasattr(self, name):
                raise AttributeError(name)
            setattr(other, name, value)
        return other

    def tbs(self):
        protected = write(self.header)
        payload = (write(self.payload) if self.detached is None
                   else self.detached)
        return write([self.context, protected, self.aad, payload])

    def bytes(self):
        signature = self.key.sign(self.tbs(), self.high)
        payload = write(self.payload) if self.detached is None else None
        return self.wrap([
            self.protected_as(write(self.header)), self.unprotected,
            self.payload_as(payload), self.signature_as(signature)])


class Signer:
    def __init__(self, key):
        self.key = key
        self.header = Map([[1, key.alg], [4, key.kid]])
        self.unprotected = Map()
        self.high = False
        self.protected_as = self.signature_as = self.wrap = same

    but = Sign1.but


class Sign:
    tag = 98

    def __init__(self, signers, iss, sub, typ, payload):
        self.signers = signers if callable(signers) else sorted(
            (Signer(key) for key in signers), key=lambda s: s.key.kid)
        self.header = Map([[15, Map([[1, iss], [2, sub]])], [16, typ]])
        self.payload = payload
        self.unprotected = Map()
        self.aad = b""
        self.context = "Signature"
        self.protected_as = self.payload_as = self.signers_as = same
        self.wrap = lambda four: write(Tag(98, four))

    but = Sign1.but

    def one(self, signer):
        protected = write(signer.header)
        signature = signer.key.sign(write([
            self.context, write(self.header), protected, self.aad,
            write(self.payload)]), signer.high)
        return signer.wrap([signer.protected_as(protected),
                            signer.unprotected,
                            signer.signature_as(signature)])

    def bytes(self):
        return self.wrap([
            self.protected_as(write(self.header)), self.unprotected,
            self.payload_as(write(self.payload)),
            self.signers_as([self.one(each) for each in self.signers])])

    def first(self, **changes):
        """A copy whose first signer has these changes."""
        return self.but(signers=[self.signers[0].but(**changes)] +
                        self.signers[1:])


def patched(sig, r=None, s=None):
    """A signature of P-256 with another r or s."""
    return ((sig[:32] if r is None else r.to_bytes(32, "big")) +
            (sig[32:] if s is None else s.to_bytes(32, "big")))


def flipped(data, bit):
    data = bytearray(data)
    data[bit // 8] ^= 1 << bit % 8
    return bytes(data)


def wrapped(base):
    """Yield (name, error, why, object): around the four parts."""
    tag = base.tag

    def outer(name, error, why, wrap):
        return name, error, why, base.but(wrap=wrap)

    yield outer("tag-missing", "tag", "tag %d must stand first" % tag, write)
    yield outer("tag-of-another", "tag", "another COSE structure's tag",
                lambda four: write(Tag(18 + 98 - tag, four)))
    yield outer("tag-mac0", "tag", "tag 17 is COSE_Mac0",
                lambda four: write(Tag(17, four)))
    yield outer("tag-not-shortest", "encoding", "the tag's head is too long",
                lambda four: write(Wide(Tag(tag, four))))
    yield outer("tag-twice", "type", "an array must follow the tag",
                lambda four: write(Tag(tag, Tag(tag, four))))
    yield outer("tag-cwt", "tag", "tag 61 may not stand before it",
                lambda four: write(Tag(61, Tag(tag, four))))
    yield outer("three-parts", "limit", "the array has four parts",
                lambda four: write(Tag(tag, four[:3])))
    yield outer("five-parts", "limit", "the array has four parts",
                lambda four: write(Tag(tag, four + [0])))
    yield outer("parts-indefinite", "encoding", "lengths are definite",
                lambda four: write(Tag(tag, Endless(four))))
    yield outer("parts-as-map", "type", "an array, not a map",
                lambda four: write(Tag(tag, Map([[0, four]]))))
    yield outer("parts-not-shortest", "encoding", "the array's head",
                lambda four: write(Tag(tag, Wide(four))))
    yield outer("byte-after", "trailing", "nothing may follow",
                lambda four: write(Tag(tag, four)) + b"\x00")
    yield outer("last-byte-missing", "truncated", "it ends too early",
                lambda four: write(Tag(tag, four))[:-1])
    yield outer("nothing", "truncated", "no byte at all", lambda four: b"")
    yield outer("tag-alone", "truncated", "nothing follows the tag",
                lambda four: write(Tag(tag, Raw(b""))))

    yield ("protected-as-map", "type", "a byte string with the map inside",
           base.but(protected_as=lambda data: Raw(data)))
    yield ("protected-as-text", "type", "a byte string",
           base.but(protected_as=lambda data: "header"))
    yield ("protected-empty", "limit", "the header may not be empty",
           base.but(protected_as=lambda data: b""))
    yield ("protected-not-shortest", "encoding", "the string's head",
           base.but(protected_as=Wide))
    yield ("protected-indefinite", "encoding", "lengths are definite",
           base.but(protected_as=Endless))
    yield ("protected-of-4-gib", "limit", "longer than a header may be",
           base.but(protected_as=lambda data: Raw(b"\x5a\xff\xff\xff\xff" +
                                                  data)))
    yield from unprotected(base, "unprotected", base.but)
    yield ("payload-empty", "limit", "a payload must be there",
           base.but(payload_as=lambda data: b""))
    yield ("payload-as-text", "type", "a byte string",
           base.but(payload_as=lambda data: "payload"))
    yield ("payload-as-map", "type", "a byte string with the map inside",
           base.but(payload_as=lambda data: Map()))
    yield ("payload-tagged", "type", "no tags inside",
           base.but(payload_as=lambda data: Tag(24, data)))


def unprotected(base, name, but):
    """Nothing that is not signed can matter: that header is empty."""
    for what, error, why, item in (
            ("kid", "header", "the kid is protected", Map([[4, b"12345678"]])),
            ("alg", "header", "it must be empty", Map([[1, -9]])),
            ("unknown", "header", "it must be empty", Map([[99, 0]])),
            ("as-array", "type", "an empty map", []),
            ("null", "type", "an empty map", None),
            ("as-bytes", "type", "an empty map", b""),
            ("indefinite", "encoding", "lengths are definite",
             Endless(Map())),
            ("not-shortest", "encoding", "the map's head", Wide(Map()))):
        yield "%s-%s" % (name, what), error, why, but(unprotected=item)


def with_payload(base):
    """What else can be wrong with a payload that is not detached."""
    yield ("payload-nil", "type", "only an approval's is detached",
           base.but(payload_as=lambda data: None))
    yield ("payload-not-shortest", "encoding", "the string's head",
           base.but(payload_as=Wide))
    yield ("payload-indefinite", "encoding", "lengths are definite",
           base.but(payload_as=Endless))
    yield ("payload-byte-after", "trailing", "nothing may follow the claims",
           base.but(payload=Raw(write(base.payload) + b"\x00")))
    yield ("payload-last-byte-missing", "truncated", "it ends too early",
           base.but(payload=Raw(write(base.payload)[:-1])))
    yield ("payload-tag-inside", "type", "no tags inside",
           base.but(payload=Tag(61, base.payload)))
    yield ("payload-as-array", "type", "a map", base.but(payload=[0]))
    yield ("payload-null", "type", "a map", base.but(payload=Raw(b"\xf6")))


def algorithms(name, header, but):
    """Header 1, which equals the key's own algorithm."""
    for what, error, why, item in (
            ("es256", "alg", "-7 is not fully specified (RFC 9864)", -7),
            ("eddsa", "alg", "-8 is not fully specified (RFC 9864)", -8),
            ("es384", "alg", "no such algorithm here", -35),
            ("zero", "alg", "no such algorithm", 0),
            ("positive", "alg", "no such algorithm", 9),
            ("none", "alg", "no such algorithm", -65535),
            ("as-text", "type", "a number", "ESP256"),
            ("as-bytes", "type", "a number", b"\xf7"),
            ("null", "type", "a number", None),
            ("wrapping", "value", "not what 64 bits make of it",
             Raw(b"\x1b" + (2 ** 64 + header[1]).to_bytes(8, "big"))),
            ("not-shortest", "encoding", "the number's head",
             Wide(header[1]))):
        yield "%s-%s" % (name, what), error, why, but(
            header=header.with_(1, item))


def kids(name, header, but):
    kid = header[4]
    for what, error, why, item in (
            ("of-7", "limit", "8 bytes", kid[:7]),
            ("of-9", "limit", "8 bytes", kid + b"\x00"),
            ("empty", "limit", "8 bytes", b""),
            ("as-text", "type", "bytes", kid.hex()[:8]),
            ("null", "type", "bytes", None),
            ("as-number", "type", "bytes", 1),
            ("not-shortest", "encoding", "the string's head", Wide(kid)),
            ("indefinite", "encoding", "lengths are definite",
             Endless(kid))):
        yield "%s-%s" % (name, what), error, why, but(
            header=header.with_(4, item))


def header_map(name, header, but):
    """The map of a protected header, whose labels are just these."""
    def say(what, error, why, item):
        return "%s-%s" % (name, what), error, why, but(header=item)

    labels = {1: "alg", 4: "kid", 15: "cwt-claims", 16: "typ"}
    for label, _ in header.pairs:
        yield say("%s-missing" % labels[label], "header",
                  "header %d must be there" % label, header.without(label))
    for label, what, item in ((2, "crit", [1]),
                              (3, "content-type", "application/cwt"),
                              (5, "iv", b"12345678"),
                              (33, "x5chain", b"\x30\x00")):
        yield say(what, "header", "header %d may not be there" % label,
                  header.with_(label, item))
    for i in range(len(header.pairs) - 1):
        pairs = copy.copy(header.pairs)
        pairs[i], pairs[i + 1] = pairs[i + 1], pairs[i]
        yield say("%s-before-%s" % (labels[pairs[i][0]],
                                    labels[pairs[i + 1][0]]), "header",
                  "labels ascend", Map(pairs))
    pairs = header.pairs
    yield say("label-twice", "header", "each label once",
              Map(pairs[:1] + pairs))
    yield say("label-twice-for-another", "header", "each label once",
              Map(pairs[:1] + pairs[:1] + pairs[2:]))
    yield say("label-as-text", "header", "labels are numbers",
              Map([["alg", pairs[0][1]]] + pairs[1:]))
    yield say("label-not-shortest", "encoding", "the label's head",
              Map([[Wide(pairs[0][0]), pairs[0][1]]] + pairs[1:]))
    yield say("of-17", "limit", "more labels than a header may have",
              Map(pairs + [[100 + i, 0] for i in range(17 - len(pairs))]))
    yield say("indefinite", "encoding", "lengths are definite",
              Endless(header))
    yield say("not-shortest", "encoding", "the map's head", Wide(header))
    yield say("as-array", "type", "a map", [0, 0])
    yield say("byte-after", "trailing", "nothing follows the map",
              Raw(write(header) + b"\x00"))
    yield say("last-byte-missing", "truncated", "it ends too early",
              Raw(write(header)[:-1]))


def cwt_claims(header, but):
    """Header 15 (RFC 9597) and 16 (RFC 9596)."""
    claims = header[15]

    def say(what, error, why, item):
        return "header-" + what, error, why, but(
            header=header.with_(15, item))

    yield say("cwt-as-array", "type", "a map", [claims[1], claims[2]])
    yield say("cwt-null", "type", "a map", None)
    yield say("cwt-indefinite", "encoding", "lengths are definite",
              Endless(claims))
    yield say("iss-missing", "header", "iss must be there", claims.without(1))
    yield say("sub-missing", "header", "sub must be there", claims.without(2))
    yield say("cwt-third", "header", "iss and sub, nothing else",
              claims.with_(6, 0))
    yield say("sub-before-iss", "header", "labels ascend",
              Map(claims.pairs[::-1]))
    yield say("iss-twice", "header", "each label once",
              Map(claims.pairs[:1] * 2))
    yield say("iss-as-bytes", "type", "text", claims.with_(1, b"x" * 24))
    yield say("iss-null", "type", "text", claims.with_(1, None))
    yield say("iss-tagged", "type", "no tags inside",
              claims.with_(1, Tag(32, claims[1])))
    yield say("iss-not-shortest", "encoding", "the string's head",
              claims.with_(1, Wide(claims[1])))
    yield say("sub-as-bytes", "type", "text", claims.with_(2, b"sub"))
    yield say("sub-as-number", "type", "text", claims.with_(2, 1))
    yield say("sub-not-shortest", "encoding", "the string's head",
              claims.with_(2, Wide(claims[2])))
    yield say("sub-indefinite", "encoding", "lengths are definite",
              claims.with_(2, Endless(claims[2])))
    yield say("sub-empty", "limit", "at least one byte", claims.with_(2, ""))
    yield say("sub-of-161", "limit", "at most 160 bytes",
              claims.with_(2, "a" * 161))
    yield say("sub-control", "text", "a character outside the repertoire",
              claims.with_(2, "a\nb"))

    typ = header[16]
    for other, text in TYPS.items():
        if text != typ:
            yield ("typ-of-%s" % other, "typ", "an object of another purpose",
                   but(header=header.with_(16, text)))
    for what, error, why, item in (
            ("in-capitals", "typ", "as it stands, letter by letter",
             typ.upper()),
            ("with-parameter", "typ", "no parameters", typ + ";v=1"),
            ("cut", "typ", "the whole of it", typ[:-1]),
            ("short-form", "typ", "with application/",
             typ[len("application/"):]),
            ("empty", "limit", "at least one byte", ""),
            ("as-number", "type", "text", 279),
            ("as-bytes", "type", "text", typ.encode()),
            ("null", "type", "text", None),
            ("not-shortest", "encoding", "the string's head", Wide(typ)),
            ("indefinite", "encoding", "lengths are definite",
             Endless(typ))):
        yield "typ-" + what, error, why, but(header=header.with_(16, item))


def signatures(name, sign_but, ec2):
    """The signature's form; of P-256 only low s is ours."""
    def say(what, error, why, change):
        return "%s-%s" % (name, what), error, why, sign_but(
            signature_as=change)

    yield say("of-63", "limit", "64 bytes", lambda sig: sig[:63])
    yield say("of-65", "limit", "64 bytes", lambda sig: sig + b"\x00")
    yield say("empty", "limit", "64 bytes", lambda sig: b"")
    yield say("as-text", "type", "bytes", lambda sig: "a" * 64)
    yield say("null", "type", "bytes", lambda sig: None)
    yield say("as-array", "type", "bytes", lambda sig: [sig[:32], sig[32:]])
    yield say("not-shortest", "encoding", "the string's head", Wide)
    yield say("indefinite", "encoding", "lengths are definite", Endless)
    if not ec2:
        return
    yield say("der", "limit", "r || s of 64 bytes, not DER",
              lambda sig: b"\x30\x44\x02\x20" + sig[:32] + b"\x02\x20" +
              sig[32:])
    yield ("%s-high-s" % name, "signature", "only low s is ours",
           sign_but(high=True))
    for what, r, s in (("r-zero", 0, None), ("s-zero", None, 0),
                       ("r-order", p256.N, None), ("s-order", None, p256.N),
                       ("r-largest", 2 ** 256 - 1, None),
                       ("s-half-and-one", None, p256.N // 2 + 1)):
        yield say(what, "signature", "0 < r < n and 0 < s <= n/2",
                  lambda sig, r=r, s=s: patched(sig, r, s))


def sign1_bad(base):
    """All that is wrong with the form of a COSE_Sign1 of ours."""
    yield from wrapped(base)
    if base.detached is None:
        yield from with_payload(base)
    yield from header_map("header", base.header, base.but)
    yield from algorithms("alg", base.header, base.but)
    yield from kids("kid", base.header, base.but)
    yield from cwt_claims(base.header, base.but)
    yield from signatures("signature", base.but, base.key.ec2)


def sign_bad(base):
    """The same of a COSE_Sign, and of its first signer."""
    first = base.signers[0]
    yield from wrapped(base)
    yield from with_payload(base)
    yield from header_map("header", base.header, base.but)
    yield from cwt_claims(base.header, base.but)
    yield from unprotected(base, "signer-unprotected", base.first)
    yield from header_map("signer-header", first.header, base.first)
    yield from algorithms("signer-alg", first.header, base.first)
    yield from kids("signer-kid", first.header, base.first)
    yield from signatures("signer-signature", base.first, first.key.ec2)
    for what, error, why, change in (
            ("of-two", "limit", "three parts", lambda three: three[:2]),
            ("of-four", "limit", "three parts", lambda three: three + [0]),
            ("as-map", "type", "an array", lambda three: Map()),
            ("indefinite", "encoding", "lengths are definite", Endless),
            ("not-shortest", "encoding", "the array's head", Wide),
            ("null", "type", "an array", lambda three: None)):
        yield "signer-" + what, error, why, base.first(wrap=change)
    for what, error, why, change in (
            ("none", "limit", "at least one", lambda all_: []),
            ("as-map", "type", "an array", lambda all_: Map()),
            ("null", "type", "an array", lambda all_: None),
            ("indefinite", "encoding", "lengths are definite", Endless),
            ("not-shortest", "encoding", "the array's head", Wide),
            ("seventeen", "limit", "at most 16", lambda all_: all_ * 8 +
             all_[:1]),
            ("descending", "order", "they ascend by kid",
             lambda all_: all_[::-1]),
            ("twice", "order", "each signs once",
             lambda all_: all_[:1] + all_)):
        yield "signers-" + what, error, why, base.but(signers_as=change)
    yield ("signer-protected-as-map", "type", "a byte string",
           base.first(protected_as=Raw))
    yield ("signer-protected-empty", "limit", "the header may not be empty",
           base.first(protected_as=lambda data: b""))
    yield ("signer-protected-not-shortest", "encoding", "the string's head",
           base.first(protected_as=Wide))
    yield ("signer-protected-indefinite", "encoding", "lengths are definite",
           base.first(protected_as=Endless))
