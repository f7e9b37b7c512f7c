# SPDX-License-Identifier: EUPL-1.2
"""Badges (schemas/badge.cddl)."""

from . import attestation, epoch, register, status, tree
from .cbor import Map, write
from .keys import key, sha256
from .kinds import HASH, Array, Bytes, Fields, Tuple
from .trust import LIST
from .vectors import DAY, NOW, File

ATTESTATION = attestation.signed(attestation.claims()).bytes()
EVENTS = [register.GRANTED]


class World:
    """
    Three status lists and eleven register leaves under one epoch, of which
    shard 0 and idx 7 are the badge's.
    """
    def __init__(self, said=(), register_status=0, data=ATTESTATION,
                 number=10):
        self.list = status.full(said)
        others = [status.full([], shard) for shard in (1, 2)]
        hashes = [tree.leaf(sha256(each)) for each in [self.list] + others]
        leaves = [tree.leaf(write(register.small(i))) for i in range(11)]
        leaves[7] = tree.leaf(write(
            [7, data, register_status, EVENTS]))
        self.epoch = epoch.signed(epoch.payload(
            number, register=(11, tree.root(leaves)),
            status=(3, tree.root(hashes)))).bytes()
        self.status_path = tree.path(0, hashes)
        self.register = [register_status, EVENTS, tree.path(7, leaves)]
        self.data = data

    def badge(self):
        return Map([[1, self.data], [2, self.list], [3, self.epoch],
                    [4, self.status_path], [5, self.register]])


WORLD = World()
PATH = Array(HASH, 0, 48, lambda i: bytes(32), twice=False)
FIELDS = Fields([(1, "attestation", Bytes(1, 2048)),
                 (2, "status-list", Bytes(1, 65536)),
                 (3, "epoch", Bytes(1, 1024)), (4, "status-path", PATH),
                 (5, "register", Tuple(("status", register.STATUS),
                                       ("events", register.EVENTS),
                                       ("path", PATH)))], (2, 3, 4, 5))


def good():
    file = File("badge", "Valid at now under trust, with these lists known.",
                trust=LIST.hex(), now=NOW)
    whole = WORLD.badge()
    known = {"lists": [each.hex() for each in status.LISTS]}
    file.add("attestation-alone", ATTESTATION, "an attestation is a badge",
             **known)
    file.add("map-of-one", write(whole.without(2, 3, 4, 5)),
             "the attestation in a map", **known)
    for name, why, left in (
            ("with-list", "a status list travels along", (3, 4, 5)),
            ("with-list-and-epoch", "and an epoch", (4, 5)),
            ("with-status-path", "and the path to it", (5,)),
            ("with-register", "and the register's proof", (4,)),
            ("whole", "all there is", ())):
        file.add(name, write(whole.without(*left)), why, lists=[])
    revoked = attestation.signed(attestation.claims(),
                                 key("attest-revoked")).bytes()
    file.add("revoked-key-in-the-register",
             write(World(data=revoked).badge()),
             "what a revoked key signed counts where the register has it",
             lists=[])
    return file


def proofs():
    """Yield (name, verdict, check, error, why, badge)."""
    small = WORLD.badge().without(3, 4, 5)

    def of(name, check, error, why, badge, verdict="undetermined"):
        return name, verdict, check, error, why, badge

    yield of("list-flipped", "status-list", "signature", "proof that fails "
             "was not given", small.with_(2, WORLD.list[:-1] + bytes(
                 [WORLD.list[-1] ^ 1])))
    yield of("list-of-another-shard", "status-list", "mismatch",
             "the list that the attestation names",
             small.with_(2, status.LISTS[1]))
    yield of("list-over", "status-age", "expired", "exp of the list",
             small.with_(2, status.signed(status.claims(
                 iat=NOW - 8 * DAY, exp=NOW)).bytes()))
    yield of("list-of-tomorrow", "status-age", "early", "clocks may differ "
             "300 seconds", small.with_(2, status.signed(status.claims(
                 iat=NOW + 301)).bytes()))
    yield of("list-that-ends-before-idx", "status", "index",
             "idx 7 is not in it", small.with_(2, status.signed(
                 status.claims(status.stored(b"\x00"))).bytes()))
    yield of("list-by-a-revoked-key", "status-list", "revoked",
             "what it signed never counts", small.with_(2, status.signed(
                 status.claims(), key("publish-revoked")).bytes()))
    yield of("list-is-an-epoch", "status-list", "typ", "each in its place",
             small.with_(2, WORLD.epoch))
    yield of("list-is-a-trust-list", "status-list", "tag",
             "trust comes from the caller", small.with_(2, LIST))
    reserved = status.signed(status.claims(
        status.run_deflated(status.entries(size=status.SIZE * 2, bits=4,
                                           values=[(7, 9)])[:status.SIZE]),
        bits=4)).bytes()
    yield of("list-says-9", "status", "reserved", "no such status",
             small.with_(2, reserved))
    for value, verdict in ((1, "withdrawn"), (2, "suspended"),
                           (3, "superseded")):
        world = World(said=[(7, value)], register_status=value)
        yield of("list-says-" + verdict, "status", verdict,
                 "the list says so", world.badge(), verdict)


