/* SPDX-License-Identifier: EUPL-1.2 */
/* Epoch (schemas/epoch.cddl). */
#ifndef KM_EPOCH_H
#define KM_EPOCH_H

#include "cose.h"

enum {
	KM_EPOCH_NUMBER = 1, KM_EPOCH_PREVIOUS = 2, KM_EPOCH_THIS_UPDATE = 3,
	KM_EPOCH_NEXT_UPDATE = 4, KM_EPOCH_TRUST = 5, KM_EPOCH_SCHEME = 6,
	KM_EPOCH_BODIES = 7, KM_EPOCH_LOG = 8, KM_EPOCH_REGISTER = 9,
	KM_EPOCH_STATUS = 10
};

struct km_tree_head {
	uint64_t	 size;		/* entries */
	uint8_t		 root[KM_HASH_LEN];
};

struct km_epoch {
	uint32_t	 number;
	uint8_t		 previous[KM_HASH_LEN];
	int64_t		 this_update, next_update;
	uint32_t	 trust_version;
	uint8_t		 trust[KM_HASH_LEN];
	uint8_t		 scheme[KM_HASH_LEN];
	uint8_t		 bodies[KM_HASH_LEN];
	struct km_tree_head log, reg, status;
};
enum km_err	 km_epoch_decode(struct km_epoch *, struct km_sign1 *,
		    const uint8_t *, size_t);

#endif
