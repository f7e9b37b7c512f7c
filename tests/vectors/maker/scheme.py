# SPDX-License-Identifier: EUPL-1.2
"""Changes to schemas/scheme.json (schemas/scheme.schema.json)."""

import json
import os

from .vectors import File

SCHEME = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                      "../../../schemas/scheme.json")


def text(value):
    return json.dumps(value, ensure_ascii=False).encode()


# Place, what stands there then (nothing: taken away), the place in the
# message where it is another, and why.
GONE = object()
WRONG = [
    ("/extra", 1, "/extra", "no other member"),
    ("/id", "Voorbeeld", "/id", "a code"),
    ("/id", "a" * 33, "/id", "at most 32"),
    ("/id", "", "/id", "a code"),
    ("/id", 1, "/id", "text"),
    ("/version", 0, "/version", "from 1"),
    ("/version", 65536, "/version", "to 65535"),
    ("/version", -1, "/version", "from 1"),
    ("/version", 1.0, "/version", "an integer"),
    ("/version", True, "/version", "an integer"),
    ("/version", "1", "/version", "an integer"),
    ("/version", None, "/version", "an integer"),
    ("/notice/nl", "", "/notice/nl", "not empty"),
    ("/notice/en", GONE, "/notice/en", "both languages"),
    ("/notice/de", "Beispiel", "/notice/de", "two languages"),
    ("/name/nl", "keur\u00admerk", "", "the repertoire"),
    ("/name/nl", "keurmerk \u202e", "", "the repertoire"),
    ("/name/nl", "a" * 161, "/name/nl", "at most 160 bytes"),
    ("/name", "keurmerk", "/name", "an object"),
    ("/levels", [], "/levels", "all three"),
    ("/levels/2", GONE, "/levels", "all three"),
    ("/levels/0/code", "low", "/levels/0/code", "in their order"),
    ("/levels/0/code", "substantial", "/levels/0/code", "in their order"),
    ("/levels/0/offered", 1, "/levels/0/offered", "a boolean"),
    ("/levels/1/self_declaration", True, "/levels/1/self_declaration",
     "of level basic alone (CSA Art. 53)"),
    ("/levels/0/extra", 1, "/levels/0/extra", "no other member"),
    ("/claims", [], "/claims", "at least one"),
    ("/claims/1/code", "basic_measures", "/claims/1/code", "each once"),
    ("/claims/0/code", "safe", "/claims/0/code", "a claim of ours"),
    ("/claims/0/objects", [], "/claims/0/objects", "at least one"),
    ("/claims/0/objects", ["service", "service"], "/claims/0/objects",
     "each once"),
    ("/claims/0/objects", ["product"], "/claims/0/objects",
     "service or organisation"),
    ("/services", [], "/services", "at least one"),
    ("/services/1/code", "workplace", "/services/1/code", "each once"),
    ("/services/0/code", "Werkplek", "/services/0/code", "a code"),
    ("/services/0/name", GONE, "/services/0/name", "it must be there"),
    ("/reasons/6", GONE, "/reasons", "all seven"),
    ("/reasons/0/number", 2, "/reasons/0/number", "in their order"),
    ("/reasons/0/code", "misuse", "/reasons/0/code", "in their order"),
    ("/reasons/0/for", ["grant"], "/reasons/0/for", "what has a reason"),
    ("/reasons/0/for", [], "/reasons/0/for", "at least one"),
    ("/reasons/5/for", ["suspend"], "/reasons", "a reason for each"),
    ("/decisions/3", GONE, "/decisions", "each kind"),
    ("/decisions/1/kind", "application", "/decisions/1/kind",
     "each kind once"),
    ("/decisions/0/kind", "erase", "/decisions/0/kind", "a kind of ours"),
    ("/decisions/0/proposer", [], "/decisions/0/proposer", "at least one"),
    ("/decisions/0/proposer", ["clerk"], "/decisions/0/proposer", "a role"),
    ("/decisions/0/proposer", ["registrar", "registrar"],
     "/decisions/0/proposer", "each once"),
    ("/decisions/10/proposer", ["registrar"], "/decisions/10/proposer",
     "an assessor assesses"),
    ("/decisions/11/proposer", ["assessor"], "/decisions/11/proposer",
     "an assessor may not judge"),
    ("/decisions/11/distinct", False, "/decisions/11/distinct",
     "all different people"),
    ("/decisions/11/not_assessor", False, "/decisions/11/not_assessor",
     "none an assessor of the file"),
    ("/decisions/11/not_conflicted", False, "/decisions/11/not_conflicted",
     "none with a conflict"),
    ("/decisions/10/not_assessor", True, "/decisions/10/not_assessor",
     "an assessor assesses"),
    ("/decisions/11/approvers/basic", ["reviewer"],
     "/decisions/11/approvers/basic", "a decider among them"),
    ("/decisions/11/approvers/basic", [], "/decisions/11/approvers/basic",
     "a decider among them"),
    ("/decisions/11/approvers/high", ["decider"],
     "/decisions/11/approvers/high", "no fewer than below"),
    ("/decisions/11/approvers/administrative", ["decider"],
     "/decisions/11/approvers/administrative", "of amend alone"),
    ("/decisions/11/approvers/substantial", GONE,
     "/decisions/11/approvers/substantial", "each level"),
    ("/decisions/15/approvers/any", [], "/decisions/15/approvers/any",
     "a decider among them"),
    ("/decisions/6/approvers/any", ["registrar"],
     "/decisions/6/approvers/any", "a decider among them"),
    ("/decisions/11/threshold", {"manager": 2}, "/decisions/11/threshold",
     "by roles, not by count"),
    ("/decisions/24/threshold", {"manager": 1},
     "/decisions/24/threshold/manager", "two managers"),
    ("/decisions/24/threshold", {"root": "trust-list"},
     "/decisions/24/threshold/manager", "managers"),
    ("/decisions/26/threshold", {"manager": 2},
     "/decisions/26/threshold/root", "roots"),
    ("/decisions/26/threshold/root", 2, "/decisions/26/threshold/root",
     "as the trust list says"),
    ("/decisions/26/proposer", ["manager"], "/decisions/26/proposer",
     "a root"),
    ("/periods/extra", 1, "/periods/extra", "no other member"),
]
PERIODS = {
    "attestation_days_max": (1, 1827), "decision_days_max": (1, 30),
    "assessment_age_days_max": (1, 731), "renewal_window_days": (1, 731),
    "surveillance_days": (1, 731), "host_proof_days": (1, 731),
    "suspension_days_max": (1, 365), "supersede_days": (0, 90),
    "holder_remedy_days": (1, 90), "complaint_days": (1, 365),
    "vulnerability_report_days": (1, 90), "badge_removal_days": (0, 90),
    "retention_days_min": (1, 7305), "list_ttl_seconds": (60, 86400),
    "list_days": (1, 7), "epoch_days": (1, 7), "trust_warn_days": (1, 365),
}


