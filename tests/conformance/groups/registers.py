# SPDX-License-Identifier: EUPL-1.2
"""The register: asked by number, holder or host, and beside a badge."""

from maker import attestation, epoch, register, status, tree, trust
from maker.attestation import PLAIN_MARK, claims, place, signed
from maker.cbor import write
from maker.cose import OTHER
from maker.keys import key, sha256
from maker.vectors import DAY, NOW

from .vector import OBJECTS, Group
from .world import HOUR, KNOWN, LIST, PIN, T1, at, in_map

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
GRANTED = [[NOW - DAY, "grant", None]]


def number(n):
    """KM-2026-NNNNNN and its check character (ISO 7064 MOD 37,36)."""
    p = 36
    for each in "KM2026%06d" % n:
        p = (p + ALPHABET.index(each)) % 36
        p = (p or 36) * 2 % 37
    return "KM-2026-%06d-%s" % (n, ALPHABET[(37 - p) % 36])


if number(123) != "KM-2026-000123-P":
    raise AssertionError("registers.py: not the number of design section 3")


def mark(idx, n, kvk, host=None, key_=None, sub=None, euid=None, lei=None,
         environment=None, **more):
    """An attestation of the register."""
    payload = PLAIN_MARK.with_(1, number(n))
    payload = payload.with_(10, kvk) if kvk else payload.without(10)
    for label, value in ((2, environment), (11, euid), (12, lei),
                         (13, host and [host])):
        if value is not None:
            payload = payload.with_(label, value)
    sub = sub or "NTRNL-" + kvk
    item = signed(claims(payload, sub, status=place(idx), **more),
                  *([key_] if key_ else []), sub=sub)
    return item.bytes()


MARKS = [
    mark(0, 1, "90000020", "een.example", exp=NOW + 30 * DAY),
    mark(1, 2, "90000021", "twee.example"),
    mark(2, 3, "90000022", "drie.example"),
    mark(3, 4, "90000023", "vier.example"),
    mark(4, 1, "90000020", "een.example", euid="NLNHR.90000020"),
    mark(5, 5, None, "vijf.example", sub="NTRBE-0123456789",
         euid="BEKBO.0123456789"),
    mark(6, 6, "90000026", "zes.example", exp=NOW),
    mark(7, 7, None, sub="LEIXG-529900T8BM49AURSDO55",
         lei="529900T8BM49AURSDO55"),
    mark(8, 8, "90000028", "acht.example", nbf=NOW + DAY),
    mark(9, 9, "90000029", "negen.example", key("attest-revoked")),
]
SAID = [0, 1, 2, 3, 0, 0, 0, 0, 0, 0]	# as status-0 has it


def leaves(said=(), marks=MARKS):
    values = dict(enumerate(SAID))
    values.update(said)
    return [write([i, data, values.get(i, 0), GRANTED])
            for i, data in enumerate(marks)]


def of(run, this=NOW - HOUR, number_=10, root=None, size=None, key_=None):
    """The epoch over this run."""
    return epoch.signed(epoch.payload(
        number_, this=this, register=(
            len(run) if size is None else size, root or tree.root(
                [tree.leaf(each) for each in run]))),
        *([key_] if key_ else [])).bytes()


LEAVES = leaves()
RUN = b"".join(LEAVES)
EPOCH = of(LEAVES)
OBJECTS.add("register", RUN, "a run of ten leaves: idx 1 withdrawn, 2 "
            "suspended, 3 superseded, 4 renews 0, 6 over, 8 not begun, 9 by a "
            "revoked key")
OBJECTS.add("epoch-register", EPOCH, "epoch 10 over that register")
ALL = KNOWN + [EPOCH]


