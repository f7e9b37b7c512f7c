# SPDX-License-Identifier: EUPL-1.2
"""Officers lists (schemas/officers.cddl)."""

from .cbor import Map, write
from .cose import AUTHORITY, OTHER, TYPS, Sign, flipped, sign_bad
from .keys import ESP256, key, sha256
from .kinds import (ACCREDITATION, HASH, HOLDER, TIME, URI, Array, Fields,
                    Uint, Word)
from .trust import (ATTEST_KEY, FIRST, LIST, MANAGERS, ROOTS, CoseKey,
                    by_kid)
from .vectors import DAY, NOW, File

REGISTRAR, REVIEWER, DECIDER, ASSESSOR = 1, 2, 3, 4
SINCE, UNTIL = NOW - 90 * DAY, NOW + 300 * DAY


def officer(id_, roles, keys=None, employer="", conflicts=None, since=SINCE,
            until=UNTIL):
    keys = keys or [key("officer " + id_)]
    pairs = [[1, id_], [2, employer], [3, roles],
             [4, by_kid((k.kid, k.cose()) for k in keys)]]
    if conflicts is not None:
        pairs.append([5, conflicts])
    return Map(pairs + [[6, since], [7, until]])


ALL = [officer("assessor", [ASSESSOR], employer="C 999"),
       officer("decider-1", [DECIDER], [key("officer decider-1", ESP256)]),
       officer("decider-2", [DECIDER],
               conflicts=["NTRNL-90000011", "NTRNL-90000012"]),
       officer("registrar", [REGISTRAR]),
       officer("reviewer", [REVIEWER, DECIDER],
               [key("officer reviewer"), key("officer reviewer, spare",
                                             ESP256)])]


def payload(officers=ALL, version=1, environment=None, authority=AUTHORITY,
            issued=NOW - 20 * DAY, trust=FIRST):
    pairs = [[1, authority], [3, version], [4, issued],
             [5, NOW + 200 * DAY], [6, trust], [7, list(officers)]]
    item = Map(pairs)
    return item if environment is None else item.with_(2, environment)


def signed(payload_, signers=None):
    return Sign(signers or MANAGERS[:2], payload_[1], "officers",
                TYPS["officers"], payload_)


LIST_1 = signed(payload()).bytes()
# A small one, to be broken.
SMALL = payload([officer("a", [REGISTRAR], conflicts=["NTRNL-90000011"])])
SMALL_2 = payload(SMALL[7], 2)


class Employer:
    """A body's accreditation number, or nothing: the authority itself."""
    def bad(self, value):
        for each in ACCREDITATION.bad(value):
            if each[0] != "empty":
                yield each


class Roles(Array):
    def __init__(self):
        super().__init__(Uint(1, 4), 1, 4, lambda i: 1)

    def bad(self, value):
        yield from super().bad(value)
        yield "descending", "order", "they ascend", [3, 2]
        yield "last-twice", "order", "each once", [1, 2, 2]


ID = Word(1, 32,
          ("in-capitals", "Decider", "lower case"),
          ("hyphen-first", "-decider", "a letter or digit first"),
          ("point-first", ".decider", "a letter or digit first"),
          ("colon", "root:1", "no colon"),
          ("underscore", "decider_1", "letters, digits, point, hyphen"))
OFFICER = Fields([
    (1, "id", ID), (2, "employer", Employer()), (3, "roles", Roles()),
    (4, "keys", Array(CoseKey(False), 1, 4, each=True)),
    (5, "conflicts", Array(HOLDER, 1, 64, lambda i: "NTRDE-%02d" % i)),
    (6, "from", TIME), (7, "until", TIME)], (5,))
FIELDS = Fields([
    (1, "authority", URI), (2, "environment", Uint(1, 2)),
    (3, "version", Uint(1, 2 ** 32 - 1)), (4, "issued", TIME),
    (5, "expires", TIME), (6, "trust", HASH),
    (7, "officers", Array(OFFICER, 1, 256))], (2,))


def meanings():
    """Yield (name, error, why, payload)."""
    def one(name, error, why, *officers):
        return name, error, why, SMALL.with_(7, list(officers))

    a = officer("a", [REGISTRAR])
    yield one("officers-descending", "order", "they ascend by id",
              officer("b", [DECIDER]), a)
    yield one("officer-twice", "order", "each once", a, officer(
        "a", [DECIDER], [key("another")]))
    yield one("key-of-two", "order", "a key is one person's", a, officer(
        "b", [DECIDER], [key("officer a")]))
    yield one("keys-descending", "order", "they ascend by kid",
              a.with_(4, by_kid((k.kid, k.cose()) for k in (
                  key("one"), key("two")))[::-1]))
    yield one("keys-of-5", "limit", "at most 4", officer(
        "a", [REGISTRAR], [key("many-%d" % i) for i in range(5)]))
    yield one("conflicts-descending", "order", "they ascend", officer(
        "a", [REGISTRAR], conflicts=["NTRNL-90000012", "NTRNL-90000011"]))
    yield one("until-from", "value", "from < until",
              officer("a", [REGISTRAR], until=SINCE))
    yield one("until-before-from", "value", "from < until",
              officer("a", [REGISTRAR], until=SINCE - 1))
    yield one("assessor-without-body", "value", "an assessor has a body",
              officer("a", [ASSESSOR]))
    for role, name in ((REGISTRAR, "registrar"), (REVIEWER, "reviewer"),
                       (DECIDER, "decider")):
        yield one("assessor-and-" + name, "value", "and no other role",
                  officer("a", [role, ASSESSOR], employer="C 999"))
    yield ("expires-at-issued", "value", "issued < expires",
           SMALL.with_(5, SMALL[4]))
    yield ("environment-production-said", "value", "absent: production",
           SMALL.with_(2, 0))


