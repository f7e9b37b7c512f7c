// SPDX-License-Identifier: EUPL-1.2
// Reader of ZIP archives (PKWARE APPNOTE 6.3.10) as spreadsheets are: by the
// directory at the end, one file in one part, stored or deflated. What is
// taken out is never larger than it may be, whatever the archive says of it.

const ENTRIES_MAX = 4096;
const OUT_MAX = 33554432;       // bytes of one entry
const RATIO_MAX = 400;          // of what is larger than a megabyte
const SMALL = 1048576;
const END = 22, END_SIGN = 0x06054b50, COMMENT_MAX = 65535;
const ENTRY = 46, ENTRY_SIGN = 0x02014b50;
const LOCAL = 30, LOCAL_SIGN = 0x04034b50;
const [STORED, DEFLATED] = [0, 8];

/** Why it cannot be read; words for it are in check_words.js. */
export class Unread extends Error {
  constructor(why) {
    super(why);
    this.why = why;
  }
}

const fail = (why) => {
  throw new Unread(why);
};

const CRC = new Uint32Array(256).map((_, i) => {
  let c = i;
  for (let k = 0; k < 8; k++)
    c = c & 1 ? c >>> 1 ^ 0xedb88320 : c >>> 1;
  return c;
});

function crcOf(bytes) {
  let c = 0xffffffff;
  for (const b of bytes)
    c = CRC[(c ^ b) & 255] ^ c >>> 8;
  return (c ^ 0xffffffff) >>> 0;
}

// Where the directory is said to be: the last end there is.
function endOf(view) {
  const last = view.byteLength - END;
  for (let at = last; at >= 0 && at >= last - COMMENT_MAX; at--)
    if (view.getUint32(at, true) === END_SIGN &&
        at + END + view.getUint16(at + 20, true) === view.byteLength)
      return { n: view.getUint16(at + 10, true),
        begin: view.getUint32(at + 16, true) };
  return fail('cut');
}

export class Archive {
  #bytes;
  #view;
  #entries = new Map();

  constructor(bytes) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const { n, begin } = endOf(this.#view);
    if (n > ENTRIES_MAX)
      fail('sheet-too-large');
    for (let i = 0, at = begin; i < n; i++)
      at = this.#entry(at);
  }

  #sign(at, length, sign) {
    if (at + length > this.#bytes.length ||
        this.#view.getUint32(at, true) !== sign)
      fail('cut');
  }

  #entry(at) {
    this.#sign(at, ENTRY, ENTRY_SIGN);
    const [short, long] = [(i) => this.#view.getUint16(at + i, true),
      (i) => this.#view.getUint32(at + i, true)];
    const end = at + ENTRY + short(28);
    const name = new TextDecoder().decode(
      this.#bytes.subarray(at + ENTRY, end));
    this.#entries.set(name, { encrypted: (short(8) & 1) !== 0,
      method: short(10), crc: long(16), packed: long(20), size: long(24),
      local: long(42) });
    return end + short(30) + short(32);
  }

  has(name) {
    return this.#entries.has(name);
  }

  /** The bytes of an entry that is there. */
  async read(name) {
    const e = this.#entries.get(name) ?? fail('not-a-workbook');
    if (e.encrypted)
      fail('protected');
    if (e.size > OUT_MAX || (e.size > SMALL && e.size > e.packed * RATIO_MAX))
      fail('sheet-too-large');
    this.#sign(e.local, LOCAL, LOCAL_SIGN);
    const begin = e.local + LOCAL + this.#view.getUint16(e.local + 26, true) +
      this.#view.getUint16(e.local + 28, true);
    if (begin + e.packed > this.#bytes.length)
      fail('cut');
    const packed = this.#bytes.subarray(begin, begin + e.packed);
    const out = e.method === STORED ? packed : e.method === DEFLATED ?
      await inflate(packed, e.size) : fail('sheet-damaged');
    if (out.length !== e.size || crcOf(out) !== e.crc)
      fail('sheet-damaged');
    return out;
  }
}

function inflater() {
  try {
    return new DecompressionStream('deflate-raw');
  } catch {
    return fail('old-browser');
  }
}

// Never more than it was said to be: what comes after that is not asked for.
async function inflate(packed, size) {
  const out = new Uint8Array(size);
  const reader = new Blob([packed]).stream().pipeThrough(inflater())
    .getReader();
  let at = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done)
        return out.subarray(0, at);
      if (at + value.length > size)
        fail('sheet-damaged');
      out.set(value, at);
      at += value.length;
    }
  } catch {
    return fail('sheet-damaged');
  } finally {
    reader.cancel().catch(() => {});
  }
}
