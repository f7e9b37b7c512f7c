# SPDX-License-Identifier: EUPL-1.2
"""A second opinion of a published tree: Debian's cbor2 and cryptography, and
a Token Status List decoder of its own, share nothing with our code.
"""
import io
import os
import zlib

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from authority import check
from officer import encode, sha256


def public(cose_key):
    numbers = ec.EllipticCurvePublicNumbers(
        int.from_bytes(cose_key[-2], 'big'),
        int.from_bytes(cose_key[-3], 'big'), ec.SECP256R1())
    return numbers.public_key()


def good(key, signature, data):
    r, s = (int.from_bytes(signature[i:i + 32], 'big') for i in (0, 32))
    try:
        key.verify(utils.encode_dss_signature(r, s), data,
                   ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def kid(cose_key):
    plain = {k: cose_key[k] for k in (1, -1, -2, -3)}
    return sha256(encode(plain))[:8]


class Opinion:
    def __init__(self, tree):
        self.tree = tree
        trust = cbor2.loads(self.read('trust/1')).value
        payload = cbor2.loads(trust[2])
        roots = {kid(k): public(k) for k in payload[7]}
        signed = 0
        for protected, _, signature in trust[3]:
            tbs = encode(['Signature', trust[0], protected, b'', trust[2]])
            check(good(roots[cbor2.loads(protected)[4]], signature, tbs),
                  'trust/1: a signature does not verify')
            signed += 1
        check(signed >= payload[6], 'trust/1: too few signatures')
        self.keys = {kid(k[1]): (public(k[1]), k[2]) for k in payload[8]}
        self.authority = payload[1]
        self.verified = 0

    def read(self, name):
        with open(os.path.join(self.tree, name), 'rb') as f:
            return f.read()

    def open(self, data, typ, purpose):
        """Payload of a COSE_Sign1 whose signature verifies."""
        outer = cbor2.loads(data)
        check(outer.tag == 18, typ, 'has tag', outer.tag)
        protected, unprotected, payload, signature = outer.value
        header = cbor2.loads(protected)
        check(header[16] == typ and header[1] == -9 and not unprotected,
              typ, 'has header', header)
        key, use = self.keys[header[4]]
        check(use == purpose, typ, 'is signed for purpose', use)
        check(good(key, signature,
                   encode(['Signature1', protected, b'', payload])),
              typ, 'does not verify')
        self.verified += 1
        return cbor2.loads(payload), header

    def statuses(self):
        """Decoded lists by their address: draft-ietf-oauth-status-list 4."""
        lists = {}
        for name in sorted(os.listdir(os.path.join(self.tree, 'status'))):
            if name.startswith('.'):    # being written, not yet published
                continue
            claims, header = self.open(self.read('status/' + name),
                                       'application/statuslist+cwt', 2)
            uri = f'{self.authority}/status/{name}'
            check(claims[2] == uri == header[15][2], 'list', name, 'is of',
                  claims[2])
            bits = claims[65533]['bits']
            raw = zlib.decompress(claims[65533]['lst'])
            per = 8 // bits
            lists[uri] = [(raw[i // per] >> (i % per * bits)) &
                          ((1 << bits) - 1) for i in range(len(raw) * per)]
        return lists

    def leaves(self, epoch):
        """Register leaves in order: index, attestation, status, events."""
        size, roots = cbor2.loads(
            self.read(f'register/index/{epoch[1]}'))
        found = []
        for root in roots:
            run = io.BytesIO(self.read('register/' + root.hex()))
            while run.tell() < len(run.getbuffer()):
                found.append(cbor2.load(run))
        check(len(found) == size == epoch[9][0], 'register has', len(found))
        return found

    def all(self):
        """Verify the whole tree; (number, status) of every attestation."""
        epoch, _ = self.open(self.read('epoch'),
                             'application/keurmerk-epoch+cose', 2)
        lists = self.statuses()
        found = []
        for i, leaf in enumerate(self.leaves(epoch)):
            check(leaf[0] == i, 'leaf', i, 'says', leaf[0])
            claims, header = self.open(leaf[1], 'application/keurmerk+cwt', 1)
            check(header[15] == {1: claims[1], 2: claims[2]},
                  'header and claims differ in', i)
            place = claims[65535]['status_list']
            status = lists[place['uri']][place['idx']]
            check(status == leaf[2], 'leaf', i, 'has', leaf[2], 'its list',
                  status)
            found.append((claims[-65537][1], status, leaf[1]))
        return found
