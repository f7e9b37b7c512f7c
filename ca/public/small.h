/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Small: the mark for where there is no room, 80 pixels of CSS wide. The card
 * shrunk to that has letters of 3 pixels; here the few things that must be
 * read (status, holder, number, day of the status, address of the register)
 * have letters of their own size, and all else is left to the register.
 */
#ifndef PUBLIC_SMALL_H
#define PUBLIC_SMALL_H

#include "ca/base/buf.h"
#include "verifier/picture.h"

enum { SMALL_WIDTH = 80, SMALL_MAX = 32 * 1024 };	/* bytes of SVG */

/* Append its SVG, of status and day as in the badge; 0, or -1 after a log. */
int	 small_draw(struct buf *, const struct km_picture *,
	    const struct km_attestation *);

#endif
