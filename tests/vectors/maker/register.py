# SPDX-License-Identifier: EUPL-1.2
"""Register leaves, runs and their index (schemas/register.cddl)."""

from . import attestation, tree
from .cbor import Endless, Raw, write
from .keys import sha256
from .kinds import HASH, TIME, Array, Bytes, Tuple, Uint, Word
from .vectors import DAY, NOW, File

GRANTED = [NOW - DAY, "grant", None]
ATTESTATION = attestation.signed(attestation.claims()).bytes()


class Reason(Uint):
    """1 to 7, or null."""
    def __init__(self):
        super().__init__(1, 7)

    def bad(self, value):
        for each in super().bad(value):
            if each[0] != "null":
                yield each
        yield "undefined", "type", "null, nothing else", Raw(b"\xf7")
        yield "false", "type", "null, nothing else", Raw(b"\xf4")


EVENT = Tuple(("time", TIME),
              ("kind", Word(1, 16,
                            ("of-none", "erase", "a closed list"),
                            ("in-capitals", "Grant", "lower case"),
                            ("cut", "gran", "the whole of it"),
                            ("and-more", "grants", "no more than it"))),
              ("reason", Reason()))
EVENTS = Array(EVENT, 1, 64, lambda i: [NOW + i, "renew", None], twice=False)
STATUS = Uint(0, 3)
LEAF = Tuple(("index", Uint(0, 2 ** 32 - 1)),
             ("attestation", Bytes(1, 2048)), ("status", STATUS),
             ("events", EVENTS))


def leaf(index, data=ATTESTATION, status=0, events=(GRANTED,)):
    return [index, data, status, [list(each) for each in events]]


def out_of_order():
    """Yield (name, error, why, events)."""
    yield ("events-descending", "order", "oldest first",
           [[NOW, "grant", None], [NOW - 1, "suspend", 3]])
    yield ("last-event-too-early", "order", "oldest first",
           [[NOW - 2, "grant", None], [NOW - 1, "suspend", 3],
            [NOW - 2, "lift", None]])


ALL = [[NOW - 9 * DAY, "grant", None], [NOW - 8 * DAY, "renew", None],
       [NOW - 7 * DAY, "amend", None], [NOW - 6 * DAY, "suspend", 3],
       [NOW - 5 * DAY, "lift", None], [NOW - 4 * DAY, "withdraw", 5],
       [NOW - 3 * DAY, "end", 1], [NOW - 2 * DAY, "void", 6],
       [NOW - DAY, "supersede", None]]


def small(index):
    """A leaf that does not take much: what it holds is not looked into."""
    return leaf(index, b"attestation %d" % index)


def good():
    file = File("register leaf", "leaf_hash: RFC 9162 section 2.1.1.",
                now=NOW)

    def add(name, why, item):
        file.add(name, write(item), why,
                 leaf_hash=tree.leaf(write(item)).hex(), index=item[0],
                 status=item[2])

    add("plain", "one event", leaf(0))
    add("last-index", "2^32 - 1", leaf(2 ** 32 - 1))
    for status in (1, 2, 3):
        add("status-%d" % status, "each status", leaf(7, status=status))
    add("every-kind", "each kind of event", leaf(7, events=ALL))
    add("every-reason", "1 to 7", leaf(7, events=[
        [NOW + i, "suspend", i] for i in range(1, 8)]))
    add("at-once", "events of one second", leaf(7, events=[GRANTED] * 2))
    add("64-events", "as many as may be", leaf(7, b"a", events=[
        [NOW + i, "lift", None] for i in range(64)]))
    add("2048-bytes", "the longest attestation", leaf(7, bytes(2048)))
    return file


