# SPDX-License-Identifier: EUPL-1.2
"""Trust lists: pins, signatures of roots, one version after the other."""

from maker import attestation, badge, cose, epoch, status, trust
from maker.attestation import claims, place, signed
from maker.cbor import Map, Raw, write
from maker.keys import ED25519, ESP256, key, sha256
from maker.trust import (ATTEST, ATTEST_KEY, FEW, OFFICERS, PUBLISH,
                         PUBLISH_KEY, ROOTS, SMALL, SMALL_2, by_kid,
                         trust_key)
from maker.vectors import DAY, NOW

from .vector import OBJECTS, Group
from .world import GOOD, HOUR, KNOWN, LIST, PIN, T1, in_map

S1 = trust.signed(SMALL).bytes()
S2 = trust.signed(SMALL_2).bytes()
NEW = [key("root-new-1"), key("root-new-2")]
NEW_ROOTS = by_kid((k.kid, k.cose()) for k in NEW)
NO_TRUST = [("trust", "no-trust")]

OBJECTS.add("small-1", S1, "trust list 1 with two roots, one attest and one "
            "publish key")
OBJECTS.add("small-1-pin", sha256(S1), "its SHA-256")
OBJECTS.add("small-2", S2, "the next version, by the same roots")


# What somebody wants to follow: a list with a key of his own, and a badge
# under it, which is valid as soon as that list is taken.
EVIL = key("evil", ESP256)
EVIL_2 = SMALL_2.with_(8, by_kid(FEW + [trust_key(EVIL, ATTEST)]))
BY_EVIL = signed(claims(), EVIL).bytes()


def third(first, second=SMALL_2):
    """The one after second."""
    return trust.signed(second.with_(3, 3).with_(4, NOW - 30 * DAY).with_(
        9, first)).bytes()


def evil_third(first):
    return third(first, EVIL_2)


