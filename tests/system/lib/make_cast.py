#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""
A published tree with a fictional cast: holders in every status, level and
document type, with names that are traps for whoever shows them.

	make_cast.py DIR [--now SECONDS] [--environment NAME] [--authority URL]

	DIR/pin		trust list 1
	DIR/tree	what is published: trust, epoch, lists, register, scheme
			and bodies
	DIR/cast.json	who is who: a list of {name, number, status, kvk, hosts}

The environment is production, demonstration or exercise. Keys are test keys,
signed by a generator that shares no code with ours (tests/vectors/maker).
"""

import argparse
import json
import os
import sys
import time

sys.dont_write_bytecode = True
TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
sys.path.insert(0, os.path.join(TOP, "tests", "vectors"))

from maker import attestation, epoch, status, tree, trust
from maker.cbor import Map, write
from maker.cose import AUTHORITY
from maker.keys import sha256
from maker.kinds import line

DAY = 86400
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ENVIRONMENTS = {"production": None, "demonstration": 1, "exercise": 2}
STATUS = {"grant": 0, "renew": 0, "amend": 0, "lift": 0, "withdraw": 1,
          "end": 1, "void": 1, "suspend": 2, "supersede": 3}
BODIES = [
    ("C 901", "Keuringsdienst Voorbeeld B.V.", "substantial", "2024-01-01",
     "2029-01-01"),
    ("C 902", "Noordkeur Certificatie", "substantial", "2025-06-01",
     "2030-06-01"),
    ("C 903", "Basistoets Nederland", "basic", "2022-03-01", "2026-03-01"),
]
W, N, C, B, WEB, APP, T = ("workplace", "network", "cloud", "backup", "web",
                           "application", "telephony")


def basic(*services, level=1):
    return [line(1, each, level) for each in services]


ADVICE = [line(2, None, 2)]


def who(name, place, lines, events=((-200, "grant", None),), **more):
    return dict(name=name, place=place, lines=lines, events=events, **more)


CAST = [
    who("Voorbeeld ICT B.V.", "Utrecht",
        basic(W, C, level=2) + ADVICE, trade=["Voorbeeld ICT", "Vb-Cloud"],
        hosts=["voorbeeld-ict.example", "www.voorbeeld-ict.example"],
        left_out=["Printers en kopieermachines", "Werk van onderaannemers"],
        evidence=[["iso-27001", "NL-2025-0417"], ["cyfun", "BASIC-2025-88"]],
        lei="529900T8BM49AURSDO55", information=
        "https://voorbeeld-ict.example/beveiliging"),
    who("De Jong & Zn. Automatisering", "Zwolle", basic(W, B), body=1,
        trade=["De Jong Computers"], hosts=["dejong.example"]),
    who("Caf\u00e9-ICT Groningen B.V.", "Groningen", basic(N), body=1,
        hosts=["cafe-ict.example"]),
    who("Waddenweb", "Den Burg", basic(WEB), hosts=["waddenweb.example"]),
    who("Zuiderlicht Hosting B.V.", "Maastricht", basic(C, level=2),
        ((-300, "grant", None), (-20, "suspend", 4)),
        hosts=["zuiderlicht.example"]),
    who("Polder Telecom V.O.F.", "Lelystad", basic(T),
        ((-320, "grant", None), (-90, "suspend", 3), (-12, "withdraw", 3)),
        hosts=["poldertelecom.example"], body=1),
    who("Lente Systemen B.V.", "Breda", basic(APP),
        ((-340, "grant", None), (-45, "end", 1)),
        hosts=["lentesystemen.example"]),
    who("Maas en Merwede IT B.V.", "Gorinchem", basic(W),
        ((-330, "grant", None), (-25, "void", 6)),
        hosts=["maasmerwede.example"]),
    who("Heideveld Beheer B.V.", "Ede", basic(W, N), ((-400, "grant", None),),
        until=-10, hosts=["heideveld.example"], body=1),
    who("Morgenster Cloud B.V.", "Haarlem", basic(C, B, level=2),
        ((-1, "grant", None),), since=14,
        hosts=["morgenster.example"]),
    who("Stadsnet Amersfoort B.V.", "Amersfoort", basic(N, level=2),
        ((-390, "grant", None), (-150, "suspend", 5), (-120, "lift", None)),
        hosts=["stadsnet.example"]),
    who("Kwartet Kantoorautomatisering", "Deventer", basic(W),
        ((-380, "grant", None), (-30, "supersede", None)),
        hosts=["kwartet.example"], again=dict(
            lines=basic(W, B), events=((-60, "amend", None),))),
    who("Tulp & Partners B.V.", "Lisse", basic(W, level=2) + ADVICE,
        ((-350, "grant", None),), until=40, hosts=["tulp.example"],
        again=dict(events=((-15, "renew", None),), until=405)),
    who("Ooievaar Advies", "Den Haag", ADVICE, hosts=["ooievaar.example"]),
    who("Zelfbouw Sites", "Almere", basic(WEB), own=True,
        hosts=["zelfbouw.example"]),
    who("Brugse Netwerken BV", "Brugge", basic(N, C), sub="NTRBE-0123456789",
        euid="BEKBO.0123456789", hosts=["brugsenetwerken.example"]),
    who("M\u00fcller Systemh\u00e4user GmbH", "Kleve", basic(W),
        sub="NTRDE-HRB12345", hosts=["xn--mller-kva.example"]),
    who("<script>alert(1)</script> B.V.", "Utrecht", basic(WEB),
        trade=["\"><img src=x onerror=alert(2)>"]),
    who("=1+1 Automatisering", "Assen", basic(APP), trade=["@SUM(A1:A9)"]),
    who("+31 Support B.V.", "Leiden", basic(W), trade=["-2 Dagen Service"]),
    who("'t Hofke \"Digitaal\" & Co; B.V.", "Helmond", basic(W),
        hosts=["hofke.example"]),
    who("\u0141\u00f3d\u017a IT Diensten \u2013 Nederland B.V.", "Tilburg",
        basic(C)),
    who("Stichting Samenwerkende Automatiseerders in het Midden- en "
        "Kleinbedrijf van de Provincie Zuid-Holland en Omstreken",
        "Alphen aan den Rijn", basic(W, N, C, B, WEB, APP, T) + ADVICE,
        left_out=["Alles wat de klant zelf beheert", "Telefooncentrales van "
                  "voor 2015", "Werkplekken buiten Nederland"],
        hosts=["s%d.samen.example" % i for i in range(8)]),
]
FIRST = ["Noord", "Oost", "West", "Zuid", "Berg", "Dal", "Veen", "Duin"]
LAST = ["netwerk", "werk ICT", "data B.V."]
PLACES = ["Arnhem", "Delft", "Emmen", "Gouda", "Hoorn", "Kampen"]
CAST += [who(a + b, PLACES[(i + j) % 6], basic([W, N, C, B, WEB][(i + j) % 5],
             level=1 + i % 2), ((-50 - 7 * i - 50 * j, "grant", None),),
             hosts=["%s%d.example" % (a.lower(), j)], body=j % 2)
         for i, a in enumerate(FIRST) for j, b in enumerate(LAST)]
# Replaced, and no newer version: what our own signer never leaves behind, as
# the version that replaces another goes first; a register may still say it.
CAST += [who("Overgang Netwerkbeheer B.V.", "Roermond", basic(N),
             ((-310, "grant", None), (-35, "supersede", None)),
             hosts=["overgang.example"])]


def number(year, n):
    """Its check character by ISO 7064 MOD 37,36."""
    p = 36
    for each in "KM%04d%06d" % (year, n):
        p = (p + ALPHABET.index(each)) % 36
        p = (p or 36) * 2 % 37
    return "KM-%04d-%06d-%s" % (year, n, ALPHABET[(37 - p) % 36])


class Cast:
    def __init__(self, now, environment, authority):
        self.now, self.authority = now, authority
        self.environment = ENVIRONMENTS[environment]
        self.today = now // DAY * DAY
        self.leaves, self.said, self.people = [], [], []
        numbers = {}
        for i, each in enumerate(CAST):
            year = time.gmtime(now + each["events"][0][0] * DAY).tm_year
            numbers[year] = numbers.get(year, 0) + 1
            each = dict(each, number=number(year, numbers[year]),
                        kvk="%08d" % (90001000 + 37 * i))
            self.grant(each)
            if "again" in each:
                self.grant(dict(each, **each["again"]))

    def mark(self, each, assessed):
        sub = each.get("sub", "NTRNL-" + each["kvk"])
        body = BODIES[each.get("body", 0)]
        own = each.get("own", False)
        pairs = [[1, each["number"]], [2, self.environment],
                 [3, 2 if own else 1], [4, ["voorbeeld", 1]],
                 [5, sorted(each["lines"], key=write)], [6, each.get("left_out")],
                 [7, each["name"]], [8, each.get("trade")],
                 [9, each["place"]],
                 [10, each["kvk"] if sub.startswith("NTRNL") else None],
                 [11, each.get("euid")], [12, each.get("lei")],
                 [13, each.get("hosts")], [14, assessed],
                 [15, None if own else [body[1], body[0]]],
                 [16, None if own else "R-%s" % each["number"][3:14]],
                 [17, each.get("evidence")], [18, each.get("information")],
                 [19, 1]]
        return sub, Map([pair for pair in pairs if pair[1] is not None])

    def grant(self, each):
        idx = len(self.leaves)
        events = [[self.now + days * DAY, kind, reason]
                  for days, kind, reason in each["events"]]
        at = events[0][0]
        sub, mark = self.mark(each, at // DAY - 30)
        since = self.today + each["since"] * DAY if "since" in each else at
        until = self.today + each.get("until", 400) * DAY
        payload = Map([
            [1, self.authority], [2, sub], [4, until], [5, since], [6, at],
            [7, sha256(b"keurmerk cti" + sha256(b"cast %d" % idx))[:16]],
            [65535, attestation.place(idx, iss=self.authority)],
            [-65537, mark]])
        data = attestation.signed(payload, iss=self.authority,
                                  sub=sub).bytes()
        said = STATUS[events[-1][1]]
        self.leaves.append(write([idx, data, said, events]))
        self.said.append(said)
        self.people.append(dict(
            name=each["name"], number=each["number"], index=idx,
            status=["valid", "withdrawn", "suspended", "superseded"][said],
            kvk=each["kvk"] if sub.startswith("NTRNL") else None,
            hosts=each.get("hosts", [])))

    def trust(self):
        since, until = self.now - 1000 * DAY, self.now + 1000 * DAY
        keys = [trust.trust_key(trust.ATTEST_KEY, 1, since, until),
                trust.trust_key(trust.PUBLISH_KEY, 2, since, until)]
        payload = trust.payload(keys=keys, environment=self.environment,
                                authority=self.authority,
                                issued=self.now - 999 * DAY)
        return trust.signed(payload.with_(5, self.now + 365 * DAY)).bytes()

    def list(self, this):
        size = (len(self.said) + 3) // 4
        data = bytearray(16384)
        for i, value in enumerate(self.said):
            data[i // 4] |= value << i % 4 * 2
        if size > len(data):
            raise AssertionError("make_cast.py: more than one list")
        return status.signed(status.claims(
            status.run_deflated(bytes(data)), iss=self.authority, iat=this,
            exp=this + 7 * DAY), iss=self.authority,
            sub=self.authority + "/status/0").bytes()

    def bodies(self):
        year = time.gmtime(self.now).tm_year
        return json.dumps({"authority": self.authority, "bodies": [{
            "accreditation": code, "counts": [
                {"granted": 12 + 3 * i + 9 * k, "refused": 1 + i,
                 "suspended": i, "withdrawn": k, "year": year - 2 + k}
                for k in range(3)], "from": since, "level": level,
            "name": name, "until": until}
            for i, (code, name, level, since, until) in enumerate(BODIES)]},
            sort_keys=True, separators=(",", ":")).encode() + b"\n"

    def epoch(self, put):
        this = self.now - 600
        with open(os.path.join(TOP, "schemas", "scheme.json"), "rb") as f:
            scheme = f.read()
        pin, list_, bodies = self.trust(), self.list(this), self.bodies()
        leaves = [tree.leaf(each) for each in self.leaves]
        root = tree.root(leaves)
        put("trust/1", pin)
        put("status/0", list_)
        put("bodies.json", bodies)
        put("scheme/voorbeeld/1.json", scheme)
        put("register/" + root.hex(), b"".join(self.leaves))
        put("register/index/12", write([len(leaves), [root]]))
        payload = epoch.payload(
            12, sha256(b"epoch 11"), this, (len(leaves), root),
            (1, tree.root([tree.leaf(sha256(list_))])))
        payload = payload.with_(5, [1, sha256(pin)]).with_(
            6, sha256(scheme)).with_(7, sha256(bodies))
        data = epoch.signed(payload, iss=self.authority).bytes()
        put("epochs/12", data)
        put("epoch", data)
        return pin


def main():
    args = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    args.add_argument("dir")
    args.add_argument("--now", type=int, default=int(time.time()))
    args.add_argument("--environment", choices=ENVIRONMENTS,
                      default="production")
    args.add_argument("--authority", default=AUTHORITY)
    args.add_argument("--first", type=int, default=len(CAST),
                      help="only so many of the holders")
    args = args.parse_args()
    top = args.dir
    del CAST[args.first:]

    def put(name, data):
        path = os.path.join(top, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(data)

    cast = Cast(args.now, args.environment, args.authority)
    put("pin", cast.epoch(lambda name, data: put("tree/" + name, data)))
    put("cast.json", json.dumps(cast.people, indent=1).encode() + b"\n")


if __name__ == "__main__":
    main()
