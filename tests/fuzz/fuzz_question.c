/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The whole question, with a host that is honest: a signature verifies only
 * where it is one of those that the scene made. Whatever is done to a good
 * file, policy, site, time and knowledge, valid is only what by the scene's
 * own samples is: these very bytes, a status that the newest source calls
 * valid, within all dates, and every demand met.
 *
 *	1 byte	bits 0-2: the good file (kinds); bit 3: the register is as
 *		old as the list
 *	1 byte	what is known: bits 0-1 status in the list, bit 2 the list,
 *		bits 3-4 status in the register, bit 5 the register, bit 6 the
 *		epoch, bit 7 that the register is newer than the list
 *	1 byte	asked with the file, by number, holder or host
 *	4 bytes	now, in seconds from the good moment, offset by 2^31
 *	1 byte	bytes of the policy, which follow
 *	1 byte	bytes of the site, or of the key asked by, which follow
 *	rest	edits of the file (edit.h)
 */
#include <stdlib.h>

#include "ca/base/buf.h"
#include "tests/fuzz/edit.h"
#include "tests/lib/drawn.h"
#include "tests/lib/roll.h"
#include "tests/lib/wrap.h"
#include "verifier/container.h"
#include "verifier/core.h"
#include "verifier/crypto.h"
#include "verifier/known.h"

enum kind { BARE, STAPLED, SUSPENDED, REGISTERED, SVG, PAGE, PNG, QR, KINDS };
enum { INDEX = 7, MADE_MAX = 64, STATUSES = 4, OLD = 3600, NEW = 1800 };

static struct scene		*w;
static struct sample_buf	 file[KINDS];
static struct km_lookup		*lookup[STATUSES];
static struct km_list		*list;
static uint8_t			 made[MADE_MAX][KM_HASH_LEN];
static size_t			 n_made;
static char			 json[KM_JSON_MAX];

/* One case, as the input says. */
struct question {
	unsigned int	 kind;		/* enum kind */
	int		 as_old;
	unsigned int	 known;
	enum km_by	 by;
	struct km_policy policy;
	struct km_bytes	 text;
	int64_t		 at_epoch;
};

static int
knows_list(const struct question *q)
{
	return (q->known >> 2 & 1) != 0;
}

static int
knows_register(const struct question *q)
{
	return (q->known >> 5 & 3) == 3;
}

static int
list_says(const struct question *q)
{
	return (int)(q->known & 3);
}

static int
register_says(const struct question *q)
{
	return (int)(q->known >> 3 & 3);
}

/* Signatures. */

static void
ask_hash(uint8_t out[KM_HASH_LEN], const struct km_ask *ask)
{
	const uint8_t	alg = (uint8_t)ask->alg;
	struct km_bytes	part[5] = { { &alg, 1 }, ask->key, ask->msg[0],
	    ask->msg[1], { ask->sig, KM_SIG_LEN } };

	km_sha256(out, part, 5);
}

static int
is_made(const uint8_t hash[KM_HASH_LEN])
{
	size_t	i;

	for (i = 0; i < n_made; i++)
		if (memcmp(made[i], hash, KM_HASH_LEN) == 0)
			return 1;
	return 0;
}

/* While the scene is made what verifies is learnt; after that, nothing. */
static void
verify(int learn)
{
	const struct km_ask	*ask;
	struct km_op		 op;
	uint8_t			 hash[KM_HASH_LEN];
	int			 n;

	km_verify_begin(&op, w->known, &w->q, &w->r);
	for (n = 0; (ask = km_ask(&op)) != NULL; n++) {
		promise(n < 64);
		ask_hash(hash, ask);
		if (learn && !is_made(hash) &&
		    km_openssl_verify(w->known->host, ask)) {
			promise(n_made < MADE_MAX);
			memcpy(made[n_made++], hash, KM_HASH_LEN);
		}
		km_answer(&op, is_made(hash));
	}
	promise(km_verify_end(&op) == w->r.verdict);
}

/* The scene. */

/* The attestation is written here, once: a signature is never the same. */
static void
make_files(void)
{
	struct sample_buf	*page = &file[PAGE];

	w->status.iat = SAMPLE_NOW - NEW;
	w->status.exp = w->status.iat + 7 * SAMPLE_DAY;
	drawn_badge(w, 1);
	sample_raw(&file[BARE], w->attestation_bytes.p,
	    w->attestation_bytes.len);
	drawn_status(w, 0, (SAMPLE_NOW - NEW) / SAMPLE_DAY);
	sample_raw(&file[SVG], drawn_svg, drawn_len);
	wrap_text(page, "<!DOCTYPE html><html><p>");
	sample_raw(page, drawn_svg, drawn_len);
	wrap_text(page, "</html>");
	wrap_png(&file[PNG], w->badge_bytes.p, w->badge_bytes.len);
	wrap_qr(&file[QR], "KEURMERK.EXAMPLE", w->attestation_bytes.p,
	    w->attestation_bytes.len);
}

