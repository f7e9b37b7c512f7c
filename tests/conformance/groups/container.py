# SPDX-License-Identifier: EUPL-1.2
"""Files that carry a badge: SVG, PNG, pages, the text of a QR; and files
that do not."""

import base64
import zlib

from maker import attestation, badge
from maker.cbor import Endless, Wide
from maker.status import run_deflated, stored

from .vector import OBJECTS, Group
from .world import FULL, GOOD, KNOWN, LIST, PIN, RICH, in_map

# A drawing version that nobody knows: whether the picture shows what is
# signed is then not performed.
DRAWN = "65535 light nl valid 2026-11-24"


# Attestations that ask for that drawing.
NEWER = attestation.signed(attestation.claims(FULL.with_(19, 65535))).bytes()
WITHDRAWN = attestation.signed(attestation.claims(
    FULL.with_(19, 65535), status=attestation.place(1))).bytes()


def url64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def element(text, drawn=DRAWN):
    return '<metadata id="keurmerk" data-picture="%s">%s</metadata>' % (
        drawn, text)


def svg(*elements):
    return ('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1">'
            '%s<path d="M0 0h1v1z"/></svg>\n' % "".join(elements)).encode()


def page(*pictures):
    return (b"<!DOCTYPE html>\n<html><head><title>x</title></head><body>" +
            b"".join(pictures) + b"<p>tekst</p></body></html>\n")


def chunk(type_, data, crc=None):
    if crc is None:
        crc = zlib.crc32(type_ + data)
    return len(data).to_bytes(4, "big") + type_ + data + crc.to_bytes(
        4, "big")


HEAD = b"\x89PNG\r\n\x1a\n"
IHDR = chunk(b"IHDR", b"\0\0\0\1\0\0\0\1\x08\0\0\0\0")
IDAT = chunk(b"IDAT", stored(b"\x00\xff"))
IEND = chunk(b"IEND", b"")


def itxt(text, keyword=b"keurmerk", rest=b"\0\0\0\0\0"):
    return chunk(b"iTXt", keyword + rest + text)


def png(*chunks):
    return HEAD + IHDR + b"".join(chunks) + IDAT + IEND


def base32(data):
    return base64.b32encode(data).rstrip(b"=")


def qr(payload, host=b"KEURMERK.EXAMPLE", scheme=b"HTTPS", path=b"/K#"):
    return scheme + b"://" + host + path + payload


def add_to(group, prefix):
    """Two ways to say what is wrong with a file."""
    def refused(name, error, why, data):
        none = error == "no-badge"
        group.add("%s-%s" % (prefix, name), why, "malformed",
                  [("badge", error)], badge=data, exit_=2 if none else None)

    def good(name, why, data, **more):
        group.add("%s-%s" % (prefix, name), why, "valid", badge=data, **more)

    return refused, good


