# SPDX-License-Identifier: EUPL-1.2
"""Attestations (schemas/attestation.cddl)."""

from .cbor import Map, write
from .cose import AUTHORITY, OTHER, TYPS, Sign1, flipped, sign1_bad
from .keys import ED25519, ESP256, key, sha256
from .kinds import (ACCREDITATION, ADDRESS, DAY as A_DAY, EUID, EVIDENCE,
                    HOLDER, HOST_253, HOSTS, KVK, LABEL, LEI, LINES, NAMES,
                    NOT_COVERED, NUMBER, SCHEME, TIME, URI, Bytes, Fields,
                    Text, Tuple, Uint, Word, line)
from .status import LISTS
from .trust import ATTEST_KEY, LIST, MANAGERS, PUBLISH_P256, ROOTS
from .vectors import DAY, NOW, File

SUB = "NTRNL-90000011"
ID = sha256(b"a decision")
CTI = sha256(b"keurmerk cti" + ID)[:16]


def place(idx=7, shard=0, iss=AUTHORITY):
    return Map([["status_list", Map([
        ["idx", idx], ["uri", "%s/status/%d" % (iss, shard)]])]])


PLAIN_MARK = Map([
    [1, "KM-2026-000123-P"], [3, 1], [4, ["voorbeeld", 1]],
    [5, [line(1, "cloud", 2)]], [7, "Voorbeeld ICT B.V."], [9, "Utrecht"],
    [10, "90000011"], [14, 20700], [15, ["Keuring B.V.", "C 999"]],
    [16, "R-2026-17"], [19, 1]])
FULL_MARK = Map([
    [1, "KM-2026-000123-P"], [2, 1], [3, 1], [4, ["voorbeeld", 1]],
    [5, [line(1, "cloud", 2), line(2, "advies", 1)]], [6, ["Printers"]],
    [7, "Voorbeeld ICT B.V."], [8, ["E\u00e9n"]], [9, "Utrecht"],
    [10, "90000011"], [11, "NLNHR.90000011"], [12, "529900T8BM49AURSDO55"],
    [13, ["ict.example"]], [14, 20700], [15, ["Keuring B.V.", "C 999"]],
    [16, "R-2026-17"], [17, [["iso-27001", "A1"]]],
    [18, "https://info.example/"], [19, 1]])


def claims(mark=PLAIN_MARK, sub=SUB, iss=AUTHORITY, **changes):
    pairs = Map([[1, iss], [2, sub], [4, NOW + 365 * DAY], [5, NOW - DAY],
                 [6, NOW - DAY + 1], [7, CTI], [65535, place(iss=iss)],
                 [-65537, mark]])
    for name, value in changes.items():
        pairs[{"exp": 4, "nbf": 5, "iat": 6, "status": 65535}[name]] = value
    return pairs


def signed(payload, key_=ATTEST_KEY, iss=AUTHORITY, sub=None):
    return Sign1(key_, iss, sub or SUB, TYPS["attestation"], payload)


def of_sub(sub, mark):
    """Header and claims both of this holder."""
    return signed(claims(mark, sub), sub=sub)


MARK = Fields([
    (1, "number", NUMBER), (2, "environment", Uint(1, 2)),
    (3, "document", Uint(1, 2)), (4, "scheme", SCHEME), (5, "lines", LINES),
    (6, "not-covered", NOT_COVERED), (7, "legal-name", Text(1, 160, True)),
    (8, "trade-names", NAMES), (9, "place", Text(1, 64)), (10, "kvk", KVK),
    (11, "euid", EUID), (12, "lei", LEI), (13, "hosts", HOSTS),
    (14, "assessed", A_DAY), (15, "body", Tuple(("name", Text(1, 160)),
                                                ("number", ACCREDITATION))),
    (16, "report", Text(1, 64)), (17, "evidence", EVIDENCE),
    (18, "information", ADDRESS), (19, "drawing", Uint(1, 65535))],
    (2, 6, 8, 10, 11, 12, 13, 15, 16, 17, 18))