def bad():
    file = File("register leaf", "Refused for its form; what is inside the "
                "attestation is not looked into.", now=NOW)
    item = small(7)
    item[3] = [[NOW, "suspend", 3]]
    for name, error, why, changed in LEAF.bad(item):
        file.once(name, write(changed), why, stage="decode", error=error)
    for name, error, why, events in out_of_order():
        file.once(name, write(leaf(7, b"a", events=events)), why,
                 stage="decode", error=error)
    for name, error, why, data in (
            ("byte-after", "trailing", "nothing may follow",
             write(item) + b"\x00"),
            ("last-byte-missing", "truncated", "it ends too early",
             write(item)[:-1]),
            ("nothing", "truncated", "no byte at all", b"")):
        file.once(name, data, why, stage="decode", error=error)
    return file


def run_good():
    file = File("register run", "A CBOR sequence of leaves; root: of their "
                "hashes, and the name of the file.", now=NOW)
    for n in (1, 2, 3, 5, 8):
        leaves = [write(small(i)) for i in range(n)]
        file.once("of-%d" % n, b"".join(leaves), "%d leaves" % n, leaves=n,
                 root=tree.root([tree.leaf(each) for each in leaves]).hex())
    leaves = [write([i, b"a", 0, [GRANTED]]) for i in range(1024)]
    file.once("of-1024", b"".join(leaves), "as many as may be", leaves=1024,
             root=tree.root([tree.leaf(each) for each in leaves]).hex())
    return file


def run_bad():
    file = File("register run", "Refused while its leaves are read one by "
                "one.", now=NOW)
    leaves = [write(small(i)) for i in range(3)]

    def add(name, error, why, data):
        file.once(name, data, why, stage="decode", error=error)

    whole = b"".join(leaves)
    add("map-between", "type", "leaves only", leaves[0] + b"\xa0" + leaves[1])
    add("number-after", "type", "leaves only", whole + b"\x00")
    add("tag-first", "type", "no tags", b"\xc0" + whole)
    add("cut", "truncated", "the last leaf whole", whole[:-1])
    add("break-after", "type", "a sequence, no array", whole + b"\xff")
    add("in-an-array", "limit", "a sequence, no array",
        write([small(i) for i in range(3)]))
    add("leaf-of-three", "limit", "a leaf has four parts",
        leaves[0] + write(small(1)[:3]))
    add("leaf-indefinite", "encoding", "lengths are definite",
        leaves[0] + write(Endless(small(1))))
    add("leaf-too-deep", "limit", "three levels", leaves[0] + write(
        [1, b"a", 0, [[NOW, "grant", [[0]]]]]))
    add("attestation-empty", "limit", "at least one byte",
        leaves[0] + write(leaf(1, b"")))
    return file


