/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What is known, from the files that were named and a copy of the published
 * tree. Trust comes from the caller and never from the tree: the tree only
 * goes on from the list that is pinned.
 *
 * A trust list that is refused leaves nothing to go by: to carry on with the
 * one before it would let a broken file bring back a revoked key.
 */
#include <stdlib.h>
#include <string.h>

#include "verifier/cli/cli.h"
#include "verifier/crypto.h"
#include "verifier/epoch.h"
#include "verifier/known.h"

enum { LISTS_MAX = 2048, PATH_LEN = 4096 };

static int
refused(const char *path, enum km_err err)
{
	cli_error(cli_word("%s: telt niet mee: %s (%s)",
	    "%s: does not count: %s (%s)"), path, cli_err_word(err),
	    km_err_name(err));
	return 0;
}

/* Without any trust: a hash that no list has. */
static int
know_nothing(struct cli_known *k)
{
	static const uint8_t	none[KM_HASH_LEN];

	km_known_end(k->known);
	k->trusted = 0;
	k->known = km_known_begin(k->mem, k->mem_len, none, sizeof(none));
	if (k->known == NULL)
		cli_error("km_known_begin");
	return k->known != NULL;
}

static int
begin(struct cli_known *k, const struct cli_file *first)
{
	struct km_bytes	bytes = { first->p, first->len };
	uint8_t		hash[KM_HASH_LEN];

	if (k->from->has_pin)
		memcpy(hash, k->from->pin, KM_HASH_LEN);
	else
		km_sha256(hash, &bytes, 1);
	km_known_end(k->known);
	k->known = km_known_begin(k->mem, k->mem_len, hash, KM_HASH_LEN);
	return k->known != NULL;
}

/* 1 when it counts; 0 when not, after saying so and forgetting all trust. */
static int
add_trust(struct cli_known *k, const char *path, const struct cli_file *f)
{
	enum km_err	err = km_known_add(k->known, f->p, f->len);

	if (err == KM_OK) {
		k->trusted = 1;
		return 1;
	}
	refused(path, err);
	know_nothing(k);
	return 0;
}

/* The lists that were named, the first of which is the pin. */
static int
named_trust(struct cli_known *k)
{
	struct cli_file	f;
	size_t		i;
	int		good = 1;

	for (i = 0; i < k->from->n_trust; i++) {
		if (cli_read(&f, k->from->trust[i], KM_TRUST_MAX, 0) != 1)
			return 0;
		if (i == 0 && !begin(k, &f)) {
			cli_file_free(&f);
			return 0;
		}
		if (good)
			good = add_trust(k, k->from->trust[i], &f);
		cli_file_free(&f);
	}
	return 1;
}

static void
tree_path(char out[PATH_LEN], const struct cli_known *k, const char *kind,
    uint32_t n)
{
	snprintf(out, PATH_LEN, "%s/%s/%u", k->from->tree, kind, n);
}

/*
 * The first list of the tree that has the hash which is pinned. Returns its
 * version, 0 when there is none.
 */
static uint32_t
find_pin(struct cli_known *k)
{
	struct cli_file	f;
	struct km_bytes	bytes;
	char		path[PATH_LEN];
	uint8_t		hash[KM_HASH_LEN];
	uint32_t	n;
	int		found = 0;

	for (n = 1; !found; n++) {
		tree_path(path, k, "trust", n);
		if (cli_read(&f, path, KM_TRUST_MAX, 1) != 1)
			break;
		bytes = (struct km_bytes){ f.p, f.len };
		km_sha256(hash, &bytes, 1);
		found = memcmp(hash, k->from->pin, KM_HASH_LEN) == 0;
		if (found && !add_trust(k, path, &f))
			found = 0;
		cli_file_free(&f);
		if (found)
			return n;
	}
	cli_error(cli_word("%s/trust: geen sleutellijst met de SHA-256 "
	    "van --trust-hash", "%s/trust: no trust list with the SHA-256 "
	    "of --trust-hash"), k->from->tree);
	return 0;
}

/* From the version in force to the newest that the tree has. */
static int
tree_trust(struct cli_known *k)
{
	struct cli_file	f;
	char		path[PATH_LEN];
	int		rc;

	if (!k->trusted && k->from->n_trust == 0 &&
	    (!k->from->has_pin || find_pin(k) == 0))
		return 1;
	while (k->trusted) {
		tree_path(path, k, "trust", k->known->trust.version + 1);
		rc = cli_read(&f, path, KM_TRUST_MAX, 1);
		if (rc != 1)
			return rc == -1;
		rc = add_trust(k, path, &f);
		cli_file_free(&f);
	}
	return 1;
}

