#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""Guard: tests/vectors is what make.py writes, and all of it is tested.

Whoever changes a vector changes its maker; a file that no test names would
stand there for nothing.
"""

import glob
import os
import shutil
import subprocess
import sys
import tempfile

VECTORS = "tests/vectors"


def files(top):
    """The vector files under a directory, each with its bytes."""
    found = {}
    for path in glob.glob(os.path.join(top, "*", "*.json")):
        with open(path, "rb") as file:
            found[os.path.relpath(path, top)] = file.read()
    return found


def differences(want, found):
    """Yield what is not as the maker writes it."""
    for name in sorted(set(want) | set(found)):
        if name not in found:
            yield "%s/%s: not there" % (VECTORS, name)
        elif name not in want:
            yield "%s/%s: not of make.py" % (VECTORS, name)
        elif want[name] != found[name]:
            lines = zip(want[name].split(b"\n") + [b""],
                        found[name].split(b"\n") + [b""])
            line = 1 + next((i for i, (a, b) in enumerate(lines) if a != b),
                            0)
            yield "%s/%s:%d: make.py writes something else" % (
                VECTORS, name, line)


def untested(names, text):
    """Yield files that no test names."""
    for name in sorted(names):
        if '"%s"' % name not in text:
            yield "%s/%s: in no tests/unit/test_vectors*.c" % (VECTORS, name)


def prove(want, text):
    """Each of it can fail."""
    name = sorted(want)[0]
    changed = dict(want)
    changed[name] = want[name].replace(b"0", b"1", 1)
    less = {key: value for key, value in want.items() if key != name}
    for found, says in ((changed, "something else"), (less, "not there"),
                        ({**want, "good/x.json": b""}, "not of make.py")):
        said = list(differences(want, found))
        if len(said) != 1 or says not in said[0]:
            sys.exit("vectors.py: expected %r, found %s" % (says, said))
    if not list(untested(["bad/x.json"], text)):
        sys.exit("vectors.py: does not see a file without a test")


def main():
    out = tempfile.mkdtemp(dir=os.environ.get("TEST_TMP"))
    try:
        run = subprocess.run(
            ["/usr/bin/python3", VECTORS + "/make.py", out],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False)
        if run.returncode != 0:
            sys.exit("vectors.py: make.py failed:\n" + run.stdout)
        want = files(out)
    finally:
        shutil.rmtree(out)
    text = ""
    for path in glob.glob("tests/unit/test_vectors*.c"):
        with open(path, encoding="utf-8") as file:
            text += file.read()
    if not want:
        sys.exit("vectors.py: make.py wrote nothing")
    prove(want, text)
    wrong = list(differences(want, files(VECTORS))) + list(
        untested(want, text))
    print("\n".join(wrong) if wrong else run.stdout.strip())
    return 1 if wrong else 0


sys.exit(main())
