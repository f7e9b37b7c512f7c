/* SPDX-License-Identifier: EUPL-1.2 */
/* Tree: what is public, verified; see tree.h. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ca/record/layout.h"
#include "ca/record/staple.h"
#include "ca/record/run.h"

#include "progress.h"
#include "tree.h"

enum {
	MEMORY = KM_KNOWN_MIN + 4 * KM_KNOWN_LIST, URL_MAX_ = 2048,
	LIST_MAX = 65536,	/* bytes; ours have 16 kB of entries */
	STEP_MS = 50, STEP_MAX_MS = 1000
};

static int
fetch(struct buf *out, size_t max, const struct tree *t, const char *path,
    int quiet)
{
	struct client_error	err;
	char			url[URL_MAX_];

	if ((size_t)snprintf(url, sizeof(url), "%s/%s", t->url, path) >=
	    sizeof(url))
		return say_error("%s: address too long", t->url);
	if (client_fetch(out, max, url, &err) == 0)
		return CTL_DONE;
	if (!quiet)
		say_error("%s", err.text);
	return err.unreachable ? CTL_UNREACHABLE : CTL_FAILED;
}

/* Follow the trust lists up to version. */
static int
trust_follow(struct tree *t, uint32_t version, int quiet)
{
	struct buf	list;
	char		path[LAYOUT_PATH_MAX];
	enum km_err	err;
	int		rc;

	while (t->trust_version < version) {
		layout_trust(path, t->trust_version + 1);
		rc = fetch(&list, KM_TRUST_MAX, t, path, quiet);
		if (rc != CTL_DONE)
			return rc;
		err = km_known_add(t->known, list.p, list.len);
		buf_free(&list);
		if (err != KM_OK)
			return say_error("%s/%s: does not follow the trust "
			    "list before it (%s)", t->url, path,
			    km_err_name(err));
		t->trust_version++;
	}
	return CTL_DONE;
}

int
tree_refresh(struct tree *t, int quiet)
{
	struct km_epoch	e;
	struct km_sign1	s;
	struct buf	b;
	enum km_err	err;
	int		rc;

	if ((rc = fetch(&b, KM_EPOCH_MAX, t, LAYOUT_EPOCH, quiet)) !=
	    CTL_DONE)
		return rc;
	if ((err = km_epoch_decode(&e, &s, b.p, b.len)) == KM_OK &&
	    (rc = trust_follow(t, e.trust_version, quiet)) == CTL_DONE)
		err = km_known_add(t->known, b.p, b.len);
	if (err != KM_OK)
		rc = say_error("%s/epoch: expected an epoch of the authority "
		    "that the trust list speaks of, found something else "
		    "(%s)", t->url, km_err_name(err));
	if (rc == CTL_DONE && e.number >= t->epoch.number) {
		buf_free(&t->epoch_bytes);
		t->epoch_bytes = b;
		t->epoch = e;
		t->has_index = t->has_run = 0;
	} else {
		buf_free(&b);
	}
	return rc;
}

int
tree_open(struct tree *t, const char *url, const struct buf *pin)
{
	struct km_trust	trust;
	struct km_sign	sign;

	memset(t, 0, sizeof(*t));
	t->url = url;
	if ((t->mem = malloc(MEMORY)) == NULL)
		return say_error("out of memory");
	t->known = km_known_begin(t->mem, MEMORY, pin->p, pin->len);
	if (t->known == NULL || km_trust_decode(&trust, &sign, pin->p,
	    pin->len) != KM_OK)
		return say_error("the trust list cannot be used");
	t->trust_version = trust.version;
	return tree_refresh(t, 0);
}

void
tree_close(struct tree *t)
{
	if (t->known != NULL)
		km_known_end(t->known);
	buf_free(&t->epoch_bytes);
	buf_free(&t->index);
	buf_free(&t->run);
	free(t->mem);
	memset(t, 0, sizeof(*t));
}

