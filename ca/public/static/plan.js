// SPDX-License-Identifier: EUPL-1.2
// What remains to be assessed, by the scheme, for what somebody wants and
// has: no words, no page; the same choice gives the same plan.

const WORTH = { equal: 'whole', superset: 'whole', subset: 'part',
  intersects: 'part' };
const FORMAT = 'keurmerk-aanvraag';
const FILE_MAX = 65536;

/** Each claim line that is applied for: a claim about a service, or all. */
export function linesOf(scheme, { claims, services }) {
  return scheme.claims.filter(({ code }) => claims.includes(code))
    .flatMap(({ code: claim, objects }) => objects.includes('service') ?
      scheme.services.filter(({ code }) => services.includes(code))
        .map(({ code: service }) => ({ claim, service })) :
      [{ claim, service: null }]);
}

// What an own judgement says is looked at, and proves nothing by itself.
function proofOf(evidence, id) {
  const relation = evidence.requirements[id];
  if (relation === undefined)
    return null;
  return evidence.assessment === 'self' ? 'part' : WORTH[relation];
}

function requirementOf(requirement, lines, level, evidence, minutesOf) {
  const of = lines.filter(({ claim, service }) =>
    requirement.claims.includes(claim) &&
    (service === null || !requirement.services ||
      requirement.services.includes(service)));
  const methods = requirement.levels[level];
  if (of.length === 0 || methods === undefined)
    return null;
  const proofs = evidence.map((each) => ({ evidence: each,
    worth: proofOf(each, requirement.id) })).filter(({ worth }) => worth);
  const proof = proofs.some(({ worth }) => worth === 'whole') ? 'whole' :
    proofs.length ? 'part' : 'none';
  return { requirement, lines: of, methods, proof,
    evidence: proofs.map((each) => each.evidence),
    minutes: of.length * methods.reduce((sum, code) =>
      sum + minutesOf[code], 0) };
}

/**
 * The requirements that apply, in order, each with its lines, methods, what
 * there is of proof ("none", "part", "whole") and the guide in minutes; and
 * of all together: least, when all partial proof is accepted, and most.
 */
export function planOf(scheme, choice) {
  const lines = linesOf(scheme, choice);
  const minutesOf = Object.fromEntries(scheme.methods.map((method) =>
    [method.code, method.guide_minutes]));
  const evidence = scheme.evidence.filter(({ code }) =>
    choice.evidence.includes(code));
  const requirements = scheme.requirements.map((requirement) =>
    requirementOf(requirement, lines, choice.level, evidence, minutesOf))
    .filter(Boolean);
  const sum = (proofs) => requirements.filter(({ proof }) =>
    proofs.includes(proof)).reduce((all, { minutes }) => all + minutes, 0);
  const methods = scheme.methods.map((method) => {
    const times = requirements.filter(({ proof }) => proof !== 'whole')
      .reduce((n, each) => n + (each.methods.includes(method.code) ?
        each.lines.length : 0), 0);
    return { method, times, minutes: times * method.guide_minutes };
  }).filter(({ times }) => times > 0);
  return { lines, requirements, methods, least: sum(['none']),
    most: sum(['none', 'part']) };
}

const LEVELS = ['basic', 'substantial', 'high'];

/** Which bodies may assess this level on that day (YYYY-MM-DD). */
export const bodiesFor = (bodies, level, today) => bodies.bodies.filter((b) =>
  b.from <= today && today < b.until &&
  LEVELS.indexOf(b.level) >= LEVELS.indexOf(level));

/** The file that is saved: the choice, and what it came to. */
export function fileOf(scheme, choice) {
  const plan = planOf(scheme, choice);
  return `${JSON.stringify({
    format: FORMAT, version: 1,
    scheme: { id: scheme.id, version: scheme.version },
    claims: choice.claims, services: choice.services, level: choice.level,
    evidence: choice.evidence,
    lines: plan.lines,
    requirements: plan.requirements.map((each) => ({
      id: each.requirement.id, methods: each.methods, proof: each.proof,
      evidence: each.evidence.map(({ code }) => code) })),
    minutes: { least: plan.least, most: plan.most },
  }, null, 2)}\n`;
}

const wrong = (expected, found) => {
  throw new Error(`aanvraag.json: expected ${expected}, found ${found}`);
};

/**
 * The choice in a saved file: { choice, unknown, other }. What this scheme
 * does not know is left out and named; other: it is of another scheme.
 */
export function choiceOf(scheme, text) {
  if (text.length > FILE_MAX)
    wrong(`at most ${FILE_MAX} characters`, text.length);
  const file = JSON.parse(text);
  if (file?.format !== FORMAT || file.version !== 1)
    wrong(`${FORMAT}, version 1`, `${file?.format}, version ${file?.version}`);
  const unknown = [];
  const known = (name) => {
    const list = file[name];
    if (!Array.isArray(list) || !list.every((x) => typeof x === 'string'))
      wrong(`${name}, a list of codes`, JSON.stringify(list));
    unknown.push(...list.filter((code) =>
      !scheme[name].some((each) => each.code === code)));
    // In the order of the scheme, each once.
    return scheme[name].map(({ code }) => code)
      .filter((code) => list.includes(code));
  };
  const choice = { claims: known('claims'), services: known('services'),
    level: file.level, evidence: known('evidence') };
  if (!scheme.levels.some(({ code, offered }) => offered &&
      code === choice.level)) {
    unknown.push(String(choice.level));
    choice.level = scheme.levels.find(({ offered }) => offered).code;
  }
  return { choice, unknown, other: file.scheme?.id !== scheme.id ||
    file.scheme?.version !== scheme.version };
}