def pictures():
    group = Group("svg", "Badges in SVG and in pages: one element of one "
                  "form, found without a parser of XML or HTML; two are "
                  "malformed, none is no badge (exit 2).", "R32, design "
                  "section 3: badge", PIN, KNOWN)
    refused, good = add_to(group, "svg")
    text = url64(in_map(NEWER))
    good("plain", "as it is drawn", svg(element(text)))
    good("attestation", "an attestation is a badge", svg(element(
        url64(NEWER))))
    good("on-its-site", "with the origin that it names", svg(element(text)),
         origin="ict.example", binding="origin")
    refused("two", "two-badges", "two elements", svg(element(text),
                                                     element(text)))
    refused("two-different", "two-badges", "of two badges the first does not "
            "win", svg(element(text), element(url64(GOOD))))
    refused("second-in-a-comment", "two-badges", "a comment hides nothing",
            svg(element(text), "<!-- " + element(url64(GOOD)) + " -->"))
    refused("second-in-cdata", "two-badges", "nor does CDATA", svg(
        element(text), "<![CDATA[" + element(url64(GOOD)) + "]]>"))
    refused("second-empty", "two-badges", "nor an empty one", svg(
        element(text), element("")))
    refused("none", "no-badge", "a picture without a badge", svg())
    refused("id-of-another", "no-badge", "another id", svg(element(
        text).replace('"keurmerk"', '"keurmerk2"')))
    refused("id-in-single-quotes", "no-badge", "one form alone", svg(element(
        text).replace('"keurmerk"', "'keurmerk'")))
    refused("element-in-capitals", "no-badge", "one form alone", svg(
        element(text).replace("metadata", "METADATA")))
    refused("attributes-swapped", "no-badge", "one form alone", svg(
        '<metadata data-picture="%s" id="keurmerk">%s</metadata>' % (
            DRAWN, text)))
    refused("attribute-missing", "encoding", "data-picture must be there",
            svg('<metadata id="keurmerk">%s</metadata>' % text))
    refused("attribute-more", "encoding", "no other attribute", svg(
        element(text).replace('">', '" class="x">')))
    refused("attribute-too-long", "limit", "at most 64 bytes", svg(
        element(text, "1" * 65)))
    for name, why, changed in (
            ("padding", "unpadded", url64(in_map(NEWER) + b"" if len(
                in_map(NEWER)) % 3 else in_map(NEWER)) + "="),
            ("line-break", "no white space", text[:76] + "\n" + text[76:]),
            ("space-first", "no white space", " " + text),
            ("plus", "base64url, not base64", "+" + text[1:]),
            ("slash", "base64url, not base64", "/" + text[1:]),
            ("entity", "no entities", "&#112;" + text[1:]),
            ("of-4n-plus-1", "no bit of a byte in the last character",
             text + ("A" * (-len(text) % 4) + "A"))):
        refused("base64-" + name, "encoding", why, svg(element(changed)))
    tail = url64(in_map(NEWER) + b"\x00" * ((1 - len(in_map(NEWER))) % 3))
    refused("base64-bits-left-over", "encoding", "bits that are left over "
            "are zero", svg(element(tail[:-1] + "B" if tail[-1] == "A" else
                                    tail[:-1] + chr(ord(tail[-1]) + 1))))
    refused("text-empty", "truncated", "nothing in it", svg(element("")))
    refused("element-open", "encoding", "another element before its end",
            svg('<metadata id="keurmerk" data-picture="%s">%s<x/>' % (
                DRAWN, text)))
    refused("cut-in-the-text", "truncated", "it ends too early",
            svg(element(text))[:200])
    refused("badge-too-long", "limit", "more than 64 kB", svg(element(
        "A" * 87388)))
    refused("utf-16", "no-badge", "no other encoding", svg(element(
        text)).decode().encode("utf-16-le"))
    good("in-a-page", "a saved page", page(svg(element(text))))
    good("in-a-page-with-another-picture", "one with a badge, one without",
         page(svg(), svg(element(text))))
    refused("two-in-a-page", "two-badges", "two badges in one page",
            page(svg(element(text)), svg(element(text))))
    refused("none-in-a-page", "no-badge", "none", page(svg()))
    group.add("svg-withdrawn", "what is in it is verified as any",
              "withdrawn", [("status", "withdrawn")], badge=svg(element(
                  url64(WITHDRAWN))))
    group.add("svg-trailing-byte-inside", "nothing may follow the badge",
              "malformed", [("badge", "trailing")], badge=svg(element(url64(
                  in_map(NEWER) + b"\x00"))))
    return group


def _at(idx):
    from .world import at
    return at(idx)


