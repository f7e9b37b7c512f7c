/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the published tree has, as lists of the API: status lists, epochs,
 * trust lists, bodies. Each item tells where its signed bytes are and their
 * SHA-256; one that is not there, or does not verify, is not in the list.
 */
#include <stdlib.h>
#include <unistd.h>

#include "ca/record/layout.h"
#include "verifier/known.h"
#include "verifier/status.h"

#include "api.h"


static const char *const	paged[] = { "page", "size", NULL };

/* Writes one item, or null; arg is of the list. */
typedef json_t	*item_of(const struct site *, uint64_t i, void *arg);

/* 1, or 0 after a problem. */
static int
page_read(struct api_page *p, struct answer *a, const struct site *s,
    const struct ask *ask)
{
	struct api_query	q;

	api_query(&q, ask, paged);
	api_page(p, &q);
	return !api_refused(a, &q) && api_ready(a, s);
}

/* Those of the page, of total; newest: the last of all comes first. */
static json_t *
items_of(const struct site *s, const struct api_page *p, uint64_t total,
    int newest, item_of *item, void *arg)
{
	json_t		*all = json_array(), *one;
	uint64_t	 i;
	int		 rc = 0;

	for (i = p->skip; i < total && i < p->skip + p->size && rc == 0;
	    i++) {
		one = item(s, newest ? total - 1 - i : i, arg);
		if (one != NULL)
			rc = json_array_append_new(all, one);
	}
	if (rc == 0)
		return all;
	json_decref(all);
	return NULL;
}

static void
list_answer(struct answer *a, const struct site *s, const struct ask *ask,
    const struct api_page *p, uint64_t total, const char *name, json_t *items)
{
	json_t	*list = api_list_new(s, ask, p, (size_t)total);

	api_begin(a, ask);
	if (json_object_set_new(list, name, items) != 0) {
		json_decref(list);
		list = NULL;
	}
	api_end(a, list);
}

static json_t *
sha256(struct km_bytes bytes)
{
	uint8_t	hash[KM_HASH_LEN];

	km_sha256(hash, &bytes, 1);
	return model_hex(hash, sizeof(hash));
}

/* A small file of the tree, good until the next; empty when not there. */
static struct km_bytes
small_file(const struct site *s, struct file **file, const char *name,
    int once)
{
	struct km_bytes	none = { NULL, 0 };

	if ((*file = files_get(s->files, name, once)) == NULL)
		return none;
	if ((*file)->fd != -1) {	/* larger than any of ours */
		close((*file)->fd);
		return none;
	}
	return (struct km_bytes){ (*file)->data.p, (*file)->data.len };
}

static json_t *
status_list(const struct site *s, uint64_t shard, void *arg)
{
	struct km_status_list	 l;
	struct km_bytes		 bytes;
	struct file		*file;
	char			 name[LAYOUT_PATH_MAX];

	(void)arg;
	layout_status(name, (uint32_t)shard);
	bytes = small_file(s, &file, name, 0);
	if (bytes.len == 0 || (!file->checked && !view_list(s->view,
	    (uint32_t)shard, bytes)))
		return NULL;
	file->checked = 1;
	if (km_status_decode(&l, bytes.p, bytes.len) != KM_OK)
		return NULL;
	return json_pack("{s:I, s:o, s:o, s:I, s:o, s:o}",
	    "shard", (json_int_t)shard, "issued", model_time(l.iat),
	    "validUntil", model_time(l.exp), "ttl", (json_int_t)l.ttl,
	    "sha256", sha256(bytes), "link", model_link(s, "/%s", name));
}

/* GET /v1/status-lists */
void
api_status_lists(struct answer *a, const struct site *s,
    const struct ask *ask, const char *const *args, size_t n)
{
	struct api_page	p;

	(void)args;
	(void)n;
	if (page_read(&p, a, s, ask))
		list_answer(a, s, ask, &p, s->epoch->status.size,
		    "statusLists", items_of(s, &p, s->epoch->status.size, 0,
		    status_list, NULL));
}

static json_t *
epoch(const struct site *s, uint64_t i, void *arg)
{
	struct km_epoch	 e;
	struct km_bytes	 bytes;
	struct file	*file;
	char		 name[LAYOUT_PATH_MAX];

	(void)arg;
	layout_epoch(name, (uint32_t)i + 1);
	bytes = small_file(s, &file, name, 1);
	if (bytes.len == 0 || !view_verify(s->view, &e, bytes) ||
	    e.number != i + 1)
		return NULL;
	return json_pack("{s:I, s:o, s:o, s:I, s:I, s:I, s:o, s:o}",
	    "number", (json_int_t)e.number,
	    "thisUpdate", model_time(e.this_update),
	    "nextUpdate", model_time(e.next_update),
	    "trustList", (json_int_t)e.trust_version,
	    "decisions", (json_int_t)e.log.size,
	    "attestations", (json_int_t)e.reg.size,
	    "sha256", sha256(bytes), "link", model_link(s, "/%s", name));
}

