/* SPDX-License-Identifier: EUPL-1.2 */
/* What an officer asks the office: subjects, decisions, providers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ca/record/channel.h"
#include "ca/record/encode.h"

#include "reply.h"
#include "session.h"

enum {
	BODY_MAX = 262144, PATH_MAX_ = 256,
	/* An office that never ends is not believed. */
	PROVIDERS_MAX = 1000000,
	PENDING_MAX = 1000000
};

static const struct km_bytes	get;		/* no body */

static int
subjects_some(struct session *s, struct subject *subject, size_t n)
{
	struct buf	ask, answer;
	enum km_err	err;
	size_t		i;
	int		rc;

	buf_init(&ask, BODY_MAX);
	encode_array(&ask, n);
	for (i = 0; i < n; i++)
		encode_text(&ask, km_bytes_of(subject[i].name));
	rc = session_ask(s, &answer, "/v1/subjects",
	    (struct km_bytes){ ask.p, ask.len });
	buf_free(&ask);
	if (rc != CTL_DONE)
		return rc;
	err = reply_subjects(subject, n,
	    (struct km_bytes){ answer.p, answer.len });
	buf_free(&answer);
	return err == KM_OK ? CTL_DONE : session_wrong("/v1/subjects", err);
}

int
session_subjects(struct session *s, struct subject *subject, size_t n)
{
	size_t	some;
	int	rc = CTL_DONE;

	for (; n > 0 && rc == CTL_DONE; subject += some, n -= some) {
		some = n < ASK_SUBJECTS_MAX ? n : ASK_SUBJECTS_MAX;
		rc = subjects_some(s, subject, some);
	}
	return rc;
}

static int
decisions_some(struct session *s, const uint8_t (*id)[KM_HASH_LEN],
    size_t from, size_t n, decision_fn *fn, void *arg)
{
	struct decision_view	v;
	struct km_cbor		c;
	struct buf		ask, answer;
	enum km_err		err;
	char			hex[65];
	size_t			i;
	int			rc;

	buf_init(&ask, BODY_MAX);
	encode_array(&ask, n);
	for (i = 0; i < n; i++)
		encode_hash(&ask, id[from + i]);
	rc = session_ask(s, &answer, "/v1/decisions",
	    (struct km_bytes){ ask.p, ask.len });
	buf_free(&ask);
	if (rc != CTL_DONE)
		return rc;
	km_cbor_begin(&c, answer.p, answer.len);
	km_cbor_array(&c, n, n);
	for (i = 0; i < n && rc == CTL_DONE && c.err == KM_OK; i++) {
		if (!reply_decision(&c, &v, id[from + i])) {
			decision_id_hex(hex, id[from + i]);
			rc = say_error("%s: there is no such decision", hex);
			break;
		}
		if (c.err == KM_OK)
			rc = fn(arg, from + i, &v);
	}
	err = rc == CTL_DONE ? km_cbor_end(&c) : KM_OK;
	buf_free(&answer);
	return err == KM_OK ? rc : session_wrong("/v1/decisions", err);
}

int
session_decisions(struct session *s, const uint8_t (*id)[KM_HASH_LEN],
    size_t n, decision_fn *fn, void *arg)
{
	size_t	from, some;
	int	rc = CTL_DONE;

	for (from = 0; from < n && rc == CTL_DONE; from += some) {
		some = n - from < ASK_DECISIONS_MAX ? n - from :
		    ASK_DECISIONS_MAX;
		rc = decisions_some(s, id, from, some, fn, arg);
	}
	return rc;
}

int
session_officers(struct session *s, struct officers_view *v)
{
	struct km_sign	sign;
	enum km_err	err;
	int		rc;

	memset(v, 0, sizeof(*v));
	if ((rc = session_ask(s, &v->bytes, "/v1/lists/officers", get)) !=
	    CTL_DONE)
		return rc;
	err = officers_decode(&v->os, &sign, v->bytes.p, v->bytes.len);
	if (err != KM_OK)
		return session_wrong("/v1/lists/officers", err);
	v->you = officers_find(&v->os, s->you);
	return CTL_DONE;
}

