/* SPDX-License-Identifier: EUPL-1.2 */
/* What is in force, in memory (inforce.h). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ca/base/log.h"
#include "inforce.h"

int
inforce_init(struct inforce *f, struct km_bytes authority,
    enum km_environment environment)
{
	memset(f, 0, sizeof(*f));
	f->authority = authority;
	f->environment = environment;
	buf_init(&f->trust_bytes, KM_TRUST_MAX);
	buf_init(&f->officers_bytes, OFFICERS_MAX);
	buf_init(&f->scheme_json, SCHEME_JSON_MAX);
	if ((f->verify = verify_new()) != NULL)
		return 0;
	log_warnx("office: out of memory for keys");
	return -1;
}

static void
bodies_free(struct inforce *f)
{
	size_t	i;

	for (i = 0; i < f->n_bodies; i++)
		free(f->body[i].bytes);
	free(f->body);
	f->body = NULL;
	f->n_bodies = 0;
}

void
inforce_free(struct inforce *f)
{
	verify_free(f->verify);
	officers_free(&f->officers);
	bodies_free(f);
	buf_free(&f->trust_bytes);
	buf_free(&f->officers_bytes);
	buf_free(&f->scheme_json);
	memset(f, 0, sizeof(*f));
}

/* The newest of a kind, copied: 0, 1 when there is none, -1. */
static int
newest(struct store *st, enum store_list_kind kind, struct buf *out,
    uint8_t hash[KM_HASH_LEN])
{
	struct store_list	l;
	int			rc;

	if ((rc = store_list(st, &l, kind, 0)) != 0)
		return rc;
	buf_reset(out);
	if (buf_add(out, l.bytes.p, l.bytes.len) != 0) {
		log_warn("office: list of %zu bytes", l.bytes.len);
		return -1;
	}
	memcpy(hash, l.hash, KM_HASH_LEN);
	return 0;
}

static int
damaged(const char *what)
{
	log_warnx("store: expected a well-formed %s, found another: restore"
	    " the store", what);
	return -1;
}

static int
trust_load(struct inforce *f, struct store *st)
{
	struct store_list	first;
	struct km_sign		sign;
	uint8_t			hash[KM_HASH_LEN];
	int			rc;

	if ((rc = newest(st, STORE_TRUST, &f->trust_bytes, hash)) != 0)
		return rc == 1 ? 0 : -1;
	if (km_trust_decode(&f->trust, &sign, f->trust_bytes.p,
	    f->trust_bytes.len) != KM_OK)
		return damaged("trust list");
	if ((rc = store_list(st, &first, STORE_TRUST, 1)) != 0)
		return rc == 1 ? damaged("trust list 1") : -1;
	memcpy(f->first, first.hash, KM_HASH_LEN);
	return 0;
}

static int
officers_load(struct inforce *f, struct store *st)
{
	struct officers	officers;
	struct km_sign	sign;
	uint8_t		hash[KM_HASH_LEN];
	int		rc;

	/* The list points into the bytes: gone before they are. */
	officers_free(&f->officers);
	memset(&f->officers, 0, sizeof(f->officers));
	if ((rc = newest(st, STORE_OFFICERS, &f->officers_bytes, hash)) != 0)
		return rc == 1 ? 0 : -1;
	if (officers_decode(&officers, &sign, f->officers_bytes.p,
	    f->officers_bytes.len) != KM_OK)
		return damaged("officers list");
	f->officers = officers;
	return 0;
}

static int
scheme_load(struct inforce *f, struct store *st)
{
	struct scheme_error	err;
	int			rc;

	if ((rc = newest(st, STORE_SCHEME, &f->scheme_json,
	    f->scheme_hash)) != 0)
		return rc == 1 ? 0 : -1;
	if (scheme_parse(&f->scheme, f->scheme_json.p, f->scheme_json.len,
	    &err))
		return 0;
	log_warnx("store: scheme: line %d: %s", err.line, err.message);
	return damaged("scheme");
}

/* A body by its subject; first the ids, as one call follows another. */
struct ids {
	size_t	 n;
	uint8_t	 id[INFORCE_BODIES_MAX][KM_HASH_LEN];
};

static int
id_add(void *arg, const struct store_subject *s)
{
	struct ids	*ids = arg;

	if (ids->n == INFORCE_BODIES_MAX || !s->has_in_force) {
		log_warnx("store: expected at most %d bodies with data in"
		    " force, found more or other", INFORCE_BODIES_MAX);
		return -1;
	}
	memcpy(ids->id[ids->n++], s->in_force, KM_HASH_LEN);
	return 0;
}

