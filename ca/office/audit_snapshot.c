/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Audit: which moment is audited. The tree may be a moment ahead of what the
 * store says is published, never of what it has recorded; so it is audited
 * as of the newest epoch that stands in it, with what is replaced by each:
 * the lists and bodies.json.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ca/base/file.h"
#include "ca/base/log.h"

#include "audit_state.h"

enum {
	TRIES = 10, PAUSE_US = 50000,
	LISTS_MAX = 65536, BODIES_MAX = 4194304
};

static struct km_bytes
held(const struct buf *b)
{
	return (struct km_bytes){ b->p, b->len };
}

enum km_err
audit_trust(struct audit *a, uint32_t version, struct buf *b)
{
	char		path[LAYOUT_PATH_MAX];
	enum km_err	err = KM_OK;

	while (err == KM_OK && (a->known == NULL ||
	    a->known->trust.version < version)) {
		layout_trust(path, a->known == NULL ? 1 :
		    a->known->trust.version + 1);
		buf_reset(b);
		if (file_read_at(b, a->root, path) == -1)
			return KM_ERR_MISSING;
		if (a->known != NULL) {
			err = km_known_add(a->known, b->p, b->len);
		} else if ((a->known = km_known_begin(a->mem, KM_KNOWN_MIN,
		    b->p, b->len)) == NULL) {
			err = KM_ERR_PIN;
		}
	}
	return err;
}

void
audit_known_forget(struct audit *a)
{
	km_known_end(a->known);
	a->known = NULL;
}

void
audit_lists_free(struct audit *a)
{
	uint64_t	i;

	for (i = 0; a->list != NULL && i < a->epoch.status.size; i++)
		free(a->list[i]);
	free(a->list);
	a->list = NULL;
}

/* The lists of the epoch; one that is not good stays NULL. */
static int
lists_read(struct audit *a, int tell)
{
	struct buf	b;
	char		path[LAYOUT_PATH_MAX];
	enum km_err	err;
	uint32_t	i;

	a->list = calloc((size_t)a->epoch.status.size + 1,
	    sizeof(*a->list));
	if (a->list == NULL)
		return -1;
	buf_init(&b, KM_LIST_MAX);
	for (i = 0; i < a->epoch.status.size; i++) {
		layout_status(path, i);
		buf_reset(&b);
		if ((a->list[i] = malloc(sizeof(**a->list))) == NULL)
			break;
		err = file_read_at(&b, a->root, path) == -1 ?
		    KM_ERR_MISSING : published_list(a->list[i], a->known, i,
		    held(&b));
		if (err == KM_OK)
			continue;
		free(a->list[i]);
		a->list[i] = NULL;
		if (tell)
			audit_bad(a, "%s/%s: expected a status list that"
			    " verifies, found: %s", a->conf->tree, path,
			    km_err_name(err));
	}
	buf_free(&b);
	return i == a->epoch.status.size ? 0 : -1;
}

int
audit_lists_agree(const struct audit *a)
{
	struct km_frontier	f;
	uint8_t			leaf[KM_HASH_LEN], root[KM_HASH_LEN];
	uint64_t		i;

	km_frontier_begin(&f);
	for (i = 0; i < a->epoch.status.size; i++) {
		if (a->list[i] == NULL)
			return 0;
		km_leaf_hash(leaf, (struct km_bytes){ a->list[i]->hash,
		    KM_HASH_LEN });
		km_frontier_add(&f, leaf);
	}
	km_frontier_root(root, &f);
	return memcmp(root, a->epoch.status.root, KM_HASH_LEN) == 0;
}

/* Zeros when it is not there, which is the hash of nothing. */
static void
bodies_read(struct audit *a)
{
	struct km_bytes	bytes;
	struct buf	b;

	memset(a->bodies_hash, 0, sizeof(a->bodies_hash));
	buf_init(&b, BODIES_MAX);
	if (file_read_at(&b, a->root, LAYOUT_BODIES) == 0) {
		bytes = held(&b);
		km_sha256(a->bodies_hash, &bytes, 1);
	}
	buf_free(&b);
}

/* Why an epoch is not to be believed; told under its name. */
static void
epoch_bad(struct audit *a, const char *path, enum km_err err)
{
	char	trust[LAYOUT_PATH_MAX];

	layout_trust(trust, a->known == NULL ? 1 :
	    a->known->trust.version + 1);
	audit_bad(a, "%s/%s: expected an epoch that verifies under the trust"
	    " lists beside it, found: %s%s%s%s", a->conf->tree, path,
	    km_err_name(err), a->trust_bad ? " (" : "",
	    a->trust_bad ? trust : "", a->trust_bad ? ")" : "");
}

