// SPDX-License-Identifier: EUPL-1.2
// The register's compact index (/open-data/register.index) in the browser:
// what a mark is at a moment, and the answer to a number, a holder or a
// website. The order in which verdicts apply is that of the verifier
// (verifier/judge.c); what is served here is not signed, which the page says.

const FORMAT = 'keurmerk-index';
const SIZE_MAX = 134217728;
const LEVELS = ['basic', 'substantial', 'high'];
const COLUMNS = ['number', 'holder', 'state', 'since', 'validFrom',
  'validUntil', 'document', 'legalName', 'tradeNames', 'hosts', 'lines',
  'euid', 'lei'];

const wrong = (expected, found) => {
  throw new Error(`register.index: expected ${expected}, found ${found}`);
};
const utf8 = new TextDecoder('utf-8', { fatal: true });

const isTexts = (value) => Array.isArray(value) &&
  value.every((each) => typeof each === 'string');
const isText = (value) => typeof value === 'string' && value !== '';
const isTime = Number.isSafeInteger;

function isMark(m) {
  return [m.number, m.holder, m.state, m.document, m.legalName].every(isText) &&
    isTime(m.validFrom) && isTime(m.validUntil) &&
    (m.since === null || isTime(m.since)) &&
    isTexts(m.tradeNames) && isTexts(m.hosts) && Array.isArray(m.lines) &&
    m.lines.every((line) => Array.isArray(line) && isText(line[0]) &&
      (line[1] === null || isText(line[1])) && LEVELS.includes(line[2]));
}

/** Has this text the form of an index, whatever it says? */
export const looksLikeIndex = (bytes) => bytes.length < SIZE_MAX &&
  /^\ufeff?\s*\{\s*"format"\s*:\s*"keurmerk-index"/.test(
    new TextDecoder().decode(bytes.subarray(0, 128)));

// 1: the demand is met by one line, never by parts of several.
const meets = (mark, { claim, service, level }) => mark.lines.some((line) =>
  line[0] === claim && line[1] === (service ?? null) &&
  LEVELS.indexOf(line[2]) >= LEVELS.indexOf(level));

/** What a mark is at now (seconds), under a policy; the first that applies. */
export function judge(mark, policy, now, holder) {
  if (mark.state === 'withdrawn')
    return 'withdrawn';
  if (now < mark.validFrom)
    return 'not-yet-valid';
  if (now >= mark.validUntil)
    return 'expired';
  if (mark.state === 'suspended' || mark.state === 'superseded')
    return mark.state;
  return (mark.document !== 'certificate' && !policy.self_declaration) ||
    (holder && !isOf(mark, holder)) ||
    !(policy.demands ?? []).every((demand) => meets(mark, demand)) ?
    'unmet' : 'valid';
}

const keysOf = (mark) => [mark.holder, mark.euid, mark.lei,
  /^NTRNL-(\d{8})$/.exec(mark.holder)?.[1]].filter(Boolean);
const isOf = (mark, holder) => keysOf(mark).includes(holder);

export class Register {
  #by = { number: new Map(), holder: new Map(), domain: new Map() };

  /** @param {Uint8Array} bytes of an index; throws when it is none. */
  constructor(bytes) {
    if (bytes.length > SIZE_MAX)
      wrong(`at most ${SIZE_MAX} bytes`, bytes.length);
    const all = JSON.parse(utf8.decode(bytes));
    if (all?.format !== FORMAT || all.version !== 1)
      wrong(`${FORMAT}, version 1`, `${all?.format}, version ${all?.version}`);
    if (JSON.stringify(all.columns) !== JSON.stringify(COLUMNS))
      wrong(`columns ${COLUMNS}`, all.columns);
    if (!Array.isArray(all.marks))
      wrong('marks', typeof all.marks);
    this.environment = all.environment;
    this.issuer = all.issuer;
    this.epoch = { number: all.epoch.number, hash: all.epoch.hash,
      thisUpdate: Date.parse(all.epoch.thisUpdate) / 1000,
      nextUpdate: Date.parse(all.epoch.nextUpdate) / 1000 };
    if (!isTime(this.epoch.number) || !isTime(this.epoch.thisUpdate) ||
        !isTime(this.epoch.nextUpdate))
      wrong('an epoch with its times', JSON.stringify(all.epoch));
    this.size = all.marks.length;
    for (const row of all.marks)
      this.#add(row);
  }

  #add(row) {
    const mark = Object.fromEntries(COLUMNS.map((name, i) => [name, row[i]]));
    if (!isMark(mark))
      wrong('a mark as its columns say', JSON.stringify(row).slice(0, 200));
    const put = (by, key) => {
      const found = this.#by[by].get(key);
      if (found === undefined)
        this.#by[by].set(key, [mark]);
      else
        found.push(mark);
    };
    put('number', mark.number);
    keysOf(mark).forEach((key) => put('holder', key));
    mark.hosts.forEach((host) => put('domain', host));
  }

  /** Newest first: as the verifier looks. */
  find(by, key) {
    return (this.#by[by].get(key) ?? []).slice().sort((a, b) =>
      b.validFrom - a.validFrom || (a.number < b.number ? 1 : -1));
  }

  /** Every mark, in the order of the register. */
  all() {
    return Array.from(this.#by.number.values()).flat();
  }

  /** Why nothing can be told from it at now, or null. */
  stale(now) {
    return now >= this.epoch.nextUpdate ? 'stale' :
      this.epoch.thisUpdate > now + 300 ? 'future' : null;
  }

  /**
   * The answer to what is asked (asked.js): { verdict, mark }; the newest
   * that is valid answers, else the newest.
   */
  answer({ by, asked, holder }, policy, now) {
    if (this.stale(now) !== null)
      return { verdict: 'undetermined', mark: null };
    const found = this.find(by, asked).map((mark) =>
      ({ mark, verdict: judge(mark, policy, now, holder) }));
    return found.find(({ verdict }) => verdict === 'valid') ?? found[0] ??
      { verdict: 'not-listed', mark: null };
  }
}