static int
body_load(struct inforce_body *b, struct store *st, const uint8_t *id)
{
	struct store_act	act;
	int			rc;

	if ((rc = store_act(st, &act, id)) != 0)
		return rc == 1 ? damaged("decision of a body") : -1;
	if ((b->bytes = malloc(act.decision.len)) == NULL) {
		log_warn("office: body");
		return -1;
	}
	memcpy(b->bytes, act.decision.p, act.decision.len);
	if (decision_decode(&b->d, b->bytes, act.decision.len) == KM_OK &&
	    (b->d.kind == DECISION_BODY_ADD ||
	    b->d.kind == DECISION_BODY_CHANGE))
		return 0;
	return damaged("decision of a body");
}

static int
bodies_load(struct inforce *f, struct store *st)
{
	static const struct km_bytes	 from = { NULL, 0 };
	struct ids			*ids;
	size_t				 i;
	int				 rc = -1;

	bodies_free(f);
	if ((ids = calloc(1, sizeof(*ids))) == NULL) {
		log_warn("office: bodies");
		return -1;
	}
	if (store_subjects(st, from, STORE_BODY, 0, id_add, ids) != 0)
		goto out;
	if (ids->n > 0 && (f->body = calloc(ids->n, sizeof(*f->body))) ==
	    NULL) {
		log_warn("office: bodies");
		goto out;
	}
	for (i = 0; i < ids->n; i++) {
		f->n_bodies = i + 1;
		if (body_load(&f->body[i], st, ids->id[i]) != 0)
			goto out;
	}
	rc = 0;
out:
	free(ids);
	return rc;
}

static int
disabled_add(void *arg, struct km_bytes officer)
{
	struct inforce	*f = arg;

	if (f->n_disabled == INFORCE_DISABLED_MAX || officer.len > PERSON_MAX)
		return damaged("list of disabled officers");
	memcpy(f->disabled[f->n_disabled], officer.p, officer.len);
	f->disabled[f->n_disabled++][officer.len] = '\0';
	return 0;
}

int
inforce_load(struct inforce *f, struct store *st)
{
	if (trust_load(f, st) != 0 || officers_load(f, st) != 0 ||
	    scheme_load(f, st) != 0 || bodies_load(f, st) != 0)
		return -1;
	f->n_disabled = 0;
	return store_disabled(st, disabled_add, f) == 0 ? 0 : -1;
}

const struct officers *
inforce_officers(const struct inforce *f)
{
	return f->officers.version == 0 ? NULL : &f->officers;
}

/* They ascend by subject, as the store gave them. */
const struct body *
inforce_body(const struct inforce *f, struct km_bytes number)
{
	size_t	low = 0, high = f->n_bodies, mid;
	int	cmp;

	while (low < high) {
		mid = low + (high - low) / 2;
		cmp = km_bytes_cmp(number, f->body[mid].d.subject);
		if (cmp == 0)
			return &f->body[mid].d.u.body;
		if (cmp < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

int
inforce_disabled(const struct inforce *f, struct km_bytes officer)
{
	size_t	i;

	for (i = 0; i < f->n_disabled; i++)
		if (km_bytes_equal(km_bytes_of(f->disabled[i]), officer))
			return 1;
	return 0;
}

const struct officer *
inforce_by_key(const struct inforce *f, int alg, struct km_bytes key)
{
	const struct officer	*o;
	size_t			 i, k;

	for (i = 0; i < f->officers.n; i++) {
		o = &f->officers.officer[i];
		for (k = 0; k < o->n_keys; k++)
			if (o->key[k].alg == alg && o->key[k].len == key.len &&
			    memcmp(o->key[k].bytes, key.p, key.len) == 0)
				return o;
	}
	return NULL;
}

int
inforce_may(const struct inforce *f, const struct officer *o, int64_t now)
{
	return now < f->officers.expires && now >= o->from &&
	    now < o->until && !inforce_disabled(f, o->id);
}

static int
facts_disabled(void *arg, struct km_bytes officer)
{
	return inforce_disabled(arg, officer);
}

static const struct body *
facts_body(void *arg, struct km_bytes number)
{
	return inforce_body(arg, number);
}

void
inforce_facts(struct rules_facts *out, struct inforce *f, int64_t now)
{
	memset(out, 0, sizeof(*out));
	out->now = now;
	out->authority = f->authority;
	out->environment = f->environment;
	out->trust_first = f->first;
	if (f->scheme.version != 0) {
		out->scheme = &f->scheme;
		out->scheme_hash = f->scheme_hash;
	}
	out->officers = inforce_officers(f);
	out->trust = &f->trust;
	out->disabled = facts_disabled;
	out->body = facts_body;
	out->arg = f;
	out->halted = f->halted;
}
