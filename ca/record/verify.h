/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Verify: other people's signatures, with their keys kept prepared, so that
 * three approvals cost three raw verifications.
 */
#ifndef RECORD_VERIFY_H
#define RECORD_VERIFY_H

#include "verifier/core.h"

struct verify;

struct verify	*verify_new(void);		/* NULL: no memory */
void		 verify_free(struct verify *);	/* safe on NULL */

/* A km_verify_fn; arg is a struct verify. 1 or 0. */
int		 verify_ask(void *arg, const struct km_ask *);

#endif