def asked():
    group = Group("register", "Asked by mark number, holder or host: the "
                  "complete register of a fresh epoch answers, and only "
                  "that can say not-listed.", "design section 4: not-listed",
                  PIN, ALL)

    def ask(name, why, verdict, by, key_, failed=(), run=(RUN,),
            result="ok", **more):
        if verdict == "not-listed":
            failed = [("listed", "not-listed")] + list(failed)
        if verdict in ("not-listed", "undetermined"):
            more.setdefault("claims", False)
        group.add("register-" + name, why, verdict, failed,
                  register=(run, result, by, key_), **more)

    ask("by-number", "its mark number", "valid", "number", number(5))
    ask("by-kvk", "its KVK number", "valid", "holder", "90000020",
        binding="holder")
    ask("by-sub", "its identifier", "valid", "holder", "NTRBE-0123456789",
        binding="holder")
    ask("by-euid", "its EUID", "valid", "holder", "BEKBO.0123456789",
        binding="holder")
    ask("by-lei", "its LEI", "valid", "holder", "529900T8BM49AURSDO55",
        binding="holder")
    ask("by-host", "its site", "valid", "host", "vijf.example",
        binding="origin")
    ask("by-number-of-two", "renewed: the newest valid one answers", "valid",
        "number", number(1))
    for idx, verdict in ((1, "withdrawn"), (2, "suspended"),
                         (3, "superseded")):
        ask(verdict, "the register and the list say so", verdict, "number",
            number(idx + 1), [("status", verdict)])
        ask(verdict + "-without-list", "the register says so", verdict,
            "number", number(idx + 1), [("status", verdict)],
            objects=[T1, EPOCH])
    ask("valid-without-list", "the register has the status of its moment",
        "valid", "number", number(5), objects=[T1, EPOCH])
    ask("expired", "over", "expired", "holder", "90000026",
        [("expiry", "expired")], binding="holder")
    ask("not-yet-valid", "not begun", "not-yet-valid", "host",
        "acht.example", [("not-before", "early")], binding="origin")
    ask("by-a-revoked-key", "the register holds it", "valid", "number",
        number(9))

    for name, why, by, key_ in (
            ("number", "no such mark", "number", number(99)),
            ("kvk", "no such holder", "holder", "90000099"),
            ("sub-of-another-country", "the same digits in Germany",
             "holder", "NTRDE-90000020"),
            ("lei", "no such LEI", "holder", "724500VKKSH9QOLTFR81"),
            ("host", "no such site", "host", "elf.example"),
            ("sub-domain", "no wildcard", "host", "www.een.example"),
            ("parent-domain", "no suffix", "host", "een.example.nl"),
            ("look-alike", "one letter", "host", "een.exampie"),
            ("host-as-holder", "of that name", "host",
             "keurmerk.example")):
        ask("not-listed-" + name, why, "not-listed", by, key_)
    for name, why, by, key_ in (
            ("mistyped-number", "its check character", "number",
             number(1)[:-1] + ("A" if number(1)[-1] != "A" else "B")),
            ("number-in-small-letters", "one form", "number",
             number(1).lower()),
            ("number-without-hyphens", "one form", "number",
             number(1).replace("-", "")),
            ("kvk-of-7", "eight digits", "holder", "9000002"),
            ("kvk-of-9", "eight digits", "holder", "900000201"),
            ("host-in-capitals", "lower case", "host", "EEN.EXAMPLE"),
            ("host-with-dot", "no final point", "host", "een.example."),
            ("host-with-port", "a host", "host", "een.example:443"),
            ("nothing", "no key", "holder", "")):
        ask("no-key-" + name, "what is no key at all is not not-listed: " +
            why, "undetermined", by, key_)

    rule = "design section 4: under a fresh epoch"
    stale = of(LEAVES, NOW - 7 * DAY)
    ask("stale-absent", "a stale epoch cannot say it", "undetermined",
        "number", number(99), [("epoch-age", "expired")], rule=rule,
        objects=KNOWN + [stale])
    ask("stale-by-policy-absent", "older than the policy allows",
        "undetermined", "number", number(99), [("epoch-age", "stale")],
        rule=rule, policy={"epoch_age": {"fail": 3600}})
    far = {"remember": {"number": 11, "hash": sha256(b"11").hex()}}
    ask("rollback-absent", "an epoch that goes back cannot say it",
        "undetermined", "number", number(99), [("epoch-memory", "rollback")],
        rule=rule, policy=far)
    ask("rollback-listed", "nor say anything of one that it has",
        "undetermined", "number", number(5), [("epoch-memory", "rollback")],
        rule=rule, policy=far)
    old = trust.signed(trust.payload(keys=trust.ALL_KEYS).with_(
        5, NOW)).bytes()
    over = epoch.signed(epoch.payload(register=(10, tree.root(
        [tree.leaf(each) for each in LEAVES]))).with_(
            5, [1, sha256(old)])).bytes()
    ask("expired-trust-absent", "nor can a trust list that is over",
        "undetermined", "number", number(99), [("trust-date", "expired")],
        pin=sha256(old), objects=[old, LIST, over], rule=rule)
    ask("other-environment-absent", "the register of production says nothing "
        "of exercises", "undetermined", "number", number(99),
        policy={"environment": "exercise"})
    ask("other-environment-listed", "production, asked for an exercise",
        "untrusted", "number", number(5), [("environment", "environment")],
        policy={"environment": "exercise"})
    ask("other-origin", "found by number, shown by another site",
        "wrong-origin", "number", number(5), [("origin", "origin")],
        origin="evil.example")
    ask("right-origin", "found by number, shown by its site", "valid",
        "number", number(5), origin="vijf.example", binding="origin")
    ask("other-holder", "found by host, of another than the policy's holder",
        "unmet", "host", "vijf.example", [("holder", "holder")],
        policy={"holder": "90000020"}, binding="origin")
    ask("unmet", "found, and a demand is not met", "unmet", "holder",
        "90000020", [("demands", "demand")], binding="holder", policy={
            "demands": [{"claim": "basic_measures", "service": "cloud",
                         "level": "high"}]})

    def newer(name, why, verdict, leaf, listed, this, iat):
        run = leaves({5: leaf})
        list_ = status.signed(status.claims(status.stored(status.entries(
            [(5, listed)], 4)), iat=iat)).bytes()
        ask(name, why, verdict, "number", number(5),
            [("status", verdict)] if verdict != "valid" else (),
            run=[b"".join(run)], objects=[T1, list_, of(run, this)],
            rule="design section 4: the newest wins, a withdrawal is final")

    early, late = NOW - 2 * HOUR, NOW - HOUR
    newer("leaf-newer-suspended", "the register is newer", "suspended", 2, 0,
          late, early)
    newer("list-newer-suspended", "the list is newer", "suspended", 0, 2,
          early, late)
    newer("leaf-newer-lifted", "the register is newer", "valid", 0, 2, late,
          early)
    newer("list-newer-lifted", "the list is newer", "valid", 2, 0, early,
          late)
    newer("equally-new", "of two equally new the one that does not say valid",
          "suspended", 2, 0, late, late)
    newer("leaf-older-withdrawn", "final", "withdrawn", 1, 0, early, late)
    newer("list-older-withdrawn", "final", "withdrawn", 0, 1, late, early)
    return group


