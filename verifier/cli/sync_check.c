/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What sync holds against what it knows, file by file; no I/O. Everything
 * rests on the pin: the trust lists of the authority lead to it and on from
 * it, the newest has the key of the epoch, and the epoch has all else by
 * hash.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "verifier/cli/sync.h"
#include "verifier/register.h"

enum {
	SKEW = 300,			/* seconds; as the most a policy has */
	SHARD_BITS = 16
};

static struct km_bytes
bytes_of(const struct cli_file *f)
{
	return (struct km_bytes){ f->p, f->len };
}

int
sync_hash_is(const struct cli_file *f, const uint8_t hash[KM_HASH_LEN])
{
	struct km_bytes	b = bytes_of(f);
	uint8_t		found[KM_HASH_LEN];

	km_sha256(found, &b, 1);
	return memcmp(found, hash, KM_HASH_LEN) == 0;
}

/* Trust lists. */

static int
trust_refused(struct sync *s, size_t i, enum km_err err)
{
	return sync_say(s, SYNC_DOUBT, cli_word("trust/%zu: verwacht de "
	    "sleutellijst die op de vorige volgt, gevonden iets dat niet "
	    "meetelt: %s (%s)", "trust/%zu: expected the trust list that "
	    "follows the one before it, found what does not count: %s (%s)"),
	    i + 1, cli_err_word(err), km_err_name(err));
}

/* The one with this hash; n_trust when there is none. */
static size_t
trust_find(const struct sync *s, const uint8_t hash[KM_HASH_LEN])
{
	size_t	i;

	for (i = 0; i < s->n_trust; i++)
		if (memcmp(s->trust[i].hash, hash, KM_HASH_LEN) == 0)
			break;
	return i;
}

/* Has a list of the chain taken back what that key said? */
static int
is_revoked(const struct km_trust *t, const uint8_t kid[KM_KID_LEN])
{
	int	i;

	i = km_trust_find(t, (struct km_bytes){ kid, KM_KID_LEN });
	return i >= 0 && t->key[i].revoked_at >= 0;
}

/*
 * The memory that a revoked key set is dropped (design section 3). Of all
 * lists in turn, for a key may be gone from the newest.
 */
static void
memory_judge(struct sync *s, const struct km_trust *t)
{
	if (s->memory.epoch != 0 && is_revoked(t, s->memory.epoch_kid)) {
		s->memory.epoch = 0;
		memset(s->memory.epoch_hash, 0, KM_HASH_LEN);
		memset(s->memory.epoch_kid, 0, KM_KID_LEN);
	}
}

/* Lists from..to follow each other, the first of them taken as it is. */
static int
chain(struct sync *s, struct km_known **known, size_t from, size_t to)
{
	enum km_err	err;
	size_t		i;

	km_known_end(*known);
	*known = km_known_begin(s->mem, KM_KNOWN_MIN, s->trust[from].hash,
	    KM_HASH_LEN);
	if (*known == NULL)
		return trust_refused(s, from, KM_ERR_FULL);
	for (i = from; i <= to; i++) {
		err = km_known_add(*known, s->trust[i].file.p,
		    s->trust[i].file.len);
		if (err == KM_OK && (*known)->trust.version != i + 1)
			err = KM_ERR_VERSION;
		if (err != KM_OK)
			return trust_refused(s, i, err);
		memory_judge(s, &(*known)->trust);
	}
	return SYNC_OK;
}

static int
trust_seen(struct sync *s)
{
	const struct sync_memory	*m = &s->memory;

	if (m->trust_version == 0 || (m->trust_version <= s->n_trust &&
	    memcmp(s->trust[m->trust_version - 1].hash, m->trust,
	    KM_HASH_LEN) == 0))
		return SYNC_OK;
	return sync_say(s, SYNC_DOUBT, cli_word("trust/%" PRIu32 ": deze "
	    "sleutellijst is eerder gezien en is er nu niet, of anders: de "
	    "bron gaat terug", "trust/%" PRIu32 ": this trust list was seen "
	    "before, and is not there now, or another is: the source goes "
	    "back"), m->trust_version);
}

/*
 * All of s->trust, from version 1 to the newest. The pin need not be the
 * first: what precedes it is held against it, for readers that pin another.
 */
