# SPDX-License-Identifier: EUPL-1.2
"""Epochs: their age, what was remembered, and the paths into them."""

from maker import attestation, badge, epoch, status, tree, trust
from maker.cbor import Map, write
from maker.keys import ESP256, key, sha256
from maker.trust import PUBLISH_P256
from maker.vectors import DAY, NOW

from .vector import Group
from .world import GOOD, HOUR, KNOWN, LIST, PIN, T1, at, in_map

E10 = badge.WORLD.epoch
EVIL = key("publish-revoked")


def of(number=10, previous=None, **more):
    return epoch.signed(epoch.payload(
        number, sha256(b"%d" % (number - 1)) if previous is None else
        previous, **more))


def remember(number, hash_):
    return {"remember": {"number": number, "hash": hash_.hex()}}


def ages():
    group = Group("epoch", "Epochs that are stale, of tomorrow, of others, "
                  "or no epochs: they count as not given and their check "
                  "says why. The status list decides.",
                  "design section 3: a stale epoch counts as not given", PIN,
                  KNOWN, GOOD)

    def aged(name, why, this, failed=(), warned=(), policy=None, next_=None):
        payload = epoch.payload(this=this)
        if next_ is not None:
            payload = payload.with_(4, next_)
        group.add("epoch-" + name, why, "valid", failed, warned,
                  objects=KNOWN + [epoch.signed(payload).bytes()],
                  policy=policy)

    stale, age = [("epoch-age", "stale")], "epoch-age"
    aged("a-day-less-a-second", "not yet warned", NOW - DAY + 1)
    aged("a-day", "warned from 24 hours on", NOW - DAY, warned=stale)
    aged("next-update-in-a-second", "its last second", NOW - 7 * DAY + 1,
         warned=stale)
    aged("next-update-now", "over", NOW - 7 * DAY, [(age, "expired")])
    aged("next-update-its-own", "what it says of itself", NOW - HOUR,
         [(age, "expired")], next_=NOW)
    aged("of-300-seconds-ahead", "clocks may differ", NOW + 300)
    aged("of-301-seconds-ahead", "no more than that", NOW + 301,
         [(age, "early")])
    aged("skew-5-of-6", "the policy's skew", NOW + 6, [(age, "early")],
         policy={"skew": 5})
    aged("fail-3600", "as old as the policy lets it be", NOW - 3600,
         [(age, "stale")], policy={"epoch_age": {"fail": 3600}})
    aged("fail-3601", "a second to go", NOW - 3600,
         policy={"epoch_age": {"fail": 3601}})
    aged("warn-3600", "the policy's age", NOW - 3600, warned=stale,
         policy={"epoch_age": {"warn": 3600}})
    aged("fail-of-a-year", "a policy cannot lengthen", NOW - 7 * DAY,
         [(age, "expired")], policy={"epoch_age": {"fail": 300 * DAY}})
    for name, error, why, item in epoch.refused():
        data = item.bytes()
        group.add("epoch-" + name, why, "valid", [("epoch", error)],
                  badge=in_map(GOOD, epoch=data))
        if name in ("other-authority", "key-attest", "key-unknown",
                    "key-revoked", "signature-flipped"):
            group.add("epoch-%s-added" % name, why, "valid",
                      objects=KNOWN + [data], adds=["ok", "ok", error])
    base = epoch.signed(epoch.payload(), PUBLISH_P256)
    for name, error, why, item in epoch.sign1_bad(base):
        if name in ("header-crit", "alg-es256", "unprotected-kid",
                    "signature-high-s", "byte-after", "typ-of-status",
                    "payload-byte-after"):
            group.add("epoch-" + name, why, "valid", [("epoch", error)],
                      badge=in_map(GOOD, epoch=item.bytes()),
                      rule="R1, R2, R5, R11, R15: as the attestation")
    for name, error, why, payload in (
            ("first-with-a-previous", "value", "zeros in epoch 1",
             epoch.payload(1)),
            ("ends-before-it-begins", "value", "this-update < next-update",
             epoch.payload().with_(4, NOW - HOUR)),
            ("number-0", "value", "from 1 on", epoch.payload(0)),
            ("number-2-to-the-32", "value", "at most 2^32 - 1",
             epoch.payload(2 ** 32)),
            ("tree-of-2-to-the-48", "value", "at most 2^48 - 1",
             epoch.payload(status=(2 ** 48, sha256(b"s"))))):
        group.add("epoch-" + name, why, "valid", [("epoch", error)],
                  badge=in_map(GOOD, epoch=epoch.signed(payload).bytes()))
    return group


