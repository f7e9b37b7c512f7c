# SPDX-License-Identifier: EUPL-1.2
"""What the caller asks for, and which verdict comes first."""

from maker import attestation, badge, epoch, status
from maker.attestation import FULL_MARK, PLAIN_MARK, claims, place, signed
from maker.keys import key, sha256
from maker.kinds import line
from maker.vectors import DAY, NOW

from .vector import Group
from .world import FULL, GOOD, HOST, HOUR, KNOWN, PIN, RICH, T1, at, in_map


def mark(lines, base=PLAIN_MARK):
    """A good attestation of these claim lines."""
    return signed(claims(base.with_(5, lines))).bytes()


def demand(claim, level, service=None):
    asked = {"claim": claim}
    if service is not None:
        asked["service"] = service
    asked["level"] = level
    return asked


def origins():
    group = Group("origin", "Genuine is not yours: the host that shows the "
                  "badge is one that the attestation names, exactly, or it "
                  "is on the wrong site.", "R34, R35, design section 4: "
                  "wrong-origin", PIN, KNOWN, RICH)
    wrong = [("origin", "origin")]
    many = signed(claims(FULL.with_(13, [
        "a.example", "b.example", "xn--bcher-kva.example"]))).bytes()
    group.add("origin-exact", "the host that it names", "valid",
              origin=HOST, binding="origin")
    group.add("origin-none", "no site asked: not bound to anybody", "valid")
    for host in ("a.example", "b.example", "xn--bcher-kva.example"):
        group.add("origin-of-several-" + host.replace(".", "-").replace(
            "--", "-"), "any of those that it names", "valid", badge=many,
            origin=host, binding="origin")
    for name, why, host in (
            ("sub-domain", "no wildcard", "www.ict.example"),
            ("deep-sub-domain", "no wildcard", "a.b.ict.example"),
            ("parent", "no suffix of it", "example"),
            ("suffix", "a longer name", "ict.example.nl"),
            ("suffix-look-alike", "a longer name that begins with it",
             "ict.example.badges.example"),
            ("prefix", "a longer label", "mijnict.example"),
            ("prefix-hyphen", "a longer label", "my-ict.example"),
            ("prefix-of-it", "a shorter name", "ict.exampl"),
            ("digit-look-alike", "1 for l", "ict.examp1e"),
            ("letter-look-alike", "l for i", "lct.example"),
            ("swapped", "letters swapped", "itc.example"),
            ("upper-case", "A-labels in lower case: the caller lowers",
             "ICT.EXAMPLE"),
            ("mixed-case", "A-labels in lower case", "Ict.example"),
            ("trailing-dot", "no final point", "ict.example."),
            ("leading-dot", "no first point", ".ict.example"),
            ("two-dots", "no empty label", "ict..example"),
            ("port", "a host without port", "ict.example:443"),
            ("scheme", "a host, no URL", "https://ict.example"),
            ("path", "a host, no URL", "ict.example/"),
            ("user", "a host, no URL", "ict.example@evil.example"),
            ("user-before", "a host, no URL", "evil.example@ict.example"),
            ("space-after", "no white space", "ict.example "),
            ("space-before", "no white space", " ict.example"),
            ("star", "no wildcard", "*.example"),
            ("punycode", "another name in A-labels", "xn--ct-3ia.example"),
            ("cyrillic", "U+0456 looks like i", "\u0456ct.example"),
            ("fullwidth", "U+FF49 is not i", "\uff49ct.example"),
            ("ideographic-stop", "U+3002 is no point", "ict\u3002example"),
            ("zero-width", "U+200B cannot be seen", "ict\u200b.example"),
            ("address", "no host that it names", "192.0.2.1"),
            ("localhost", "no host that it names", "localhost"),
            ("authority", "the authority's own host is not the holder's",
             "keurmerk.example"),
            ("longer-than-a-host", "300 letters", "a" * 300)):
        group.add("origin-" + name, why, "wrong-origin", wrong, origin=host)
    group.add("origin-u-label", "the name in letters, not in A-labels",
              "wrong-origin", wrong, badge=many,
              origin="b\u00fccher.example")
    group.add("origin-no-hosts", "an attestation that names no host is on "
              "no site", "wrong-origin", wrong, badge=GOOD, origin=HOST)
    both = "design section 4: origin; of two both count"
    group.add("origin-in-the-policy", "the site may be in the policy",
              "valid", policy={"origin": HOST}, binding="origin", rule=both)
    group.add("origin-in-the-policy-and-shown", "the same in both", "valid",
              policy={"origin": HOST}, origin=HOST, binding="origin",
              rule=both)
    group.add("origin-in-the-policy-and-another-shown", "both are named by "
              "it", "valid", badge=many, policy={"origin": "a.example"},
              origin="b.example", binding="origin", rule=both)
    for name, asked, shown in (
            ("wrong-in-the-policy", "www.ict.example", ""),
            ("wrong-in-the-policy-right-shown", "evil.example", HOST),
            ("right-in-the-policy-wrong-shown", HOST, "evil.example")):
        group.add("origin-" + name, "one of them is not named by it",
                  "wrong-origin", wrong, policy={"origin": asked},
                  origin=shown, rule=both)
    group.add("origin-wrong-holder-right", "bound to the holder, and on the "
              "wrong site", "wrong-origin", wrong, origin="evil.example",
              policy={"holder": "90000011"}, binding="holder")
    group.add("origin-right-holder-right", "bound to the origin first",
              "valid", origin=HOST, policy={"holder": "90000011"},
              binding="origin")
    return group


