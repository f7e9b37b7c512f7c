# SPDX-License-Identifier: EUPL-1.2
"""What is known, and verifying against it."""

from __future__ import annotations

import ctypes
import datetime
import mmap
import time
import weakref
from typing import Iterable, Mapping, NoReturn, Optional, Union

from ._library import FULL, JSON_MAX, library, name_of
from ._policy import Policy
from ._report import Report, report_of

ALIGN = 16
ROOM_MAX = 1 << 28      # bytes for what is known; far more than is needed
TIME_MAX = 253402300799
RUN, RUNS_MAX = 1024, 1 << 17           # leaves in a run; runs
BY_BADGE = 0

Bytes = Union[bytes, bytearray, memoryview]
Time = Union[int, datetime.datetime]


def _bytes(what: str, value: object) -> bytes:
    if not isinstance(value, (bytes, bytearray, memoryview)):
        raise TypeError("%s: expected bytes, found %s" %
                        (what, type(value).__name__))
    return bytes(value)


def _shown_by(origin: object) -> bytes:
    """Whatever host it is that shows a badge: only one that is named will do.

    An empty one is a mistake, which would else mean that none is asked.
    """
    if not isinstance(origin, str):
        raise TypeError("origin: expected a host name or None, found %s" %
                        type(origin).__name__)
    if not origin:
        raise ValueError("origin: expected a host name or None, found ''")
    return origin.encode("utf-8", "backslashreplace")


