// SPDX-License-Identifier: EUPL-1.2
//
// What @auth0/cose and @sd-jwt/jwt-status-list let through: one thing wrong
// at a time, signed well except where the signature is what is wrong. That
// they take what is good is asked first, so that a refusal means something.
import { generateKeyPairSync, sign } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { Sign1 } from '@auth0/cose';
import { getListFromStatusListJWT } from '@sd-jwt/jwt-status-list';

const { privateKey, publicKey } =
  generateKeyPairSync('ec', { namedCurve: 'P-256' });
const other = generateKeyPairSync('ec', { namedCurve: 'P-384' });
export { publicKey };

// CBOR (RFC 8949) by hand, so that it can be wrong.
const hex = (s) => Buffer.from(s.replace(/ /g, ''), 'hex');
function head(major, n) {
  if (n < 24)
    return Buffer.from([major << 5 | n]);
  if (n < 256)
    return Buffer.from([major << 5 | 24, n]);
  return Buffer.from([major << 5 | 25, n >> 8, n & 255]);
}
const bytes = (b) => Buffer.concat([head(2, b.length), b]);
const text = (s) => Buffer.concat([head(3, s.length), Buffer.from(s)]);

// The payload of a COSE_Sign1 with tag 18 and an empty unprotected header.
export function payloadOf(cose) {
  let at = 2;                      // tag and array
  const next = () => {
    const info = cose[at++] & 31;
    let n = info;
    if (info === 24)
      n = cose[at++];
    else if (info === 25)
      n = cose[at++] << 8 | cose[at++];
    at += n;
    return cose.subarray(at - n, at);
  };
  next();
  at++;                            // a0
  return next();
}

// {alg: ES256}, tagged, unless told otherwise.
export function sign1(o) {
  const header = o.header ?? hex('a1 01 26');
  const payload = o.payload ?? hex('a1 01 61 61');
  const by = o.key ?? privateKey;
  const tbs = Buffer.concat([hex('84'), text('Signature1'), bytes(header),
    hex('40'), bytes(payload)]);
  const sig = sign('sha256', tbs, { key: by, dsaEncoding: 'ieee-p1363' });
  if (o.spoil)
    sig[10] ^= 1;
  return Buffer.concat([o.tag ?? hex('d2'), o.array ?? hex('84'),
    bytes(header), o.unprotected ?? hex('a0'), bytes(payload), bytes(sig),
    o.tail ?? Buffer.alloc(0)]);
}

// -7 ES256 protected, 1: alg, 2: crit, 4: kid, 99: unknown.
const coses = [
  ['good', {}],
  ['signature with a bit flipped', { spoil: true }],
  ['by another key', { key: generateKeyPairSync('ec',
    { namedCurve: 'P-256' }).privateKey }],
  ['alg only in the unprotected header',
    { header: hex('a1 04 41 01'), unprotected: hex('a1 01 26') }],
  ['alg of another curve than the key', { header: hex('a1 01 38 22') }],
  ['crit that names a label it cannot know',
    { header: hex('a3 01 26 02 81 18 63 18 63 01') }],
  ['crit that is empty', { header: hex('a2 01 26 02 80') }],
  ['crit in the unprotected header', { unprotected: hex('a1 02 81 18 63') }],
  ['a label twice in the protected header',
    { header: hex('a3 01 26 04 41 01 04 41 02') }],
  ['a label in both headers',
    { header: hex('a2 01 26 04 41 01'), unprotected: hex('a1 04 41 02') }],
  ['a number longer than it needs to be', { header: hex('a1 18 01 26') }],
  ['an array of indefinite length', { array: hex('9f'), tail: hex('ff') }],
  ['without a tag', { tag: Buffer.alloc(0) }],
  ['a byte behind its end', { tail: hex('00') }],
  ['exp (claim 4) of 1970', { payload: hex('a1 04 01') }],
  ['nbf (claim 5) of 2106', { payload: hex('a1 05 1a ff ff ff ff') }],
  ['iss (claim 1) of somebody else',
    { payload: hex('a1 01 6a 68 74 74 70 73 3a 2f 2f 65 76') }],
  ['a payload that is no CBOR', { payload: hex('ff ff') }]
];

const part = (o) => Buffer.from(JSON.stringify(o)).toString('base64url');
function jwt(o) {
  const lst = deflateSync(o.list ?? Buffer.alloc(64)).toString('base64url');
  const claims = { iss: 'https://a.example', sub: 'https://a.example/1',
    iat: 1795478400, exp: 4000000000, ttl: 3600,
    status_list: { bits: 2, lst: o.lst ?? lst, ...o.status_list },
    ...o.claims };
  const body = `${part({ alg: 'ES256', typ: 'statuslist+jwt',
    ...o.header })}.${part(claims)}`;
  const sig = sign('sha256', body, { key: o.key ?? privateKey,
    dsaEncoding: 'ieee-p1363' });
  if (o.spoil)
    sig[10] ^= 1;
  return o.unsigned ? `${body}.` : `${body}.${sig.toString('base64url')}`;
}

const whole = deflateSync(Buffer.alloc(64));
const cut = whole.subarray(0, whole.length - 4);      // no Adler-32
const jwts = [
  ['good', {}],
  ['signature with a bit flipped', { spoil: true }],
  ['no signature, alg none', { unsigned: true, header: { alg: 'none' } }],
  ['by another key', { key: other.privateKey }],
  ['crit that names what it cannot know', { header: { crit: ['x'], x: 1 } }],
  ['typ of another kind of token', { header: { typ: 'JWT' } }],
  ['sub of another list', { claims: { sub: 'https://b.example/2' } }],
  ['iss of somebody else', { claims: { iss: 'https://evil.example' } }],
  ['exp of 1970', { claims: { exp: 1 } }],
  ['neither iat nor exp nor ttl',
    { claims: { iat: undefined, exp: undefined, ttl: undefined } }],
  ['three bits an entry', { status_list: { bits: 3 } }],
  ['zlib stream without its checksum', { lst: cut.toString('base64url') }],
  ['bytes behind the zlib stream',
    { lst: Buffer.concat([whole, Buffer.alloc(9)]).toString('base64url') }],
  ['a list of 16 MB of zeros, from 16 kB', { list: Buffer.alloc(1 << 24) }],
  ['index beyond the list', { index: 256 }],
  ['index 1.5', { index: 1.5 }]
];

async function verdictOf(what) {
  try {
    const v = await what();
    return v === undefined ? 'accepted' : `accepted (${v})`;
  } catch (e) {
    return `refused (${String(e.message).split('\n')[0].slice(0, 60)})`;
  }
}

// tell(package, what is wrong, verdict) for each.
export async function accepted(tell) {
  for (const [what, o] of coses) {
    const v = await verdictOf(async () => {
      await Sign1.decode(sign1(o)).verify(publicKey);
    });
    if (what === 'good' && v !== 'accepted')
      throw new Error(`@auth0/cose: what is good: ${v}`);
    tell('@auth0/cose', what, v);
  }
  for (const [what, o] of jwts) {
    const v = await verdictOf(async () => {
      const s = getListFromStatusListJWT(jwt(o)).getStatus(o.index ?? 7);
      return s === 0 ? undefined : String(s);
    });
    if (what === 'good' && v !== 'accepted')
      throw new Error(`@sd-jwt/jwt-status-list: what is good: ${v}`);
    tell('@sd-jwt/jwt-status-list', what, v);
  }
}
