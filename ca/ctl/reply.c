/* SPDX-License-Identifier: EUPL-1.2 */
/* Reply: what the office says, read; see reply.h. */
#include <string.h>

#include "ca/record/channel.h"

#include "reply.h"

static int
subject_name_is(const struct subject *s, struct km_bytes name)
{
	return km_bytes_equal(name, km_bytes_of(s->name));
}

static void
slots_read(struct km_cbor *c, struct subject *s)
{
	size_t	i, n;

	n = km_cbor_array(c, 0, SUBJECT_SLOTS_MAX);
	for (i = 0; i < n && c->err == KM_OK; i++) {
		km_cbor_array(c, 3, 3);
		s->idx = km_cbor_uint(c, 0, UINT32_MAX);
		s->statuses |= 1U << km_cbor_uint(c, 0, 3);
		km_read_time(c);
	}
}

static void
hash_read(struct km_cbor *c, uint8_t out[KM_HASH_LEN])
{
	struct km_bytes	b = km_cbor_bytes(c, KM_HASH_LEN, KM_HASH_LEN);

	if (b.p != NULL)
		memcpy(out, b.p, KM_HASH_LEN);
}

static void
subject_read(struct km_cbor *c, struct subject *s)
{
	size_t	i, left;

	s->known = 0;
	if (km_cbor_opt_null(c))
		return;
	left = km_cbor_map(c, 2, 7);
	km_cbor_key(c, &left, SUBJECT_KEY_SUBJECT);
	if (!subject_name_is(s, km_cbor_text(c, 0, SUBJECT_MAX)))
		km_cbor_fail(c, KM_ERR_MISMATCH);
	km_cbor_key(c, &left, SUBJECT_KEY_HEAD);
	hash_read(c, s->head);
	if (km_cbor_opt_key(c, &left, SUBJECT_KEY_PROVIDER)) {
		s->has_provider = 1;
		hash_read(c, s->provider);
	}
	if (km_cbor_opt_key(c, &left, SUBJECT_KEY_ASSESSMENTS)) {
		s->n_assessments = km_cbor_array(c, 0,
		    SUBJECT_ASSESSMENTS_MAX);
		for (i = 0; i < s->n_assessments; i++)
			hash_read(c, s->assessment[i]);
	}
	if (km_cbor_opt_key(c, &left, SUBJECT_KEY_MARKS)) {
		s->n_marks = km_cbor_array(c, 0, SUBJECT_MARKS_MAX);
		for (i = 0; i < s->n_marks; i++)
			km_cbor_ascii(c, KM_NUMBER_LEN, KM_NUMBER_LEN);
	}
	if (km_cbor_opt_key(c, &left, SUBJECT_KEY_ATTESTATIONS))
		slots_read(c, s);
	if (km_cbor_opt_key(c, &left, SUBJECT_KEY_NAME))
		km_cbor_text(c, 1, 4 * KM_TEXT_MAX);
	km_cbor_close(c, left);
	s->known = c->err == KM_OK;
}

enum km_err
reply_subjects(struct subject *subject, size_t n, struct km_bytes answer)
{
	struct km_cbor	c;
	size_t		i;

	km_cbor_begin(&c, answer.p, answer.len);
	km_cbor_array(&c, n, n);
	for (i = 0; i < n && c.err == KM_OK; i++)
		subject_read(&c, &subject[i]);
	return km_cbor_end(&c);
}

/* decision, approvals: of a pending-item and of a decision-answer. */
static void
view_read(struct km_cbor *c, struct decision_view *v)
{
	struct km_bytes	bytes;
	enum km_err	err;
	size_t		i;

	memset(v, 0, sizeof(*v));
	bytes = km_cbor_bytes(c, 1, OFFICERS_MAX);
	v->n_approvals = km_cbor_array(c, 0, APPROVALS_MAX);
	for (i = 0; i < v->n_approvals; i++)
		v->approval[i] = km_cbor_bytes(c, 1, APPROVAL_MAX);
	if (c->err != KM_OK)
		return;
	/* A trust or officers list is no decision: to be had as a list. */
	if ((err = decision_decode(&v->d, bytes.p, bytes.len)) != KM_OK)
		km_cbor_fail(c, err);
}