def _seconds(now: object) -> int:
    if now is None:
        return int(time.time())
    if isinstance(now, datetime.datetime):
        if now.tzinfo is None:
            raise ValueError("now: expected a time with its time zone, found "
                             "%s" % now.isoformat())
        now = int(now.timestamp() // 1)
    if type(now) is not int:
        raise TypeError("now: expected seconds since 1970 or a datetime, "
                        "found %s" % type(now).__name__)
    if not 0 <= now <= TIME_MAX:
        raise ValueError("now: expected 0 to %d, found %d" % (TIME_MAX, now))
    return now


class Known:
    """Trust list, epoch and status lists, verified once for many badges.

    trust is what all else rests on: the bytes of one trust list, or the 32
    bytes of its SHA-256, from where you trust it. objects are trust lists
    (first, each the next version), epochs and status lists; one that does not
    verify counts as not given, and refused has its place and the reason.

    It does not change once it is made, but by register(), so that threads may
    share it.
    """

    def __init__(self, trust: Bytes, objects: Iterable[Bytes] = ()) -> None:
        pin = _bytes("trust", trust)
        if isinstance(objects, (bytes, bytearray, memoryview, str)):
            raise TypeError("objects: expected several objects, found %s" %
                            type(objects).__name__)
        given = [_bytes("objects[%d]" % i, each)
                 for i, each in enumerate(objects)]
        room = library().km_known_room(len(given))
        while not self._fits(pin, given, room):
            room *= 2
            if room > ROOM_MAX:
                raise ValueError("objects: expected what fits %d bytes, "
                                 "found more" % ROOM_MAX)

    def _fits(self, pin: bytes, given: list[bytes], room: int) -> bool:
        lib = library()
        memory = ctypes.create_string_buffer(room + ALIGN)
        at = -(-ctypes.addressof(memory) // ALIGN) * ALIGN
        known = lib.km_known_begin(at, room, pin, len(pin))
        if not known:
            raise ValueError("trust: expected the bytes of a trust list, or "
                             "the 32 bytes of its SHA-256, found %d bytes "
                             "that are neither" % len(pin))
        # The memory lives until the library has let go of it.
        kept: list[object] = [memory]
        end = weakref.finalize(self, _end, lib, known, kept)
        # Not while threads that nobody waits for may still be verifying.
        end.atexit = False
        refused = []
        for i, each in enumerate(given):
            why = name_of(lib.km_known_add(known, each, len(each)))
            if why == FULL:
                end()
                return False
            if why != "ok":
                refused.append((i, why))
        self._known = known
        self._kept = kept
        self.refused = tuple(refused)
        return True

    def __reduce__(self) -> NoReturn:
        # What is known lies in the memory of the library in this process.
        raise TypeError("Known: expected to be made anew where it is needed, "
                        "found copied or pickled")

    def verify(self, badge: Bytes, *,
               policy: Union[Policy, Mapping[str, object], None] = None,
               origin: Optional[str] = None, now: Optional[Time] = None,
               unbound_ok: bool = False) -> Report:
        """Verify one badge; see keurmerk.verify()."""
        return self._ask(BY_BADGE, _bytes("badge", badge), policy, origin,
                         now, unbound_ok)

    def register(self, runs: Iterable[Bytes]) -> str:
        """Know the whole register of the epoch that is known.

        runs is the bytes of the files register/HASH, in the order of
        register/index/N; they are kept. Gives "ok", or why they do not count:
        all is then as it was. Do it before threads share this.
        """
        if isinstance(runs, (bytes, bytearray, memoryview, str)):
            raise TypeError("runs: expected several runs, found %s" %
                            type(runs).__name__)
        given = [_bytes("runs[%d]" % i, each) for i, each in enumerate(runs)]
        if len(given) > RUNS_MAX:
            raise ValueError("runs: expected at most %d, found %d" %
                             (RUNS_MAX, len(given)))
        lib = library()
        # What the library does not touch of it costs nothing.
        memory = mmap.mmap(-1, lib.km_register_room(RUN * len(given)))
        room = ctypes.c_char.from_buffer(memory)
        places = (ctypes.c_size_t * (2 * len(given)))()
        for i, each in enumerate(given):
            places[2 * i] = ctypes.cast(ctypes.c_char_p(each),
                                        ctypes.c_void_p).value or 0
            places[2 * i + 1] = len(each)
        why = name_of(lib.km_known_register(
            self._known, ctypes.addressof(room), len(memory), places,
            len(given)))
        if why == "ok":
            self._kept += (memory, room, given)
        return why

    def check(self, *, number: Optional[str] = None,
              holder: Optional[str] = None, host: Optional[str] = None,
              policy: Union[Policy, Mapping[str, object], None] = None,
              origin: Optional[str] = None, now: Optional[Time] = None,
              unbound_ok: bool = False) -> Report:
        """Ask the register by one of three keys, instead of a badge.

        number      the mark's: "KM-2026-000123-P"
        holder      a KVK number, EUID, LEI, or any identifier as in "sub"
        host        exact, in lower case, A-labels

        Found by its holder or host it is bound to that. Nothing found is
        NOT_LISTED where the register is whole and fresh, else UNDETERMINED.
        """
        keys = [(by, key) for by, key in enumerate((number, holder, host), 1)
                if key is not None]
        if len(keys) != 1 or not isinstance(keys[0][1], str):
            raise TypeError("check: expected one of number, holder and host, "
                            "as text, found %.80r" % ([k for _, k in keys],))
        by, key = keys[0]
        return self._ask(by, key.encode("utf-8", "backslashreplace"), policy,
                         origin, now, unbound_ok)

    def _ask(self, by: int, key: bytes,
             policy: Union[Policy, Mapping[str, object], None],
             origin: Optional[str], now: Optional[Time],
             unbound_ok: bool) -> Report:
        asked = Policy.of(policy).cbor()
        shown_by = b"" if origin is None else _shown_by(origin)
        if type(unbound_ok) is not bool:
            raise TypeError("unbound_ok: expected True or False, found %s" %
                            type(unbound_ok).__name__)
        out = ctypes.create_string_buffer(JSON_MAX)
        length = ctypes.c_size_t(0)
        err = library().km_check_json(
            self._known, out, len(out), ctypes.byref(length), by, key,
            len(key), asked, len(asked), shown_by, len(shown_by),
            _seconds(now))
        if err != 0:
            raise ValueError("policy: expected one that libkeurmerk reads, "
                             "found one that it refuses: %s" % name_of(err))
        return report_of(out.raw[:length.value], unbound_ok, self.refused)


def _end(lib: ctypes.CDLL, known: int, kept: object) -> None:
    lib.km_known_end(known)


def verify(badge: Bytes, *, trust: Bytes, objects: Iterable[Bytes] = (),
           policy: Union[Policy, Mapping[str, object], None] = None,
           origin: Optional[str] = None, now: Optional[Time] = None,
           unbound_ok: bool = False) -> Report:
    """Verify one badge. For many against the same, use Known.

    badge       any bytes; whatever they are, there is a report
    trust, objects
                what is known: see Known
    policy      what is asked (schemas/policy.schema.json), as a mapping or a
                Policy; the default is a certificate of the production
                environment
    origin      the exact host that shows the badge
    now         seconds since 1970, or a datetime with a time zone; the
                default is the clock
    unbound_ok  True where you know by other means whose badge it is

    Raises TypeError and ValueError for wrong use only, and says what was
    expected and found.
    """
    return Known(trust, objects).verify(
        badge, policy=policy, origin=origin, now=now, unbound_ok=unbound_ok)