def demands():
    group = Group("policy", "Holder, kind of document, demands and bodies. A "
                  "demand is met by one claim line, never by parts of "
                  "several; what was not evaluated has failed.",
                  "design section 4: unmet", PIN, KNOWN, RICH)

    def asked(name, why, policy, failed=(), **more):
        group.add("policy-" + name, why, "unmet" if failed else "valid",
                  failed, policy=policy, **more)

    holder = [("holder", "holder")]
    for name, why, text in (
            ("kvk", "its KVK number", "90000011"),
            ("sub", "its identifier", "NTRNL-90000011"),
            ("euid", "its EUID", "NLNHR.90000011"),
            ("lei", "its LEI", "529900T8BM49AURSDO55"),
            ("lei-in-full", "its LEI by EN 319 412-1",
             "LEIXG-529900T8BM49AURSDO55")):
        asked("holder-" + name, why, {"holder": text}, binding="holder")
    for name, why, text in (
            ("other-kvk", "another number", "90000012"),
            ("other-sub", "another number", "NTRNL-90000012"),
            ("of-another-country", "the same digits in Belgium",
             "NTRBE-90000011"),
            ("of-another-scheme", "the same digits as a VAT number",
             "VATNL-90000011"),
            ("other-euid", "another register", "BEKBO.90000011"),
            ("other-lei", "another LEI", "724500VKKSH9QOLTFR81"),
            ("other-lei-in-full", "another LEI",
             "LEIXG-724500VKKSH9QOLTFR81")):
        asked("holder-" + name, why, {"holder": text}, holder)
    asked("holder-euid-of-its-kvk", "the EUID that its KVK number makes",
          {"holder": "NLNHR.90000011"}, badge=GOOD, binding="holder")
    asked("holder-euid-of-another-kvk", "another number",
          {"holder": "NLNHR.90000012"}, holder, badge=GOOD)
    asked("holder-lei-it-has-not", "an LEI that it does not state",
          {"holder": "529900T8BM49AURSDO55"}, holder, badge=GOOD)

    own = signed(claims(PLAIN_MARK.without(15, 16).with_(3, 2))).bytes()
    document = [("document", "document")]
    asked("self-declaration", "the empty policy asks for a certificate", {},
          document, badge=own)
    asked("self-declaration-allowed", "where the policy takes it",
          {"self_declaration": True}, badge=own)
    asked("self-declaration-not-needed", "a certificate will do as well",
          {"self_declaration": True})
    asked("self-declaration-false", "false is as if it were absent",
          {"self_declaration": False}, document, badge=own)

    # RICH: basic_measures cloud substantial, policy_advice advies basic.
    unmet = [("demands", "demand")]
    basic, advice = "basic_measures", "policy_advice"
    asked("demand-met", "the very line", {"demands": [
        demand(basic, "substantial", "cloud")]})
    asked("demand-more-than-met", "a higher level than asked", {"demands": [
        demand(basic, "basic", "cloud")]})
    asked("demand-both-met", "each by its own line", {"demands": [
        demand(basic, "substantial", "cloud"),
        demand(advice, "basic", "advies")]})
    for name, why, what in (
            ("level", "a lower level than asked",
             demand(basic, "high", "cloud")),
            ("claim", "the other claim",
             demand(advice, "basic", "cloud")),
            ("service", "another service",
             demand(basic, "basic", "advies")),
            ("service-prefix", "a longer code",
             demand(basic, "basic", "cloud-2")),
            ("service-shorter", "a shorter code",
             demand(basic, "basic", "clou")),
            ("organisation", "asked of the organisation, held by a service",
             demand(basic, "basic"))):
        asked("demand-other-" + name, why, {"demands": [what]}, unmet)
    asked("demand-one-of-two", "each of them must be met", {"demands": [
        demand(basic, "substantial", "cloud"),
        demand(advice, "substantial", "advies")]}, unmet)
    asked("demand-last-of-sixteen", "the last one, too", {"demands": [
        demand(basic, level, service) for level, service in
        [("basic", "s%02d" % i) for i in range(15)] + [("high", "s15")]]},
        unmet, badge=mark([line(1, "s%02d" % i, 1) for i in range(16)]))
    asked("demand-sixteen", "as many as may be", {"demands": [
        demand(basic, "basic", "s%02d" % i) for i in range(16)]},
        badge=mark([line(1, "s%02d" % i, 1) for i in range(16)]))
    together = "R36, design section 1: by one line, never by parts of several"
    one = mark([line(1, "cloud", 1), line(1, "advies", 3)])
    asked("demand-level-of-another-service", "high stands at another "
          "service", {"demands": [demand(basic, "high", "cloud")]}, unmet,
          badge=one, rule=together)
    two = mark([line(1, "cloud", 3), line(2, "cloud", 1)])
    asked("demand-level-of-another-claim", "high stands at the other claim",
          {"demands": [demand(advice, "high", "cloud")]}, unmet, badge=two,
          rule=together)
    three = mark([line(1, None, 3), line(1, "cloud", 1)])
    asked("demand-level-of-the-organisation", "high stands at the "
          "organisation", {"demands": [demand(basic, "high", "cloud")]},
          unmet, badge=three, rule=together)
    four = mark([line(1, "cloud", 3)])
    asked("demand-organisation-by-a-service", "of a service alone",
          {"demands": [demand(basic, "basic")]}, unmet, badge=four,
          rule=together)
    five = mark([line(1, "cloud", 1), line(1, "advies", 2),
                 line(2, "cloud", 2), line(2, "advies", 1)])
    asked("demand-two-that-cross", "each level is there, of the other "
          "service", {"demands": [demand(basic, "substantial", "cloud"),
                                  demand(advice, "substantial", "advies")]},
          unmet, badge=five, rule=together)
    asked("demand-not-assessed", "a claim without a line is not assessed",
          {"demands": [demand(advice, "basic", "cloud")]}, unmet, badge=GOOD,
          rule="R23: not evaluated has failed")

    body = [("body", "body")]
    asked("body", "one of those that are accepted", {"bodies": ["C 999"]})
    asked("body-second", "any of them", {"bodies": ["C 998", "C 999"]})
    for name, number in (("other", "C 998"), ("longer", "C 9991"),
                         ("without-space", "C999"), ("name", "C")):
        asked("body-" + name, "another accreditation number",
              {"bodies": [number]}, body)
    asked("body-of-a-self-declaration", "it has none",
          {"bodies": ["C 999"], "self_declaration": True}, body, badge=own,
          rule="R23: not evaluated has failed")
    asked("all-unmet", "every check says so", {
        "holder": "90000012", "bodies": ["C 998"], "demands": [
            demand(basic, "high", "cloud")]},
        holder + unmet + body)
    asked("all-met", "every check says so", {
        "holder": "90000011", "bodies": ["C 999"], "demands": [
            demand(basic, "substantial", "cloud")], "skew": 60,
        "status_age": {"warn": 7200, "fail": 86400},
        "epoch_age": {"warn": 7200, "fail": 86400},
        "trust_age": {"warn": 90 * DAY, "fail": 100 * DAY}},
        binding="holder")
    return group


