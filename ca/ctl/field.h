/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Field: what officers type into decisions, held against the rules that the
 * strict reader has for it, so that a message can say which field is wrong.
 */
#ifndef CTL_FIELD_H
#define CTL_FIELD_H

#include "ca/record/decision.h"

#include "opts.h"

enum field {
	FIELD_NAME, FIELD_PLACE, FIELD_KVK, FIELD_EUID, FIELD_LEI, FIELD_HOST,
	FIELD_INFORMATION, FIELD_HOLDER, FIELD_ACCREDITATION, FIELD_REPORT,
	FIELD_NOT_COVERED, FIELD_PERSON, FIELD_N
};

/* What it must be, as "expected ..., found ...", or NULL: it will do. */
const char	*field_wrong(char text[512], enum field, struct km_bytes);

/* ", which is not in UTF-8 ...", or "" where it is. */
const char	*field_encoding(struct km_bytes);

/*
 * The holder that a person names: its identifier, or a KVK number alone, in
 * out with a NUL. 0, or -1 when it is neither.
 */
int	 field_holder(char out[SUBJECT_MAX + 1], struct km_bytes);

/*
 * Options into fields, in the order that the schema has; text points to the
 * command line. 0, or -1 after a message.
 */
int	 field_lines(struct km_line line[KM_LINES_MAX], size_t *n,
	    const struct opts *);
int	 field_evidence(struct km_evidence evidence[16], size_t *n,
	    const struct opts *);
/* All values of an option that may be given at most max times. */
int	 field_texts(struct km_bytes *text, size_t *n, size_t max,
	    const struct opts *, enum opt, enum field);
int	 field_methods(struct km_bytes method[METHODS_MAX], size_t *n,
	    const struct opts *);
/* A date that must be given, as days since 1970-01-01. */
int	 field_day(uint32_t *out, const struct opts *, enum opt);
int	 field_level(enum km_level *, const struct opts *);
/* A reason that must be given, one that the scheme's closed list has. */
int	 field_reason(int *out, const struct opts *);

#endif
