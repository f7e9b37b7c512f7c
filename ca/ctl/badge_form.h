/* SPDX-License-Identifier: EUPL-1.2 */
/* Badge form: what a badge is written as, and the writing. */
#ifndef CTL_BADGE_FORM_H
#define CTL_BADGE_FORM_H

#include "ca/base/buf.h"
#include "verifier/badge.h"
#include "verifier/picture.h"

#include "opts.h"

enum badge_kind { BADGE_CBOR, BADGE_SVG, BADGE_QR };

struct badge_form {
	enum badge_kind	 kind;
	enum km_variant	 variant;	/* of BADGE_SVG, and lang */
	enum km_picture_lang lang;
};

/* From --svg, --lang and --qr: 0, or -1 after a message. */
int	 badge_form(struct badge_form *, const struct opts *);

/*
 * Append the badge; known has the status list that it carries, whose word is
 * drawn with the day of it. CTL_DONE, or CTL_FAILED after a message.
 */
int	 badge_form_write(struct buf *, const struct badge_form *,
	    const struct km_badge *, const struct km_known *);

#endif
