/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * An attestation kept small. A word has of a text which of the struct it is,
 * counted in pointers, its place and length; of all else which half word of
 * the struct, and what it is.
 */
#include <string.h>

#include "places.h"

enum {
	PLACE_BITS = 11,		/* KM_ATTESTATION_MAX */
	LEN_BITS = 9,			/* the longest is its list's address */
	HALF_BITS = 16
};

/* All there is in the struct: texts, and then what is none (size not 0). */
#define AT(member)	offsetof(struct km_attestation, member)
#define N(array)							\
	sizeof(((struct km_attestation *)0)->array) /			\
	    sizeof(((struct km_attestation *)0)->array[0])
#define STEP(array)	sizeof(((struct km_attestation *)0)->array[0])
#define TEXT(member)	{ AT(member), 1, 0, 0 }
#define TEXTS(array, first)						\
	{ AT(first), N(array), STEP(array), 0 }
#define VALUE(member)							\
	{ AT(member), 1, 0, sizeof(((struct km_attestation *)0)->member) }
#define VALUES(array, first)						\
	{ AT(first), N(array), STEP(array),				\
	    sizeof(((struct km_attestation *)0)->first) }
static const struct field {
	uint16_t	 at;		/* bytes from the struct's first */
	uint8_t		 n, step;	/* so many, so far apart */
	uint8_t		 size;
} fields[] = {
	TEXT(iss), TEXT(sub), TEXT(cti), TEXT(status_uri), TEXT(number),
	TEXT(scheme), TEXTS(line, line[0].service),
	TEXTS(not_covered, not_covered), TEXT(legal_name),
	TEXTS(trade_name, trade_name), TEXT(place), TEXT(kvk), TEXT(euid),
	TEXT(lei), TEXTS(host, host), TEXT(body_name), TEXT(body),
	TEXT(report), TEXTS(evidence, evidence[0].code),
	TEXTS(evidence, evidence[0].reference), TEXT(information),
	VALUE(exp), VALUE(nbf), VALUE(iat), VALUE(idx), VALUE(shard),
	VALUE(environment), VALUE(document), VALUE(scheme_version),
	VALUE(n_lines), VALUES(line, line[0].claim),
	VALUES(line, line[0].object), VALUES(line, line[0].level),
	VALUE(n_not_covered), VALUE(n_trade_names), VALUE(n_hosts),
	VALUE(assessed), VALUE(n_evidence), VALUE(drawing)
};

/* Writes the words of one; gives how many. */
static size_t
put(uint32_t *word, const uint8_t *member, size_t size, size_t at,
    const uint8_t *p)
{
	struct km_bytes	text;
	uint16_t	half;
	size_t		n = 0, end;

	if (size == 0) {
		memcpy(&text, member, sizeof(text));
		if (text.len == 0)
			return 0;
		*word = (uint32_t)(at / sizeof(void *) << (PLACE_BITS +
		    LEN_BITS) | (size_t)(text.p - p) << LEN_BITS | text.len);
		return 1;
	}
	for (end = at + size; at < end; at += sizeof(half)) {
		memcpy(&half, member, sizeof(half));
		member += sizeof(half);
		word[n] = (uint32_t)(at / sizeof(half) << HALF_BITS | half);
		n += half != 0;
	}
	return n;
}

void
km_places_set(struct km_places *l, uint32_t word[KM_PLACES_MAX],
    const struct km_attestation *a, const struct km_sign1 *s,
    const uint8_t *p)
{
	const struct field	*f = fields;
	size_t			 i, at, texts = 0, n = 0;

	for (; f < fields + sizeof(fields) / sizeof(fields[0]); f++) {
		for (i = 0; i < f->n; i++) {
			at = f->at + i * f->step;
			n += put(word + n, (const uint8_t *)a + at, f->size,
			    at, p);
		}
		if (f->size == 0)
			texts = n;
	}
	l->kid = (uint16_t)(s->kid.p - p);
	l->alg = (int8_t)s->alg;
	l->texts = (uint8_t)texts;
	l->halves = (uint8_t)(n - texts);
}

void
km_places_get(struct km_attestation *a, struct km_sign1 *s,
    const uint8_t *p, const struct km_places *l, const uint32_t *word)
{
	const uint32_t	*halves = word + l->texts, *end;
	struct km_bytes	*text;
	uint16_t	 half;

	for (; word < halves; word++) {
		text = (struct km_bytes *)(void *)((uint8_t *)a +
		    (*word >> (PLACE_BITS + LEN_BITS)) * sizeof(void *));
		text->p = p + (*word >> LEN_BITS & ((1 << PLACE_BITS) - 1));
		text->len = *word & ((1 << LEN_BITS) - 1);
	}
	for (end = halves + l->halves; word < end; word++) {
		half = (uint16_t)*word;
		memcpy((uint8_t *)a + (*word >> HALF_BITS) * sizeof(half),
		    &half, sizeof(half));
	}
	s->alg = l->alg;
	s->kid = (struct km_bytes){ p + l->kid, KM_KID_LEN };
}
