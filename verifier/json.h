/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Writer of JSON (RFC 8259) into a buffer of the caller's, by snprintf's
 * rule: it goes on counting where there is no more room. Integers only.
 * A key of NULL is for a value in an array.
 */
#ifndef KM_JSON_H
#define KM_JSON_H

#include "keurmerk.h"

struct km_json {
	char		*out;
	size_t		 cap;
	size_t		 len;		/* needed so far, without the NUL */
	int		 comma;		/* the next value needs one before it */
};
void	 km_json_begin(struct km_json *, char *out, size_t cap);
/* Writes the NUL; the length without it. */
size_t	 km_json_end(struct km_json *);

void	 km_json_open(struct km_json *, const char *key, char bracket);
void	 km_json_close(struct km_json *, char bracket);
void	 km_json_int(struct km_json *, const char *key, int64_t);
void	 km_json_null(struct km_json *, const char *key);
void	 km_json_bool(struct km_json *, const char *key, int);
void	 km_json_string(struct km_json *, const char *key, const char *);
/* Any bytes: what is not UTF-8 becomes U+FFFD. Empty: "". */
void	 km_json_text(struct km_json *, const char *key, struct km_bytes);
/* null when empty. */
void	 km_json_opt_text(struct km_json *, const char *key, struct km_bytes);
void	 km_json_hex(struct km_json *, const char *key, const uint8_t *,
	    size_t);
/* "2026-11-24T00:00:00Z"; t from 0 to KM_TIME_MAX, else "". */
void	 km_json_time(struct km_json *, const char *key, int64_t t);
/* "2026-11-24", of days since 1970. */
void	 km_json_day(struct km_json *, const char *key, int64_t day);

/*
 * The next character of UTF-8 (RFC 3629), of len bytes that are not none, and
 * its length in *n; U+FFFD of one byte for what is none.
 */
unsigned int km_character(const uint8_t *p, size_t len, size_t *n);

enum { KM_ISO_MAX = 21 };		/* 20 characters and a NUL */
/* As text with a NUL; the empty text for a time out of range. */
void	 km_iso_time(char out[KM_ISO_MAX], int64_t t);
void	 km_iso_day(char out[KM_ISO_MAX], int64_t day);

#endif
