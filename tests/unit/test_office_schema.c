/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The store as a file: what is never taken for a first run, what the schema
 * holds, and that a killed process leaves all of a transaction or nothing.
 */
#include <sys/stat.h>
#include <sys/wait.h>

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

#include "ca/office/store_sql.h"
#include "tests/lib/depot.h"

static void
write_file(const char *bytes, size_t len)
{
	int	fd = open(depot_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd != -1);
	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
}

static void
assert_refused(enum km_environment environment, const char *authority,
    const char *what)
{
	depot_listen();
	assert_null(store_open(depot_dir, TEXT(authority), environment, 0));
	assert_true(depot_heard(what));
	depot_listen();
	assert_null(store_open(depot_dir, TEXT(authority), environment, 1));
	assert_true(depot_heard(what));
}

static void
test_never_a_first_run(void **state)
{
	const enum km_environment	demo = KM_ENVIRONMENT_DEMONSTRATION;
	struct stat			sb;
	char				junk[8192];

	(void)state;
	assert_refused(demo, "https://other.example", "names another");
	assert_refused(KM_ENVIRONMENT_PRODUCTION, DEPOT_AUTHORITY,
	    "names another");

	assert_int_equal(depot_sql("PRAGMA user_version = 2"), SQLITE_OK);
	assert_refused(demo, DEPOT_AUTHORITY,
	    "expected schema 1 to 1, found 2");
	assert_int_equal(depot_sql("PRAGMA user_version = 0"), SQLITE_OK);
	assert_refused(demo, DEPOT_AUTHORITY,
	    "expected schema 1 to 1, found 0");
	assert_int_equal(depot_sql("PRAGMA user_version = 1;"
	    "PRAGMA application_id = 7"), SQLITE_OK);
	assert_refused(demo, DEPOT_AUTHORITY, "another program");
	assert_int_equal(depot_sql("PRAGMA application_id = 1263358539;"
	    "DELETE FROM meta"), SQLITE_OK);
	assert_refused(demo, DEPOT_AUTHORITY, "expected one row in meta");

	write_file("", 0);
	assert_refused(demo, DEPOT_AUTHORITY, "found an empty file");
	memset(junk, 'x', sizeof(junk));
	write_file(junk, sizeof(junk));
	assert_refused(demo, DEPOT_AUTHORITY, "no database");
	assert_int_equal(unlink(depot_path), 0);
	assert_refused(demo, DEPOT_AUTHORITY, "run keurmerkd init");
	assert_int_equal(stat(depot_path, &sb), -1);
	assert_int_equal(mkdir(depot_path, 0700), 0);
	assert_refused(demo, DEPOT_AUTHORITY, "expected a file");
	assert_int_equal(rmdir(depot_path), 0);
}

static void
test_created_once(void **state)
{
	struct store_meta	 meta;
	struct store		*st;
	struct stat		 sb;
	char			 name[96];

	(void)state;
	assert_int_equal(stat(depot_path, &sb), 0);
	assert_int_equal(sb.st_mode & 0777, 0600);
	depot_listen();
	assert_int_equal(store_create(depot_dir, TEXT(DEPOT_AUTHORITY),
	    KM_ENVIRONMENT_DEMONSTRATION), -1);
	assert_true(depot_heard("expected nothing here"));

	/* What an init left that was killed is no store, and in no way. */
	assert_int_equal(unlink(depot_path), 0);
	snprintf(name, sizeof(name), "%s/store.db.new", depot_dir);
	assert_int_equal(close(open(name, O_CREAT | O_WRONLY, 0600)), 0);
	assert_int_equal(store_create(depot_dir, TEXT(DEPOT_AUTHORITY),
	    KM_ENVIRONMENT_DEMONSTRATION), 0);
	assert_int_equal(stat(name, &sb), -1);
	st = depot_open();
	assert_int_equal(store_meta(st, &meta), 0);
	assert_int_equal(meta.batch, 0);
	assert_int_equal(meta.log_size, 0);
	assert_int_equal(meta.register_size, 0);
	assert_int_equal(meta.epoch, 0);
	store_close(st);
	depot_listen();
	assert_int_equal(store_create("/nonexistent", TEXT(DEPOT_AUTHORITY),
	    KM_ENVIRONMENT_DEMONSTRATION), -1);
	assert_true(depot_heard("/nonexistent"));
}

