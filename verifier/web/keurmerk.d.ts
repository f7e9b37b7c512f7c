// SPDX-License-Identifier: EUPL-1.2

/** Bytes, or text that is taken as UTF-8 (an SVG, the text of a full QR). */
export type Bytes = Uint8Array | ArrayBuffer | ArrayBufferView | string;

export type Verdict = 'valid' | 'malformed' | 'untrusted' | 'not-yet-valid' |
  'expired' | 'withdrawn' | 'suspended' | 'superseded' | 'wrong-origin' |
  'unmet' | 'not-listed' | 'undetermined';
export type Outcome = 'passed' | 'failed' | 'warned' | 'not-performed';
export type Binding = 'none' | 'origin' | 'holder';
export type Environment = 'production' | 'demonstration' | 'exercise';
export type Claim = 'basic_measures' | 'policy_advice';
export type Level = 'basic' | 'substantial' | 'high';

/** In seconds; can only shorten what is always asked. */
export interface Age { warn?: number; fail?: number }

/** Met by one claim line; without a service it is about the organisation. */
export interface Demand { claim: Claim; service?: string; level: Level }

/** schemas/policy.schema.json. Empty: a certificate, of production. */
export interface Policy {
  environment?: Environment;
  self_declaration?: boolean;
  demands?: Demand[];
  /** KVK number, identifier of EN 319 412-1, EUID or LEI. */
  holder?: string;
  /** Accreditation numbers. */
  bodies?: string[];
  origin?: string;
  status_age?: Age;
  epoch_age?: Age;
  trust_age?: Age;
  skew?: number;
  /** `epoch` of the last report. */
  remember?: { number: number; hash: string };
}

export interface Line {
  claim: Claim;
  object: 'organisation' | 'service';
  service: string | null;
  level: Level;
}

export interface Attestation {
  number: string;
  environment: Environment;
  document: 'certificate' | 'self-declaration';
  issuer: string;
  holder: string;
  issued: number; issued_text: string;
  not_before: number; not_before_text: string;
  /** The first second that it is over; people see last_day. */
  expires: number; expires_text: string;
  last_day: string;
  id: string;
  status_list: { idx: number; uri: string };
  scheme: { id: string; version: number };
  lines: Line[];
  not_covered: string[];
  legal_name: string;
  trade_names: string[];
  place: string;
  kvk: string | null;
  euid: string | null;
  lei: string | null;
  hosts: string[];
  assessed: string;
  body: { name: string; accreditation: string } | null;
  report: string | null;
  evidence: { code: string; reference: string }[];
  information: string | null;
  drawing: number;
}

export interface Check {
  check: string;
  outcome: Outcome;
  why: string;
  want: number;
  found: number;
  want_text: string;
  found_text: string;
}

/** schemas/report.schema.json. */
export interface Report {
  verdict: Verdict;
  binding: Binding;
  indication: 'total-passed' | 'total-failed' | 'indeterminate';
  exit: number;
  now: number;
  now_text: string;
  trust_version: number | null;
  epoch: { number: number; hash: string } | null;
  status_list: {
    issued: number; issued_text: string;
    expires: number; expires_text: string;
  } | null;
  checks: Check[];
  /** Only where a key vouches for it. */
  attestation: Attestation | null;
}

export interface Answer {
  verdict: Verdict;
  /**
   * The one word: true only for a valid badge that was bound to an origin or
   * a holder, or with `unboundOk`.
   */
  acceptable: boolean;
  /** Algorithms that could not be checked here; then it is undetermined. */
  unsupported: string[];
  report: Report;
  /** The very bytes that the C library writes. */
  json: string;
}

export interface Question {
  /** What somebody shows; may come from anyone. */
  badge: Bytes;
  policy?: Policy;
  /** The exact host that shows it. */
  origin?: string;
  /** Whole seconds since 1970; left out: the clock. */
  now?: number | Date;
  /** You know by other means whose badge it is. */
  unboundOk?: boolean;
}

/** Exactly one of the three keys; the rest as in a Question. */
export interface Lookup extends Omit<Question, 'badge'> {
  /** Mark number: KM-2026-000123-P. */
  number?: string;
  /** KVK number, sub, EUID or LEI. */
  holder?: string;
  /** Exact host, lower case, A-labels. */
  host?: string;
}

export interface Options {
  /**
   * Whom to believe: the bytes of one trust list, its SHA-256, or that in
   * hexadecimal. From where you trust, never from the badge.
   */
  trust: Bytes;
  /**
   * keurmerk.wasm: from elsewhere, or to begin with the whole module at once.
   * Left out: lean.wasm beside host.js, and keurmerk.wasm when it is needed.
   */
  wasm?: Uint8Array | ArrayBuffer | URL | string | WebAssembly.Module;
  /** Room for so many status lists; 16. */
  lists?: number;
}

export class Verifier {
  private constructor();
  static create(options: Options): Promise<Verifier>;
  /**
   * Trust lists in order, then epochs, status lists, as fetched. For each
   * "ok" or why it does not count.
   */
  add(...objects: (Bytes | Bytes[])[]): Promise<string[]>;
  verify(question: Question): Promise<Answer>;
  /**
   * The whole register of the epoch that is known: the files register/HASH in
   * the order of register/index/N. "ok" or why it does not count.
   */
  register(...runs: (Bytes | Bytes[])[]): Promise<string>;
  /** Ask the register by a key in place of a badge. */
  check(lookup: Lookup): Promise<Answer>;
  /** What a badge says of itself; nothing is checked but its form. */
  look(badge: Bytes): Promise<{ why: string; claimed: Attestation | null }>;
}

/** A policy as the bytes whose SHA-256 is its hash (schemas/policy.cddl). */
export function policyCbor(policy?: Policy): Uint8Array;
