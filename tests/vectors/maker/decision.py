# SPDX-License-Identifier: EUPL-1.2
"""Decisions of every kind (schemas/decision.cddl)."""

from .cbor import Endless, Map, Wide, write
from .cose import AUTHORITY
from .keys import sha256
from .kinds import (ACCREDITATION, ADDRESS, CODE, DAY as A_DAY, EUID,
                    EVIDENCE, HASH, HOLDER, HOSTS, KVK, LEI, LINES, NAMES,
                    NOT_COVERED, NUMBER, SCHEME, TIME, URI, Array, Bytes,
                    Fields, Nothing, Text, Uint, Word, line)
from .trust import FIRST, MANAGERS, ROOTS
from .vectors import DAY, NOW, File

HOLDER_ID, MARK, BODY = "NTRNL-90000011", "KM-2026-000123-P", "C 999"
ZEROS = bytes(32)


class Person(Word):
    """An officer's id, or "root:" or "manager:" and a kid in hex."""
    def __init__(self):
        hex_ = "0123456789abcdef"
        super().__init__(1, 64, *[
            (name, item, "an officer's id, root: or manager: and a kid")
            for name, item in (
                ("in-capitals", "Registrar-1"), ("hyphen-first", "-reg"),
                ("point-first", ".reg"), ("underscore", "reg_1"),
                ("of-33", "r" * 33), ("colon", "reg:1"),
                ("root-alone", "root:"), ("root-of-15", "root:" + hex_[1:]),
                ("root-of-17", "root:" + hex_ + "0"),
                ("root-in-capitals", "root:" + hex_.upper()),
                ("root-not-hex", "root:" + "g" * 16),
                ("manager-of-15", "manager:" + hex_[1:]),
                ("manager-of-17", "manager:" + hex_ + "0"),
                ("manager-not-hex", "manager:" + "g" * 16),
                ("decider-of-a-kid", "decider:" + hex_))])


PERSON = Person()
REASON = Uint(1, 7)
RECORD = Fields([(1, "date", A_DAY), (2, "reference", Text(1, 64)),
                 (3, "remark", Text(1, 200))], (3,))
PROVIDER = Fields([
    (1, "legal-name", Text(1, 160)), (2, "trade-names", NAMES),
    (3, "place", Text(1, 64)), (4, "kvk", KVK), (5, "euid", EUID),
    (6, "lei", LEI), (7, "hosts", HOSTS), (8, "information", ADDRESS)],
    (2, 4, 5, 6, 7, 8))
BODY_FIELDS = Fields([(1, "name", Text(1, 160)), (2, "from", A_DAY),
                      (3, "until", A_DAY), (4, "level", Uint(1, 3))])
METHODS = Array(CODE, 1, 8, lambda i: "m%d" % i)
ASSESSMENT = Fields([
    (1, "body", ACCREDITATION), (2, "day", A_DAY), (3, "report", Text(1, 64)),
    (4, "lines", LINES), (5, "evidence", EVIDENCE), (6, "methods", METHODS),
    (7, "hours", Uint(1, 10000)), (8, "findings", Uint(0, 10000))], (5,))
GRANT_FIELDS = [
    (1, "document", Uint(1, 2)), (2, "scheme", SCHEME), (3, "lines", LINES),
    (4, "not-covered", NOT_COVERED), (5, "nbf", TIME), (6, "exp", TIME),
    (7, "drawing", Uint(1, 65535))]
GRANT = Fields(GRANT_FIELDS, (4,))
AMEND = Fields(GRANT_FIELDS + [(8, "supersede", TIME)], (4,))
REASON_ONLY = Fields([(1, "reason", REASON)])
SUSPEND = Fields([(1, "reason", REASON), (2, "until", TIME)])
NOTHING = Fields([])
DISABLE = Fields([(1, "person", PERSON)])
FORGET = Fields([(1, "id", HASH)])
SCHEME_REF = Fields([(1, "scheme", CODE), (2, "version", Uint(1, 65535)),
                     (3, "hash", HASH)])

A_RECORD = Map([[1, 20700], [2, "Z-17"], [3, "Op papier"]])
A_PROVIDER = Map([
    [1, "Voorbeeld ICT B.V."], [2, ["E\u00e9n"]], [3, "Utrecht"],
    [4, "90000011"], [5, "NLNHR.90000011"], [6, "529900T8BM49AURSDO55"],
    [7, ["ict.example"]], [8, "https://info.example/"]])
