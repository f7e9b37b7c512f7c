# SPDX-License-Identifier: EUPL-1.2
"""What a field can be, and everything that makes it wrong.

Each kind has bad(value), which yields (name, error, why, item): an item to
stand in the value's place, why it is refused, and by which reason of the
library's (include/keurmerk.h, enum km_err). A kind that holds others yields
theirs too, each inside an otherwise good whole.
"""

from .cbor import Endless, Inside, Map, Raw, Tag, Wide, write

TIME_MAX = 253402300799
DAY_MAX = 2932896


def others(value, want, *but):
    """Items of another type than the field's."""
    for name, item in (("as-text", "a"), ("as-bytes", b"a"),
                       ("as-number", 1), ("as-array", [1]), ("null", None),
                       ("as-float", Raw(b"\xf9\x3c\x00"))):
        if name not in but:
            yield name, "type", want, item
    yield "tagged", "type", "no tags inside", Tag(1, value)


def wrapping(value):
    """
    What 64 bits of two's complement take for value: -2^64 + value of a
    number, 2^64 + value of one below 0.
    """
    if value < 0:
        return Raw(b"\x1b" + (2 ** 64 + value).to_bytes(8, "big"))
    return Raw(b"\x3b" + (2 ** 64 - 1 - value).to_bytes(8, "big"))


class Nothing:
    """A field whose wrongs are given elsewhere."""
    def bad(self, value):
        yield from ()


class Uint:
    """A number from low to high; signed: the reader takes negatives too."""
    def __init__(self, low, high, signed=False):
        self.low, self.high, self.signed = low, high, signed

    def bad(self, value):
        yield from others(value, "a number", "as-number")
        yield ("negative", "value" if self.signed else "type",
               "not below 0", -1)
        yield ("wrapping", "value" if self.signed else "type",
               "not what 64 bits make of it", wrapping(value))
        for below in sorted({0, self.low - 1} if self.low > 0 else ()):
            yield ("%d" % below, "value", "at least %d" % self.low, below)
        if self.high < 2 ** 64 - 1:
            yield ("%d" % (self.high + 1), "value",
                   "at most %d" % self.high, self.high + 1)
        if self.high < 2 ** 63:
            yield ("of-64-bits", "value", "at most %d" % self.high,
                   2 ** 64 - 1)
        yield ("not-shortest", "encoding", "the number's head", Wide(value))
        yield ("bignum", "type", "no tags inside", Tag(2, b"\x01"))


TIME = Uint(0, TIME_MAX, signed=True)
DAY = Uint(0, DAY_MAX)


class Bytes:
    def __init__(self, low, high=None):
        self.low = low
        self.high = low if high is None else high

    def bad(self, value):
        yield from others(value, "bytes", "as-bytes")
        data = write(value.item) if isinstance(value, Inside) else value
        if self.low > 1:
            yield ("of-%d" % (self.low - 1), "limit", "too short",
                   data[:self.low - 1])
        yield "empty", "limit", "too short", b""
        if self.high <= 4096:
            yield ("of-%d" % (self.high + 1), "limit", "too long",
                   (data + bytes(self.high))[:self.high + 1])
        yield "not-shortest", "encoding", "the string's head", Wide(value)
        yield "indefinite", "encoding", "lengths are definite", Endless(data)


HASH = Bytes(32)

