// SPDX-License-Identifier: EUPL-1.2
// The report of the lean module in words: struct km_report and the signed
// bytes of the attestation as the JSON that the whole module and the C library
// write (verifier/report.c, schemas/report.schema.json), byte for byte. Where
// there is no word for why, the whole module is to answer.

const words = (all) => all.split(' ');
const VERDICTS = words('malformed untrusted not-yet-valid expired withdrawn ' +
  'suspended superseded wrong-origin unmet not-listed undetermined');
const BINDINGS = words('none origin holder');
const INDICATIONS = words('total-passed total-failed indeterminate');
const OUTCOMES = words('not-performed passed warned failed');
const CHECKS = words('badge attestation picture trust trust-date issuer key ' +
  'signature key-period key-revoked environment not-before expiry ' +
  'status-list status-age status epoch epoch-age epoch-memory status-proof ' +
  'register-proof origin holder document demands body listed names');
const TIMES = [4, 8, 11, 12, 14, 17];   // checks that compare times
const WHY = {                   // enum km_err
  0: 'ok', 6: 'text', 24: 'signature', 40: 'no-trust', 42: 'version',
  44: 'authority', 45: 'environment', 46: 'unknown-key', 47: 'purpose',
  48: 'key-period', 49: 'revoked', 50: 'expired', 51: 'early', 52: 'stale',
  60: 'missing', 61: 'index', 63: 'proof', 65: 'fork', 66: 'withdrawn',
  67: 'suspended', 68: 'superseded', 80: 'document', 81: 'origin',
  110: 'not-reached',
};
const ENVIRONMENTS = words('production demonstration exercise');
const DOCUMENTS = words('certificate self-declaration');
const CLAIMS = words('basic_measures policy_advice');
const OBJECTS = words('organisation service');
const LEVELS = words('basic substantial high');

const time = (t) => new Date(t * 1000).toISOString().replace('.000', '');
const day = (d) => time(d * 86400).slice(0, 10);
const moment = (key, t) => ({ [key]: t, [`${key}_text`]: time(t) });
const text = (bytes) => new TextDecoder().decode(bytes);
const hex = (bytes) =>
  Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');

// One item of CBOR that the module has read and found in order.
function reader(bytes) {
  let at = 0;
  const take = (n) => bytes.subarray(at, at += n);
  return function item() {
    const [head] = take(1);
    let n = head & 31;
    if (n > 23)
      n = take(1 << n - 24).reduce((sum, b) => sum * 256 + b, 0);
    switch (head >> 5) {
      case 0: return n;
      case 1: return -1 - n;
      case 2: return take(n);
      case 3: return text(take(n));
      case 4: return Array.from({ length: n }, item);
      case 5: return Object.fromEntries(Array.from({ length: n },
        () => [item(), item()]));
    }
    return item();              // a tag
  };
}

// The claims, by the numbers of schemas/attestation.cddl.
function attestation(bytes) {
  const claims = reader(reader(bytes)()[2])();
  const mark = claims[-65537];
  return {
    number: mark[1],
    environment: ENVIRONMENTS[mark[2] ?? 0],
    document: DOCUMENTS[mark[3] - 1],
    issuer: claims[1],
    holder: claims[2],
    ...moment('issued', claims[6]),
    ...moment('not_before', claims[5]),
    ...moment('expires', claims[4]),
    last_day: day(claims[4] / 86400 - 1),
    id: hex(claims[7]),
    status_list: claims[65535].status_list,
    scheme: { id: mark[4][0], version: mark[4][1] },
    lines: mark[5].map((line) => ({
      claim: CLAIMS[line[1] - 1],
      object: OBJECTS[line[2] - 1],
      service: line[3] ?? null,
      level: LEVELS[line[4] - 1],
    })),
    not_covered: mark[6] ?? [],
    legal_name: mark[7],
    trade_names: mark[8] ?? [],
    place: mark[9],
    kvk: mark[10] ?? null,
    euid: mark[11] ?? null,
    lei: mark[12] ?? null,
    hosts: mark[13] ?? [],
    assessed: day(mark[14]),
    body: mark[15] ? { name: mark[15][0], accreditation: mark[15][1] } : null,
    report: mark[16] ?? null,
    evidence: (mark[17] ?? []).map(([code, reference]) =>
      ({ code, reference })),
    information: mark[18] ?? null,
    drawing: mark[19],
  };
}

// struct km_report at a place of the memory; lean.c holds it to what is read
// here.
export function reportJson({ buffer }, place) {
  const view = new DataView(buffer, place);
  const u32 = (at) => view.getUint32(at, true);
  const i64 = (at) => Number(view.getBigInt64(at, true));
  const slice = (at) => text(new Uint8Array(buffer, u32(at), u32(at + 4)));
  const checks = CHECKS.map((check, i) => {
    const at = 24 + 40 * i;
    const [want, found] = [i64(at + 8), i64(at + 16)];
    const timed = u32(at) && TIMES.includes(i);
    return {
      check,
      outcome: OUTCOMES[u32(at)],
      why: WHY[u32(at + 4)],
      want,
      found,
      want_text: timed ? time(want) : slice(at + 24),
      found_text: timed ? time(found) : slice(at + 32),
    };
  });
  if (!checks.every(({ why }) => why))
    throw new WebAssembly.RuntimeError('no word for it');
  const exit = u32(0);
  return JSON.stringify({
    verdict: exit ? VERDICTS[exit - 10] : 'valid',
    binding: BINDINGS[u32(8)],
    indication: INDICATIONS[u32(4)],
    exit,
    ...moment('now', i64(16)),
    trust_version: u32(2088) || null,
    epoch: u32(2092) ? { number: u32(2092),
      hash: hex(new Uint8Array(buffer, place + 2096, 32)) } : null,
    status_list: checks[14].outcome === OUTCOMES[0] ? null :
      { ...moment('issued', i64(2128)), ...moment('expires', i64(2136)) },
    checks,
    attestation: u32(1144) ? attestation(new Uint8Array(buffer, place + 2148,
      u32(2144))) : null,
  }).replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt().toString(16)}`);
}