def runs():
    group = Group("register-runs", "Runs that are not the register of the "
                  "epoch: all or nothing, and without one nothing can be "
                  "told.", "design section 3: register", PIN, ALL)

    def refused(name, error, why, run, objects=ALL, failed=(), adds=None,
                by=number(99)):
        group.add("runs-" + name, why, "undetermined", failed,
                  register=(run, error, "number", by), objects=objects,
                  adds=adds, claims=False)

    def other(name, error, why, leaf, at_=5):
        """Under an epoch that has this very run: its root is right."""
        run = LEAVES[:at_] + [write(leaf)] + LEAVES[at_ + 1:]
        refused(name, error, why, [b"".join(run)], KNOWN + [of(run)])

    refused("none", "missing", "fewer runs than there are", [])
    refused("no-epoch", "missing", "no epoch says which", [RUN], KNOWN)
    refused("no-trust", "no-trust", "nothing is believed", [RUN], [],
            [("trust", "no-trust")])
    refused("two", "trailing", "more runs than there are", [RUN, RUN])
    refused("leaf-less", "truncated", "fewer leaves",
            [b"".join(LEAVES[:-1])])
    refused("leaf-more", "trailing", "more leaves", [RUN + LEAVES[0]])
    refused("cut", "truncated", "the last leaf whole", [RUN[:-1]])
    refused("byte-after", "trailing", "nothing may follow", [RUN + b"\x00"])
    refused("empty", "truncated", "no leaves", [b""])
    refused("swapped", "order", "in the order of idx", [b"".join(
        [LEAVES[1], LEAVES[0]] + LEAVES[2:])])
    refused("twice-the-same", "order", "each idx once", [b"".join(
        LEAVES[:1] * 2 + LEAVES[2:])])
    flipped = LEAVES[4][:-len(write(GRANTED)) - 1] + b"\x02" + write(GRANTED)
    refused("status-changed", "proof", "the root over all", [b"".join(
        LEAVES[:4] + [flipped] + LEAVES[5:])])
    refused("history-changed", "proof", "the root over all", [b"".join(
        LEAVES[:4] + [write([4, MARKS[4], 0, [[NOW, "grant", None]]])] +
        LEAVES[5:])])
    refused("root-of-another", "proof", "the root over all", [RUN],
            KNOWN + [of(LEAVES, root=sha256(b"x"))])
    refused("size-one-more", "truncated", "the size of the epoch's head",
            [RUN], KNOWN + [of(LEAVES, size=11)])
    refused("size-one-less", "trailing", "the size of the epoch's head",
            [RUN], KNOWN + [of(LEAVES, size=9)])
    other("attestation-of-another-idx", "mismatch", "an attestation stands "
          "at its own idx", [5, mark(6, 5, "90000025"), 0, GRANTED])
    other("attestation-of-another-shard", "mismatch", "an attestation stands "
          "at its own idx", [5, signed(claims(status=place(
              5, 1))).bytes(), 0, GRANTED])
    other("of-another-authority", "authority", "of this authority alone",
          [5, signed(claims(iss=OTHER, status=place(5, iss=OTHER)),
                     iss=OTHER).bytes(), 0, GRANTED])
    other("of-another-environment", "environment", "of this environment "
          "alone", [5, mark(5, 5, "90000025", environment=1), 0, GRANTED])
    other("status-4", "value", "0 to 3", [5, MARKS[5], 4, GRANTED])
    other("leaf-of-three", "limit", "four parts", [5, MARKS[5], 0])
    other("attestation-malformed", "alg", "each attestation is read whole",
          [5, attestation.signed(claims(status=place(5))).but(
              header=attestation.signed(claims()).header.with_(
                  1, -7)).bytes(), 0, GRANTED])
    group.add("runs-of-a-revoked-epoch", "what a revoked key signed never "
              "counts", "undetermined", register=(
                  [RUN], "missing", "number", number(99)), objects=KNOWN + [
                      of(LEAVES, key_=key("publish-revoked"))],
              adds=["ok", "ok", "revoked"], claims=False)
    return group