def failing():
    """Yield (name, check, error, why, badge): still valid by its list."""
    whole = WORLD.badge()
    yield ("status-path-flipped", "status-proof", "proof",
           "the path leads to the root",
           whole.with_(4, [sha256(b"x")] + WORLD.status_path[1:]))
    yield ("status-path-short", "status-proof", "proof",
           "as many as there are levels", whole.with_(
               4, WORLD.status_path[:-1]))
    yield ("status-path-of-another-list", "status-proof", "proof",
           "of the list's own hash", whole.with_(2, status.full([(9, 1)])))
    yield ("register-path-flipped", "register-proof", "proof",
           "the path leads to the root", whole.with_(
               5, [0, EVENTS, WORLD.register[2][:-1] + [sha256(b"x")]]))
    yield ("register-other-status", "register-proof", "proof",
           "the leaf holds the status", whole.with_(
               5, [1, EVENTS, WORLD.register[2]]))
    yield ("register-other-events", "register-proof", "proof",
           "the leaf holds the history", whole.with_(
               5, [0, EVENTS + [[NOW, "renew", None]], WORLD.register[2]]))
    other = attestation.signed(attestation.claims(iat=NOW)).bytes()
    yield ("register-of-another", "register-proof", "proof",
           "the leaf holds the attestation's bytes", whole.with_(1, other))
    yield ("epoch-flipped", "epoch", "signature", "proof that fails was not "
           "given", whole.with_(3, WORLD.epoch[:-1] + bytes(
               [WORLD.epoch[-1] ^ 1])))
    yield ("epoch-over", "epoch-age", "expired", "next-update",
           whole.without(4, 5).with_(3, epoch.signed(epoch.payload(
               this=NOW - 7 * DAY)).bytes()))


def bad():
    file = File("badge", "Refused: malformed for its form, or by the check "
                "that is named. Proof that fails counts as not given, so "
                "that a badge may stay valid without it.",
                trust=LIST.hex(), now=NOW)
    # Small, as most of what stands in it is not looked into here.
    small = Map([[1, b"attestation"], [2, b"list"], [3, b"epoch"],
                 [4, [sha256(b"1")]],
                 [5, [0, [[NOW, "suspend", 3]], [sha256(b"2")]]]])
    for name, error, why, item in FIELDS.bad(small):
        file.once(name, write(item), why, stage="decode", error=error,
                 verdict="malformed")
    for name, error, why, data in (
            ("nothing", "truncated", "no byte at all", b""),
            ("byte-after", "trailing", "nothing may follow",
             write(small) + b"\x00"),
            ("last-byte-missing", "truncated", "it ends too early",
             write(small)[:-1]),
            ("trust-list-inside", "type",
             "never a trust list: trust comes from the caller",
             write(small.without(3, 4, 5).with_(6, LIST))),
            ("trust-list", "type", "trust comes from the caller", LIST),
            ("attestation-of-2049-alone", "limit", "at most 2048 bytes",
             b"\xd2" + bytes(2048)),
            ("svg", "type", "the badge alone, not its picture", b"<svg/>")):
        file.once(name, data, why, stage="decode", error=error,
                 verdict="malformed")
    file.too_long(write(small), 65536, verdict="malformed")
    for name, error, why, events in register.out_of_order():
        file.once("register-" + name, write(small.with_(
            5, [0, events, []])), why, stage="decode", error=error,
            verdict="malformed")
    inside = attestation.signed(attestation.claims()).but(
        unprotected=Map([[4, b"12345678"]])).bytes()
    file.once("attestation-malformed", write(Map([[1, inside]])),
             "an attestation as it must be", stage="verify", error="header",
             check="attestation", verdict="malformed")
    for name, verdict, check, error, why, item in proofs():
        file.once(name, write(item), why, stage="verify", error=error,
                 check=check, verdict=verdict)
    for name, check, error, why, item in failing():
        file.once(name, write(item), why, stage="verify", error=error,
                 check=check, verdict="valid")
    return file
