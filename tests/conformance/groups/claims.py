# SPDX-License-Identifier: EUPL-1.2
"""The attestation's claims and the badge's map: encodings, limits, texts."""

from maker import attestation, badge, register
from maker.attestation import (CLAIMS, FULL_MARK, MARK, PLAIN_MARK, SUB, CTI,
                               claims, place, signed)
from maker.cbor import Endless, Map, Raw, Tag, Wide, write
from maker.cose import OTHER
from maker.keys import sha256
from maker.kinds import line
from maker.vectors import DAY, NOW

from .vector import OBJECTS, Group
from .world import FULL, GOOD, KNOWN, PIN, T1, in_map

BASE = signed(claims())
PLAIN = claims()


def malformed(group, name, error, why, item, rule=None):
    data = item if isinstance(item, bytes) else (
        item if hasattr(item, "header") else signed(item)).bytes()
    group.add(name, why, "malformed", [("attestation", error)], badge=data,
              rule=rule, once=True)


def pick(fields, value, *names):
    """Of all that can be wrong with these fields, those of these names."""
    found = {name: (error, why, item)
             for name, error, why, item in fields.bad(value)}
    for name in names:
        yield (name,) + found[name]


def encodings():
    """RFC 8949 section 4.2.1 and everything that is not it."""
    group = Group("encoding", "Claims that say what they should in bytes "
                  "that they may not have: every object has one encoding, "
                  "and what is not in it is not read.",
                  "R4, R5, R8, RFC 8949 section 4.2.1", PIN, KNOWN)

    def add(name, error, why, item, rule=None):
        malformed(group, "encoding-" + name, error, why, item, rule)

    for each in pick(
            CLAIMS, PLAIN, "indefinite", "not-shortest", "tagged",
            "with-a-field-more", "with-a-text-for-key", "as-array",
            "as-float", "null", "iss-twice", "exp-twice", "mark-twice",
            "sub-before-iss", "nbf-before-exp", "mark-before-status",
            "iss-missing", "status-missing", "mark-missing",
            "iss-under-another-key", "iss-key-not-shortest",
            "mark-key-not-shortest", "iss-key-wrapping", "mark-key-wrapping",
            "iss-key-as-text", "iss-not-shortest", "iss-indefinite",
            "iss-as-bytes", "sub-as-bytes", "sub-indefinite",
            "exp-not-shortest", "exp-as-float", "exp-tagged", "exp-bignum",
            "exp-as-text", "nbf-as-float", "iat-as-float", "nbf-tagged",
            "mark-lines-indefinite", "mark-lines-not-shortest",
            "mark-lines-of-2-to-the-32", "mark-lines-1-indefinite",
            "mark-lines-1-object-before-claim", "mark-scheme-indefinite",
            "mark-legal-name-indefinite", "mark-kvk-as-number",
            "mark-kvk-as-bytes"):
        name, error, why, item = each
        add(name, error, why, item)
    add("iss-twice-in-eight", "type", "a key twice in a map of the right "
        "size: the last does not win", Map(PLAIN.pairs[:1] * 2 +
                                           PLAIN.pairs[2:]))
    add("status-twice-in-eight", "type", "a key twice in a map of the right "
        "size", Map([pair for pair in PLAIN.pairs if pair[0] != 7][:6] +
                    [[65535, place(1)]] + PLAIN.pairs[-1:]))
    add("double-64", "type", "a time as a double", PLAIN.with_(4, Raw(
        b"\xfb" + __import__("struct").pack(">d", PLAIN[4]))))
    add("float-negative-zero", "type", "-0.0 is no number of ours",
        PLAIN.with_(5, Raw(b"\xf9\x80\x00")))
    add("float-nan", "type", "no floats", PLAIN.with_(5, Raw(
        b"\xf9\x7e\x00")))
    add("negative-zero-like", "value", "-1 is what minus zero would be",
        PLAIN.with_(5, Raw(b"\x20")))
    add("undefined", "type", "no undefined", PLAIN.with_(5, Raw(b"\xf7")))
    add("true-for-1", "type", "true is not 1: types are compared",
        Map([[Raw(b"\xf5"), PLAIN[1]]] + PLAIN.pairs[1:]))
    add("key-1-as-float", "type", "1.0 is not 1",
        Map([[Raw(b"\xf9\x3c\x00"), PLAIN[1]]] + PLAIN.pairs[1:]))
    add("key-tagged", "type", "no tags inside",
        Map([[Tag(2, b"\x01"), PLAIN[1]]] + PLAIN.pairs[1:]))
    add("reserved-info", "encoding", "additional information 28 is reserved",
        PLAIN.with_(5, Raw(b"\x1c")))
    add("break-alone", "type", "a break without a start",
        PLAIN.with_(5, Raw(b"\xff")))
    add("nested-too-deep", "type", "10,000 arrays in each other: no "
        "recursion on input", PLAIN.with_(5, Raw(b"\x81" * 1000 + b"\x00")),
        "R8: fixed depth")
    add("tags-too-deep", "type", "1,000 tags in each other",
        PLAIN.with_(5, Raw(b"\xc0" * 1000 + b"\x00")), "R9: tag stacks")
    add("string-of-2-to-the-64", "limit", "a length that no memory has",
        PLAIN.with_(7, Raw(b"\x5b" + b"\xff" * 8)), "R8: limits")
    add("map-of-2-to-the-63", "limit", "a count that no memory has",
        Raw(b"\xbb\x7f" + b"\xff" * 7), "R8: limits")
    add("payload-self-described", "type", "tag 55799 before the claims",
        Tag(55799, PLAIN))
    return group