def badges():
    group = Group("register-badge", "A badge beside a register that is "
                  "known: what stands at its idx is this very attestation.",
                  "design section 3: by comparing all attestation bytes",
                  PIN, ALL)

    def add(name, why, verdict, badge, failed=(), **more):
        group.add("listed-" + name, why, verdict, failed, badge=badge,
                  register=([RUN], "ok", None, None), **more)

    add("same", "the very bytes", "valid", MARKS[5])
    add("by-a-revoked-key", "the register holds it", "valid", MARKS[9])
    add("withdrawn", "the very bytes", "withdrawn", MARKS[1],
        [("status", "withdrawn")])
    add("other-at-its-idx", "another attestation stands there, although a "
        "good key signed this one", "not-listed", mark(5, 55, "90000055"),
        [("listed", "mismatch")])
    add("beyond-and-old", "no leaf has its idx, and it is older than the "
        "epoch", "not-listed", mark(77, 77, "90000077"),
        [("listed", "not-listed")])
    add("beyond-and-new", "granted since the epoch", "valid",
        mark(77, 77, "90000077", iat=NOW - HOUR))
    add("without-list", "the register has its status", "valid", MARKS[5],
        objects=[T1, EPOCH])
    add("suspended-without-list", "the register has its status",
        "suspended", MARKS[2], [("status", "suspended")],
        objects=[T1, EPOCH])
    def superseded(name, why, successor, more=(), known=True):
        marks = MARKS + [mark(10 + i, n, "90000023", "vier.example")
                         for i, n in enumerate(more)]
        run = leaves(marks=marks)
        group.add("superseded-" + name, why, "superseded",
                  [("status", "superseded")], badge=MARKS[3],
                  objects=[T1, of(run)] if known else KNOWN,
                  register=([b"".join(run)], "ok", None, None) if known else
                  None, successor=successor,
                  rule="design section 4: superseded names the successor")

    superseded("without-register", "nothing tells what came in its place",
               None, known=False)
    superseded("alone", "the register has no later one of its number", None)
    superseded("by-another-number", "a later one of the same holder is "
               "another mark", None, (11,))
    superseded("with-successor", "the later one of its number", 10, (4,))
    superseded("with-two", "the newest of its number", 12, (4, 11, 4))
    add("wrong-origin", "listed, and on another site", "wrong-origin",
        MARKS[5], [("origin", "origin")], origin="een.example")
    return group


GROUPS = [asked, runs, badges]