def names():
    group = Group("names", "Names with letters that pass for others: the "
                  "answer stands, and the report warns.", "R35: look-alikes "
                  "are flagged", PIN, KNOWN)
    for name, number, text in (
            ("click", 7, "Voorbee\u01c0d B.V."),
            ("long-s", 7, "Voorbeeld S\u017fteem"),
            ("digit-one", 7, "Voorbee1d B.V."),
            ("digit-zero", 7, "Vo0rbeeld B.V."),
            ("bar", 7, "Voorbee|d B.V."),
            ("kra", 7, "Voorbeeld \u0138ring"),
            ("dotless-j", 7, "\u0237an B.V."),
            ("last-letter", 7, "Voorbeel\u01c0"),
            ("in-a-trade-name", 8, ["E\u00e9n", "C\u01c0oud"])):
        group.add("names-" + name, "a letter that looks like another",
                  "valid", warned=[("names", "text")],
                  badge=signed(claims(FULL.with_(number, text))).bytes())
    for name, text in (("accents", "Caf\u00e9 \u0133sland \u00d8st"),
                       ("polish", "\u0141\u00f3d\u017a \u017b\u00f3\u0142w"),
                       ("vietnamese", "Ti\u1ebfng Vi\u1ec7t"),
                       ("digits", "Web3 4all 2day 365"),
                       ("punctuation", "A \u2013 \u201cB\u201d \u2026")):
        group.add("names-" + name, "letters that languages write", "valid",
                  badge=signed(claims(FULL.with_(7, text))).bytes())
    return group


