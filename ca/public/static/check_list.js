// SPDX-License-Identifier: EUPL-1.2
// A list, compared: counts, the table, files to keep, and a report to print
// that says by which register, when, and what was asked.

import { csv } from './csv.js';
import { capital, count, day, el, lang, moment, save, say, shortDay }
  from './dom.js';
import words from './check_words.js';

const PAGE = 400;               // rows at a time
const PRINT_MAX = 5000;         // rows on paper; the CSV has all
const ORDER = ['valid', 'unmet', 'suspended', 'superseded', 'not-yet-valid',
  'expired', 'withdrawn', 'not-listed', 'undetermined', 'unread'];
const TONE = { 'valid': 'good', 'withdrawn': 'bad', 'not-listed': 'unknown',
  'undetermined': 'unknown', 'unread': 'unknown' };
const SIGN = { good: '✓', bad: '!', wait: '‖', unknown: '?' };

const kindOf = ({ verdict }) => verdict ?? 'unread';
const toneOf = (kind) => TONE[kind] ?? 'wait';

// What comes before the explanation: "Geschorst", "Niet in het register".
const titleOf = (kind, glossary) => kind === 'unread' ?
  capital(say(words.unread)) :
  say(glossary.verdicts[kind].title).split(/: | \(/)[0];

const whyOf = ({ why }) => why ? capital(say(words.why[why] ??
  { nl: why, en: why })) : '';
const remarksOf = ({ remarks, why }) => [...why ? [whyOf({ why })] : [],
  ...remarks.map((each) => capital(say(words.remark[each])))];

function counts(answers) {
  const found = new Map();
  for (const answer of answers)
    found.set(kindOf(answer), (found.get(kindOf(answer)) ?? 0) + 1);
  return ORDER.filter((kind) => found.has(kind)).map((kind) =>
    [kind, found.get(kind)]);
}

function seal(kind) {
  return el('span', { className: `sign ${toneOf(kind)}`,
    textContent: SIGN[toneOf(kind)], attr: { 'aria-hidden': 'true' } });
}

function tableRow(answer, glossary) {
  const kind = kindOf(answer);
  const { mark } = answer;
  const holder = mark === null ? [] : [
    el('a', { href: `${lang === 'en' ? '/en' : ''}/${mark.number}`,
      textContent: mark.legalName }),
    el('span', { className: 'small number', textContent: mark.number })];
  // On a narrow screen a row is a card, and each cell has its own label.
  const cell = (column, className, ...children) => el('td', { className,
    attr: { 'data-label': say(words[column]) } }, ...children);
  return el('tr', { className: toneOf(kind) },
    cell('row', 'number', answer.row || ''),
    cell('yours', '', answer.name || null, answer.id ?
      el('span', { className: 'small', textContent: answer.id }) : null),
    cell('asked', 'number', answer.asked ?? answer.given ?? ''),
    el('td', { className: 'verdict' }, seal(kind),
      el('span', { textContent: titleOf(kind, glossary) })),
    cell('mark', '', holder),
    // Its last day is none that anyone should go by.
    cell('through', 'number', mark === null || kind === 'withdrawn' ? '' :
      shortDay(mark.validUntil - 1)),
    el('td', { className: 'small' }, remarksOf(answer).map((text) =>
      el('span', { className: 'remark', textContent: text }))));
}

// A part of the rows; more of them when asked for.
class Rows {
  #shown = 0;
  #answers;

  constructor(answers, glossary) {
    this.all = answers;
    this.glossary = glossary;
    this.body = el('tbody');
    this.note = el('p', { className: 'small', attr: { role: 'status' } });
    this.button = el('button', { type: 'button', className: 'quiet',
      onclick: () => this.more(PAGE) });
    this.only(null);
  }

  only(kind) {
    this.#answers = kind === null ? this.all :
      this.all.filter((answer) => kindOf(answer) === kind);
    this.#shown = 0;
    this.body.replaceChildren();
    this.more(PAGE);
  }

  more(n) {
    const next = this.#answers.slice(this.#shown, this.#shown + n);
    this.body.append(...next.map((answer) => tableRow(answer, this.glossary)));
    this.#shown += next.length;
    const left = this.#answers.length - this.#shown;
    this.button.hidden = left === 0;
    this.button.textContent = say(words.more,
      { n: count(Math.min(PAGE, left)) });
    this.note.textContent = say(words.shown, { n: count(this.#shown),
      all: count(this.#answers.length) });
  }

  forPaper() {
    this.more(PRINT_MAX - this.#shown);
  }
}

function policyWords(policy, glossary, services) {
  const document = policy.self_declaration ? words.policy_declaration :
    words.policy_certificate;
  return [say(document), ...(policy.demands ?? []).map((demand) =>
    say(words.policy_demand, { claim: say(glossary.claims[demand.claim]),
      service: demand.service ? services[demand.service] ?? demand.service :
        say(glossary.sentences.organisation),
      level: say(glossary.levels[demand.level]) }))].join('; ');
}

function facts({ register, source, policy, now, glossary, services }) {
  const pairs = [
    [words.when, moment(now)],
    [words.epoch, say(words.epoch_of, { number: register.epoch.number,
      date: moment(register.epoch.thisUpdate) })],
    [words.source, source],
    [words.policy, policyWords(policy, glossary, services)]];
  return el('dl', { className: 'facts' }, pairs.map(([name, value]) =>
    el('div', {}, el('dt', { textContent: say(name) }),
      el('dd', { textContent: value }))));
}

const COLUMNS = ['row', 'id', 'name', 'asked_by', 'given', 'asked', 'verdict',
  'words', 'mark', 'holder', 'holder_id', 'document', 'lines', 'valid_from',
  'valid_through', 'remarks', 'error', 'epoch', 'epoch_hash', 'checked_at',
  'policy', 'environment'];
const isoDay = (seconds) => new Date(seconds * 1000).toISOString()
  .slice(0, 10);

function sheetOf(answers, { register, policy, now, glossary }) {
  const at = new Date(now * 1000).toISOString().replace('.000', '');
  const asked = JSON.stringify(policy);
  return [COLUMNS, ...answers.map((r) => [r.row, r.id, r.name, r.by, r.given,
    r.asked, r.verdict, titleOf(kindOf(r), glossary), r.mark?.number,
    r.mark?.legalName, r.mark?.holder, r.mark?.document,
    r.mark?.lines.map((line) => [line[0], line[1] ?? '', line[2]].join(':'))
      .join('; '), r.mark && isoDay(r.mark.validFrom),
    r.mark && isoDay(r.mark.validUntil - 1), remarksOf({ ...r, why: null })
      .join('; '), whyOf(r), register.epoch.number, register.epoch.hash, at,
    asked, register.environment])];
}

function filters(found, rows, total, glossary) {
  const button = (kind, n, text) => el('button', { type: 'button',
    className: `count ${kind === null ? '' : toneOf(kind)}`,
    attr: { 'aria-pressed': String(kind === null) },
    onclick: (event) => {
      for (const each of event.currentTarget.parentNode.children)
        each.setAttribute('aria-pressed',
          String(each === event.currentTarget));
      rows.only(kind);
    } },
  el('strong', { textContent: count(n) }), ` ${text}`);
  return el('div', { className: 'counts', attr: { role: 'group',
    'aria-label': say(words.verdict) } }, button(null, total, say(words.all)),
  found.map(([kind, n]) => button(kind, n, titleOf(kind, glossary))));
}

/** Shows the answers to a list in box; its title, to be gone to. */
export function showList(box, { name, answers, context }) {
  const { register, now, glossary } = context;
  const rows = new Rows(answers, glossary);
  const head = ['row', 'yours', 'asked', 'verdict', 'mark', 'through',
    'remarks'].map((column) => el('th', { scope: 'col',
    textContent: say(words[column]) }));
  const title = el('h2', { id: 'outcome', tabIndex: -1,
    textContent: say(words.result_list, { name }) });
  const keep = (excel) => () => save(`${say(words.file_name)}-${
    isoDay(now)}.csv`, 'text/csv;charset=utf-8',
  csv(sheetOf(answers, context), { excel }));
  const action = (text, onclick) => el('button', { type: 'button',
    className: 'quiet', textContent: say(text), onclick });
  const notes = [register.stale(now) === null ? null : say(words.old,
    { date: day(register.epoch.thisUpdate) }),
  now - register.epoch.thisUpdate > 86400 && register.stale(now) === null ?
    say(words.aged) : null].filter(Boolean);
  box.replaceChildren(title, facts(context),
    ...notes.map((text) => el('p', { className: 'note wait',
      textContent: text })),
    filters(counts(answers), rows, answers.length, glossary),
    el('p', { className: 'actions' },
      action(words.csv, keep(false)), action(words.excel, keep(true)),
      action(words.report, () => print())),
    el('div', { className: 'scroll', tabIndex: 0, attr: { role: 'region',
      'aria-labelledby': 'outcome' } },
    el('table', { className: 'list' }, el('thead', {}, el('tr', {}, head)),
      rows.body)),
    el('p', { className: 'actions' }, rows.button), rows.note,
    el('p', { className: 'small', textContent: say(words.no_listing) }),
    el('p', { className: 'small', textContent: say(words.unsigned) }));
  window.onbeforeprint = () => rows.forPaper();
  box.dataset.verdict = 'list';
  return title;
}
