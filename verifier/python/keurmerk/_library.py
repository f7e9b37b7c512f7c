# SPDX-License-Identifier: EUPL-1.2
"""libkeurmerk, through nothing but bytes and numbers.

No struct of the library is described here but km_bytes, an address and a
length: a layout may change with the version, and a description that is wrong
would be wrong without a word.
"""

from __future__ import annotations

import ctypes
import threading
from typing import Optional

from . import _where

SONAME = "libkeurmerk.so.0"
FULL = "full"
JSON_MAX = 65536        # more than any report; the library says if not

_lock = threading.Lock()
_library: Optional[ctypes.CDLL] = None


def use_library(path: str) -> None:
    """Use the library in this file; to be said before anything else.

    Without it: the file that "make install" wrote down, or else what the
    system's loader finds under the name libkeurmerk.so.0.
    """
    global _library
    if not isinstance(path, str) or "/" not in path:
        raise ValueError("library: expected the path of %s, found %r" %
                         (SONAME, path))
    with _lock:
        if _library is not None:
            raise ValueError("library: expected to be told before the first "
                             "use, found it in use")
        _library = _declared(ctypes.CDLL(path))


def library() -> ctypes.CDLL:
    """The library, opened at the first use."""
    global _library
    with _lock:
        if _library is None:
            path = _where.LIBRARY or SONAME
            try:
                _library = _declared(ctypes.CDLL(path))
            except OSError as error:
                raise ImportError(
                    "keurmerk: expected the library %s, found none (%s): "
                    "install keurmerk, or call keurmerk.use_library()" %
                    (path, error)) from error
        return _library


def _declared(lib: ctypes.CDLL) -> ctypes.CDLL:
    size, data, pointer = ctypes.c_size_t, ctypes.c_char_p, ctypes.c_void_p
    lib.km_known_begin.argtypes = [pointer, size, data, size]
    lib.km_known_begin.restype = pointer
    lib.km_known_add.argtypes = [pointer, data, size]
    lib.km_known_add.restype = ctypes.c_int
    lib.km_known_end.argtypes = [pointer]
    lib.km_known_end.restype = None
    lib.km_register_room.argtypes = [ctypes.c_uint32]
    lib.km_register_room.restype = size
    lib.km_known_register.argtypes = [pointer, pointer, size,
                                      ctypes.POINTER(size), size]
    lib.km_known_register.restype = ctypes.c_int
    lib.km_known_room.argtypes = [size]
    lib.km_known_room.restype = size
    lib.km_err_name.argtypes = [ctypes.c_int]
    lib.km_err_name.restype = data
    lib.km_version.argtypes = []
    lib.km_version.restype = data
    lib.km_verify_json.argtypes = [
        pointer, pointer, size, ctypes.POINTER(size), data, size, data, size,
        data, size, ctypes.c_int64]
    lib.km_verify_json.restype = ctypes.c_int
    lib.km_check_json.argtypes = [
        pointer, pointer, size, ctypes.POINTER(size), ctypes.c_int, data,
        size, data, size, data, size, ctypes.c_int64]
    lib.km_check_json.restype = ctypes.c_int
    return lib


def name_of(err: int) -> str:
    """What the library calls this reason; "ok" is none."""
    name: bytes = library().km_err_name(err)
    return name.decode("ascii")


def version() -> str:
    """The library's version."""
    text: bytes = library().km_version()
    return text.decode("ascii")