def precedence():
    """The first that applies from malformed down is the verdict."""
    group = Group("precedence", "Several things are wrong: the verdict is "
                  "the first of the table, and every check says its own.",
                  "design section 4: the first that applies is the verdict",
                  PIN, KNOWN)
    far = sha256(b"far")
    rollback = {"remember": {"number": 11, "hash": far.hex()}}
    e10 = badge.WORLD.epoch
    known = KNOWN + [e10]

    def add(name, verdict, failed, idx=7, policy=None, origin="",
            objects=known, **claims_):
        payload = claims(FULL, status=place(idx), **claims_)
        group.add("first-" + name, "first: " + verdict, verdict, failed,
                  badge=signed(payload).bytes(), policy=policy,
                  origin=origin, objects=objects)

    memory = ("epoch-memory", "rollback")
    site, unmet = ("origin", "origin"), ("holder", "holder")
    over, early = ("expiry", "expired"), ("not-before", "early")
    other = dict(rollback, holder="90000012")
    evil = {"origin": "evil.example"}

    def value(name):
        return "status", name

    add("withdrawn-and-expired", "withdrawn", [value("withdrawn"), over], 1,
        exp=NOW)
    add("withdrawn-and-not-yet", "withdrawn", [value("withdrawn"), early], 1,
        nbf=NOW + 1)
    add("withdrawn-and-all-else", "withdrawn", [
        value("withdrawn"), over, site, unmet, memory], 1, other, exp=NOW,
        **evil)
    add("not-yet-and-suspended", "not-yet-valid",
        [value("suspended"), early], 2, nbf=NOW + 1)
    add("not-yet-and-all-else", "not-yet-valid", [
        value("superseded"), early, site, unmet, memory], 3, other,
        nbf=NOW + 1, **evil)
    add("expired-and-suspended", "expired", [value("suspended"), over], 2,
        exp=NOW)
    add("expired-and-superseded", "expired", [value("superseded"), over], 3,
        exp=NOW)
    add("expired-and-no-list", "expired", [over, (
        "status-list", "missing")], objects=[T1], exp=NOW)
    add("expired-and-wrong-origin", "expired", [over, site], exp=NOW, **evil)
    add("suspended-and-wrong-origin", "suspended",
        [value("suspended"), site], 2, **evil)
    add("suspended-and-all-else", "suspended", [
        value("suspended"), site, unmet, memory], 2, other, **evil)
    add("superseded-and-wrong-origin", "superseded",
        [value("superseded"), site], 3, **evil)
    add("superseded-and-unmet", "superseded", [
        value("superseded"), unmet, memory], 3, other)
    add("wrong-origin-and-unmet", "wrong-origin", [site, unmet], policy={
        "holder": "90000012"}, **evil)
    add("wrong-origin-and-no-list", "wrong-origin", [site, (
        "status-list", "missing")], objects=[T1], **evil)
    add("wrong-origin-and-rollback", "wrong-origin", [site, memory],
        policy=rollback, **evil)
    add("unmet-and-no-list", "unmet", [unmet, ("status-list", "missing")],
        objects=[T1], policy={"holder": "90000012"})
    add("unmet-and-rollback", "unmet", [unmet, memory], policy=other)
    add("rollback-alone", "undetermined", [memory], policy=rollback)

    demo = signed(claims(FULL_MARK, status=place(1), exp=NOW)).bytes()
    group.add("first-untrusted-environment", "first: another environment, "
              "and nothing of it is told", "untrusted",
              [("environment", "environment")], badge=demo,
              origin="evil.example", policy={"holder": "90000012"})
    group.add("first-untrusted-environment-and-rollback", "the epoch is "
              "judged all the same", "untrusted",
              [("environment", "environment"), memory], badge=demo,
              objects=known, policy=rollback)
    stranger = signed(claims(FULL, status=place(1), exp=NOW),
                      key("stranger")).bytes()
    group.add("first-untrusted-key", "first: a stranger's key, and nothing "
              "of it is told", "untrusted", [("key", "unknown-key")],
              badge=stranger, origin="evil.example")
    group.add("first-untrusted-key-and-rollback", "the epoch is judged all "
              "the same", "untrusted", [("key", "unknown-key"), memory],
              badge=stranger, objects=known, policy=rollback)
    revoked = signed(claims(FULL, status=place(1), exp=NOW),
                     key("attest-revoked")).bytes()
    group.add("first-revoked-key-and-withdrawn", "an attestation that no key "
              "vouches for has no status either", "undetermined",
              [("key-revoked", "revoked")], badge=revoked)
    group.add("first-malformed-and-untrusted", "first: malformed",
              "malformed", [("attestation", "typ")], badge=signed(claims(),
                  key("stranger")).but(header=attestation.signed(
                      claims(), key("stranger")).header.with_(
                          16, "application/statuslist+cwt")).bytes())
    group.add("first-malformed-and-no-trust", "first: malformed",
              "malformed", [("attestation", "alg"), ("trust", "no-trust")],
              badge=attestation.signed(claims()).but(
                  header=attestation.signed(claims()).header.with_(
                      1, -7)).bytes(), objects=[])
    group.add("first-malformed-and-expired-trust", "first: malformed",
              "malformed", [("badge", "truncated"), (
                  "trust-date", "expired")], now=NOW + 400 * DAY,
              badge=b"\xa1\x01")
    return group


GROUPS = [origins, demands, names, precedence]
