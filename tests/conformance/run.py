#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""The runner of the Python package (see README.md), over the library in B:

	run.py			hold all vectors
	run.py --reports	the same, and print "ID REPORT" for each
"""

import ctypes
import hashlib
import json
import os
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../../verifier/python"))

import keurmerk
from keurmerk import _library, _report

LEAST = 250


def load(name):
    with open(os.path.join(HERE, "vectors", name), encoding="utf-8") as file:
        return json.load(file)


OBJECTS = load("objects.json")["objects"]


def bytes_of(text):
    """Hex, or @NAME of objects.json."""
    if not text.startswith("@"):
        return bytes.fromhex(text)
    named = OBJECTS[text[1:]]
    return bytes.fromhex(named["hex"]) + bytes(named.get("zeros", 0))


def below(known, badge, cbor, vector):
    """Ask the library itself: the package refuses what is no host name."""
    out = ctypes.create_string_buffer(_library.JSON_MAX)
    length = ctypes.c_size_t(0)
    origin = vector["origin"].encode()
    err = _library.library().km_verify_json(
        known._known, out, len(out), ctypes.byref(length), badge, len(badge),
        cbor, len(cbor), origin, len(origin), vector["now"])
    if err != 0:
        sys.exit("%s: policy: %d" % (vector["id"], err))
    return _report.report_of(out.raw[:length.value], False, known.refused)


def ask(vector):
    """The report, the policy's CBOR, and what became of a register."""
    known = keurmerk.Known(bytes_of(vector["trust_pin"]),
                           map(bytes_of, vector["objects"]))
    badge = bytes_of(vector["badge"])
    cbor = keurmerk.Policy.of(vector["policy"]).cbor()
    register = vector.get("register")
    runs = None if register is None else known.register(
        map(bytes_of, register["runs"]))
    if register is not None and "by" in register:
        return known.check(**{register["by"]: register["key"]},
                           policy=vector["policy"],
                           origin=vector["origin"] or None,
                           now=vector["now"]), cbor, runs
    try:
        report = known.verify(badge, policy=vector["policy"],
                              origin=vector["origin"] or None,
                              now=vector["now"])
    except ValueError as error:
        if "origin: expected" not in str(error):
            raise
        report = below(known, badge, cbor, vector)
    return report, cbor, runs


def listed(report, outcome):
    return [[each.check, each.why] for each in report.checks
            if each.outcome is outcome]


def differences(vector, report, cbor, runs, record):
    """Yield what is not as the vector and the record have it."""
    adds = ["ok"] * len(vector["objects"])
    for place, why in report.refused:
        adds[place] = why
    found = {
        "verdict": report.verdict.value, "exit": report.exit,
        "binding": report.binding.value,
        "claims": report.attestation is not None,
        "failed": listed(report, keurmerk.Outcome.FAILED),
        "warned": listed(report, keurmerk.Outcome.WARNED), "adds": adds,
        "policy": cbor.hex(), "hash": hashlib.sha256(cbor).hexdigest(),
        "report": "%s  %s" % (hashlib.sha256(report.json).hexdigest(),
                              vector["id"])}
    if runs is not None:
        found["register"] = runs
    if "successor" in vector["expect"]:
        found["successor"] = report.check("status").want or None
    expected = {**vector["expect"], "policy": vector["policy_cbor"],
                "hash": vector["policy_sha256"], "report": record}
    for what in sorted(set(expected) | set(found)):
        if expected.get(what) != found.get(what):
            yield "%s: %s: expected %s, found %s" % (
                vector["id"], what, expected.get(what), found.get(what))


def vectors():
    for name in load("groups.json"):
        group = load(name)
        if group["count"] != len(group["vectors"]):
            sys.exit("%s: expected %d vectors" % (name, group["count"]))
        yield from group["vectors"]


def main():
    keurmerk.use_library(os.path.join(
        os.path.abspath(os.environ.get("B", "build")), "libkeurmerk.so"))
    with open(os.path.join(HERE, "reports.sha256"), encoding="utf-8") as file:
        records = {line.split("  ")[1]: line
                   for line in file.read().splitlines()}
    reports = sys.argv[1:] == ["--reports"]
    held = wrong = 0
    for vector in vectors():
        report, cbor, runs = ask(vector)
        held += 1
        if reports:
            sys.stdout.buffer.write(b"%s %s\n" % (vector["id"].encode(),
                                                  report.json))
            continue
        said = list(differences(vector, report, cbor, runs,
                                records.get(vector["id"])))
        wrong += len(said) > 0
        print("".join(line + "\n" for line in said), end="",
              file=sys.stderr)
    if not reports:
        print("%d conformance vectors, %d not held" % (held, wrong))
    return 1 if wrong or held < LEAST else 0


sys.exit(main())