static void
make_lookups(void)
{
	static struct roll	 rolls[STATUSES];	/* looked into later */
	struct roll		*roll;
	struct km_bytes		*runs;
	size_t			 room = km_register_room(ROLL_RUN);
	void			*mem;
	int			 i;

	for (i = 0; i < STATUSES; i++) {
		roll = &rolls[i];
		roll_add_marks(roll, &w->attestation, INDEX);
		roll_add_bytes(roll, &w->attestation_bytes, i);
		roll_head(roll, &w->epoch);
		memcpy(w->known->epoch.reg.root, w->epoch.register_root,
		    KM_HASH_LEN);
		w->known->epoch.reg.size = w->epoch.register_size;
		runs = roll_runs(roll);
		promise((mem = malloc(room)) != NULL);
		w->known->lookup = NULL;
		promise(km_known_register(w->known, mem, room, runs,
		    roll->n_runs) == KM_OK);
		free(runs);
		lookup[i] = mem;
	}
}

/* In the register's eight leaves: the path of the last one. */
static void
make_registered(struct sample_badge *b)
{
	static uint8_t		path[3 * KM_HASH_LEN];
	struct sample_buf	leaf = { NULL, 0, 0 };
	uint8_t			node[KM_HASH_LEN];
	size_t			i;

	sample_register_leaf(&leaf, INDEX, &w->attestation_bytes, 0);
	sample_leaf(node, leaf.p, leaf.len);
	for (i = 0; i < 3; i++) {
		memset(path + i * KM_HASH_LEN, (int)(1 + i), KM_HASH_LEN);
		sample_node(node, path + i * KM_HASH_LEN, node);
	}
	memcpy(w->epoch.register_root, node, KM_HASH_LEN);
	w->epoch.register_size = INDEX + 1;
	b->register_status = 0;
	b->register_path = path;
	b->n_register_path = 3;
	sample_free(&leaf);
}

static void
make_badges(void)
{
	struct sample_badge	b;
	int			status;

	sample_hash(w->epoch.previous, w->epoch_bytes.p, w->epoch_bytes.len);
	w->epoch.number++;
	w->epoch.this_update = w->status.iat = SAMPLE_NOW - NEW;
	w->status.exp = w->status.iat + 7 * SAMPLE_DAY;
	sample_badge(&b, &w->attestation_bytes);
	make_registered(&b);
	scene_write_epoch(w);
	b.epoch = &w->epoch_bytes;
	sample_badge_write(&file[REGISTERED], &b);
	b.status = &w->status_bytes;
	for (status = 2; status >= 0; status -= 2) {
		sample_status_set(&w->status, INDEX, status);
		scene_write_status(w);
		sample_badge_write(&file[status == 2 ? SUSPENDED : STAPLED],
		    &b);
	}
}

/* Each good file is, or would be, valid: its signatures are learnt. */
static void
begin(void)
{
	size_t	i;

	w = scene_new();
	/* Later than the lists, and before they end: so that these count. */
	w->attestation.nbf = SAMPLE_NOW - 120;
	w->attestation.exp = SAMPLE_NOW + 3 * SAMPLE_DAY;
	make_files();
	w->status.iat = SAMPLE_NOW - OLD;
	w->status.exp = w->status.iat + 7 * SAMPLE_DAY;
	scene_know_all(w);
	list = w->known->bucket[0];
	for (i = 0; i < KM_BUCKETS && list == NULL; i++)
		list = w->known->bucket[i];
	promise(list != NULL);
	make_lookups();
	w->known->lookup = NULL;
	make_badges();
	for (i = 0; i < KINDS; i++) {
		w->q.badge = (struct km_bytes){ file[i].p, file[i].len };
		verify(1);
		promise(w->r.verdict == (i == SUSPENDED ? KM_SUSPENDED :
		    KM_VALID));
		promise((OUTCOME(w, KM_CHECK_PICTURE) == KM_PASSED) ==
		    (i == SVG));
	}
}

