# SPDX-License-Identifier: EUPL-1.2
"""The objects that most vectors share, good as they come."""

from maker import attestation, badge, epoch, status, trust
from maker.keys import key, sha256
from maker.vectors import DAY, NOW

from .vector import OBJECTS

HOUR = 3600
T1 = trust.LIST
PIN = sha256(T1)
LIST = status.full(status.SAID)		# 1 withdrawn, 2 suspended, 3 superseded
GOOD = attestation.signed(attestation.claims()).bytes()	# idx 7: valid
HOST = "ict.example"

# With hosts, trade name, EUID, LEI and both claims; production.
FULL = attestation.FULL_MARK.without(2)
RICH = attestation.signed(attestation.claims(FULL)).bytes()

OBJECTS.add("trust-1", T1, "the trust list that most vectors pin: version 1, "
            "three roots of which two sign, keys of every purpose")
OBJECTS.add("trust-1-pin", PIN, "its SHA-256")
OBJECTS.add("status-0", LIST, "shard 0, 65536 entries of 2 bits: idx 1 "
            "withdrawn, 2 suspended, 3 superseded, all others valid")
OBJECTS.add("attestation", GOOD, "a good attestation, idx 7, no hosts")
OBJECTS.add("attestation-full", RICH, "a good attestation with every field: "
            "host ict.example, two claim lines")
OBJECTS.add("badge-whole", badge.write(badge.WORLD.badge()),
            "attestation, list, epoch 10, both paths")
OBJECTS.add("epoch-10", badge.WORLD.epoch, "number 10, an hour old")

KNOWN = [T1, LIST]


def at(idx, mark=None, **more):
    """A good attestation of that idx."""
    return attestation.signed(attestation.claims(
        mark or attestation.PLAIN_MARK, status=attestation.place(idx),
        **more)).bytes()


def in_map(data, **parts):
    """A badge: the attestation in a map, and what is given with it."""
    pairs = [[1, data]]
    for name, label in (("list", 2), ("epoch", 3), ("path", 4),
                        ("register", 5)):
        if name in parts:
            pairs.append([label, parts[name]])
    return badge.write(badge.Map(pairs))