/* Each breaks one CHECK, key or trigger of schemas/store/001.sql. */
static void
test_schema(void **state)
{
#define ID	"zeroblob(32)"
#define ACT	"INSERT INTO act (log_index, id, batch, kind, subject, mark," \
		" leaf, decision, approvals) VALUES "
#define PENDING	"INSERT INTO pending (id, at, valid_until, missing," \
		" decision) VALUES "
#define SUBJECT	"INSERT INTO subject (subject, kind, head, in_force) VALUES "
#define SLOT	"INSERT INTO attestation VALUES "
#define LIST	"INSERT INTO list (kind, version, hash, name, bytes) VALUES "
	static const struct {
		int		 good;
		const char	*statement;
	} rows[] = {
		{ 0, "INSERT INTO meta SELECT 2, authority, 0, 0, 0,"
		    " epoch_hash FROM meta" },
		{ 0, "UPDATE meta SET authority = 'http://x'" },
		{ 0, "UPDATE meta SET environment = 3" },
		{ 0, "UPDATE meta SET batch = -1" },
		{ 0, "UPDATE meta SET epoch = 4294967296" },
		{ 0, "UPDATE meta SET epoch_hash = zeroblob(31)" },
		{ 0, "UPDATE meta SET batch = 'x'" },

		{ 1, ACT "(0, " ID ", 1, 1, '', NULL, x'00', x'00', x'00')" },
		{ 0, ACT "(0, x'00', 1, 1, '', NULL, x'00', x'00', x'00')" },
		{ 0, ACT "(1, " ID ", 1, 1, '', NULL, x'00', x'00', x'00')" },
		{ 0, ACT "(-1, randomblob(32), 1, 1, '', NULL, x'00', x'00',"
		    " x'00')" },
		{ 0, ACT "(2, randomblob(32), 0, 1, '', NULL, x'00', x'00',"
		    " x'00')" },
		{ 0, ACT "(2, randomblob(32), 1, 29, '', NULL, x'00', x'00',"
		    " x'00')" },
		{ 0, ACT "(2, randomblob(32), 1, 1, '', 'KM', x'00', x'00',"
		    " x'00')" },
		{ 0, ACT "(2, randomblob(32), 1, 1, '', NULL, x'', x'00',"
		    " x'00')" },
		{ 0, ACT "(2, randomblob(32), 1, 1, '', NULL, x'00', x'',"
		    " x'00')" },
		{ 0, ACT "(2, randomblob(32), 1, 1, '', NULL, x'00', x'00',"
		    " x'')" },
		{ 0, ACT "(2, randomblob(32), 1, 1, NULL, NULL, x'00', x'00',"
		    " x'00')" },
		{ 0, "DELETE FROM act" },

		{ 1, PENDING "(" ID ", 0, 1, 4, x'00')" },
		{ 0, PENDING "(" ID ", 0, 1, 4, x'00')" },
		{ 0, PENDING "(randomblob(31), 0, 1, 4, x'00')" },
		{ 0, PENDING "(randomblob(32), -1, 1, 4, x'00')" },
		{ 0, PENDING "(randomblob(32), 0, 253402300800, 4, x'00')" },
		{ 0, PENDING "(randomblob(32), 0, 1, 64, x'00')" },
		{ 0, PENDING "(randomblob(32), 0, 1, 4, zeroblob(8193))" },
		{ 1, "INSERT INTO approval VALUES (1, 'x', x'00')" },
		{ 0, "INSERT INTO approval VALUES (1, 'x', x'00')" },
		{ 0, "INSERT INTO approval VALUES (2, 'x', x'00')" },
		{ 0, "INSERT INTO approval VALUES (1, '', x'00')" },
		{ 0, "INSERT INTO approval VALUES (1, 'y', zeroblob(513))" },

		{ 1, SUBJECT "('" DEPOT_SUB "', 1, " ID ", " ID ")" },
		{ 1, SUBJECT "('', 4, " ID ", NULL)" },
		{ 0, SUBJECT "('" DEPOT_SUB "', 1, " ID ", " ID ")" },
		{ 0, SUBJECT "('a', 1, " ID ", NULL)" },
		{ 0, SUBJECT "('a', 3, " ID ", " ID ")" },
		{ 0, SUBJECT "('a', 4, " ID ", NULL)" },
		{ 0, SUBJECT "('a', 5, " ID ", NULL)" },
		{ 0, SUBJECT "('a', 3, x'00', NULL)" },
		{ 1, "INSERT INTO assessment VALUES ('" DEPOT_SUB "', 0)" },
		{ 0, "INSERT INTO assessment VALUES ('" DEPOT_SUB "', 0)" },
		{ 0, "INSERT INTO assessment VALUES ('a', 0)" },
		{ 0, "INSERT INTO assessment VALUES ('" DEPOT_SUB "', 9)" },
		{ 1, "INSERT INTO mark VALUES ('" DEPOT_MARK "', '" DEPOT_SUB
		    "')" },
		{ 0, "INSERT INTO mark VALUES ('KM-2026', '" DEPOT_SUB "')" },
		{ 0, "INSERT INTO mark VALUES ('KM-2026-000124-N', 'a')" },

		{ 1, SLOT "(0, '" DEPOT_MARK "', 0, 9, x'00')" },
		{ 0, SLOT "(1, 'KM-2026-000124-N', 0, 9, x'00')" },
		{ 0, SLOT "(-1, '" DEPOT_MARK "', 0, 9, x'00')" },
		{ 0, SLOT "(4294967296, '" DEPOT_MARK "', 0, 9, x'00')" },
		{ 0, SLOT "(1, '" DEPOT_MARK "', 4, 9, x'00')" },
		{ 0, SLOT "(1, '" DEPOT_MARK "', 0, -1, x'00')" },
		{ 0, SLOT "(1, '" DEPOT_MARK "', 0, 9, zeroblob(8193))" },
		{ 1, "UPDATE attestation SET status = 2" },
		{ 1, "UPDATE attestation SET status = 0" },
		{ 1, "UPDATE attestation SET status = 1" },
		{ 0, "UPDATE attestation SET status = 0" },
		{ 0, "UPDATE attestation SET status = 2" },
		{ 0, "UPDATE attestation SET status = 3" },
		{ 1, "UPDATE attestation SET status = 1, leaf = x'01'" },
		{ 0, "DELETE FROM attestation" },
		{ 0, "DELETE FROM mark" },
		{ 0, "INSERT INTO dirty VALUES (-1)" },
		{ 0, "INSERT INTO dirty VALUES (4194304)" },

		{ 1, LIST "(1, 1, " ID ", '', x'00')" },
		{ 0, LIST "(1, 1, " ID ", '', x'00')" },
		{ 0, LIST "(4, 2, " ID ", '', x'00')" },
		{ 0, LIST "(1, 0, " ID ", '', x'00')" },
		{ 0, LIST "(1, 2, x'00', '', x'00')" },
		{ 0, LIST "(1, 2, " ID ", 'name', x'00')" },
		{ 0, LIST "(3, 2, " ID ", '', x'00')" },
		{ 1, LIST "(3, 2, " ID ", 'name', x'00')" },
		{ 0, LIST "(3, 3, " ID ", 'name', x'')" },
		{ 0, "INSERT INTO disabled VALUES ('')" },
	};
	size_t	i;
	int	rc;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		rc = depot_sql(rows[i].statement);
		if (rows[i].good ? rc != SQLITE_OK :
		    (rc & 0xff) != SQLITE_CONSTRAINT)
			fail_msg("%s: result %d", rows[i].statement, rc);
	}
}

