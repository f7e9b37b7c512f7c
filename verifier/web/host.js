// SPDX-License-Identifier: EUPL-1.2
// The host of the core as WebAssembly, which reads and judges; here its one
// question, "does this signature verify?", is put to WebCrypto, and memory is
// handed about.
//
// There are two modules of one core: lean.wasm for what most pages ask, and
// keurmerk.wasm, the whole. The lean one stops at whatever it has no answer to
// (a trap: WebAssembly.RuntimeError); then the whole takes its place, for good,
// and answers instead.
//
// A bad badge never throws: it gets its report. A TypeError is a mistake in
// the call, an Error something that is missing around us.

import { reportJson } from './report.js';

const FILE_MAX = 8388608;       // KM_FILE_MAX
const TIME_MAX = 253402300799;  // 9999-12-31T23:59:59Z
const KEPT_MAX = 1048576;       // bytes, until the whole module comes
const ALGORITHMS = {            // RFC 9864, RFC 9053
  '-9': 'ECDSA', '-7': 'ECDSA', '-19': 'Ed25519', '-8': 'Ed25519',
};
const DEFAULT_POLICY = Uint8Array.of(0xa0);
const LEAN = new URL('./lean.wasm', import.meta.url);
const WHOLE = new URL('./keurmerk.wasm', import.meta.url);
const utf8 = new TextEncoder();
const compiled = new Map();     // ours, once for all verifiers

export function fail(where, expected, found) {
  let shown;
  try {
    shown = JSON.stringify(found) ?? String(found);
  } catch {
    shown = typeof found;
  }
  throw new TypeError(`${where}: expected ${expected}, found ${
    shown.slice(0, 80)}`);
}

async function webCrypto() {
  // Node 18 has it, but not as a global.
  if (!globalThis.crypto && globalThis.process?.versions?.node)
    return (await import('node:crypto')).webcrypto.subtle;
  return globalThis.crypto?.subtle;
}

async function fetchModule(url) {
  if (url.protocol === 'file:')
    return WebAssembly.compile(
      await (await import('node:fs/promises')).readFile(url));
  const reply = await fetch(url);
  if (!reply.ok)
    throw new Error(`${url}: expected status 200, found ${reply.status}`);
  return WebAssembly.compile(await reply.arrayBuffer());
}

// A badge is a map, an attestation has tag 18; pictures and pages are neither.
function isCbor(first) {
  return first === 0xd2 || (first >= 0xa0 && first <= 0xbf);
}

async function readModule(from) {
  if (from instanceof WebAssembly.Module)
    return from;
  if (from === LEAN || from === WHOLE) {
    if (!compiled.has(from))
      compiled.set(from, fetchModule(from));
    return compiled.get(from).catch((e) => {
      compiled.delete(from);
      throw e;
    });
  }
  if (from instanceof URL || typeof from === 'string')
    return fetchModule(new URL(from, globalThis.document?.baseURI ??
      import.meta.url));
  return WebAssembly.compile(bytesOf(from, 'wasm'));
}

function bytesOf(value, where) {
  if (typeof value === 'string')
    return utf8.encode(value);
  if (value instanceof ArrayBuffer)
    return new Uint8Array(value);
  if (ArrayBuffer.isView(value))
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return fail(where, 'a Uint8Array, an ArrayBuffer or a string', value);
}

function secondsOf(now) {
  const seconds = now instanceof Date ? Math.floor(now / 1000) :
    now ?? Math.floor(Date.now() / 1000);
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > TIME_MAX)
    fail('now', 'a Date, or whole seconds since 1970', now);
  return seconds;
}

// The 32 bytes of a hash may be given as 64 hexadecimal digits.
function pinOf(trust) {
  if (typeof trust === 'string') {
    if (!/^[\da-f]{64}$/i.test(trust))
      fail('trust', 'bytes, or 64 hexadecimal digits', trust);
    return Uint8Array.from(trust.match(/../g), (x) => parseInt(x, 16));
  }
  return bytesOf(trust, 'trust');
}

function questionOf({ policy = DEFAULT_POLICY, origin, now, ...others }, unboundOk) {
  for (const name of Object.keys(others))
    fail(name, 'what the call takes', name);
  if (origin !== undefined && (typeof origin !== 'string' || !origin))
    fail('origin', 'a host name, or none', origin);
  if (typeof unboundOk !== 'boolean')
    fail('unboundOk', 'true or false', unboundOk);
  return { cbor: bytesOf(policy, 'policy'), host: utf8.encode(origin ?? ''),
    seconds: BigInt(secondsOf(now)) };
}