/* GET /v1/epochs: the newest first */
void
api_epochs(struct answer *a, const struct site *s, const struct ask *ask,
    const char *const *args, size_t n)
{
	struct api_page	p;

	(void)args;
	(void)n;
	if (page_read(&p, a, s, ask))
		list_answer(a, s, ask, &p, s->epoch->number, "epochs",
		    items_of(s, &p, s->epoch->number, 1, epoch, NULL));
}

static const char *
purpose_name(enum km_purpose p)
{
	switch (p) {
	case KM_PURPOSE_ATTEST:		return "attest";
	case KM_PURPOSE_PUBLISH:	return "publish";
	case KM_PURPOSE_OFFICERS:	return "officers";
	}
	return "unknown";
}

static json_t *
key(const struct km_trust_key *k)
{
	return json_pack("{s:o, s:s, s:s, s:o, s:o, s:o}",
	    "kid", model_hex(k->key.kid, sizeof(k->key.kid)),
	    "algorithm", k->key.alg == KM_ALG_ED25519 ? "Ed25519" : "ESP256",
	    "purpose", purpose_name(k->purpose),
	    "notBefore", model_time(k->not_before),
	    "notAfter", model_time(k->not_after),
	    "revokedAt", k->revoked_at == -1 ? json_null() :
	    model_time(k->revoked_at));
}

static json_t *
keys(const struct km_trust *t)
{
	json_t	*all = json_array();
	size_t	 i;
	int	 rc = 0;

	for (i = 0; i < t->n_keys && rc == 0; i++)
		rc = json_array_append_new(all, key(&t->key[i]));
	if (rc == 0)
		return all;
	json_decref(all);
	return NULL;
}

/* Trust lists read in order, each held to the one before. */
struct chain {
	void		*mem;
	struct km_known	*known;		/* NULL: none yet */
	int		 broken;
};

static int
chain_add(struct chain *c, struct km_bytes list)
{
	if (c->known != NULL)
		return km_known_add(c->known, list.p, list.len) == KM_OK;
	if ((c->mem = malloc(KM_KNOWN_MIN)) == NULL)
		return 0;
	c->known = km_known_begin(c->mem, KM_KNOWN_MIN, list.p, list.len);
	return c->known != NULL;
}

static json_t *
trust_list(const struct site *s, uint64_t i, void *arg)
{
	struct chain		*c = arg;
	const struct km_trust	*t;
	struct km_bytes		 bytes;
	struct file		*file;
	char			 name[LAYOUT_PATH_MAX];

	layout_trust(name, (uint32_t)i + 1);
	bytes = small_file(s, &file, name, 1);
	if (c->broken || bytes.len == 0 || !chain_add(c, bytes)) {
		c->broken = 1;
		return NULL;
	}
	t = &c->known->trust;
	return json_pack("{s:I, s:o, s:o, s:I, s:I, s:o, s:o, s:o}",
	    "version", (json_int_t)t->version,
	    "issued", model_time(t->issued),
	    "validUntil", model_time(t->expires),
	    "threshold", (json_int_t)t->threshold,
	    "rootKeys", (json_int_t)t->n_roots, "keys", keys(t),
	    "sha256", sha256(bytes), "link", model_link(s, "/%s", name));
}

/* GET /v1/trust-lists: from the first on, as that is how they are followed */
void
api_trust_lists(struct answer *a, const struct site *s,
    const struct ask *ask, const char *const *args, size_t n)
{
	struct chain	 c = { NULL, NULL, 0 };
	struct api_page	 p;
	json_t		*items;
	uint64_t	 i, total;

	(void)args;
	(void)n;
	if (!page_read(&p, a, s, ask))
		return;
	total = s->epoch->trust_version;
	for (i = 0; i < p.skip && i < total; i++)
		json_decref(trust_list(s, i, &c));
	items = items_of(s, &p, total, 0, trust_list, &c);
	list_answer(a, s, ask, &p, total, "trustLists", items);
	km_known_end(c.known);
	free(c.mem);
}

/* GET /v1/bodies: as the authority signed them, all of them */
void
api_bodies(struct answer *a, const struct site *s, const struct ask *ask,
    const char *const *args, size_t n)
{
	json_t	*list;

	(void)args;
	(void)n;
	if (!api_ready(a, s))
		return;
	if (s->bodies == NULL) {
		answer_problem(a, 503, "Service Unavailable",
		    "The list of bodies is not here yet.");
		return;
	}
	api_begin(a, ask);
	list = api_envelope(s);
	if (json_object_set(list, "bodies", json_object_get(s->bodies,
	    "bodies")) != 0) {
		json_decref(list);
		list = NULL;
	}
	api_end(a, list);
}
