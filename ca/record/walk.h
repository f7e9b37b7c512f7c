/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Walk: JSON that people write (RFC 8259), read strictly, knowing where.
 *
 * Stricter than jansson: text of the closed repertoire only (design section
 * 3), no escapes, no member twice, none that the reader did not name. As in
 * the CBOR reader the first error sticks; it keeps the line, the path, what
 * was expected and what was found, so a reader asks once, at its end.
 */
#ifndef RECORD_WALK_H
#define RECORD_WALK_H

#include <jansson.h>

#include <stddef.h>
#include <stdint.h>

enum { WALK_STEPS_MAX = 8, WALK_MESSAGE_MAX = 448 };

struct walk_step {
	const char	*name;			/* NULL: the i-th of an array */
	size_t		 i;
};

struct walk {
	const char	*text;			/* all of it, for the line */
	size_t		 len;
	struct walk_step step[WALK_STEPS_MAX];
	size_t		 n_steps;
	int		 failed;
	int		 line;			/* of what is wrong; from 1 */
	char		 message[WALK_MESSAGE_MAX];
};

/*
 * Parse text, an object of at most max bytes, kept by the caller as long as
 * the walk. Returns it, to be freed by json_decref(), or NULL with the error
 * set.
 */
json_t		*walk_begin(struct walk *, const uint8_t *text, size_t len,
		    size_t max);

/* Where the walk is: what follows is inside this member, or this item. */
void		 walk_enter(struct walk *, const char *name);
void		 walk_leave(struct walk *);
/* The object that is the i-th of an array, entered; NULL after an error. */
json_t		*walk_item(struct walk *, json_t *array, size_t i);

/*
 * Set the error: at the member name of where the walk is (NULL: there), what
 * was expected (as printf) instead of found (NULL: nothing).
 */
void		 walk_fail(struct walk *, const char *name, const json_t *found,
		    const char *expected, ...)
		    __attribute__((__format__(printf, 4, 5)));

/* The object has no member but these (NULL ends them), but need not have. */
void		 walk_closed(struct walk *, json_t *, const char *const *names);

/*
 * The member name of an object, which must be there and be this. After an
 * error they give NULL or 0; lengths in bytes, limits included.
 */
json_t		*walk_object(struct walk *, json_t *, const char *name);
json_t		*walk_array(struct walk *, json_t *, const char *name,
		    size_t min, size_t max);
const char	*walk_text(struct walk *, json_t *, const char *name,
		    size_t max);
/* A code: [a-z0-9][a-z0-9-]{0,31}. */
const char	*walk_code(struct walk *, json_t *, const char *name);
uint32_t	 walk_uint(struct walk *, json_t *, const char *name,
		    uint32_t min, uint32_t max);
int		 walk_bool(struct walk *, json_t *, const char *name);
/* {"nl": text, "en": text}, both of at most max bytes. */
void		 walk_words(struct walk *, json_t *, const char *name,
		    size_t max);

#endif
