// SPDX-License-Identifier: EUPL-1.2
// Elements, words and files, for the pages with tools. Text only ever becomes
// text: there is no way here to write markup.

/** An element with properties, attributes (as `attr`) and children. */
export function el(name, { attr = {}, ...props } = {}, ...children) {
  const e = Object.assign(document.createElement(name), props);
  for (const [key, value] of Object.entries(attr))
    if (value !== null)
      e.setAttribute(key, value);
  e.append(...children.flat().filter((child) => child !== null));
  return e;
}

export const byId = (id) => document.getElementById(id);
export const lang = document.documentElement.lang === 'en' ? 'en' : 'nl';
const locale = lang === 'en' ? 'en-GB' : 'nl-NL';

/** Text in which {name} stands for a value. */
export const fill = (text, values = {}) => text.replace(/\{(\w+)\}/g,
  (all, name) => values[name] ?? all);
/** One of two, by the language of the page. */
export const say = (both, values) => fill(both[lang], values);
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

const days = new Intl.DateTimeFormat(locale,
  { dateStyle: 'long', timeZone: 'UTC' });
const short = new Intl.DateTimeFormat(locale, { day: 'numeric',
  month: 'short', year: 'numeric', timeZone: 'UTC' });
const moments = new Intl.DateTimeFormat(locale,
  { dateStyle: 'long', timeStyle: 'short' });
export const day = (seconds) => days.format(seconds * 1000);
export const shortDay = (seconds) => short.format(seconds * 1000);
export const moment = (seconds) => moments.format(seconds * 1000);
export const count = (n) => n.toLocaleString(locale);
export const decimal = (n) => n.toLocaleString(locale,
  { maximumFractionDigits: 1 });

/** Give what was made here as a file. It goes nowhere but to the disk. */
export function save(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  el('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

const TIMEOUT = 20000;          // ms

/** A file of our own site: no cookies, no more than max bytes. */
export async function get(url, max) {
  const reply = await fetch(url, { credentials: 'omit', redirect: 'error',
    referrerPolicy: 'no-referrer', signal: AbortSignal.timeout(TIMEOUT) });
  if (!reply.ok)
    throw new Error(`${url}: expected status 200, found ${reply.status}`);
  const parts = [];
  let length = 0;
  for (const reader = reply.body.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done)
      break;
    length += value.length;
    if (length > max) {
      await reader.cancel();
      throw new Error(`${url}: expected at most ${max} bytes`);
    }
    parts.push(value);
  }
  const all = new Uint8Array(length);
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
}

export const getJson = async (url, max) =>
  JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(
    await get(url, max)));
