/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What keurmerkctl hears of an office that may have been taken over: the
 * first byte says of which question the rest is the answer. What is let
 * through is about what was asked for and within its limits.
 */
#include <stdlib.h>
#include <string.h>

#include "ca/ctl/acts.h"
#include "ca/ctl/reply.h"
#include "tests/fuzz/promise.h"

enum { SUBJECTS = 2, ACTS = 2 };

static const char *const	names[SUBJECTS] = {
	"NTRNL-90000001", "KM-2026-000001-8"
};

static void
subjects(struct km_bytes answer)
{
	static struct subject	s[SUBJECTS];
	size_t			i;

	memset(s, 0, sizeof(s));
	for (i = 0; i < SUBJECTS; i++)
		strcpy(s[i].name, names[i]);
	if (reply_subjects(s, SUBJECTS, answer) != KM_OK)
		return;
	for (i = 0; i < SUBJECTS; i++) {
		promise(strcmp(s[i].name, names[i]) == 0);
		if (!s[i].known)
			continue;
		promise(s[i].n_assessments <= SUBJECT_ASSESSMENTS_MAX);
		promise(s[i].n_marks <= SUBJECT_MARKS_MAX);
		promise(s[i].statuses < 16 && s[i].idx <= UINT32_MAX);
	}
}

static void
view_check(const struct decision_view *v, struct km_bytes answer)
{
	size_t	i;

	promise(inside(v->d.bytes, answer.p, answer.len));
	promise(v->n_approvals <= APPROVALS_MAX);
	for (i = 0; i < v->n_approvals; i++)
		promise(inside(v->approval[i], answer.p, answer.len) &&
		    v->approval[i].len <= APPROVAL_MAX);
}

/* An id in front, then an answer that must be of it. */
static void
decision(struct km_bytes answer)
{
	struct decision_view	v;
	struct km_cbor		c;
	const uint8_t		*id = answer.p;

	if (answer.len < KM_HASH_LEN)
		return;
	km_cbor_begin(&c, id + KM_HASH_LEN, answer.len - KM_HASH_LEN);
	if (!reply_decision(&c, &v, id) || c.err != KM_OK)
		return;
	promise(memcmp(v.d.id, id, KM_HASH_LEN) == 0);
	view_check(&v, answer);
}

static void
pending(struct km_bytes answer)
{
	struct decision_view	v;
	struct km_cbor		c;

	km_cbor_begin(&c, answer.p, answer.len);
	reply_pending(&c, &v);
	if (c.err != KM_OK)
		return;
	promise(v.pending && v.came >= 0);
	view_check(&v, answer);
}

static void
state(struct km_bytes answer)
{
	static struct session	s;

	memset(&s, 0, sizeof(s));
	memset(s.first, 'f', sizeof(s.first));
	if (reply_state(&s, answer) != KM_OK)
		return;
	promise(inside(s.authority, answer.p, answer.len));
	promise(inside(s.you, answer.p, answer.len) && s.you.len > 0 &&
	    s.you.len <= PERSON_MAX);
	promise(s.scheme_hash.len == KM_HASH_LEN && s.now >= 0);
}

/* Two acts whose ids stand in front of the answer. */
static void
acts(struct km_bytes answer)
{
	struct acts	a;
	struct km_bytes	rest, none = { NULL, 0 }, one;
	size_t		i, n = 0;
	enum km_err	err;

	if (answer.len < ACTS * KM_HASH_LEN)
		return;
	memset(&a, 0, sizeof(a));
	one = (struct km_bytes){ answer.p, 1 };
	for (i = 0; i < ACTS; i++)
		promise(acts_add_signed(&a, one, none,
		    answer.p + i * KM_HASH_LEN, NULL) == 0);
	rest.p = answer.p + ACTS * KM_HASH_LEN;
	rest.len = answer.len - ACTS * KM_HASH_LEN;
	err = acts_answered(&a, 0, ACTS, rest);
	for (i = 0; i <= ACT_REFUSED; i++)
		n += a.count[i];
	promise(n == ACTS);
	promise(err != KM_OK || a.count[ACT_UNSENT] == 0);
	for (i = 0; i < ACTS; i++) {
		promise(strlen(a.act[i].mark) <= KM_NUMBER_LEN);
		promise(err != KM_OK || a.act[i].state != ACT_REFUSED ||
		    a.act[i].why != NULL);
		promise(a.act[i].state != ACT_DONE ||
		    a.act[i].log_index < a.log_size);
	}
	acts_free(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct km_bytes	answer;

	if (len < 1)
		return 0;
	answer = (struct km_bytes){ data + 1, len - 1 };
	switch (data[0]) {
	case 's':
		subjects(answer);
		break;
	case 'd':
		decision(answer);
		break;
	case 'p':
		pending(answer);
		break;
	case 't':
		state(answer);
		break;
	case 'a':
		acts(answer);
		break;
	}
	return 0;
}
