// SPDX-License-Identifier: EUPL-1.2
// The page /controleer: what is dropped, chosen, pasted or stands behind the
// "#" of the address is read and checked here, in the browser. What is
// fetched is of our own site and the same for everybody, but for the number
// of a status list, which tens of thousands of marks have in common.

import { inPieces, pasted } from './batch.js';
import { clear, servicesOf, showBadge } from './check_card.js';
import { showList } from './check_list.js';
import { byId, count, day, get, getJson, say } from './dom.js';
import { Register, looksLikeIndex } from './register.js';
import { Tree } from './tree.js';
import words from './check_words.js';

const FILE_MAX = 8388608;       // KM_FILE_MAX, of a badge
const LIST_MAX = 67108864;      // of a list
const INDEX_MAX = 134217728;
const JSON_MAX = 1048576;
const MB = 1048576;

const tool = byId('tool');
const { environment, issuer, scheme, trust } = tool.dataset;
const box = byId('result');
const told = byId('told');      // what goes on, for eyes and ears
const now = () => Math.floor(Date.now() / 1000);

// Each is fetched once, when it is first needed; a failure is tried again.
const once = (make) => {
  let promise;
  return () => promise ??= make().catch((e) => {
    promise = undefined;
    throw e;
  });
};
const glossary = once(() => getJson(new URL('glossary.json', import.meta.url),
  JSON_MAX));
const services = once(() => scheme ? getJson(scheme, JSON_MAX)
  .then(servicesOf).catch(() => ({})) : Promise.resolve({}));
const tree = once(() => Tree.open('', Number(trust)));
const ours = once(async () => ({ register: new Register(
  await get('/open-data/register.index', INDEX_MAX)),
source: say(words.source_site, { host: location.hostname }) }));
let given = null;               // a register from a file, in place of ours

// What one begins stops what went on.
let current = new AbortController();

function tell(text, part) {
  told.querySelector('p').textContent = text;
  const bar = told.querySelector('progress');
  bar.hidden = part === undefined;
  if (part !== undefined)
    bar.value = part;
  told.classList.toggle('busy', text !== '');
}

async function run(name, work) {
  current.abort();
  const mine = current = new AbortController();
  clear();
  byId('error').textContent = '';
  tell(say(words.checking));
  try {
    const title = await work(mine.signal);
    if (mine.signal.aborted)
      return;
    tell('');
    title?.focus();
    title?.scrollIntoView({ block: 'start' });
  } catch (e) {
    if (mine.signal.aborted)
      return;
    tell('');
    byId('error').textContent = say(words.cannot, { why: e.message });
    console.info(`keurmerk: ${name}: ${e.message}`);
  }
}

async function checkBadge(name, badge, signal, held) {
  const [checker, texts, names] = await Promise.all([tree(), glossary(),
    services()]);
  const policy = { environment, self_declaration: true,
    ...held && { holder: held.question.asked } };
  const answer = await checker.verify({ badge, policy });
  if (signal.aborted)
    return null;
  return showBadge(box, { name, answer, glossary: texts, services: names,
    held, again: (other) => run(name, (next) =>
      checkBadge(name, badge, next, other)) });
}

function policyOf() {
  const [claim, service, level] = ['claim', 'service', 'level'].map((id) =>
    byId(id)?.value ?? '');
  return { environment,
    ...byId('declaration')?.checked && { self_declaration: true },
    ...claim && level && { demands: [{ claim, level,
      ...service && { service } }] } };
}

async function checkList(name, bytes, signal) {
  tell(say(words.loading));
  const [{ register, source }, texts, names] = await Promise.all([
    given ?? ours(), glossary(), services()]);
  const context = { register, source, policy: policyOf(), now: now(),
    glossary: texts, services: names };
  const answers = await inPieces(register, bytes, { ...context, signal,
    progress: (n, part) => tell(say(words.rows_done, { n: count(n),
      part: Math.floor(100 * part) }), part) });
  return signal.aborted ? null : showList(box, { name, answers, context });
}

function takeRegister(name, bytes) {
  const register = new Register(bytes);
  given = { register, source: say(words.source_file, { name }) };
  const { number, thisUpdate } = register.epoch;
  byId('have').textContent = say(words.have_register, { name,
    n: count(register.size), number, date: day(thisUpdate) });
  return null;
}

// What a spreadsheet program keeps: a ZIP archive, or the older container.
const isSheetFile = (bytes) => /^(?:PK\x03\x04|\xd0\xcf\x11\xe0)/.test(
  new TextDecoder('latin1').decode(bytes.subarray(0, 4)));

