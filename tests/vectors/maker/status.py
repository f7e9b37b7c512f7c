# SPDX-License-Identifier: EUPL-1.2
"""Status lists (schemas/status.cddl; draft-ietf-oauth-status-list-21)."""

import zlib

from . import p256
from .cbor import Endless, Map, Raw, Tag, Wide, write
from .cose import (AUTHORITY, OTHER, TYPS, Sign1, flipped, patched,
                   with_payload, wrapped)
from .keys import ED25519, EDDSA, ES256, ESP256, key
from .kinds import TIME_MAX, Uint, others
from .trust import (ATTEST_KEY, LIST, MANAGERS, PUBLISH_KEY, PUBLISH_P256,
                    ROOTS)
from .vectors import DAY, NOW, File

HOUR = 3600
SIZE = 16384	# bytes of 65536 entries of 2 bits


def entries(values=(), size=SIZE, bits=2):
    """Inflated: the lowest bits of a byte are the first entry."""
    data = bytearray(size)
    for idx, value in values:
        data[idx * bits // 8] |= value << idx * bits % 8
    return bytes(data)


def stored(data):
    """zlib (RFC 1950) without compressing: the same on every machine."""
    out = b"\x78\x01"
    for i in range(0, max(len(data), 1), 65535):
        part = data[i:i + 65535]
        n = len(part)
        out += bytes([i + 65535 >= len(data)]) + n.to_bytes(2, "little") + (
            n ^ 0xffff).to_bytes(2, "little") + part
    return out + zlib.adler32(data).to_bytes(4, "big")


def ended(values=()):
    """Entries up to the last that is not 0, and what they deflate to."""
    data = entries(values).rstrip(b"\x00") or b"\x00"
    return stored(data)


def claims(lst=None, shard=0, bits=2, iss=AUTHORITY, iat=NOW - HOUR,
           exp=NOW + 7 * DAY - HOUR, ttl=HOUR):
    return Map([[1, iss], [2, "%s/status/%d" % (iss, shard)], [4, exp],
                [6, iat], [65533, Map([["lst", ended() if lst is None
                                        else lst], ["bits", bits]])],
                [65534, ttl]])


def signed(payload, key_=PUBLISH_KEY, iss=AUTHORITY, sub=None):
    return Sign1(key_, iss, sub or AUTHORITY + "/status/0", TYPS["status"],
                 payload)


def full(values, shard=0):
    """As we publish it: of all 65536, runs of one byte deflated by hand."""
    return signed(claims(run_deflated(entries(values)), shard),
                  sub="%s/status/%d" % (AUTHORITY, shard)).bytes()


class Bits:
    """Deflate's order of bits (RFC 1951 section 3.1.1)."""
    def __init__(self):
        self.value, self.n = 0, 0

    def low_first(self, value, n):
        self.value |= value << self.n
        self.n += n

    def code(self, value, n):
        for i in range(n - 1, -1, -1):
            self.low_first(value >> i & 1, 1)

    def literal(self, byte):
        if byte < 144:
            self.code(0x30 + byte, 8)
        else:
            self.code(0x190 + byte - 144, 9)

    def data(self):
        return self.value.to_bytes((self.n + 7) // 8, "little")


def run_deflated(data):
    """
    Fixed Huffman codes, matches of distance 1 and length 258 only: so small
    and simple that it never changes, as zlib's own output may.
    """
    out = Bits()
    out.low_first(1, 1)
    out.low_first(1, 2)
    i = 0
    while i < len(data):
        if i > 0 and data[i:i + 258] == data[i - 1:i] * 258:
            out.code(0xc5, 8)	# length 258
            out.code(0, 5)	# distance 1
            i += 258
        else:
            out.literal(data[i])
            i += 1
    out.code(0, 7)
    stream = b"\x78\x9c" + out.data() + zlib.adler32(data).to_bytes(4, "big")
    if zlib.decompress(stream) != data:
        raise AssertionError("status.py: does not inflate to its entries")
    return stream


SAID = [(1, 1), (2, 2), (3, 3)]
LISTS = [full(SAID), full([], 65535)]


def put(payload, key_, value):
    """In place, or last."""
    return Map([pair for pair in payload.pairs if pair[0] != key_] +
               [[key_, value]])


def header(base, what, error, why, item):
    return "header-" + what, error, why, base.but(header=item)


def headers(base):
    """Headers that the draft does not allow."""
    h = base.header
    yield header(base, "alg-missing", "alg", "alg must be there",
                 h.without(1))
    yield header(base, "typ-missing", "typ", "typ must be there",
                 h.without(16))
    yield header(base, "crit", "header", "asks for what nobody here knows",
                 h.with_(2, [1]))
    yield header(base, "indefinite", "encoding", "lengths are definite",
                 Endless(h))
    yield header(base, "not-shortest", "encoding", "the map's head", Wide(h))
    yield header(base, "as-array", "type", "a map", [1, 2])
    yield header(base, "byte-after", "trailing", "nothing follows the map",
                 Raw(write(h) + b"\x00"))
    yield header(base, "last-byte-missing", "truncated", "it ends too early",
                 Raw(write(h)[:-1]))
    for label, name in ((1, "alg"), (4, "kid"), (15, "cwt"), (16, "typ")):
        yield header(base, name + "-twice", "order", "each label once",
                     Map(h.pairs + [[label, h[label]]]))
    yield header(base, "unknown-twice", "order", "each label once",
                 Map(h.pairs + [[99, 0], [99, 0]]))
    yield header(base, "of-25", "limit", "at most 24 labels",
                 Map(h.pairs + [[100 + i, 0] for i in range(21)]))
    yield header(base, "of-17-unknown", "limit", "at most 16 unknown labels",
                 Map(h.pairs + [[100 + i, 0] for i in range(17)]))
    yield header(base, "unknown-too-deep", "limit", "at most 8 levels",
                 h.with_(99, [[[[[[[[[0]]]]]]]]]))
    for what, error, item in (
            ("es384", "alg", -35), ("zero", "alg", 0), ("positive", "alg", 7),
            ("as-text", "alg", "ES256"), ("null", "alg", None)):
        yield header(base, "alg-" + what, error, "no such algorithm here",
                     h.with_(1, item))
    for what, error, item in (
            ("of-65", "limit", bytes(65)), ("empty", "limit", b""),
            ("as-text", "type", "kid"), ("as-number", "type", 1)):
        yield header(base, "kid-" + what, error, "1 to 64 bytes",
                     h.with_(4, item))
    for other, text in TYPS.items():
        if other != "status":
            yield header(base, "typ-of-" + other, "typ",
                         "an object of another purpose", h.with_(16, text))
    for what, error, item in (
            ("of-jwt", "typ", "statuslist+jwt"),
            ("in-capitals", "typ", "Application/StatusList+CWT"),
            ("of-another-number", "typ", 61), ("as-bytes", "type", b"a"),
            ("null", "type", None), ("empty", "limit", "")):
        yield header(base, "typ-" + what, error, "application/statuslist+cwt",
                     h.with_(16, item))
    cwt = h[15]
    for what, error, why, item in (
            ("as-array", "type", "a map", [0]),
            ("iss-twice", "order", "each label once",
             Map(cwt.pairs + [cwt.pairs[0]])),
            ("sub-twice", "order", "each label once",
             Map(cwt.pairs + [cwt.pairs[1]])),
            ("iss-as-number", "type", "text", cwt.with_(1, 1)),
            ("sub-as-bytes", "type", "text", cwt.with_(2, b"a")),
            ("iss-of-1025", "limit", "at most 1024",
             cwt.with_(1, "a" * 1025)),
            ("sub-with-a-space", "text", "an address has none",
             cwt.with_(2, "https://a b"))):
        yield header(base, "cwt-" + what, error, why, h.with_(15, item))


def unprotected_headers(base):
    """Only a kid may stand there, and what we do not know."""
    h = base.header
    for label, name, item in ((1, "alg", base.key.alg), (2, "crit", [1]),
                              (15, "cwt", h[15]), (16, "typ", h[16])):
        yield ("unprotected-" + name, "order" if label != 2 else "header",
               "protected, and in one of the two only",
               base.but(unprotected=Map([[label, item]])))
        if label in h:
            yield ("unprotected-%s-alone" % name,
                   {1: "alg", 15: "header", 16: "typ"}[label],
                   "it must be signed", base.but(
                       header=h.without(label),
                       unprotected=Map([[label, item]])))
    yield ("unprotected-kid-too", "order", "in one of the two only",
           base.but(unprotected=Map([[4, h[4]]])))
    yield ("unprotected-as-array", "type", "a map",
           base.but(unprotected=[]))
    yield ("unprotected-null", "type", "a map", base.but(unprotected=None))
    yield ("unprotected-indefinite", "encoding", "lengths are definite",
           base.but(unprotected=Endless(Map())))
    yield ("unprotected-unknown-twice", "order", "each label once",
           base.but(unprotected=Map([[99, 0], [99, 0]])))
    yield ("unprotected-unknown-in-both", "order", "in one of the two only",
           base.but(header=h.with_(99, 0), unprotected=Map([[99, 0]])))


def payloads():
    """Claims that the draft does not allow, or that we must not read."""
    good = claims()

    def say(name, error, why, item):
        return "claims-" + name, error, why, item

    for key_, name in ((2, "sub"), (6, "iat"), (65533, "status-list")):
        yield say(name + "-missing", "missing", "it must be there",
                  good.without(key_))
    for key_, name in ((1, "iss"), (2, "sub"), (4, "exp"), (6, "iat"),
                       (65533, "status-list"), (65534, "ttl")):
        yield say(name + "-twice", "order", "each claim once",
                  Map(good.pairs + [[key_, good[key_]]]))
    yield say("unknown-twice", "order", "each claim once",
              Map(good.pairs + [[99, 0], [99, 0]]))
    yield say("indefinite", "encoding", "lengths are definite",
              Endless(good))
    yield say("not-shortest", "encoding", "the map's head", Wide(good))
    yield say("of-25", "limit", "at most 24",
              Map(good.pairs + [[100 + i, 0] for i in range(19)]))
    yield say("unknown-cut", "encoding", "each item is well-formed",
              Map(good.pairs + [[99, Raw(b"\xfc")]]))
    for key_, name, low in ((4, "exp", 1), (6, "iat", 0), (65534, "ttl", 1)):
        for what, error, why, item in Uint(low, TIME_MAX, True).bad(
                good[key_]):
            yield say("%s-%s" % (name, what), error, why,
                      put(good, key_, item))
    yield say("nbf-after-iat", "value", "a list is good from its iat on",
              put(good, 5, NOW - HOUR + 1))
    for key_, name in ((1, "iss"), (2, "sub")):
        for what, error, why, item in others(good[key_], "text", "as-text"):
            yield say("%s-%s" % (name, what), error, why,
                      put(good, key_, item))
        yield say(name + "-of-1025", "limit", "at most 1024",
                  put(good, key_, "a" * 1025))
        yield say(name + "-empty", "limit", "at least 1", put(good, key_, ""))
        yield say(name + "-not-shortest", "encoding", "the string's head",
                  put(good, key_, Wide(good[key_])))
        yield say(name + "-control", "text", "no controls",
                  put(good, key_, "https://a\nb"))
    yield say("sub-with-a-space", "text", "an address has none",
              put(good, 2, "https://a b"))
    yield say("iss-of-another", "mismatch", "header and payload are equal",
              put(good, 1, OTHER))
    yield say("sub-of-another", "mismatch", "header and payload are equal",
              put(good, 2, AUTHORITY + "/status/1"))
    yield from lists(good, say)


def lists(good, say):
    list_ = good[65533]

    def listed(name, error, why, item):
        return say("status-list-" + name, error, why, put(good, 65533, item))

    for what, error, why, item in others(list_, "a map", "as-map"):
        yield listed(what, error, why, item)
    yield listed("bits-missing", "missing", "it must be there",
                 list_.without("bits"))
    yield listed("lst-missing", "missing", "it must be there",
                 list_.without("lst"))
    yield listed("empty", "missing", "bits and lst", Map())
    yield listed("bits-twice", "order", "each once",
                 Map(list_.pairs + [["bits", 2]]))
    yield listed("lst-twice", "order", "each once",
                 Map(list_.pairs + [["lst", list_["lst"]]]))
    yield listed("indefinite", "encoding", "lengths are definite",
                 Endless(list_))
    yield listed("not-shortest", "encoding", "the map's head", Wide(list_))
    for bits in (0, 3, 5, 6, 7, 9, 16):
        yield listed("bits-%d" % bits, "value", "1, 2, 4 or 8",
                     put(list_, "bits", bits))
    for what, error, why, item in (
            ("bits-negative", "type", "1, 2, 4 or 8", -2),
            ("bits-as-text", "type", "a number", "2"),
            ("bits-null", "type", "a number", None),
            ("bits-not-shortest", "encoding", "the number's head", Wide(2))):
        yield listed(what, error, why, put(list_, "bits", item))
    lst = list_["lst"]
    for what, error, why, item in (
            ("lst-empty", "limit", "at least one byte", b""),
            ("lst-as-text", "type", "bytes, as in a CWT",
             "eNrbuRgAAhcBXQ"),
            ("lst-null", "type", "bytes", None),
            ("lst-tagged", "type", "no tags inside", Tag(24, lst)),
            ("lst-not-shortest", "encoding", "the string's head", Wide(lst)),
            ("lst-indefinite", "encoding", "lengths are definite",
             Endless(lst))):
        yield listed(what, error, why, put(list_, "lst", item))


def streams():
    """Yield (name, why, lst): signed, and not one zlib stream of entries."""
    good = ended([(9, 1)])
    yield "raw-deflate", "a zlib header (RFC 1950)", good[2:-4]
    yield "gzip", "zlib, not gzip", b"\x1f\x8b\x08" + bytes(7) + good[2:]
    yield "not-deflated", "a zlib stream", entries()[:64]
    yield "header-check", "the header's check bits", b"\x78\x02" + good[2:]
    yield "method-15", "method 8", b"\x7f\x07" + good[2:]
    yield "dictionary", "no preset dictionary", (
        b"\x78\x20" + bytes(4) + good[2:])
    yield "window-of-64k", "a window of 32 kB at most", (
        b"\x88\x1c" + good[2:])
    yield "checksum", "Adler-32 of the entries", flipped(good, 8 * (
        len(good) - 1))
    yield "checksum-cut", "Adler-32 whole", good[:-1]
    yield "checksum-missing", "Adler-32", good[:-4]
    yield "cut", "the last block whole", good[:-6]
    yield "header-alone", "a block", good[:2]
    yield "byte-after", "one stream, and nothing after it", good + b"\x00"
    yield "two-streams", "one stream", good + good
    yield "block-of-type-3", "RFC 1951 section 3.2.3", (
        b"\x78\x01\x07" + bytes(8))
    yield "no-last-block", "one block is the last", (
        b"\x78\x01" + bytes([good[2] & 0xfe]) + good[3:])
    yield "length-complement", "RFC 1951 section 3.2.4", flipped(good, 40)
    out = Bits()
    out.low_first(3, 3)
    out.code(0xc5, 8)
    out.code(0, 5)
    out.code(0, 7)
    yield "distance-before-the-start", "RFC 1951 section 3.2.3", (
        b"\x78\x9c" + out.data() + bytes(4))
    out = Bits()
    out.low_first(3, 3)
    out.literal(0)
    out.code(0xc6, 8)
    out.code(0, 7)
    yield "length-code-286", "RFC 1951 section 3.2.6", (
        b"\x78\x9c" + out.data() + bytes(4))


def refused():
    """Yield (name, error, why, Sign1): read, and not believed."""
    base = signed(claims())
    p256_ = signed(claims(), PUBLISH_P256)
    yield ("other-authority", "authority", "the trust list's authority",
           signed(claims(iss=OTHER), iss=OTHER, sub=OTHER + "/status/0"))
    yield ("key-attest", "purpose", "a publish key",
           signed(claims(), ATTEST_KEY))
    yield ("key-manager", "purpose", "a publish key",
           signed(claims(), MANAGERS[0]))
    yield ("key-unknown", "signature", "no publish key made it",
           signed(claims(), key("stranger")))
    yield ("key-root", "signature", "a root signs trust lists only",
           signed(claims(), ROOTS[0]))
    yield ("key-revoked", "revoked", "what it signed never counts",
           signed(claims(), key("publish-revoked")))
    yield ("key-over", "key-period", "not-before <= iat < not-after",
           signed(claims(), key("publish-old")))
    yield ("iat-before-not-before", "key-period",
           "not-before <= iat < not-after",
           signed(claims(iat=NOW - 100 * DAY - 1)))
    yield ("alg-of-another", "alg", "the key's own algorithm",
           base.but(header=base.header.with_(1, EDDSA)))
    yield ("alg-es256-of-an-esp256-key", "alg", "the key's own algorithm",
           p256_.but(header=p256_.header.with_(1, ES256)))
    yield ("alg-esp256-of-an-es256-key", "alg", "the key's own algorithm",
           (lambda s: s.but(header=s.header.with_(1, ESP256)))(
               signed(claims(), key("publish-es256", ES256))))
    yield ("alg-ed25519-of-an-eddsa-key", "alg", "the key's own algorithm",
           (lambda s: s.but(header=s.header.with_(1, ED25519)))(
               signed(claims(), key("publish-eddsa", EDDSA))))
    yield ("signature-flipped", "signature", "one bit",
           base.but(signature_as=lambda sig: flipped(sig, 77)))
    yield ("p256-signature-flipped", "signature", "one bit",
           p256_.but(signature_as=lambda sig: flipped(sig, 77)))
    yield ("p256-high-s", "signature", "under -9 only low s is ours",
           p256_.but(high=True))
    for what, r, s in (("r-zero", 0, None), ("s-zero", None, 0),
                       ("r-order", p256.N, None)):
        yield ("p256-" + what, "signature", "0 < r < n and 0 < s",
               p256_.but(signature_as=lambda sig, r=r, s=s: patched(
                   sig, r, s)))
    yield ("ed25519-s-above-order", "signature", "RFC 8032 section 5.1.7",
           base.but(signature_as=lambda sig: sig[:32] + (
               int.from_bytes(sig[32:], "little") + 2 ** 252 +
               27742317777372353535851937790883648493).to_bytes(
                   32, "little")))
    yield ("signed-as-sign", "signature", "RFC 9052 section 4.4: context",
           base.but(context="Signature"))
    yield ("external-aad", "signature", "external_aad is empty",
           base.but(aad=b"keurmerk"))
    yield ("payload-changed", "signature", "the payload is signed",
           base.but(payload_as=lambda data: write(claims(
               ended([(4, 1)])))))


def ours():
    """Yield (name, error, why, Sign1): the draft allows it, we never do."""
    base = signed(claims(ended(SAID)))
    good = base.payload
    h = base.header
    yield ("keys-descending", "encoding", "keys ascend",
           base.but(payload=Map(good.pairs[::-1])))
    yield ("bits-before-lst", "encoding", "keys ascend",
           base.but(payload=good.with_(65533, Map(good[65533].pairs[::-1]))))
    yield ("claim-more", "encoding", "no other claim",
           base.but(payload=good.with_(5, NOW - HOUR)))
    yield ("claim-unknown", "encoding", "no other claim",
           base.but(payload=good.with_(99, 0)))
    yield ("aggregation-uri", "encoding", "lst and bits alone",
           base.but(payload=good.with_(65533, Map(
               good[65533].pairs + [["aggregation_uri", "https://a.b"]]))))
    yield ("without-iss", "encoding", "iss in the claims too",
           base.but(payload=good.without(1)))
    yield ("without-exp", "value", "exp must be there",
           base.but(payload=good.without(4)))
    yield ("without-ttl", "value", "ttl must be there",
           base.but(payload=good.without(65534)))
    yield ("ttl-of-a-week-and-a-second", "value", "at most 604800",
           base.but(payload=good.with_(65534, 604801)))
    yield ("exp-at-iat", "value", "iat < exp",
           base.but(payload=good.with_(4, NOW - HOUR)))
    for bits in (1, 4, 8):
        yield ("bits-%d" % bits, "value", "2 bits",
               signed(claims(ended(SAID), bits=bits)))
    yield ("header-descending", "encoding", "labels ascend",
           base.but(header=Map(h.pairs[::-1])))
    yield ("header-unknown", "encoding", "no other header",
           base.but(header=h.with_(99, 0)))
    yield ("typ-as-number", "encoding", "typ is text",
           base.but(header=h.with_(16, 279)))
    yield ("without-cwt-claims", "encoding", "header 15 must be there",
           base.but(header=h.without(15)))
    yield ("without-kid", "header", "kid must be there",
           base.but(header=h.without(4)))
    yield ("kid-of-5", "header", "8 bytes",
           base.but(header=h.with_(4, h[4][:5])))
    yield ("kid-unprotected", "encoding", "the kid is protected",
           base.but(header=h.without(4), unprotected=Map([[4, h[4]]])))
    yield ("unprotected-unknown", "encoding", "it is empty",
           base.but(unprotected=Map([[99, 0]])))
    yield ("es256", "alg", "-9 and -19 alone",
           signed(claims(ended(SAID)), key("publish-es256", ES256)))
    yield ("eddsa", "alg", "-9 and -19 alone",
           signed(claims(ended(SAID)), key("publish-eddsa", EDDSA)))
    yield ("es256-high-s", "alg", "low s alone",
           signed(claims(ended(SAID)), key("publish-es256", ES256)).but(
               high=True))
    yield ("of-another-shard", "mismatch", "the shard that was asked for",
           signed(claims(ended(SAID), 1), sub=AUTHORITY + "/status/1"))
    yield ("uri-of-another-form", "mismatch", 'iss "/status/" shard',
           signed(good.with_(2, AUTHORITY + "/lists/0"),
                  sub=AUTHORITY + "/lists/0"))


def good():
    file = File("status list", "Of our own make; status: what some of its "
                "entries say, by idx.", trust=LIST.hex(), now=NOW, shard=0)

    def add(name, why, data, status):
        file.add(name, data, why, status=status)

    said = {"0": 0, "1": 1, "2": 2, "3": 3, "4": 0, "65535": 0}
    add("full", "65536 entries", LISTS[0], said)
    add("p256", "under a key of P-256",
        signed(claims(run_deflated(entries(SAID))), PUBLISH_P256).bytes(),
        said)
    every = run_deflated(bytes([0x55]) * SIZE)
    add("all-withdrawn", "every entry 1", signed(claims(every)).bytes(),
        {"0": 1, "65535": 1})
    add("last-entry", "idx 65535",
        signed(claims(run_deflated(entries([(65535, 3)])))).bytes(),
        {"65534": 0, "65535": 3})
    add("ended", "entries beyond the last are 0, for us who write it",
        signed(claims(ended(SAID))).bytes(), {"1": 1, "3": 3})
    add("stored", "deflate need not compress",
        signed(claims(stored(entries(SAID)))).bytes(), said)
    add("longest-ttl", "a week", signed(claims(
        run_deflated(entries(SAID)), ttl=604800)).bytes(), said)
    return file


def foreign():
    file = File("status list of others", "The draft allows it and we never "
                "write it: a reader of any list takes it, a reader of ours "
                "refuses it for error.", trust=LIST.hex(), now=NOW, shard=0)
    for name, error, why, sign in ours():
        file.add(name, sign.bytes(), why, error=error)
    return file


def bad():
    file = File("status list", "Refused: at stage decode for its form, at "
                "stage add when it is verified.", trust=LIST.hex(), now=NOW)

    def add(stage, name, error, why, sign):
        file.once(name, sign.bytes(), why, stage=stage, error=error)

    base = signed(claims())
    for each in wrapped(base):
        if not each[0].startswith("unprotected"):
            add("decode", *each)
    for source in (with_payload, headers, unprotected_headers):
        for each in source(base):
            add("decode", *each)
    for name, error, why, item in payloads():
        add("decode", name, error, why, signed(item))
    for what, error, change in (
            ("of-63", "limit", lambda sig: sig[:63]),
            ("of-65", "limit", lambda sig: sig + b"\x00"),
            ("empty", "limit", lambda sig: b""),
            ("as-text", "type", lambda sig: "a" * 64),
            ("null", "type", lambda sig: None),
            ("not-shortest", "encoding", Wide),
            ("indefinite", "encoding", Endless)):
        add("decode", "signature-" + what, error, "64 bytes",
            base.but(signature_as=change))
    file.too_long(base.bytes(), 1048576)
    for each in refused():
        add("add", *each)
    add("add", "lst-bomb", "limit", "at most 4 MiB inflated",
        signed(claims(run_deflated(bytes(4 * 1048576 + 1)))))
    for name, why, lst in streams():
        add("add", "lst-" + name, "inflate", why, signed(claims(lst)))
    return file