A_BODY = Map([[1, "Keuring B.V."], [2, 20000], [3, 22000], [4, 2]])
AN_ASSESSMENT = Map([
    [1, BODY], [2, 20700], [3, "R-2026-17"], [4, [line(1, "cloud", 2)]],
    [5, [["iso-27001", "A1"]]], [6, ["interview"]], [7, 40], [8, 0]])
A_GRANT = Map([
    [1, 1], [2, ["voorbeeld", 1]], [3, [line(1, "cloud", 2)]],
    [4, ["Printers"]], [5, NOW], [6, NOW + 365 * DAY], [7, 1]])
AN_AMEND = Map(A_GRANT.pairs + [[8, NOW + 30 * DAY]])
A_REASON = Map([[1, 3]])
A_SUSPENSION = Map([[1, 3], [2, NOW + 90 * DAY]])
A_PERSON = Map([[1, "decider-1"]])
AN_ID = Map([[1, sha256(b"a decision")]])
A_SCHEME = Map([[1, "voorbeeld"], [2, 1], [3, sha256(b"{}")]])

# kind: proposer, subject, has it a head, content, and what that is.
KINDS = {
    **{kind: ("registrar", HOLDER_ID, False, A_RECORD, RECORD)
       for kind in ("application", "evidence", "surveillance", "complaint",
                    "appeal", "vulnerability")},
    "provider-add": ("registrar", HOLDER_ID, True, A_PROVIDER, PROVIDER),
    "provider-change": ("registrar", HOLDER_ID, True, A_PROVIDER, PROVIDER),
    "body-add": ("registrar", BODY, True, A_BODY, BODY_FIELDS),
    "body-change": ("registrar", BODY, True, A_BODY, BODY_FIELDS),
    "assessment": ("assessor", HOLDER_ID, False, AN_ASSESSMENT, ASSESSMENT),
    "grant": ("registrar", HOLDER_ID, True, A_GRANT, GRANT),
    "refuse": ("registrar", HOLDER_ID, True, A_REASON, REASON_ONLY),
    "renew": ("registrar", MARK, True, A_GRANT, GRANT),
    "amend": ("registrar", MARK, True, AN_AMEND, AMEND),
    "lift": ("registrar", MARK, True, Map(), NOTHING),
    "withdraw": ("registrar", MARK, False, A_REASON, REASON_ONLY),
    "void": ("registrar", MARK, True, A_REASON, REASON_ONLY),
    "suspend": ("decider-1", MARK, False, A_SUSPENSION, SUSPEND),
    "halt": ("decider-1", "", False, Map(), NOTHING),
    "disable": ("decider-1", "", False, A_PERSON, DISABLE),
    "end": ("registrar", MARK, True, A_REASON, REASON_ONLY),
    "forget": ("registrar", "", True, AN_ID, FORGET),
    "resume": ("decider-1", "", True, Map(), NOTHING),
    "catalogue": ("manager:" + MANAGERS[0].kid.hex(), "", True, A_SCHEME,
                  SCHEME_REF),
    "scheme": ("root:" + ROOTS[0].kid.hex(), "", True, A_SCHEME, SCHEME_REF),
}
# All content is broken under one kind, its place under each.
CONTENT_OF = ("application", "provider-add", "body-add", "assessment",
              "grant", "refuse", "suspend", "disable", "forget", "scheme")


def nonce(kind):
    return sha256(b"nonce of " + kind.encode())[:16]


def decision(kind, **changes):
    """subject, content, head, rests, proposer, environment."""
    proposer, subject, has_head, content, _ = KINDS[kind]
    item = Map([[1, kind], [2, AUTHORITY], [4, FIRST],
                [5, changes.get("proposer", proposer)],
                [6, changes.get("subject", subject)],
                [7, changes.get("content", content)], [8, nonce(kind)],
                [9, NOW + 14 * DAY]])
    if has_head:
        item = item.with_(10, changes.get("head", ZEROS))
    if "rests" in changes:
        item = item.with_(11, changes["rests"])
    if "environment" in changes:
        item = item.with_(3, changes["environment"])
    return item


def subject_bad(kind):
    """Yield (name, error, why, subject) for the subject of a kind."""
    subject = KINDS[kind][1]
    if subject == "":
        yield "a", "limit", "empty: the authority", "a"
        for name, item in (("as-bytes", b""), ("null", None),
                           ("as-number", 0)):
            yield name, "type", "empty text", item
        yield "not-shortest", "encoding", "the string's head", Wide("")
        yield "indefinite", "encoding", "lengths are definite", Endless("")
        return
    yield from {HOLDER_ID: HOLDER, MARK: NUMBER,
                BODY: ACCREDITATION}[subject].bad(subject)