export class Verifier {
  #x;                           // what the module exports
  #base;                        // where memory is free again
  #setup;                       // what a module begins with
  #kept = [];                   // what the lean one was given; null: none
  #subtle;
  #keys = new Map();            // imported, by algorithm and bytes
  #cannot = new Set();          // algorithms that WebCrypto lacks
  #unanswered = false;          // for want of one, in this operation
  #turn = Promise.resolve();    // one operation at a time

  /** Use create(). */
  constructor(setup, subtle) {
    this.#setup = setup;
    this.#subtle = subtle;
  }

  // badge: what will be asked about, to begin with the module it needs.
  static async create({ trust, wasm, lists = 16, badge } = {}) {
    const pin = pinOf(trust);
    if (!Number.isInteger(lists) || lists < 1 || lists > 2048)
      fail('lists', 'an integer from 1 to 2048', lists);
    const v = new this({ pin, lists }, await webCrypto());
    await v.#start(wasm ?? (badge === undefined || isCbor(badge[0]) ? LEAN :
      WHOLE));
    if (pin.length !== 32) {
      const [why] = await v.add(pin);
      // Where signatures cannot be checked nothing is trusted, and every
      // answer will be that it cannot be determined.
      if (why !== 'ok' && why !== 'unsupported')
        fail('trust', 'a trust list that its own roots signed', why);
    }
    return v;
  }

  async #start(from) {
    const { exports } = await WebAssembly.instantiate(await readModule(from));
    const { pin, lists } = this.#setup;
    this.#x = exports;
    this.#base = exports.km_web_room(0);
    if (!exports.km_web_known(this.#put(pin), pin.length, lists))
      fail('trust', 'a trust list, or 32 bytes of its hash',
        `${pin.length} bytes`);
    this.#base = exports.km_web_room(0);
    if (exports.km_web_report)
      this.#kept = null;
  }

  // The whole module, with all that the lean one was given. Where it cannot be
  // had the lean one begins anew, as nothing is known of one that stopped.
  async #grow() {
    const kept = this.#kept;
    try {
      await this.#start(WHOLE);
      await this.#addAll(kept);
    } catch (e) {
      this.#kept = kept;
      await this.#start(LEAN);
      await this.#addAll(kept);
      throw e;
    }
  }

  #bytes(p, length) {
    return new Uint8Array(this.#x.memory.buffer, p, length);
  }

  #string(p) {
    let end = p;
    const all = new Uint8Array(this.#x.memory.buffer);
    while (all[end])
      end++;
    return this.#text(p, end - p);
  }

  #text(p, length) {
    return new TextDecoder().decode(this.#bytes(p, length));
  }

  #put(bytes) {
    const p = this.#x.km_web_room(bytes.length);
    if (p === 0)
      throw new RangeError('keurmerk: no memory');
    this.#bytes(p, bytes.length).set(bytes);
    return p;
  }

  // Others wait, and what one has put is gone when it is over.
  #alone(work, needsWhole = false) {
    const mine = this.#turn.then(async () => {
      try {
        if (needsWhole && this.#kept)
          await this.#grow();
        return await work().catch(async (e) => {
          if (!this.#kept || !(e instanceof WebAssembly.RuntimeError))
            throw e;
          await this.#grow();
          return work();
        });
      } finally {
        this.#x.km_web_release(this.#base);
      }
    });
    this.#turn = mine.catch(() => {});
    return mine;
  }

  async #key(alg, bytes) {
    const name = ALGORITHMS[alg];
    const id = `${name} ${bytes}`;
    let key = this.#keys.get(id);
    if (key === undefined) {
      key = await this.#subtle.importKey('raw',
        name === 'ECDSA' ? Uint8Array.of(4, ...bytes) : bytes,
        name === 'ECDSA' ? { name, namedCurve: 'P-256' } : { name },
        false, ['verify']);
      this.#keys.set(id, key);
    }
    return key;
  }

  // struct km_ask: alg, slot, key, two parts of the message, signature. They
  // are copied out, as the memory may move while we wait.
  async #verifies(ask) {
    const [alg, , key, keyLength, a, aLength, b, bLength, sig] =
      new Int32Array(this.#x.memory.buffer.slice(ask, ask + 36));
    const name = ALGORITHMS[alg];
    const message = new Uint8Array(aLength + bLength);
    message.set(this.#bytes(a, aLength));
    message.set(this.#bytes(b, bLength), aLength);
    const signature = this.#bytes(sig, 64).slice();
    try {
      const imported = await this.#key(alg, this.#bytes(key, keyLength)
        .slice());
      return await this.#subtle.verify(
        name === 'ECDSA' ? { name, hash: 'SHA-256' } : { name },
        imported, signature, message);
    } catch (e) {
      // A key that is none does not verify. An algorithm that is not there
      // is another thing than a wrong signature.
      if (!this.#subtle || e.name === 'NotSupportedError') {
        this.#cannot.add(name);
        this.#unanswered = true;
      }
      return false;
    }
  }

  async #answerAll() {
    this.#unanswered = false;
    for (let ask; (ask = this.#x.km_web_ask()) !== 0;)
      this.#x.km_web_answer((await this.#verifies(ask)) === true ? 1 : 0);
  }

  async #addAll(objects) {
    const why = [];
    for (const object of objects) {
      this.#x.km_web_add(this.#put(object), object.length);
      await this.#answerAll();
      const err = this.#x.km_web_add_end();
      why.push(err === 0 ? 'ok' : this.#unanswered ? 'unsupported' :
        this.#name(err));
      this.#x.km_web_release(this.#base);
    }
    return why;
  }

  async add(...objects) {
    const all = objects.flat().map((o, i) => bytesOf(o, `objects[${i}]`));
    return this.#alone(async () => {
      const why = await this.#addAll(all);
      this.#kept?.push(...all.map((object) => object.slice()));
      // A page that is open for weeks need not keep more and more.
      if (this.#kept?.reduce((sum, { length }) => sum + length, 0) > KEPT_MAX)
        await this.#grow().catch(() => {});
      return why;
    });
  }

  // The whole register of the epoch that is known: its runs, in order. They
  // stay in memory, and so does a register that this one replaces.
  async register(...runs) {
    const all = runs.flat().map((run, i) => bytesOf(run, `runs[${i}]`));
    return this.#alone(async () => {
      const places = all.flatMap((run) => [this.#put(run), run.length]);
      const place = this.#put(new Uint8Array(Uint32Array.from(places).buffer));
      const err = this.#x.km_web_register(place, all.length);
      if (err === 0)
        this.#base = this.#x.km_web_room(0);
      return this.#name(err);
    }, true);
  }

  async verify({ badge, unboundOk = false, ...asked } = {}) {
    // One byte too many is as much too large as any.
    const file = bytesOf(badge, 'badge').slice(0, FILE_MAX + 1);
    const question = questionOf(asked, unboundOk);
    return this.#alone(async () => {
      const place = this.#place(file, question);
      this.#begin('verify', ...place, 1);
      await this.#answerAll();
      // Nobody may read "wrong signature" where it could not be checked:
      // without a way to check there is no trust, and so no answer.
      if (this.#unanswered)
        this.#begin('verify', ...place, 0);
      return this.#answer(unboundOk);
    }, /[^ -~]/.test(asked.origin));    // which report.js does not escape
  }

  async check({ number, holder, host, unboundOk = false, ...asked } = {}) {
    const keys = [number, holder, host];
    const by = keys.findIndex((key) => key !== undefined);
    if (keys.filter((key) => key !== undefined).length !== 1 ||
        typeof keys[by] !== 'string')
      fail('check', 'one of number, holder and host, as text', keys);
    const question = questionOf(asked, unboundOk);
    return this.#alone(async () => {
      this.#begin('check', by + 1, ...this.#place(utf8.encode(keys[by]),
        question));
      return this.#answer(unboundOk);
    }, true);
  }

  #place(first, { cbor, host, seconds }) {
    return [first, cbor, host].flatMap((bytes) =>
      [this.#put(bytes), bytes.length]).concat(seconds);
  }

  #name(err) {
    return this.#string(this.#x.km_web_err_name(err));
  }

  #begin(what, ...place) {
    const err = this.#x[`km_web_${what}`](...place);
    if (err !== 0)
      fail('policy', 'what schemas/policy.schema.json allows',
        this.#name(err));
  }

  #answer(unboundOk) {
    const end = this.#x.km_web_end();
    const json = this.#kept ? reportJson(this.#x.memory, end) :
      this.#text(this.#x.km_web_json(), this.#x.km_web_report());
    const report = JSON.parse(json);
    return {
      verdict: report.verdict,
      acceptable: this.#x.km_web_acceptable(unboundOk ? 1 : 0) === 1,
      unsupported: [...this.#cannot],
      report,
      json,
    };
  }

  async look(badge) {
    const file = bytesOf(badge, 'badge').slice(0, FILE_MAX + 1);
    return this.#alone(async () => {
      const err = this.#x.km_web_look(this.#put(file), file.length);
      return err === 0 ?
        { why: 'ok', claimed: JSON.parse(this.#string(
          this.#x.km_web_json())) } :
        { why: this.#name(err), claimed: null };
    }, true);
  }
}
