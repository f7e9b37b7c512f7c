// SPDX-License-Identifier: EUPL-1.2
// What <keurmerk-badge> shows of a report. Words are those of the glossary;
// what an attestation says only ever becomes text, and a link only where it
// is an https address. The verdict is in words and in the shape of the seal,
// never in colour alone.

import words from './words.js';

const SVG = 'http://www.w3.org/2000/svg';

// good: a tick; wait: bars; bad: an exclamation mark; unknown: a question
// mark. Who could not tell never shows what looks like "no".
const TONES = {
  'valid': 'good', 'suspended': 'wait', 'superseded': 'wait',
  'expired': 'wait', 'not-yet-valid': 'wait', 'withdrawn': 'bad',
  'malformed': 'bad', 'wrong-origin': 'bad', 'unmet': 'wait',
  'not-listed': 'unknown', 'undetermined': 'unknown',
};
const SIGNS = {
  good: 'M20.5 32.5l8 8 15.5-16.5',
  declared: 'M20.5 32.5l8 8 15.5-16.5',
  wait: 'M26 23v18M38 23v18',
  bad: 'M32 20v15M32 42v.5',
  unknown: 'M26 27a6 6 0 1 1 8.5 5.5c-1.8.9-2.5 2-2.5 4M32 43v.5',
};

const failed = (report, name) =>
  report.checks.some((c) => c.check === name && c.outcome === 'failed');

function element(name, props = {}, ...children) {
  const e = Object.assign(document.createElement(name), props);
  e.append(...children.filter((child) => child !== null));
  return e;
}

// A rosette of twelve, and the sign of the verdict in it.
function seal(tone) {
  const svg = document.createElementNS(SVG, 'svg');
  const path = (d, part) => {
    const p = document.createElementNS(SVG, 'path');
    p.setAttribute('d', d);
    p.setAttribute('class', part);
    svg.append(p);
  };
  const rim = Array.from({ length: 12 }, (_, i) => {
    const at = (r, turn) => [r * Math.cos(turn), r * Math.sin(turn)]
      .map((x) => (32 + x).toFixed(1)).join(' ');
    const step = Math.PI / 6;
    return `${i ? '' : `M${at(26, 0)}`}Q${at(32.5, (i + .5) * step)} ${
      at(26, (i + 1) * step)}`;
  }).join('') + 'Z';
  svg.setAttribute('viewBox', '0 0 64 64');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('focusable', 'false');
  path(rim, 'rim');
  path('M32 10.5a21.5 21.5 0 1 1-.01 0Z', 'ring');
  path(SIGNS[tone], 'sign');
  return svg;
}

// What is not to be told by verdict alone: genuine, but nobody knows whether
// it still is in force.
function isNotCurrent(report) {
  return report.verdict === 'undetermined' && report.attestation !== null &&
    !failed(report, 'epoch-memory');
}

// Two states of the register that contradict each other: no news of the mark,
// but of whoever publishes.
function isForked(report) {
  return report.verdict === 'undetermined' && report.checks.some((c) =>
    c.check === 'epoch-memory' && c.why === 'fork');
}

function verdictWords(report) {
  const all = words.verdicts[report.verdict];
  if (report.verdict !== 'untrusted')
    return all;
  return failed(report, 'signature') ? all.signature :
    failed(report, 'environment') ? all.environment : all.issuer;
}

// What nobody assessed, or is a demonstration, does not get the good colour.
function toneOf(report) {
  const a = report.attestation;
  if (report.verdict === 'valid' && (a.document !== 'certificate' ||
      a.environment !== 'production'))
    return 'declared';
  if (report.verdict !== 'untrusted')
    return TONES[report.verdict];
  return failed(report, 'signature') || failed(report, 'environment') ?
    'bad' : 'unknown';
}

const capital = (text) => text[0].toUpperCase() + text.slice(1);

class Writer {
  constructor(report, lang, host, services) {
    this.report = report;
    this.services = services;
    this.lang = lang;
    this.locale = lang === 'en' ? 'en-GB' : 'nl-NL';
    this.host = host;
    this.a = report.attestation;
  }

  say(both, values = {}) {
    return both[this.lang].replace(/\{(\w+)\}/g, (_, name) =>
      values[name] ?? '');
  }

  sentence(name, values) {
    return this.say(words.sentences[name], values);
  }

  day(text) {
    return new Intl.DateTimeFormat(this.locale, { dateStyle: 'long',
      timeZone: 'UTC' }).format(new Date(`${text}T00:00:00Z`));
  }

  moment(seconds) {
    return new Intl.DateTimeFormat(this.locale, { dateStyle: 'long',
      timeStyle: 'short' }).format(new Date(seconds * 1000));
  }

  term(name) {
    return capital(this.say(words.terms[name]));
  }

  // What was asked for in vain; a page asks for little.
  demand() {
    const { report } = this;
    const kvk = report.checks.find((c) => c.check === 'holder').want_text;
    return failed(report, 'holder') ? this.sentence('kvk_number', { kvk }) :
      this.say(words.terms.self_declaration);
  }