def frame(kind):
    """The fields around the content, as this kind has them."""
    has_head = KINDS[kind][2]
    fields = [(1, "kind", Word(1, 32,
                               ("of-none", "erase", "a closed list"),
                               ("in-capitals", kind.upper(), "lower case"),
                               ("and-more", kind + "s", "no more than it"),
                               ("trust", "trust", "a list, no decision"),
                               ("officers", "officers",
                                "a list, no decision"))),
              (2, "authority", URI), (3, "environment", Uint(1, 2)),
              (4, "trust", HASH), (5, "proposer", PERSON),
              (6, "subject", Nothing()), (7, "content", Nothing()),
              (8, "nonce", Bytes(16)), (9, "valid-until", TIME)]
    if has_head:
        fields.append((10, "head", HASH))
    fields.append((11, "rests-on", Array(HASH, 1, 16, lambda i: sha256(
        b"%d" % i))))
    return Frame(fields)


class Frame(Fields):
    """The reader counts with and without head, 8 to 11, for all kinds."""
    def __init__(self, fields):
        super().__init__(fields, (3, 11))

    def count(self, n):
        return "type" if 8 <= n <= 11 else "limit"


def meanings():
    """Yield (name, error, why, decision)."""
    a, b = sorted([sha256(b"1"), sha256(b"2")])
    yield ("rests-on-descending", "order", "they ascend",
           decision("grant", rests=[b, a]))
    yield ("rests-on-one-twice", "order", "each once",
           decision("grant", rests=[a, a]))
    for kind, (_, subject, has_head, _, _) in KINDS.items():
        good = decision(kind)
        if has_head:
            yield ("%s-without-head" % kind, "type", "it moves on from one",
                   good.without(10))
        else:
            yield ("%s-with-head" % kind, "type", "absent for this kind",
                   good.with_(10, ZEROS))
        for what, other in (("holder", HOLDER_ID), ("mark", MARK),
                            ("body", BODY), ("nothing", "")):
            if other == subject:
                continue
            # What is wrong first: its length, then its form.
            error = "limit" if subject == "" or other == "" else (
                "text" if other == BODY and subject == HOLDER_ID else "value")
            if subject == MARK and other in (HOLDER_ID, BODY):
                error = "limit"
            if subject == HOLDER_ID and other == BODY:
                error = "limit"
            if subject == BODY and other in (HOLDER_ID, MARK):
                continue	# both could be numbers of a body
            yield ("%s-subject-%s" % (kind, what), error,
                   "another kind of subject", good.with_(6, other))
        for name, other in (("record", A_RECORD), ("nothing", Map()),
                            ("reason", A_REASON), ("id", AN_ID),
                            ("person", A_PERSON), ("body", A_BODY)):
            fields = KINDS[kind][4]
            if other is KINDS[kind][3] or isinstance(fields, type(None)):
                continue
            error = content_error(fields, other)
            if error is not None:
                yield ("%s-content-%s" % (kind, name), error,
                       "another kind of content", good.with_(7, other))
    for kind in ("grant", "renew", "amend"):
        content = KINDS[kind][3]
        for name, key_, value in (
                ("exp-at-nbf", 5, content[6]),
                ("exp-before-nbf", 5, content[6] + 1),
                ("exp-a-second-past-midnight", 6, content[6] + 1),
                ("exp-at-noon", 6, content[6] + DAY // 2)):
            yield ("%s-%s" % (kind, name), "value",
                   "nbf < exp, and exp is at 00:00:00Z",
                   decision(kind, content=content.with_(key_, value)))
    yield ("grant-with-supersede", "type", "of an amend alone",
           decision("grant", content=AN_AMEND.without(4)))
    yield ("amend-without-supersede", "type", "the moment must be there",
           decision("amend", content=A_GRANT))
    for kind in ("body-add", "body-change"):
        yield (kind + "-until-from", "value", "from < until",
               decision(kind, content=A_BODY.with_(3, 20000)))
    yield ("methods-descending", "order", "they ascend", decision(
        "assessment", content=AN_ASSESSMENT.with_(6, ["b", "a"])))
    for kind in ("provider-add", "provider-change"):
        def provider(name, subject, content, kind=kind):
            return ("%s-%s" % (kind, name), "mismatch",
                    "it agrees with the subject",
                    decision(kind, subject=subject, content=content))
        short = A_PROVIDER.without(2, 5, 6, 7, 8)
        yield provider("kvk-of-another", HOLDER_ID, short.with_(
            4, "90000012"))
        yield provider("kvk-absent", HOLDER_ID, short.without(4))
        yield provider("kvk-of-a-belgian", "NTRBE-0123456789", short)
        yield provider("euid-of-another", HOLDER_ID, short.with_(
            5, "NLNHR.90000012"))
        yield provider("euid-dutch-of-a-belgian", "NTRBE-0123456789",
                       short.without(4).with_(5, "NLNHR.90000011"))
        yield provider("lei-of-another", "LEIXG-529900T8BM49AURSDO55",
                       short.without(4).with_(6, "724500VKKSH9QOLTFR81"))


def content_error(fields, item):
    """By which reason a content of another kind is refused first."""
    n = len(item.pairs)
    least = len(fields.fields) - len(fields.optional)
    if not least <= n <= len(fields.fields):
        return "limit"
    return None if fields is NOTHING else "type"


def good():
    file = File("decision", "id: SHA-256 of the bytes.", now=NOW)

    def add(name, why, item):
        file.add(name, write(item), why, id=sha256(write(item)).hex())

    for kind in KINDS:
        add(kind, "as the subject's first", decision(kind))
    two = sorted([sha256(b"1"), sha256(b"2")])
    add("grant-resting", "on two decisions", decision("grant", rests=two))
    add("grant-going-on", "from an earlier decision",
        decision("grant", head=sha256(b"earlier")))
    for number in (1, 2):
        add("environment-%d" % number, "not production",
            decision("suspend", environment=number))
    add("record-without-remark", "the remark is optional", decision(
        "complaint", content=A_RECORD.without(3)))
    add("provider-of-few", "what must be there", decision(
        "provider-add", content=A_PROVIDER.without(2, 5, 6, 7, 8)))
    add("provider-belgian", "no KVK number", decision(
        "provider-add", subject="NTRBE-0123456789",
        content=A_PROVIDER.without(2, 4, 6, 7, 8).with_(
            5, "BEKBO.0123456789")))
    add("self-declaration", "document 2", decision(
        "grant", content=A_GRANT.with_(1, 2)))
    add("amend-at-once", "superseded at nbf", decision(
        "amend", content=AN_AMEND.with_(8, NOW)))
    add("16-rests", "as many as may be", decision("grant", rests=sorted(
        sha256(b"%d" % i) for i in range(16))))
    add("longest-officer", "32 characters",
        decision("suspend", proposer="a" * 32))
    return file


def bad():
    file = File("decision", "Refused for its form or its meaning by itself.",
                now=NOW)

    def add(name, error, why, item):
        data = item if isinstance(item, bytes) else write(item)
        file.once(name, data, why, stage="decode", error=error)

    whole = decision("grant", environment=1, rests=[sha256(b"1")])
    for each in frame("grant").bad(whole):
        add(*each)
    for kind in ("suspend", "body-add", "halt", "grant"):
        for name, error, why, item in subject_bad(kind):
            add("%s-subject-%s" % (kind, name), error, why,
                decision(kind).with_(6, item))
    for kind in CONTENT_OF:
        for name, error, why, item in KINDS[kind][4].bad(KINDS[kind][3]):
            add("%s-content-%s" % (kind, name), error, why,
                decision(kind).with_(7, item))
    for name, error, why, item in AMEND.bad(AN_AMEND):
        if name.startswith("supersede"):	# the rest is a grant's
            add("amend-content-" + name, error, why,
                decision("amend").with_(7, item))
    for each in meanings():
        add(*each)
    for name, error, why, item in (
            ("a", "limit", "empty", Map([[1, 1]])),
            ("as-array", "type", "a map", []),
            ("null", "type", "a map", None),
            ("indefinite", "encoding", "lengths are definite",
             Endless(Map()))):
        add("halt-content-" + name + "-for-nothing", error, why,
            decision("halt").with_(7, item))
    good_ = write(decision("suspend"))
    add("byte-after", "trailing", "nothing may follow", good_ + b"\x00")
    add("last-byte-missing", "truncated", "it ends too early", good_[:-1])
    add("nothing", "truncated", "no byte at all", b"")
    file.too_long(good_, 8192)
    return file
