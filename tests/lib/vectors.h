/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reader of tests/vectors: what goes wrong with a file itself ends the test
 * program, so that vectors that are not there never count as held.
 */
#ifndef TESTS_VECTORS_H
#define TESTS_VECTORS_H

#include <jansson.h>

#include "keurmerk.h"

struct vector {
	const char	*name;
	json_t		*json;		/* the vector */
	json_t		*head;		/* the file that it stands in */
	uint8_t		*p;		/* exactly len bytes, on the heap */
	size_t		 len;
};

/* 1: all is as the vector says; else 0, having said what was found. */
typedef int vector_check(const struct vector *, void *arg);

/*
 * Check every vector of tests/vectors/NAME; tests run in the top directory.
 * Returns how many are not as they say, and that the file counts others than
 * it has, or none, as one more.
 */
size_t	 vectors_run(const char *name, vector_check *, void *arg);

/* Members of a vector or of a head. NULL, or -1, where there is none. */
const char *vector_text(const json_t *, const char *key);
json_int_t vector_number(const json_t *, const char *key);
/* Hex as bytes, exactly so many, on the heap: free() them. */
uint8_t	*vector_hex(const json_t *, const char *key, size_t *len);
uint8_t	*vector_hex_item(const json_t *array, size_t i, size_t *len);
/* Do these bytes stand there in hex? */
int	 vector_is(const json_t *, const char *key, const void *, size_t);

/* Is err what "error" says; in words of the step that gave it if not. */
int	 vector_refused(const struct vector *, const char *step,
	    enum km_err err);
/* Say what is wrong with it; 0. */
int	 vector_wrong(const struct vector *, const char *what,
	    const char *found);
/* Is its "stage" this one? */
int	 vector_at(const struct vector *, const char *stage);

#endif
