// SPDX-License-Identifier: EUPL-1.2
// A policy as people write it (schemas/policy.schema.json) as the one CBOR
// that the core reads (schemas/policy.cddl). What is wrong with it is the
// caller's mistake and is thrown as a TypeError; a member that is not known
// is never left out, because a demand that is not asked is a demand lost.

import { fail } from './host.js';

const ENVIRONMENTS = ['production', 'demonstration', 'exercise'];
const CLAIMS = ['basic_measures', 'policy_advice'];
const LEVELS = ['basic', 'substantial', 'high'];
const MEMBERS = ['environment', 'self_declaration', 'demands', 'holder',
  'bodies', 'status_age', 'epoch_age', 'trust_age', 'skew', 'remember',
  'origin'];
const HOLDER = new RegExp('^(?:\\d{8}|[A-Z\\d]{18}\\d\\d|NTRNL-\\d{8}' +
  '|LEIXG-[A-Z\\d]{18}\\d\\d|(?!NTRNL-|LEIXG-)[A-Z]{5}-[A-Za-z\\d.+/-]{1,40}' +
  '|[A-Z]{2}[A-Z\\d]{1,8}[.][A-Za-z\\d._/-]{1,40})$');
const HOST = new RegExp('^(?=.{1,253}$)(?=.*[a-z][^.]*$|.*-[^.]*$)' +
  '[a-z\\d](?:[a-z\\d-]{0,61}[a-z\\d])?' +
  '(?:[.][a-z\\d](?:[a-z\\d-]{0,61}[a-z\\d])?)+$');
const AGE_MAX = 315360000;

// As JSON has it: of a Map, or of a Promise that nobody awaited, no member
// is seen, and every demand in it would be lost.
function isPlain(value) {
  if (typeof value !== 'object' || value === null)
    return false;
  const proto = Object.getPrototypeOf(value);
  return proto === null || Object.getPrototypeOf(proto) === null;
}

function object(value, where, members, needed = []) {
  if (!isPlain(value))
    fail(where, 'an object', value);
  for (const key of Object.keys(value))
    if (!members.includes(key))
      fail(where, `no member but ${members.join(', ')}`, key);
  for (const key of needed)
    if (value[key] === undefined)
      fail(`${where}.${key}`, 'a value', undefined);
  return value;
}

function list(value, where, item) {
  if (!Array.isArray(value) || value.length > 16)
    fail(where, 'an array of at most 16', value);
  const items = value.map((each, i) => item(each, `${where}[${i}]`));
  const texts = items.map(String);
  texts.forEach((text, i) => {
    if (texts.indexOf(text) !== i)
      fail(`${where}[${i}]`, 'each once', value[i]);
  });
  return items;
}

function text(value, where, pattern, expected) {
  if (typeof value !== 'string' || !pattern.test(value))
    fail(where, expected, value);
  return head(3, value.length).concat(
    Array.from(value, (c) => c.charCodeAt(0)));
}

function word(value, where, words, first) {
  const i = words.indexOf(value);
  if (i < 0)
    fail(where, words.join(' or '), value);
  return head(0, i + first);
}

function integer(value, where, min, max) {
  if (!Number.isInteger(value) || value < min || value > max)
    fail(where, `an integer from ${min} to ${max}`, value);
  return head(0, value);
}

// RFC 8949 section 4.2.1: the shortest form; none of ours is above 2^32 - 1.
function head(major, n) {
  const m = major << 5;
  return n < 24 ? [m | n] : n < 256 ? [m | 24, n] :
    n < 65536 ? [m | 25, n >> 8, n & 255] :
      [m | 26, n >>> 24, n >> 16 & 255, n >> 8 & 255, n & 255];
}

// [[key, bytes]...], in the order of keys; what is undefined is left out.
function map(pairs) {
  const there = pairs.filter(([, value]) => value !== undefined);
  return head(5, there.length).concat(
    ...there.map(([key, value]) => [key, ...value]));
}

const array = (items) => head(4, items.length).concat(...items);

function demand(value, where) {
  object(value, where, ['claim', 'service', 'level'], ['claim', 'level']);
  return map([
    [1, word(value.claim, `${where}.claim`, CLAIMS, 1)],
    [2, value.service === undefined ? undefined : text(value.service,
      `${where}.service`, /^[a-z\d][a-z\d-]{0,31}$/,
      'a code of lower-case letters, digits and hyphens')],
    [3, word(value.level, `${where}.level`, LEVELS, 1)]]);
}

function age(value, where) {
  const { warn = 0, fail: end = 0 } = object(value, where, ['warn', 'fail']);
  const pair = [integer(warn, `${where}.warn`, 0, AGE_MAX),
    integer(end, `${where}.fail`, 0, AGE_MAX)];
  return warn || end ? array(pair) : undefined;
}

function remember(value, where) {
  object(value, where, ['number', 'hash'], ['number', 'hash']);
  const number = integer(value.number, `${where}.number`, 1, 4294967295);
  if (typeof value.hash !== 'string' || !/^[\da-f]{64}$/.test(value.hash))
    fail(`${where}.hash`, '64 hexadecimal digits in lower case', value.hash);
  return array([number,
    head(2, 32).concat(value.hash.match(/../g).map((x) => parseInt(x, 16)))]);
}

function environment(value, where) {
  const bytes = word(value, where, ENVIRONMENTS, 0);
  return bytes[0] ? bytes : undefined;
}

function yes(value, where) {
  if (typeof value !== 'boolean')
    fail(where, 'true or false', value);
  return value ? [0xf5] : undefined;
}

const some = (items) => items.length ? array(items) : undefined;

const encode = [
  environment,
  yes,
  (v, where) => some(list(v, where, demand)),
  (v, where) => text(v, where, HOLDER,
    'a KVK number, an identifier of EN 319 412-1, an EUID or an LEI'),
  (v, where) => some(list(v, where, (each, at) => text(each, at,
    /^[A-Z\d][A-Z\d ./-]{0,31}$/, 'an accreditation number'))),
  age, age, age,
  (v, where) => integer(v, where, 0, 300)[0] ? integer(v, where, 0, 300) :
    undefined,
  remember,
  (v, where) => text(v, where, HOST,
    'a host name in lower case and A-labels')];

export function policyCbor(policy = {}) {
  object(policy, 'policy', MEMBERS);
  return Uint8Array.from(map(MEMBERS.map((name, i) => [i + 1,
    policy[name] === undefined ? undefined :
      encode[i](policy[name], `policy.${name}`)])));
}
