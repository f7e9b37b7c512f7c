/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Table: records of one size, found by the key that each begins with.
 *
 * Records lie side by side in the order in which they came, so that a number
 * names one for ever; an open-addressing index of 4 bytes a cell finds them.
 * Both grow by doubling, up to a limit given at birth. 100,000 records of
 * 48 bytes take 4.8 MB and 1 MB of index.
 */
#ifndef SIGNER_TABLE_H
#define SIGNER_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct table {
	uint8_t		*rec;		/* n records, room for cap */
	uint32_t	*cell;		/* 2 * cap: number + 1, 0 is empty */
	size_t		 size;		/* bytes a record */
	size_t		 key_len;	/* bytes, at the start of each */
	size_t		 n, cap, max;
};

/* A number that no record has. */
#define TABLE_NONE	UINT32_MAX

/*
 * Empty, allocates nothing. size is a multiple of 8 (records hold structs);
 * max is below TABLE_NONE.
 */
void	 table_init(struct table *, size_t size, size_t key_len, size_t max);
void	 table_free(struct table *);

/* The record with this key of key_len bytes, or NULL. */
void	*table_find(const struct table *, const void *key);
/*
 * A new record, zeroed but for its key, which must not be there yet. NULL
 * when the table has its limit or memory is out; it is then as it was.
 * Moves the others: pointers to records do not outlive it.
 */
void	*table_add(struct table *, const void *key);
/* Make sure that n more can be added; 0, or -1. */
int	 table_room(struct table *, size_t n);

void	*table_at(const struct table *, size_t i);	/* i < n */
/* The number of a record that table_find() or table_add() gave. */
uint32_t table_number(const struct table *, const void *rec);

/*
 * Keep the records for which keep() is other than 0, in their order; the
 * numbers of those after a dropped one change.
 */
void	 table_keep(struct table *, int (*keep)(const void *rec, void *arg),
	    void *arg);

#endif