def pngs():
    group = Group("png", "Badges in PNG: exactly one iTXt chunk of our "
                  "keyword, uncompressed, its CRC right; the whole file is "
                  "walked.", "R33, ISO/IEC 15948", PIN, KNOWN)
    refused, good = add_to(group, "png")
    text = url64(in_map(RICH)).encode()
    one = itxt(text)
    good("plain", "as it is drawn", png(one))
    good("text-of-others", "chunks of other keywords say nothing", png(
        itxt(b"x", b"Comment"), one, chunk(b"tEXt", b"Title\0x")))
    good("text-after-the-image", "it may stand there as well",
         HEAD + IHDR + IDAT + one + IEND)
    refused("two", "two-badges", "the keyword twice", png(one, one))
    refused("two-different", "two-badges", "the first does not win",
            png(one, itxt(url64(GOOD).encode())))
    refused("second-as-ztxt", "two-badges", "nor hides another kind of text",
            png(one, chunk(b"zTXt", b"keurmerk\0\0" + stored(text))))
    refused("none", "no-badge", "no chunk of that keyword", png())
    refused("keyword-in-capitals", "no-badge", "letter by letter",
            png(itxt(text, b"Keurmerk")))
    refused("keyword-longer", "no-badge", "the whole of it",
            png(itxt(text, b"keurmerk2")))
    refused("compressed", "encoding", "uncompressed alone", png(itxt(
        stored(text), rest=b"\0\1\0\0\0")))
    refused("compression-method", "encoding", "method 0", png(itxt(
        text, rest=b"\0\0\1\0\0")))
    refused("language", "encoding", "no language", png(itxt(
        text, rest=b"\0\0\0nl\0\0")))
    refused("translated", "encoding", "no translated keyword", png(itxt(
        text, rest=b"\0\0\0\0merk\0")))
    refused("as-text", "encoding", "iTXt alone", png(chunk(
        b"tEXt", b"keurmerk\0" + text)))
    refused("as-ztxt", "encoding", "iTXt alone", png(chunk(
        b"zTXt", b"keurmerk\0\0" + stored(text))))
    data = b"keurmerk\0\0\0\0\0" + text
    refused("crc", "mismatch", "CRC over type and data", png(chunk(
        b"iTXt", data, zlib.crc32(data))))
    refused("crc-of-the-image", "mismatch", "of every chunk",
            HEAD + IHDR + one + chunk(b"IDAT", stored(b"\x00\xff"), 0) +
            IEND)
    refused("padding", "encoding", "unpadded base64url", png(itxt(
        text + b"=")))
    refused("byte-after", "trailing", "nothing follows IEND",
            png(one) + b"\x00")
    refused("badge-after", "trailing", "nothing follows IEND",
            png(one) + in_map(GOOD))
    refused("cut", "truncated", "it ends too early", png(one)[:-5])
    refused("no-end", "truncated", "IEND must be there",
            HEAD + IHDR + one + IDAT)
    refused("length-of-4-gib", "truncated", "longer than the file",
            HEAD + IHDR + b"\xff\xff\xff\xffiTXt" + text)
    refused("header-not-first", "order", "IHDR first",
            HEAD + one + IHDR + IDAT + IEND)
    refused("critical-unknown", "type", "no critical chunk that we do not "
            "know", png(one, chunk(b"KEUR", b"")))
    refused("signature-alone", "truncated", "no chunk", HEAD)
    group.add("png-trailing-byte-inside", "nothing may follow the badge",
              "malformed", [("badge", "trailing")], badge=png(itxt(url64(
                  in_map(RICH) + b"\x00").encode())))
    return group


def codes():
    group = Group("qr", "The text of a full QR: https://HOST/K#, then the "
                  "attestation, deflated, in base32. The host is that of the "
                  "authority that the attestation names.", "R34, design "
                  "section 3: full QR", PIN, KNOWN)
    refused, good = add_to(group, "qr")
    text = base32(stored(RICH))
    good("plain", "as it is read", qr(text))
    good("small-letters", "a phone may write scheme and host in small "
         "letters", qr(text, b"keurmerk.example", b"https"))
    good("line-end", "an editor ends a text with a new line", qr(text) +
         b"\n")
    for name, host in (
            ("look-alike", b"KEURMERC.EXAMPLE"),
            ("sub-domain", b"WWW.KEURMERK.EXAMPLE"),
            ("longer", b"KEURMERK.EXAMPLE.EVIL.EXAMPLE"),
            ("shorter", b"MERK.EXAMPLE"), ("port", b"KEURMERK.EXAMPLE:443"),
            ("user", b"KEURMERK.EXAMPLE@EVIL.EXAMPLE"),
            ("trailing-dot", b"KEURMERK.EXAMPLE."), ("none", b""),
            ("of-the-holder", b"ICT.EXAMPLE")):
        refused("host-" + name, "mismatch", "the authority's own host",
                qr(text, host))
    refused("small-qr", "no-badge", "an address alone has no badge in it",
            b"HTTPS://KEURMERK.EXAMPLE/KM-2026-000123-P")
    refused("by-http", "no-badge", "https alone", qr(text, scheme=b"HTTP"))
    for name, path in (("path-in-small-letters", b"/k#"),
                       ("path-of-another", b"/X#"), ("query", b"/K?a#"),
                       ("query-for-fragment", b"/K?"),
                       ("slash", b"/K/#"), ("two-slashes", b"//K#")):
        refused(name, "no-badge", "HTTPS://HOST/K# and nothing else",
                qr(text, path=path))
    refused("text-before", "no-badge", "the address first", b"Zie " +
            qr(text))
    refused("base32-in-small-letters", "encoding", "upper case",
            qr(text.lower()))
    refused("base32-padding", "encoding", "unpadded", qr(text + b"="))
    refused("base32-digits", "encoding", "A-Z and 2-7", qr(b"0" + text[1:]))
    refused("base32-hex", "encoding", "not the alphabet of section 7",
            qr(b"8" + text[1:]))
    refused("space-after", "encoding", "no white space", qr(text) + b" ")
    refused("two-line-ends", "encoding", "one new line at most",
            qr(text) + b"\n\n")
    refused("text-after", "encoding", "nothing follows", qr(text) + b"\n" +
            qr(text))
    refused("not-deflated", "inflate", "zlib (RFC 1950)", qr(base32(RICH)))
    refused("checksum", "inflate", "Adler-32", qr(base32(
        stored(RICH)[:-1] + bytes([stored(RICH)[-1] ^ 1]))))
    refused("byte-after-the-stream", "inflate", "one stream", qr(base32(
        stored(RICH) + b"\x00")))
    refused("cut", "inflate", "the whole stream", qr(base32(
        stored(RICH)[:-9])))
    refused("bomb", "limit", "at most 4096 bytes out", qr(base32(
        run_deflated(b"\xd2" + bytes(4096)))))
    refused("nothing-in-it", "inflate", "no stream at all", qr(b""))
    refused("badge-in-it", "tag", "an attestation alone", qr(base32(
        stored(in_map(RICH)))))
    refused("list-in-it", "limit", "an attestation, and no more than 2048 "
            "bytes", qr(base32(stored(GOOD + bytes(2000)))))
    group.add("qr-suspended", "what is in it is verified as any",
              "suspended", [("status", "suspended")], badge=qr(base32(
                  stored(_at(2)))))
    return group