def pins():
    """Where trust begins."""
    group = Group("trust-pin", "What the caller pins, and lists by "
                  "themselves that are pinned and still refused. Without "
                  "trust nothing is told.", "R30, design section 3: trust "
                  "list", PIN, KNOWN, GOOD)

    def refused(name, error, why, data, rule=None):
        group.add("pin-" + name, why, "undetermined", NO_TRUST,
                  pin=sha256(data), objects=[data, LIST],
                  adds=[error, "no-trust"], rule=rule)

    group.add("pin-by-hash", "the SHA-256 of the list", "valid")
    group.add("pin-by-bytes", "the list itself: it need not be added",
              "valid", pin=T1, objects=[LIST])
    group.add("pin-by-bytes-and-added", "added once more it changes nothing",
              "valid", pin=T1, objects=[T1, LIST, T1])
    group.add("pin-nothing-added", "a hash is no list", "undetermined",
              NO_TRUST, objects=[])
    group.add("pin-list-alone", "status lists are not believed by "
              "themselves", "undetermined", NO_TRUST, objects=[LIST],
              adds=["no-trust"])
    group.add("pin-epoch-alone", "nor are epochs", "undetermined", NO_TRUST,
              objects=[badge.WORLD.epoch], adds=["no-trust"])
    group.add("pin-of-another", "a good list that is not the pinned one",
              "undetermined", NO_TRUST, pin=sha256(b"another"),
              objects=[T1, LIST], adds=["pin", "no-trust"])
    group.add("pin-of-the-payload", "the hash covers the signatures too",
              "undetermined", NO_TRUST, pin=sha256(write(trust.payload(
                  keys=trust.ALL_KEYS))), objects=[T1, LIST],
              adds=["pin", "no-trust"])
    more = trust.signed(trust.payload(keys=trust.ALL_KEYS), ROOTS).bytes()
    group.add("pin-with-a-signature-more", "the pinned list with a third "
              "good signature is another", "undetermined", NO_TRUST,
              objects=[more, LIST], adds=["pin", "no-trust"])
    group.add("pin-bytes-and-another-1", "a second version 1, signed by the "
              "same roots, is not the next", "valid", objects=[
                  T1, trust.signed(trust.payload(keys=FEW)).bytes(), LIST],
              adds=["ok", "version", "ok"])
    group.add("pin-no-trust-good-badge-whole", "nothing in a badge gives "
              "trust", "undetermined", NO_TRUST, objects=[],
              badge="@badge-whole")
    group.add("pin-no-trust-malformed", "malformed is told without trust",
              "malformed", [("badge", "type"), ("trust", "no-trust")],
              objects=[], badge=b"\xa1\x02\x00")
    for name, error, why, sign in trust.firsts():
        refused(name, error, why, sign.bytes())
    base = trust.signed(SMALL)
    wanted = ("unprotected-kid", "signer-alg-es256", "signer-alg-as-text",
              "signer-alg-none", "signer-kid-of-7", "signer-header-crit",
              "signer-header-kid-missing", "signer-header-alg-missing",
              "signer-unprotected-alg", "signers-descending",
              "signers-twice", "signers-none", "signers-seventeen",
              "byte-after", "last-byte-missing", "payload-byte-after",
              "payload-last-byte-missing", "payload-empty", "header-crit",
              "signers-indefinite", "signer-signature-of-63")
    for name, error, why, sign in cose.sign_bad(base):
        if name in wanted:
            refused(name, error, why, sign.bytes(),
                    "R1, R2, R4, R11, RFC 9052 section 4.1")
    p256 = ROOTS[1]
    refused("high-s", "signature", "only low s is ours", base.but(signers=[
        each.but(high=each.key is p256) for each in base.signers]).bytes(),
            "R11: low s")
    for name, error, why, payload in trust.meanings():
        refused(name, error, why, trust.signed(payload).bytes())
    root = SMALL[7][0]
    for name, error, why, item in (
            ("kty-rsa", "key", "OKP or EC2", root.with_(1, 3)),
            ("kty-symmetric", "key", "a symmetric key: no HMAC",
             root.with_(1, 4)),
            ("crv-p384", "key", "no such curve here", root.with_(-1, 2)),
            ("alg-hs256", "alg", "5 is HMAC", root.with_(3, 5)),
            ("alg-es256", "alg", "of status lists of others only",
             root.with_(3, -7)),
            ("private-half", None, "no other member, least of all this",
             Map(root.pairs + [[-4, bytes(32)]]))):
        error = error or ("limit" if root[1] == 2 else "type")
        refused("root-" + name, error, why, trust.signed(SMALL.with_(
            7, [item] + SMALL[7][1:])).bytes(), "R1: the key decides")
    refused("header-of-another-authority", "mismatch", "header and payload "
            "are equal", cose.Sign(ROOTS[:2], cose.OTHER, "trust",
                                   cose.TYPS["trust"], SMALL).bytes())
    refused("officers-list", "typ", "an object of another purpose",
            cose.Sign(ROOTS[:2], cose.AUTHORITY, "officers",
                      cose.TYPS["officers"], SMALL).bytes(), "R15: typ")
    refused("signed-as-one", "tag", "COSE_Sign1 with that typ",
            cose.Sign1(ROOTS[1], cose.AUTHORITY, "trust",
                       cose.TYPS["trust"], SMALL).bytes().replace(
                           b"\xd2", b"\xd1", 1), "R5: tags")
    OBJECTS.add("trust-too-long", T1, "trust list 1 and zeros, 16385 bytes",
                16385 - len(T1))
    group.add("pin-of-16385-bytes", "at most 16384 bytes", "undetermined",
              NO_TRUST, pin=sha256(T1 + bytes(16385 - len(T1))),
              objects=["@trust-too-long", LIST], adds=["limit", "no-trust"],
              rule="R8: limits")
    return group


