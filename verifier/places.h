/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * An attestation that was decoded, kept small: where its texts stand in its
 * bytes, and of all else what is not zero. So it is had again from the same
 * bytes, or a copy of them, without decoding them again.
 */
#ifndef KM_PLACES_H
#define KM_PLACES_H

#include "attestation.h"

enum {
	KM_PLACES_MAX = 160		/* words; an attestation has some 50 */
};

struct km_places {
	uint16_t	 kid;		/* from the attestation's first byte */
	int8_t		 alg;
	uint8_t		 texts;		/* words, and those are the first */
	uint8_t		 halves;	/* words, and those come after */
};

/* What was decoded from p. */
void	 km_places_set(struct km_places *, uint32_t word[KM_PLACES_MAX],
	    const struct km_attestation *, const struct km_sign1 *,
	    const uint8_t *p);

/*
 * The same again, as decoded from p; of the header kid and algorithm only.
 * All of both is zero before.
 */
void	 km_places_get(struct km_attestation *, struct km_sign1 *,
	    const uint8_t *p, const struct km_places *,
	    const uint32_t *word);

#endif