def limits():
    """Numbers at and past their ends."""
    group = Group("limits", "Numbers and lengths at their ends, and one "
                  "beyond. No cast, no wrapping, no coercion.",
                  "R16: unsigned integers only, bound against what is there",
                  PIN, KNOWN)

    def idx(name, error, why, item):
        malformed(group, "idx-" + name, error, why, PLAIN.with_(
            65535, place(item)))

    idx("65536", "value", "one past the last of a shard", 65536)
    idx("65543", "value", "65536 + 7 is not 7", 65536 + 7)
    idx("2-to-the-32", "value", "2^32 + 7 is not 7 either", 2 ** 32 + 7)
    idx("2-to-the-63", "value", "the sign bit of 64", 2 ** 63)
    idx("2-to-the-64-less-one", "value", "the largest there is", 2 ** 64 - 1)
    idx("negative", "type", "-1", -1)
    idx("negative-2-to-the-64", "type", "the lowest there is",
        Raw(b"\x3b" + b"\xff" * 8))
    idx("as-text", "type", '"7" is not 7', "7")
    idx("as-text-and-more", "type", '"7abc" is not 7', "7abc")
    idx("as-float", "type", "7.0 is not 7", Raw(b"\xf9\x47\x00"))
    idx("as-float-and-a-half", "type", "1.5 is no index",
        Raw(b"\xf9\x3e\x00"))
    idx("as-bytes", "type", "bytes are no number", b"\x07")
    idx("null", "type", "absent is not 0", None)
    idx("true", "type", "true is not 1", Raw(b"\xf5"))
    idx("bignum", "type", "no tags inside", Tag(2, b"\x07"))
    group.add("idx-65535", "the last of a shard is 65535", "valid",
              badge=signed(PLAIN.with_(65535, place(65535))).bytes())
    group.add("idx-0", "the first is 0", "valid",
              badge=signed(PLAIN.with_(65535, place(0))).bytes())
    for label, name in ((4, "exp"), (5, "nbf"), (6, "iat")):
        for what, error, item in (
                ("2-to-the-63", "value", 2 ** 63),
                ("2-to-the-64-less-one", "value", 2 ** 64 - 1),
                ("year-10000", "value", 253402300800),
                ("negative", "value", -1),
                ("lowest", "value", Raw(b"\x3b" + b"\xff" * 8))):
            malformed(group, "%s-%s" % (name, what), error,
                      "0 to 9999-12-31T23:59:59Z", PLAIN.with_(label, item),
                      "R16, RFC 8392 section 2")
    for name, error, why, item in attestation.meanings():
        if name == "of-2049":	# by itself it is the whole badge
            group.add("limit-attestation-" + name, why, "malformed",
                      [("badge", "limit")], badge=item.bytes(),
                      rule="R8: limits")
        if name in ("status-uri-shard-65536", "status-uri-shard-of-64-bits",
                    "status-uri-shard-negative",
                    "status-uri-shard-012", "host-of-254"):
            malformed(group, "limit-" + name, error, why, item.bytes())
    for each in pick(MARK, FULL_MARK, "lines-of-17", "lines-empty",
                     "lines-1-level-4", "lines-1-level-0", "lines-1-claim-3",
                     "document-3", "document-0", "environment-0",
                     "environment-3", "drawing-0", "drawing-65536",
                     "scheme-version-65536", "assessed-2932897"):
        name, error, why, item = each
        malformed(group, "limit-" + name, error, why, signed(claims(item)),
                  "R36: only the enumeration's values" if "line" in name or
                  "document" in name else None)
    return group


