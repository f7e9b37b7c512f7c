# SPDX-License-Identifier: EUPL-1.2
"""What is asked of a badge: schemas/policy.schema.json, and its CBOR."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from typing import Any, Callable, Mapping, NoReturn, Optional, Sequence

ENVIRONMENTS = ("production", "demonstration", "exercise")
CLAIMS = ("basic_measures", "policy_advice")
LEVELS = ("basic", "substantial", "high")
CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
BODY = re.compile(r"[A-Z0-9][A-Z0-9 ./-]{0,31}")
HASH = re.compile(r"[0-9a-f]{64}")
PARTY = re.compile(
    r"[0-9]{8}|[A-Z0-9]{18}[0-9]{2}|NTRNL-[0-9]{8}|"
    r"LEIXG-[A-Z0-9]{18}[0-9]{2}|"
    r"(?!NTRNL-|LEIXG-)[A-Z]{5}-[A-Za-z0-9.+/-]{1,40}|"
    r"[A-Z]{2}[A-Z0-9]{1,8}[.][A-Za-z0-9._/-]{1,40}")
LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
HOST = re.compile(r"(?:%s[.])+(?![0-9]+\Z)%s" % (LABEL, LABEL))
MANY, AGE_MAX, SKEW_MAX, NUMBER_MAX = 16, 315360000, 300, 2 ** 32 - 1


def _wrong(place: str, expected: str, found: object) -> NoReturn:
    raise ValueError("policy: %s: expected %s, found %.80r" %
                     (place, expected, found))


def _text(place: str, value: object, form: "re.Pattern[str]",
          expected: str) -> str:
    if not isinstance(value, str) or form.fullmatch(value) is None:
        _wrong(place, expected, value)
    return value


def _word(place: str, value: object, words: Sequence[str]) -> str:
    if not isinstance(value, str) or value not in words:
        _wrong(place, " or ".join(words), value)
    return value


def _number(place: str, value: object, low: int, high: int) -> int:
    if type(value) is not int or not low <= value <= high:
        _wrong(place, "a whole number from %d to %d" % (low, high), value)
    return value


def _members(place: str, value: object, names: Sequence[str]
             ) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        _wrong(place, "a mapping with " + ", ".join(names), value)
    for name in value:
        if name not in names:
            _wrong(place, "no member but " + ", ".join(names), name)
    return value


def _list(place: str, value: object, item: Callable[[str, Any], Any]
          ) -> tuple[Any, ...]:
    if isinstance(value, (str, bytes)) or not isinstance(value, Sequence) or \
            len(value) > MANY:
        _wrong(place, "a list of at most %d" % MANY, value)
    found: list[Any] = []
    for i, each in enumerate(value):
        made = item("%s[%d]" % (place, i), each)
        if made in found:
            _wrong("%s[%d]" % (place, i), "each once only", each)
        found.append(made)
    return tuple(found)


@dataclasses.dataclass(frozen=True)
class Demand:
    """Met by one claim line of at least this level."""
    claim: str
    level: str
    service: Optional[str] = None       # None: about the organisation


@dataclasses.dataclass(frozen=True)
class Age:
    """In seconds; 0: not asked. Can only shorten what is always asked."""
    warn: int = 0
    fail: int = 0


@dataclasses.dataclass(frozen=True)
class Epoch:
    """An epoch as a report names it, to be remembered."""
    number: int
    hash: str                           # 64 hexadecimal digits


def _demand(place: str, value: object) -> Demand:
    if isinstance(value, Demand):
        value = dataclasses.asdict(value)
        if value["service"] is None:
            del value["service"]
    got = _members(place, value, ("claim", "service", "level"))
    service = None
    if "service" in got:
        service = _text(place + ".service", got["service"], CODE,
                        "a code of the scheme")
    return Demand(_word(place + ".claim", got.get("claim"), CLAIMS),
                  _word(place + ".level", got.get("level"), LEVELS), service)


def _age(place: str, value: object) -> Age:
    if isinstance(value, Age):
        value = dataclasses.asdict(value)
    got = _members(place, value, ("warn", "fail"))
    return Age(_number(place + ".warn", got.get("warn", 0), 0, AGE_MAX),
               _number(place + ".fail", got.get("fail", 0), 0, AGE_MAX))


def _epoch(place: str, value: object) -> Epoch:
    if isinstance(value, Epoch):
        value = dataclasses.asdict(value)
    got = _members(place, value, ("number", "hash"))
    return Epoch(_number(place + ".number", got.get("number"), 1, NUMBER_MAX),
                 _text(place + ".hash", got.get("hash"), HASH,
                       "64 hexadecimal digits in lower case"))


def _body(place: str, value: object) -> str:
    return _text(place, value, BODY, 'an accreditation number ("C 123")')


@dataclasses.dataclass(frozen=True)
class Policy:
    """A policy; the empty one asks for a production certificate.

    Members may be given as Demand, Age and Epoch or as mappings. A value that
    none can have raises ValueError, which says what was expected.
    """
    environment: str = "production"
    self_declaration: bool = False
    demands: Sequence[Any] = ()
    holder: Optional[str] = None
    bodies: Sequence[str] = ()
    origin: Optional[str] = None
    status_age: Any = Age()
    epoch_age: Any = Age()
    trust_age: Any = Age()
    skew: int = 0
    remember: Any = None

    def __post_init__(self) -> None:
        def put(name: str, value: object) -> None:
            object.__setattr__(self, name, value)

        _word("environment", self.environment, ENVIRONMENTS)
        if type(self.self_declaration) is not bool:
            _wrong("self_declaration", "True or False",
                   self.self_declaration)
        put("demands", _list("demands", self.demands, _demand))
        put("bodies", _list("bodies", self.bodies, _body))
        if self.holder is not None:
            _text("holder", self.holder, PARTY, "a KVK number of 8 digits, "
                  "NTRNL-..., EUID or LEI")
        if self.origin is not None:
            _host("origin", self.origin)
        for name in ("status_age", "epoch_age", "trust_age"):
            put(name, _age(name, getattr(self, name)))
        _number("skew", self.skew, 0, SKEW_MAX)
        if self.remember is not None:
            put("remember", _epoch("remember", self.remember))

    @classmethod
    def of(cls, value: object) -> "Policy":
        """A policy of a mapping as JSON has it; of none, the empty one."""
        if value is None:
            return cls()
        if isinstance(value, cls):
            return value
        names = tuple(each.name for each in dataclasses.fields(cls))
        got = _members("policy", value, names)
        for name, each in got.items():
            if each is None:
                _wrong(name, "a value, or no such member", each)
        return cls(**got)

    def cbor(self) -> bytes:
        """By schemas/policy.cddl; what asks for nothing is left out."""
        pairs: list[tuple[int, bytes]] = []
        if self.environment != ENVIRONMENTS[0]:
            pairs.append((1, _head(0, ENVIRONMENTS.index(self.environment))))
        if self.self_declaration:
            pairs.append((2, b"\xf5"))
        if self.demands:
            pairs.append((3, _array([_demand_cbor(each)
                                     for each in self.demands])))
        if self.holder is not None:
            pairs.append((4, _text_cbor(self.holder)))
        if self.bodies:
            pairs.append((5, _array([_text_cbor(each)
                                     for each in self.bodies])))
        for key, age in ((6, self.status_age), (7, self.epoch_age),
                         (8, self.trust_age)):
            if age != Age():
                pairs.append((key, _array([_head(0, age.warn),
                                           _head(0, age.fail)])))
        if self.skew:
            pairs.append((9, _head(0, self.skew)))
        if self.remember is not None:
            pairs.append((10, _array([
                _head(0, self.remember.number),
                _head(2, 32) + bytes.fromhex(self.remember.hash)])))
        if self.origin is not None:
            pairs.append((11, _text_cbor(self.origin)))
        return _map(pairs)

    def sha256(self) -> str:
        """The hash that names this policy, in hex."""
        return hashlib.sha256(self.cbor()).hexdigest()


def _host(place: str, value: object) -> str:
    host = _text(place, value, HOST, "the host name of the website in lower "
                 "case (international names as xn--...)")
    if len(host) > 253:
        _wrong(place, "at most 253 characters", value)
    return host


def _head(major: int, n: int) -> bytes:
    """The shortest head (RFC 8949 section 4.2.1)."""
    if n < 24:
        return bytes([major << 5 | n])
    size = 1 if n < 1 << 8 else 2 if n < 1 << 16 else 4
    return bytes([major << 5 | 23 + size.bit_length()]) + \
        n.to_bytes(size, "big")


def _text_cbor(text: str) -> bytes:
    data = text.encode("ascii")
    return _head(3, len(data)) + data


def _array(items: Sequence[bytes]) -> bytes:
    return _head(4, len(items)) + b"".join(items)


def _map(pairs: Sequence[tuple[int, bytes]]) -> bytes:
    return _head(5, len(pairs)) + b"".join(
        _head(0, key) + value for key, value in pairs)


def _demand_cbor(demand: Demand) -> bytes:
    pairs = [(1, _head(0, 1 + CLAIMS.index(demand.claim)))]
    if demand.service is not None:
        pairs.append((2, _text_cbor(demand.service)))
    pairs.append((3, _head(0, 1 + LEVELS.index(demand.level))))
    return _map(pairs)