/*
 * Beside a running office: reads what was committed, sees one moment from
 * begin on, and cannot write.
 */
static void
test_read_only(void **state)
{
	struct store_act	 act;
	struct store_meta	 meta;
	struct store		*st, *audit;

	(void)state;
	st = depot_open();
	audit = store_open(depot_dir, TEXT(DEPOT_AUTHORITY),
	    KM_ENVIRONMENT_DEMONSTRATION, 1);
	assert_non_null(audit);
	assert_int_equal(store_begin(audit), 0);
	assert_int_equal(store_meta(audit, &meta), 0);
	depot_act(&act, 0);
	assert_int_equal(store_act_add(st, &act), 0);
	assert_int_equal(store_meta(audit, &meta), 0);
	assert_int_equal(meta.log_size, 0);
	assert_int_equal(store_commit(audit), 0);
	assert_int_equal(store_meta(audit, &meta), 0);
	assert_int_equal(meta.log_size, 1);
	depot_listen();
	assert_int_equal(store_batch_set(audit, 3), -1);
	assert_true(depot_heard("readonly"));
	store_close(audit);
	store_close(st);
	/* And when no office has it open. */
	audit = store_open(depot_dir, TEXT(DEPOT_AUTHORITY),
	    KM_ENVIRONMENT_DEMONSTRATION, 1);
	assert_non_null(audit);
	assert_int_equal(store_meta(audit, &meta), 0);
	assert_int_equal(meta.log_size, 1);
	store_close(audit);
}

