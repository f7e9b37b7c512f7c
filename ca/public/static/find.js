// SPDX-License-Identifier: EUPL-1.2
// Searching in a copy of the register that is files alone: what was asked is
// behind the "?" of the address, and is looked for in the compact index, here
// in the browser. As on the page of keurmerkd a number or website names one
// holder; a name is found by its words, but not when it is spelt otherwise.

import { askHolder, isMarkNumber } from './asked.js';
import { host as hostOf } from './columns.js';
import { byId, count, el, get, lang } from './dom.js';
import { Register, judge } from './register.js';

const INDEX_MAX = 134217728;
const HITS_MAX = 100;
const FILTERS = ['service', 'claim', 'level'];
const LEVELS = ['basic', 'substantial', 'high'];

const said = byId('said'), found = byId('found'), field = byId('q');
const asked = new URLSearchParams(location.search);
const now = Math.floor(Date.now() / 1000);
const stateOf = (mark) => judge(mark, { self_declaration: true }, now);

// Letters and digits, small, without what stands above or below them.
const wordsOf = (text) => text.normalize('NFD').replace(/\p{M}/gu, '')
  .toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);

function byKey(register, q) {
  const holder = askHolder(q).asked, host = hostOf(q);
  return [...isMarkNumber(q.toUpperCase()) ?
    register.find('number', q.toUpperCase()) : [],
  ...holder ? register.find('holder', holder) : [],
  ...host ? [host, `www.${host}`, host.replace(/^www\./, '')]
    .flatMap((each) => register.find('domain', each)) : []];
}

function byName(register, q) {
  const words = wordsOf(q);
  return words.length === 0 ? [] : register.all().filter((mark) => {
    const has = wordsOf([mark.legalName, ...mark.tradeNames].join(' '));
    return words.every((word) => has.some((each) => each.startsWith(word)));
  });
}

// Service, claim and level are met by one line; a level also by a higher one.
function filtered(marks) {
  const [service, claim, level] = FILTERS.map((name) => asked.get(name));
  const state = asked.get('status');
  return marks.filter((mark) => (!state || stateOf(mark) === state) &&
    (!(service || claim || level) || mark.lines.some((line) =>
      (!claim || line[0] === claim) && (!service || line[1] === service) &&
      (!level || LEVELS.indexOf(line[2]) >= LEVELS.indexOf(level)))));
}

function hit(mark) {
  const state = stateOf(mark);
  const kvk = /^NTRNL-(\d{8})$/.exec(mark.holder)?.[1];
  return el('li', { className: `hit ${state}` }, el('div', {},
    el('p', { className: 'hit-name' }, el('a', { textContent: mark.legalName,
      href: `${lang === 'en' ? '/en' : ''}/${mark.number}` })),
    mark.tradeNames.map((name) => el('p', { className: 'soft',
      textContent: name })),
    el('p', { textContent: kvk ? `${found.dataset.kvk} ${kvk}` :
      mark.holder }),
    el('p', { className: 'tag-row' }, el('span', { className: 'tag',
      textContent: found.getAttribute(`data-${state}`) }), ' ',
    el('span', { className: 'figures soft', textContent: mark.number }))));
}

async function find() {
  const q = (asked.get('q') ?? '').trim();
  field.value = q;
  if (q === '' && ![...FILTERS, 'status'].some((name) => asked.get(name)))
    return;
  said.textContent = found.dataset.busy;
  const register = new Register(await get('/open-data/register.index',
    INDEX_MAX));
  if (register.stale(now) !== null)
    throw new Error(register.stale(now));
  const keyed = q === '' ? register.all() : byKey(register, q);
  const marks = filtered(keyed.length > 0 ? Array.from(new Set(keyed)) :
    byName(register, q));
  said.textContent = marks.length === 0 ? found.dataset.none :
    `${found.dataset.some}: ${count(marks.length)}`;
  found.replaceChildren(...marks.slice(0, HITS_MAX).map(hit));
  found.hidden = marks.length === 0;
}

find().catch((e) => {
  said.textContent = found.dataset.failed;
  console.info(`keurmerk: ${e.message}`);
});
