/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * CBOR from text, in the diagnostic notation of RFC 8949 section 8, so that a
 * test can name one rule in one line: a good object as text, and what to put
 * in place of which part of it.
 *
 *	12 -12 "text" h'00ff' null [1, 2] {1: 2} 18(...) <<...>>
 *	x'1817'		these very bytes, counted as one item
 *	(12)		12
 *
 * Heads are of the shortest form and lengths definite; << >> is the byte
 * string of what stands between, one item after the other. Text is taken as
 * it stands, without escapes. What is no such text ends the program.
 */
#ifndef TESTS_NOTATION_H
#define TESTS_NOTATION_H

#include "keurmerk.h"
#include "tests/lib/sample.h"

void	notation(struct sample_buf *, const char *text);

/* One rule broken: with in place of find, which stands there just once. */
struct notation_row {
	const char	*name;
	enum km_err	 want;
	const char	*find;
	const char	*with;
};

/*
 * Decode good with every row's change and compare; then good cut short at
 * every length, and with one byte more. decode() gets a copy of exactly len
 * bytes, so that reading past them is seen, and says whether it left its
 * output alone where it failed. Prints every row that went wrong; returns
 * how many did.
 */
typedef enum km_err notation_decode(const uint8_t *, size_t,
	    int *untouched);
int	notation_rows(const char *good, const struct notation_row *, size_t n,
	    notation_decode *);

/* One such row's bytes, of exactly len; free() them. */
uint8_t	*notation_copy(const struct sample_buf *, size_t len);

#endif
