# SPDX-License-Identifier: EUPL-1.2
"""Policies (schemas/policy.cddl)."""

from .cbor import Endless, Map, Raw, Wide, write
from .keys import sha256
from .kinds import (ACCREDITATION, CODE, EUID, HASH, HOST, KVK, LEI, HOLDER,
                    Array, Fields, Text, Tuple, Uint, others)
from .vectors import File

AGE_MAX = 315360000
LEI_ = "529900T8BM49AURSDO55"
TRUE = Raw(b"\xf5")


def demand(claim, service, level):
    """About a service, or the organisation where there is none."""
    if service is None:
        return Map([[1, claim], [3, level]])
    return Map([[1, claim], [2, service], [3, level]])


FULL = Map([
    [1, 1], [2, TRUE],
    [3, [demand(1, "cloud-hosting", 2), demand(2, None, 1)]],
    [4, "NTRNL-90000011"], [5, ["C 123", "C 124"]], [6, [3600, 7200]],
    [7, [0, 7200]], [8, [86400, 0]], [9, 60],
    [10, [12, sha256(b"twelve")]], [11, "ict.example"]])


class True_:
    """true, or the member is not there."""
    def bad(self, value):
        yield from others(1, "true")
        for name, byte, why in (
                ("false", 0xf4, "what asks for nothing is left out"),
                ("undefined", 0xf7, "true"), ("break", 0xff, "true"),
                ("simple-0", 0xe0, "true")):
            yield name, "type", why, Raw(bytes([byte]))
        yield "not-shortest", "type", "its only form", Raw(b"\xf8\x15")


class Party(Text):
    """KVK number, sub, EUID or LEI: near to one is none."""
    def __init__(self):
        super().__init__(5, 51)

    def bad(self, value):
        yield from others(value, "text", "as-text")
        yield "empty", "limit", "at least 5 bytes", ""
        yield "of-52", "limit", "at most 51 bytes", "NTRBE-" + "1" * 46
        yield "not-shortest", "encoding", "the string's head", Wide(value)
        yield "indefinite", "encoding", "lengths are definite", Endless(value)
        yield "name", "value", "a number, not a name", "Voorbeeld-ICT"
        yield "name-with-spaces", "text", "a number, not a name", \
            "Voorbeeld ICT B.V."
        for what, kind, sample in (("kvk", KVK, "90000011"),
                                   ("sub", HOLDER, "NTRNL-90000011"),
                                   ("euid", EUID, "NLNHR.90000011"),
                                   ("lei", LEI, LEI_)):
            for name, item, why in kind.wrong:
                if len(sample) >= 5 and item != sample:
                    yield "%s-%s" % (what, name), "value", why, item
        yield "kvk-of-7", "value", "8 digits", "9000001"
        yield "kvk-of-9", "value", "8 digits", "900000110"
        yield "lei-of-19", "value", "20 characters", LEI_[:-1]
        yield "lei-of-21", "value", "20 characters", LEI_ + "0"


class Age(Tuple):
    def __init__(self):
        seconds = Uint(0, AGE_MAX)
        super().__init__(("warn", seconds), ("fail", seconds))

    def bad(self, value):
        yield from super().bad(value)
        yield "neither", "value", "left out where neither is asked", [0, 0]


AGE = Age()
DEMAND = Fields([(1, "claim", Uint(1, 2)), (2, "service", CODE),
                 (3, "level", Uint(1, 3))], (2,))
FIELDS = Fields([
    (1, "environment", Uint(1, 2)), (2, "self-declaration", True_()),
    (3, "demands", Array(DEMAND, 1, 16,
                         lambda i: demand(1, "s%02d" % i, 1), each=True)),
    (4, "holder", Party()),
    (5, "bodies", Array(ACCREDITATION, 1, 16, lambda i: "C %d" % i)),
    (6, "status-age", AGE), (7, "epoch-age", AGE), (8, "trust-age", AGE),
    (9, "skew", Uint(1, 300)),
    (10, "remember", Tuple(("number", Uint(1, 2 ** 32 - 1)),
                           ("hash", HASH))),
    (11, "origin", HOST)], tuple(range(1, 12)))