static void
know(struct question *q)
{
	struct km_known	*k = w->known;
	size_t		 i;

	for (i = 0; i < KM_BUCKETS; i++)
		k->bucket[i] = NULL;
	if (knows_list(q))
		for (i = 0; i < KM_BUCKETS; i++)
			k->bucket[i] = list;
	list->entries[INDEX / 4] = (uint8_t)(list_says(q) << INDEX % 4 * 2);
	k->has_epoch = (q->known >> 6 & 1) != 0;
	q->at_epoch = SAMPLE_NOW - OLD + (q->as_old ? 0 :
	    q->known >> 7 != 0 ? 60 : -60);
	k->epoch.this_update = q->at_epoch;
	k->lookup = knows_register(q) ? lookup[register_says(q)] : NULL;
	k->epoch.reg = lookup[register_says(q)]->head;
}

/* What is so, by the samples. */

static int
text_is(struct km_bytes s, const char *text)
{
	return text != NULL && s.len == strlen(text) &&
	    memcmp(s.p, text, s.len) == 0;
}

static int
is_met(const struct km_demand *d)
{
	const struct sample_line	*l;
	size_t				 i;

	for (i = 0; i < w->attestation.n_lines; i++) {
		l = &w->attestation.line[i];
		if ((int)d->claim == l->claim && (int)d->level <= l->level &&
		    (l->service == NULL ? d->service.len == 0 :
		    text_is(d->service, l->service)))
			return 1;
	}
	return 0;
}

static int
is_its_holder(struct km_bytes s)
{
	return text_is(s, w->attestation.sub) ||
	    text_is(s, w->attestation.kvk) || text_is(s, "NLNHR.90000011");
}

static void
promise_policy(const struct question *q)
{
	const struct km_policy	*p = &q->policy;
	size_t			 i;
	int			 among = p->n_bodies == 0;

	promise(p->environment == KM_ENVIRONMENT_PRODUCTION);
	for (i = 0; i < p->n_demands; i++)
		promise(is_met(&p->demand[i]));
	for (i = 0; i < p->n_bodies; i++)
		among |= text_is(p->body[i], w->attestation.body);
	promise(among);
	promise(p->holder.len == 0 || is_its_holder(p->holder));
	promise(p->origin.len == 0 ||
	    text_is(p->origin, w->attestation.host[0]));
	promise(p->epoch_number == 0 || (w->r.epoch_number >=
	    p->epoch_number && (w->r.epoch_number != p->epoch_number ||
	    memcmp(w->r.epoch_hash, p->epoch_hash, KM_HASH_LEN) == 0)));
}

/* The file still has the list that says valid, to the last byte. */
static int
has_list(void)
{
	static uint8_t	out[KM_BADGE_MAX];
	struct km_found	f;
	size_t		i, n = w->status_bytes.len;

	promise(km_container_read(&f, out, w->q.badge.p, w->q.badge.len) ==
	    KM_OK);
	for (i = 0; i + n <= f.badge.len; i++)
		if (memcmp(f.badge.p + i, w->status_bytes.p, n) == 0)
			return 1;
	return 0;
}

/* The newest source there is says valid, and none that it is withdrawn. */
static void
promise_status(const struct question *q)
{
	int64_t	at = w->r.status_iat;
	int	listed = OUTCOME(w, KM_CHECK_LISTED) == KM_PASSED;

	promise(at == SAMPLE_NOW - NEW || at == SAMPLE_NOW - OLD ||
	    at == q->at_epoch);
	promise(!listed || knows_register(q));
	if (knows_list(q)) {
		promise(list_says(q) != KM_STATUS_WITHDRAWN);
		promise(at >= SAMPLE_NOW - OLD);
		promise(at != SAMPLE_NOW - OLD || list_says(q) == 0);
	} else
		promise(at != SAMPLE_NOW - OLD || q->as_old);
	if (listed) {
		promise(register_says(q) != KM_STATUS_WITHDRAWN);
		promise(at >= q->at_epoch);
		promise(at != q->at_epoch || register_says(q) == 0);
	} else
		promise(at != q->at_epoch || q->as_old);
	promise(at != SAMPLE_NOW - NEW || (q->by == 0 && has_list()));
	promise(w->r.now < at + 7 * SAMPLE_DAY);
	promise(q->policy.status_fail == 0 ||
	    w->r.now - at < q->policy.status_fail);
}

