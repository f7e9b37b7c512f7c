/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Depot: a store in a directory of its own, for tests of the store. Included
 * after cmocka.h; what goes wrong in here fails the test.
 *
 * Setup and teardown of each test; then the store is there and closed.
 */
#ifndef TESTS_DEPOT_H
#define TESTS_DEPOT_H

#include "ca/office/store.h"

#define DEPOT_AUTHORITY	"https://keurmerk.example"	/* demonstration */
#define DEPOT_MARK	"KM-2026-000123-P"
#define DEPOT_SUB	"NTRNL-69599068"

#define TEXT(s)	km_bytes_of(s)

extern char	depot_dir[64], depot_path[80];	/* and its store.db */

int	depot_setup(void **);
int	depot_teardown(void **);
struct store *depot_open(void);

/* Between them what is logged is kept; heard() 1 when what is part of it. */
void	depot_listen(void);
int	depot_heard(const char *what);
/* SQL of a stranger's; gives SQLite's extended result. */
int	depot_sql(const char *statement);

int	depot_equals(struct km_bytes, const char *);
void	depot_id(uint8_t out[KM_HASH_LEN], unsigned int n);
/* A grant that stands at this place in the log, its id by depot_id(). */
void	depot_act(struct store_act *, uint64_t index);

#endif
