# SPDX-License-Identifier: EUPL-1.2
"""Approvals (schemas/decision.cddl)."""

from . import decision, officers
from .cbor import Map, write
from .cose import TYPS, Sign1, flipped, sign1_bad
from .keys import ED25519, ESP256, key, sha256
from .trust import ATTEST_KEY, LIST, MANAGERS, ROOTS
from .vectors import NOW, File

DECISION = write(decision.decision("suspend"))
ID = sha256(DECISION).hex()
DECIDER = key("officer decider-1", ESP256)


def signed(key_=DECIDER, iss="decider-1", sub=ID, over=DECISION):
    return Sign1(key_, iss, sub, TYPS["approval"], None, detached=over)


def of(prefix, key_):
    return signed(key_, prefix + key_.kid.hex())


def refused():
    """Yield (name, error, why, object): read, and no approval."""
    base = signed()
    other = sha256(b"another").hex()
    yield "sub-of-another", "mismatch", "the decision's id", signed(sub=other)
    yield ("sub-in-capitals", "mismatch", "lower-case digits",
           signed(sub=ID.upper()))
    yield "sub-cut", "mismatch", "64 digits", signed(sub=ID[:-1])
    yield "sub-longer", "mismatch", "64 digits", signed(sub=ID + "0")
    yield ("iss-on-no-list", "unknown-key", "an officer on the list",
           signed(key("officer nobody"), "nobody"))
    yield ("iss-of-another-officer", "unknown-key", "a key of that officer",
           signed(iss="decider-2"))
    yield ("kid-of-another-officer", "unknown-key", "a key of that officer",
           signed(key("officer decider-2")))
    yield ("manager-with-the-kid-of-another", "mismatch", "the kid of iss",
           signed(MANAGERS[1], "manager:" + MANAGERS[0].kid.hex()))
    yield ("root-with-the-kid-of-another", "mismatch", "the kid of iss",
           signed(ROOTS[1], "root:" + ROOTS[0].kid.hex()))
    yield ("root-that-is-none", "unknown-key", "a root of the trust list",
           of("root:", key("stranger")))
    yield ("root-that-is-a-manager", "unknown-key", "a root",
           of("root:", MANAGERS[0]))
    yield ("manager-that-is-none", "unknown-key", "a key of the trust list",
           of("manager:", key("stranger")))
    yield ("manager-that-is-a-root", "unknown-key", "a manager",
           of("manager:", ROOTS[0]))
    yield ("manager-that-is-an-attest-key", "purpose", "of purpose officers",
           of("manager:", ATTEST_KEY))
    yield ("manager-revoked", "revoked", "it counts no longer",
           of("manager:", key("manager-revoked")))
    hex_ = MANAGERS[0].kid.hex()
    for name, iss in (("decider", "decider:" + hex_),
                      ("manager-in-part", "manager:" + hex_[:-1]),
                      ("root-and-more", "root:" + ROOTS[0].kid.hex() + "0"),
                      ("root-not-hex", "root:" + "g" * 16)):
        yield ("iss-" + name, "value", "root: or manager: and a kid in hex",
               signed(MANAGERS[0], iss))
    yield ("alg-of-another", "alg", "the key's own algorithm",
           base.but(header=base.header.with_(1, ED25519)))
    yield ("signature-flipped", "signature", "one bit",
           base.but(signature_as=lambda sig: flipped(sig, 77)))
    yield ("over-another-decision", "signature", "over its exact bytes",
           signed(over=DECISION[:-1] + bytes([DECISION[-1] ^ 1])))
    yield ("over-the-id", "signature", "over its bytes, not its id",
           signed(over=sha256(DECISION)))
    yield ("over-nothing", "signature", "over its bytes", signed(over=b""))
    yield ("signed-as-sign", "signature", "RFC 9052 section 4.4: context",
           base.but(context="Signature"))
    yield ("external-aad", "signature", "external_aad is empty",
           base.but(aad=b"keurmerk"))


def good():
    file = File("approval", "Each over decision, under officers and trust; "
                "roles as bits: registrar 1, reviewer 2, decider 4, assessor "
                "8, manager 16, root 32.", trust=LIST.hex(), now=NOW,
                officers=officers.LIST_1.hex(), decision=DECISION.hex(),
                id=ID)

    def add(name, why, sign, roles):
        file.add(name, sign.bytes(), why, iss=sign.header[15][1],
                 roles=roles)

    add("decider", "under P-256", signed(), 4)
    add("registrar", "under Ed25519",
        signed(key("officer registrar"), "registrar"), 1)
    add("reviewer", "two roles", signed(key("officer reviewer"), "reviewer"),
        6)
    add("reviewer-spare-key", "the other key",
        signed(key("officer reviewer, spare", ESP256), "reviewer"), 6)
    add("assessor", "of a body", signed(key("officer assessor"), "assessor"),
        8)
    add("manager", "by its kid", of("manager:", MANAGERS[0]), 16)
    add("manager-p256", "by its kid", of("manager:", MANAGERS[1]), 16)
    add("root", "by its kid", of("root:", ROOTS[1]), 32)
    return file


def bad():
    file = File("approval", "Refused: at stage decode for its form, at "
                "stage open as an approval over decision.", trust=LIST.hex(),
                now=NOW, officers=officers.LIST_1.hex(),
                decision=DECISION.hex())

    def add(stage, name, error, why, sign):
        file.once(name, sign.bytes(), why, stage=stage, error=error)

    base = signed()
    for each in sign1_bad(base):
        # A payload that is there is wrong whatever it is.
        add("decode", *(each if not each[0].startswith("payload-") else
                        (each[0], "type", "nil: detached", each[3])))
    for name, error, item in (
            ("there", "type", DECISION), ("undefined", "type", None)):
        if item is not None:
            add("decode", "payload-" + name, error, "nil: detached",
                base.but(payload_as=lambda data, item=item: item))
    for name, error, why, item in decision.PERSON.bad("decider-1"):
        # The reader of headers leaves it to the lists who is a person.
        if error != "value" or name in ("in-capitals", "hyphen-first",
                                        "point-first", "underscore"):
            add("decode", "iss-" + name, error, why, base.but(
                header=base.header.with_(15, Map([[1, item], [2, ID]]))))
    file.too_long(base.bytes(), 512)
    for each in refused():
        add("open", *each)
    return file
