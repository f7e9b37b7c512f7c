/* SPDX-License-Identifier: EUPL-1.2 */
/* What officers may read: pending, decisions, subjects, state, lists. */
#include <string.h>

#include <event2/http.h>

#include "ca/base/http.h"
#include "ca/base/log.h"
#include "ca/record/encode.h"
#include "api.h"

enum { SUBJECT_ASSESSMENTS = 15 };	/* a grant rests on as many */

/* Items of an array whose number is known only at its end. */
struct items {
	struct store	*st;
	struct buf	 out;
	size_t		 n;
};

static void
items_begin(struct items *it, struct store *st)
{
	it->st = st;
	it->n = 0;
	buf_init(&it->out, OFFICE_REPLY_MAX);
}

/* As an array at the end of out; frees it. */
static void
items_end(struct buf *out, struct items *it)
{
	struct km_bytes	b;

	b.p = it->out.p;
	b.len = it->out.len;
	encode_array(out, it->n);
	encode_raw(out, b);
	if (it->out.failed != 0)
		out->failed = it->out.failed;
	buf_free(&it->out);
}

static void
items_reply(const struct api_call *call, struct items *it)
{
	struct buf	out;

	buf_init(&out, OFFICE_REPLY_MAX);
	items_end(&out, it);
	api_reply(call->req, &out);
}

/* A store that cannot be read is one that cannot be trusted to write. */
static _Noreturn void
store_lost(void)
{
	fatalx("the store failed");
}

/* 64 lower-case hex digits. 0 or -1. */
static int
id_read(uint8_t out[KM_HASH_LEN], const char *hex)
{
	static const char	 digits[] = "0123456789abcdef";
	const char		*high, *low;
	size_t			 i;

	if (strlen(hex) != 2 * KM_HASH_LEN)
		return -1;
	for (i = 0; i < KM_HASH_LEN; i++) {
		if ((high = strchr(digits, hex[2 * i])) == NULL ||
		    (low = strchr(digits, hex[2 * i + 1])) == NULL)
			return -1;
		out[i] = (uint8_t)((high - digits) << 4 | (low - digits));
	}
	return 0;
}

static int
approval_item(void *arg, struct km_bytes iss, struct km_bytes bytes)
{
	struct items	*it = arg;

	(void)iss;
	encode_bytes(&it->out, bytes);
	it->n++;
	return 0;
}

/* decision, [approvals] of one that is pending */
static int
pending_encode(struct buf *out, struct store *st,
    const struct store_pending *p)
{
	struct items	approvals;
	int		rc;

	encode_bytes(out, p->decision);
	items_begin(&approvals, st);
	rc = store_approvals(st, p->id, approval_item, &approvals);
	items_end(out, &approvals);
	return rc;
}

static int
pending_item(void *arg, const struct store_pending *p)
{
	struct items	*it = arg;

	encode_array(&it->out, 4);
	if (pending_encode(&it->out, it->st, p) != 0)
		return -1;
	encode_uint(&it->out, (uint64_t)p->at);
	encode_uint(&it->out, p->missing);
	it->n++;
	return 0;
}

void
api_pending(const struct api_call *call)
{
	struct items	it;
	uint8_t		after[KM_HASH_LEN];
	int		rc;

	if (call->after != NULL && id_read(after, call->after) != 0) {
		http_problem(call->req, 400, "Bad Request",
		    "after: expected 64 hex digits");
		return;
	}
	items_begin(&it, call->office->st);
	rc = store_pendings(it.st, call->after == NULL ? NULL : after,
	    OFFICE_PAGE, pending_item, &it);
	if (rc == -1)
		store_lost();
	if (rc == 0) {
		items_reply(call, &it);
		return;
	}
	buf_free(&it.out);
	http_problem(call->req, 404, "Not Found",
	    "after: this decision is not pending any more; begin anew");
}

/* A decision-answer; 1, and nothing of it, when there is no such decision. */
static int
decision_encode(struct buf *out, struct store *st,
    const uint8_t id[KM_HASH_LEN])
{
	struct store_pending	p;
	struct store_act	act;
	int			rc;

	if ((rc = store_act(st, &act, id)) == 0) {
		encode_array(out, 4);
		encode_bytes(out, act.decision);
		encode_raw(out, act.approvals);
		encode_uint(out, ACTED_DONE);
		encode_uint(out, act.index);
	} else if (rc == 1 && (rc = store_pending(st, &p, id)) == 0) {
		encode_array(out, 4);
		if (pending_encode(out, st, &p) != 0)
			store_lost();
		encode_uint(out, ACTED_PENDING);
		encode_null(out);
	}
	if (rc == -1)
		store_lost();
	return rc;
}

