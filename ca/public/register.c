/* SPDX-License-Identifier: EUPL-1.2 */
/* Register: all marks of an epoch, and how they are found; see register.h. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ca/base/file.h"
#include "ca/base/log.h"
#include "ca/record/layout.h"
#include "ca/record/number.h"
#include "ca/record/run.h"

#include "alike.h"
#include "register_run.h"

enum {
	LEAVES_MAX = 1 << 24,		/* 16 million: 2 GB beside the files */
	DIGIT = 12, DIGITS = 1 << DIGIT, NUMBER_BITS = 36
};

struct reg {
	uint32_t	 n;		/* attestations */
	size_t		 n_runs;
	struct run	**run;
	uint32_t	 n_marks;
	uint32_t	*first;		/* n_marks + 1 places in order */
	uint32_t	*order;		/* indices by number, then index */
	uint32_t	*mark_of;	/* mark of an index */
};

void
reg_free(struct reg *reg)
{
	size_t	i;

	if (reg == NULL)
		return;
	for (i = 0; i < reg->n_runs; i++)
		run_drop(reg->run[i]);
	free(reg->run);
	free(reg->first);
	free(reg->order);
	free(reg->mark_of);
	free(reg);
}

/* The roots of the runs of this epoch; 0, or -1 after a log line. */
static int
index_read(struct buf *roots, const struct files *files,
    const struct km_epoch *e)
{
	struct stat	st;
	struct buf	bytes;
	uint64_t	size = 0;
	uint8_t		root[KM_HASH_LEN];
	enum km_err	err;
	char		name[LAYOUT_PATH_MAX];
	int		fd, rc;

	layout_index(name, e->number);
	if ((fd = files_open(files, name, &st)) == -1) {
		log_warn("%s: expected the index of the register", name);
		return -1;
	}
	buf_init(&bytes, RUN_INDEX_MAX);
	rc = file_read_fd(&bytes, fd);
	close(fd);
	err = rc == -1 ? KM_ERR_LIMIT : run_index_decode(&size, roots,
	    (struct km_bytes){ bytes.p, bytes.len });
	buf_free(&bytes);
	if (err == KM_OK && size != e->reg.size)
		err = KM_ERR_MISMATCH;
	if (err == KM_OK && size > LEAVES_MAX)
		err = KM_ERR_LIMIT;
	if (err == KM_OK) {
		run_root_of(root, roots->p, roots->len / KM_HASH_LEN);
		if (memcmp(root, e->reg.root, KM_HASH_LEN) != 0)
			err = KM_ERR_PROOF;
	}
	if (err == KM_OK)
		return 0;
	log_warnx("%s: does not count: %s", name, km_err_name(err));
	return -1;
}

/* A run keeps its place from one epoch to the next. */
static struct run *
run_take(const struct files *files, const uint8_t root[KM_HASH_LEN], size_t i,
    uint32_t n, const struct reg *old)
{
	struct run	*r;

	if (old != NULL && i < old->n_runs) {
		r = old->run[i];
		if (!r->broken && r->n == n &&
		    memcmp(r->root, root, KM_HASH_LEN) == 0)
			return run_share(r);
	}
	return run_open(files, root, (uint32_t)(i * KM_RUN_LEAVES), n);
}

static int
runs_take(struct reg *reg, const struct files *files, const struct buf *roots,
    const struct reg *old)
{
	size_t	i, n = roots->len / KM_HASH_LEN;

	if ((reg->run = calloc(n + 1, sizeof(struct run *))) == NULL) {
		log_warn("register");
		return -1;
	}
	for (i = 0; i < n; i++) {
		reg->run[i] = run_take(files, roots->p + i * KM_HASH_LEN, i,
		    (uint32_t)run_leaves(reg->n, i), old);
		if (reg->run[i] == NULL)
			return -1;
		reg->n_runs = i + 1;
	}
	return 0;
}

static const struct run_leaf *
leaf_of(const struct reg *reg, uint32_t index)
{
	return &reg->run[index / KM_RUN_LEAVES]->leaf[index % KM_RUN_LEAVES];
}

/* One digit of the numbers, the rest of the order stays. */
static void
sort_digit(const struct reg *reg, uint32_t *to, const uint32_t *from,
    unsigned int shift)
{
	static const uint32_t	zero[DIGITS];
	uint32_t		count[DIGITS], i, sum = 0, n;

	memcpy(count, zero, sizeof(count));
	for (i = 0; i < reg->n; i++)
		count[leaf_of(reg, from[i])->number >> shift & (DIGITS - 1)]++;
	for (i = 0; i < DIGITS; i++) {
		n = count[i];
		count[i] = sum;
		sum += n;
	}
	for (i = 0; i < reg->n; i++)
		to[count[leaf_of(reg, from[i])->number >> shift &
		    (DIGITS - 1)]++] = from[i];
}

/* By number, then by index; numbers are given in order, so mostly it is. */
static void
sort(struct reg *reg, uint32_t *other)
{
	unsigned int	shift;
	uint32_t	i;

	for (i = 0; i < reg->n; i++)
		reg->order[i] = i;
	for (i = 1; i < reg->n; i++)
		if (leaf_of(reg, i - 1)->number > leaf_of(reg, i)->number)
			break;
	if (i >= reg->n)
		return;
	for (shift = 0; shift < NUMBER_BITS; shift += DIGIT) {
		sort_digit(reg, other, reg->order, shift);
		memcpy(reg->order, other, reg->n * sizeof(*other));
	}
}