# Characters and bytes that no text may have (design section 3).
FORBIDDEN = [
    ("control", b"a\nb", "U+000A is a control"),
    ("nul", b"a\x00b", "U+0000 is a control"),
    ("tab", b"a\tb", "U+0009 is a control"),
    ("delete", b"a\x7fb", "U+007F is a control"),
    ("c1-control", b"a\xc2\x85b", "U+0085 is a control"),
    ("no-break-space", b"a\xc2\xa0b", "U+00A0"),
    ("soft-hyphen", b"a\xc2\xadb", "U+00AD cannot be seen"),
    ("above-latin-b", b"a\xc9\x90b", "U+0250 is past U+024F"),
    ("combining", b"e\xcc\x81", "U+0301: only one form of each letter"),
    ("greek", b"\xce\xb1b", "U+03B1"),
    ("cyrillic", b"V\xd0\xbeorbeeld", "U+043E looks like o"),
    ("below-1e00", b"a\xe1\xb7\xbfb", "U+1DFF"),
    ("greek-extended", b"a\xe1\xbc\x80b", "U+1F00"),
    ("zero-width", b"a\xe2\x80\x8bb", "U+200B cannot be seen"),
    ("right-to-left-mark", b"a\xe2\x80\x8fb", "U+200F turns text around"),
    ("hyphen", b"a\xe2\x80\x90b", "U+2010 is not listed"),
    ("figure-dash", b"a\xe2\x80\x92b", "U+2012 is not listed"),
    ("low-quote", b"a\xe2\x80\x9ab", "U+201A is not listed"),
    ("line-separator", b"a\xe2\x80\xa8b", "U+2028 is a control"),
    ("override", b"a\xe2\x80\xaeb", "U+202E turns text around"),
    ("isolate", b"a\xe2\x81\xa6b", "U+2066 turns text around"),
    ("yen", b"a\xe2\x82\xa9b", "U+20A9 is not listed"),
    ("bom", b"\xef\xbb\xbfab", "U+FEFF"),
    ("replacement", b"a\xef\xbf\xbdb", "U+FFFD"),
    ("private", b"a\xee\x80\x80b", "U+E000"),
    ("emoji", b"a\xf0\x9f\x98\x80", "U+1F600"),
    ("overlong", b"a\xc1\xa1b", "UTF-8 in its shortest form (RFC 3629)"),
    ("overlong-of-three", b"a\xe0\x81\xa1b", "UTF-8 in its shortest form"),
    ("surrogate", b"a\xed\xa0\x80b", "U+D800 is no character"),
    ("continuation-alone", b"a\x80b", "not UTF-8"),
    ("cut-in-a-character", b"ab\xc3", "not UTF-8"),
    ("latin-1", b"a\xe9b", "not UTF-8"),
    ("two-heads", b"a\xc3\xc3\xa9", "not UTF-8"),
    ("ff", b"a\xffb", "not UTF-8"),
]


def of_text(data):
    """Text of these bytes, UTF-8 or not."""
    return Raw(bytes([0x78, len(data)]) + data if len(data) > 23
               else bytes([0x60 | len(data)]) + data)


