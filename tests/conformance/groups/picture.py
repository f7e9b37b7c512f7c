# SPDX-License-Identifier: EUPL-1.2
"""Pictures: drawn from what is signed, and retouched.

The good ones are in drawn/: tests/system/wrap_badge.c drew them, and whether
they are right is for tests/unit/test_verifier_drawing.c to say. Here they are
what is retouched.
"""

import os

from .container import page, url64
from .vector import Group
from .world import GOOD, KNOWN, PIN, RICH, T1, in_map

HERE = os.path.dirname(os.path.abspath(__file__))


def drawn(name):
    with open(os.path.join(HERE, "..", "drawn", name + ".svg"), "rb") as file:
        return file.read()


def pictures():
    group = Group("picture", "The picture is drawn again from the claims and "
                  "compared: one byte that differs is retouched, which is "
                  "malformed.", "design section 4: retouched is malformed; "
                  "R36, R37", PIN, KNOWN)
    plain, stapled = drawn("plain"), drawn("stapled")
    if url64(in_map(RICH)).encode() not in plain:
        raise AssertionError("picture.py: drawn/plain.svg is of another")
    bad = [("picture", "picture")]

    def retouched(name, why, data, failed=None, **more):
        if data in (plain, stapled):
            raise AssertionError("picture.py: %s changes nothing" % name)
        group.add("picture-" + name, why, "malformed", failed or bad,
                  badge=data, **more)

    def swap(old, new, data=plain):
        if data.count(old) < 1:
            raise AssertionError("picture.py: no %r" % old)
        return data.replace(old, new)

    group.add("picture-drawn", "as it was drawn", "valid", badge=plain)
    group.add("picture-stapled", "it shows the status of the list that it "
              "carries", "valid", badge=stapled, objects=[T1])
    group.add("picture-in-a-page", "the picture in a saved page: which "
              "picture the page shows is not checked", "valid",
              badge=page(plain))
    for name, why, old, new in (
            ("name", "another name", b"Voorbeeld ICT B.V.",
             b"Voorbeeld ICT N.V."),
            ("level", "a higher level", b"niveau substantieel",
             b"niveau hoog"),
            ("number", "another mark's number", b"KM-2026-000123-P",
             b"KM-2026-000124-P"),
            ("kvk", "another holder", b"NTRNL-90000011<",
             b"NTRNL-90000012<") if b"NTRNL-90000011<" in plain else
            ("kvk", "another holder", b"NTRNL-90000011",
             b"NTRNL-90000012"),
            ("date", "a later last day", b"2027", b"2029"),
            ("trade-name", "another trade name", "E\u00e9n".encode(),
             b"Twee"),
            ("host", "another place to check", b"keurmerk.example.",
             b"keurmerc.example."),
            ("colour", "another colour", b"#ffffff", b"#fffffe"),
            ("size", "stretched", b'width="320"', b'width="321"'),
            ("script", "a script in it", b"</svg>",
             b"<script>alert(1)</script></svg>"),
            ("event", "an event attribute", b"<svg ",
             b'<svg onload="alert(1)" '),
            ("style", "a style in it", b"</svg>",
             b"<style>@import url(x)</style></svg>"),
            ("link", "a link around nothing", b"</svg>",
             b'<a href="https://evil.example"/></svg>'),
            ("image", "an image in it", b"</svg>",
             b'<image href="https://evil.example/x.png"/></svg>'),
            ("comment", "a comment in it", b"</svg>", b"<!-- --></svg>"),
            ("space", "one space more", b"<svg ", b"<svg  "),
            ("quotes", "single quotes", b'role="img"', b"role='img'"),
            ("title-gone", "no title", b"<title>", b"<titel>")):
        retouched(name, why, swap(old, new))
    retouched("doctype", "a DOCTYPE before it", b"<!DOCTYPE svg>" + plain)
    retouched("entity", "an entity of its own", b'<!DOCTYPE svg [<!ENTITY x '
              b'SYSTEM "file:///etc/passwd">]>' + plain)
    retouched("declaration", "an XML declaration before it",
              b'<?xml version="1.0"?>' + plain)
    retouched("line-end-after", "bytes after it", plain + b"\n\n")
    retouched("byte-less", "a byte less", plain.rstrip(b"\n")[:-1])
    retouched("badge-of-another", "the picture of one, the badge of another",
              swap(url64(in_map(RICH)).encode(),
                   url64(in_map(GOOD)).encode()))
    retouched("variant-of-another", "said to be dark, drawn light",
              swap(b'"1 light nl none -"', b'"1 dark nl none -"'))
    retouched("language-of-another", "said to be English, drawn in Dutch",
              swap(b'"1 light nl none -"', b'"1 light en none -"'))
    retouched("data-picture-malformed", "no such variant",
              swap(b'"1 light nl none -"', b'"1 pink nl none -"'))
    retouched("version-of-another", "another drawing than the claims name, "
              "known or not: to rename it hides no retouching",
              swap(b'"1 light nl none -"', b'"65535 light nl none -"'))
    other = [("picture", "mismatch")]
    retouched("shows-valid-carries-none", "a status without the list that "
              "says so", drawn("shows-valid"), other)
    retouched("shows-another-day", "of another day than the list that it "
              "carries", drawn("other-day"), other, objects=[T1])
    retouched("shows-another-status", "another status than the list that it "
              "carries", drawn("shows-suspended"), other, objects=[T1])
    return group


GROUPS = [pictures]