/* Take the epoch at path. 1: there is none. */
static int
epoch_read(struct audit *a, const char *path)
{
	struct km_sign1	s;
	struct buf	b, list;
	enum km_err	err;

	buf_init(&b, KM_EPOCH_MAX);
	if (file_read_at(&b, a->root, path) == -1 && errno == ENOENT)
		return 1;
	buf_init(&list, KM_TRUST_MAX);
	a->trust_bad = 0;
	err = km_epoch_decode(&a->epoch, &s, b.p, b.len);
	if (err == KM_OK) {
		err = audit_trust(a, a->epoch.trust_version, &list);
		a->trust_bad = err != KM_OK;
	}
	if (err == KM_OK)
		err = published_epoch(&a->epoch, a->epoch_hash, a->known,
		    held(&b));
	if (err == KM_OK && a->epoch.status.size > LISTS_MAX)
		err = KM_ERR_LIMIT;
	buf_free(&list);
	buf_free(&b);
	if (err == KM_OK)
		return 0;
	epoch_bad(a, path, err);
	memset(&a->epoch, 0, sizeof(a->epoch));
	return -1;
}

/*
 * An epoch and the lists that stand beside it: those of the epoch, or another
 * was published meanwhile (2: look again). last: tell what is wrong.
 */
static int
snapshot_try(struct audit *a, const char *path, int last)
{
	int	rc;

	audit_lists_free(a);
	audit_known_forget(a);
	memset(&a->epoch, 0, sizeof(a->epoch));
	rc = epoch_read(a, path);
	if (rc == 0 && lists_read(a, last) == -1) {
		log_warnx("audit: no memory for the lists");
		rc = -1;
	}
	bodies_read(a);
	if (rc == 0 && !last && (!audit_lists_agree(a) ||
	    memcmp(a->bodies_hash, a->epoch.bodies, KM_HASH_LEN) != 0)) {
		/* Give the publisher time to come to its end. */
		usleep(PAUSE_US);
		rc = 2;
	}
	return rc;
}

/* Is the epoch one that the store can have published, or is about to? */
static int
fits(struct audit *a)
{
	if (a->epoch.number != a->meta.epoch &&
	    a->epoch.number != a->meta.epoch + 1) {
		audit_bad(a, "%s/" LAYOUT_EPOCH ": expected epoch %" PRIu32
		    ", which the store says is published, found %" PRIu32,
		    a->conf->tree, a->meta.epoch, a->epoch.number);
		return 0;
	}
	if (a->epoch.log.size <= a->meta.log_size &&
	    a->epoch.reg.size <= a->meta.register_size)
		return 1;
	audit_bad(a, "epoch %" PRIu32 ": expected log and register that the"
	    " store has (%" PRIu64 ", %" PRIu64 "), found %" PRIu64
	    ", %" PRIu64, a->epoch.number, a->meta.log_size,
	    a->meta.register_size, a->epoch.log.size, a->epoch.reg.size);
	return 0;
}

/*
 * The store's transaction begins after the tree was looked at. Returns 0 also
 * without an epoch: what is wrong was told, or nothing has been published and
 * the store says so too.
 */
int
audit_snapshot(struct audit *a)
{
	char	path[LAYOUT_PATH_MAX];
	int	i, rc = 2;

	for (i = 1; i <= TRIES && rc == 2; i++) {
		rc = snapshot_try(a, LAYOUT_EPOCH, i == TRIES);
		store_rollback(a->store);
		if (store_begin(a->store) == -1 ||
		    store_meta(a->store, &a->meta) == -1)
			return -1;
		/* Published between the two: look at the tree again. */
		if (rc == 0 && a->meta.epoch > a->epoch.number && i < TRIES)
			rc = 2;
	}
	if (rc == 1 && a->meta.epoch == 0)
		return 0;
	if (rc == 1)
		audit_bad(a, "%s/" LAYOUT_EPOCH ": expected epoch %" PRIu32
		    ", found none", a->conf->tree, a->meta.epoch);
	if (rc == 0 && fits(a))
		return 0;
	/* Then as of the one that the store says is published. */
	layout_epoch(path, a->meta.epoch);
	if (a->meta.epoch != 0 && snapshot_try(a, path, 1) == 0 && fits(a))
		return 0;
	audit_lists_free(a);
	memset(&a->epoch, 0, sizeof(a->epoch));
	return 0;
}
