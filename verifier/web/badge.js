// SPDX-License-Identifier: EUPL-1.2
// <keurmerk-badge>: a badge on a web page, checked where it is seen.
//
// Trust comes from the page that embeds it, status from the authority that
// the verified attestation names (or a mirror of the page's choice), and both
// count only as far as the core believes them. What stands inside the element
// is what a reader sees until then, and for good where nothing can be
// checked: without JavaScript, without WebAssembly, without WebCrypto.

import { Verifier } from './host.js';
import { card, sheet } from './card.js';

const BADGE_MAX = 1048576;      // of a file that a page loads
const TRUST_MAX = 16384;        // KM_TRUST_MAX
const EPOCH_MAX = 1024;         // KM_EPOCH_MAX
const LIST_MAX = 65536;         // a shard of 2^16 entries, at its fullest
const TIMEOUT = 8000;           // ms
const AGAIN = 3600 * 1000;      // ms: ttl of a status list
const ENVIRONMENTS = ['production', 'demonstration', 'exercise'];
const ASKED = ['lang', 'environment', 'status-src'];
const ROTATIONS = 8;            // trust lists to follow in one go

// No cookies, no referrer, no redirects, no more than max bytes.
async function get(url, max) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIMEOUT);
  try {
    const reply = await fetch(url, { mode: 'cors', credentials: 'omit',
      referrerPolicy: 'no-referrer', redirect: 'error', cache: 'default',
      signal: stop.signal });
    if (!reply.ok)
      throw new Error(`${url}: expected status 200, found ${reply.status}`);
    const parts = [];
    let length = 0;
    for (const reader = reply.body.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done)
        break;
      length += value.length;
      if (length > max)
        throw new Error(`${url}: expected at most ${max} bytes`);
      parts.push(value);
    }
    const all = new Uint8Array(length);
    parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
    return all;
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
}

// What cannot be had counts as not given.
const tryGet = (url, max) => get(url, max).catch(() => null);

function fromBase64url(text) {
  return Uint8Array.from(atob(text.trim().replace(/-/g, '+')
    .replace(/_/g, '/')), (c) => c.charCodeAt(0));
}

const checkOf = (checks, name) => checks.find((c) => c.check === name);

// Signed by a key that a later trust list may have, or the list is over.
function isTrustOld({ checks }) {
  return checkOf(checks, 'issuer').want_text !== '' &&
    ['unknown-key', 'expired'].some((why) =>
      [checkOf(checks, 'key').why, checkOf(checks, 'trust-date').why]
        .includes(why));
}

export class KeurmerkBadge extends HTMLElement {
  static observedAttributes = ['src', 'badge', 'trust', 'trust-src',
    'trust-hash', 'environment', 'lang', 'status-src'];

  #root = this.attachShadow({ mode: 'open' });
  #live;                        // announces the verdict
  #run = 0;                     // the latest; what an older one finds is void
  #timer;
  #known;                       // badge and verifier, kept between runs
  ready = Promise.resolve();

  constructor() {
    super();
    this.#live = document.createElement('div');
    this.#live.setAttribute('role', 'status');
    this.#live.setAttribute('aria-live', 'polite');
    this.#root.append(this.#live, document.createElement('slot'));
  }

  connectedCallback() {
    this.#start();
  }