def nothings():
    group = Group("no-badge", "Files that are no badge of any kind: exit 2, "
                  "and nothing is told of anybody.", "design section 4: no "
                  "badge found in this file", PIN, KNOWN)
    refused, _ = add_to(group, "file")
    small = badge.Map([[1, GOOD]])
    OBJECTS.add("file-of-8-mib", b"<", "8388609 bytes", 8388608)
    for name, why, data in (
            ("empty", "no byte at all", b""),
            ("nul", "a zero", b"\x00"),
            ("zeros", "a hole of a disk", bytes(512)),
            ("text", "some words", b"Geen keurmerk"),
            ("jpeg", "a photograph", b"\xff\xd8\xff\xe0\x00\x10JFIF\0" +
             bytes(99)),
            ("pdf", "a document", b"%PDF-1.7\n1 0 obj\n"),
            ("gif", "a picture", b"GIF89a\x01\x00\x01\x00\x00\xff\x00;"),
            ("zip", "an archive", b"PK\x03\x04" + bytes(26)),
            ("gzip", "an SVG that is compressed", b"\x1f\x8b\x08" +
             bytes(20)),
            ("json", "a report", b'{"verdict":"valid","binding":"origin"}'),
            ("pem", "a certificate", b"-----BEGIN CERTIFICATE-----\nMIIB\n"),
            ("jwt", "a token", b"eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4In0."),
            ("hex", "an attestation in hex", GOOD.hex().encode()),
            ("base64url", "a badge in base64url by itself", url64(in_map(
                GOOD)).encode()),
            ("cbor-array", "an array", b"\x81" + GOOD),
            ("cbor-bytes", "a byte string around it", b"\x59" + len(
                GOOD).to_bytes(2, "big") + GOOD),
            ("cbor-empty-map", "a map of nothing", b"\xa0"),
            ("cbor-map-of-six", "more than a badge has", b"\xa6\x01\x40"),
            ("cbor-indefinite", "a map of indefinite length", badge.write(
                Endless(small))),
            ("cbor-not-shortest", "a map with a long head", badge.write(
                Wide(small))),
            ("untagged", "a COSE_Sign1 without its tag", GOOD[1:]),
            ("tag-61", "tag 61 before it (RFC 8392 section 6)", b"\xd8\x3d" +
             GOOD),
            ("tag-17", "COSE_Mac0", b"\xd1" + GOOD[1:]),
            ("trust-list", "COSE_Sign: trust comes from the caller",
             KNOWN[0])):
        refused(name, "no-badge", why, data)
    refused("too-long", "limit", "at most 8 MiB", "@file-of-8-mib")
    group.add("file-no-badge-no-trust", "no trust either", "malformed",
              [("badge", "no-badge"), ("trust", "no-trust")], badge=b"x",
              objects=[], exit_=2)
    return group


GROUPS = [pictures, pngs, codes, nothings]