def meanings():
    """Header against claims, and claims against each other."""
    group = Group("claims", "Claims that disagree with the header or with "
                  "each other, and texts that no name may have.",
                  "design section 3: attestation", PIN, KNOWN)
    wanted = ("iss-of-another-in-the-header", "iss-of-another-in-the-claims",
              "sub-of-another-in-the-header", "sub-longer-in-the-header",
              "exp-a-second-past-midnight", "exp-at-nbf", "exp-before-nbf",
              "status-uri-of-another-authority", "status-uri-by-http",
              "status-uri-of-a-longer-host", "status-uri-of-another-path",
              "status-of-another-mechanism", "kvk-of-another", "kvk-absent",
              "kvk-of-a-belgian", "euid-of-another", "lei-of-another",
              "euid-dutch-of-a-belgian", "certificate-without-body",
              "certificate-without-report", "self-declaration-with-body",
              "hosts-first-and-last-the-same")
    for name, error, why, item in attestation.meanings():
        if name in wanted:
            rule = ("design section 3: claims in header and payload are "
                    "equal" if "header" in name or "in-the-claims" in name
                    else None)
            malformed(group, "claims-" + name, error, why, item.bytes(),
                      rule)
    h = BASE.header
    for name, why, iss, sub in (
            ("header-iss-in-capitals", "compared byte by byte",
             None, SUB.lower()),
            ("header-sub-shorter", "no prefix of it", None, SUB[:-1]),
            ("header-sub-is-the-list", "the list's sub is its address",
             None, "https://keurmerk.example/status/0")):
        malformed(group, "claims-" + name, "mismatch", why, BASE.but(
            header=h.with_(15, Map([[1, iss or PLAIN[1]], [2, sub]]))),
            "design section 3: claims in header and payload are equal")
    group.add("claims-lines-of-every-kind", "organisation and service, each "
              "claim and level", "valid", badge=signed(claims(PLAIN_MARK.with_(
                  5, [line(1, None, 3), line(2, None, 1),
                      line(1, "cloud", 2)]))).bytes())
    group.add("claims-legal-name-of-markup", "text, and no markup of anyone's",
              "valid", badge=signed(claims(PLAIN_MARK.with_(
                  7, "<b>\"Zo\u00e9\" & 'co' \\ \u20ac</b>"))).bytes(),
              rule="R35: names are of the closed repertoire")
    for each in pick(
            MARK, FULL, "legal-name-control", "legal-name-nul",
            "legal-name-c1-control", "legal-name-combining",
            "legal-name-cyrillic", "legal-name-greek",
            "legal-name-zero-width", "legal-name-override",
            "legal-name-isolate", "legal-name-right-to-left-mark",
            "legal-name-soft-hyphen", "legal-name-no-break-space",
            "legal-name-bom", "legal-name-emoji", "legal-name-overlong",
            "legal-name-surrogate", "legal-name-cut-in-a-character",
            "legal-name-latin-1", "legal-name-empty", "legal-name-of-161"):
        name, error, why, item = each
        malformed(group, "claims-" + name, error, why, signed(claims(item)),
                  "R35: names are of the closed repertoire")
    for name, error, item in (
            ("in-capitals", "value", "ICT.example"),
            ("u-label", "text", "b\u00fccher.example"),
            ("trailing-dot", "value", "ict.example."),
            ("star", "value", "*.ict.example"), ("port", "value",
                                                 "ict.example:443"),
            ("address", "value", "127.0.0.1"), ("one-label", "value",
                                                "localhost")):
        malformed(group, "claims-host-" + name, error, "A-labels in lower "
                  "case, exact", signed(claims(FULL.with_(13, [item]))),
                  "R35: hosts are A-labels")
    for name, number in (("check-character", "KM-2026-000123-Q"),
                         ("digits-swapped", "KM-2026-000132-P"),
                         ("lower-case", "km-2026-000123-p")):
        malformed(group, "claims-number-" + name, "value",
                  "ISO 7064 MOD 37,36", signed(claims(PLAIN_MARK.with_(
                      1, number))), "design section 3: mark numbers")
    malformed(group, "claims-status-missing-in-list", "limit",
              "idx must be there", PLAIN.with_(65535, Map([[
                  "status_list", Map([["uri", place()[
                      "status_list"]["uri"]]])]])), "R22: a status is "
              "always required")
    malformed(group, "claims-status-empty", "limit",
              "a status without a list would be skipped elsewhere",
              PLAIN.with_(65535, Map()), "R22: a status is always required")
    return group


