# SPDX-License-Identifier: EUPL-1.2
"""Status lists: values, order of bits, ends, who signed, inflating."""

from maker import attestation, badge, epoch, status
from maker.attestation import claims as of_mark
from maker.cbor import Map, Raw, write
from maker.cose import OTHER, flipped
from maker.keys import EDDSA, ES256, key
from maker.status import claims, put, run_deflated, signed, stored
from maker.trust import ATTEST_KEY, PUBLISH_P256
from maker.vectors import DAY, NOW

from .vector import OBJECTS, Group
from .world import GOOD, HOUR, KNOWN, LIST, PIN, RICH, T1, at, in_map

URI = "https://keurmerk.example/status/0"


# Lists of one byte say of idx 0 to 3: without its fault, each would make it
# valid.
FIRST = at(0)


def of(data, bits=2, key_=None, **more):
    """A list of these entries."""
    payload = claims(stored(data), bits=bits, **more)
    return (signed(payload, key_) if key_ else signed(payload)).bytes()


def values():
    """What an entry says, in lists of 1, 2, 4 and 8 bits."""
    group = Group("status", "The value at idx: bits from the lowest (LSB "
                  "first), the whole of a value, reserved values, the end "
                  "of the list.", "R16, R17, R19, draft-ietf-oauth-"
                  "status-list-21 section 4.1", PIN, KNOWN, GOOD)

    def add(name, why, verdict, data, bits=2, error=None, idx=7, rule=None):
        failed = [("status", error or verdict)] if verdict != "valid" else []
        group.add("status-" + name, why, verdict, failed, objects=[
            T1, of(data, bits)], badge=at(idx), rule=rule)

    for idx, verdict in ((1, "withdrawn"), (2, "suspended"),
                         (3, "superseded")):
        group.add("status-" + verdict, "2 bits, value %d" % idx, verdict,
                  [("status", verdict)], badge=at(idx))
    group.add("status-valid", "2 bits, value 0", "valid", badge=at(4))
    lsb = "R19: lowest bits first; MSB first would say otherwise"
    add("bits-1-set", "the highest bit of byte 0 is idx 7", "withdrawn",
        b"\x80", 1, rule=lsb)
    add("bits-1-mixed-up", "the lowest bit of byte 0 is idx 0, not 7",
        "valid", b"\x01", 1, rule=lsb)
    add("bits-2-set", "the highest bits of byte 1 are idx 7", "withdrawn",
        b"\x00\x40", rule=lsb)
    add("bits-2-mixed-up", "the lowest bits of byte 1 are idx 4, not 7",
        "valid", b"\x00\x01", rule=lsb)
    add("bits-2-order-within", "01 is withdrawn and 10 suspended, not the "
        "reverse", "suspended", b"\x00\x80", rule=lsb)
    add("bits-2-low-bit-only", "01: a reader of the high bit alone would "
        "say valid", "withdrawn", b"\x55\x55", rule="R16: the whole value")
    add("bits-4-set", "the high half of byte 3 is idx 7", "withdrawn",
        b"\x00\x00\x00\x10", 4, rule=lsb)
    add("bits-4-mixed-up", "the low half of byte 3 is idx 6", "valid",
        b"\x00\x00\x00\x01", 4, rule=lsb)
    add("bits-8-set", "byte 7 is idx 7", "suspended",
        b"\x00" * 7 + b"\x02", 8)
    add("bits-8-superseded", "value 3", "superseded", b"\x00" * 7 + b"\x03",
        8)
    add("bits-8-neighbours", "bytes 6 and 8 are others", "valid",
        b"\x01" * 7 + b"\x00" + b"\x01", 8)
    for bits, found in ((4, 4), (4, 8), (4, 15), (8, 4), (8, 16), (8, 17),
                        (8, 128), (8, 255)):
        data = status.entries([(7, found)], 8, bits)
        add("reserved-%d-of-%d-bits" % (found, bits), "a value without a "
            "meaning is not good, and not withdrawn", "undetermined", data,
            bits, "reserved", rule="R14, R17: reserved is not good")
    beyond = "R16: idx against the length inflated"
    for bits, n in ((1, 1), (2, 2), (4, 4), (8, 8)):
        add("bits-%d-last" % bits, "idx 7 is the last entry", "valid",
            bytes(n), bits, rule=beyond)
        if n > 1:
            add("bits-%d-beyond" % bits, "idx 7 is the first past the end",
                "undetermined", bytes(n - 1), bits, "index", rule=beyond)
    add("bits-1-beyond", "idx 8 is the first past the end", "undetermined",
        bytes(1), 1, "index", 8, beyond)
    add("idx-65535-beyond", "the last idx, and a list one byte short",
        "undetermined", bytes(16383), 2, "index", 65535, beyond)
    add("idx-65535-set", "the last idx", "suspended", bytes(16383) +
        b"\x80", 2, None, 65535, beyond)
    group.add("status-missing", "no list is given: not good, not withdrawn",
              "undetermined", [("status-list", "missing")], objects=[T1],
              rule="R14, R22: could not tell")
    group.add("status-missing-of-its-shard", "the list of another shard is "
              "given", "undetermined", [("status-list", "missing")],
              badge=attestation.signed(of_mark(
                  status=attestation.place(7, 1))).bytes())
    group.add("status-missing-with-epoch", "an epoch alone says nothing of "
              "it", "undetermined", [("status-list", "missing")],
              objects=[T1, badge.WORLD.epoch])
    group.add("status-register-withdrawn", "the list says valid, the "
              "register's proof withdrawn: what is final is final",
              "withdrawn", [("status", "withdrawn")], objects=[T1],
              badge=write(badge.World(register_status=1).badge()),
              rule="design section 3: a withdrawal is final")
    return group


