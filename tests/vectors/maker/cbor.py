# SPDX-License-Identifier: EUPL-1.2
"""CBOR (RFC 8949) written item by item, right or wrong on purpose.

A map is a list of pairs in the order of writing, so that order, twice the
same key and what is missing are the caller's to choose.
"""


class Map:
    def __init__(self, pairs=()):
        self.pairs = [list(pair) for pair in pairs]

    def place(self, key):
        for i, pair in enumerate(self.pairs):
            if pair[0] == key:
                return i
        raise KeyError(key)

    def __getitem__(self, key):
        return self.pairs[self.place(key)][1]

    def __setitem__(self, key, value):
        self.pairs[self.place(key)][1] = value

    def __contains__(self, key):
        return any(pair[0] == key for pair in self.pairs)

    def without(self, *keys):
        return Map(pair for pair in self.pairs if pair[0] not in keys)

    def with_(self, key, value):
        """A copy with this value: in place, or where its key belongs."""
        pairs = [pair for pair in self.pairs if pair[0] != key]
        pairs.append([key, value])
        return Map(sorted(pairs, key=lambda pair: write(pair[0])))


class Raw:
    """These very bytes."""
    def __init__(self, data):
        self.data = data


class Tag:
    def __init__(self, number, item):
        self.number, self.item = number, item


class Wide:
    """An item whose head is one size longer than it need be."""
    def __init__(self, item):
        self.item = item


class Endless:
    """A string, array or map of indefinite length (section 3.2)."""
    def __init__(self, item):
        self.item = item


class Inside:
    """The byte string that holds this item."""
    def __init__(self, item):
        self.item = item



def head(major, n, wide=0):
    """The head of an item; wide: so many sizes above the shortest."""
    size = 0
    for limit in (24, 1 << 8, 1 << 16, 1 << 32):
        size += n >= limit
    size += wide
    if size == 0:
        return bytes([major << 5 | n])
    if size > 4:
        raise ValueError("no longer head for %d" % n)
    return bytes([major << 5 | 23 + size]) + n.to_bytes(1 << size - 1, "big")


def inner(item):
    """Major type, argument, and the bytes that follow the head."""
    if isinstance(item, bool):
        raise TypeError(item)
    if isinstance(item, int):
        return (0, item, b"") if item >= 0 else (1, -1 - item, b"")
    if isinstance(item, Inside):
        item = write(item.item)
    if isinstance(item, bytes):
        return 2, len(item), item
    if isinstance(item, str):
        data = item.encode("utf-8")
        return 3, len(data), data
    if isinstance(item, list):
        return 4, len(item), b"".join(map(write, item))
    if isinstance(item, Map):
        return 5, len(item.pairs), b"".join(
            write(key) + write(value) for key, value in item.pairs)
    if isinstance(item, Tag):
        return 6, item.number, write(item.item)
    raise TypeError(item)


def write(item):
    """The bytes of an item."""
    if item is None:
        return b"\xf6"
    if isinstance(item, Raw):
        return item.data
    if isinstance(item, Wide):
        major, n, rest = inner(item.item)
        return head(major, n, 1) + rest
    if isinstance(item, Endless):
        major, _, rest = inner(item.item)
        if major in (2, 3):	# of one chunk
            rest = write(item.item)
        return bytes([major << 5 | 31]) + rest + b"\xff"
    major, n, rest = inner(item)
    return head(major, n) + rest


def plain(item):
    """As Python has it, for comparing with another reader of CBOR."""
    if isinstance(item, Inside):
        return write(item.item)
    if isinstance(item, list):
        return [plain(each) for each in item]
    if isinstance(item, Map):
        return {key: plain(value) for key, value in item.pairs}
    return item
