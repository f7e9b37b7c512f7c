/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Form: a shape that a mark is shown in. What is common to the makers of
 * form_*.c, and what form_zip.c puts together again.
 *
 * Pictures and QR are made in every status, since they say it or lead to it.
 * What is shown where nobody can change it any more (paper, mails, texts) is
 * handed out only as long as the mark may be shown.
 */
#ifndef PUBLIC_FORM_H
#define PUBLIC_FORM_H

#include "badge.h"

#define FORM_SVG	"image/svg+xml"
#define FORM_PNG	"image/png"
#define FORM_TEXT	"text/plain; charset=utf-8"

struct form {
	struct mark	 mark;
	const struct mark_attestation *of;	/* that speaks for it */
	const struct km_attestation *a;		/* the same, decoded */
};

/* The mark, or a problem in the answer and -1. */
int	 form_find(struct form *, struct answer *, const struct site *,
	    const struct ask *, const char *number);
/* As form_find(), and of a mark that may be shown at this moment. */
int	 form_find_shown(struct form *, struct answer *, const struct site *,
	    const struct ask *, const char *number);

enum km_variant	 form_variant(const char *);	/* "light", "dark", "mono" */
enum km_picture_lang form_lang(const char *);	/* "nl", "en" */

/* The answer is of this type, and good until the mark changes by itself. */
void	 form_begin(struct answer *, const struct form *, const char *type);
/* It could not be made: a problem, and -1. */
int	 form_failed(struct answer *);

/* The card as SVG: 0, or -1 after form_failed(). */
int	 form_card(struct buf *, struct answer *, const struct form *,
	    const struct site *, enum km_variant, enum km_picture_lang);
/* How high the card is: units, 320 wide. */
unsigned int form_card_height(struct km_bytes svg);

/* With the five characters of XML and HTML escaped. */
void	 form_escape(struct buf *, struct km_bytes);

#endif
