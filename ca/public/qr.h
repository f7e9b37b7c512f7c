/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * QR (ISO/IEC 18004): the small one with the address of a mark's page, and
 * the full one with the attestation itself, both at level M with the quiet
 * zone around them.
 */
#ifndef PUBLIC_QR_H
#define PUBLIC_QR_H

#include "ca/base/buf.h"
#include "verifier/attestation.h"

enum {
	QR_QUIET = 4,			/* modules around it (section 6.3.8) */
	QR_SIDE_MAX = 177
};

struct qr {
	int	 side;			/* modules, without the quiet zone */
	uint8_t	 dark[QR_SIDE_MAX * QR_SIDE_MAX];	/* 1: dark; by row */
};

/* HTTPS://HOST/NUMBER, all of the alphanumeric set: 0, or -1 after a line. */
int	 qr_small(struct qr *, const struct km_attestation *);
/*
 * HTTPS://HOST/K# as bytes, and the attestation after it as alphanumeric
 * segment (design section 3, badge). As qr_small().
 */
int	 qr_full(struct qr *, const struct km_attestation *,
	    struct km_bytes attestation);
/*
 * Append the value of a path's d, to be stroked one unit wide: all that is
 * dark, a unit a module, with the quiet zone to the left and above. Half as
 * long as what would be filled.
 */
void	 qr_path(struct buf *, const struct qr *);

#endif