static int
marks_take(struct reg *reg)
{
	size_t		 n = (size_t)reg->n + 1;
	uint32_t	 i, m = 0;

	reg->order = malloc(n * sizeof(uint32_t));
	reg->first = malloc(n * sizeof(uint32_t));
	reg->mark_of = malloc(n * sizeof(uint32_t));
	if (reg->order == NULL || reg->first == NULL || reg->mark_of == NULL) {
		log_warn("register");
		return -1;
	}
	sort(reg, reg->first);
	for (i = 0; i < reg->n; i++) {
		if (i == 0 || leaf_of(reg, reg->order[i])->number !=
		    leaf_of(reg, reg->order[i - 1])->number)
			reg->first[m++] = i;
		reg->mark_of[reg->order[i]] = m - 1;
	}
	reg->first[m] = reg->n;
	reg->n_marks = m;
	return 0;
}

struct reg *
reg_load(const struct files *files, const struct km_epoch *e, struct reg *old)
{
	struct reg	*reg;
	struct buf	 roots;
	int		 good;

	if ((reg = calloc(1, sizeof(*reg))) == NULL) {
		log_warn("register");
		return NULL;
	}
	buf_init(&roots, RUN_INDEX_MAX);
	good = index_read(&roots, files, e) == 0;
	if (good) {
		reg->n = (uint32_t)e->reg.size;
		good = runs_take(reg, files, &roots, old) == 0 &&
		    marks_take(reg) == 0;
	}
	buf_free(&roots);
	if (good)
		return reg;
	reg_free(reg);
	return NULL;
}

int
reg_broken(const struct reg *reg)
{
	size_t	i;

	for (i = 0; i < reg->n_runs; i++)
		if (reg->run[i]->broken)
			return 1;
	return 0;
}

uint32_t
reg_marks(const struct reg *reg)
{
	return reg->n_marks;
}

size_t
reg_runs(const struct reg *reg)
{
	return reg->n_runs;
}

struct run *
reg_run(const struct reg *reg, size_t i)
{
	return reg->run[i];
}

uint32_t
reg_leaves(const struct reg *reg)
{
	return reg->n;
}

struct run *
reg_leaf(const struct reg *reg, uint32_t index, const struct run_leaf **leaf)
{
	*leaf = leaf_of(reg, index);
	return reg->run[index / KM_RUN_LEAVES];
}

const uint32_t *
reg_indices(const struct reg *reg, uint32_t mark, size_t *n)
{
	*n = reg->first[mark + 1] - reg->first[mark];
	return &reg->order[reg->first[mark]];
}

uint32_t
reg_mark_of(const struct reg *reg, uint32_t index)
{
	return reg->mark_of[index];
}

int64_t
reg_find(const struct reg *reg, struct km_bytes number)
{
	uint64_t	want, found;
	uint32_t	lo = 0, hi = reg->n_marks, mid;
	unsigned int	year, seq;

	if (number_parse(number, &year, &seq) == -1)
		return -1;
	want = (uint64_t)year << 20 | seq;
	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		found = leaf_of(reg, reg->order[reg->first[mid]])->number;
		if (found == want)
			return mid;
		if (found < want)
			lo = mid + 1;
		else
			hi = mid;
	}
	return -1;
}

/* Places ascending, each once; the first max of them. */
static size_t
place_add(uint32_t *out, size_t n, size_t max, uint32_t mark)
{
	size_t	at, k;

	for (at = 0; at < n && out[at] < mark; at++)
		;
	if (at < n && out[at] == mark)
		return n;
	if (at == max)
		return n;
	if (n < max)
		n++;
	for (k = n - 1; k > at; k--)
		out[k] = out[k - 1];
	out[at] = mark;
	return n;
}

static int
names_holder(const struct km_attestation *a, struct km_bytes key)
{
	return km_bytes_equal(a->kvk, key) || km_bytes_equal(a->sub, key) ||
	    km_bytes_equal(a->euid, key) || km_bytes_equal(a->lei, key);
}

static int
names_host(const struct km_attestation *a, struct km_bytes key)
{
	size_t	i;

	for (i = 0; i < a->n_hosts; i++)
		if (km_bytes_equal(a->host[i], key))
			return 1;
	return 0;
}

static size_t
find_all(uint32_t *out, size_t max, const struct reg *reg, enum run_by by,
    struct km_bytes hashed, struct km_bytes key,
    int (*names)(const struct km_attestation *, struct km_bytes))
{
	struct km_attestation	a;
	uint32_t		at;
	size_t			i, n = 0;
	int			leaf;

	for (i = 0; i < reg->n_runs; i++)
		for (at = 0; (leaf = run_next(reg->run[i], &at, by, hashed)) !=
		    -1;)
			if (run_read(reg->run[i], (uint32_t)leaf, NULL, &a) ==
			    0 && names(&a, key))
				n = place_add(out, n, max, reg->mark_of[
				    reg->run[i]->first + (uint32_t)leaf]);
	return n;
}

size_t
reg_of_holder(uint32_t *out, size_t max, const struct reg *reg,
    struct km_bytes key)
{
	char	id[ALIKE_ID_MAX];
	size_t	len;

	if (!km_is_party(key) || (len = run_holder_key(id, key)) == 0)
		return 0;
	return find_all(out, max, reg, RUN_BY_HOLDER, (struct km_bytes){
	    (const uint8_t *)id, len }, key, names_holder);
}

size_t
reg_of_host(uint32_t *out, size_t max, const struct reg *reg,
    struct km_bytes host)
{
	if (!km_is_host(host))
		return 0;
	return find_all(out, max, reg, RUN_BY_HOST, run_host_key(host), host,
	    names_host);
}