class Text:
    """Of the closed repertoire; all: with every character that it lacks."""
    def __init__(self, low, high, all_=False):
        self.low, self.high, self.all = low, high, all_

    def bad(self, value):
        yield from others(value, "text", "as-text")
        if self.low > 0:
            yield "empty", "limit", "at least %d" % self.low, ""
        yield ("of-%d" % (self.high + 1), "limit",
               "at most %d bytes" % self.high, "a" * (self.high + 1))
        if self.all:
            yield ("of-%d-in-fewer-characters" % (self.high + 1), "limit",
                   "bytes count, not characters",
                   "a" + "\u00e9" * (self.high // 2))
        yield "not-shortest", "encoding", "the string's head", Wide(value)
        yield ("indefinite", "encoding", "lengths are definite",
               Endless(value))
        for name, data, why in FORBIDDEN if self.all else FORBIDDEN[:1]:
            yield name, "text", why, of_text(data)


class Word:
    """Text without spaces, of a form: what breaks it is given."""
    def __init__(self, low, high, *wrong):
        self.low, self.high, self.wrong = low, high, wrong

    def bad(self, value):
        yield from others(value, "text", "as-text")
        yield ("of-%d" % (self.high + 1), "limit",
               "at most %d bytes" % self.high,
               (value + "a" * self.high)[:self.high + 1])
        if self.low > 0:
            yield ("of-%d" % (self.low - 1), "limit",
                   "at least %d bytes" % self.low, value[:self.low - 1])
        yield "not-shortest", "encoding", "the string's head", Wide(value)
        yield ("indefinite", "encoding", "lengths are definite",
               Endless(value))
        last = of_text(value.encode()[:-1] + b"\n")
        yield "line-break-last", "text", "a control", last
        for name, item, why in self.wrong:
            yield name, "value", why, item


def accented(value):
    """What Word refuses as no ASCII; the length stays."""
    return of_text(b"\xc3\xa9" + value.encode()[2:])


LABEL = "a" * 63
HOST_253 = ".".join((LABEL, LABEL, LABEL, "a" * 59, "z"))
HOSTS_WRONG = [
    ("in-capitals", "ICT.example", "lower case only"),
    ("of-one-label", "localhost", "at least two labels"),
    ("ending-in-a-point", "ict.example.", "no empty label"),
    ("beginning-with-a-point", ".ict.example", "no empty label"),
    ("two-points", "ict..example", "no empty label"),
    ("star", "*.example", "exact hosts only"),
    ("port", "ict.example:443", "a host alone"),
    ("path", "ict.example/a", "a host alone"),
    ("user", "a@ict.example", "a host alone"),
    ("underscore", "i_t.example", "RFC 1035 section 2.3.1"),
    ("hyphen-first", "-ict.example", "RFC 1035 section 2.3.1"),
    ("hyphen-last", "ict-.example", "RFC 1035 section 2.3.1"),
    ("hyphen-last-of-all", "ict.example-", "RFC 1035 section 2.3.1"),
    ("address", "192.0.2.1", "an address is no host"),
    ("address-6", "[2001:db8::1]", "an address is no host"),
    ("last-label-of-digits", "ict.123", "an address is no host"),
    ("label-of-64", LABEL + "a.example", "RFC 1035 section 2.3.4"),
]
HOST = Word(1, 253, *HOSTS_WRONG)
URI = Word(9, 261, *(
    [(name, "https://" + host, why) for name, host, why in HOSTS_WRONG] +
    [("http", "http://keurmerk.example", "https only"),
     ("scheme-in-capitals", "HTTPS://keurmerk.example", "lower case only"),
     ("no-scheme", "keurmerk.example", "https://"),
     ("final-slash", "https://keurmerk.example/", "no final slash"),
     ("query", "https://keurmerk.example?a", "no query"),
     ("fragment", "https://keurmerk.example#a", "no fragment")]))

CODE = Word(1, 32,
            ("in-capitals", "Voorbeeld", "lower case only"),
            ("hyphen-first", "-voorbeeld", "a letter or digit first"),
            ("underscore", "voor_beeld", "letters, digits and hyphens"),
            ("point", "voor.beeld", "letters, digits and hyphens"))
KVK = Word(8, 8,
           ("letter", "9000001a", "digits only"),
           ("sign", "+9000001", "digits only"))
EUID = Word(5, 51,
            ("without-point", "NLNHR90000011", "a point after the register"),
            ("without-register", "NL.90000011", "1 to 8 for the register"),
            ("register-of-9", "NLABCDEFGHI.90000011", "1 to 8"),
            ("country-in-small-letters", "nlNHR.90000011", "capitals"),
            ("register-in-small-letters", "NLnhr.90000011", "capitals"),
            ("country-of-digits", "12NHR.90000011", "capitals"),
            ("without-number", "NLNHR.", "1 to 40 after the point"),
            ("number-of-41", "NLNHR." + "1" * 41, "1 to 40"),
            ("number-with-plus", "NLNHR.9000+11", "letters, digits, ._/-"))
LEI = Word(20, 20,
           ("check-digits", "529900T8BM49AURSDO54", "ISO 7064 MOD 97-10"),
           ("two-swapped", "529900T8MB49AURSDO55", "ISO 7064 MOD 97-10"),
           ("in-small-letters", "529900t8bm49aursdo55", "capitals"),
           ("letter-last", "529900T8BM49AURSDO5A", "digits at the end"),
           ("hyphen", "529900T8-M49AURSDO55", "letters and digits"))
HOLDER = Word(7, 46,
              ("kvk-of-7", "NTRNL-9000001", "a KVK number has 8 digits"),
              ("kvk-of-9", "NTRNL-900000111", "a KVK number has 8 digits"),
              ("kvk-letter", "NTRNL-9000001a", "digits only"),
              ("no-hyphen", "NTRNL90000011", "five capitals and a hyphen"),
              ("in-small-letters", "ntrnl-90000011", "five capitals"),
              ("digit-in-prefix", "NTR1L-90000011", "five capitals"),
              ("prefix-of-4", "NTRN-900000111", "five capitals"),
              ("underscore", "NTRBE-90000_11", "letters, digits and .+/-"),
              ("lei-check-digits", "LEIXG-529900T8BM49AURSDO54",
               "ISO 7064 MOD 97-10"),
              ("lei-of-19", "LEIXG-529900T8BM49AURSDO5", "20 characters"))
NUMBER = Word(16, 16,
              ("check-character", "KM-2026-000123-Q", "ISO 7064 MOD 37,36"),
              ("digits-swapped", "KM-2026-000132-P", "ISO 7064 MOD 37,36"),
              ("year-of-another", "KM-2027-000123-P", "ISO 7064 MOD 37,36"),
              ("in-small-letters", "km-2026-000123-p", "capitals"),
              ("check-in-small-letter", "KM-2026-000123-p", "a capital"),
              ("prefix", "KN-2026-000123-P", "KM-"),
              ("letter-in-year", "KM-2O26-000123-P", "digits"),
              ("letter-in-sequence", "KM-2026-0OO123-P", "digits"),
              ("spaced", "KM.2026.000123.P", "hyphens"),
              ("first-hyphen", "KM22026-000123-P", "hyphens"),
              ("second-hyphen", "KM-20262000123-P", "hyphens"),
              ("third-hyphen", "KM-2026-0001232P", "hyphens"))


class Accreditation(Text):
    """[A-Z0-9][A-Z0-9 ./-]{0,31}"""
    def __init__(self):
        super().__init__(1, 32)

    def bad(self, value):
        yield from super().bad(value)
        for name, item, why in (
                ("in-small-letters", "c 999", "capitals"),
                ("space-first", " C999", "a letter or digit first"),
                ("hyphen-first", "-C999", "a letter or digit first"),
                ("underscore", "C_999", "letters, digits and space ./-"),
                ("accent", "\u00c7 999", "letters of ASCII")):
            yield name, "value", why, item


ACCREDITATION = Accreditation()
ADDRESS = Word(9, 200,
               ("http", "http://info.example/", "https only"),
               ("in-capitals", "HTTPS://info.example/", "lower case"),
               ("no-scheme", "info.example/a?b=c", "https://"))


class Array:
    """low to high of one kind; twice: none may stand there a second time."""
    def __init__(self, of, low, high, more=None, twice=True, each=False):
        self.of, self.low, self.high = of, low, high
        self.more, self.twice, self.each = more, twice, each

    def bad(self, value):
        yield from others(value, "an array", "as-array")
        if self.low > 0:
            yield "empty", "limit", "at least %d" % self.low, []
        if self.more is not None:
            many = [self.more(i) for i in range(self.high + 1)]
            yield ("of-%d" % (self.high + 1), "limit",
                   "at most %d" % self.high, many)
        if self.twice:
            yield ("twice-the-same", "order", "nothing stands twice",
                   [value[0]] + value)
        if len(value) < 4:
            yield "not-shortest", "encoding", "the array's head", Wide(value)
        yield ("indefinite", "encoding", "lengths are definite",
               Endless(value))
        yield ("of-2-to-the-32", "limit", "at most %d" % self.high,
               Raw(b"\x9a\xff\xff\xff\xff" + b"".join(map(write, value))))
        for i in range(len(value) if self.each else 1):
            for name, error, why, item in self.of.bad(value[i]):
                yield ("%d-%s" % (i + 1, name), error, why,
                       value[:i] + [item] + value[i + 1:])


class Tuple:
    """An array of a fixed length, a name and a kind for each place."""
    def __init__(self, *places):
        self.places = places

    def bad(self, value):
        n = len(self.places)
        yield from others(value, "an array", "as-array", "as-number")
        yield "one-less", "limit", "%d in all" % n, value[:-1]
        yield "one-more", "limit", "%d in all" % n, value + [0]
        yield "empty", "limit", "%d in all" % n, []
        yield "not-shortest", "encoding", "the array's head", Wide(value)
        yield ("indefinite", "encoding", "lengths are definite",
               Endless(value))
        for i, (name, kind) in enumerate(self.places):
            for what, error, why, item in kind.bad(value[i]):
                changed = list(value)
                changed[i] = item
                yield "%s-%s" % (name, what), error, why, changed


class Fields:
    """
    A map. Fields are (key, name, kind); those of optional may be left out.
    Where the number of members is outside what is possible the reader says
    limit, else that another key stands there, which is type.
    """
    def __init__(self, fields, optional=()):
        self.fields, self.optional = fields, optional

    def count(self, n):
        """The reason, of a map of so many members that is not right."""
        least = len(self.fields) - len(self.optional)
        return "type" if least <= n <= len(self.fields) else "limit"

    def bad(self, value):
        n = len(value.pairs)
        names = {key: name for key, name, _ in self.fields}
        yield from others(value, "a map", "as-map")
        yield "empty", self.count(0), "fields are missing", Map()
        yield "indefinite", "encoding", "lengths are definite", Endless(value)
        if n < 24:
            yield "not-shortest", "encoding", "the map's head", Wide(value)
        yield ("with-a-field-more", self.count(n + 1), "no other field",
               Map(value.pairs + [[99, 0]]))
        yield ("with-a-text-for-key", self.count(n + 1), "keys are numbers",
               Map(value.pairs + [["a", 0]]))
        for key, name, _ in self.fields:
            if key in value and key not in self.optional:
                yield (name + "-missing", self.count(n - 1),
                       "%s must be there" % key, value.without(key))
        pairs = value.pairs
        for i, (key, item) in enumerate(pairs):
            name = names[key]
            yield (name + "-twice", self.count(n + 1), "each key once",
                   Map(pairs[:i + 1] + pairs[i:]))
            yield (name + "-under-another-key", "type",
                   "no such key", Map(pairs[:i] + [[98, item]] +
                                      pairs[i + 1:]))
            yield (name + "-key-not-shortest", "encoding", "the key's head",
                   Map(pairs[:i] + [[Wide(key), item]] + pairs[i + 1:]))
            if isinstance(key, int) and (i == 0 or key < 0):
                yield (name + "-key-wrapping", "type", "no such key",
                       Map(pairs[:i] + [[wrapping(key), item]] +
                           pairs[i + 1:]))
            if isinstance(key, int):
                yield (name + "-key-as-text", "type", "keys are numbers",
                       Map(pairs[:i] + [[str(key), item]] + pairs[i + 1:]))
            if i + 1 < n:
                yield ("%s-before-%s" % (names[pairs[i + 1][0]], name),
                       "type", "keys ascend",
                       Map(pairs[:i] + [pairs[i + 1], pairs[i]] +
                           pairs[i + 2:]))
        for key, name, kind in self.fields:
            if key not in value:
                continue
            for what, error, why, item in kind.bad(value[key]):
                changed = Map(pairs)
                changed[key] = item
                yield "%s-%s" % (name, what), error, why, changed


class Line(Fields):
    """Claim line (schemas/attestation.cddl)."""
    def __init__(self):
        super().__init__([(1, "claim", Uint(1, 2)), (2, "object", Uint(1, 2)),
                          (3, "service", CODE), (4, "level", Uint(1, 3))],
                         (3,))


def line(claim, service, level):
    """About a service, or the organisation where there is none."""
    if service is None:
        return Map([[1, claim], [2, 1], [4, level]])
    return Map([[1, claim], [2, 2], [3, service], [4, level]])


class Lines(Array):
    def __init__(self):
        super().__init__(Line(), 1, 16,
                         lambda i: line(1, "s%02d" % i, 1))

    def bad(self, value):
        yield from super().bad(value)
        yield ("descending", "order", "they ascend by their bytes",
               [line(2, "cloud", 1), line(1, "cloud", 1)])
        yield ("service-before-organisation", "order",
               "they ascend by their bytes",
               [line(1, "cloud", 1), line(1, None, 1)])
        yield ("longer-service-first", "order", "they ascend by their bytes",
               [line(1, "hosting", 1), line(1, "cloud", 1)])
        yield ("two-levels-of-a-service", "order",
               "one of each claim, object and service",
               [line(1, "cloud", 1), line(1, "cloud", 2)])
        yield ("two-levels-of-the-organisation", "order",
               "one of each claim, object and service",
               [line(2, None, 1), line(2, None, 3)])
        yield ("service-without-code", "value", "exactly of a service",
               [Map([[1, 1], [2, 2], [4, 1]])])
        yield ("organisation-with-code", "value", "exactly of a service",
               [Map([[1, 1], [2, 1], [3, "cloud"], [4, 1]])])


LINES = Lines()
SCHEME = Tuple(("code", CODE), ("version", Uint(1, 65535)))
EVIDENCE = Array(Tuple(("code", CODE), ("reference", Text(1, 64))), 1, 16,
                 lambda i: ["iso-27001", "A%d" % i])
NAMES = Array(Text(1, 160), 1, 5, lambda i: "Naam %d" % i)
NOT_COVERED = Array(Text(1, 200), 1, 8, lambda i: "Deel %d" % i)
HOSTS = Array(HOST, 1, 8, lambda i: "h%d.example" % i)