STATUS_LIST = Fields([("idx", "idx", Uint(0, 65535)),
                      ("uri", "uri", Word(1, 274))])
CLAIMS = Fields([
    (1, "iss", URI), (2, "sub", HOLDER), (4, "exp", TIME), (5, "nbf", TIME),
    (6, "iat", TIME), (7, "cti", Bytes(16)),
    (65535, "status", Fields([("status_list", "status-list", STATUS_LIST)])),
    (-65537, "mark", MARK)])


def meanings():
    """Yield (name, error, why, object): the comments of the schema."""
    whole = claims(FULL_MARK.without(2))

    def claim(name, error, why, key_, value):
        return name, error, why, signed(whole.with_(key_, value))

    def mark(name, error, why, changed):
        return name, error, why, signed(claims(changed))

    yield claim("exp-a-second-past-midnight", "value", "exp is at 00:00:00Z",
                4, NOW + 365 * DAY + 1)
    yield claim("exp-a-second-before-midnight", "value",
                "exp is at 00:00:00Z", 4, NOW + 365 * DAY - 1)
    yield claim("exp-at-noon", "value", "exp is at 00:00:00Z",
                4, NOW + 365 * DAY + DAY // 2)
    yield claim("exp-at-nbf", "value", "nbf < exp", 5, NOW + 365 * DAY)
    yield claim("exp-before-nbf", "value", "nbf < exp", 5,
                NOW + 366 * DAY)
    for name, error, uri in (
            ("of-another-authority", "mismatch", OTHER + "/status/0"),
            ("of-a-longer-host", "mismatch", AUTHORITY + ".nl/status/0"),
            ("of-another-path", "mismatch", AUTHORITY + "/state/0"),
            ("without-shard", "value", AUTHORITY + "/status/"),
            ("shard-00", "value", AUTHORITY + "/status/00"),
            ("shard-012", "value", AUTHORITY + "/status/012"),
            ("shard-signed", "value", AUTHORITY + "/status/+1"),
            ("shard-negative", "value", AUTHORITY + "/status/-1"),
            ("shard-65536", "value", AUTHORITY + "/status/65536"),
            ("shard-of-64-bits", "limit", AUTHORITY + "/status/" + "1" * 300),
            ("shard-and-slash", "value", AUTHORITY + "/status/1/"),
            ("shard-and-query", "value", AUTHORITY + "/status/1?a"),
            ("shard-in-hex", "value", AUTHORITY + "/status/0x1"),
            ("by-http", "mismatch", "http" + AUTHORITY[5:] + "/status/0")):
        yield claim("status-uri-" + name, error, 'iss "/status/" shard',
                    65535, Map([["status_list", Map([["idx", 7],
                                                     ["uri", uri]])]]))
    yield claim("status-of-another-mechanism", "type", "status_list",
                65535, Map([["status", place().pairs[0][1]]]))

    plain = PLAIN_MARK
    yield mark("kvk-of-another", "mismatch", "the number of sub",
               plain.with_(10, "90000012"))
    yield mark("kvk-absent", "mismatch", "exactly when sub is NTRNL-",
               plain.without(10))
    for sub, name in (("NTRBE-90000011", "of-a-belgian"),
                      ("LEIXG-529900T8BM49AURSDO55", "of-an-lei"),
                      ("VATNL-90000011", "of-a-vat-number")):
        yield ("kvk-" + name, "mismatch", "exactly when sub is NTRNL-",
               of_sub(sub, plain))
    without = plain.without(10)
    yield mark("euid-of-another", "mismatch", "NLNHR. and the KVK number",
               plain.with_(11, "NLNHR.90000012"))
    yield mark("euid-of-another-register", "mismatch", "NLNHR.",
               plain.with_(11, "NLKVK.90000011"))
    yield mark("euid-of-another-country", "mismatch", "NLNHR.",
               plain.with_(11, "BEKBO.90000011"))
    yield mark("euid-and-more", "mismatch", "NLNHR. and the KVK number",
               plain.with_(11, "NLNHR.90000011_1"))
    yield ("euid-dutch-of-a-belgian", "mismatch", "of the holder's country",
           of_sub("NTRBE-90000011", without.with_(11, "NLNHR.90000011")))
    yield ("euid-of-a-dutch-vat-number", "mismatch",
           "without a KVK number there is none to name",
           of_sub("VATNL-90000011", without.with_(11, "NLNHR.90000011")))
    yield ("lei-of-another", "mismatch", "the LEI of sub",
           of_sub("LEIXG-529900T8BM49AURSDO55",
                  without.with_(12, "724500VKKSH9QOLTFR81")))
    yield mark("certificate-without-body", "value",
               "15 exactly on a certificate", plain.without(15))
    yield mark("certificate-without-report", "value",
               "16 exactly on a certificate", plain.without(16))
    own = plain.without(15, 16).with_(3, 2)
    yield mark("self-declaration-with-body", "value",
               "15 exactly on a certificate", own.with_(15, plain[15]))
    yield mark("self-declaration-with-report", "value",
               "16 exactly on a certificate", own.with_(16, plain[16]))
    for key_, name, why in ((6, "not-covered", "nothing twice"),
                            (8, "trade-names", "nothing twice"),
                            (13, "hosts", "nothing twice"),
                            (17, "evidence", "nothing twice")):
        value = FULL_MARK[key_]
        extra = {6: ["B"], 8: ["B"], 13: ["b.example"],
                 17: [["iso-27001", "B"]]}[key_]
        yield mark("%s-first-and-last-the-same" % name, "order", why,
                   FULL_MARK.without(2).with_(key_, value + extra + value))
    yield mark("host-of-254", "limit", "at most 253 bytes",
               FULL_MARK.without(2).with_(13, [HOST_253 + "z"]))
    yield ("iss-of-another-in-the-header", "mismatch",
           "header and payload are equal", signed(claims(), iss=OTHER))
    yield ("iss-of-another-in-the-claims", "mismatch",
           "header and payload are equal",
           signed(claims(iss=OTHER), iss=AUTHORITY))
    yield ("sub-of-another-in-the-header", "mismatch",
           "header and payload are equal",
           signed(claims(), sub="NTRNL-90000012"))
    yield ("sub-longer-in-the-header", "mismatch",
           "header and payload are equal", signed(claims(), sub=SUB + "1"))
    long = FULL_MARK.without(2).with_(
        6, ["%d" % i + "a" * 199 for i in range(7)])
    room = 2048 - len(signed(claims(long.with_(
        6, long[6] + ["b" * 24]))).bytes())
    yield mark("of-2049", "limit", "at most 2048 bytes",
               long.with_(6, long[6] + ["b" * (25 + room)]))


def untrusted():
    """Yield (name, check, error, why, object): well-formed, not believed."""
    base = signed(claims())
    yield ("other-authority", "issuer", "authority",
           "not the trust list's authority",
           signed(claims(iss=OTHER), iss=OTHER))
    yield ("key-unknown", "key", "unknown-key", "not in the trust list",
           signed(claims(), key("stranger", ESP256)))
    yield ("key-root", "key", "unknown-key", "a root signs trust lists only",
           signed(claims(), ROOTS[1]))
    yield ("key-publish", "key", "purpose", "an attest key",
           signed(claims(), PUBLISH_P256))
    yield ("key-manager", "key", "purpose", "an attest key",
           signed(claims(), MANAGERS[1]))
    yield ("alg-of-another", "key", "alg", "the key's own algorithm",
           base.but(header=base.header.with_(1, ED25519)))
    yield ("kid-of-another", "signature", "signature",
           "the key that kid names", base.but(
               key=key("stranger", ESP256)))
    yield ("signature-flipped", "signature", "signature", "one bit of r",
           base.but(signature_as=lambda sig: flipped(sig, 100)))
    yield ("signature-of-another", "signature", "signature",
           "over these bytes", base.but(
               signature_as=lambda sig: ATTEST_KEY.sign(b"another text")))
    yield ("signed-as-sign", "signature", "signature",
           "RFC 9052 section 4.4: context", base.but(context="Signature"))
    yield ("external-aad", "signature", "signature", "external_aad is empty",
           base.but(aad=b"keurmerk"))
    other = base.header.with_(15, Map([[1, AUTHORITY], [2, SUB + "1"]]))
    yield ("header-changed", "signature", "signature",
           "the header is signed", base.but(
               header=other, protected_as=lambda data: write(base.header)))
    yield ("payload-changed", "signature", "signature",
           "the payload is signed", base.but(payload_as=lambda data: write(
               claims(PLAIN_MARK.with_(5, [line(1, "cloud", 3)])))))
    yield ("key-over-at-iat", "key-period", "key-period",
           "not-before <= iat < not-after",
           signed(claims(), key("attest-old")))
    yield ("iat-at-not-after", "key-period", "key-period",
           "not-before <= iat < not-after",
           signed(claims(iat=NOW - 50 * DAY), key("attest-old")))
    yield ("iat-before-not-before", "key-period", "key-period",
           "not-before <= iat < not-after",
           signed(claims(iat=NOW - 100 * DAY - 1)))
    yield ("demonstration", "environment", "environment",
           "an environment not asked for", signed(claims(PLAIN_MARK.with_(
               2, 1))))
    yield ("exercise", "environment", "environment",
           "an environment not asked for", signed(claims(PLAIN_MARK.with_(
               2, 2))))


def verdicts():
    """Yield (name, verdict, check, error, why, object)."""
    yield ("key-revoked", "undetermined", "key-revoked", "revoked",
           "counts only with proof from the register",
           signed(claims(), key("attest-revoked")))
    yield ("not-yet", "not-yet-valid", "not-before", "early", "from nbf on",
           signed(claims(nbf=NOW + 1)))
    yield ("over", "expired", "expiry", "expired", "exp is the first second "
           "that it is over", signed(claims(exp=NOW)))
    for idx, name in ((1, "withdrawn"), (2, "suspended"), (3, "superseded")):
        yield (name, name, "status", name, "status %d in the list" % idx,
               signed(claims(status=place(idx))))
    yield ("no-list", "undetermined", "status-list", "missing",
           "no list of its shard is known",
           signed(claims(status=place(7, 9))))
    own = PLAIN_MARK.without(15, 16).with_(3, 2)
    yield ("self-declaration", "unmet", "document", "document",
           "the empty policy demands a certificate", signed(claims(own)))


def good():
    file = File("attestation", "Valid at now under trust and lists, by the "
                "policy without demands.", trust=LIST.hex(), now=NOW,
                lists=[each.hex() for each in LISTS])
    add = file.add

    def fine(name, why, mark=PLAIN_MARK, sub=SUB, key_=ATTEST_KEY, **more):
        add(name, signed(claims(mark, sub, **more), key_, sub=sub).bytes(),
            why)

    fine("plain", "no optional field that the rules leave out")
    fine("full", "every field", FULL_MARK.without(2))
    fine("ed25519", "under an Ed25519 key", key_=key("attest-ed25519"))
    fine("belgian", "no KVK number", PLAIN_MARK.without(10).with_(
        11, "BEKBO.0123456789"), "NTRBE-0123456789")
    fine("by-lei", "the LEI itself", PLAIN_MARK.without(10).with_(
        12, "529900T8BM49AURSDO55"), "LEIXG-529900T8BM49AURSDO55")
    fine("vat-number", "Dutch, without a KVK number",
         PLAIN_MARK.without(10), "VATNL-123456789B01")
    fine("nbf-now", "from nbf on", nbf=NOW)
    fine("exp-tomorrow", "one day to go", exp=NOW + DAY)
    fine("last-day-of-9999", "the latest exp", exp=253402214400)
    fine("iat-at-not-before", "the first second of the key",
         iat=NOW - 100 * DAY)
    fine("idx-0", "the first of a list", status=place(0))
    fine("idx-65535", "the last of a list", status=place(65535))
    fine("shard-65535", "the last list", status=place(7, 65535))
    fine("16-lines", "as many as may be", PLAIN_MARK.with_(
        5, [line(1, "s%02d" % i, 3) for i in range(16)]))
    fine("lines-of-all-kinds", "in order", PLAIN_MARK.with_(5, [
        line(1, None, 1), line(2, None, 2), line(1, "ab", 2),
        line(1, "cloud", 3), line(2, "ab", 1)]))
    fine("longest-texts", "160, 64 and 200 bytes", PLAIN_MARK.with_(
        7, "\u00e9" * 80).with_(9, "a" * 64).with_(6, ["a" * 200]))
    fine("repertoire-edges", "first and last of each range",
         PLAIN_MARK.with_(7, " ~\u00a1\u00ac\u00ae\u024f\u1e00\u1eff"
                             "\u2013\u2014\u2018\u2019\u201c\u201d\u201e"
                             "\u2022\u2026\u20ac"))
    fine("host-of-253", "as long as may be", PLAIN_MARK.with_(
        13, [HOST_253]))
    fine("label-of-63", "as long as may be, digits too", PLAIN_MARK.with_(
        13, [LABEL + ".0a"]))
    fine("8-hosts", "as many as may be", PLAIN_MARK.with_(
        13, ["h%d.example" % i for i in range(8)]))
    fine("longest-holder", "40 after the prefix",
         PLAIN_MARK.without(10), "NTRDE-" + "a" * 40)
    fine("longest-address", "200 bytes", PLAIN_MARK.with_(
        18, "https://" + "~" * 192))
    fine("numbers-at-their-ends", "the largest of each", PLAIN_MARK.with_(
        4, ["v" * 32, 65535]).with_(14, 2932896).with_(19, 65535))
    long = FULL_MARK.without(2).with_(
        6, ["%d" % i + "a" * 199 for i in range(7)])
    room = 2048 - len(signed(claims(long.with_(
        6, long[6] + ["b" * 24]))).bytes())
    fine("of-2048", "as long as may be", long.with_(
        6, long[6] + ["b" * (24 + room)]))
    return file


def bad():
    file = File("attestation", "Refused: malformed where its form is wrong, "
                "else by the check that is named.", trust=LIST.hex(),
                now=NOW, lists=[each.hex() for each in LISTS])

    def malformed(name, error, why, object_):
        # Of high s the form is right: that signature is not ours.
        verdict = "untrusted" if error == "signature" else "malformed"
        file.once(name, object_.bytes(), why, stage="decode", error=error,
                 verdict=verdict)

    base = signed(claims())
    for each in sign1_bad(base):
        malformed(*each)
    for name, error, why, item in CLAIMS.bad(claims()):
        name = name.replace("status-status-", "status-")
        malformed("claims-" + name, error, why, signed(item))
    # Each other field by itself, so that these stay short.
    for key_, field, _ in MARK.fields:
        if key_ in PLAIN_MARK:
            continue
        mark = PLAIN_MARK.with_(key_, FULL_MARK[key_])
        for name, error, why, item in MARK.bad(mark):
            if name.startswith(field):
                malformed("claims-mark-" + name, error, why,
                          signed(claims(item)))
    for each in meanings():
        malformed(*each)
    for name, check, error, why, object_ in untrusted():
        file.once(name, object_.bytes(), why, stage="verify", error=error,
                 check=check, verdict="untrusted")
    for name, verdict, check, error, why, object_ in verdicts():
        file.once(name, object_.bytes(), why, stage="verify", error=error,
                 check=check, verdict=verdict)
    return file