int
reply_decision(struct km_cbor *c, struct decision_view *v,
    const uint8_t id[KM_HASH_LEN])
{
	if (km_cbor_opt_null(c))
		return 0;
	km_cbor_array(c, 4, 4);
	view_read(c, v);
	v->pending = km_cbor_uint(c, 0, 3) == ACTED_PENDING;
	if (!km_cbor_opt_null(c))
		v->log_index = km_cbor_uint(c, 0, UINT64_MAX);
	if (c->err == KM_OK && memcmp(v->d.id, id, KM_HASH_LEN) != 0)
		km_cbor_fail(c, KM_ERR_MISMATCH);
	return 1;
}

void
reply_pending(struct km_cbor *c, struct decision_view *v)
{
	km_cbor_array(c, 4, 4);
	view_read(c, v);
	v->pending = 1;
	v->came = km_read_time(c);
	v->missing = (unsigned int)km_cbor_uint(c, 0, UINT32_MAX);
}

enum km_err
reply_state(struct session *s, struct km_bytes answer)
{
	struct km_bytes	first;
	struct km_cbor	c;
	size_t		left;

	km_cbor_begin(&c, answer.p, answer.len);
	left = km_cbor_map(&c, 12, 13);
	km_cbor_key(&c, &left, OFFICE_KEY_AUTHORITY);
	s->authority = km_read_host_uri(&c);
	if (km_cbor_opt_key(&c, &left, OFFICE_KEY_ENVIRONMENT))
		s->environment = (enum km_environment)km_cbor_uint(&c,
		    KM_ENVIRONMENT_DEMONSTRATION, KM_ENVIRONMENT_EXERCISE);
	km_cbor_key(&c, &left, OFFICE_KEY_TRUST_FIRST);
	first = km_cbor_bytes(&c, KM_HASH_LEN, KM_HASH_LEN);
	if (first.p != NULL && memcmp(first.p, s->first, KM_HASH_LEN) != 0)
		km_cbor_fail(&c, KM_ERR_PIN);
	km_cbor_key(&c, &left, OFFICE_KEY_BATCH);
	s->batch = km_cbor_uint(&c, 0, UINT64_MAX);
	km_cbor_key(&c, &left, OFFICE_KEY_EPOCH);
	s->epoch = (uint32_t)km_cbor_uint(&c, 0, UINT32_MAX);
	km_cbor_key(&c, &left, OFFICE_KEY_LOG);
	km_cbor_array(&c, 2, 2);
	s->log_size = km_cbor_uint(&c, 0, UINT64_MAX);
	km_cbor_bytes(&c, KM_HASH_LEN, KM_HASH_LEN);
	km_cbor_key(&c, &left, OFFICE_KEY_SCHEME);
	km_cbor_array(&c, 3, 3);
	s->scheme = km_read_code(&c);
	s->scheme_version = (uint32_t)km_cbor_uint(&c, 1, 65535);
	s->scheme_hash = km_cbor_bytes(&c, KM_HASH_LEN, KM_HASH_LEN);
	km_cbor_key(&c, &left, OFFICE_KEY_HALTED);
	s->halted = (int)km_cbor_uint(&c, 0, 1);
	km_cbor_key(&c, &left, OFFICE_KEY_FENCED);
	s->fenced = (int)km_cbor_uint(&c, 0, 1);
	km_cbor_key(&c, &left, OFFICE_KEY_PENDING);
	s->pending = km_cbor_uint(&c, 0, UINT64_MAX);
	km_cbor_key(&c, &left, OFFICE_KEY_MARKS);
	s->marks = km_cbor_uint(&c, 0, UINT64_MAX);
	km_cbor_key(&c, &left, OFFICE_KEY_YOU);
	s->you = km_cbor_ascii(&c, 1, PERSON_MAX);
	km_cbor_key(&c, &left, OFFICE_KEY_NOW);
	s->now = km_read_time(&c);
	km_cbor_close(&c, left);
	return km_cbor_end(&c);
}
