#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""All conformance vectors in C, WebAssembly and Python: the same reports.

Each runner holds the vectors by itself and prints its reports, and line by
line all are the same bytes. One that is not built is a skipped test that says
which; with all three built, all three run.
"""

import os
import shutil
import subprocess
import sys

B = os.environ["B"]
TOP = "tests/conformance/"
LEAST = 250

# Name, what it needs, how to run it.
RUNNERS = (
    ("C", (B + "/unit/test_verifier_conformance",),
     [B + "/unit/test_verifier_conformance"]),
    ("WebAssembly", (B + "/web/keurmerk/package.json",),
     ["node", TOP + "run.mjs"]),
    ("Python", ("verifier/python/keurmerk", B + "/libkeurmerk.so"),
     ["/usr/bin/python3", TOP + "run.py"]),
)


def reports(name, command):
    """Its lines "ID REPORT", of which each is as its vector says."""
    done = subprocess.run(command + ["--reports"], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False,
                          env=dict(os.environ, PYTHONDONTWRITEBYTECODE="1"))
    if done.returncode != 0:
        sys.exit("%s: status %d\n%s" % (
            name, done.returncode,
            done.stderr.decode(errors="replace")[-4000:]))
    lines = done.stdout.split(b"\n")
    if lines[-1:] != [b""] or len(lines) <= LEAST:
        sys.exit("%s: %d reports, expected at least %d" % (
            name, len(lines) - 1, LEAST))
    return lines[:-1]


def difference(a, b):
    """The first line in which they differ, around the place; or None."""
    for x, y in zip(a + [b"nothing"], b + [b"nothing"]):
        if x == y:
            continue
        at = next((i for i, (c, d) in enumerate(zip(x, y)) if c != d),
                  min(len(x), len(y)))
        around = slice(max(0, at - 60), at + 60)
        return "%s: ...%s... and ...%s..." % (
            x.split(b" ")[0].decode(), x[around].decode(errors="replace"),
            y[around].decode(errors="replace"))
    return None


def prove():
    """It sees one byte, and a line that is missing."""
    a = [b"one {}", b"two {}"]
    if difference(a, list(a)) is not None or \
            difference(a, [a[0], b"two {]"]) is None or \
            difference(a, a[:1]) is None:
        sys.exit("31_conformance.py: does not see a difference")


def main():
    prove()
    found, absent = {}, []
    for name, needs, command in RUNNERS:
        lacks = [each for each in needs if not os.path.exists(each)]
        if command[0] == "node" and shutil.which("node") is None:
            lacks.append("node")
        if lacks:
            absent.append("%s (no %s)" % (name, ", ".join(lacks)))
        else:
            found[name] = reports(name, command)
    wrong = 0
    names = list(found)
    for other in names[1:]:
        said = difference(found[names[0]], found[other])
        print("%s: %d reports" % (other, len(found[other])))
        if said is not None:
            print("%s and %s differ: %s" % (names[0], other, said))
            wrong = 1
    if names:
        print("%s: %d reports; the same bytes in %s" % (
            names[0], len(found[names[0]]), " and ".join(names))
            if not wrong else
            "not the same in %s" % " and ".join(names))
    if wrong:
        return 1
    if absent:
        print("not compared: " + "; ".join(absent))
        return 77
    return 0


sys.exit(main())
