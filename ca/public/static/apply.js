// SPDX-License-Identifier: EUPL-1.2
// The page /aanvragen: what is ticked becomes a plan, here in the browser.
// The scheme and the bodies are files of our own site, the same for everybody;
// nothing is sent, and nothing is kept but the file that somebody saves.

import { byId, capital, count, day, decimal, el, getJson, lang, save,
  say } from './dom.js';
import { bodiesFor, choiceOf, fileOf, planOf } from './plan.js';
import words from './apply_words.js';

const JSON_MAX = 1048576;
const BODIES_MAX = 2097152;
const DAY = 480;                // minutes of work
const PAUSE = 700;              // ms before what changed is said aloud

const tool = byId('tool');
const form = byId('choice');
const result = byId('result');
let scheme, bodies, levels;

const ticked = (name) => Array.from(
  form.querySelectorAll(`[name="${name}"]:checked`), (input) => input.value);

const choice = () => ({ claims: ticked('claims'), services: ticked('services'),
  level: ticked('level')[0] ?? 'basic', evidence: ticked('evidence') });

function choose({ claims, services, level, evidence }) {
  for (const input of form.querySelectorAll('[name]'))
    input.checked = ({ claims, services, evidence, level: [level] })[
      input.name].includes(input.value);
}

const roundDays = (minutes) => Math.max(0.5, Math.round(minutes / DAY * 2) / 2);

function daysOf({ least, most }) {
  const [low, high] = [roundDays(least), roundDays(most)];
  return low === high ? high === 1 ? say(words.day) :
    say(words.days, { n: decimal(high) }) :
    say(words.days_range, { least: decimal(low), most: decimal(high) });
}

const nameOf = (list, code) =>
  scheme[list].find((each) => each.code === code).name[lang];

function figures(plan) {
  const n = (proof) => plan.requirements.filter((each) =>
    each.proof === proof).length;
  const figure = (value, text, tone) => el('div', { className:
    `figure ${tone}` }, el('strong', { textContent: value }),
  el('span', { textContent: say(text) }));
  return el('div', { className: 'figures-row' },
    figure(count(n('none')), words.open, 'wait'),
    figure(count(n('part')), words.part, 'unknown'),
    figure(count(n('whole')), words.whole, 'good'),
    figure(daysOf(plan), words.guide, 'wide-figure'));
}

function linesList(plan) {
  return el('section', {}, el('h3', { textContent: say(words.lines) }),
    el('ul', {}, plan.lines.map(({ claim, service }) => el('li', {
      textContent: `${nameOf('claims', claim)}${service === null ? '' :
        `: ${nameOf('services', service)}`}` }))));
}

function methodsTable(plan) {
  const head = [words.method, words.times, words.hours].map((text, i) =>
    el('th', { scope: 'col', className: i ? 'number' : '',
      textContent: say(text) }));
  const rows = plan.methods.map(({ method, times, minutes }) => el('tr', {},
    el('th', { scope: 'row' }, capital(method.name[lang]),
      el('span', { className: 'small', textContent:
        method.description[lang] })),
    el('td', { className: 'number', textContent: count(times) }),
    el('td', { className: 'number', textContent: decimal(minutes / 60) })));
  return el('section', {}, el('h3', { textContent: say(words.methods) }),
    el('div', { className: 'scroll', tabIndex: 0, attr: { role: 'region',
      'aria-label': say(words.methods) } },
    el('table', {}, el('thead', {}, el('tr', {}, head)),
      el('tbody', {}, rows))));
}

function pairs(list) {
  return el('dl', { className: 'facts' }, list.filter(([, values]) =>
    values.length).map(([name, values]) => el('div', {},
    el('dt', { textContent: say(name) }),
    values.map((value) => el('dd', { textContent: value })))));
}

function requirementItem(each) {
  const { requirement, proof } = each;
  const services = [...new Set(each.lines.map(({ claim, service }) =>
    service === null ? nameOf('claims', claim) :
      nameOf('services', service)))];
  return el('details', { className: `requirement ${proof}` },
    el('summary', {}, el('span', { className: 'code', textContent:
      requirement.id }), ` ${requirement.name[lang]} `,
    el('span', { className: `tag ${proof}`, textContent: say(
      { none: words.open, part: words.part, whole: words.whole }[proof]) })),
    el('p', { textContent: requirement.text[lang] }),
    pairs([[words.assessed_by, each.methods.map((code) =>
      capital(nameOf('methods', code)))],
    [words.applies_to, services],
    [words.proved_by, each.evidence.map(({ name }) => name[lang])]]));
}