void
api_decision(const struct api_call *call)
{
	struct buf	out;
	uint8_t		id[KM_HASH_LEN];

	if (id_read(id, call->tail) != 0) {
		http_problem(call->req, 404, "Not Found",
		    "expected 64 hex digits");
		return;
	}
	buf_init(&out, OFFICE_REPLY_MAX);
	if (decision_encode(&out, call->office->st, id) == 0) {
		api_reply(call->req, &out);
		return;
	}
	buf_free(&out);
	http_problem(call->req, 404, "Not Found", NULL);
}

void
api_decisions(const struct api_call *call)
{
	struct km_bytes	id;
	struct km_cbor	c;
	struct buf	out;
	size_t		i, n;

	buf_init(&out, OFFICE_REPLY_MAX);
	km_cbor_begin(&c, call->body.p, call->body.len);
	n = km_cbor_array(&c, 1, OFFICE_DECISIONS_MAX);
	encode_array(&out, n);
	for (i = 0; i < n && c.err == KM_OK; i++) {
		id = km_cbor_bytes(&c, KM_HASH_LEN, KM_HASH_LEN);
		if (c.err == KM_OK &&
		    decision_encode(&out, call->office->st, id.p) != 0)
			encode_null(&out);
	}
	if (km_cbor_end(&c) == KM_OK) {
		api_reply(call->req, &out);
		return;
	}
	buf_free(&out);
	api_refuse(call->req, 400, REFUSAL_MALFORMED,
	    km_err_name(km_cbor_end(&c)));
}

static int
assessment_item(void *arg, uint64_t index, const uint8_t id[KM_HASH_LEN])
{
	struct items	*it = arg;

	(void)index;
	encode_hash(&it->out, id);
	it->n++;
	return 0;
}

static int
mark_item(void *arg, struct km_bytes number)
{
	struct items	*it = arg;

	encode_text(&it->out, number);
	it->n++;
	return 0;
}

static int
attestation_item(void *arg, const struct store_attestation *t)
{
	struct items	*it = arg;

	encode_array(&it->out, 3);
	encode_uint(&it->out, t->idx);
	encode_uint(&it->out, t->status);
	encode_uint(&it->out, (uint64_t)t->exp);
	it->n++;
	return 0;
}

/* A provider: its data in force, assessments, marks. */
static void
provider_encode(struct buf *out, struct store *st,
    const struct store_subject *s, struct km_bytes subject)
{
	struct items	it;

	encode_uint(out, SUBJECT_KEY_PROVIDER);
	encode_hash(out, s->in_force);
	encode_uint(out, SUBJECT_KEY_ASSESSMENTS);
	items_begin(&it, st);
	if (store_assessments(st, subject, SUBJECT_ASSESSMENTS,
	    assessment_item, &it) != 0)
		store_lost();
	items_end(out, &it);
	encode_uint(out, SUBJECT_KEY_MARKS);
	items_begin(&it, st);
	if (store_marks(st, subject, STORE_MARKS_MAX, mark_item, &it) != 0)
		store_lost();
	items_end(out, &it);
}

/* The name, which the store keeps only until it is asked again. */
static void
name_of(struct buf *out, struct store *st, const struct store_subject *s,
    struct km_bytes subject)
{
	struct store_subject	provider;
	struct km_bytes		number;

	buf_reset(out);
	if (s->kind != STORE_MARK) {
		buf_add(out, s->name.p, s->name.len);
		return;
	}
	if (store_mark(st, &number, subject) != 0)
		store_lost();
	buf_add(out, number.p, number.len);
	number.p = out->p;
	if (store_subject(st, &provider, number) != 0)
		store_lost();
	buf_reset(out);
	buf_add(out, provider.name.p, provider.name.len);
}

static void
subject_encode(struct buf *out, struct store *st, struct km_bytes subject,
    struct buf *name)
{
	struct store_subject	s;
	struct items		it;
	struct km_bytes		b;
	int			rc, provider, mark;

	if ((rc = store_subject(st, &s, subject)) == -1)
		store_lost();
	if (rc == 1) {
		encode_null(out);
		return;
	}
	provider = s.kind == STORE_PROVIDER;
	mark = s.kind == STORE_MARK;
	name_of(name, st, &s, subject);
	encode_map(out, 2 + (provider ? 3U : 0U) + (size_t)mark +
	    (size_t)(name->len > 0));
	encode_uint(out, SUBJECT_KEY_SUBJECT);
	encode_text(out, subject);
	encode_uint(out, SUBJECT_KEY_HEAD);
	encode_hash(out, s.head);
	if (provider)
		provider_encode(out, st, &s, subject);
	if (mark) {
		encode_uint(out, SUBJECT_KEY_ATTESTATIONS);
		items_begin(&it, st);
		if (store_attestations(st, subject, -1, attestation_item,
		    &it) != 0)
			store_lost();
		items_end(out, &it);
	}
	if (name->len > 0) {
		b.p = name->p;
		b.len = name->len;
		encode_uint(out, SUBJECT_KEY_NAME);
		encode_text(out, b);
	}
}