  disconnectedCallback() {
    this.#run++;
    clearTimeout(this.#timer);
  }

  attributeChangedCallback(name) {
    // What was seen once, such as a fork, is not forgotten for a language.
    if (!ASKED.includes(name))
      this.#known = undefined;
    if (this.isConnected)
      this.#start();
  }

  // Attributes that are set one after the other make one run.
  #start() {
    const run = ++this.#run;
    clearTimeout(this.#timer);
    this.ready = Promise.resolve().then(async () => {
      if (run !== this.#run)
        return;
      try {
        const answer = await this.#check(run);
        if (run === this.#run)
          this.#show(answer);
      } catch (e) {
        // What stands in the page stays; only its maker is told.
        console.info('keurmerk-badge:', e.message);
      }
      if (run === this.#run)
        this.#timer = setTimeout(() => this.#start(), AGAIN);
    });
  }

  async #begin() {
    const badge = await this.#badge();
    return [badge, await this.#verifier(badge)];
  }

  async #check(run) {
    const known = this.#known ?? await this.#begin();
    // An attribute may have changed meanwhile: this is then of the old one.
    if (run === this.#run)
      this.#known = known;
    const [badge, v] = known;
    const question = { badge, origin: location.hostname,
      policy: this.#policy() };
    let answer = await v.verify(question);
    if (isTrustOld(answer.report) && await this.#follow(v, answer.report))
      answer = await v.verify(question);
    if (answer.report.attestation) {
      await this.#status(v, answer.report);
      answer = await v.verify(question);
    }
    if (answer.unsupported.length)
      throw new Error(`this browser cannot check ${answer.unsupported}`);
    return answer;
  }

  // A self-declaration will do, as the card says what it is; in the CBOR of
  // schemas/policy.cddl.
  #policy() {
    const name = this.getAttribute('environment') ?? ENVIRONMENTS[0];
    const environment = ENVIRONMENTS.indexOf(name);
    if (environment < 0)
      throw new Error(`environment: expected ${ENVIRONMENTS.join(' or ')}, ` +
        `found ${name}`);
    return environment === 0 ? Uint8Array.of(0xa1, 2, 0xf5) :
      Uint8Array.of(0xa2, 1, environment, 2, 0xf5);
  }

  #badge() {
    const text = this.getAttribute('badge');
    if (text !== null)
      return fromBase64url(text);
    const src = this.getAttribute('src');
    if (src === null)
      throw new Error('expected an attribute src or badge');
    return get(new URL(src, this.baseURI), BADGE_MAX);
  }

  // The page vouches for trust, so it comes with the page or is pinned by it.
  async #verifier(badge) {
    const trust = this.getAttribute('trust');
    if (trust !== null)
      return Verifier.create({ trust: fromBase64url(trust), badge });
    const hash = this.getAttribute('trust-hash');
    const src = this.getAttribute('trust-src');
    if (hash === null || src === null)
      throw new Error('expected trust, or trust-src and trust-hash');
    const v = await Verifier.create({ trust: hash, badge });
    const [why] = await v.add(await get(new URL(src, this.baseURI),
      TRUST_MAX));
    if (why !== 'ok')
      throw new Error(`trust-src: expected the list of trust-hash: ${why}`);
    return v;
  }

  // The authority's tree: its own, or a mirror that the page trusts to be up.
  #tree(authority) {
    const mirror = this.getAttribute('status-src');
    return mirror === null ? authority :
      new URL(mirror, this.baseURI).href.replace(/\/$/, '');
  }

  // From the list that the page pins to those that came after it: each is
  // signed by the roots of the one before. True where there was one.
  async #follow(v, { checks, trust_version: from }) {
    const tree = this.#tree(checkOf(checks, 'issuer').want_text);
    let version = from;
    while (version < from + ROTATIONS) {
      const next = await tryGet(`${tree}/trust/${version + 1}`, TRUST_MAX);
      if (next === null || (await v.add(next))[0] !== 'ok')
        break;
      version++;
    }
    return version > from;
  }

  async #status(v, report) {
    const { issuer, status_list: { uri } } = report.attestation;
    const tree = this.#tree(issuer);
    const objects = (await Promise.all([
      tryGet(`${tree}/epoch`, EPOCH_MAX),
      tryGet(`${tree}/status/${uri.split('/').pop()}`, LIST_MAX),
    ])).filter((each) => each !== null);
    if ((await v.add(objects)).includes('unknown-key') &&
        await this.#follow(v, report))
      await v.add(objects);
  }

  #show(answer) {
    const near = this.getAttribute('lang') ??
      this.closest('[lang]')?.getAttribute('lang') ?? 'nl';
    const lang = /^en\b/i.test(near) ? 'en' : 'nl';
    this.#root.adoptedStyleSheets = [sheet()];
    const { head, rest } = card(answer.report, lang, location.hostname);
    this.#live.replaceChildren(head);
    this.#root.replaceChildren(this.#live, ...rest);
    this.dataset.verdict = answer.verdict;
  }
}

if (!customElements.get('keurmerk-badge'))
  customElements.define('keurmerk-badge', KeurmerkBadge);