def index_good():
    file = File("register index", "How many leaves, and the roots of their "
                "runs.", now=NOW)
    for n in (0, 1, 1023, 1024, 1025, 3000):
        roots = [sha256(b"run %d" % i) for i in range((n + 1023) // 1024)]
        file.once("of-%d" % n, write([n, roots]), "%d leaves" % n, size=n,
                 root=tree.root(roots).hex())
    return file


def index_bad():
    file = File("register index", "Refused for its form.", now=NOW)
    roots = [sha256(b"run %d" % i) for i in range(2)]

    def add(name, error, why, item):
        file.once(name, item if isinstance(item, bytes) else write(item), why,
                 stage="decode", error=error)

    good_ = [1025, roots]
    pair = Tuple(("size", Uint(0, 2 ** 32 - 1)),
                 ("roots", Array(HASH, 2, 2, lambda i: bytes(32),
                                 twice=False)))
    for each in pair.bad(good_):
        add(*each)
    add("root-less", "limit", "ceil(size / 1024)", [2049, roots])
    add("root-more", "limit", "ceil(size / 1024)", [1024, roots])
    add("none-with-a-root", "limit", "ceil(size / 1024)", [0, roots[:1]])
    add("byte-after", "trailing", "nothing may follow",
        write(good_) + b"\x00")
    add("last-byte-missing", "truncated", "it ends too early",
        write(good_)[:-1])
    add("nothing", "truncated", "no byte at all", b"")
    return file


def trees_good():
    """Roots and paths, for whoever writes the two functions again."""
    file = File("tree", "bytes: the entries one after the other, each a byte "
                "of its own place. root: of size of them; path leads from "
                "index there, consistency from the first from of them.",
                now=NOW)
    for n in range(9):
        entries = [bytes([i]) for i in range(n)]
        leaves = [tree.leaf(each) for each in entries]
        file.once("root-of-%d" % n, b"".join(entries), "2.1.1", size=n,
                 root=tree.root(leaves).hex(), of="root")
        for i in range(n):
            file.once("path-%d-of-%d" % (i, n), b"".join(entries), "2.1.3.1",
                     size=n, index=i, root=tree.root(leaves).hex(),
                     path=[each.hex() for each in tree.path(i, leaves)],
                     of="path %d" % i)
        for m in range(1, n + 1):
            file.once("from-%d-to-%d" % (m, n), b"".join(entries), "2.1.4.1",
                     size=n, root=tree.root(leaves).hex(),
                     **{"from": m, "from_root": tree.root(leaves[:m]).hex()},
                     path=[each.hex() for each in tree.consistency(
                         m, leaves)], of="from %d" % m)
    return file


def trees_bad():
    file = File("tree", "As the good ones, and the path does not lead there.",
                now=NOW)
    for n, i in ((1, 0), (2, 1), (3, 2), (5, 4), (7, 3), (8, 0)):
        leaves = [tree.leaf(bytes([each])) for each in range(n)]
        path = tree.path(i, leaves)
        top = tree.root(leaves)

        def add(name, why, path_, index=i, size=n, root=top):
            file.once("%s-%d-of-%d" % (name, i, n), bytes(range(n)), why,
                     stage="tree", error="proof", size=size, index=index,
                     root=root.hex(), path=[each.hex() for each in path_],
                     leaf=i, of="%s %d" % (name, i))

        if n == 1:
            add("hash-above-the-root", "as many as there are levels",
                [bytes(32)], root=tree.node(bytes(32), top))
        if n == 2:
            add("root-of-fewer", "a path for the whole of the tree", [],
                root=leaves[i])
        add("one-hash-more", "as many as there are levels",
            path + [bytes(32)])
        add("index-at-size", "index < size", path, index=n)
        add("size-0", "index < size", path, size=0)
        add("other-root", "the root", path, root=sha256(top))
        if path:
            add("one-hash-less", "as many as there are levels", path[:-1])
            add("first-flipped", "each hash",
                [sha256(path[0])] + path[1:])
            add("last-flipped", "each hash", path[:-1] + [sha256(path[-1])])
        if len(path) > 1:
            add("turned", "from the leaf up", path[::-1])
            add("neighbour", "the leaf's own place", path, index=i ^ 1)
    for n, m in ((2, 1), (3, 2), (4, 2), (7, 3), (8, 6)):
        leaves = [tree.leaf(bytes([each])) for each in range(n)]
        path = tree.consistency(m, leaves)

        def add(name, why, path_, first=tree.root(leaves[:m]),
                from_=m, size=n, last=tree.root(leaves)):
            file.once("%s-%d-to-%d" % (name, m, n), bytes(range(n)), why,
                     stage="tree", error="proof", size=size,
                     root=last.hex(), path=[each.hex() for each in path_],
                     of="%s from %d" % (name, m),
                     **{"from": from_, "from_root": first.hex()})

        add("hash-more", "as many as there are", path + [bytes(32)])
        add("hash-less", "as many as there are", path[:-1])
        add("flipped", "each hash", path[:-1] + [sha256(path[-1])])
        add("old-root", "the root before", path, first=sha256(b"before"))
        add("new-root", "the root after", path, last=sha256(b"after"))
        add("root-of-fewer", "a path for the whole of the tree", path,
            size=4 * n)
        add("backwards", "a tree only grows", path, from_=n, size=m)
    return file