static void
test_rollback(void **state)
{
	struct store_act	 act;
	struct store_meta	 meta;
	struct store		*st;

	(void)state;
	st = depot_open();
	store_rollback(st);		/* nothing was begun */
	assert_int_equal(store_begin(st), 0);
	depot_act(&act, 0);
	assert_int_equal(store_act_add(st, &act), 0);
	assert_int_equal(store_batch_set(st, 1), 0);
	depot_listen();
	assert_int_equal(store_begin(st), -1);
	assert_true(depot_heard("within a transaction"));
	store_rollback(st);
	assert_int_equal(store_meta(st, &meta), 0);
	assert_int_equal(meta.log_size + meta.batch, 0);
	/* Reads and then a write, as a request that arrives does. */
	assert_int_equal(store_begin_read(st), 0);
	assert_int_equal(store_meta(st, &meta), 0);
	assert_int_equal(store_batch_set(st, 1), 0);
	assert_int_equal(store_commit(st), 0);
	assert_int_equal(store_begin(st), 0);
	assert_int_equal(store_batch_set(st, 2), 0);
	store_close(st);		/* takes back what was not committed */
	st = depot_open();
	assert_int_equal(store_meta(st, &meta), 0);
	assert_int_equal(meta.batch, 1);
	store_close(st);
}

/*
 * One batch: acts, batch number, commit. Ends before statement die_at; 0 is
 * before the first. Returns how many statements there are.
 */
static int
batch(struct store *st, uint64_t number, int die_at)
{
	struct store_act	act;
	int			n = 0;

#define STATEMENT(call) do {						\
	if (n++ == die_at)						\
		_exit(9);						\
	if ((call) != 0)						\
		_exit(1);						\
} while (0)
	STATEMENT(store_begin(st));
	depot_act(&act, 2 * number);
	act.batch = number;
	STATEMENT(store_act_add(st, &act));
	depot_act(&act, 2 * number + 1);
	act.batch = number;
	STATEMENT(store_act_add(st, &act));
	STATEMENT(store_disabled_add(st, TEXT("x")));
	STATEMENT(store_batch_set(st, number));
	STATEMENT(store_commit(st));
#undef STATEMENT
	return n;
}

static void
test_killed(void **state)
{
	struct store_meta	 meta;
	struct store		*st;
	pid_t			 pid;
	int			 i, status, n = 6;

	(void)state;
	for (i = 0; i <= n; i++) {
		if ((pid = fork()) == 0) {
			st = store_open(depot_dir, TEXT(DEPOT_AUTHORITY),
			    KM_ENVIRONMENT_DEMONSTRATION, 0);
			if (st == NULL || batch(st, 1, -1) != n)
				_exit(1);
			batch(st, 2, i);
			_exit(9);	/* right after the commit */
		}
		assert_true(pid > 0);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 9);
		st = depot_open();
		assert_int_equal(store_meta(st, &meta), 0);
		assert_int_equal(meta.batch, i == n ? 2 : 1);
		assert_int_equal(meta.log_size, i == n ? 6 : 4);
		store_close(st);
		assert_int_equal(unlink(depot_path), 0);
		assert_int_equal(store_create(depot_dir, TEXT(DEPOT_AUTHORITY),
		    KM_ENVIRONMENT_DEMONSTRATION), 0);
	}
}

/* The steps in the program are those of schemas/store. */
static void
test_steps(void **state)
{
	struct stat	sb;
	char		name[64];
	size_t		i;

	(void)state;
	assert_true(store_steps_n >= 1);
	for (i = 0; i < store_steps_n; i++) {
		snprintf(name, sizeof(name), "%03zu", i + 1);
		assert_string_equal(store_steps[i].name, name);
		snprintf(name, sizeof(name), "schemas/store/%03zu.sql",
		    i + 1);
		assert_int_equal(stat(name, &sb), 0);
	}
}

int
main(void)
{
#define EACH(test)	cmocka_unit_test_setup_teardown(test,		\
		    depot_setup, depot_teardown)
	const struct CMUnitTest	tests[] = {
		EACH(test_never_a_first_run), EACH(test_created_once),
		EACH(test_schema), EACH(test_read_only), EACH(test_rollback),
		EACH(test_killed), cmocka_unit_test(test_steps)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