def refused():
    """Yield (name, error, why, Sign): as the first list."""
    base = signed(SMALL)
    yield ("by-one", "threshold", "two managers",
           signed(SMALL, MANAGERS[:1]))
    yield ("by-a-manager-and-a-root", "unknown-key", "managers alone",
           signed(SMALL, [MANAGERS[0], ROOTS[0]]))
    yield ("by-a-manager-and-an-attest-key", "purpose", "keys of purpose "
           "officers", signed(SMALL, [MANAGERS[0], ATTEST_KEY]))
    yield ("by-a-manager-and-an-officer", "unknown-key", "managers alone",
           signed(SMALL, [MANAGERS[0], key("officer a")]))
    yield ("by-two-and-a-revoked", "revoked", "every one must count",
           signed(SMALL, MANAGERS[:2] + [key("manager-revoked")]))
    yield ("by-two-and-one-over", "key-period",
           "not-before <= issued < not-after",
           signed(SMALL, MANAGERS[:2] + [key("manager-old")]))
    yield ("issued-before-not-before", "key-period",
           "not-before <= issued < not-after",
           signed(payload(SMALL[7], issued=NOW - 100 * DAY - 1)))
    for i, each in enumerate(base.signers):
        signers = list(base.signers)
        signers[i] = each.but(signature_as=lambda sig: flipped(sig, 300))
        yield ("signature-%d-flipped" % (i + 1), "signature",
               "every one must verify", base.but(signers=signers))
    yield ("signed-as-sign1", "signature", "RFC 9052 section 4.4: context",
           base.but(context="Signature1"))
    yield ("external-aad", "signature", "external_aad is empty",
           base.but(aad=b"keurmerk"))
    yield ("changed-after-signing", "signature", "the payload is signed",
           base.but(payload_as=lambda data: write(SMALL.with_(
               5, SMALL[5] + 1))))
    yield ("other-authority", "authority", "the trust list's",
           signed(SMALL.with_(1, OTHER)))
    yield ("other-environment", "environment", "the trust list's",
           signed(SMALL.with_(2, 1)))
    yield ("other-trust", "pin", "trust list 1",
           signed(SMALL.with_(6, sha256(b"other"))))
    yield ("version-2", "version", "the first is 1", signed(SMALL_2))


def good():
    file = File("officers list", "Accepted under trust, whose hash is in "
                "them; after, where it stands, names the one before.",
                trust=LIST.hex(), now=NOW)
    file.add("all", LIST_1, "what approvals are under", officers=len(ALL))
    file.add("small", signed(SMALL).bytes(), "one officer", officers=1)
    file.add("by-three", signed(SMALL, MANAGERS).bytes(),
             "more than are needed", officers=1)
    file.add("next", signed(SMALL_2).bytes(), "version 2", officers=1,
             after=signed(SMALL).bytes().hex())
    file.add("empty-employer", signed(payload([officer(
        "a.b-c", [1, 2, 3])])).bytes(), "three roles", officers=1)
    return file


def bad():
    file = File("officers list", "Refused: at stage decode for its form, "
                "first under trust, next after the list in after.",
                trust=LIST.hex(), now=NOW)

    def add(stage, name, error, why, sign, **more):
        file.once(name, sign.bytes(), why, stage=stage, error=error, **more)

    base = signed(SMALL)
    for each in sign_bad(base):
        add("decode", *each)
    whole = payload([officer("assessor", [ASSESSOR], [
        key("officer a"), key("officer a, spare", ESP256)], "C 999",
        ["NTRNL-90000011"])], environment=1)
    for name, error, why, item in FIELDS.bad(whole):
        add("decode", "list-" + name, error, why,
            Sign(MANAGERS[:2], AUTHORITY, "officers", TYPS["officers"],
                 item))
    for name, error, why, item in meanings():
        add("decode", name, error, why, signed(item))
    add("decode", "iss-of-another-in-the-header", "mismatch",
        "header and payload are equal",
        Sign(MANAGERS[:2], OTHER, "officers", TYPS["officers"], SMALL))
    add("decode", "sub-of-another", "mismatch", "sub is officers",
        Sign(MANAGERS[:2], AUTHORITY, "trust", TYPS["officers"], SMALL))
    file.too_long(base.bytes(), 131072)
    for name, error, why, sign in refused():
        add("first", "first-" + name, error, why, sign)
    after = signed(SMALL).bytes().hex()
    add("next", "next-version-again", "version", "the next version",
        signed(payload(SMALL[7], issued=NOW - 19 * DAY)), after=after)
    add("next", "next-version-skipped", "version", "the next version",
        signed(payload(SMALL[7], 3)), after=after)
    add("next", "next-issued-earlier", "rollback", "never going back",
        signed(payload(SMALL[7], 2, issued=NOW - 21 * DAY)), after=after)
    return file
