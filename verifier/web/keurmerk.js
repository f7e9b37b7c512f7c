// SPDX-License-Identifier: EUPL-1.2
// The verifier for browsers and Node, with policies as people write them. The
// web component needs no more than host.js.

import { Verifier as Host } from './host.js';
import { policyCbor } from './policy.js';

export { policyCbor };

export class Verifier extends Host {
  async verify({ policy, ...asked } = {}) {
    return super.verify({ ...asked, policy: policyCbor(policy) });
  }

  async check({ policy, ...asked } = {}) {
    return super.check({ ...asked, policy: policyCbor(policy) });
  }
}