/* The roots of the register's runs, held against the epoch. */
static int
index_fetch(struct tree *t)
{
	struct buf	b;
	char		path[LAYOUT_PATH_MAX];
	uint8_t		root[KM_HASH_LEN];
	enum km_err	err;
	size_t		max;
	int		rc;

	if (t->has_index)
		return CTL_DONE;
	max = (size_t)run_count(t->epoch.reg.size) * (KM_HASH_LEN + 2) + 32;
	layout_index(path, t->epoch.number);
	if ((rc = fetch(&b, max, t, path, 0)) != CTL_DONE)
		return rc;
	buf_free(&t->index);
	buf_init(&t->index, max);
	err = run_index_decode(&t->register_size, &t->index,
	    (struct km_bytes){ b.p, b.len });
	buf_free(&b);
	if (err == KM_OK) {
		run_root_of(root, t->index.p, t->index.len / KM_HASH_LEN);
		if (t->register_size != t->epoch.reg.size ||
		    memcmp(root, t->epoch.reg.root, KM_HASH_LEN) != 0)
			err = KM_ERR_PROOF;
	}
	if (err != KM_OK)
		return say_error("%s/%s: not the index that epoch %u has "
		    "(%s)", t->url, path, t->epoch.number,
		    km_err_name(err));
	t->has_index = 1;
	return CTL_DONE;
}

/* Hash its leaves; 1 when they lead to the root that names the run. */
static int
run_proven(struct tree *t, const uint8_t root[KM_HASH_LEN])
{
	struct km_frontier	f;
	struct km_bytes		leaf;
	struct km_cbor		c;
	uint8_t			found[KM_HASH_LEN];
	size_t			n = 0;

	km_frontier_begin(&f);
	km_cbor_begin(&c, t->run.p, t->run.len);
	while (n < KM_RUN_LEAVES && (leaf = km_register_next(&c)).len > 0) {
		km_leaf_hash(t->leaf_hash[n], leaf);
		km_frontier_add(&f, t->leaf_hash[n++]);
	}
	t->run_leaves = n;
	km_frontier_root(found, &f);
	return km_cbor_end(&c) == KM_OK &&
	    memcmp(found, root, KM_HASH_LEN) == 0;
}

static int
run_fetch(struct tree *t, uint64_t number)
{
	const uint8_t	*root;
	char		 path[LAYOUT_PATH_MAX];
	int		 rc;

	if ((rc = index_fetch(t)) != CTL_DONE)
		return rc;
	if (t->has_run && t->run_number == number)
		return CTL_DONE;
	t->has_run = 0;
	root = t->index.p + number * KM_HASH_LEN;
	layout_run(path, root);
	buf_free(&t->run);
	if ((rc = fetch(&t->run, RUN_MAX, t, path, 0)) != CTL_DONE)
		return rc;
	if (!run_proven(t, root))
		return say_error("%s/%s: not the run of the register that "
		    "epoch %u has", t->url, path, t->epoch.number);
	t->run_number = number;
	t->has_run = 1;
	return CTL_DONE;
}

int
tree_leaf(struct tree *t, uint64_t idx, struct km_register_leaf *out,
    struct km_bytes *bytes)
{
	struct km_bytes	leaf = { NULL, 0 };
	struct km_cbor	c;
	enum km_err	err;
	uint64_t	i;
	int		rc;

	if (idx >= t->epoch.reg.size)
		return say_error("epoch %u: its register has no attestation "
		    "%llu yet", t->epoch.number, (unsigned long long)idx);
	if ((rc = run_fetch(t, idx / KM_RUN_LEAVES)) != CTL_DONE)
		return rc;
	km_cbor_begin(&c, t->run.p, t->run.len);
	for (i = 0; i <= idx % KM_RUN_LEAVES; i++)
		leaf = km_register_next(&c);
	err = km_register_leaf_decode(out, leaf.p, leaf.len);
	if (err == KM_OK && out->index != idx)
		err = KM_ERR_MISMATCH;
	if (err != KM_OK)
		return say_error("%s: register leaf %llu is not what it must "
		    "be (%s)", t->url, (unsigned long long)idx,
		    km_err_name(err));
	if (bytes != NULL)
		*bytes = leaf;
	return CTL_DONE;
}