def badges():
    """The map around the attestation."""
    group = Group("badge", "A badge whose map is not one, that carries what "
                  "it may not, or that goes on after its end.",
                  "design section 3: badge", PIN, KNOWN)

    def add(name, error, why, data, rule=None):
        group.add("badge-" + name, why, "malformed", [("badge", error)],
                  badge=data, rule=rule)

    small = Map([[1, GOOD], [4, [sha256(b"1")]],
                 [5, [0, [[NOW, "suspend", 3]], [sha256(b"2")]]]])
    for each in pick(badge.FIELDS, small, "attestation-missing", "attestation-twice",
                     "attestation-empty", "attestation-of-2049",
                     "attestation-as-text", "attestation-key-not-shortest",
                     "with-a-text-for-key", "status-path-as-text",
                     "status-path-indefinite", "status-path-1-of-31",
                     "register-one-less", "register-one-more",
                     "register-status-4", "register-status-negative",
                     "register-events-empty"):
        name, error, why, item = each
        add(name, error, why, write(item))
    add("byte-after", "trailing", "nothing may follow", write(small) +
        b"\x00", "R18: no trailing bytes")
    add("badge-after", "trailing", "two badges one after the other",
        write(small) * 2, "R18: no trailing bytes")
    add("last-byte-missing", "truncated", "it ends too early",
        write(small)[:-1])
    add("half", "truncated", "it ends too early", in_map(GOOD)[:300])
    add("trust-list-inside", "type", "never a trust list: trust comes from "
        "the caller", write(Map([[1, GOOD], [6, T1]])),
        "design section 3: trust comes from the caller")
    add("list-as-attestation-map", "type", "another key first",
        write(Map([[2, GOOD], [3, GOOD]])))
    for name, error, why, events in register.out_of_order():
        add("register-" + name, error, why, write(small.with_(
            5, [0, events, []])))
    add("path-of-49", "limit", "at most 48 levels", write(small.with_(
        4, [sha256(b"%d" % i) for i in range(49)])), "R8: limits")
    OBJECTS.add("badge-too-long", in_map(GOOD), "a good badge and zeros up "
                "to 65537 bytes", 65537 - len(in_map(GOOD)))
    add("of-65537", "limit", "at most 65536 bytes", "@badge-too-long",
        "R8: limits")
    for name, why, data in (
            ("attestation-byte-after", "nothing may follow", GOOD + b"\x00"),
            ("attestation-twice-in-a-row", "one after the other",
             GOOD * 2)):
        group.add("badge-" + name, why, "malformed",
                  [("attestation", "trailing")], badge=data,
                  rule="R18: no trailing bytes", once=True)
        group.add("badge-inner-" + name, why, "malformed",
                  [("attestation", "trailing")], badge=in_map(data),
                  rule="R18: no trailing bytes")
    group.add("badge-attestation-of-2049-alone", "at most 2048 bytes",
              "malformed", [("badge", "limit")],
              badge=GOOD + bytes(2049 - len(GOOD)), rule="R8: limits")
    for name, data in (("list", KNOWN[1]), ("epoch", badge.WORLD.epoch)):
        group.add("badge-is-a-" + name, "an object of another purpose in "
                  "its place", "malformed", [("attestation", "typ")],
                  badge=in_map(data), rule="R15: typ")
    group.add("badge-is-a-trust-list", "another COSE structure",
              "malformed", [("attestation", "tag")], badge=in_map(T1[:2048]),
              rule="R15: typ")
    return group


GROUPS = [encodings, limits, meanings, badges]
