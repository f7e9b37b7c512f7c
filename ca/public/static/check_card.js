// SPDX-License-Identifier: EUPL-1.2
// One badge, checked: the card that <keurmerk-badge> shows, before it whether
// it is of the party one deals with, and behind it every check.

import { askHolder } from './asked.js';
import { trim } from './columns.js';
import { byId, capital, el, lang, save, say } from './dom.js';
import { card, sheet } from './card.js';
import words from './check_words.js';

// What people need first: outcomes that decided, then the rest in order.
const TONE = { 'passed': 'good', 'failed': 'bad', 'warned': 'wait',
  'not-performed': 'unknown' };
const SIGN = { 'passed': '✓', 'failed': '!', 'warned': '!',
  'not-performed': '–' };

function checksTable(report, glossary) {
  const rows = report.checks.filter(({ why }) => why !== 'not-reached');
  const passed = rows.filter(({ outcome }) => outcome === 'passed').length;
  const head = ['check', 'outcome', 'expected', 'found'].map((name) =>
    el('th', { scope: 'col', textContent: say(words[name]) }));
  const body = rows.map(({ check, outcome, why, want_text, found_text }) => {
    const word = say(glossary.checks[outcome]);
    const reason = say(glossary.whys[why] ?? { nl: why, en: why });
    return el('tr', { className: TONE[outcome] },
      el('th', { scope: 'row', textContent:
        capital(say(glossary.check_names[check])) }),
      el('td', {},
        el('span', { className: 'sign', textContent: SIGN[outcome],
          attr: { 'aria-hidden': 'true' } }),
        ` ${capital(word)}${why === 'ok' ? '' : `: ${reason}`}`),
      el('td', { textContent: want_text, className: 'value' }),
      el('td', { textContent: found_text, className: 'value' }));
  });
  return el('details', { className: 'all-checks' },
    el('summary', { textContent: say(words.checks, { passed }) }),
    el('div', { className: 'scroll', tabIndex: 0, attr: { role: 'region',
      'aria-label': say(words.check) } },
    el('table', {}, el('thead', {}, el('tr', {}, head)),
      el('tbody', {}, body))));
}

function cardOf(report, services) {
  const host = el('div', { className: 'verdict-card' });
  const root = host.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [sheet()];
  const { head, rest } = card(report, lang, location.hostname, services);
  root.append(head, ...rest);
  // Who came here to check has room for all of it.
  for (const details of root.querySelectorAll('details'))
    details.open = true;
  return host;
}

/**
 * Shows one answer in box. again(policy): check the same badge once more,
 * for a holder; held: the holder that was asked for, as it was given.
 */
export function showBadge(box, { name, answer, glossary, services, again,
  held }) {
  const { report, json } = answer;
  const title = el('h2', { id: 'outcome', tabIndex: -1,
    textContent: say(words.result_badge, { name }) });
  const parts = [title];
  if (answer.unsupported.length)
    parts.push(el('p', { className: 'note wait', textContent:
      say(words.unsupported, { algorithm: answer.unsupported.join(', ') }) }));
  if (report.attestation !== null)
    parts.push(binding(report, glossary, again, held));
  parts.push(cardOf(report, services), checksTable(report, glossary),
    el('p', { className: 'actions' },
      el('button', { type: 'button', className: 'quiet',
        textContent: say(words.print), onclick: () => print() }),
      el('button', { type: 'button', className: 'quiet',
        textContent: say(words.save_report), onclick: () => save(
          `${report.attestation?.number ?? 'keurmerk'}-${report.verdict}.json`,
          'application/json', json) })));
  box.replaceChildren(...parts);
  box.dataset.verdict = report.verdict;
  return title;
}

// The first words of every output: is this who one deals with?
function binding(report, glossary, again, held) {
  const kvk = held?.question.asked;
  const box = el('section', { className: 'binding', attr: {
    'aria-labelledby': 'binding-title' } });
  const bound = report.binding === 'holder';
  box.className += held === undefined ? '' : bound ? ' good' : ' bad';
  box.append(el('p', { id: 'binding-title', className: 'strong',
    textContent: held === undefined ? say(glossary.binding.none) :
      say(bound ? words.bound : words.not_bound, { kvk }) }));
  if (held?.question.proposed)
    box.append(el('p', { textContent: say(words.proposed,
      { given: held.given, kvk }) }));
  if (held === undefined)
    box.append(el('p', { textContent: say(words.unbound) }));
  box.append(kvkForm(again, held?.given ?? ''));
  return box;
}

function kvkForm(again, given) {
  const input = el('input', { id: 'kvk', inputMode: 'numeric', value: given,
    autocomplete: 'off', spellcheck: false,
    attr: { 'aria-describedby': 'kvk-error' } });
  const error = el('p', { id: 'kvk-error', className: 'error' });
  return el('form', { className: 'kvk-form', noValidate: true,
    onsubmit: (event) => {
      event.preventDefault();
      const question = askHolder(trim(input.value));
      error.textContent = question.why ?
        `${capital(say(words.why[question.why]))}.` : '';
      input.toggleAttribute('aria-invalid', false);
      if (question.why) {
        input.setAttribute('aria-invalid', 'true');
        input.focus();
      } else
        again({ given: trim(input.value), question });
    } },
  el('label', { htmlFor: 'kvk', textContent: say(words.kvk) }),
  el('div', { className: 'with-button' }, input,
    el('button', { textContent: say(words.compare) })),
  error);
}

/** The services' names by code, for the card. */
export const servicesOf = (scheme) => Object.fromEntries(
  (scheme?.services ?? []).map(({ code, name }) => [code, name[lang]]));

export const clear = () => {
  const box = byId('result');
  delete box.dataset.verdict;
  box.replaceChildren();
};
