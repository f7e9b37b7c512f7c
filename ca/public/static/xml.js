// SPDX-License-Identifier: EUPL-1.2
// Scanner of XML, as far as a spreadsheet needs it: tags, attributes and
// text, one after the other, without a tree. A DOCTYPE and what could come of
// one is no XML here. (A page that demands trusted types has no DOMParser,
// and a tree of a large sheet takes ten times its size.)

const TAG = new RegExp('<(?:(/?)([A-Za-z_][\\w:.-]*)' +
  '((?:\\s+[\\w:.-]+\\s*=\\s*(?:"[^"<]*"|\'[^\'<]*\'))*)\\s*(/?)>|' +
  '!--[^]*?-->|\\?[^]*?\\?>|!\\[CDATA\\[([^]*?)\\]\\]>)', 'y');
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const ENTITY = /&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([\da-fA-F]{1,6}));|&/g;
const NAMED = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const DEPTH_MAX = 64;

const fail = () => {
  throw new SyntaxError('XML');
};
const local = (name) => name.slice(name.indexOf(':') + 1);

function plain(text) {
  return text.includes('&') ? text.replace(ENTITY, (_, name, ten, hex) => {
    if (name)
      return NAMED[name];
    const code = ten ? Number(ten) : hex ? parseInt(hex, 16) : fail();
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : fail();
  }) : text;
}

/** The value of an attribute, by its name without a prefix; or null. */
export function attribute(raw, name) {
  for (const [, each, a, b] of raw.matchAll(ATTRIBUTE))
    if (local(each) === name)
      return plain(a ?? b);
  return null;
}

/**
 * What is in it: { open, raw }, { close } and { text }, names without their
 * prefixes; an empty element is opened and closed.
 */
export function* scan(text) {
  const within = [];
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (at < text.length) {
    const next = text.indexOf('<', at);
    const end = next < 0 ? text.length : next;
    if (end > at && within.length > 0)
      yield { text: plain(text.slice(at, end)) };
    if (next < 0)
      break;
    TAG.lastIndex = next;
    const [all, closing, name, raw, empty, data] = TAG.exec(text) ?? fail();
    at = next + all.length;
    if (data !== undefined)
      yield { text: data };
    if (name === undefined)
      continue;
    if (closing) {
      if (within.pop() !== name)
        fail();
      yield { close: local(name) };
      continue;
    }
    yield { open: local(name), raw };
    if (empty)
      yield { close: local(name) };
    else if (within.push(name) > DEPTH_MAX)
      fail();
  }
  if (within.length > 0)
    fail();
}
