/* SPDX-License-Identifier: EUPL-1.2 */
/* The picture of a scene's attestation, for tests of the verifier. */
#ifndef TESTS_DRAWN_H
#define TESTS_DRAWN_H

#include "tests/lib/scene.h"
#include "verifier/picture.h"

enum { DRAWN_MAX = 32768 };		/* without the badge; R32 */

extern char			 drawn_svg[DRAWN_MAX + 2 * KM_BADGE_MAX];
extern size_t			 drawn_len;
extern struct km_attestation	 drawn_att;

/* The attestation, written and decoded; a badge of it, with a list or not. */
void	drawn_badge(struct scene *, int stapled);
/* That badge in a picture, which then is what would be drawn. */
void	drawn_as(struct scene *, const struct km_picture *);
/* The same, light and in Dutch. */
void	drawn_status(struct scene *, int status, int64_t day);

#endif
