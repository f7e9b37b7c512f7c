// SPDX-License-Identifier: EUPL-1.2
// <keurmerk-badge> in Chromium, on the provider's own page and on a copy of
// it: what a visitor reads in every case, what is asked of whom, and that a
// page loses nothing where it cannot be checked.

import { NOW, end, ensure, npm, same } from './lib/check.mjs';
import { scene } from './lib/scene.mjs';
import { CSP, browser, site } from './lib/site.mjs';

const { state, reset, read, wrapped, base64url, answer } = scene();
const own = await site(answer);
const chromium = await browser(own.port);

// One window for all visits but those that need a browser of another kind.
let log = [];
let usual;

async function open(options) {
  const context = await chromium.newContext({ ignoreHTTPSErrors: true,
    ...options });
  const page = await context.newPage();
  page.on('pageerror', (e) => log.push(e.message));
  page.on('console', (m) => log.push(m.text()));
  await page.clock.setFixedTime(NOW * 1000);
  return page;
}

// The page as a visitor has it, once the badge has said what it can say.
async function visit(host, { set, wait = true, browser: other } = {}) {
  reset();
  set?.(state);
  log = [];
  const page = other ? await open(other) : usual ??= await open({});
  await page.goto(`https://${host}/`);
  if (wait)
    await page.evaluate(async () => {
      await customElements.whenDefined('keurmerk-badge');
      await document.querySelector('keurmerk-badge').ready;
    });
  const badge = page.locator('keurmerk-badge');
  return { page, badge,
    close: () => other ? page.context().close() : undefined,
    words: async () => (await badge.evaluate((e) =>
      [...e.shadowRoot.children].map((c) => c.innerText).join('\n')))
      .replace(/\s+/g, ' '),
    verdict: () => badge.getAttribute('data-verdict'),
    tone: () => badge.evaluate((e) =>
      e.shadowRoot.querySelector('.head').className) };
}

// One case: which verdict, in which colour, with which words and without.
async function reads(name, host, options, verdict, tone, yes, no = []) {
  const seen = await visit(host, options);
  const text = await seen.words();
  same(await seen.verdict(), verdict, name, log);
  same(await seen.tone(), `head ${tone}`, name);
  for (const words of yes)
    ensure(text.includes(words), name, 'expected', words, 'found', text);
  for (const words of no)
    ensure(!text.includes(words), name, 'not expected', words, text);
  await seen.close();
}

const shows = (name) => ({ set: (s) => { s.badge = base64url(read(name)); } });
const CLAIM = 'Basismaatregelen op orde in deze dienst';
const HOLDER = 'Voorbeeld ICT B.V.';
const KVK = 'Staat KVK-nummer 90000011 ook op uw offerte of factuur?';
const NOT_HERE = 'deze website, copy.example, staat niet in dit keurmerk';

