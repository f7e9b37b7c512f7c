# SPDX-License-Identifier: EUPL-1.2
"""COSE_Sign1 of the attestation: headers, algorithms, kids, signatures."""

from maker import attestation, cose, p256
from maker.cbor import Map, Raw, write
from maker.cose import flipped, patched
from maker.keys import ED25519, EDDSA, ES256, ESP256, key
from maker.trust import ATTEST_KEY, MANAGERS, PUBLISH_KEY, PUBLISH_P256, ROOTS

from .vector import Group
from .world import GOOD, KNOWN, PIN, in_map

BASE = attestation.signed(attestation.claims())

# Which rule each family of maker.cose.sign1_bad() is about.
RULES = (
    ("tag", "R5, RFC 9052 section 4.2: tag 18 and no other"),
    ("header-crit", "R2, RFC 9052 section 3.1: crit"),
    ("alg", "R1: alg is the key's own, in the protected header"),
    ("kid", "R12, design section 3: kid is 8 bytes, protected"),
    ("unprotected", "R4, design section 3: the unprotected header is empty"),
    ("header-label", "R4: each label once, as a number"),
    ("typ", "R15, design section 3: one typ per object type (RFC 9596)"),
    ("signature", "R11, RFC 9053 section 2.1: r || s of 64 bytes"),
    ("protected", "R6: the protected header as a byte string"),
    ("payload", "R5, design section 3: the payload is a byte string"),
    ("header", "design section 3: exactly alg, kid, 15, 16"),
    ("", "R5, design section 3: one encoding"),
)


def rule_of(name):
    return next(rule for start, rule in RULES if name.startswith(start))


def refused(group, name, error, why, data, rule):
    """One that the form or the signature's form tells already."""
    # Another first byte would not be taken for an attestation at all.
    bare = data[:1] == b"\xd2"
    badge = data if bare else in_map(data)
    if error == "signature":
        group.add(name, why, "untrusted", [("signature", error)],
                  badge=badge, rule=rule)
    else:
        group.add(name, why, "malformed", [("attestation", error)],
                  badge=badge, rule=rule)


def forms():
    group = Group("cose", "The attestation's COSE_Sign1: around the four "
                  "parts, headers, algorithms, kids, types, the signature's "
                  "form. Whatever is signed is signed over the altered "
                  "bytes.", "design section 3", PIN, KNOWN)
    for name, error, why, item in cose.sign1_bad(BASE):
        if name not in ("nothing", "header-crit"):	# in other groups
            refused(group, "cose-" + name, error, why, item.bytes(),
                    rule_of(name))
    return group


def crits():
    """crit in all its bad forms: there is no good one."""
    group = Group("crit", "crit (label 2): we know of no critical header, so "
                  "there is no good form of it, and no switch that lets one "
                  "through.", "R2, RFC 9052 section 3.1: crit", PIN, KNOWN)
    h = BASE.header
    for name, why, item in (
            ("empty", "it may not be empty", []),
            ("of-alg", "alg is understood and may not be named", [1]),
            ("of-all-there-are", "as many as there are", [1, 4, 15, 16]),
            ("of-an-absent-label", "names a label that is not there", [99]),
            ("of-itself", "names itself", [2]),
            ("twice-the-same", "names a label twice", [4, 4]),
            ("of-text", "names a text label", ["keurmerk"]),
            ("of-17", "as long as can be", list(range(100, 117))),
            ("as-number", "an array, not a number", 1),
            ("as-text", "an array, not text", "alg"),
            ("as-map", "an array, not a map", Map([[1, 0]])),
            ("null", "an array, not null", None),
            ("true", "an array, not true", Raw(b"\xf5"))):
        refused(group, "crit-" + name, "header", why, BASE.but(
            header=h.with_(2, item)).bytes(), group.rule)
    refused(group, "crit-of-unknown-that-is-there", "header",
            "names a label that is there and that we do not know",
            BASE.but(header=h.with_(2, [99]).with_(99, 1)).bytes(),
            group.rule)
    refused(group, "crit-in-place-of-kid", "header",
            "four labels, but not the four", BASE.but(
                header=h.without(4).with_(2, [1])).bytes(), group.rule)
    refused(group, "crit-in-place-of-typ", "header",
            "four labels, but not the four", BASE.but(
                header=h.without(16).with_(2, [15])).bytes(), group.rule)
    for name, item in (("unprotected", [1]), ("unprotected-empty", [])):
        refused(group, "crit-" + name, "header", "crit must be protected, "
                "and nothing is unprotected", BASE.but(
                    unprotected=Map([[2, item]])).bytes(), group.rule)
    refused(group, "crit-in-both", "header", "in both headers", BASE.but(
        header=h.with_(2, [4]), unprotected=Map([[2, [4]]])).bytes(),
        group.rule)
    refused(group, "crit-twice", "header", "the label twice", BASE.but(
        header=Map(h.pairs[:1] + [[2, [4]], [2, [4]]] + h.pairs[1:])).bytes(),
        group.rule)
    return group