  // Where there is more to say than the verdict has words for.
  special(part) {
    return isNotCurrent(this.report) ? this.sentence(`not_current${part}`) :
      isForked(this.report) ? this.sentence(`forked${part}`) : undefined;
  }

  // The verdict, which is announced.
  head() {
    const { report, a } = this;
    const tone = toneOf(report);
    const environment = report.checks.find((c) =>
      c.check === 'environment').found;
    const title = this.special('') ?? this.say(verdictWords(report).title, {
      environment: this.say(Object.values(words.environments)[environment] ??
        words.environments.production),
      demand: this.demand() });
    const bands = a === null ? [] : [
      a.environment !== 'production' && words.environments[a.environment],
      a.document !== 'certificate' && words.terms.self_declaration,
    ].filter(Boolean).map((both) => element('strong', { className: 'band',
      textContent: capital(this.say(both)) }));
    return element('div', { className: `head ${tone}` }, seal(tone),
      element('div', {},
        ...bands,
        element('p', { className: 'verdict', textContent: title }),
        a === null ? null : element('p', { className: 'of', textContent:
          this.say(words.verdicts.valid.of, { name: a.legal_name }) }),
        report.verdict === 'valid' ? element('p', { className: 'until',
          textContent: capital(this.sentence('valid_through',
            { date: this.day(a.last_day) })) }) : null,
        failed(report, 'origin') ? element('p', { className: 'site',
          textContent: this.sentence('not_this_site', { host: this.host }) }) :
          null));
  }

  rows(pairs) {
    const list = element('dl');
    for (const [name, ...values] of pairs.filter(([, value]) => value))
      list.append(element('div', {},
        element('dt', { textContent: name }),
        ...values.map((value) => element('dd', {}, value))));
    return list;
  }

  holder() {
    const { a } = this;
    return this.rows([
      [this.term('holder'), a.legal_name],
      a.trade_names.length ? [this.term('trade_name'), ...a.trade_names] : [],
      [this.term('place'), a.place],
      a.kvk ? [this.sentence('kvk_number').trim(), a.kvk] :
        ['ID', a.holder],
    ]);
  }

  lines() {
    const { a } = this;
    return element('ul', { className: 'lines' }, ...a.lines.map((line) =>
      element('li', {},
        element('span', { className: 'claim', textContent:
          this.say(words.claims[line.claim]) }),
        element('span', { className: 'object', textContent:
          this.services[line.service] ?? line.service ??
            this.sentence('organisation') }),
        element('span', { className: 'level', textContent:
          this.sentence('level', { level: this.say(words.levels[line.level]),
            version: a.scheme.version }) }))));
  }

  // Only an https address becomes a link.
  link(address, text) {
    if (!/^https:\/\/[^\s]+$/.test(address))
      return null;
    return element('a', { href: address, rel: 'noopener noreferrer',
      referrerPolicy: 'no-referrer', textContent: text });
  }

  registerLink() {
    return this.link(`${this.a.issuer}/${this.a.number}`,
      this.sentence('look_up'));
  }

  more() {
    const { report, a } = this;
    return element('details', {},
      element('summary', { textContent: this.sentence('more') }),
      this.rows([
        [capital(this.sentence('mark_number')), a.number],
        report.verdict === 'valid' ? [] : [this.term('mark'),
          this.sentence('valid_through', { date: this.day(a.last_day) })],
        a.body ? [this.term('body'), this.sentence('assessed',
          { date: this.day(a.assessed), name: a.body.name })] : [],
        a.not_covered.length ? [this.term('not_covered'), ...a.not_covered] :
          [],
        a.hosts.length ? [capital(this.sentence('sites')), ...a.hosts] : [],
        a.information ? ['CSA art. 55', this.link(a.information,
          a.information) ?? a.information] : [],
      ]),
      a.body ? element('p', { textContent: this.sentence('no_guarantee',
        { date: this.day(a.assessed) }) }) : null);
  }

  body() {
    const { report, a } = this;
    const told = report.verdict === 'valid' || isNotCurrent(report);
    const advice = this.special('_do') ?? this.say(verdictWords(report).do);
    const parts = [];
    if (report.verdict !== 'valid')
      parts.push(element('p', { className: 'do', textContent: advice }));
    if (a !== null) {
      if (report.verdict === 'wrong-origin')
        parts.push(this.rows([[capital(this.sentence('sites')), ...a.hosts]]));
      parts.push(this.holder());
      if (told)
        parts.push(this.lines());
      if (a.kvk)
        parts.push(element('p', { className: 'own', textContent:
          this.sentence('own_kvk', { kvk: a.kvk }) }));
      if (report.verdict !== 'valid')
        parts.push(element('p', {}, this.registerLink()));
      parts.push(this.more());
      if (report.verdict === 'valid')
        parts.push(element('p', {}, this.registerLink()));
    }
    parts.push(this.foot());
    return element('div', { className: 'body' }, ...parts);
  }