def memories():
    group = Group("memory", "Rollback, fork and freeze: what a verifier "
                  "remembers is {number, hash}, and an epoch that does not "
                  "go on from it makes the answer undetermined.",
                  "R30, design section 3: epoch", PIN, KNOWN + [E10], GOOD)
    fork = [("epoch-memory", "fork")]

    def add(name, why, verdict="valid", failed=(), policy=None, **more):
        group.add("memory-" + name, why, verdict, failed, policy=policy,
                  **more)

    add("same", "the one remembered", policy=remember(10, sha256(E10)))
    add("next", "its previous is the one remembered",
        policy=remember(9, sha256(b"9")))
    add("later", "some in between were not seen",
        policy=remember(7, sha256(b"7")))
    add("rollback", "older than the one remembered", "undetermined",
        [("epoch-memory", "rollback")], remember(11, sha256(b"11")))
    add("rollback-by-far", "older by all there are", "undetermined",
        [("epoch-memory", "rollback")], remember(2 ** 32 - 1, sha256(b"x")))
    add("fork", "the same number, another hash", "undetermined", fork,
        remember(10, sha256(b"another")))
    add("wrong-previous", "the next number, another previous",
        "undetermined", fork, remember(9, sha256(b"another")))
    add("rollback-and-withdrawn", "withdrawn is final", "withdrawn",
        [("status", "withdrawn"), ("epoch-memory", "rollback")],
        remember(11, sha256(b"11")), badge=at(1))
    add("fork-and-suspended", "suspended comes before undetermined",
        "suspended", fork + [("status", "suspended")],
        remember(10, sha256(b"another")), badge=at(2))
    frozen = of(this=NOW - 7 * DAY).bytes()
    add("freeze", "the one remembered, stale: it counts as not given, and "
        "what was asked has failed", "undetermined", [
            ("epoch-age", "expired"), ("epoch-memory", "expired")],
        remember(10, sha256(frozen)), objects=KNOWN + [frozen])
    add("freeze-and-list", "epoch and list stale", "undetermined",
        [("epoch-age", "expired"), ("status-age", "expired")],
        objects=[T1, of(this=NOW - 8 * DAY).bytes(), status.signed(
            status.claims(status.stored(bytes(4)), iat=NOW - 8 * DAY,
                          exp=NOW - DAY)).bytes()])
    stale_old = of(9, this=NOW - 8 * DAY).bytes()
    add("stale-rollback", "an old one that is stale proves as little",
        "undetermined", [("epoch-age", "expired"),
                         ("epoch-memory", "expired")],
        remember(10, sha256(E10)), objects=KNOWN + [stale_old])
    add("none-given", "to leave the epoch out must not hide a rollback",
        "undetermined", [("epoch-memory", "missing")],
        remember(10, sha256(E10)), objects=KNOWN,
        rule="R23: not evaluated has failed")
    other = of(log=(4, sha256(b"other"))).bytes()
    follows = of(11, sha256(E10)).bytes()
    breaks = of(11).bytes()
    before = of(9).bytes()
    for name, why, data, error in (
            ("older-added", "older ones change nothing", of(3).bytes(),
             "ok"),
            ("follows-added", "it goes on", follows, "ok"),
            ("leaps-added", "one in between was not seen", of(13).bytes(),
             "ok")):
        add(name, why, objects=KNOWN + [E10, data],
            adds=["ok", "ok", "ok", error])
    for name, why, data in (
            ("same-number-added", "one epoch of each number", other),
            ("breaks-added", "another previous", breaks),
            ("before-added", "its hash is not the previous", before)):
        add(name, why, "undetermined", fork, objects=KNOWN + [E10, data],
            adds=["ok", "ok", "ok", "fork"])
        add(name + "-first", why + "; in the other order", "undetermined",
            fork, objects=KNOWN + [data, E10],
            adds=["ok", "ok", "ok", "fork"])
    add("fork-and-later", "it stays seen when a later one comes",
        "undetermined", fork, objects=KNOWN + [E10, other,
                                               of(13).bytes()],
        adds=["ok", "ok", "ok", "fork", "ok"])
    for name, why, data in (
            ("same-number-in-the-badge", "the badge's is another of that "
             "number", other),
            ("breaks-in-the-badge", "the badge's does not follow", breaks),
            ("before-in-the-badge", "what is known does not follow the "
             "badge's", before)):
        add(name, why, "undetermined", fork, badge=in_map(GOOD, epoch=data))
    add("older-in-the-badge", "a badge may carry an older one",
        badge=in_map(GOOD, epoch=of(3).bytes()))
    add("older-in-the-badge-than-remembered", "the newest is held against "
        "it, and it is new enough", policy=remember(10, sha256(E10)),
        badge=in_map(GOOD, epoch=of(3).bytes()))
    add("badge-alone-rolls-back", "only the badge's, and it is older",
        "undetermined", [("epoch-memory", "rollback")],
        remember(10, sha256(E10)), objects=KNOWN,
        badge=in_map(GOOD, epoch=of(3).bytes()))
    trust_2 = epoch.signed(epoch.payload().with_(
        5, [2, sha256(b"trust 2")])).bytes()
    add("newer-trust-list", "it names a trust list that is not here",
        objects=KNOWN + [trust_2], warned=[("trust", "version")])
    add("other-trust-list", "it names another trust list of that version",
        "undetermined", fork, objects=KNOWN + [epoch.signed(
            epoch.payload().with_(5, [1, sha256(b"other")])).bytes()])
    two = trust.payload(2, trust.FIRST, keys=[
        each for each in trust.ALL_KEYS if each[0] !=
        trust.PUBLISH_KEY.kid] + [trust.trust_key(
            trust.PUBLISH_KEY, trust.PUBLISH, revoked=NOW - DAY)],
        issued=NOW - DAY)
    two = trust.signed(two).bytes()
    list_ = status.signed(status.claims(status.stored(bytes(4))),
                          PUBLISH_P256).bytes()
    far = of(2 ** 32 - 1).bytes()
    add("of-a-revoked-key", "the epoch was known before its key was revoked",
        failed=[("epoch", "revoked")], objects=[T1, far, two, list_])
    add("of-a-revoked-key-dropped", "memory that a revoked key set is "
        "dropped: a lower number is taken again", objects=[
            T1, far, two, list_, epoch.signed(epoch.payload().with_(
                5, [2, sha256(two)]), PUBLISH_P256).bytes()])
    add("fork-of-a-revoked-key", "what a revoked key signed never counts, "
        "a fork of it neither", failed=[("epoch", "revoked")], objects=[
            T1, far, of(2 ** 32 - 1, sha256(b"x")).bytes(), two, list_],
        adds=["ok", "ok", "fork", "ok", "ok"])
    add("fork-of-a-revoked-key-dropped", "nor once another key has taken "
        "its place", objects=[
            T1, far, of(2 ** 32 - 1, sha256(b"x")).bytes(), two, list_,
            epoch.signed(epoch.payload().with_(
                5, [2, sha256(two)]), PUBLISH_P256).bytes()],
        adds=["ok", "ok", "fork", "ok", "ok", "ok"])
    return group


