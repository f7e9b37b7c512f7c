/* SPDX-License-Identifier: EUPL-1.2 */
/* Table: records found by their key; see table.h. */
#include <stdlib.h>
#include <string.h>

#include "table.h"

enum { TABLE_CAP_FIRST = 16 };

/*
 * FNV-1a with a last mix. What is put into these tables was approved by
 * officers first, so nobody chooses keys that collide.
 */
static size_t
hash(const uint8_t *key, size_t len)
{
	uint64_t	h = UINT64_C(14695981039346656037);
	size_t		i;

	for (i = 0; i < len; i++)
		h = (h ^ key[i]) * UINT64_C(1099511628211);
	h ^= h >> 32;
	return (size_t)(h * UINT64_C(0x9e3779b97f4a7c15) >> 16);
}

/* Where key stands, or the empty cell where it would. */
static size_t
cell_of(const struct table *t, const void *key)
{
	size_t	i, mask = 2 * t->cap - 1;

	for (i = hash(key, t->key_len) & mask; t->cell[i] != 0;
	    i = (i + 1) & mask)
		if (memcmp(table_at(t, t->cell[i] - 1), key, t->key_len) == 0)
			break;
	return i;
}

static void
fill_cells(struct table *t)
{
	size_t	i;

	memset(t->cell, 0, 2 * t->cap * sizeof(*t->cell));
	for (i = 0; i < t->n; i++)
		t->cell[cell_of(t, table_at(t, i))] = (uint32_t)i + 1;
}

static int
grow(struct table *t, size_t cap)
{
	uint32_t	*cell;
	uint8_t		*rec;

	if (cap > SIZE_MAX / t->size / 2 || cap > SIZE_MAX / 16)
		return -1;
	cell = malloc(2 * cap * sizeof(*cell));
	rec = cell == NULL ? NULL : realloc(t->rec, cap * t->size);
	if (rec == NULL) {
		free(cell);
		return -1;
	}
	t->rec = rec;
	free(t->cell);
	t->cell = cell;
	t->cap = cap;
	fill_cells(t);
	return 0;
}

void
table_init(struct table *t, size_t size, size_t key_len, size_t max)
{
	memset(t, 0, sizeof(*t));
	t->size = size;
	t->key_len = key_len;
	t->max = max;
}

void
table_free(struct table *t)
{
	free(t->rec);
	free(t->cell);
	table_init(t, t->size, t->key_len, t->max);
}

void *
table_find(const struct table *t, const void *key)
{
	size_t	i;

	if (t->n == 0)
		return NULL;
	i = cell_of(t, key);
	return t->cell[i] == 0 ? NULL : table_at(t, t->cell[i] - 1);
}

int
table_room(struct table *t, size_t n)
{
	size_t	cap = t->cap == 0 ? TABLE_CAP_FIRST : t->cap;

	if (n > t->max - t->n)
		return -1;
	while (cap < t->n + n)
		cap *= 2;
	return cap == t->cap ? 0 : grow(t, cap);
}

void *
table_add(struct table *t, const void *key)
{
	uint8_t	*rec;

	if (table_room(t, 1) == -1)
		return NULL;
	t->cell[cell_of(t, key)] = (uint32_t)t->n + 1;
	rec = t->rec + t->n++ * t->size;
	memset(rec, 0, t->size);
	memcpy(rec, key, t->key_len);
	return rec;
}

void *
table_at(const struct table *t, size_t i)
{
	return t->rec + i * t->size;
}

uint32_t
table_number(const struct table *t, const void *rec)
{
	return (uint32_t)((size_t)((const uint8_t *)rec - t->rec) / t->size);
}

void
table_keep(struct table *t, int (*keep)(const void *rec, void *arg),
    void *arg)
{
	size_t	i, n = 0;

	for (i = 0; i < t->n; i++)
		if (keep(table_at(t, i), arg)) {
			if (n != i)
				memcpy(table_at(t, n), table_at(t, i),
				    t->size);
			n++;
		}
	t->n = n;
	if (t->cap > 0)
		fill_cells(t);
}
