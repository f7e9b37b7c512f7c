/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Store: making, opening and transactions (store.h). SQLite in WAL mode with
 * synchronous=FULL: a commit that returned survives a power loss.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ca/base/file.h"
#include "ca/base/log.h"
#include "store_ask.h"
#include "store_sql.h"

enum {
	APPLICATION_ID = 0x4b4d524b,	/* "KMRK", in the file's header */
	ROW_MAX = 4 * 1024 * 1024	/* the largest row is a scheme */
};
#define STORE_FILE	"store.db"
#define STORE_DRAFT	"store.db.new"

static int
run(struct store *st, const char *sql)
{
	if (sqlite3_exec(st->db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return 0;
	return store_failed(st, sql);
}

/* A statement that gives one number. */
static int
number(struct store *st, const char *sql, int64_t *out)
{
	sqlite3_stmt	*q = NULL;
	int		 rc = -1;

	if (sqlite3_prepare_v2(st->db, sql, -1, &q, NULL) == SQLITE_OK &&
	    sqlite3_step(q) == SQLITE_ROW) {
		*out = sqlite3_column_int64(q, 0);
		rc = 0;
	} else
		store_failed(st, sql);
	sqlite3_finalize(q);
	return rc;
}

/* What holds for a connection and is not kept in the file. */
static int
settings(struct store *st)
{
	sqlite3_busy_timeout(st->db, 5000);	/* ms, against an audit */
	return run(st, "PRAGMA synchronous = FULL;"
	    "PRAGMA foreign_keys = ON;"
	    "PRAGMA trusted_schema = OFF;"
	    "PRAGMA temp_store = MEMORY;"
	    "PRAGMA wal_autocheckpoint = 4096;"
	    "PRAGMA cache_size = -16384;");
}

/* The steps after user_version, all of them in one transaction. */
static int
migrate(struct store *st, int64_t from)
{
	char	sql[64];
	size_t	i;

	if (run(st, "BEGIN IMMEDIATE") != 0)
		return -1;
	for (i = (size_t)from; i < store_steps_n; i++)
		if (run(st, store_steps[i].sql) != 0)
			goto fail;
	snprintf(sql, sizeof(sql), "PRAGMA user_version = %zu",
	    store_steps_n);
	if (run(st, sql) != 0)
		goto fail;
	return 0;		/* the caller commits */
fail:
	store_rollback(st);
	return -1;
}

/*
 * What the system said to SQLite: "disk I/O error" alone does not tell a full
 * disk from a broken one. The text is "FILE:LINE: (ERRNO) CALL(PATH) - ", and
 * where SQLite was built without strerror_r(3) it ends there.
 */
static void
system_said(void *arg, int code, const char *text)
{
	const char	*number = strstr(text, ": (");
	int		 why = 0;

	(void)arg;
	if ((code & 0xff) != SQLITE_IOERR && (code & 0xff) != SQLITE_CANTOPEN)
		return;
	if (number != NULL)
		why = (int)strtol(number + 3, NULL, 10);
	log_warnx("store: %s%s", text, why > 0 ? strerror(why) : "");
}

static struct store *
store_new(const char *path, int flags)
{
	struct store	*st;

	/* Counts before the first is opened; later it changes nothing. */
	sqlite3_config(SQLITE_CONFIG_LOG, system_said, NULL);
	if ((st = calloc(1, sizeof(*st))) == NULL) {
		log_warn("store");
		return NULL;
	}
	buf_init(&st->row, ROW_MAX);
	if (sqlite3_open_v2(path, &st->db, flags | SQLITE_OPEN_EXRESCODE |
	    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW, NULL) == SQLITE_OK)
		return st;
	log_warnx("%s: %s", path, st->db == NULL ? "out of memory" :
	    sqlite3_errmsg(st->db));
	store_close(st);
	return NULL;
}

static int
meta_first(struct store *st, struct km_bytes authority,
    enum km_environment environment)
{
	sqlite3_stmt	*q = NULL;
	int		 rc = -1;

	if (sqlite3_prepare_v2(st->db,
	    "INSERT INTO meta (one, authority, environment, batch, epoch,"
	    " epoch_hash) VALUES (1, ?1, ?2, 0, 0, zeroblob(32))",
	    -1, &q, NULL) == SQLITE_OK &&
	    sqlite3_bind_text64(q, 1, (const char *)authority.p,
	    authority.len, SQLITE_STATIC, SQLITE_UTF8) == SQLITE_OK &&
	    sqlite3_bind_int64(q, 2, environment) == SQLITE_OK &&
	    sqlite3_step(q) == SQLITE_DONE)
		rc = 0;
	else
		store_failed(st, "first row of meta");
	sqlite3_finalize(q);
	return rc;
}

static int
fill(struct store *st, struct km_bytes authority,
    enum km_environment environment)
{
	char	sql[64];

	snprintf(sql, sizeof(sql), "PRAGMA application_id = %d",
	    APPLICATION_ID);
	if (settings(st) != 0 || run(st, sql) != 0 ||
	    run(st, "PRAGMA journal_mode = WAL") != 0 || migrate(st, 0) != 0)
		return -1;
	if (meta_first(st, authority, environment) == 0 &&
	    run(st, "COMMIT") == 0)
		return 0;
	store_rollback(st);
	return -1;
}

static int
path_of(char out[PATH_MAX], const char *dir, const char *name)
{
	int	n = snprintf(out, PATH_MAX, "%s/%s", dir, name);

	if (n > 0 && n < PATH_MAX)
		return 0;
	log_warnx("%s/%s: expected a path of less than %d bytes", dir, name,
	    PATH_MAX);
	return -1;
}

/*
 * Under another name first, so that what stands under the right one is
 * whole. Closing writes the log back into the file and removes it.
 */
int
store_create(const char *dir, struct km_bytes authority,
    enum km_environment environment)
{
	struct store	*st = NULL;
	char		 draft[PATH_MAX], path[PATH_MAX];
	int		 fd = -1, rc = -1;

	if (path_of(path, dir, STORE_FILE) != 0 ||
	    path_of(draft, dir, STORE_DRAFT) != 0)
		return -1;
	if (access(path, F_OK) == 0) {
		log_warnx("%s: expected nothing here, found a file: an"
		    " authority is made once; to begin anew, choose another"
		    " data directory", path);
		return -1;
	}
	unlink(draft);		/* of an init that was killed */
	if ((fd = open(draft, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600))
	    == -1) {
		log_warn("%s", draft);
		return -1;
	}
	close(fd);
	fd = -1;
	if ((st = store_new(draft, SQLITE_OPEN_READWRITE)) == NULL ||
	    fill(st, authority, environment) != 0)
		goto out;
	store_close(st);
	st = NULL;
	if ((fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1 ||
	    rename(draft, path) != 0 || file_sync_dir(fd) != 0) {
		log_warn("%s", path);
		goto out;
	}
	rc = 0;
out:
	store_close(st);
	if (fd != -1)
		close(fd);
	if (rc != 0)
		unlink(draft);
	return rc;
}

/* Is there anything, and is it ours? SQLite would make what is not there. */
static int
file_there(const char *path)
{
	struct stat	sb;

	if (stat(path, &sb) != 0 && errno == ENOENT)
		log_warnx("%s: expected the store of this authority, found"
		    " nothing: run keurmerkd init for a new authority, or"
		    " restore it", path);
	else if (stat(path, &sb) != 0)
		log_warn("%s", path);
	else if (!S_ISREG(sb.st_mode))
		log_warnx("%s: expected a file, found something else", path);
	else if ((sb.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		log_warnx("%s: expected a file that nobody else may write,"
		    " found mode %03o: chmod 600", path,
		    (unsigned int)(sb.st_mode & 07777));
	else if (sb.st_size == 0)
		log_warnx("%s: expected the store of this authority, found"
		    " an empty file: restore it", path);
	else
		return 0;
	return -1;
}

static int
belongs(struct store *st, const char *path, struct km_bytes authority,
    enum km_environment environment)
{
	struct ask	a;
	struct km_bytes	found;
	int		rc = -1;

	ask_begin(&a, st, ASK_BELONGS,
	    "SELECT authority, environment FROM meta WHERE one = 1");
	if (ask_step(&a) != 1) {
		log_warnx("%s: expected one row in meta, found none: the store"
		    " is damaged, restore it", path);
	} else {
		found = ask_col(&a, 0);
		if (km_bytes_equal(found, authority) &&
		    ask_col_int(&a, 1) == environment)
			rc = 0;
		else
			log_warnx("%s: expected the store of %.*s (environment"
			    " %d), found that of %.*s (environment %d): the"
			    " configuration names another authority or data"
			    " directory", path, (int)authority.len,
			    (const char *)authority.p, (int)environment,
			    (int)found.len, (const char *)found.p,
			    (int)ask_col_int(&a, 1));
	}
	return ask_end(&a) == 0 ? rc : -1;
}

static int
known(struct store *st, const char *path)
{
	int64_t	id, version;

	if (number(st, "PRAGMA application_id", &id) != 0 ||
	    number(st, "PRAGMA user_version", &version) != 0) {
		log_warnx("%s: expected the store of this authority, found"
		    " what is no database: restore it", path);
		return -1;
	}
	if (id != APPLICATION_ID) {
		log_warnx("%s: expected application id %d, found %lld: this"
		    " is a database of another program", path, APPLICATION_ID,
		    (long long)id);
		return -1;
	}
	if (version < 1 || version > (int64_t)store_steps_n) {
		log_warnx("%s: expected schema 1 to %zu, found %lld: run the"
		    " version of keurmerkd that made it, or a later one",
		    path, store_steps_n, (long long)version);
		return -1;
	}
	if (version == (int64_t)store_steps_n)
		return 0;
	if (st->read_only) {
		log_warnx("%s: expected schema %zu, found %lld: start"
		    " keurmerkd once, which brings it up to date", path,
		    store_steps_n, (long long)version);
		return -1;
	}
	log_info("%s: from schema %lld to %zu", path, (long long)version,
	    store_steps_n);
	return migrate(st, version) == 0 ? run(st, "COMMIT") : -1;
}

struct store *
store_open(const char *dir, struct km_bytes authority,
    enum km_environment environment, int read_only)
{
	struct store	*st;
	char		 path[PATH_MAX];

	if (path_of(path, dir, STORE_FILE) != 0 || file_there(path) != 0)
		return NULL;
	if ((st = store_new(path, read_only ? SQLITE_OPEN_READONLY :
	    SQLITE_OPEN_READWRITE)) == NULL)
		return NULL;
	st->read_only = read_only;
	if (known(st, path) == 0 && settings(st) == 0 &&
	    belongs(st, path, authority, environment) == 0)
		return st;
	store_close(st);
	return NULL;
}

void
store_close(struct store *st)
{
	size_t	i;

	if (st == NULL)
		return;
	store_rollback(st);
	for (i = 0; i < ASK_N; i++)
		sqlite3_finalize(st->ask[i]);
	if (sqlite3_close(st->db) != SQLITE_OK)
		store_failed(st, "close");
	buf_free(&st->row);
	free(st);
}

int
store_begin(struct store *st)
{
	struct ask	a;

	ask_begin(&a, st, ASK_BEGIN, st->read_only ? "BEGIN" :
	    "BEGIN IMMEDIATE");
	return ask_run(&a);
}

/* The lock for writing comes with the first write; nobody else writes. */
int
store_begin_read(struct store *st)
{
	struct ask	a;

	ask_begin(&a, st, ASK_BEGIN_READ, "BEGIN");
	return ask_run(&a);
}

int
store_commit(struct store *st)
{
	struct ask	a;

	ask_begin(&a, st, ASK_COMMIT, "COMMIT");
	return ask_run(&a);
}

/* SQLite takes back by itself what it could not go on with (disk full). */
void
store_rollback(struct store *st)
{
	if (st->db != NULL && sqlite3_get_autocommit(st->db) == 0)
		run(st, "ROLLBACK");
}
