/* SPDX-License-Identifier: EUPL-1.2 */
/* Audit: subjects and their heads, as the log leads to them. */
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ca/record/encode.h"

#include "audit_state.h"

static struct km_bytes
key_of(const struct audit_subject *s)
{
	return (struct km_bytes){ (const uint8_t *)s->key, s->len };
}

static int
subject_cmp(const void *x, const void *y)
{
	const struct audit_subject	*a = x, *b = y;

	return km_bytes_cmp(key_of(a), key_of(b));
}

static int
key_set(struct audit_subject *s, struct km_bytes key)
{
	if (key.len > SUBJECT_MAX)
		return -1;
	if (key.len > 0)
		memcpy(s->key, key.p, key.len);
	s->key[key.len] = '\0';
	s->len = key.len;
	return 0;
}

struct audit_subject *
audit_subject(struct audit *a, struct km_bytes key)
{
	struct audit_subject	**found, want;

	if (key_set(&want, key) == -1)
		return NULL;
	found = tfind(&want, &a->subjects, subject_cmp);
	return found == NULL ? NULL : *found;
}

struct audit_subject *
audit_subject_add(struct audit *a, struct km_bytes key,
    enum store_subject_kind kind)
{
	struct audit_subject	*s;

	if ((s = audit_subject(a, key)) != NULL)
		return s;
	if ((s = calloc(1, sizeof(*s))) == NULL || key_set(s, key) == -1 ||
	    tsearch(s, &a->subjects, subject_cmp) == NULL) {
		free(s);
		return NULL;
	}
	s->kind = kind;
	s->newest = AUDIT_NONE;
	a->n_subjects++;
	return s;
}

static void
subject_free(void *node)
{
	struct audit_subject	*s = node;

	free(s->assessed);
	free(s);
}

void
audit_subjects_free(struct audit *a)
{
	tdestroy(a->subjects, subject_free);
	a->subjects = NULL;
}

/* All of them, ascending, one after the other. */
struct gather {
	struct audit	*a;
	struct buf	*out;
};

static void
gather(const void *node, VISIT visit, void *arg)
{
	struct audit_subject *const	*s = node;
	struct gather			*g = arg;

	if (visit != postorder && visit != leaf)
		return;
	encode_array(g->out, 3);
	encode_text(g->out, key_of(*s));
	encode_hash(g->out, (*s)->head);
	if ((*s)->kind == STORE_PROVIDER)
		encode_hash(g->out, (*s)->in_force);
	else
		encode_null(g->out);
}

/* As schemas/signer.cddl has the figure that the signer gives. */
int
audit_heads(struct audit *a, uint8_t out[KM_HASH_LEN])
{
	struct gather	g;
	struct buf	all;
	struct km_bytes	bytes;

	buf_init(&all, (a->n_subjects + 1) * (SUBJECT_MAX + 80));
	g.a = a;
	g.out = &all;
	twalk_r(a->subjects, gather, &g);
	if (all.failed != 0) {
		buf_free(&all);
		return -1;
	}
	bytes = (struct km_bytes){ all.p, all.len };
	km_sha256(out, &bytes, 1);
	buf_free(&all);
	return 0;
}
