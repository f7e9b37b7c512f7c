# SPDX-License-Identifier: EUPL-1.2
"""A vector, a group of them, and what the design says of every answer.

Nothing here asks a verifier: exit statuses, whether claims are repeated and
which checks stand in which order are written down from design section 4, and
each vector states its own verdict and failing checks.
"""

import json

from maker.cbor import Map, Raw, write
from maker.keys import sha256
from maker.vectors import NOW

# Design section 4, the table of verdicts.
EXIT = {"valid": 0, "malformed": 10, "untrusted": 11, "not-yet-valid": 12,
        "expired": 13, "withdrawn": 14, "suspended": 15, "superseded": 16,
        "wrong-origin": 17, "unmet": 18, "not-listed": 19,
        "undetermined": 20}

# The fixed array of checks; failed and warned are given in its order.
CHECKS = ["badge", "attestation", "picture", "trust", "trust-date", "issuer",
          "key", "signature", "key-period", "key-revoked", "environment",
          "not-before", "expiry", "status-list", "status-age", "status",
          "epoch", "epoch-age", "epoch-memory", "status-proof",
          "register-proof", "origin", "holder", "document", "demands",
          "body", "listed", "names"]

# Before a key vouches for it, no claim is repeated: one of these failed.
SILENT = {"badge", "attestation", "trust", "trust-date", "issuer", "key",
          "signature", "key-period", "key-revoked", "environment"}

ENVIRONMENTS = {"production": 0, "demonstration": 1, "exercise": 2}
CLAIMS = {"basic_measures": 1, "policy_advice": 2}
LEVELS = {"basic": 1, "substantial": 2, "high": 3}


def policy_cbor(policy):
    """schemas/policy.cddl: what has no effect is left out."""
    pairs = []

    def put(key, item):
        if item:
            pairs.append([key, item])

    put(1, ENVIRONMENTS[policy.get("environment", "production")])
    if policy.get("self_declaration"):
        pairs.append([2, Raw(b"\xf5")])
    put(3, [Map([[1, CLAIMS[each["claim"]]]] +
                ([[2, each["service"]]] if "service" in each else []) +
                [[3, LEVELS[each["level"]]]])
            for each in policy.get("demands", [])])
    put(4, policy.get("holder"))
    put(5, policy.get("bodies"))
    for key, name in ((6, "status_age"), (7, "epoch_age"), (8, "trust_age")):
        age = policy.get(name, {})
        pair = [age.get("warn", 0), age.get("fail", 0)]
        put(key, pair if any(pair) else None)
    put(9, policy.get("skew"))
    if "remember" in policy:
        pairs.append([10, [policy["remember"]["number"],
                           bytes.fromhex(policy["remember"]["hash"])]])
    put(11, policy.get("origin"))
    return write(Map(pairs))



class Objects:
    """Objects that several vectors use, each under a name."""
    def __init__(self):
        self.named, self.names = {}, {}

    def add(self, name, data, about, zeros=0):
        if name in self.named:
            raise AssertionError("object %s: twice" % name)
        self.named[name] = {"about": about, "hex": data.hex()}
        if zeros:
            self.named[name]["zeros"] = zeros
        else:
            self.names.setdefault(data, name)
        return "@" + name

    def ref(self, data):
        """"@NAME" where it has one, else hex."""
        if isinstance(data, str):
            if data[1:] not in self.named:
                raise AssertionError("no object %s" % data)
            return data
        return "@" + self.names[data] if data in self.names else data.hex()

    def text(self):
        head = ('{"about": "Objects that vectors name as @NAME: hex, and '
                'zeros where so many zero bytes follow.",\n"objects": {\n')
        return head + ",\n".join(
            "%s: %s" % (json.dumps(name), json.dumps(item))
            for name, item in self.named.items()) + "\n}}\n"


OBJECTS = Objects()
ASKED = set()


def question(vector):
    """A vector without its name and answer."""
    return json.dumps({key: value for key, value in vector.items()
                       if key not in ("id", "rule", "description", "expect")},
                      sort_keys=True)


class Group:
    """pin, objects, now: what its vectors are asked under, if not said."""
    def __init__(self, name, description, rule, pin, objects, badge=None):
        self.name, self.description, self.rule = name, description, rule
        self.pin, self.objects, self.badge = pin, list(objects), badge
        self.vectors = []

    def add(self, id_, description, verdict, failed=(), warned=(),
            badge=None, rule=None, pin=None, objects=None, adds=None,
            policy=None, origin="", now=NOW, binding="none", claims=None,
            register=None, exit_=None, once=False, **more):
        """
        failed, warned: (check, why) pairs; adds: the result of each object,
        all ok where not said; register: (runs, result, by, key).
        once: leave out what another rule has asked already. more: what is
        expected besides.
        """
        objects = self.objects if objects is None else list(objects)
        badge = self.badge if badge is None else badge
        failed, warned = sorted_checks(failed), sorted_checks(warned)
        expect = {
            "verdict": verdict,
            "exit": EXIT[verdict] if exit_ is None else exit_,
            "binding": binding,
            "claims": not any(check in SILENT for check, _ in failed)
                      if claims is None else claims,
            "failed": failed, "warned": warned,
            "adds": list(adds) if adds else ["ok"] * len(objects), **more}
        vector = {"id": id_, "rule": rule or self.rule,
                  "description": description,
                  "trust_pin": OBJECTS.ref(pin or self.pin),
                  "objects": [OBJECTS.ref(each) for each in objects]}
        if register is not None:
            runs, result, by, key = register
            vector["register"] = {
                "runs": [OBJECTS.ref(each) for each in runs]}
            if by is not None:
                vector["register"].update(by=by, key=key)
            expect["register"] = result
        encoded = policy_cbor(policy or {})
        vector.update(badge=OBJECTS.ref(b"" if badge is None else badge),
                      policy=policy or {}, policy_cbor=encoded.hex(),
                      policy_sha256=sha256(encoded).hex(),
                      origin=origin, now=now, expect=expect)
        if once and question(vector) in ASKED:
            return
        ASKED.add(question(vector))
        if len(expect["adds"]) != len(objects):
            raise AssertionError("%s: a result for each object" % id_)
        self.vectors.append(vector)

    def text(self):
        head = {"group": self.name, "description": self.description,
                "count": len(self.vectors)}
        lines = ["%s: %s," % (json.dumps(key), json.dumps(value))
                 for key, value in head.items()]
        return "{%s\n\"vectors\": [\n%s\n]}\n" % ("\n".join(lines), ",\n".join(
            json.dumps(each, ensure_ascii=False) for each in self.vectors))


def sorted_checks(pairs):
    """As the report has them; a check fails once and for one reason."""
    found = sorted((CHECKS.index(check), why) for check, why in pairs)
    if len({place for place, _ in found}) != len(found):
        raise AssertionError("a check twice: %s" % (pairs,))
    return [[CHECKS[place], why] for place, why in found]