void
api_subjects(const struct api_call *call)
{
	struct km_bytes	subject;
	struct km_cbor	c, check;
	struct buf	out, name;
	size_t		i, n;

	km_cbor_begin(&c, call->body.p, call->body.len);
	check = c;
	n = km_cbor_array(&check, 1, OFFICE_PAGE);
	for (i = 0; i < n && check.err == KM_OK; i++)
		km_cbor_text(&check, 0, SUBJECT_MAX);
	if (km_cbor_end(&check) != KM_OK) {
		api_refuse(call->req, 400, REFUSAL_MALFORMED,
		    km_err_name(km_cbor_end(&check)));
		return;
	}
	buf_init(&out, OFFICE_REPLY_MAX);
	buf_init(&name, 4 * KM_TEXT_MAX);
	km_cbor_array(&c, n, n);
	encode_array(&out, n);
	for (i = 0; i < n; i++) {
		subject = km_cbor_text(&c, 0, SUBJECT_MAX);
		subject_encode(&out, call->office->st, subject, &name);
	}
	buf_free(&name);
	api_reply(call->req, &out);
}

static int
provider_item(void *arg, const struct store_subject *s)
{
	return mark_item(arg, s->subject);
}

void
api_providers(const struct api_call *call)
{
	struct km_bytes	after = { NULL, 0 };
	struct items	it;

	if (call->after != NULL)
		after = km_bytes_of(call->after);
	items_begin(&it, call->office->st);
	if (store_subjects(it.st, after, STORE_PROVIDER, OFFICE_PAGE,
	    provider_item, &it) != 0)
		store_lost();
	items_reply(call, &it);
}

void
api_state(const struct api_call *call)
{
	const struct decide	*dc = call->office->dc;
	const struct inforce	*f = &dc->in;
	struct buf		 out;
	uint8_t			 root[KM_HASH_LEN];
	uint64_t		 pending, marks;
	int			 environment;

	if (store_pending_count(dc->st, &pending) != 0 ||
	    store_mark_count(dc->st, &marks) != 0)
		store_lost();
	merkle_root(root, dc->log);
	environment = f->environment != KM_ENVIRONMENT_PRODUCTION;
	buf_init(&out, 4096);
	encode_map(&out, 12 + (size_t)environment);
	encode_uint(&out, OFFICE_KEY_AUTHORITY);
	encode_text(&out, f->authority);
	if (environment) {
		encode_uint(&out, OFFICE_KEY_ENVIRONMENT);
		encode_uint(&out, f->environment);
	}
	encode_uint(&out, OFFICE_KEY_TRUST_FIRST);
	encode_hash(&out, f->first);
	encode_uint(&out, OFFICE_KEY_BATCH);
	encode_uint(&out, dc->recorded);
	encode_uint(&out, OFFICE_KEY_EPOCH);
	encode_uint(&out, dc->published);
	encode_uint(&out, OFFICE_KEY_LOG);
	encode_array(&out, 2);
	encode_uint(&out, merkle_size(dc->log));
	encode_hash(&out, root);
	encode_uint(&out, OFFICE_KEY_SCHEME);
	encode_array(&out, 3);
	encode_text(&out, km_bytes_of(f->scheme.id.text));
	encode_uint(&out, f->scheme.version);
	encode_hash(&out, f->scheme_hash);
	encode_uint(&out, OFFICE_KEY_HALTED);
	encode_uint(&out, f->halted != 0);
	encode_uint(&out, OFFICE_KEY_FENCED);
	encode_uint(&out, f->fenced != 0);
	encode_uint(&out, OFFICE_KEY_PENDING);
	encode_uint(&out, pending);
	encode_uint(&out, OFFICE_KEY_MARKS);
	encode_uint(&out, marks);
	encode_uint(&out, OFFICE_KEY_YOU);
	encode_text(&out, call->officer->id);
	encode_uint(&out, OFFICE_KEY_NOW);
	encode_uint(&out, (uint64_t)decide_now());
	api_reply(call->req, &out);
}

void
api_list(const struct api_call *call)
{
	const struct inforce	*f = &call->office->dc->in;
	const struct {
		const char	*name, *type;
		const struct buf *bytes;
	} lists[] = {
		{ "trust", KM_TYP_TRUST, &f->trust_bytes },
		{ "officers", KM_TYP_OFFICERS, &f->officers_bytes },
		{ "scheme", "application/json", &f->scheme_json },
	};
	size_t			i;

	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (strcmp(call->tail, lists[i].name) == 0) {
			http_reply(call->req, 200, lists[i].type,
			    lists[i].bytes->p, lists[i].bytes->len);
			return;
		}
	http_problem(call->req, 404, "Not Found",
	    "expected trust, officers or scheme");
}
