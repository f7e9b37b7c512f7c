/* SPDX-License-Identifier: EUPL-1.2 */
/* The pen that picture.c draws with: it writes, compares or measures. */
#ifndef KM_PICTURE_PEN_H
#define KM_PICTURE_PEN_H

#include "picture_words.h"

enum { KM_CARD_WIDTH = 320 };

/* Contrast of text to its ground is at least 4.5 in each (WCAG 1.4.3). */
struct km_colours {
	const char	*ground, *frame, *ink, *soft, *rule;
	const char	*band, *band_ink;
	const char	*bar_ink, *bar[KM_SHOWN_N], *bar_edge[KM_SHOWN_N];
	const char	*seal[KM_SHOWN_N], *seal_edge[KM_SHOWN_N];
	const char	*letter, *tick;	/* on the seal */
	const char	*letter_out;	/* where the seal is only an outline */
};
const struct km_colours *km_colours(enum km_variant);

struct km_pen {
	/* what is drawn */
	const struct km_attestation *a;
	const struct km_picture *p;
	struct km_bytes	 badge;
	const struct km_words *w;
	const struct km_colours *c;
	enum km_shown	 shown;
	/* where to */
	int		 mute, compares, differs;
	char		*out;
	size_t		 cap;
	struct km_bytes	 want;
	size_t		 len;		/* so far */
	int		 y;		/* of the next line of text */
};

void	 km_pen_str(struct km_pen *, const char *);
void	 km_pen_int(struct km_pen *, int64_t);
/* With the five characters of XML escaped. */
void	 km_pen_text(struct km_pen *, struct km_bytes);
/* The first n of the four characters of base64url for 24 bits. */
void	 km_pen_four(struct km_pen *, unsigned int v, unsigned int n);

/*
 * How many bytes of s fit in room, in thousandths of the size of the letters,
 * by a table that no font of these families exceeds by much; *space: up to
 * the last space that does.
 */
size_t	 km_pen_fit(struct km_bytes s, int room, size_t *space);

/* The emblem, with a sign in it that goes with what is shown. */
void	 km_emblem(struct km_pen *);

#endif
