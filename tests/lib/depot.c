/* SPDX-License-Identifier: EUPL-1.2 */
/* Depot: a store for tests; see depot.h. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "depot.h"

char		depot_dir[64], depot_path[80];
static char	said[80];
static int	saved = -1;

int
depot_equals(struct km_bytes b, const char *s)
{
	return km_bytes_equal(b, TEXT(s));
}

void
depot_id(uint8_t out[KM_HASH_LEN], unsigned int n)
{
	memset(out, 0, KM_HASH_LEN);
	out[0] = (uint8_t)n;
	out[31] = 1;
}

int
depot_setup(void **state)
{
	(void)state;
	strcpy(depot_dir, "/tmp/test_office_store.XXXXXX");
	if (mkdtemp(depot_dir) == NULL)
		return -1;
	snprintf(depot_path, sizeof(depot_path), "%s/store.db", depot_dir);
	snprintf(said, sizeof(said), "%s/said", depot_dir);
	return store_create(depot_dir, TEXT(DEPOT_AUTHORITY),
	    KM_ENVIRONMENT_DEMONSTRATION);
}

int
depot_teardown(void **state)
{
	static const char *const	names[] = { "store.db", "said",
					    "store.db-wal", "store.db-shm",
					    "store.db.new" };
	char				name[96];
	size_t				i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(name, sizeof(name), "%s/%s", depot_dir, names[i]);
		unlink(name);
	}
	return rmdir(depot_dir);
}

struct store *
depot_open(void)
{
	struct store	*st;

	st = store_open(depot_dir, TEXT(DEPOT_AUTHORITY),
	    KM_ENVIRONMENT_DEMONSTRATION, 0);
	assert_non_null(st);
	return st;
}

/* Run what fails, with what it logs in said. */
void
depot_listen(void)
{
	int	fd = open(said, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd != -1);
	saved = dup(STDERR_FILENO);
	assert_int_equal(dup2(fd, STDERR_FILENO), STDERR_FILENO);
	close(fd);
}

int
depot_heard(const char *what)
{
	char	line[4096];
	ssize_t	n;
	int	fd;

	dup2(saved, STDERR_FILENO);
	close(saved);
	if ((fd = open(said, O_RDONLY)) == -1)
		return 0;
	n = read(fd, line, sizeof(line) - 1);
	close(fd);
	line[n < 0 ? 0 : n] = '\0';
	if (strstr(line, what) != NULL)
		return 1;
	fprintf(stderr, "expected \"%s\", found: %s\n", what, line);
	return 0;
}

/* SQL of a stranger's; gives SQLite's result. */
int
depot_sql(const char *statement)
{
	sqlite3	*db;
	int	 rc;

	assert_int_equal(sqlite3_open_v2(depot_path, &db,
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE, NULL), SQLITE_OK);
	sqlite3_exec(db, "PRAGMA foreign_keys = ON", NULL, NULL, NULL);
	rc = sqlite3_exec(db, statement, NULL, NULL, NULL);
	sqlite3_close(db);
	return rc;
}

void
depot_act(struct store_act *act, uint64_t index)
{
	memset(act, 0, sizeof(*act));
	act->index = index;
	act->batch = 1;
	depot_id(act->id, (unsigned int)index);
	act->kind = DECISION_GRANT;
	act->subject = TEXT(DEPOT_SUB);
	act->decision = TEXT("decision");
	act->approvals = TEXT("\x80");
	act->leaf = TEXT("leaf");
	act->mark = TEXT(DEPOT_MARK);
}