def add(file, name, pointer, value, why, **more):
    file.add(name, b"" if value is GONE else text(value), why, at=pointer,
             of=name, **more)


def good():
    file = File("scheme", "schemas/scheme.json with, where at (a JSON "
                "Pointer) stands, the JSON in bytes in that place.")
    add(file, "version-65535", "/version", 65535, "the largest")
    add(file, "longest-id", "/id", "a" * 32, "32 characters")
    for name, (low, high) in PERIODS.items():
        for value in (low, high):
            add(file, "%s-%d" % (name, value), "/periods/" + name, value,
                "an end of its range")
    return file


def bad():
    with open(SCHEME, encoding="utf-8") as from_:
        scheme = json.load(from_)
    file = File("scheme", "schemas/scheme.json with the JSON in bytes in the "
                "place of at (a JSON Pointer; no bytes: taken away; without "
                "at: bytes are the whole). says: where our message has it.")
    for i, (pointer, value, says, why) in enumerate(WRONG):
        add(file, "%02d%s" % (i, pointer.replace("/", "-")), pointer, value,
            why, error="scheme", says=says)
    for name in scheme:
        if name not in ("id", "version"):
            add(file, name + "-missing", "/" + name, GONE,
                "it must be there", error="scheme", says="/" + name)
    for name, (low, high) in PERIODS.items():
        place = "/periods/" + name
        for what, value in (("below", low - 1), ("above", high + 1),
                            ("as-text", str(low)), ("missing", GONE)):
            add(file, "%s-%s" % (name, what), place, value,
                "%d to %d" % (low, high), error="scheme", says=place)
    for name, why, data in (
            ("nothing", "no byte at all", b""),
            ("array", "an object", b"[]"),
            ("cut", "it ends too early", b'{"id": "a"'),
            ("more-after", "nothing may follow", b'{"id": "a"} 1'),
            ("member-twice", "each member once", b'{"id": "a", "id": "a"}'),
            ("escape", "text without escapes", b'{"id": "\\u0061"}'),
            ("nul", "no NUL", b'{"id": "a\x00"}'),
            ("not-utf-8", "UTF-8", b'{"id": "a\xff"}'),
            ("bom", "no byte order mark", b'\xef\xbb\xbf{"id": "a"}'),
            ("tab", "spaces and line feeds alone", b'{"id":\t"a"}')):
        file.add(name, data, why, error="scheme", says="")
    return file
