// SPDX-License-Identifier: EUPL-1.2

/**
 * <keurmerk-badge>: loading this module defines it. README.md has its
 * attributes.
 */
export class KeurmerkBadge extends HTMLElement {
  /** Settles when it says what it can say; never rejects. */
  readonly ready: Promise<void>;
}

declare global {
  interface HTMLElementTagNameMap { 'keurmerk-badge': KeurmerkBadge }
}
