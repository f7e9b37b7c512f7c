#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""Guard: labels are equal in the CDDL and in C.

A line of schemas/*.cddl that ends in "; C: NAME" says that the map key on it,
or else the value, is what NAME is in the C headers; of a range or a number of
times, the upper end:

	? 1 => tstr,		; C: KM_MARK_NUMBER
	withdrawn = 1		; C: KM_STATUS_WITHDRAWN
	lines = [1*16 line]	; C: KM_LINES_MAX

The compiler is the judge: each becomes a static assertion that stands, for
its messages, on the line of the CDDL.
"""

import glob
import os
import re
import subprocess
import sys
import tempfile

HEADERS = ["include/*.h", "verifier/*.h", "ca/base/*.h", "ca/record/*.h"]
LITERAL = r'"[^"]*"|-?0x[0-9a-fA-F]+|-?\d+'
RANGE = re.compile(r"(?<![\w.\"-])-?\d+(?:\*|\.\.)(-?\d+)")
OCCURRENCE = re.compile(r"^(\?|\+|\d*\*\d*)\s+")
COMMENT = re.compile(r'^((?:[^";]|"[^"]*")*);(.*)$')


def literal(line):
    """The key on a line of CDDL without its comment, or else its value."""
    line = OCCURRENCE.sub("", line.strip())
    key = re.match(r"(%s)\s*(?:\^\s*)?(?:=>|:)" % LITERAL, line)
    if key:
        return key.group(1)
    upper = RANGE.search(line)
    if upper:
        return upper.group(1)
    bare = re.search(r"(?<![\w.\"-])(%s)(?![\w.])" % LITERAL, line)
    return bare.group(1) if bare else None


def assertions(path):
    """Yield (line number, C text) for each label; raise ValueError."""
    for number, line in enumerate(open(path, encoding="utf-8"), 1):
        parts = COMMENT.match(line.rstrip("\n"))
        name = parts and re.match(r"\s*C:\s*(.*?)\s*$", parts.group(2))
        if not name or parts.group(1).strip() == "":
            continue        # prose about the convention is not a label
        name = name.group(1)
        where = "%s:%d: " % (path, number)
        if not re.fullmatch(r"[A-Za-z_]\w*", name):
            raise ValueError(where + "not the name of one constant: " + name)
        value = literal(parts.group(1))
        if value is None:
            raise ValueError(where + "no key and no value for " + name)
        test = "%s == %s" % (name, value)
        if value.startswith('"'):
            test = "__builtin_strcmp(%s, %s) == 0" % (name, value)
        yield number, '_Static_assert(%s, "%s is %s in the CDDL");' % (
            test, name, value.replace('"', ""))


def check(compiler):
    """Check the tree in the current directory; return what is wrong."""
    schemas = sorted(glob.glob("schemas/*.cddl"))
    if not schemas:
        return None
    text, wrong = [], []
    for pattern in HEADERS:
        for header in sorted(glob.glob(pattern)):
            text.append('#include "%s"' % header)
    for path in schemas:
        try:
            found = list(assertions(path))
        except ValueError as error:
            wrong.append(str(error))
            continue
        if not found:
            wrong.append(path + ': expected lines with "; C: NAME"')
        for number, line in found:
            text.append('#line %d "%s"\n%s' % (number, path, line))
    with tempfile.TemporaryDirectory() as scratch:
        source = os.path.join(scratch, "labels.c")
        with open(source, "w", encoding="utf-8") as out:
            out.write("\n".join(text) + "\n")
        run = subprocess.run(
            compiler + ["-std=c11", "-D_GNU_SOURCE=", "-I.", "-Iinclude",
                        "-fsyntax-only", source],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False)
    if run.returncode != 0:
        wrong.append(run.stdout)
    return "\n".join(wrong)


HEADER = "enum { KM_ONE = 1, KM_MINUS = -65537 };\n#define KM_NAME \"name\"\n"
SAMPLES = [     # the CDDL, and what must be said of it; nothing: it is good
    ("a = 1 ; C: KM_ONE\n", ""),
    ("m = {\n  ? 1 => tstr / 7, ; C: KM_ONE\n}\n", ""),
    ("m = {\n  -65537 => uint, ; why; C: none\n 1 => x, ; C: KM_ONE\n}\n", ""),
    ('k = "name" ; C: KM_NAME\n', ""),
    ('m = { "name": tstr, ; C: KM_NAME\n}\n', ""),
    ('m = {\n  "name" => tstr, ; C: KM_NAME\n}\n', ""),
    ("a = [tstr, [0*1 uint]] ; C: KM_ONE\n", ""),
    ("a = 0..1 ; C: KM_ONE\n", ""),
    ("a = 2 ; C: KM_ONE\n", "a.cddl:1:"),
    ("a = 1..2 ; C: KM_ONE\n", "a.cddl:1:"),
    ("a = [1*2 uint] ; C: KM_ONE\n", "a.cddl:1:"),
    ("m = {\n  2 => 1, ; C: KM_ONE\n}\n", "a.cddl:2:"),
    ("a = 65537 ; C: KM_MINUS\n", "a.cddl:1:"),
    ('k = "nam" ; C: KM_NAME\n', "a.cddl:1:"),
    ("a = 1 ; C: KM_UNKNOWN\n", "KM_UNKNOWN"),
    ("a = uint ; C: KM_ONE\n", "no key and no value"),
    ("a = 1 ; C: KM_ONE KM_TWO\n", "not the name of one"),
    ("a = 1\n", 'expected lines with "; C: NAME"'),
]


def prove(compiler):
    """The guard can fail, and does so for the right reason."""
    top = os.getcwd()
    for cddl, want in SAMPLES:
        with tempfile.TemporaryDirectory() as scratch:
            os.chdir(scratch)
            os.makedirs("schemas")
            os.makedirs("include")
            with open("include/a.h", "w", encoding="utf-8") as out:
                out.write(HEADER)
            with open("schemas/a.cddl", "w", encoding="utf-8") as out:
                out.write(cddl)
            got = check(compiler)
            os.chdir(top)
        if (want not in got) or (want == "" and got != ""):
            sys.exit("labels.py: of the sample\n%s\nexpected %s, found: %s" %
                     (cddl, want or "nothing wrong", got or "nothing wrong"))


def main():
    compiler = os.environ.get("CC", "gcc").split()
    prove(compiler)
    wrong = check(compiler)
    if wrong is None:
        print("no CDDL yet")
        return 77
    if wrong:
        print(wrong)
    return 1 if wrong else 0


sys.exit(main())
