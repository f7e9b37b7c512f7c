/* SPDX-License-Identifier: EUPL-1.2 */
/* Badge (schemas/badge.cddl). */
#ifndef KM_BADGE_H
#define KM_BADGE_H

#include "cbor.h"

enum {
	KM_BADGE_ATTESTATION = 1, KM_BADGE_STATUS = 2, KM_BADGE_EPOCH = 3,
	KM_BADGE_STATUS_PATH = 4, KM_BADGE_REGISTER = 5
};

struct km_badge {
	struct km_bytes	 attestation;
	struct km_bytes	 status;	/* empty: none, and so on */
	struct km_bytes	 epoch;
	int		 has_status_path;
	struct km_bytes	 status_path;	/* n * 32 bytes are not adjacent: */
	size_t		 n_status_path;	/* read with km_path_read() */
	int		 has_register;
	enum km_status	 register_status;
	struct km_bytes	 register_events;	/* CBOR of the array */
	struct km_bytes	 register_path;
	size_t		 n_register_path;
};
/* By first byte: tag 18, an attestation by itself; a map, a badge. */
enum km_err	 km_badge_decode(struct km_badge *, const uint8_t *, size_t);
/* n hashes of a path as they stand in CBOR, side by side into out. */
void		 km_path_read(uint8_t *out, struct km_bytes path, size_t n);

#endif