static void
promise_binding(const struct question *q)
{
	int	by_host = q->by == KM_BY_HOST ||
	    (q->by == 0 && q->text.len > 0);
	int	by_holder = q->by == KM_BY_HOLDER;

	promise(w->r.vouched || w->r.binding == KM_BINDING_NONE);
	if (w->r.binding == KM_BINDING_ORIGIN)
		promise((by_host && text_is(q->text,
		    w->attestation.host[0])) || text_is(q->policy.origin,
		    w->attestation.host[0]));
	if (w->r.binding == KM_BINDING_HOLDER)
		promise((by_holder && is_its_holder(q->text)) ||
		    is_its_holder(q->policy.holder));
}

static void
promise_valid(const struct question *q)
{
	const struct km_report	*r = &w->r;

	promise(r->vouched && r->indication == KM_TOTAL_PASSED);
	promise(r->attestation_len == w->attestation_bytes.len &&
	    memcmp(r->attestation_bytes, w->attestation_bytes.p,
	    r->attestation_len) == 0);
	promise(r->now >= w->attestation.nbf && r->now < w->attestation.exp);
	promise(r->now < w->trust.expires);
	promise(q->by != 0 || q->text.len == 0 ||
	    text_is(q->text, w->attestation.host[0]));
	promise_status(q);
	promise_policy(q);
}

/* A picture by itself is drawn as it is signed, to the last byte. */
static void
promise_picture(const struct question *q)
{
	const struct km_bytes	*b = &w->q.badge;

	if (q->by != 0 || w->r.verdict != KM_VALID || b->p[0] != '<' ||
	    OUTCOME(w, KM_CHECK_PICTURE) != KM_NOT_PERFORMED)
		return;
	/* Then a page, and no renderer of SVG may take it for a picture. */
	promise(q->kind == PAGE || q->kind == SVG);
	promise(b->len < 4 || memcmp(b->p, "<svg", 4) != 0);
}

static void
promise_report(const struct question *q)
{
	const struct km_report	*r = &w->r;
	size_t			 n = km_report_json(json, sizeof(json), r);
	size_t			 i;

	promise(n < sizeof(json));
	for (i = 0; i < n; i++)
		promise((uint8_t)json[i] >= 0x20);
	promise_binding(q);
	promise_picture(q);
	promise((r->indication == KM_TOTAL_PASSED) ==
	    (r->verdict == KM_VALID));
	promise(r->vouched || r->attestation_len == 0);
	promise(r->verdict != KM_NOT_LISTED || knows_register(q));
	promise(km_acceptable(r, 1) == (r->verdict == KM_VALID));
	promise(km_acceptable(r, 0) == (r->verdict == KM_VALID &&
	    r->binding != KM_BINDING_NONE));
	if (r->verdict == KM_VALID)
		promise_valid(q);
}

static int
read_question(struct question *q, struct edits *e)
{
	struct km_bytes	cbor;

	memset(q, 0, sizeof(*q));
	q->kind = (unsigned int)edit_number(e, 1, 2 * KINDS);
	q->as_old = q->kind >= KINDS;
	q->kind %= KINDS;
	q->known = (unsigned int)edit_number(e, 1, 256);
	q->by = (enum km_by)edit_number(e, 1, 4);
	w->q.now = SAMPLE_NOW + (int64_t)edit_number(e, 4, SIZE_MAX) -
	    INT64_C(0x80000000);
	cbor = edit_bytes(e, edit_number(e, 1, 256));
	if (cbor.len > 0 && km_policy_decode(&q->policy, cbor.p, cbor.len) !=
	    KM_OK)
		return 0;
	q->text = edit_bytes(e, edit_number(e, 1, 256));
	w->q.policy = cbor.len > 0 ? &q->policy : NULL;
	w->q.origin = q->by == 0 ? q->text : (struct km_bytes){ NULL, 0 };
	return 1;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct edits	e = { data, len };
	struct question	q;
	struct buf	b;

	if (w == NULL)
		begin();
	if (!read_question(&q, &e))
		return 0;
	know(&q);
	if (q.by != 0) {
		promise(km_check(w->known, &w->r, &w->q, q.by, q.text.p,
		    q.text.len) == w->r.verdict);
		promise_report(&q);
		return 0;
	}
	buf_init(&b, KM_FILE_MAX);
	promise(buf_add(&b, file[q.kind].p, file[q.kind].len) == 0);
	while (e.len > 0)
		edit_apply(&e, &b);
	w->q.badge = (struct km_bytes){ b.p, b.len };
	verify(0);
	promise_report(&q);
	buf_free(&b);
	return 0;
}