function requirementsList(plan) {
  return el('section', {}, el('h3', { textContent: say(words.requirements) }),
    scheme.principles.map((principle) => {
      const of = plan.requirements.filter(({ requirement }) =>
        requirement.principle === principle.id);
      return of.length === 0 ? null : el('section', {},
        el('h4', { textContent: principle.name[lang] }),
        of.map(requirementItem));
    }));
}

function evidenceList(chosen) {
  const of = scheme.evidence.filter(({ code }) =>
    chosen.evidence.includes(code));
  return of.length === 0 ? null : el('section', {},
    el('h3', { textContent: say(words.look_at) }),
    el('ul', {}, of.map((each) => el('li', {},
      el('strong', { textContent: each.name[lang] }),
      ` ${each.look_at[lang]} `, each.assessment === 'self' ?
        say(words.own) : null))));
}

function bodiesList(chosen) {
  const section = el('section', {}, el('h3', { textContent:
    say(words.bodies) }));
  if (!bodies)
    return section.append(el('p', { textContent: say(words.bodies_gone) })),
      section;
  const able = bodiesFor(bodies, chosen.level,
    new Date().toISOString().slice(0, 10));
  // "until" is the first day on which it is over.
  const last = (until) => day(Date.parse(until) / 1000 - 1);
  section.append(able.length === 0 ? el('p', { textContent:
    say(words.no_bodies) }) : el('ul', { className: 'bodies' },
    able.map(({ name, accreditation, until, level }) => el('li', {},
      el('strong', { textContent: name }), el('span', { className: 'small',
        textContent: say(words.body, { number: accreditation,
          date: last(until), level: levels[level] }) })))));
  return section;
}

let said;

// What is heard of a change: one sentence, once it is quiet.
function announce(text) {
  clearTimeout(said);
  said = setTimeout(() => { byId('told').textContent = text; }, PAUSE);
}

function show() {
  const chosen = choice();
  const plan = planOf(scheme, chosen);
  const title = el('h2', { textContent: say(words.title), id: 'outcome' });
  if (plan.requirements.length === 0) {
    result.replaceChildren(title, el('p', { className: 'note', textContent:
      say(words.nothing) }));
    announce('');
    return;
  }
  const button = (text, onclick) => el('button', { type: 'button',
    className: 'quiet', textContent: say(text), onclick });
  const open = new Set(Array.from(result.querySelectorAll(
    'details[open] .code'), (code) => code.textContent));
  result.replaceChildren(title, figures(plan),
    plan.least === plan.most ? '' : el('p', { className: 'small',
      textContent: say(words.guide_note) }),
    el('p', { className: 'actions' },
      button(words.save, () => save('aanvraag.json', 'application/json',
        fileOf(scheme, choice()))),
      button(words.print, () => print())),
    el('div', { className: 'columns' }, linesList(plan), bodiesList(chosen)),
    methodsTable(plan), requirementsList(plan), evidenceList(chosen) ?? '');
  for (const details of result.querySelectorAll('details.requirement'))
    details.open = open.has(details.querySelector('.code').textContent);
  announce(say(words.sum, { n: count(plan.requirements.length),
    days: daysOf(plan) }));
}

async function load(file) {
  const error = byId('error');
  error.textContent = '';
  try {
    const { choice: read, unknown, other } = choiceOf(scheme,
      await file.text());
    choose(read);
    show();
    byId('loaded').textContent = [say(words.loaded, { name: file.name }),
      other ? say(words.other) : '', unknown.length ? say(words.unknown,
        { codes: unknown.join(', ') }) : ''].filter(Boolean).join(' ');
  } catch (e) {
    error.textContent = say(words.cannot, { why: e.message });
  }
}

// On paper everything is open.
function printing() {
  const closed = new Set();
  window.addEventListener('beforeprint', () => {
    for (const details of result.querySelectorAll('details:not([open])')) {
      closed.add(details);
      details.open = true;
    }
  });
  window.addEventListener('afterprint', () => {
    for (const details of closed)
      details.open = false;
    closed.clear();
  });
}

async function begin() {
  byId('no-script').hidden = true;
  if (!tool.dataset.scheme)
    return;
  try {
    scheme = await getJson(tool.dataset.scheme, JSON_MAX);
    bodies = await getJson('/bodies.json', BODIES_MAX).catch(() => null);
  } catch (e) {
    byId('error').textContent = say(words.sorry, { why: e.message });
    return;
  }
  levels = Object.fromEntries(scheme.levels.map(({ code, name }) =>
    [code, name[lang]]));
  tool.hidden = false;
  byId('all-list').open = false;
  form.addEventListener('change', show);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', () => setTimeout(show));
  byId('file').addEventListener('change', ({ currentTarget }) => {
    if (currentTarget.files[0])
      load(currentTarget.files[0]);
    currentTarget.value = '';
  });
  printing();
  show();
}

begin();
