/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Strip: the mark lying down, for where a card does not fit. Below a mail it
 * carries status and day; on paper, which stays, neither of them, but a small
 * QR, and the K without the tick, since only the register knows.
 */
#ifndef PUBLIC_STRIP_H
#define PUBLIC_STRIP_H

#include "ca/base/buf.h"
#include "verifier/picture.h"

enum strip_kind { STRIP_MAIL, STRIP_PRINT };

enum { STRIP_MAX = 256 * 1024 };	/* bytes of SVG */

struct strip {
	enum strip_kind	 kind;
	enum km_variant	 variant;
	enum km_picture_lang lang;
	int64_t		 day;		/* of the status, since 1970: mail */
};

/* Append its SVG; 0, or -1 after a log line. The mark is valid. */
int	 strip_draw(struct buf *, const struct strip *,
	    const struct km_attestation *);

/*
 * The mark in one line of text, as both say it and as stands in a mail:
 * "Keurmerk ICT-dienstverlener: NAME, KVK N, nummer KM-... Controleer op
 * https://HOST/KM-...".
 */
void	 strip_words(struct buf *, const struct km_attestation *,
	    enum km_picture_lang);

#endif