/* Is this leaf of that mark, or of that holder? */
static int
leaf_is(const struct km_register_leaf *leaf, struct km_bytes name)
{
	struct km_attestation	a;
	struct km_sign1		s;

	return km_attestation_decode(&a, &s, leaf->attestation.p,
	    leaf->attestation.len) == KM_OK &&
	    (km_bytes_equal(a.number, name) || km_bytes_equal(a.sub, name));
}

int
tree_find(struct tree *t, struct km_bytes name, uint64_t *idx,
    struct km_register_leaf *out)
{
	struct km_bytes	leaf;
	struct km_cbor	c;
	uint64_t	run;
	int		rc;

	for (run = *idx / KM_RUN_LEAVES; run < run_count(t->epoch.reg.size);
	    run++) {
		if ((rc = run_fetch(t, run)) != CTL_DONE)
			return rc;
		km_cbor_begin(&c, t->run.p, t->run.len);
		while ((leaf = km_register_next(&c)).len > 0) {
			if (km_register_leaf_decode(out, leaf.p, leaf.len) !=
			    KM_OK || out->index < *idx || !leaf_is(out, name))
				continue;
			*idx = out->index;
			return CTL_DONE;
		}
	}
	return CTL_NONE;
}

int
tree_leaf_path(struct tree *t, uint64_t idx, struct buf *out)
{
	uint64_t	run = idx / KM_RUN_LEAVES;
	int		rc;

	if ((rc = run_fetch(t, run)) != CTL_DONE)
		return rc;
	if (staple_path(out, idx % KM_RUN_LEAVES, t->run_leaves,
	    t->leaf_hash[0]) == -1 ||
	    staple_path(out, run, run_count(t->register_size), t->index.p) == -1)
		return say_error("out of memory");
	return CTL_DONE;
}

int
tree_fetch(struct tree *t, const char *path, size_t max, struct buf *out)
{
	return fetch(out, max, t, path, 0);
}

int
tree_status(struct tree *t, uint64_t idx, struct buf *out)
{
	char		path[LAYOUT_PATH_MAX];
	enum km_err	err;
	int		rc;

	layout_status(path, (uint32_t)(idx >> LAYOUT_SHARD_BITS));
	rc = fetch(out, LIST_MAX, t, path, 0);
	if (rc != CTL_DONE)
		return rc;
	err = km_known_add(t->known, out->p, out->len);
	return err == KM_OK ? CTL_DONE : say_error("%s/%s: not a status list "
	    "of this authority (%s)", t->url, path, km_err_name(err));
}

static void
pause_ms(int64_t ms)
{
	struct timespec	ts;

	ts.tv_sec = ms / 1000;
	ts.tv_nsec = ms % 1000 * 1000000;
	nanosleep(&ts, NULL);
}

/* Until then, or until the time is over; as tree_refresh(). */
static int
wait_until(struct tree *t, uint64_t size, int64_t end)
{
	int64_t	step = STEP_MS;
	int	rc = CTL_DONE;

	while ((rc == CTL_UNREACHABLE || (rc == CTL_DONE &&
	    t->epoch.log.size < size)) && progress_clock() < end) {
		pause_ms(step);
		step = step * 2 > STEP_MAX_MS ? STEP_MAX_MS : step * 2;
		rc = tree_refresh(t, 1);
	}
	return rc;
}

int
tree_wait(struct tree *t, const struct session *s, uint64_t size)
{
	const char	*url = s->ctl->set.value[SETTING_PUBLIC_URL];
	int		 rc = CTL_DONE;

	if (url == NULL) {
		say_note("Not looked up in public: no public_url was given.");
		return CTL_NONE;
	}
	if (t->known == NULL)
		rc = tree_open(t, url, &s->trust.bytes);
	if (rc == CTL_DONE || rc == CTL_UNREACHABLE)
		rc = wait_until(t, size, progress_clock() +
		    (int64_t)s->wait * 1000);
	if (rc == CTL_DONE && t->epoch.log.size >= size)
		return CTL_DONE;
	if (rc != CTL_DONE && rc != CTL_UNREACHABLE)
		return rc;
	say_note("Within %u seconds %s showed no epoch that contains it.",
	    s->wait, url);
	return CTL_NONE;
}
