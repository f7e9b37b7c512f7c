#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""Guard: tests/conformance/vectors is what make.py writes, and enough.

At least 250 vectors, most of them of what must not be believed; every
verdict, check and reason that a question can lead to is expected of one.
"""

import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

TOP = "tests/conformance"
LEAST = 250

# What no question can lead to, no room in the caller's memory and calls in
# the wrong order; and what is said of checks that were not made only.
NEVER = {"full", "use", "not-reached"}
# Checks that can only warn.
WARN_ONLY = {"names"}


def files(top):
    found = {}
    for path in glob.glob(os.path.join(top, "vectors", "*.json")):
        with open(path, "rb") as file:
            found[os.path.basename(path)] = file.read()
    return found


def differences(want, found):
    """Yield what is not as the maker writes it."""
    for name in sorted(set(want) | set(found)):
        if name not in found:
            yield "%s/vectors/%s: not there" % (TOP, name)
        elif name not in want:
            yield "%s/vectors/%s: not of make.py" % (TOP, name)
        elif want[name] != found[name]:
            yield "%s/vectors/%s: make.py writes something else" % (
                TOP, name)


def names_of(function):
    """The names that a function of verifier/names.c can give."""
    with open("verifier/names.c", encoding="utf-8") as file:
        body = re.search(r"^%s\(.*?^}" % function, file.read(),
                         re.M | re.S).group(0)
    return set(re.findall(r'case .*return "(.*)"', body))


def vectors_of(found):
    for name in json.loads(found["groups.json"]):
        group = json.loads(found[name])
        if group["count"] != len(group["vectors"]):
            sys.exit("%s: counts %d" % (name, group["count"]))
        yield from group["vectors"]


def said(vectors):
    """All that is expected, as (kind, name)."""
    words = set()
    for each in vectors:
        expect = each["expect"]
        words.add(("verdict", expect["verdict"]))
        for check, why in expect["failed"]:
            words.update((("check", check), ("reason", why)))
        words.update(("check", check) for check, _ in expect["warned"]
                     if check in WARN_ONLY)
        words.update(("reason", why) for why in expect["adds"] +
                     [expect.get("register")])
    return words


def missing(vectors):
    """Yield what no vector expects."""
    ids = [each["id"] for each in vectors]
    if len(vectors) < LEAST:
        yield "%d vectors, at least %d" % (len(vectors), LEAST)
    for id_ in ids:
        if ids.count(id_) > 1 or not re.fullmatch(r"[a-z0-9-]+", id_):
            yield "%s: twice, or not kebab-case" % id_
    bad = sum(each["expect"]["verdict"] != "valid" for each in vectors)
    if bad * 2 < len(vectors):
        yield "%d of %d vectors are not valid: negative first" % (
            bad, len(vectors))
    want = {(kind, name) for kind, function in (
        ("verdict", "km_verdict_name"), ("check", "km_check_name"),
        ("reason", "km_err_name")) for name in names_of(function)}
    for kind, name in sorted(want - said(vectors)):
        if name not in NEVER:
            yield "no vector expects the %s %s" % (kind, name)


def recorded(vectors):
    """Yield where reports.sha256 has other ids, or another order."""
    with open(TOP + "/reports.sha256", encoding="utf-8") as file:
        ids = [line.rstrip("\n").split("  ")[-1] for line in file]
    if ids != [each["id"] for each in vectors]:
        yield TOP + "/reports.sha256: not of these vectors in this order"


def prove(want, vectors):
    """Each of it can fail."""
    name = "cose.json"
    changed = {**want, name: want[name].replace(b"0", b"1", 1)}
    less = {key: value for key, value in want.items() if key != name}
    for found, says in ((changed, "something else"), (less, "not there"),
                        ({**want, "x.json": b""}, "not of make.py")):
        told = list(differences(want, found))
        if len(told) != 1 or says not in told[0]:
            sys.exit("conformance.py: expected %r, found %s" % (says, told))
    few = [each for each in vectors if each["expect"]["verdict"] !=
           "superseded"]
    for some, says in ((few, "the verdict superseded"), (few[:9], "9 vectors"),
                       (vectors + vectors[:1], "twice")):
        if not any(says in each for each in missing(some)):
            sys.exit("conformance.py: does not see: %s" % says)


def main():
    out = tempfile.mkdtemp(dir=os.environ.get("TEST_TMP"))
    try:
        run = subprocess.run(
            ["/usr/bin/python3", TOP + "/make.py", out],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False)
        if run.returncode != 0:
            sys.exit("conformance.py: make.py failed:\n" + run.stdout)
        want = files(out)
    finally:
        shutil.rmtree(out)
    vectors = list(vectors_of(want))
    prove(want, vectors)
    wrong = (list(differences(want, files(TOP))) + list(missing(vectors)) +
             list(recorded(vectors)))
    print("\n".join(wrong) if wrong else run.stdout.strip())
    return 1 if wrong else 0


sys.exit(main())