# The same as JSON (schemas/policy.schema.json), where that says all.
FULL_JSON = {
    "environment": "demonstration", "self_declaration": True,
    "demands": [{"claim": "basic_measures", "service": "cloud-hosting",
                 "level": "substantial"},
                {"claim": "policy_advice", "level": "basic"}],
    "holder": "NTRNL-90000011", "bodies": ["C 123", "C 124"],
    "origin": "ict.example", "status_age": {"warn": 3600, "fail": 7200},
    "epoch_age": {"fail": 7200}, "trust_age": {"warn": 86400}, "skew": 60,
    "remember": {"number": 12, "hash": sha256(b"twelve").hex()}}


def good():
    file = File("policy", "Read; json, where it stands, is the same policy "
                "as people write it, and hash the SHA-256 of the bytes.")

    def add(name, why, item, json=None):
        more = {} if json is None else {"json": json}
        data = write(item)
        file.add(name, data, why, hash=sha256(data).hex(), **more)

    add("empty", "asks for nothing more", Map(), {})
    add("whole", "each member", FULL, FULL_JSON)
    add("exercise", "the last environment", Map([[1, 2]]),
        {"environment": "exercise"})
    for name, value in (("kvk", "90000011"), ("euid", "NLNHR.90000011"),
                        ("lei", LEI_), ("belgian", "NTRBE-0123456789"),
                        ("vat", "VATDE-123456789"),
                        ("by-lei", "LEIXG-" + LEI_),
                        ("longest", "NTRBE-" + "1" * 40),
                        ("longest-euid", "NLABCDEFGH." + "1" * 40)):
        add("holder-" + name, "one of four forms", Map([[4, value]]),
            {"holder": value})
    add("shortest-euid", "a register of one character", Map([[4, "NLA.1"]]),
        {"holder": "NLA.1"})
    add("demands-of-two-levels", "the higher holds", Map([[3, [
        demand(1, "cloud", 1), demand(1, "cloud", 3)]]]))
    add("demands-descending", "their order is the caller's", Map([[3, [
        demand(2, "cloud", 3), demand(1, None, 1)]]]))
    add("sixteen-demands", "as many as may be", Map([[3, [
        demand(1, "s%02d" % i, 1) for i in range(16)]]]))
    add("sixteen-bodies", "as many as may be", Map([[5, [
        "C %d" % i for i in range(16)]]]))
    add("longest-ages", "ten years", Map([[6, [AGE_MAX, AGE_MAX]]]),
        {"status_age": {"warn": AGE_MAX, "fail": AGE_MAX}})
    add("shortest-ages", "a second", Map([[8, [1, 1]]]),
        {"trust_age": {"warn": 1, "fail": 1}})
    add("skew-of-1", "a second", Map([[9, 1]]), {"skew": 1})
    add("skew-of-300", "as much as may be", Map([[9, 300]]), {"skew": 300})
    add("remember-the-last", "2^32 - 1", Map([[10, [
        2 ** 32 - 1, bytes(32)]]]),
        {"remember": {"number": 2 ** 32 - 1, "hash": "00" * 32}})
    return file


def bad():
    file = File("policy", "Refused: what is not understood is not left out.")

    def add(name, error, why, data):
        file.once(name, data, why, stage="decode", error=error)

    whole = write(FULL)
    add("nothing", "truncated", "a map", b"")
    add("cut", "truncated", "all of it", whole[:-1])
    add("one-byte-more", "trailing", "nothing after it", whole + b"\x00")
    add("two-of-them", "trailing", "nothing after it", b"\xa0\xa0")
    for name, error, why, item in FIELDS.bad(FULL):
        if write(item) != b"\xa0":
            add(name, error, why, write(item))
    add("key-0", "type", "no such key", write(Map([[0, 1]])))
    add("key-12", "type", "no such key", write(Map([[12, 1]])))
    add("key-below-0", "type", "no such key", write(Map([[-1, 1]])))
    add("json", "type", "CBOR", b'{"holder": "90000011"}')
    file.too_long(whole, 2048)
    return file
