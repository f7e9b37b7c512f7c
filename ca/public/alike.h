/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Alike: names, hosts and numbers in the form in which they are compared, so
 * that what people type finds what is registered.
 *
 * keurmerk check --name has the same letters (verifier/cli/names.c), and a
 * test holds one to the other. It is not shared: the command line and this
 * room may not know each other, and what stands in the core of the verifier
 * is what a stranger must trust, and small.
 */
#ifndef PUBLIC_ALIKE_H
#define PUBLIC_ALIKE_H

#include <keurmerk.h>

enum {
	ALIKE_MAX = 512,		/* of a name; NUL included */
	ALIKE_WORDS_MAX = 24,
	ALIKE_ID_MAX = 64,
	ALIKE_HOST_MAX = 254
};

/*
 * A name: small letters without diacritics, points, commas and quotes, one
 * space for anything else that parts words, "en" for &; and without its legal
 * form, unless that is all there is.
 */
struct alike {
	size_t	 len;
	char	 text[ALIKE_MAX];	/* words, with one space between */
	int	 form;			/* which legal form; 0: none */
	int	 whole;			/* 0: there was more than fits */
	size_t	 n_words;
	struct alike_word {
		uint16_t at, len;	/* in text */
		uint32_t weight;	/* in alike_near(); at first len */
		uint32_t letters;	/* which it has: bit (c & 31) */
	}	 word[ALIKE_WORDS_MAX];	/* the first of them */
};
void	 alike_name(struct alike *, struct km_bytes);
/* The words of a place, likewise. */
void	 alike_place_name(struct alike *, struct km_bytes);
/* Text that is in that form already; without a legal form. */
void	 alike_again(struct alike *, struct km_bytes);
/*
 * The letters of a place, without spaces; returns the length. What has two
 * names has one here: Den Haag is 's-Gravenhage.
 */
size_t	 alike_place(char out[ALIKE_MAX], struct km_bytes);
/*
 * Is it the same name? Spaces do not count. A legal form counts when both
 * have one: X B.V. is not Stichting X.
 */
int	 alike_same(const struct alike *, const struct alike *);
/*
 * 0 to 999, how much of what was typed is in the name, and in the place for
 * what the name has not; it may have no words, and is in the form of a name.
 */
unsigned int alike_near(const struct alike *name, const struct alike *typed,
	    const struct alike *place);

/* Capitals and digits alone; 0: none, or too long. */
size_t	 alike_id(char out[ALIKE_ID_MAX], struct km_bytes);
/*
 * The host in what was typed or pasted, an address or mail address too, in
 * small letters and without www.; 0 when there is none. Letters outside ASCII
 * become A-labels (RFC 3492).
 */
size_t	 alike_host(char out[ALIKE_HOST_MAX], struct km_bytes);

/* Edits from one to the other, swaps of neighbours included; a to 64 bytes. */
unsigned int alike_edits(const char *a, size_t a_len, const char *b,
	    size_t b_len);

#endif