async function verdicts() {
  await reads('genuine', 'ict.example', {}, 'valid', 'good',
    ['Geldig', HOLDER, 'KVK-nummer 90000011', KVK, CLAIM,
      'niveau substantieel', 'Gecontroleerd op 24 november 2026',
      'de website ict.example staat in dit keurmerk'], ['Let op']);
  await reads('in English', 'ict.example', { set: (s) => { s.lang = 'en'; } },
    'valid', 'good', ['Valid', 'Checked on 24 November 2026',
      'Is KVK number 90000011 on your quotation'], ['Geldig']);
  await reads('copied', 'copy.example', {}, 'wrong-origin', 'bad',
    ['Hoort niet bij deze website', NOT_HERE, 'ict.example', HOLDER],
    [CLAIM, 'Geldig t/m']);
  await reads('sub-domain', 'www.ict.example', {}, 'wrong-origin', 'bad',
    ['Hoort niet bij deze website']);
  await reads('suspended', 'ict.example', shows('suspended'), 'suspended',
    'wait', ['Geschorst', HOLDER, KVK], [CLAIM]);
  await reads('withdrawn', 'ict.example', shows('withdrawn'), 'withdrawn',
    'bad', ['Ingetrokken', HOLDER], [CLAIM, 'Geldig t/m']);
  await reads('withdrawn and copied', 'copy.example', shows('withdrawn'),
    'withdrawn', 'bad', ['Ingetrokken', NOT_HERE]);
  await reads('superseded', 'ict.example', shows('superseded'), 'superseded',
    'wait', ['Vervangen door een nieuwere versie']);
  await reads('expired', 'ict.example', shows('expired'), 'expired', 'wait',
    ['Verlopen']);
  await reads('forged', 'ict.example', shows('untrusted-signature'),
    'untrusted', 'bad', ['Niet echt: handtekening klopt niet'],
    [HOLDER, '90000011', CLAIM]);
  await reads('of another issuer', 'ict.example', shows('untrusted-issuer'),
    'untrusted', 'unknown', ['Uitgever niet herkend'], [HOLDER]);
  await reads('damaged', 'ict.example', shows('malformed'), 'malformed',
    'bad', ['Beschadigd of geen keurmerkbewijs'], [HOLDER]);
  await reads('demonstration', 'ict.example', shows('untrusted-environment'),
    'untrusted', 'bad', ['Andere omgeving', 'DEMONSTRATIE'], [HOLDER]);
  // Under the production authority nothing is a demonstration.
  await reads('demonstration, asked for', 'ict.example', { set: (s) => {
    s.badge = base64url(read('untrusted-environment'));
    s.attributes = 'environment="demonstration"';
  } }, 'untrusted', 'bad', ['Andere omgeving']);
}

// An authority for demonstrations: never as good as the real one, and on a
// page that does not say that it shows one, not at all.
async function demonstration() {
  const set = (attributes) => ({ set: (s) => {
    s.trust = base64url(read('demonstration/trust-1'));
    s.badge = base64url(read('demonstration/badge'));
    s.tree = { '/epoch': read('demonstration/tree/epoch'),
      '/status/0': read('demonstration/tree/status/0') };
    s.attributes = attributes;
  } });
  await reads('a demonstration', 'ict.example',
    set('environment="demonstration"'), 'valid', 'declared',
    ['DEMONSTRATIE', 'Geldig', HOLDER]);
  await reads('not asked for', 'ict.example', set(''), 'untrusted', 'bad',
    ['Andere omgeving dan gevraagd: DEMONSTRATIE'], [HOLDER, CLAIM]);
  await reads('as an exercise', 'ict.example', set('environment="exercise"'),
    'untrusted', 'bad', ['Andere omgeving'], [HOLDER]);
  const seen = await visit('ict.example', set('environment="real"'));
  same(await seen.verdict(), null, 'an environment that there is not');
  await seen.close();
}

// An hour later, on the page that is still open.
async function later(seen, change) {
  change(state);
  await seen.badge.evaluate(async (e) => {
    const { parentNode } = e;
    e.remove();
    parentNode.append(e);
    await e.ready;
  });
  return { verdict: await seen.verdict(), tone: await seen.tone(),
    text: await seen.words() };
}

// Two epochs that contradict each other: it cannot be told, which is said and
// is neither "genuine" nor "no", and stays so when the first one comes again.
const FORKED = ['het register spreekt zichzelf tegen', HOLDER,
  'Ga er niet van uit dat het keurmerk geldt', 'Meld dit'];
