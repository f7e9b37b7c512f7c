# SPDX-License-Identifier: EUPL-1.2
"""The report of one badge: schemas/report.schema.json."""

from __future__ import annotations

import dataclasses
import enum
import json as _json
from typing import Any, Mapping, Optional

from ._policy import Epoch


class Verdict(str, enum.Enum):
    """VALID, and nothing else, means believe it."""
    VALID = "valid"
    MALFORMED = "malformed"
    UNTRUSTED = "untrusted"
    NOT_YET_VALID = "not-yet-valid"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"
    SUPERSEDED = "superseded"
    WRONG_ORIGIN = "wrong-origin"
    UNMET = "unmet"
    NOT_LISTED = "not-listed"
    UNDETERMINED = "undetermined"


class Binding(str, enum.Enum):
    """What it was bound to; with NONE nobody checked whose mark it is."""
    NONE = "none"
    ORIGIN = "origin"
    HOLDER = "holder"


class Outcome(str, enum.Enum):
    NOT_PERFORMED = "not-performed"
    PASSED = "passed"
    WARNED = "warned"
    FAILED = "failed"


@dataclasses.dataclass(frozen=True)
class Check:
    """One check; want and found are numbers or times, by check."""
    check: str
    outcome: Outcome
    why: str
    want: int
    found: int
    want_text: str
    found_text: str


@dataclasses.dataclass(frozen=True)
class Report:
    """What came of it. As a condition it is its .ok, never true by itself."""
    json: bytes                         # exactly as the library wrote it
    verdict: Verdict
    binding: Binding
    indication: str                     # ETSI EN 319 102-1
    exit: int                           # as of "keurmerk verify"
    now: int
    trust_version: Optional[int]
    epoch: Optional[Epoch]              # to be remembered
    status_list: Optional[Mapping[str, Any]]
    checks: tuple[Check, ...]           # check i stands at place i
    attestation: Optional[Mapping[str, Any]]    # only where a key vouches
    unbound_ok: bool = False
    refused: tuple[tuple[int, str], ...] = ()   # of objects: place, reason

    @property
    def ok(self) -> bool:
        """Valid, and bound to a site or a holder unless unbound_ok."""
        return self.verdict is Verdict.VALID and (
            self.binding is not Binding.NONE or self.unbound_ok is True)

    def __bool__(self) -> bool:
        return self.ok

    def check(self, name: str) -> Check:
        """The check of this name ("status-age")."""
        for each in self.checks:
            if each.check == name:
                return each
        raise ValueError("check: expected one of %s, found %r" % (
            ", ".join(each.check for each in self.checks), name))


def report_of(data: bytes, unbound_ok: bool,
              refused: tuple[tuple[int, str], ...]) -> Report:
    got = _json.loads(data)
    checks = tuple(Check(
        check=each["check"], outcome=Outcome(each["outcome"]),
        why=each["why"], want=each["want"], found=each["found"],
        want_text=each["want_text"], found_text=each["found_text"])
        for each in got["checks"])
    return Report(
        json=data, verdict=Verdict(got["verdict"]),
        binding=Binding(got["binding"]), indication=got["indication"],
        exit=got["exit"], now=got["now"],
        trust_version=got["trust_version"],
        epoch=None if got["epoch"] is None else Epoch(**got["epoch"]),
        status_list=got["status_list"], checks=checks,
        attestation=got["attestation"], unbound_ok=unbound_ok,
        refused=refused)