def signers():
    """Whose list it is."""
    group = Group("status-list", "Lists of another issuer, key, purpose, "
                  "address or form: they count as not given, their check "
                  "says why, and nothing is good without one.",
                  "R15, design section 4: proof that fails counts as not "
                  "given", PIN, [T1], FIRST)

    def both(name, error, why, data, rule=None):
        """Added, it is not known; in the badge, its check says why."""
        group.add("list-%s-added" % name, why, "undetermined",
                  [("status-list", "missing")], objects=[T1, data],
                  adds=["ok", error], rule=rule)
        stapled(name, error, why, data, rule)

    def stapled(name, error, why, data, rule=None):
        group.add("list-" + name, why, "undetermined",
                  [("status-list", error)], badge=in_map(FIRST, list=data),
                  rule=rule)

    for name, error, why, item in status.refused():
        if name == "other-authority":	# nor is its address ours
            group.add("list-other-authority-added", why, "undetermined",
                      [("status-list", "missing")],
                      objects=[T1, item.bytes()], adds=["ok", error])
            stapled(name, "mismatch", why, item.bytes())
        elif name != "p256-r-order":
            (both if name in ("key-attest", "key-unknown",
                              "key-revoked", "signature-flipped")
             else stapled)(name, error, why, item.bytes())
    other = put(claims(), 1, OTHER)
    both("iss-of-another-for-our-address", "authority", "another issuer may "
         "not speak of our address", signed(other, iss=OTHER).bytes())
    both("header-iss-not-of-the-claims", "mismatch", "iss in the header is "
         "the one of the claims", signed(Map([[1, OTHER]] +
         claims().pairs[1:])).bytes(), "R15: header and claims agree")
    both("header-sub-of-another", "mismatch", "sub in the header is the one "
         "of the claims", signed(claims(), sub=URI + "1").bytes(),
         "R15: header and claims agree")
    stapled("of-another-shard", "mismatch", "sub is the address in the "
            "attestation", status.full([], 1), "R15: sub equals uri")
    stapled("uri-of-another-form", "mismatch", "the very address", signed(
        put(claims(), 2, URI + "/"), sub=URI + "/").bytes(),
        "R15: sub equals uri")
    base = signed(claims())
    wanted = ("header-alg-missing", "header-typ-missing", "header-crit",
              "header-alg-twice", "header-kid-twice", "header-typ-twice",
              "header-unknown-twice", "header-alg-as-text",
              "header-alg-zero", "header-typ-of-jwt", "header-indefinite",
              "header-typ-of-attestation", "header-unknown-too-deep",
              "unprotected-alg", "unprotected-alg-alone", "unprotected-crit",
              "unprotected-typ-alone", "unprotected-kid-too",
              "unprotected-unknown-in-both")
    for source in (status.headers, status.unprotected_headers):
        for name, error, why, item in source(base):
            if name in wanted:
                stapled(name, error, why, item.bytes(),
                        "R2: crit" if "crit" in name else
                        "R4: each label once" if "twice" in name or
                        "both" in name else "R1, R15: alg and typ protected")
    for name, error, why, item in status.payloads():
        if name in ("claims-sub-missing", "claims-iat-missing",
                    "claims-status-list-missing", "claims-sub-twice",
                    "claims-exp-twice", "claims-unknown-twice",
                    "claims-indefinite", "claims-nbf-after-iat",
                    "claims-iss-of-another", "claims-sub-of-another",
                    "claims-exp-of-64-bits", "claims-iat-negative",
                    "claims-exp-as-float", "claims-status-list-bits-0",
                    "claims-status-list-bits-3",
                    "claims-status-list-bits-16",
                    "claims-status-list-bits-missing",
                    "claims-status-list-lst-as-text",
                    "claims-status-list-bits-twice"):
            stapled(name, error, why, signed(item).bytes(),
                    "R16: bits are 1, 2, 4 or 8" if "bits" in name else
                    "R4: each claim once" if "twice" in name else None)
    stapled("is-an-epoch", "typ", "each in its place", badge.WORLD.epoch)
    stapled("is-the-attestation", "typ", "each in its place", GOOD)
    stapled("is-a-trust-list", "tag", "trust comes from the caller", T1)
    both("byte-after", "trailing", "nothing may follow", LIST + b"\x00",
         "R18: no trailing bytes")
    both("last-byte-missing", "truncated", "it ends too early", LIST[:-1])
    group.add("list-is-nothing-added", "no byte at all", "undetermined",
              [("status-list", "missing")], objects=[T1, b""],
              adds=["ok", "truncated"])
    group.add("list-is-an-attestation-added", "another purpose",
              "undetermined", [("status-list", "missing")],
              objects=[T1, GOOD], adds=["ok", "typ"])
    group.add("list-before-trust", "nothing is believed before a trust list",
              "undetermined", [("status-list", "missing")],
              objects=[LIST, T1], adds=["no-trust", "ok"])
    OBJECTS.add("list-too-long", LIST, "a good list and zeros, 1048577 "
                "bytes", 1048577 - len(LIST))
    group.add("list-of-1048577", "at most 1 MiB", "undetermined",
              [("status-list", "missing")], objects=[T1, "@list-too-long"],
              adds=["ok", "limit"], rule="R18: limits")
    return group