def keys():
    """Well-formed, and signed by somebody or something else."""
    group = Group("keys", "A well-formed attestation under the wrong key, "
                  "algorithm, issuer or bytes: untrusted, and no claim of it "
                  "is repeated.", "R1, R12, design section 3: the key that "
                  "kid names, of purpose attest", PIN, KNOWN)

    def add(name, check, error, why, item, rule=None):
        group.add("key-" + name, why, "untrusted", [(check, error)],
                  badge=item if isinstance(item, bytes) else item.bytes(),
                  rule=rule)

    for name, check, error, why, item in attestation.untrusted():
        if check in ("issuer", "key", "signature"):
            add(name, check, error, why, item)
    h = BASE.header
    ed = attestation.signed(attestation.claims(), key("attest-ed25519"))
    add("kid-of-another-attest-key", "key", "alg",
        "the kid of our Ed25519 key over a P-256 signature",
        BASE.but(header=h.with_(4, ed.key.kid)))
    add("kid-and-alg-of-another-attest-key", "signature", "signature",
        "kid and alg of our Ed25519 key over a P-256 signature",
        BASE.but(header=h.with_(4, ed.key.kid).with_(1, ED25519)))
    add("ed25519-key-under-esp256", "key", "alg", "alg ESP256 over an "
        "Ed25519 key: the key decides", ed.but(
            header=ed.header.with_(1, ESP256),
            signature_as=lambda sig: ATTEST_KEY.sign(b"any, of low s")),
        "R1: the key decides")
    add("kid-of-a-publish-key", "key", "purpose",
        "signed by and naming a publish key of the same authority",
        attestation.signed(attestation.claims(), PUBLISH_KEY))
    add("kid-of-a-foreign-list-key", "key", "purpose",
        "the kid of a key that signs status lists of another make",
        BASE.but(header=h.with_(4, key("publish-es256", ES256).kid)))
    add("kid-of-a-root-unsigned", "key", "unknown-key",
        "a root's kid is no key's kid", BASE.but(
            header=h.with_(4, ROOTS[0].kid)))
    add("kid-all-zero", "key", "unknown-key", "8 bytes, and nobody's",
        BASE.but(header=h.with_(4, bytes(8))))
    add("kid-one-bit-off", "key", "unknown-key", "8 bytes compared whole",
        BASE.but(header=h.with_(4, flipped(h[4], 63))))
    add("kid-of-the-thumbprint-end", "key", "unknown-key",
        "the first 8 bytes of the thumbprint, not its last (RFC 9679)",
        BASE.but(header=h.with_(4, ATTEST_KEY.thumbprint()[-8:])))
    add("signed-by-all-keys-but-its-own", "signature", "signature",
        "a good signature of a manager under the attest key's kid",
        BASE.but(key=MANAGERS[1]))
    add("signed-by-publish-p256", "signature", "signature",
        "a good signature of the publish key under the attest key's kid",
        BASE.but(key=PUBLISH_P256))
    return group


