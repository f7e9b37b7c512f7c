#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""Guard: the scheme and the glossary say what they must, and agree.

	scheme.py		schemas/scheme.json and schemas/glossary.json
	scheme.py FILE		another scheme, before its roots sign it

The JSON Schema (draft 2020-12) holds the shape; here is held what binds one
part to another: codes that must exist, each thing once, words that are never
used. Damaged copies prove that each rule can fail.
"""

import copy
import json
import os
import re
import sys

import jsonschema

SCHEMAS = "schemas/"
POINTS = "abcdefghijklmnopqrstuv"	# Regulation (EU) 2019/881, Art. 54(1)
TEXT = re.compile("[\n\u0020-\u007e\u00a1-\u00ac\u00ae-\u024f\u1e00-\u1eff"
                  "\u2013\u2014\u2018\u2019\u201c\u201d\u201e\u2022\u2026"
                  "\u20ac]*")
# The name that this principle has everywhere else; it is no verdict.
NAMES = [{"nl": "Bevorder veilig gedrag", "en": "Promote safe behaviour"}]


def once(pairs):
    """A JSON object, unless a member stands twice in it."""
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise ValueError("a member stands twice: " + ", ".join(
            sorted({n for n in names if names.count(n) > 1})))
    return dict(pairs)


def load(text):
    """What the text of a scheme or glossary is; raise ValueError."""
    if "\\" in text:
        raise ValueError("line %d: an escape: write the character itself" %
                         (text[:text.index("\\")].count("\n") + 1))
    good = TEXT.match(text).end()
    if good != len(text):
        raise ValueError("line %d: U+%04X is outside the repertoire" % (
            text[:good].count("\n") + 1, ord(text[good])))
    return json.loads(text, object_pairs_hook=once)


def read(name):
    """The JSON in a file of schemas/."""
    with open(SCHEMAS + name, encoding="utf-8") as file:
        return json.load(file)


def shape(schema, data):
    """Yield where the data is not as its JSON Schema says."""
    for error in jsonschema.Draft202012Validator(schema).iter_errors(data):
        yield "/%s: %s" % ("/".join(map(str, error.absolute_path)),
                           error.message[:300])


def walk(data, path=""):
    """Yield each object and array with its JSON Pointer, from the top."""
    yield path, data
    children = []
    if isinstance(data, dict):
        children = data.items()
    elif isinstance(data, list):
        children = enumerate(data)
    for name, child in children:
        yield from walk(child, "%s/%s" % (path, name))


def pointed(data, pointer):
    """Whether a JSON Pointer (RFC 6901) leads anywhere; not to the top."""
    if not pointer.startswith("/"):
        return False
    for step in pointer[1:].split("/"):
        if isinstance(data, list) and step.isdigit() and int(step) < len(data):
            data = data[int(step)]
        elif isinstance(data, dict) and step in data:
            data = data[step]
        else:
            return False
    return True


def twice(scheme, part, key):
    """Yield what is there more than once."""
    values = [item[key] for item in scheme[part]]
    for value in sorted({v for v in values if values.count(v) > 1}):
        yield "/%s: %s stands twice" % (part, value)


def requirements(scheme):
    """Yield what a requirement names that does not exist."""
    have = {part: {item[key] for item in scheme[part]} for part, key in (
        ("principles", "id"), ("services", "code"), ("methods", "code"),
        ("claims", "code"))}
    offered = {level["code"] for level in scheme["levels"] if level["offered"]}
    met = set()
    for item in scheme["requirements"]:
        at = "/requirements %s: " % item["id"]
        if item["principle"] not in have["principles"]:
            yield at + "no principle " + item["principle"]
        if item["id"][:2] != item["principle"]:
            yield at + "numbered under another principle"
        for part in ("claims", "services"):
            for code in sorted(set(item.get(part, [])) - have[part]):
                yield at + "%s: no %s" % (part, code)
        for level, methods in item["levels"].items():
            met |= {(claim, level) for claim in item["claims"]}
            for code in sorted(set(methods) - have["methods"]):
                yield at + "no method " + code
        # Art. 52(5), (6): a level asks at least what the one below asks.
        levels = item["levels"]
        for low, high in (("basic", "substantial"), ("substantial", "high")):
            if high in offered and not set(levels.get(low, [])) <= set(
                    levels.get(high, [])):
                yield at + "%s asks less than %s" % (high, low)
    for claim in sorted(have["claims"]):
        for level in sorted(offered):
            if (claim, level) not in met:
                yield "/requirements: none for %s at level %s" % (claim, level)
    used = {item["principle"] for item in scheme["requirements"]}
    for principle in sorted(have["principles"] - used):
        yield "/principles: %s has no requirement" % principle


def methods_of_levels(scheme):
    """Yield levels without what Art. 52(5) and (6) want evaluated."""
    asked = {}
    for item in scheme["requirements"]:
        for level, methods in item["levels"].items():
            asked.setdefault(level, set()).update(methods)
    want = {"basic": {"document-review"},
            "substantial": {"document-review", "vulnerability-scan",
                            "functional-test"},
            "high": {"penetration-test"}}
    for level in scheme["levels"]:
        missing = want[level["code"]] - asked.get(level["code"], set())
        if level["offered"] and missing:
            yield "/levels: %s is offered without %s (Art. 52)" % (
                level["code"], ", ".join(sorted(missing)))


def evidence(scheme):
    """Yield requirements that evidence names and that do not exist."""
    ids = {item["id"] for item in scheme["requirements"]}
    for item in scheme["evidence"]:
        for name in sorted(set(item["requirements"]) - ids):
            yield "/evidence %s: no requirement %s" % (item["code"], name)


def floor(row):
    """Yield what no scheme may give up, as ca/record/scheme_row.c has it."""
    kind = row["kind"]
    counted = {"officers": "manager", "catalogue": "manager", "trust": "root",
               "scheme": "root"}
    may = {counted.get(kind, "assessor")}
    if kind not in counted and kind != "assessment":
        may = {"registrar", "reviewer", "decider"}
    if not set(row["proposer"]) <= may:
        yield "a role that may not propose this"
    if (kind in counted) != ("threshold" in row):
        yield "approved by count, or by roles?"
        return
    if kind in counted:
        if counted[kind] not in row["threshold"]:
            yield "expected signatures of " + counted[kind]
        return
    if row["not_assessor"] != (kind != "assessment"):
        yield "an assessor may not judge, and has to assess"
    asked = row["approvers"]
    if "any" not in asked and kind not in ("grant", "refuse", "renew",
                                           "amend"):
        yield "has no level"
    if "administrative" in asked and kind != "amend":
        yield "is never administrative"
    for level, roles in asked.items():
        if "decider" not in roles and (roles or kind not in (
                "application", "evidence", "surveillance", "complaint",
                "appeal", "vulnerability", "assessment", "suspend", "halt",
                "disable")):
            yield "%s: no decider among the approvers" % level
    if "any" not in asked and not len(asked["basic"]) <= len(
            asked["substantial"]) <= len(asked["high"]):
        yield "a higher level has fewer approvers"


def decisions(scheme, schema):
    """Yield kinds and reasons that the table does not hold as it must."""
    kinds = schema["$defs"]["kind"]["enum"]
    found = [row["kind"] for row in scheme["decisions"]]
    if found != kinds:
        yield "/decisions: expected each kind once, in this order: %s; " \
            "found: %s" % (" ".join(kinds), " ".join(found))
    for row in scheme["decisions"]:
        for what in floor(row):
            yield "/decisions %s: %s" % (row["kind"], what)
    for kind in ("refuse", "suspend", "withdraw", "void", "end"):
        if not any(kind in reason["for"] for reason in scheme["reasons"]):
            yield "/reasons: none for " + kind


def articles(scheme):
    """Yield what the table of Art. 54(1) names and is not there."""
    ids = {item["id"] for item in scheme["requirements"]}
    if "".join(row["point"] for row in scheme["article_54"]) != POINTS:
        yield "/article_54: expected each of a to v once, in order"
    for row in scheme["article_54"]:
        for where in row.get("where", []):
            name = where["at"].split()[0]
            good = {"scheme": pointed(scheme, where["at"]),
                    "requirement": where["at"] in ids,
                    "object": name.endswith(".cddl") and
                              os.path.exists(SCHEMAS + name),
                    "page": where["at"].startswith("/"),
                    "command": name in ("keurmerk", "keurmerkctl",
                                        "keurmerkd"),
                    "tree": not where["at"].startswith("/")}[where["in"]]
            if not good:
                yield "/article_54 %s: no %s %s" % (
                    row["point"], where["in"], where["at"])


def words(data, never):
    """Yield texts with words that are never used, or in one language."""
    for path, item in walk(data):
        if not isinstance(item, dict) or not {"nl", "en"} & set(item):
            continue
        for language in ("nl", "en"):
            text = item.get(language)
            if not text:
                yield "%s: no %s" % (path, language)
            elif isinstance(text, str) and item not in NAMES:
                for word in never[language]:
                    if re.search(r"\b%s\b" % re.escape(word), text, re.I):
                        yield "%s/%s: never says %s" % (path, language, word)


def agree(scheme, glossary):
    """Yield where the scheme names a thing by other words."""
    for part in ("levels", "claims", "reasons"):
        for item in scheme[part]:
            term = glossary[part][item["code"]]
            if item["name"] != {"nl": term["nl"], "en": term["en"]}:
                yield "/%s %s: not the glossary's words" % (part, item["code"])
            if item.get("number") != term.get("number"):
                yield "/%s %s: not its number" % (part, item["code"])


def judge(text, schema, glossary):
    """All that is wrong with the text of a scheme."""
    try:
        scheme = load(text)
    except ValueError as error:
        return [str(error)]
    wrong = list(shape(schema, scheme))
    if wrong:
        return wrong	# the rest reads what the shape promises
    if next(iter(scheme)) != "notice":
        wrong.append("/: expected notice as the first member")
    for part, key in (("services", "code"), ("methods", "code"),
                      ("principles", "id"), ("requirements", "id"),
                      ("evidence", "code"), ("claims", "code")):
        wrong += twice(scheme, part, key)
    for rule in (requirements, methods_of_levels, evidence, articles):
        wrong += rule(scheme)
    wrong += decisions(scheme, schema)
    wrong += words(scheme, glossary["never"])
    wrong += agree(scheme, glossary)
    return wrong


def put(pointer, value):
    """A damage: put value there."""
    def damage(scheme):
        *path, last = pointer[1:].split("/")
        for step in path:
            scheme = scheme[int(step) if isinstance(scheme, list) else step]
        scheme[int(last) if isinstance(scheme, list) else last] = value
    return damage


def drop(pointer):
    """A damage: take away what is there."""
    def damage(scheme):
        *path, last = pointer[1:].split("/")
        for step in path:
            scheme = scheme[int(step) if isinstance(scheme, list) else step]
        del scheme[int(last) if isinstance(scheme, list) else last]
    return damage


def swap(part, i, j):
    """A damage: these two change places."""
    def damage(scheme):
        scheme[part][i], scheme[part][j] = scheme[part][j], scheme[part][i]
    return damage


def last(name):
    """A damage: this member comes last."""
    def damage(scheme):
        scheme[name] = scheme.pop(name)
    return damage


DAMAGED = [	# what is done to the default scheme, what must be said of it
    (put("/extra", 1), "extra"),
    (put("/requirements/0/extra", 1), "extra"),
    (put("/id", "Voorbeeld"), "/id"),
    (put("/id", "a" * 33), "/id"),
    (put("/version", 0), "/version"),
    (put("/version", True), "/version"),
    (drop("/notice"), "notice"),
    (last("notice"), "first member"),
    (drop("/notice/en"), "/notice"),
    (put("/name/nl", ""), "/name/nl"),
    (put("/name/nl", "keur\u00admerk"), "repertoire"),
    (put("/name/nl", "keurmerk \u202e"), "repertoire"),
    (put("/purpose/nl", "Dan is uw leverancier veilig."), "never says veilig"),
    (put("/levels/0/code", "low"), "/levels/0/code"),
    (put("/levels/1/self_declaration", True), "self_declaration"),
    (swap("levels", 0, 1), "/levels/0/code"),
    (put("/levels/2/offered", True), "penetration-test"),
    (put("/levels/0/name/nl", "laag"), "not the glossary's words"),
    (put("/claims/1/code", "basic_measures"), "basic_measures stands twice"),
    (put("/claims/0/objects", []), "/claims/0/objects"),
    (put("/services/1/code", "cloud"), "cloud stands twice"),
    (put("/services", []), "/services"),
    (put("/methods/0/guide_minutes", 1.5), "guide_minutes"),
    (put("/requirements/0/principle", "P9"), "no principle P9"),
    (put("/requirements/0/id", "P2-99"), "numbered under another"),
    (put("/requirements/1/id", "P1-01"), "P1-01 stands twice"),
    (put("/requirements/0/services", ["fax"]), "no fax"),
    (put("/requirements/0/levels/basic", ["guess"]), "no method guess"),
    (put("/requirements/0/levels/basic", []), "levels/basic"),
    (put("/requirements/0/levels", {"low": ["interview"]}), "low"),
    (drop("/requirements/0/levels/substantial"), "asks less than basic"),
    (put("/requirements/0/claims", []), "claims"),
    (put("/requirements/0/references", ["A text that was copied"]),
     "references"),
    (drop("/requirements/0/text/en"), "/requirements/0/text"),
    (put("/evidence/0/requirements/P9-99", "equal"), "no requirement P9-99"),
    (put("/evidence/0/requirements/P1-01", "none"), "P1-01"),
    (swap("reasons", 0, 1), "/reasons/0"),
    (put("/reasons/0/for", ["grant"]), "/reasons/0/for"),
    (put("/reasons/5/for", ["suspend"]), "none for void"),
    (drop("/decisions/3"), "/decisions"),
    (swap("decisions", 0, 1), "in this order"),
    (put("/decisions/1/kind", "grant"), "in this order"),
    (put("/decisions/0/kind", "erase"), "/decisions/0"),
    (put("/decisions/0/proposer", ["clerk"]), "/decisions/0"),
    (put("/decisions/11/approvers/any", ["decider"]), "/decisions/11"),
    (put("/decisions/11/distinct", False), "/decisions/11"),
    (put("/decisions/11/not_assessor", False), "assessor may not judge"),
    (put("/decisions/10/not_assessor", True), "has to assess"),
    (put("/decisions/10/proposer", ["registrar"]), "may not propose"),
    (put("/decisions/11/proposer", ["assessor"]), "may not propose"),
    (put("/decisions/11/approvers/basic", ["reviewer"]), "basic: no decider"),
    (put("/decisions/11/approvers/high", ["decider"]), "fewer approvers"),
    (put("/decisions/11/approvers/administrative", ["decider"]),
     "never administrative"),
    (put("/decisions/15/approvers/any", []), "any: no decider"),
    (put("/decisions/15/approvers", dict.fromkeys(
        ("basic", "substantial", "high"), ["decider"])), "has no level"),
    (put("/decisions/24/threshold", {"manager": 1}), "/decisions/24"),
    (put("/decisions/24/threshold", {"root": "trust-list"}), "of manager"),
    (put("/decisions/26/threshold", {"manager": 2}), "of root"),
    (put("/decisions/26", {
        "kind": "trust", "proposer": ["root"], "approvers": {"any": []},
        "distinct": True, "not_assessor": True, "not_conflicted": True}),
     "by count"),
    (put("/periods/attestation_days_max", "3 years"), "attestation_days_max"),
    (put("/periods/list_days", 8), "list_days"),
    (drop("/periods/epoch_days"), "epoch_days"),
    (drop("/article_54/5"), "/article_54"),
    (swap("article_54", 0, 1), "/article_54/0"),
    (put("/article_54/0/where/0/at", "/nothing"), "no scheme /nothing"),
    (put("/article_54/15/where/0/at", "lost.cddl"), "no object lost.cddl"),
    (drop("/article_54/19/not_applicable"), "/article_54/19"),
]

GLOSSARY_DAMAGED = [
    (drop("/verdicts/expired"), "expired"),
    (drop("/verdicts/valid/do"), "/verdicts/valid"),
    (drop("/verdicts/untrusted/environment"), "/verdicts/untrusted"),
    (put("/verdicts/good", {}), "good"),
    (drop("/terms/mark/en"), "/terms/mark"),
    (drop("/decisions/void"), "/decisions"),
    (put("/reasons/other", {"number": 1, "nl": "a", "en": "a"}), "/reasons"),
    (put("/reasons/misuse/number", 6), "1 to 7 in order"),
    (put("/levels/basic/note", "a"), "note"),
    (put("/checks/passed/nl", "veilig"), "never says veilig"),
]


def prove(text, schema, glossary):
    """Each rule can fail, and says so."""
    for i, (damage, want) in enumerate(DAMAGED):
        scheme = copy.deepcopy(load(text))
        damage(scheme)
        said = judge(json.dumps(scheme, ensure_ascii=False), schema, glossary)
        if not any(want in line for line in said):
            sys.exit("scheme.py: damage %d: expected %r to be said, found %s" %
                     (i + 1, want, said or "nothing"))
    for bad, want in (('{"a": 1, "a": 2}', "stands twice"),
                      ('{"a": "\\u0041"}', "an escape"),
                      ('{"a": 1} 2', "Extra data"), ("", "Expecting value")):
        if want not in judge(bad, schema, glossary)[0]:
            sys.exit("scheme.py: expected %r to be said of %r" % (want, bad))


def judge_glossary(glossary, schema):
    """All that is wrong with the glossary."""
    wrong = list(shape(schema, glossary))
    if wrong:
        return wrong
    rest = {part: glossary[part] for part in glossary if part != "never"}
    wrong += words(rest, glossary["never"])
    numbers = [reason["number"] for reason in glossary["reasons"].values()]
    if numbers != list(range(1, 8)):
        wrong.append("/reasons: expected numbers 1 to 7 in order")
    return wrong


def prove_glossary(glossary, schema):
    """Each rule can fail, and says so."""
    for i, (damage, want) in enumerate(GLOSSARY_DAMAGED):
        bad = copy.deepcopy(glossary)
        damage(bad)
        said = judge_glossary(bad, schema)
        if not any(want in line for line in said):
            sys.exit("scheme.py: damage %d of the glossary: expected %r to be"
                     " said, found %s" % (i + 1, want, said or "nothing"))


def main():
    schema = read("scheme.schema.json")
    words_schema = read("glossary.schema.json")
    for each in (schema, words_schema):
        jsonschema.Draft202012Validator.check_schema(each)
    with open(SCHEMAS + "glossary.json", encoding="utf-8") as file:
        glossary = load(file.read())
    path = sys.argv[1] if len(sys.argv) == 2 else SCHEMAS + "scheme.json"
    with open(path, encoding="utf-8") as file:
        text = file.read()

    wrong = ["%sglossary.json: %s" % (SCHEMAS, line)
             for line in judge_glossary(glossary, words_schema)]
    wrong += ["%s: %s" % (path, line)
              for line in judge(text, schema, glossary)]
    if wrong:
        print("\n".join(wrong))
        return 1
    if len(sys.argv) == 1:
        prove(text, schema, glossary)
        prove_glossary(glossary, words_schema)
        print("%d damaged schemes and %d glossaries were refused" % (
            len(DAMAGED) + 4, len(GLOSSARY_DAMAGED)))
    return 0


sys.exit(main())
