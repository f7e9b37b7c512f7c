// SPDX-License-Identifier: EUPL-1.2
// The published tree of our own site, as far as a badge needs it. Trust
// begins with trust/1 as this site serves it, which is as good as this page
// itself: whoever could change the one could change the other. Who wants more
// pins a trust list of his own (keurmerk verify --trust-hash).

import { Verifier } from './keurmerk.js';
import { get } from './dom.js';

const TRUST_MAX = 16384;        // KM_TRUST_MAX
const EPOCH_MAX = 1024;         // KM_EPOCH_MAX
const LIST_MAX = 65536;
const LISTS = 64;               // trust lists to follow

export class Tree {
  #verifier;
  #base;
  #shards = new Set();

  constructor(verifier, base) {
    this.#verifier = verifier;
    this.#base = base;
  }

  /** base: where the tree is; versions: how many trust lists there are. */
  static async open(base, versions) {
    const first = await get(`${base}/trust/1`, TRUST_MAX);
    const tree = new Tree(await Verifier.create({ trust: first }), base);
    for (let n = 2; n <= Math.min(versions, LISTS); n++)
      await tree.#add(`trust/${n}`, TRUST_MAX);
    await tree.#add('epoch', EPOCH_MAX);
    return tree;
  }

  // What cannot be had counts as not given; the verdict says so.
  async #add(path, max) {
    try {
      const [why] = await this.#verifier.add(
        await get(`${this.#base}/${path}`, max));
      return why === 'ok';
    } catch (e) {
      console.info(`keurmerk: ${e.message}`);
      return false;
    }
  }

  /** The verifier's answer, with the status list that the badge needs. */
  async verify(question) {
    let answer = await this.#verifier.verify(question);
    const shard = /\/(\d+)$/.exec(
      answer.report.attestation?.status_list.uri ?? '')?.[1];
    if (shard === undefined || this.#shards.has(shard))
      return answer;
    if (await this.#add(`status/${shard}`, LIST_MAX))
      this.#shards.add(shard);
    answer = await this.#verifier.verify(question);
    return answer;
  }

  /** Is there a badge in these bytes? "no-badge": none. */
  look(badge) {
    return this.#verifier.look(badge);
  }
}