int
sync_check_trust(struct sync *s)
{
	const uint8_t	*pin = s->has_pin ? s->pin : s->memory.pin;
	struct km_trust	*t;
	size_t		 at = trust_find(s, pin);
	int		 rc;

	if (at == s->n_trust || (s->has_memory && trust_find(s,
	    s->memory.pin) == s->n_trust))
		return sync_say(s, SYNC_DOUBT, cli_word("trust/1 tot en met "
		    "%zu: geen daarvan is de sleutellijst die u vertrouwt, of "
		    "waarmee deze kopie begon: dit is een andere uitgever, of "
		    "niet wat die uitgaf", "trust/1 to %zu: none is the trust "
		    "list that you trust, or that this copy began with: this "
		    "is another authority, or not what it published"),
		    s->n_trust);
	if ((rc = chain(s, &s->known, 0, at)) != SYNC_OK ||
	    (rc = chain(s, &s->known, at, s->n_trust - 1)) != SYNC_OK ||
	    (rc = trust_seen(s)) != SYNC_OK)
		return rc;
	t = &s->known->trust;
	if (t->expires <= s->now)
		return sync_say(s, SYNC_DOUBT, cli_word("trust/%zu: deze "
		    "sleutellijst is verlopen en er is geen volgende: niets "
		    "is meer vast te stellen", "trust/%zu: this trust list "
		    "has expired and there is no next one: nothing can be "
		    "determined any more"), s->n_trust);
	return SYNC_OK;
}

int
sync_know(struct sync *s, struct km_known *known)
{
	const uint8_t	*pin = s->has_pin ? s->pin : s->memory.pin;
	size_t		 i;

	for (i = trust_find(s, pin); i < s->n_trust; i++)
		if (km_known_add(known, s->trust[i].file.p,
		    s->trust[i].file.len) != KM_OK)
			return 0;
	return 1;
}

/* The epoch. */

static int
epoch_refused(struct sync *s, enum km_err err)
{
	return sync_say(s, SYNC_DOUBT, cli_word("epoch: verwacht de stand "
	    "van het register van deze uitgever, gevonden iets dat niet "
	    "meetelt: %s (%s)", "epoch: expected the epoch of this authority,"
	    " found what does not count: %s (%s)"), cli_err_word(err),
	    km_err_name(err));
}

/* Does it go on from what was seen? */
static int
epoch_follows(struct sync *s, const struct km_epoch *e,
    const uint8_t hash[KM_HASH_LEN])
{
	const struct sync_memory	*m = &s->memory;

	if (m->epoch == 0)
		return SYNC_OK;
	if (e->number < m->epoch)
		return sync_say(s, SYNC_DOUBT, cli_word("epoch: verwacht nr. "
		    "%" PRIu32 " of later, gevonden nr. %" PRIu32 ": de bron "
		    "gaat terug, of loopt achter (%s)", "epoch: expected "
		    "number %" PRIu32 " or later, found %" PRIu32 ": the "
		    "source goes back, or lags (%s)"), m->epoch, e->number,
		    km_err_name(KM_ERR_ROLLBACK));
	if (km_epoch_chain(m->epoch, m->epoch_hash, e, hash) != KM_OK)
		return sync_say(s, SYNC_DOUBT, cli_word("epoch: verwacht een "
		    "vervolg op nr. %" PRIu32 " die eerder is gezien, "
		    "gevonden een andere nr. %" PRIu32 ": er zijn twee "
		    "verschillende standen uitgegeven (%s). Meld dit aan de "
		    "uitgever", "epoch: expected one that goes on from number "
		    "%" PRIu32 ", which was seen before, found another number "
		    "%" PRIu32 ": two different epochs were published (%s). "
		    "Tell the authority"), m->epoch, e->number,
		    km_err_name(KM_ERR_FORK));
	return SYNC_OK;
}

/* It may name a list before the newest, when that has just come. */
static int
epoch_trust(struct sync *s, const struct km_epoch *e)
{
	if (e->trust_version > s->n_trust)
		return sync_say(s, SYNC_DOUBT, cli_word("trust/%" PRIu32
		    ": ontbreekt, maar de stand van het register noemt deze "
		    "sleutellijst", "trust/%" PRIu32 ": is missing, but the "
		    "epoch names this trust list"), e->trust_version);
	if (memcmp(e->trust, s->trust[e->trust_version - 1].hash,
	    KM_HASH_LEN) != 0)
		return epoch_refused(s, KM_ERR_FORK);
	return SYNC_OK;
}

static int
epoch_date(struct sync *s, const struct km_epoch *e)
{
	char	date[CLI_DATE_MAX];

	if (e->this_update > s->now + SKEW) {
		cli_moment(date, e->this_update);
		return sync_say(s, SYNC_DOUBT, cli_word("epoch: verwacht een "
		    "stand van nu of eerder, gevonden een van %s; loopt de "
		    "klok van deze computer goed?", "epoch: expected one of "
		    "now or before, found one of %s; is the clock of this "
		    "computer right?"), date);
	}
	if (e->next_update <= s->now) {
		cli_moment(date, e->next_update);
		return sync_say(s, SYNC_DOUBT, cli_word("epoch: verwacht een "
		    "stand die nog geldt, gevonden nr. %" PRIu32 " die gold "
		    "tot %s: de bron staat stil (%s)", "epoch: expected one "
		    "that is still good, found number %" PRIu32 " which was "
		    "good until %s: the source stands still (%s)"), e->number,
		    date, km_err_name(KM_ERR_STALE));
	}
	return SYNC_OK;
}

