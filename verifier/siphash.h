/* SPDX-License-Identifier: EUPL-1.2 */
/* SipHash-2-4 (Aumasson and Bernstein 2012): a short hash with a secret. */
#ifndef KM_SIPHASH_H
#define KM_SIPHASH_H

#include "keurmerk.h"

uint64_t	 km_siphash(uint64_t k0, uint64_t k1, struct km_bytes);

#endif