def inflating():
    """R18: what a signer, too, may get wrong."""
    group = Group("inflate", "Signed lists that do not inflate to their "
                  "entries: bombs, cut streams, wrong checksums, bytes "
                  "after.", "R18, RFC 1950, RFC 1951", PIN, [T1], GOOD)

    def add(name, error, why, lst, also=False):
        data = signed(claims(lst)).bytes()
        group.add("inflate-" + name, why, "undetermined",
                  [("status-list", error)], badge=in_map(GOOD, list=data))
        if also:
            group.add("inflate-%s-added" % name, why, "undetermined",
                      [("status-list", "missing")], objects=[T1, data],
                      adds=["ok", error])

    for name, why, lst in status.streams():
        add(name, "inflate", why, lst, name in ("checksum", "cut",
                                                "byte-after"))
    add("bomb-of-one-byte-more", "limit", "16385 bytes, more than a shard",
        run_deflated(bytes(16385)))
    bomb = signed(claims(run_deflated(bytes(4 * 1048576 + 1)))).bytes()
    OBJECTS.add("list-bomb", bomb, "inflates to 4 MiB and one byte, as of "
                "200 bytes each")
    group.add("inflate-bomb-added", "4 MiB and one byte", "undetermined",
              [("status-list", "missing")], objects=[T1, bomb],
              adds=["ok", "limit"])
    group.add("inflate-bomb", "1000 times a shard", "undetermined",
              [("status-list", "limit")], badge=in_map(GOOD, list=bomb))
    group.add("inflate-4-mib-added", "as large as may be", "valid",
              objects=[T1, signed(claims(run_deflated(bytes(
                  4 * 1048576)))).bytes()])
    group.add("inflate-bomb-and-known", "what fails counts as not given: "
              "the list that is known says it", "valid",
              warned=[("status-list", "limit")], objects=KNOWN,
              badge=in_map(GOOD, list=signed(claims(run_deflated(
                  bytes(16385)), iat=NOW - 60)).bytes()))
    return group


def others():
    """What the draft lets others write, and which list counts."""
    group = Group("status-others", "Lists that we never write and that the "
                  "draft allows; of several lists the newest verified one.",
                  "draft-ietf-oauth-status-list-21, design section 3: the "
                  "reader also accepts", PIN, KNOWN, GOOD)
    for name, _, why, item in status.ours():
        if name not in ("exp-at-iat", "of-another-shard", "bits-1", "bits-4",
                        "bits-8", "uri-of-another-form"):
            group.add("others-" + name, "allowed: " + why, "valid",
                      objects=[T1, item.bytes()], badge=at(0))
    old = of(b"\x00\x40", iat=NOW - 2 * HOUR)
    new = of(b"\x00\x00", iat=NOW - HOUR)
    newest = of(b"\x00\x80", iat=NOW - 60)
    rule = "design section 4: the newest verified list wins"
    group.add("newest-after-older", "added last and newer", "valid",
              objects=[T1, old, new], rule=rule)
    group.add("newest-before-older", "added first and newer: the order does "
              "not matter", "valid", objects=[T1, new, old], rule=rule)
    group.add("newest-in-the-badge", "the badge's is newer and says "
              "suspended", "suspended", [("status", "suspended")],
              objects=[T1, new], badge=in_map(GOOD, list=newest), rule=rule)
    group.add("newest-is-known", "the badge's is older and says valid",
              "suspended", [("status", "suspended")], objects=[T1, newest],
              badge=in_map(GOOD, list=new), rule=rule)
    group.add("newest-unverified", "the newer one has no good signature",
              "valid", warned=[("status-list", "signature")],
              objects=[T1, new], badge=in_map(GOOD, list=newest[:-1] + bytes(
                  [newest[-1] ^ 1])), rule=rule)
    group.add("newest-unverified-good-news", "withdrawn by the list that is "
              "known; a newer one that says valid has no good signature",
              "withdrawn", [("status", "withdrawn")],
              [("status-list", "signature")], objects=[T1, old],
              badge=in_map(GOOD, list=new[:-1] + bytes([new[-1] ^ 1])),
              rule=rule)
    return group


GROUPS = [values, signers, inflating, others]