/* 0 only when it cannot be read: what does not count is said, no more. */
static int
add_file(struct cli_known *k, const char *path, size_t max, int in_tree)
{
	struct cli_file	f;
	enum km_err	err;
	int		rc = cli_read(&f, path, max, in_tree);

	if (rc != 1)
		return rc == -1;
	if (k->trusted) {
		err = km_known_add(k->known, f.p, f.len);
		if (err != KM_OK)
			refused(path, err);
	}
	cli_file_free(&f);
	return 1;
}

int
cli_gather(struct cli_known *k, const struct cli_sources *from)
{
	static const struct cli_file	none = { NULL, 0 };
	char				path[PATH_LEN];
	size_t				i;

	memset(k, 0, sizeof(*k));
	k->from = from;
	/* Reserved, not used: the system gives pages when they are filled. */
	k->mem_len = KM_KNOWN_MIN + (size_t)LISTS_MAX * KM_KNOWN_LIST +
	    from->n_status * ((size_t)KM_LIST_INFLATED_MAX + KM_KNOWN_LIST);
	if ((k->mem = malloc(k->mem_len)) == NULL) {
		cli_error(cli_word("te weinig geheugen", "out of memory"));
		return 0;
	}
	if (!(from->has_pin ? begin(k, &none) : know_nothing(k)) ||
	    !named_trust(k))
		return 0;
	if (from->tree != NULL) {
		if (!tree_trust(k))
			return 0;
		snprintf(path, sizeof(path), "%s/epoch", from->tree);
		if (!add_file(k, path, KM_EPOCH_MAX, 1))
			return 0;
	}
	for (i = 0; i < from->n_epoch; i++)
		if (!add_file(k, from->epoch[i], KM_EPOCH_MAX, 0))
			return 0;
	for (i = 0; i < from->n_status; i++)
		if (!add_file(k, from->status[i], KM_LIST_MAX, 0))
			return 0;
	if (!k->trusted && from->n_trust == 0 && !from->has_pin)
		cli_error(cli_word("geen sleutellijst gegeven: zonder "
		    "--trust of --trust-hash is niets vast te stellen",
		    "no trust list given: without --trust or --trust-hash "
		    "nothing can be determined"));
	return 1;
}

/* The list of this shard may be in the tree, and was not tried yet. */
static int
untried(const struct cli_known *k, uint32_t shard)
{
	return k->from->tree != NULL && k->trusted &&
	    (k->tried[shard / 8] >> shard % 8 & 1) == 0;
}

/* Of another authority it is not: then the judge says so. */
static void
take_shard(struct cli_known *k, uint32_t shard)
{
	char	path[PATH_LEN];

	k->tried[shard / 8] |= (uint8_t)(1 << shard % 8);
	tree_path(path, k, "status", shard);
	add_file(k, path, KM_LIST_MAX, 1);
}

/* The shard that this badge needs and that was not tried yet; -1: none. */
static int64_t
wanted(const struct cli_known *k, struct km_bytes badge)
{
	struct km_unverified	u;

	if (k->from->tree == NULL || !k->trusted ||
	    km_look(&u, badge.p, badge.len) != KM_OK ||
	    !untried(k, u.attestation.shard))
		return -1;
	return (int64_t)u.attestation.shard;
}

int
cli_gather_wants(const struct cli_known *k, struct km_bytes badge)
{
	return wanted(k, badge) != -1;
}

void
cli_gather_shard(struct cli_known *k, struct km_bytes badge)
{
	int64_t	shard = wanted(k, badge);

	if (shard != -1)
		take_shard(k, (uint32_t)shard);
}

int
cli_gather_wants_leaf(const struct cli_known *k, uint32_t leaf)
{
	return untried(k, leaf >> 16);
}

void
cli_gather_leaf(struct cli_known *k, uint32_t leaf)
{
	if (untried(k, leaf >> 16))
		take_shard(k, leaf >> 16);
}

void
cli_known_free(struct cli_known *k)
{
	km_known_end(k->known);
	free(k->mem);
	memset(k, 0, sizeof(*k));
}