def paths():
    group = Group("proof", "Paths from the list and from the register's leaf "
                  "into the epoch. A path that does not lead there proves "
                  "nothing, and costs nothing either.",
                  "RFC 9162 section 2.1.3, design section 4: proof that "
                  "fails counts as not given", PIN, [T1])
    group.add("proof-whole", "list, epoch, both paths", "valid",
              badge="@badge-whole")
    for name, check, error, why, item in badge.failing():
        group.add("proof-" + name, why, "valid", [(check, error)],
                  badge=write(item))
    for name, verdict, check, error, why, item in badge.proofs():
        if check != "status-age":	# those are in times-lists
            group.add("proof-" + name, why, verdict, [(check, error)],
                      badge=write(item), once=True)
    whole = badge.WORLD.badge()
    both = [("status-proof", "proof"), ("register-proof", "proof")]
    group.add("proof-of-another-epoch", "paths into the epoch before",
              "valid", both, badge=write(whole.with_(3, of(9).bytes())))
    group.add("proof-into-the-known-epoch", "the badge has no epoch of its "
              "own", "valid", objects=[T1, E10],
              badge=write(whole.without(3)))
    group.add("proof-no-epoch", "nothing to lead to: not performed", "valid",
              badge=write(whole.without(3)))
    group.add("proof-empty-tree", "no leaf is in an empty tree", "valid",
              both, badge=write(whole.with_(3, epoch.signed(
                  epoch.payload()).bytes())))
    group.add("proof-status-path-of-48", "longer than the tree is high",
              "valid", [("status-proof", "proof")], badge=write(whole.with_(
                  4, [sha256(b"%d" % i) for i in range(48)])))
    group.add("proof-status-path-empty", "no path at all", "valid",
              [("status-proof", "proof")], badge=write(whole.with_(4, [])))
    group.add("proof-leaf-as-node", "a node's hash is no leaf's", "valid",
              [("register-proof", "proof")], badge=write(whole.with_(
                  5, [0, badge.EVENTS, badge.WORLD.register[2][1:]])),
              rule="RFC 9162 section 2.1.1: prefixes")
    # A tree of one leaf has that leaf as its root, and no path.
    list_5 = status.full([], 5)
    data = attestation.signed(attestation.claims(
        status=attestation.place(7, 5))).bytes()
    group.add("proof-shard-beyond-the-tree", "shard 5 is not in a tree of "
              "one, although the hash fits", "valid",
              [("status-proof", "proof")], badge=in_map(
                  data, list=list_5, path=[], epoch=of(status=(
                      1, tree.leaf(sha256(list_5)))).bytes()))
    leaf = tree.leaf(write([7, GOOD, 0, badge.EVENTS]))
    group.add("proof-index-beyond-the-tree", "leaf 7 is not in a tree of "
              "one, although the hash fits", "valid",
              [("register-proof", "proof")], objects=KNOWN, badge=in_map(
                  GOOD, epoch=of(register=(1, leaf)).bytes(),
                  register=[0, badge.EVENTS, []]))
    group.add("proof-register-says-valid-list-withdrawn", "the list is newer "
              "and final", "withdrawn", [("status", "withdrawn")],
              badge=write(badge.World(said=[(7, 1)]).badge()))
    return group


GROUPS = [ages, memories, paths]