def rotations():
    """One after the other."""
    group = Group("trust-rotation", "N and N+1: the next version alone, "
                  "with enough roots of both. A list that is refused leaves "
                  "the one before in force.", "R30, TUF 1.0.34 section 5.3",
                  sha256(S1), [S1, LIST], GOOD)

    def refused(name, error, why, data, before=(S1,)):
        group.add("rotation-" + name, why, "untrusted",
                  [("key", "unknown-key")], objects=list(before) +
                  [data, LIST], adds=["ok"] * len(before) + [error, "ok"],
                  badge=BY_EVIL)

    for name, error, why, sign in trust.nexts(EVIL_2):
        refused(name, error, why, sign.bytes())
    later = EVIL_2.with_(7, NEW_ROOTS)
    both = trust.signed(SMALL_2.with_(7, NEW_ROOTS),
                        ROOTS[:2] + NEW).bytes()
    three = third(sha256(S1))
    of_new = trust.signed(SMALL_2.with_(7, NEW_ROOTS).with_(3, 3).with_(
        4, NOW - 30 * DAY), NEW).bytes()
    group.add("rotation-same-roots", "the next, by the same roots", "valid",
              objects=[S1, S2, LIST])
    group.add("rotation-all-roots-new", "the thresholds of both", "valid",
              objects=[S1, both, LIST])
    group.add("rotation-twice", "the new roots sign the one after", "valid",
              objects=[S1, both, of_new, LIST])
    refused("old-roots-after-new", "unknown-key", "roots that were replaced "
            "say nothing more", trust.signed(later.with_(3, 3), ROOTS[:2] +
                                             NEW).bytes(), (S1, both))
    refused("back-to-1", "version", "never back", S1, (S1, S2))
    refused("back-to-2", "version", "never back", S2, (S1, S2, three))
    refused("skipped-2", "version", "3 after 1", evil_third(sha256(S1)))
    refused("first-of-another-in-3", "pin", "the hash of version 1 stays",
            evil_third(sha256(b"another")), (S1, S2))
    refused("duplicate-signature", "order", "each root signs once",
            trust.signed(EVIL_2).but(signers_as=lambda all_: all_[:1] +
                                      all_).bytes())
    refused("one-root-twice", "order", "a root twice is one person",
            trust.signed(EVIL_2).but(signers_as=lambda all_: [
                all_[0], all_[0]]).bytes())
    refused("unsorted", "order", "they ascend by kid", trust.signed(
        EVIL_2).but(signers_as=lambda all_: all_[::-1]).bytes())
    refused("threshold-lowered-by-one", "threshold", "one root cannot lower "
            "the threshold to one", trust.signed(EVIL_2.with_(6, 1),
                                                 ROOTS[:1]).bytes())
    refused("unknown-signer-too", "unknown-key", "a stranger's signature "
            "beside enough good ones", trust.signed(
                EVIL_2, ROOTS[:2] + [key("stranger")]).bytes())
    group.add("rotation-pinned-at-2", "what is pinned may be any version",
              "valid", pin=sha256(S2), objects=[S2, LIST])
    group.add("rotation-pinned-at-2-and-1", "and goes on from there only",
              "valid", pin=sha256(S2), objects=[S2, S1, three, LIST],
              adds=["ok", "version", "ok", "ok"])
    group.add("rotation-pinned-at-2-other-first", "the first is known from "
              "version 2 on", "valid", pin=sha256(S2), objects=[
                  S2, third(sha256(b"another")), LIST],
              adds=["ok", "pin", "ok"])
    group.add("rotation-pinned-at-1-given-2", "2 is not the pinned one",
              "undetermined", NO_TRUST, objects=[S2, LIST],
              adds=["pin", "no-trust"])
    return group