def signatures():
    """Malleability, and one bit anywhere."""
    group = Group("signature", "Signatures that do not verify, or that our "
                  "signer cannot have made.", "R11, CVE-2022-21449, design "
                  "section 3: low s alone", PIN, KNOWN)

    def add(name, why, item, rule=None):
        group.add("signature-" + name, why, "untrusted",
                  [("signature", "signature")], badge=item.bytes(),
                  rule=rule)

    n = p256.N
    for name, why, r, s in (
            ("all-zero", "r = s = 0 verified in CVE-2022-21449", 0, 0),
            ("r-one-s-one", "nobody's", 1, 1),
            ("r-above-order", "0 < r < n", n + 1, None),
            ("s-largest", "0 < s < n", None, 2 ** 256 - 1),
            ("s-order-less-one", "s <= n/2", None, n - 1),
            ("s-half", "the largest s there is, and not this one's",
             None, n // 2),
            ("r-order-less-one", "an r that fits, and not this one's",
             n - 1, None)):
        add(name, why, BASE.but(signature_as=lambda sig, r=r, s=s:
                                patched(sig, r, s)))
    for bit in (0, 7, 255, 256, 511):
        add("bit-%d" % bit, "bit %d flipped" % bit, BASE.but(
            signature_as=lambda sig, bit=bit: flipped(sig, bit)))
    add("halves-swapped", "s || r", BASE.but(
        signature_as=lambda sig: b"\x01" + sig[33:] + b"\x01" + sig[1:32]))
    add("of-the-digest", "over the SHA-256 of what is signed",
        BASE.but(signature_as=lambda sig: ATTEST_KEY.sign(
            __import__("hashlib").sha256(BASE.tbs()).digest())))
    add("of-the-payload-alone", "over the payload, not the Sig_structure",
        BASE.but(signature_as=lambda sig: ATTEST_KEY.sign(
            write(BASE.payload))), "R6, RFC 9052 section 4.4")
    add("of-a-header-a0", "R6: over an empty header in place of its own",
        BASE.but(signature_as=lambda sig: ATTEST_KEY.sign(write(
            ["Signature1", b"\xa0", b"", write(BASE.payload)]))),
        "R6, RFC 9052 section 4.4")
    ed = attestation.signed(attestation.claims(), key("attest-ed25519"))
    order = 2 ** 252 + 27742317777372353535851937790883648493
    add("ed25519-flipped", "one bit", ed.but(
        signature_as=lambda sig: flipped(sig, 9)), "RFC 8032 section 5.1.7")
    add("ed25519-s-above-order", "S < L", ed.but(
        signature_as=lambda sig: sig[:32] + (int.from_bytes(
            sig[32:], "little") + order).to_bytes(32, "little")),
        "RFC 8032 section 5.1.7")
    add("ed25519-all-zero", "nobody's", ed.but(
        signature_as=lambda sig: bytes(64)), "RFC 8032 section 5.1.7")
    add("ed25519-identity", "R the neutral point and S zero", ed.but(
        signature_as=lambda sig: b"\x01" + bytes(63)),
        "RFC 8032 section 5.1.7")
    # Every part that is signed.
    for name, at in (("iss", b"keurmerk.example"), ("name", b"Voorbeeld"),
                     ("number", b"000123"), ("service", b"cloud")):
        place = GOOD.rindex(at)
        changed = bytearray(GOOD)
        if name == "name":	# a capital is in the repertoire still
            changed[place] = ord("W")
        elif name == "service":
            changed[place] = ord("d")
        else:
            continue
        group.add("changed-" + name, "a letter of the payload changed after "
                  "signing", "untrusted", [("signature", "signature")],
                  badge=bytes(changed), rule="R6: what is signed is what is "
                  "read")
    return group


GROUPS = [forms, crits, keys, signatures]
