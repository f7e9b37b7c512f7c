# SPDX-License-Identifier: EUPL-1.2
"""A file of vectors, and what all files have in common."""

import json

NOW = 1795478400	# 2026-11-24T00:00:00Z
DAY = 86400


class File:
    """Vectors of one object; names and bytes stand once."""
    def __init__(self, object_, about, **context):
        self.head = {"object": object_, "about": about, **context}
        self.vectors = []
        self.names, self.seen = set(), {}

    @staticmethod
    def mark(data, more):
        return data, more.get("after"), more.get("of"), more.get("zeros")

    def too_long(self, data, limit, **more):
        """These bytes and zeros after them, one byte above the limit."""
        self.add("of-%d" % (limit + 1), data, "at most %d bytes" % limit,
                 stage="decode", error="limit",
                 zeros=limit + 1 - len(data), **more)

    def add(self, name, data, rule, **more):
        """One vector; data: the bytes, or more says what it is of."""
        if name in self.names:
            raise AssertionError("%s: twice" % name)
        self.names.add(name)
        # The same bytes are wrong once, of one question.
        mark = self.mark(data, more)
        if mark in self.seen:
            raise AssertionError("%s: the bytes of %s" %
                                 (name, self.seen[mark]))
        self.seen[mark] = name
        self.vectors.append({"name": name, "rule": rule, **more,
                             "bytes": data.hex()})

    def once(self, name, data, rule, **more):
        """As add(), where one rule gives what another gave already."""
        if self.mark(data, more) not in self.seen:
            self.add(name, data, rule, **more)

    def text(self):
        """The file, a line a vector."""
        def one(item):
            return json.dumps(item, ensure_ascii=False)

        head = dict(self.head, count=len(self.vectors))
        lines = ["%s: %s," % (one(key), one(value))
                 for key, value in head.items()]
        return "{%s\n\"vectors\": [\n%s\n]}\n" % (
            "\n".join(lines), ",\n".join(map(one, self.vectors)))