  foot() {
    const { epoch, now } = this.report;
    const when = this.sentence('checked', { date: this.moment(now) }) +
      (epoch ? ` · ${this.sentence('epoch_number', epoch)}` : '');
    // Valid means here that the site was compared as well.
    return element('div', { className: 'foot' },
      this.report.verdict === 'valid' ? element('p', { textContent:
        this.say(words.binding[this.report.binding], { host: this.host,
          holder: this.a.legal_name }) }) :
        null,
      element('p', { textContent: when }));
  }
}

/** services: names by code, where the scheme is at hand. */
export function card(report, lang, host, services = {}) {
  const writer = new Writer(report, lang, host, services);
  return { head: writer.head(), rest: [writer.body()], lang };
}

let made;

// Constructed, so that a page needs no 'unsafe-inline' for style.
export function sheet() {
  if (made === undefined) {
    made = new CSSStyleSheet();
    made.replaceSync(STYLE);
  }
  return made;
}

const STYLE = `
:host {
  --ink: #14213d; --soft: #4a5672; --paper: #fff; --line: #c9d1e0;
  --good: #0b5d3b; --wait: #7a4a00; --bad: #a4161a; --unknown: #33507d;
  --tint: #f3f6fb; --link: #0b4aa2;
  color-scheme: light dark;
  display: block; box-sizing: border-box; max-inline-size: 30rem;
  min-inline-size: 0; margin-block: 1rem;
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
  color: var(--ink); background: var(--paper);
  border: 1px solid var(--line); border-radius: .75rem; overflow: hidden;
  box-shadow: 0 1px 2px #14213d14, 0 8px 24px #14213d12;
  overflow-wrap: anywhere; text-align: start;
}
:host([hidden]) { display: none }
@media (prefers-color-scheme: dark) {
  :host {
    --ink: #eef2fa; --soft: #b3bfd6; --paper: #121a2b; --line: #34415d;
    --good: #6fd3a2; --wait: #f0bd6a; --bad: #ff9b96; --unknown: #a9c3f2;
    --tint: #1a2439; --link: #9cc1ff; box-shadow: none;
  }
}
p, dl, dd, ul { margin: 0; padding: 0 }
.head {
  display: flex; flex-wrap: wrap; gap: .75rem 1rem; align-items: center;
  padding: 1rem 1.125rem; background: var(--tint);
  border-block-end: 1px solid var(--line);
  border-inline-start: .375rem solid var(--tone); --tone: var(--unknown);
}
.good { --tone: var(--good) } .wait { --tone: var(--wait) }
.bad { --tone: var(--bad) }
.head > div { flex: 1 1 12rem; min-inline-size: 0 }
svg { inline-size: 4rem; block-size: 4rem; flex: none }
.rim { fill: var(--tone) }
.ring { fill: none; stroke: var(--paper); stroke-width: 1.25; opacity: .75 }
.sign {
  fill: none; stroke: var(--paper); stroke-width: 4.5;
  stroke-linecap: round; stroke-linejoin: round;
}
.verdict {
  font-size: 1.3125rem; line-height: 1.25; font-weight: 700;
  color: var(--tone); text-wrap: balance;
}
.of { color: var(--ink); margin-block-start: .125rem }
.until { color: var(--soft) }
.site { margin-block-start: .5rem; font-weight: 600 }
.band {
  display: inline-block; padding: .0625rem .5rem;
  margin-block-end: .25rem; margin-inline-end: .5rem;
  border: 2px solid currentColor; border-radius: .25rem;
  font-size: .875rem;
}
.body { display: grid; gap: .875rem; padding: 1rem 1.125rem }
dl { display: grid; gap: .5rem }
dl > div { display: flex; flex-wrap: wrap; gap: 0 .75rem }
dt { flex: 0 1 9.5rem; color: var(--soft); font-size: .9375rem }
dd { flex: 1 1 11rem; min-inline-size: 0; font-weight: 600 }
dd + dd {
  flex-basis: 100%;
  padding-inline-start: max(0px, min(10.25rem, (100% - 21.25rem) * 999));
}
.lines { list-style: none; display: grid; gap: .5rem }
.lines li {
  padding: .625rem .75rem; border: 1px solid var(--line);
  border-radius: .5rem; display: grid; gap: .125rem;
}
.claim { font-weight: 600 }
.level, .foot { color: var(--soft); font-size: .9375rem }
.own {
  padding: .625rem .75rem; border-radius: .5rem; background: var(--tint);
  border: 1px dashed var(--soft); font-weight: 600;
}
summary {
  cursor: pointer; font-weight: 600; color: var(--link);
  padding-block: .25rem; border-radius: .25rem;
}
details[open] { display: grid; gap: .75rem }
details p {
  font-size: .9375rem; color: var(--soft); margin-block-start: .75rem;
}
details dl { margin-block-start: .5rem }
a { color: var(--link); text-underline-offset: .15em }
a:focus-visible, summary:focus-visible {
  outline: 3px solid var(--link); outline-offset: 2px; border-radius: .25rem;
}
.foot {
  border-block-start: 1px solid var(--line); padding-block-start: .625rem;
}
@media (forced-colors: active) {
  .rim { fill: CanvasText } .ring, .sign { stroke: Canvas }
  .head { border-inline-start-color: CanvasText }
}
@media print { :host { box-shadow: none } }
`;
