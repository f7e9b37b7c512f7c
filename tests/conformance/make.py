#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""Write the conformance vectors, here or into another directory:

	make.py [DIRECTORY]

or put the reports that a runner printed (--reports, a line "ID REPORT" each)
on record in reports.sha256, after looking into each that has changed:

	make.py --record <REPORTS

The same bytes each time and on every machine. It shares no code with the
verifiers that it tests and asks none of them: see README.md.
"""

import json
import os
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "vectors")]

from groups import (claims, container, cose, epochs, picture, policies,
                    registers, status, times, trust_lists)
from groups.vector import OBJECTS, question
from maker.keys import sha256

ROOMS = [cose, claims, status, times, trust_lists, epochs, policies,
         container, picture, registers]


def prove(files):
    """Ids once, no two vectors the same question."""
    ids, asked = set(), {}
    for group in files:
        for each in group.vectors:
            if each["id"] in ids:
                raise AssertionError("%s: twice" % each["id"])
            ids.add(each["id"])
            if question(each) in asked:
                raise AssertionError("%s: asks what %s asks" % (
                    each["id"], asked[question(each)]))
            asked[question(each)] = each["id"]


def record(lines):
    """HASH, two spaces, ID: of the report's bytes, in the order of running."""
    with open(os.path.join(HERE, "reports.sha256"), "wb") as to:
        for line in lines:
            id_, report = line.rstrip(b"\n").split(b" ", 1)
            to.write(b"%s  %s\n" % (sha256(report).hex().encode(), id_))
    return 0


def main():
    if sys.argv[1:] == ["--record"]:
        return record(sys.stdin.buffer)
    out = os.path.join(sys.argv[1] if len(sys.argv) == 2 else HERE,
                       "vectors")
    files = [make() for room in ROOMS for make in room.GROUPS]
    prove(files)
    os.makedirs(out, exist_ok=True)
    texts = {group.name: group.text() for group in files}
    texts["groups"] = json.dumps([group.name + ".json" for group in files],
                                 indent=0) + "\n"
    texts["objects"] = OBJECTS.text()
    for name, text in texts.items():
        with open(os.path.join(out, name + ".json"), "w", encoding="utf-8",
                  newline="\n") as to:
            to.write(text)
    total = sum(len(group.vectors) for group in files)
    valid = sum(each["expect"]["verdict"] == "valid"
                for group in files for each in group.vectors)
    print("%d conformance vectors, %d of them not valid" % (
        total, total - valid))
    return 0


sys.exit(main())