const NOT_FORKED = ['Echt keurmerk', 'Geldig t/m', 'niet op te halen', CLAIM];
async function forked() {
  const is = (name, { verdict, tone, text }) => {
    same(verdict, 'undetermined', name);
    same(tone, 'head unknown', name);
    for (const words of FORKED)
      ensure(text.includes(words), name, 'expected', words, text);
    for (const words of NOT_FORKED)
      ensure(!text.includes(words), name, 'not expected', words, text);
  };
  const seen = await visit('ict.example');
  same(await seen.verdict(), 'valid');
  is('an hour later', await later(seen, (s) => {
    s.tree['/epoch'] = read('epoch-fork');
  }));
  is('the first again', await later(seen, (s) => {
    s.tree['/epoch'] = read('tree/epoch');
  }));
  is('none any more', await later(seen, (s) => { s.cut = true; }));
  await seen.badge.evaluate((e) => {
    e.setAttribute('lang', 'en');
    return e.ready;
  });
  ensure((await seen.words()).includes('the register contradicts itself'),
    'in English');
  same(await seen.verdict(), 'undetermined', 'in English');
  await seen.close();
  // What is known of the mark itself is still said.
  const bad = await visit('ict.example', shows('withdrawn'));
  same((await later(bad, (s) => { s.tree['/epoch'] = read('epoch-fork'); }))
    .verdict, 'withdrawn');
  await bad.close();
  const away = await visit('copy.example');
  const found = await later(away, (s) => {
    s.tree['/epoch'] = read('epoch-fork');
  });
  same([found.verdict, found.tone], ['wrong-origin', 'head bad']);
  await away.close();
}

// By itself, each hour.
async function hourly() {
  const seen = await visit('ict.example', { browser: {} });
  same(await seen.verdict(), 'valid');
  state.tree['/epoch'] = read('epoch-fork');
  const epochs = () => state.asked.filter((a) => a.path === '/epoch').length;
  same(epochs(), 1);
  await seen.page.clock.fastForward(3600 * 1000 + 1000);
  await seen.page.waitForFunction(() => document.querySelector(
    'keurmerk-badge').dataset.verdict === 'undetermined');
  same(epochs(), 2);
  await seen.close();
}

// New keys come while the page is open: the list that has them is fetched
// once, and the newest status under them counts.
async function rotation() {
  const seen = await visit('ict.example', { set: (s) => {
    s.tree = { '/epoch': read('rotated/before/tree/epoch'),
      '/status/0': read('rotated/before/tree/status/0') };
  } });
  same(await seen.verdict(), 'valid', log);
  const { verdict, text } = await later(seen, (s) => {
    s.asked.length = 0;
    s.tree = { '/trust/2': read('rotated/trust-2'),
      '/epoch': read('rotated/tree/epoch'),
      '/status/0': read('rotated/tree/status/0') };
  });
  same(verdict, 'suspended', 'under the new keys', log);
  ensure(text.includes('Geschorst') && text.includes('11'), text);
  same(state.asked.map((a) => a.path).filter((p) => p.startsWith('/trust')),
    ['/trust/2', '/trust/3']);
  // A list that too few roots signed is none: nothing new is believed.
  const other = await visit('ict.example');
  same((await later(other, (s) => {
    s.tree = { '/trust/2': read('trust-2-short'),
      '/epoch': read('rotated/tree/epoch'),
      '/status/0': read('rotated/tree/status/0') };
  })).verdict, 'valid');
  await other.close();
}

// Never a red cross where nobody could tell.
const NOT_CURRENT = ['Echt keurmerk, status niet actueel', HOLDER, CLAIM,
  'Zoek dit keurmerk op in het register'];
async function notCurrent() {
  const cases = {
    'authority down': (s) => { s.cut = true; },
    'nothing there': (s) => { s.tree = {}; },
    'list too old': (s) => { s.tree = { '/status/0': read('status-old'),
      '/epoch': read('epoch-stale') }; },
    'list forged': (s) => { s.tree['/status/0'] = read('status-bad'); },
    'endless list': (s) => { s.endless = '/status/0'; },
  };
  for (const [name, set] of Object.entries(cases))
    await reads(name, 'ict.example', { set }, 'undetermined', 'unknown',
      NOT_CURRENT, ['Ingetrokken', 'Geldig t/m']);
  // What lies in buffers on the way, and not what 8 seconds can carry.
  ensure(own.sent > 65536 && own.sent < 5e7, 'endless list', own.sent);
  await reads('down and copied', 'copy.example',
    { set: (s) => { s.cut = true; } }, 'wrong-origin', 'bad', [NOT_HERE]);
  const seen = await visit('ict.example', { set: (s) => { s.cut = true; } });
  same(await seen.badge.getByRole('link').first().getAttribute('href'),
    'https://keurmerk.example/KM-2026-000123-P');
  await seen.close();
}