/* Takes the file over where it returns SYNC_OK. */
int
sync_check_epoch(struct sync *s, struct cli_file *f)
{
	struct km_epoch	e;
	struct km_sign1	sign;
	struct km_bytes	b = bytes_of(f);
	uint8_t		hash[KM_HASH_LEN];
	enum km_err	err;
	int		rc;

	s->known->has_epoch = 0;	/* the memory judges, not the last */
	if ((err = km_epoch_decode(&e, &sign, f->p, f->len)) != KM_OK ||
	    (err = km_known_add(s->known, f->p, f->len)) != KM_OK)
		return epoch_refused(s, err);
	km_sha256(hash, &b, 1);
	if ((rc = epoch_follows(s, &e, hash)) != SYNC_OK ||
	    (rc = epoch_trust(s, &e)) != SYNC_OK ||
	    (rc = epoch_date(s, &e)) != SYNC_OK)
		return rc;
	if (e.status.size > SYNC_LISTS_MAX || e.reg.size > UINT32_MAX ||
	    e.status.size << SHARD_BITS < e.reg.size)
		return epoch_refused(s, KM_ERR_VALUE);
	s->epoch = e;
	memcpy(s->epoch_hash, hash, KM_HASH_LEN);
	memcpy(s->memory.epoch_kid, s->known->epoch_kid, KM_KID_LEN);
	memcpy(s->memory.epoch_hash, hash, KM_HASH_LEN);
	s->memory.epoch = e.number;
	cli_file_free(&s->epoch_file);
	s->epoch_file = *f;
	*f = (struct cli_file){ NULL, 0 };	/* given to s */
	return SYNC_OK;
}

/* Status lists. */

int
sync_check_list(struct sync *s, uint32_t i, const struct cli_file *f)
{
	struct km_known		*lists = s->lists;
	uint8_t			*hash = s->list_hash + (size_t)i * KM_HASH_LEN;
	const struct km_list	*l;
	struct km_bytes		 b = bytes_of(f);
	char			 uri[KM_URI_MAX + 32];
	enum km_err		 err;

	km_sha256(hash, &b, 1);
	err = km_known_add(lists, f->p, f->len);
	snprintf(uri, sizeof(uri), "%.*s/status/%" PRIu32,
	    (int)lists->trust.authority.len,
	    (const char *)lists->trust.authority.p, i);
	if (err == KM_OK) {
		l = km_known_list(lists, cli_bytes(uri));
		if (l == NULL || memcmp(l->hash, hash, KM_HASH_LEN) != 0)
			err = KM_ERR_MISMATCH;
		else if (l->bits != 2)
			err = KM_ERR_VALUE;
		else if (l->exp <= s->now)
			err = KM_ERR_EXPIRED;
	}
	if (err == KM_OK)
		return SYNC_OK;
	return sync_say(s, SYNC_DOUBT, cli_word("status/%" PRIu32 ": verwacht "
	    "de statuslijst %s, gevonden iets dat niet meetelt: %s (%s)",
	    "status/%" PRIu32 ": expected the status list %s, found what does "
	    "not count: %s (%s)"), i, uri, cli_err_word(err),
	    km_err_name(err));
}

/* The register. */

static size_t
run_count(uint64_t n)
{
	return (size_t)(n / KM_RUN_LEAVES + (n % KM_RUN_LEAVES != 0));
}

size_t
sync_index_max(const struct km_epoch *e)
{
	return run_count(e->reg.size) * (KM_HASH_LEN + 2) + 32;
}

enum km_err
sync_check_index(uint8_t **roots, size_t *n, const struct km_epoch *e,
    const struct cli_file *f)
{
	struct km_frontier	frontier;
	struct km_cbor		d;
	struct km_bytes		root;
	uint8_t			found[KM_HASH_LEN], *p;
	size_t			i, count = run_count(e->reg.size);

	if ((p = malloc(count * KM_HASH_LEN + 1)) == NULL)
		return KM_ERR_FULL;
	km_frontier_begin(&frontier);
	km_cbor_begin(&d, f->p, f->len);
	km_cbor_array(&d, 2, 2);
	km_cbor_uint(&d, e->reg.size, e->reg.size);
	km_cbor_array(&d, count, count);
	for (i = 0; i < count && d.err == KM_OK; i++) {
		root = km_cbor_bytes(&d, KM_HASH_LEN, KM_HASH_LEN);
		if (d.err != KM_OK)
			break;
		memcpy(p + i * KM_HASH_LEN, root.p, KM_HASH_LEN);
		/* Roots of full runs are nodes of the one tree. */
		km_frontier_add(&frontier, root.p);
	}
	km_frontier_root(found, &frontier);
	if (km_cbor_end(&d) != KM_OK || memcmp(found, e->reg.root,
	    KM_HASH_LEN) != 0) {
		free(p);
		return d.err != KM_OK ? d.err : KM_ERR_PROOF;
	}
	*roots = p;
	*n = count;
	return KM_OK;
}

