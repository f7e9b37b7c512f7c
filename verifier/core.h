/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The verifier's core: one parser, one judge; freestanding, no heap. It asks
 * its host one thing, in a fixed order, and so serves C and a browser alike:
 *
 *	km_verify_begin(&op, known, q, &report);
 *	while ((ask = km_ask(&op)) != NULL)
 *		km_answer(&op, host(ask));
 *	verdict = km_verify_end(&op);
 */
#ifndef KM_CORE_H
#define KM_CORE_H

#include "keurmerk.h"

struct km_ask {
	int		 alg;		/* -9, -19; -7, -8 on foreign lists */
	int		 slot;		/* of the key in known, or -1 */
	struct km_bytes	 key;		/* x||y (64) or Ed25519 (32) */
	struct km_bytes	 msg[2];	/* Sig_structure = msg[0] || msg[1] */
	const uint8_t	*sig;		/* 64 bytes: r||s or R||S */
};

struct km_op { uint64_t private_[12800]; };	/* 100 kB: stack or arena */
/* As much of one as adding an object goes into. */
struct km_op_add { uint64_t private_[3072]; };	/* 24 kB */

/*
 * Begin to know, without a host: km_known_begin() for others than C. The pin
 * given as bytes is still to be added.
 */
struct km_known	*km_known_init(void *mem, size_t len, const uint8_t *pin,
		    size_t pin_len);
/* object, q and what they point to stay unchanged until the end. */
void		 km_add_begin(struct km_op *, struct km_known *,
		    const uint8_t *object, size_t len);
enum km_err	 km_add_end(struct km_op *);
void		 km_verify_begin(struct km_op *, const struct km_known *,
		    const struct km_question *, struct km_report *out);
enum km_verdict	 km_verify_end(struct km_op *);
const struct km_ask *km_ask(struct km_op *);	/* NULL: no more */
void		 km_answer(struct km_op *, int good);

#endif