async function stapled() {
  await reads('stapled, authority down', 'ict.example', { set: (s) => {
    s.badge = base64url(read('stapled'));
    s.cut = true;
  } }, 'valid', 'good', ['Geldig']);
}

// Only what is needed, without telling who asks or from which page.
async function asks() {
  const seen = await visit('ict.example');
  const asked = state.asked.filter((a) => a.host === 'keurmerk.example');
  same(asked.map((a) => a.path).sort(), ['/epoch', '/status/0']);
  for (const { headers } of asked)
    ensure(!headers.cookie && !headers.referer && !headers.authorization,
      'told too much', headers);
  await seen.close();
  await reads('mirror', 'ict.example', { set: (s) => {
    s.attributes = 'status-src="https://mirror.example/"';
  } }, 'valid', 'good', ['Geldig']);
  const hosts = new Set(state.asked.map((a) => a.host));
  same([...hosts].sort(), ['ict.example', 'mirror.example']);
}

// The pinned list by its hash; a badge in a file; a list that came later.
async function sources() {
  const { createHash } = await import('node:crypto');
  const hash = (bytes) => createHash('sha256').update(bytes).digest('hex');
  const set = (list, pin) => (s) => {
    s.files = { '/badge': { body: read('valid') }, '/trust': { body: list } };
    s.badge = s.trust = null;
    s.attributes = `src="/badge" trust-src="/trust" trust-hash="${pin}"`;
  };
  const by = async (name, change, ok) => {
    const seen = await visit('ict.example', { set: (s) => {
      set(read('trust-1'), hash(read('trust-1')))(s);
      change?.(s);
    } });
    same(await seen.verdict(), ok === true ? 'valid' : ok || null, name, log);
    await seen.close();
  };
  await by('by hash', null, true);
  const file = (body) => (s) => { s.files['/badge'].body = body; };
  const loads = () => state.asked.map((a) => a.path)
    .filter((p) => p.endsWith('.wasm'));
  await by('in CBOR', file(read('valid')), true);
  same(loads(), ['/lean.wasm']);
  const svg = wrapped('svg', 'valid', '1 light nl none -');
  await by('as SVG', file(svg), true);
  same(loads(), ['/keurmerk.wasm']);
  await by('as SVG, retouched', file(Buffer.from(svg.toString()
    .replace('VOORBEELD', 'VOORBEELT').replace('Voorbeeld', 'Voorbeelt'))),
  'malformed');
  await by('as PNG', file(wrapped('png', 'valid')), true);
  await by('another hash', (s) => set(read('trust-1'), hash('x'))(s), false);
  await by('another list', (s) => set(read('trust-2'),
    hash(read('trust-1')))(s), false);
  // The page pins it, so it does not matter from where it comes.
  for (const [list, ok] of [['trust-1', true], ['trust-2', false]])
    await by(`${list} of another site`, (s) => {
      s.tree['/trust'] = read(list);
      s.attributes = s.attributes.replace('"/trust"',
        '"https://mirror.example/trust"');
    }, ok);
}

// What was asked first and came last is not what is shown from then on.
async function overtaken() {
  const seen = await visit('ict.example', { wait: false, set: (s) => {
    s.badge = null;
    s.attributes = 'src="/slow"';
  } });
  const { page, badge } = seen;
  let release;
  const gate = new Promise((done) => { release = done; });
  await page.route('**/slow', async (route) => {
    await gate;
    await route.fulfill({ body: read('valid') });
  });
  const [slow] = await Promise.all([page.waitForRequest('**/slow'),
    page.reload()]);
  await badge.evaluate((e, text) => {
    e.setAttribute('badge', text);
    return e.ready;
  }, base64url(read('withdrawn')));
  same(await seen.verdict(), 'withdrawn', log);
  release();
  await (await slow.response()).finished();
  // Some turns for what has come; then as it is looked at again each hour.
  await badge.evaluate(async (e) => {
    await new Promise((done) => { setTimeout(done, 200); });
    const { parentNode } = e;
    e.remove();
    parentNode.append(e);
    await e.ready;
  });
  same(await seen.verdict(), 'withdrawn', 'overtaken');
  await page.unroute('**/slow');
  await seen.close();
}