void
sync_run_name(char out[SYNC_NAME_MAX], const uint8_t root[KM_HASH_LEN])
{
	size_t	i, at = (size_t)snprintf(out, SYNC_NAME_MAX, "register/");

	for (i = 0; i < KM_HASH_LEN; i++)
		snprintf(out + at + 2 * i, 3, "%02x", root[i]);
}

static void
scheme_seen(struct sync *s, const struct km_attestation *a)
{
	struct sync_scheme	*c;
	size_t			 i;

	for (i = 0; i < s->n_schemes; i++) {
		c = &s->scheme[i];
		if (!km_bytes_equal(a->scheme, cli_bytes(c->id)))
			continue;
		if (a->scheme_version > c->version)
			c->version = a->scheme_version;
		return;
	}
	if (s->n_schemes == SYNC_SCHEMES_MAX ||
	    a->scheme.len >= sizeof(c->id))
		return;
	c = &s->scheme[s->n_schemes++];
	memcpy(c->id, a->scheme.p, a->scheme.len);
	c->id[a->scheme.len] = '\0';
	c->version = a->scheme_version;
}

static enum km_err
leaf_check(struct sync *s, uint64_t index, struct km_bytes bytes)
{
	struct km_register_leaf	leaf;
	struct km_attestation	a;
	struct km_sign1		sign;
	enum km_err		err;

	if ((err = km_register_leaf_decode(&leaf, bytes.p, bytes.len)) !=
	    KM_OK || (err = km_attestation_decode(&a, &sign,
	    leaf.attestation.p, leaf.attestation.len)) != KM_OK)
		return err;
	if (leaf.index != index ||
	    ((uint64_t)a.shard << SHARD_BITS | a.idx) != index)
		return KM_ERR_MISMATCH;
	if (!km_bytes_equal(a.iss, s->known->trust.authority))
		return KM_ERR_AUTHORITY;
	s->count[leaf.status]++;
	scheme_seen(s, &a);
	return KM_OK;
}

/* By its root before anything in it is looked at. */
static enum km_err
run_check(struct sync *s, size_t i, const struct cli_file *f)
{
	struct km_frontier	frontier;
	struct km_bytes		leaf;
	struct km_cbor		c;
	uint8_t			hash[KM_HASH_LEN];
	uint64_t		at = (uint64_t)i * KM_RUN_LEAVES;
	uint64_t		left = s->epoch.reg.size - at, n = 0;
	enum km_err		err;

	if (left > KM_RUN_LEAVES)
		left = KM_RUN_LEAVES;
	km_frontier_begin(&frontier);
	km_cbor_begin(&c, f->p, f->len);
	while (n < left && (leaf = km_register_next(&c)).len > 0) {
		km_leaf_hash(hash, leaf);
		km_frontier_add(&frontier, hash);
		n++;
	}
	km_frontier_root(hash, &frontier);
	if ((err = km_cbor_end(&c)) != KM_OK)
		return err;
	if (n != left || memcmp(hash, s->root + i * KM_HASH_LEN,
	    KM_HASH_LEN) != 0)
		return KM_ERR_PROOF;
	km_cbor_begin(&c, f->p, f->len);
	for (n = 0; n < left && err == KM_OK; n++)
		err = leaf_check(s, at + n, km_register_next(&c));
	return err;
}

int
sync_check_run(struct sync *s, size_t i, const struct cli_file *f)
{
	char		name[SYNC_NAME_MAX];
	enum km_err	err = run_check(s, i, f);

	if (err == KM_OK)
		return SYNC_OK;
	sync_run_name(name, s->root + i * KM_HASH_LEN);
	return sync_say(s, SYNC_DOUBT, cli_word("%s: verwacht deel %zu van "
	    "het register van stand nr. %" PRIu32 ", gevonden iets anders: "
	    "%s (%s)", "%s: expected part %zu of the register of epoch "
	    "%" PRIu32 ", found something else: %s (%s)"), name, i,
	    s->epoch.number, cli_err_word(err), km_err_name(err));
}