async function checkSheet(name, bytes, signal) {
  const { sheetFile } = await import('./xlsx.js');
  const { bytes: list, sheet, sheets } = await sheetFile(bytes, signal)
    .catch(({ why, message }) => {
      throw new Error(why ? say(words.why[why]) : message);
    });
  return checkList(sheets > 1 ? say(words.sheet_of, { name, sheet }) : name,
    list, signal);
}

// A badge, a register, or else a list: by what is in it, not by its name.
async function take(name, bytes, signal) {
  if (looksLikeIndex(bytes))
    return takeRegister(name, bytes);
  if (bytes.length > LIST_MAX)
    throw new Error(say(words.too_large, { max: LIST_MAX / MB,
      found: count(Math.ceil(bytes.length / MB)) }));
  if (isSheetFile(bytes))
    return checkSheet(name, bytes, signal);
  if (bytes.length <= FILE_MAX &&
      (await (await tree()).look(bytes)).why !== 'no-badge')
    return checkBadge(name, bytes, signal);
  if (isPicture(bytes))
    return checkBadge(name, bytes.subarray(0, FILE_MAX), signal);
  return checkList(name, bytes, signal);
}

// A picture or page without a badge in it is no list; the verifier says so.
function isPicture(bytes) {
  const first = new TextDecoder('latin1').decode(bytes.subarray(0, 512));
  return /^\x89PNG|^GIF8|^\xff\xd8\xff|^RIFF|^%PDF/.test(first) ||
    /^[\s\ufeffï»¿]*<(?:\?xml|!doctype|html|svg|!--)/i.test(first);
}

function takeFile(file) {
  return run(file.name, async (signal) => {
    if (file.size > INDEX_MAX)
      throw new Error(say(words.too_large, { max: INDEX_MAX / MB,
        found: count(Math.ceil(file.size / MB)) }));
    return take(file.name, new Uint8Array(await file.arrayBuffer()), signal);
  });
}

function takeText(text) {
  const name = say(words.pasted);
  if (text.trim() === '') {
    byId('error').textContent = say(words.nothing);
    byId('text').focus();
    return undefined;
  }
  return run(name, (signal) => take(name,
    new TextEncoder().encode(pasted(text)), signal));
}

// https://HOST/K#PAYLOAD, of which only what is behind "#" is left here; the
// host in a QR is that of its issuer, or it is none of ours.
function takeFragment() {
  const payload = location.hash.slice(1);
  if (/^[A-Z2-7]{100,}$/.test(payload))
    run(say(words.from_qr), (signal) => checkBadge(say(words.from_qr),
      `${issuer}/K#${payload}`, signal));
}

function dropping() {
  const zone = byId('drop');
  const over = (on) => (event) => {
    event.preventDefault();
    zone.classList.toggle('over', on);
  };
  for (const type of ['dragenter', 'dragover'])
    document.addEventListener(type, over(true));
  for (const type of ['dragleave', 'dragend'])
    document.addEventListener(type, over(false));
  document.addEventListener('drop', (event) => {
    over(false)(event);
    const [file] = event.dataTransfer.files;
    if (file)
      takeFile(file);
    else
      takeText(event.dataTransfer.getData('text/plain'));
  });
}

// A claim is about services, or about the organisation: no demand that no
// line could meet.
function demanding() {
  const [claim, service, level] = ['claim', 'service', 'level'].map(byId);
  const fit = () => {
    const objects = claim.selectedOptions[0].dataset.objects?.split(' ') ?? [];
    service.disabled = level.disabled = claim.value === '';
    for (const option of service.options)
      option.disabled = !objects.includes(option.value ? 'service' :
        'organisation');
    if (service.selectedOptions[0]?.disabled)
      service.value = Array.from(service.options)
        .find((option) => !option.disabled)?.value ?? '';
  };
  claim.addEventListener('change', fit);
  fit();
}

function begin() {
  tool.hidden = false;
  demanding();
  dropping();
  byId('file').addEventListener('change', ({ currentTarget }) => {
    const [file] = currentTarget.files;
    if (file)
      takeFile(file);
    currentTarget.value = '';
  });
  byId('paste').addEventListener('submit', (event) => {
    event.preventDefault();
    takeText(byId('text').value);
  });
  // A file that was copied goes the way of one that was dropped.
  document.addEventListener('paste', (event) => {
    const [file] = event.clipboardData.files;
    if (file) {
      event.preventDefault();
      takeFile(file);
    }
  });
  window.addEventListener('hashchange', takeFragment);
  takeFragment();
}

byId('no-script').hidden = true;
if (globalThis.WebAssembly)
  begin();
else
  byId('no-wasm').hidden = false;