void
officers_view_free(struct officers_view *v)
{
	officers_free(&v->os);
	buf_free(&v->bytes);
}

/* One page from after on; *n how many, last the id of the last. */
static int
pending_page(struct session *s, const char *path, size_t from, size_t *n,
    uint8_t last[KM_HASH_LEN], decision_fn *fn, void *arg)
{
	struct decision_view	v;
	struct km_cbor		c;
	struct buf		answer;
	enum km_err		err;
	size_t			i;
	int			rc;

	if ((rc = session_ask(s, &answer, path, get)) != CTL_DONE)
		return rc;
	km_cbor_begin(&c, answer.p, answer.len);
	*n = km_cbor_array(&c, 0, PENDING_PAGE);
	for (i = 0; i < *n && rc == CTL_DONE && c.err == KM_OK; i++) {
		reply_pending(&c, &v);
		if (c.err != KM_OK)
			break;
		memcpy(last, v.d.id, KM_HASH_LEN);
		rc = fn(arg, from + i, &v);
	}
	err = rc == CTL_DONE ? km_cbor_end(&c) : KM_OK;
	buf_free(&answer);
	return err == KM_OK ? rc : session_wrong("/v1/pending", err);
}

int
session_pending(struct session *s, decision_fn *fn, void *arg)
{
	char	path[PATH_MAX_] = "/v1/pending", hex[65];
	uint8_t	last[KM_HASH_LEN];
	size_t	from = 0, n;
	int	rc;

	do {
		n = 0;
		rc = pending_page(s, path, from, &n, last, fn, arg);
		if (n > 0) {
			decision_id_hex(hex, last);
			snprintf(path, sizeof(path), "/v1/pending?after=%s",
			    hex);
		}
		from += n;
	} while (rc == CTL_DONE && n == PENDING_PAGE && from < PENDING_MAX);
	return from < PENDING_MAX || rc != CTL_DONE ? rc :
	    session_wrong("/v1/pending", KM_ERR_LIMIT);
}

static int
providers_page(struct session *s, const char *path, struct subject **all,
    size_t *n, size_t *added)
{
	struct subject	*more;
	struct km_bytes	 name;
	struct km_cbor	 c;
	struct buf	 answer;
	enum km_err	 err;
	size_t		 i;
	int		 rc;

	if ((rc = session_ask(s, &answer, path, get)) != CTL_DONE)
		return rc;
	km_cbor_begin(&c, answer.p, answer.len);
	*added = km_cbor_array(&c, 0, ASK_SUBJECTS_MAX);
	more = reallocarray(*all, *n + *added + 1, sizeof(**all));
	if (more == NULL || *n > PROVIDERS_MAX) {
		buf_free(&answer);
		return say_error("out of memory: too many providers");
	}
	*all = more;
	for (i = 0; i < *added && c.err == KM_OK; i++) {
		name = km_read_holder(&c);
		memset(&more[*n], 0, sizeof(*more));
		if (c.err == KM_OK && *n > 0 && km_bytes_cmp(
		    km_bytes_of(more[*n - 1].name), name) >= 0)
			km_cbor_fail(&c, KM_ERR_ORDER);
		if (c.err == KM_OK)
			memcpy(more[(*n)++].name, name.p, name.len);
	}
	err = km_cbor_end(&c);
	buf_free(&answer);
	return err == KM_OK ? CTL_DONE : session_wrong("/v1/providers", err);
}

int
session_providers(struct session *s, struct subject **out, size_t *n)
{
	struct subject	*all = NULL;
	char		 path[PATH_MAX_] = "/v1/providers";
	size_t		 count = 0, added;
	int		 rc;

	do {
		added = 0;
		rc = providers_page(s, path, &all, &count, &added);
		if (rc == CTL_DONE && added > 0)
			snprintf(path, sizeof(path),
			    "/v1/providers?after=%s", all[count - 1].name);
	} while (rc == CTL_DONE && added == ASK_SUBJECTS_MAX);
	if (rc != CTL_DONE) {
		free(all);
		return rc;
	}
	*out = all;
	*n = count;
	return CTL_DONE;
}
