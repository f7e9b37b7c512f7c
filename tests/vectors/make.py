#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""Write the vectors in good/ and bad/, or into another directory:

	make.py [DIRECTORY]

It gives the same bytes each time and on every machine: keys and nonces
follow from names, signatures from RFC 6979 and RFC 8032. It shares no code
with what it tests. See README.md.
"""

import os
import sys

import cbor2

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from maker import (approval, attestation, badge, decision, epoch, log,
                   officers, p256, policy, register, scheme, status, trust)
from maker.cbor import plain, write

FILES = {
    "good/approval.json": approval.good, "bad/approval.json": approval.bad,
    "good/attestation.json": attestation.good,
    "bad/attestation.json": attestation.bad,
    "good/badge.json": badge.good, "bad/badge.json": badge.bad,
    "good/decision.json": decision.good, "bad/decision.json": decision.bad,
    "good/epoch.json": epoch.good, "bad/epoch.json": epoch.bad,
    "good/log.json": log.good, "bad/log.json": log.bad,
    "good/officers.json": officers.good, "bad/officers.json": officers.bad,
    "good/policy.json": policy.good, "bad/policy.json": policy.bad,
    "good/register.json": register.good, "bad/register.json": register.bad,
    "good/register-index.json": register.index_good,
    "bad/register-index.json": register.index_bad,
    "good/register-run.json": register.run_good,
    "bad/register-run.json": register.run_bad,
    "good/scheme.json": scheme.good, "bad/scheme.json": scheme.bad,
    "good/status.json": status.good, "bad/status.json": status.bad,
    "bad/status-ours.json": status.foreign,
    "good/tree.json": register.trees_good,
    "bad/tree.json": register.trees_bad,
    "good/trust.json": trust.good, "bad/trust.json": trust.bad,
}


def prove():
    """What all else rests on, by another implementation or a standard."""
    p256.prove()
    for item in (attestation.claims(attestation.FULL_MARK), trust.SMALL,
                 officers.payload(), epoch.payload(),
                 decision.decision("grant"), badge.WORLD.badge(),
                 policy.FULL.without(2)):
        data = write(item)
        if cbor2.loads(data) != plain(item):
            raise AssertionError("cbor2 reads something else")
        if cbor2.dumps(plain(item), canonical=True) != data:
            raise AssertionError("cbor2 writes something else")


def apart(name, file, good):
    """No bad vector is a good one, but for what comes before it."""
    def mark(each):
        return (each["bytes"], each.get("after"), each.get("of"),
                each.get("zeros"))

    marks = {mark(each) for each in good.vectors}
    for each in file.vectors:
        if mark(each) in marks and each.get("stage") != "first":
            raise AssertionError("%s: %s is good" % (name, each["name"]))


def main():
    out = sys.argv[1] if len(sys.argv) == 2 else HERE
    prove()
    files = {name: make() for name, make in FILES.items()}
    total = {}
    for name, file in files.items():
        where, base = name.split("/")
        if where == "bad":
            apart(name, file, files["good/" + base.replace("-ours", "")])
        path = os.path.join(out, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="\n") as to:
            to.write(file.text())
        total[where] = total.get(where, 0) + len(file.vectors)
    print("%d good and %d bad vectors" % (total["good"], total["bad"]))
    return 0


sys.exit(main())
