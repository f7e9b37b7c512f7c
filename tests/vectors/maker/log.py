# SPDX-License-Identifier: EUPL-1.2
"""Log leaves (schemas/log.cddl): compared with what made them."""

from . import approval, decision, officers, tree
from .cbor import Endless, Map, Tag, Wide, write
from .keys import key, sha256
from .kinds import others
from .trust import LIST, ROOTS
from .vectors import NOW, File


def act(data, approvals):
    return [data, approvals]


def leaf(kind, act_, object_):
    return [1, kind, sha256(write(act_)),
            None if object_ is None else sha256(object_)]


SUSPEND = act(approval.DECISION, [approval.signed().bytes()])


def grant():
    """Proposed by the registrar, approved by two in order of iss."""
    data = write(decision.decision("grant"))
    id_ = sha256(data).hex()
    people = (("registrar", key("officer registrar")),
              ("decider-2", key("officer decider-2")),
              ("reviewer", key("officer reviewer")))
    return act(data, [approval.signed(key_, iss, id_, data).bytes()
                      for iss, key_ in people])


def scheme(json):
    data = write(decision.decision("scheme", content=decision.A_SCHEME.with_(
        3, sha256(json))))
    id_ = sha256(data).hex()
    return act(data, [approval.signed(
        root, "root:" + root.kid.hex(), id_, data).bytes()
        for root in ROOTS[:2]])


def all_():
    """Yield (name, kind, act, object, why)."""
    yield "suspend", "suspend", SUSPEND, None, "no object of its own"
    yield ("grant", "grant", grant(), b"an attestation",
           "the attestation that it made")
    yield "scheme", "scheme", scheme(b"{}"), b"{}", "the JSON"
    yield ("trust", "trust", act(LIST, []), LIST,
           "the list in place of a decision, without approvals")
    yield ("officers", "officers", act(officers.LIST_1, []), officers.LIST_1,
           "the list in place of a decision, without approvals")


def good():
    file = File("log leaf", "Of act [decision or list, approvals] and "
                "made, its object (null: none); leaf_hash: RFC 9162 section "
                "2.1.1.", now=NOW)
    for name, kind, act_, object_, why in all_():
        data = write(leaf(kind, act_, object_))
        file.add(name, data, why, kind=kind, decision=act_[0].hex(),
                 approvals=[each.hex() for each in act_[1]],
                 made=None if object_ is None else object_.hex(),
                 act=sha256(write(act_)).hex(),
                 leaf_hash=tree.leaf(data).hex())
    return file


def bad():
    file = File("log leaf", "Not the leaf of this act without an object, "
                "which is given: whoever checks a log writes the leaf again "
                "and compares.", now=NOW, kind="suspend",
                decision=SUSPEND[0].hex(),
                approvals=[each.hex() for each in SUSPEND[1]])
    item = leaf("suspend", SUSPEND, None)

    def add(name, why, changed):
        file.add(name, changed if isinstance(changed, bytes)
                 else write(changed), why, stage="compare", error="mismatch")

    def at(i, value):
        return item[:i] + [value] + item[i + 1:]

    add("version-0", "version 1", at(0, 0))
    add("version-2", "version 1", at(0, 2))
    add("kind-of-another", "the decision's kind", at(1, "lift"))
    add("kind-as-number", "text", at(1, 19))
    add("act-of-another", "SHA-256 of the act", at(2, sha256(b"other")))
    add("act-without-approvals", "the approvals are hashed too",
        at(2, sha256(write([SUSPEND[0], []]))))
    add("act-decision-alone", "an array of decision and approvals",
        at(2, sha256(SUSPEND[0])))
    add("act-decision-not-in-bytes", "decision as a byte string", at(
        2, sha256(b"\x82" + SUSPEND[0] + write(SUSPEND[1]))))
    add("act-approvals-not-in-bytes", "approvals as byte strings", at(
        2, sha256(b"\x82" + write(SUSPEND[0]) + b"\x81" + SUSPEND[1][0])))
    add("object-of-zeros", "null where there is none", at(3, bytes(32)))
    add("object-empty", "null where there is none", at(3, b""))
    add("object-of-nothing", "null where there is none",
        at(3, sha256(b"")))
    add("three", "four in all", item[:3])
    add("five", "four in all", item + [None])
    add("as-map", "an array", Map(enumerate(item)))
    add("not-shortest", "the array's head", Wide(item))
    add("indefinite", "lengths are definite", Endless(item))
    add("tagged", "no tags", Tag(18, item))
    add("byte-after", "nothing may follow", write(item) + b"\x00")
    add("last-byte-missing", "it ends too early", write(item)[:-1])
    add("nothing", "no byte at all", b"")
    for i, name in enumerate(("version", "kind", "act", "object")):
        for what, _, why, wrong in others(item[i], "its own type"):
            if write(wrong) != write(item[i]) and what in (
                    "as-float", "tagged"):
                add("%s-%s" % (name, what), why, at(i, wrong))
    return file
