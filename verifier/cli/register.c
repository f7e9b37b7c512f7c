/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The register of a copy of the tree. The runs are read, not mapped: what was
 * checked must still be that when it answers, whatever happens to the file.
 */
#include <stdlib.h>
#include <string.h>

#include "verifier/cli/register.h"
#include "verifier/known.h"
#include "verifier/tree.h"

enum {
	PATH_LEN = 4096, INDEX_MAX = 8 << 20, RUN_MAX = 8 << 20,
	LEAF_DEPTH = 3
};

/* Not the caller's fault, and no answer: 1 after saying so. */
static int
refused(const char *path, enum km_err err)
{
	cli_error(cli_word("%s: telt niet mee: %s (%s); haal het register "
	    "opnieuw op met keurmerk sync", "%s: does not count: %s (%s); "
	    "fetch the register again with keurmerk sync"), path,
	    cli_err_word(err), km_err_name(err));
	return 1;
}

static void
run_path(char out[PATH_LEN], const struct cli_known *k,
    const uint8_t hash[KM_HASH_LEN])
{
	static const char	hex[] = "0123456789abcdef";
	int			at;
	size_t			i;

	at = snprintf(out, PATH_LEN - 2 * KM_HASH_LEN, "%s/register/",
	    k->from->tree);
	if (at < 0 || at >= PATH_LEN - 2 * KM_HASH_LEN)
		at = 0;
	for (i = 0; i < KM_HASH_LEN; i++) {
		out[at++] = hex[hash[i] >> 4];
		out[at++] = hex[hash[i] & 15];
	}
	out[at] = '\0';
}

/* The root that a run has, which is its name. */
static int
run_is(const struct cli_file *f, const uint8_t hash[KM_HASH_LEN])
{
	struct km_frontier	tree;
	struct km_cbor		d;
	struct km_bytes		leaf;
	uint8_t			h[KM_HASH_LEN];

	km_frontier_begin(&tree);
	km_cbor_begin(&d, f->p, f->len);
	while ((leaf = km_register_next(&d)).len > 0) {
		km_leaf_hash(h, leaf);
		km_frontier_add(&tree, h);
	}
	km_frontier_root(h, &tree);
	return km_cbor_end(&d) == KM_OK && memcmp(h, hash, KM_HASH_LEN) == 0;
}

/* [size, [* hash]] (schemas/register.cddl); *d stands at the first hash. */
static enum km_err
index_begin(struct km_cbor *d, const struct cli_file *f,
    const struct km_tree_head *head, size_t *n)
{
	struct km_cbor	all;
	size_t		i;

	km_cbor_begin(d, f->p, f->len);
	km_cbor_array(d, 2, 2);
	if (km_cbor_uint(d, 0, UINT32_MAX) != head->size && d->err == KM_OK)
		return KM_ERR_MISMATCH;
	*n = km_cbor_array(d, 0, KM_LOOKUP_MAX / KM_RUN_LEAVES);
	all = *d;
	for (i = 0; i < *n; i++)
		km_cbor_bytes(&all, KM_HASH_LEN, KM_HASH_LEN);
	if (km_cbor_end(&all) == KM_OK &&
	    *n != (head->size + KM_RUN_LEAVES - 1) / KM_RUN_LEAVES)
		return KM_ERR_MISMATCH;
	return km_cbor_end(&all);
}

/* Every file of the index; 1, 0 unreadable, -1 when one is missing. */
static int
read_runs(struct cli_register *r, const struct cli_known *k,
    struct km_cbor index)
{
	char	path[PATH_LEN];
	size_t	i;
	int	rc;

	for (i = 0; i < r->n; i++) {
		run_path(path, k, km_cbor_bytes(&index, KM_HASH_LEN,
		    KM_HASH_LEN).p);
		if ((rc = cli_read(&r->file[i], path, RUN_MAX, 1)) == -1)
			refused(path, KM_ERR_MISSING);
		if (rc != 1)
			return rc;
		r->run[i] = (struct km_bytes){ r->file[i].p,
		    r->file[i].len };
	}
	return 1;
}

/* Which file it is that does not fit; else the index itself. */
static void
blame(const struct cli_register *r, const struct cli_known *k,
    struct km_cbor index, const char *index_path, enum km_err err)
{
	char		path[PATH_LEN];
	const uint8_t	*hash;
	size_t		i;

	for (i = 0; i < r->n; i++) {
		hash = km_cbor_bytes(&index, KM_HASH_LEN, KM_HASH_LEN).p;
		if (run_is(&r->file[i], hash))
			continue;
		run_path(path, k, hash);
		refused(path, err);
		return;
	}
	refused(index_path, err);
}

static int
give(struct cli_register *r, struct cli_known *k, struct km_cbor index,
    const char *index_path)
{
	uint64_t	size = k->known->epoch.reg.size;
	enum km_err	err;
	size_t		room;
	int		rc;

	r->file = calloc(r->n + 1, sizeof(*r->file));
	r->run = calloc(r->n + 1, sizeof(*r->run));
	room = size > UINT32_MAX ? SIZE_MAX :
	    km_register_room((uint32_t)size);
	r->mem = malloc(room);
	if (r->file == NULL || r->run == NULL || r->mem == NULL) {
		cli_error(cli_word("te weinig geheugen", "out of memory"));
		return 0;
	}
	if ((rc = read_runs(r, k, index)) != 1)
		return rc == -1;
	err = km_known_register(k->known, r->mem, room, r->run, r->n);
	if (err != KM_OK)
		blame(r, k, index, index_path, err);
	return 1;
}

int
cli_register_read(struct cli_register *r, struct cli_known *k)
{
	char		path[PATH_LEN];
	struct cli_file	f;
	struct km_cbor	index;
	enum km_err	err;
	int		rc;

	memset(r, 0, sizeof(*r));
	if (!k->trusted || k->from->tree == NULL || !k->known->has_epoch)
		return 1;
	snprintf(path, sizeof(path), "%s/register/index/%u", k->from->tree,
	    k->known->epoch.number);
	if ((rc = cli_read(&f, path, INDEX_MAX, 1)) == -1)
		return refused(path, KM_ERR_MISSING);
	if (rc == 0)
		return 0;
	err = index_begin(&index, &f, &k->known->epoch.reg, &r->n);
	rc = err != KM_OK ? refused(path, err) : give(r, k, index, path);
	if (err != KM_OK)
		r->n = 0;
	cli_file_free(&f);
	return rc;
}

void
cli_register_free(struct cli_register *r)
{
	size_t	i;

	for (i = 0; i < r->n && r->file != NULL; i++)
		cli_file_free(&r->file[i]);
	free(r->file);
	free(r->run);
	free(r->mem);
	memset(r, 0, sizeof(*r));
}