def takes_back():
    """What a later list takes away."""
    group = Group("trust-revocation", "Keys that are revoked, removed or of "
                  "another purpose in the list in force: what was known "
                  "under them is known no more.", "design section 3: revoked "
                  "keys", sha256(S1), [S1, LIST], GOOD)

    def two(keys, **changes):
        return trust.signed(SMALL_2.with_(8, by_kid(keys))).bytes()

    attest = trust_key(ATTEST_KEY, ATTEST)
    publish = trust_key(PUBLISH_KEY, PUBLISH)
    revoked = [("key-revoked", "revoked")]
    gone = two([trust_key(ATTEST_KEY, ATTEST, revoked=NOW - DAY), publish])
    group.add("revoked-attest-key", "in the list after", "undetermined",
              revoked, objects=[S1, gone, LIST])
    for name, at in (("in-the-future", NOW + DAY), ("long-ago", 0),
                     ("after-iat", NOW)):
        group.add("revoked-attest-key-" + name, "revoked is revoked, "
                  "whatever the date says: it is for people",
                  "undetermined", revoked, objects=[S1, two([
                      trust_key(ATTEST_KEY, ATTEST, revoked=at), publish]),
                      LIST])
    group.add("removed-attest-key", "no longer listed", "untrusted",
              [("key", "unknown-key")], objects=[S1, two([
                  trust_key(key("attest-ed25519"), ATTEST), publish]), LIST])
    group.add("attest-key-of-another-purpose", "now for lists",
              "untrusted", [("key", "purpose")], objects=[S1, two([
                  trust_key(ATTEST_KEY, PUBLISH), publish]), LIST])
    no_publish = two([attest, trust_key(PUBLISH_KEY, PUBLISH,
                                        revoked=NOW - DAY)])
    group.add("revoked-publish-key-list-after", "added after",
              "undetermined", [("status-list", "missing")],
              objects=[S1, no_publish, LIST], adds=["ok", "ok", "revoked"])
    group.add("revoked-publish-key-list-before", "added before: it counts "
              "no more", "undetermined", [("status-list", "revoked")],
              objects=[S1, LIST, no_publish])
    group.add("removed-publish-key-list-before", "added before, and its key "
              "is gone", "undetermined", [("status-list", "unknown-key")],
              objects=[S1, LIST, two([attest, trust_key(
                  key("publish-p256", ESP256), PUBLISH)])])
    group.add("revoked-publish-key-withdrawal", "even a withdrawal: it never "
              "counts", "undetermined", [("status-list", "revoked")],
              objects=[S1, LIST, no_publish],
              badge=signed(claims(status=place(1))).bytes())
    world = badge.World(data=signed(claims(), key("attest-revoked")).bytes())
    whole = world.badge()
    proof = "design section 3: only the register of an epoch by an " \
        "unrevoked key"

    def under(name, why, verdict, failed, badge_, objects=(T1,), claims_=None,
              **more):
        group.add("revoked-" + name, why, verdict, failed, pin=PIN,
                  objects=objects, badge=write(badge_), rule=proof, **more)

    under("and-in-the-register", "the register of a good epoch holds it",
          "valid", [], whole)
    under("and-no-proof", "anybody may have signed it", "undetermined",
          revoked, Map([[1, world.data]]), KNOWN)
    under("and-an-epoch-without-path", "an epoch alone proves nothing",
          "undetermined", revoked, whole.without(5))
    under("and-a-path-that-fails", "the path leads elsewhere",
          "undetermined", revoked + [("register-proof", "proof")],
          whole.with_(5, [0, badge.EVENTS, [sha256(b"x")] +
                          world.register[2][1:]]))
    under("and-a-stale-epoch", "a stale epoch counts as not given",
          "undetermined", revoked + [("epoch-age", "expired")],
          whole.with_(3, epoch.signed(epoch.payload(
              this=NOW - 8 * DAY)).bytes()))
    other = badge.World()
    under("and-the-leaf-of-another", "the register holds another",
          "undetermined", revoked + [("register-proof", "proof")],
          other.badge().with_(1, world.data))
    by_revoked = epoch.signed(epoch.payload(
        register=(11, sha256(b"r"))), key("publish-revoked")).bytes()
    under("and-an-epoch-by-a-revoked-key", "that never counts",
          "undetermined", revoked + [("epoch", "revoked")],
          whole.with_(3, by_revoked))
    under("and-the-epoch-known", "the path leads to the epoch that is known",
          "valid", [], whole.without(3), (T1, world.epoch))
    return group


def environments():
    """Three environments that never mix."""
    group = Group("environment", "Attestation, trust list and policy are of "
                  "one environment, or it is untrusted.",
                  "design section 4: environment is judged as untrusted",
                  PIN, KNOWN, GOOD)
    names = ("production", "demonstration", "exercise")
    lists = [T1] + [trust.signed(trust.payload(
        keys=FEW, environment=number)).bytes() for number in (1, 2)]
    plain = attestation.PLAIN_MARK
    badges = [GOOD] + [signed(claims(plain.with_(2, number))).bytes()
                       for number in (1, 2)]
    for t, trusted in enumerate(names):
        for b, shown in enumerate(names):
            for p, asked in enumerate(names):
                same = t == b == p
                if not same and (t, b, p).count(0) == 0 and b != t:
                    continue	# two that differ are enough
                group.add("environment-%s-under-%s-for-%s" % (
                    shown, trusted, asked), "a badge of %s under a trust "
                    "list of %s, asked for %s" % (shown, trusted, asked),
                    "valid" if same else "untrusted",
                    [] if same else [("environment", "environment")],
                    pin=sha256(lists[t]), objects=[lists[t], LIST],
                    badge=badges[b],
                    policy={"environment": asked})
    group.add("environment-changes-in-the-next", "a list of another "
              "environment is not the next", "untrusted",
              [("environment", "environment")], pin=sha256(S1),
              objects=[S1, trust.signed(SMALL_2.with_(2, 1)).bytes(), LIST],
              adds=["ok", "environment", "ok"], badge=badges[1],
              policy={"environment": "demonstration"})
    return group


GROUPS = [pins, rotations, takes_back, environments]