// Text from an attestation is text.
async function markup() {
  const seen = await visit('ict.example', shows('self-declaration'));
  ensure((await seen.words()).includes('Café <b>"Zon"</b>'), 'markup');
  same(await seen.badge.locator('b').count(), 0);
  same(await seen.tone(), 'head declared');
  ensure((await seen.words()).includes('Eigen verklaring (niet beoordeeld)'));
  await seen.close();
}

// The picture and the link of the page, and nothing that alarms anyone.
async function degrades() {
  const cases = {
    'no script': { set: (s) => { s.script = ''; }, wait: false },
    'JavaScript off': { browser: { javaScriptEnabled: false },
      wait: false },
    'CSP without WebAssembly': { set: (s) => {
      s.csp = CSP.replace("'wasm-unsafe-eval'", '');
    } },
    'CSP without fetching': { set: (s) => {
      s.csp = CSP.replace("connect-src 'self'", 'connect-src');
    } },
    'no badge named': { set: (s) => { s.badge = null; } },
    'trust is none': { set: (s) => { s.trust = 'AAAA'; } },
  };
  for (const [name, options] of Object.entries(cases)) {
    const seen = await visit('ict.example', options);
    const link = seen.page.getByRole('link',
      { name: `Keurmerk van ${HOLDER}` });
    ensure(await link.isVisible(), name, 'the link has gone');
    same(await seen.badge.evaluate((e) => e.innerText.trim())
      .catch(() => ''), '', name);
    same(await seen.verdict(), null, name);
    await seen.close();
  }
}

async function keyboard() {
  const { page, badge, close } = await visit('ict.example');
  const focused = () => badge.evaluate((e) =>
    e.shadowRoot.activeElement?.textContent ?? '');
  await page.keyboard.press('Tab');
  same(await focused(), 'Meer over dit keurmerk');
  await page.keyboard.press('Enter');
  ensure(await badge.getByText('KM-2026-000123-P').isVisible(), 'details');
  await page.keyboard.press('Tab');
  same(await focused(), 'Zoek dit keurmerk op in het register');
  ensure(await badge.getByRole('status').getByText('Geldig', { exact: true })
    .isVisible(), 'what is announced');
  await close();
}

// WCAG 2.2 AA, light and dark, and at 320 pixels without a scroll bar.
async function accessible() {
  const axe = npm.resolve('axe-core/axe.min.js');
  const looks = [{ colorScheme: 'light' }, { colorScheme: 'dark' },
    { forcedColors: 'active' }];
  for (const name of ['valid', 'withdrawn', 'suspended', 'undetermined',
    'self-declaration']) {
    const { page, badge, close } = await visit('ict.example',
      { ...shows(name), browser: { bypassCSP: true } });
    await badge.locator('summary').click();
    await page.addScriptTag({ path: axe });
    for (const look of looks) {
      await page.emulateMedia(look);
      const { violations } = await page.evaluate(() =>
        globalThis.axe.run('keurmerk-badge', { runOnly: ['wcag2a', 'wcag2aa',
          'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
      same(violations.map((v) => [v.id, v.nodes.map((n) => n.html)]), [],
        name, look);
    }
    await page.setViewportSize({ width: 320, height: 256 });
    ensure(await page.evaluate(() => document.documentElement.scrollWidth <=
      innerWidth), name, 'wider than the window');
    await close();
  }
}

// Names of parts as arguments: only those.
const only = process.argv.slice(2);
try {
  for (const part of [verdicts, demonstration, forked, hourly, rotation,
    notCurrent, stapled, asks, sources, overtaken,
    markup, degrades, keyboard, accessible])
    if (only.length === 0 || only.includes(part.name))
      await part();
} finally {
  await chromium.close();
  own.close();
}
end();
