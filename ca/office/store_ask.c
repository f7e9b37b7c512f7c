/* SPDX-License-Identifier: EUPL-1.2 */
/* Ask: statements of the store (store_ask.h). */
#include <errno.h>
#include <string.h>

#include "ca/base/log.h"
#include "store_ask.h"

int
store_failed(struct store *st, const char *what)
{
	log_warnx("store: %s: %s (%d)", what, sqlite3_errmsg(st->db),
	    sqlite3_extended_errcode(st->db));
	return -1;
}

static void
failed(struct ask *a)
{
	if (!a->failed)
		store_failed(a->st, a->q != NULL ? sqlite3_sql(a->q) :
		    "prepare");
	a->failed = 1;
}

void
ask_begin(struct ask *a, struct store *st, enum ask_number number,
    const char *sql)
{
	memset(a, 0, sizeof(*a));
	a->st = st;
	if (st->ask[number] == NULL && sqlite3_prepare_v3(st->db, sql, -1,
	    SQLITE_PREPARE_PERSISTENT, &st->ask[number], NULL) != SQLITE_OK) {
		log_warnx("store: statement: %s", sql);
		failed(a);
		return;
	}
	/* A walk whose callback starts the same walk would lose its place. */
	if (sqlite3_stmt_busy(st->ask[number])) {
		log_warnx("store: statement within itself: %s", sql);
		a->failed = 1;
		return;
	}
	a->q = st->ask[number];
}

void
ask_int(struct ask *a, int64_t v)
{
	if (!a->failed && sqlite3_bind_int64(a->q, ++a->n, v) != SQLITE_OK)
		failed(a);
}

/* Nothing bound outlives ask_end(), so SQLite needs no copy. */
void
ask_bytes(struct ask *a, struct km_bytes b)
{
	int	rc;

	if (a->failed)
		return;
	a->n++;
	if (b.p == NULL)
		rc = sqlite3_bind_null(a->q, a->n);
	else
		rc = sqlite3_bind_blob64(a->q, a->n, b.p, b.len,
		    SQLITE_STATIC);
	if (rc != SQLITE_OK)
		failed(a);
}

void
ask_hash(struct ask *a, const uint8_t hash[KM_HASH_LEN])
{
	struct km_bytes	b;

	b.p = hash;
	b.len = KM_HASH_LEN;
	ask_bytes(a, b);
}

void
ask_text(struct ask *a, struct km_bytes b)
{
	int	rc;

	if (a->failed)
		return;
	a->n++;
	if (b.p == NULL)
		rc = sqlite3_bind_null(a->q, a->n);
	else
		rc = sqlite3_bind_text64(a->q, a->n, (const char *)b.p, b.len,
		    SQLITE_STATIC, SQLITE_UTF8);
	if (rc != SQLITE_OK)
		failed(a);
}

int
ask_step(struct ask *a)
{
	if (a->failed)
		return -1;
	a->kept = 0;
	switch (sqlite3_step(a->q)) {
	case SQLITE_ROW:
		return 1;
	case SQLITE_DONE:
		return 0;
	}
	failed(a);
	return -1;
}

int64_t
ask_col_int(struct ask *a, int column)
{
	return a->failed ? 0 : sqlite3_column_int64(a->q, column);
}

/* Empty for null and for a number, which SQLite would turn into text. */
struct km_bytes
ask_col(struct ask *a, int column)
{
	struct km_bytes	b = { NULL, 0 };

	if (a->failed)
		return b;
	if (a->kept)
		return a->column[column];
	switch (sqlite3_column_type(a->q, column)) {
	case SQLITE_TEXT:
	case SQLITE_BLOB:
		break;
	default:
		return b;
	}
	b.p = sqlite3_column_blob(a->q, column);
	b.len = (size_t)sqlite3_column_bytes(a->q, column);
	return b;
}

void
ask_col_hash(struct ask *a, int column, uint8_t out[KM_HASH_LEN])
{
	struct km_bytes	b = ask_col(a, column);

	if (a->failed)
		return;
	if (b.len != KM_HASH_LEN) {
		log_warnx("store: %s: column %d: expected 32 bytes, found %zu",
		    sqlite3_sql(a->q), column, b.len);
		a->failed = 1;
		return;
	}
	memcpy(out, b.p, KM_HASH_LEN);
}

void
ask_keep(struct ask *a)
{
	struct km_bytes	b;
	size_t		total = 0;
	int		i, n;

	if (a->failed)
		return;
	n = sqlite3_column_count(a->q);
	for (i = 0; i < n; i++)
		total += ask_col(a, i).len;
	buf_reset(&a->st->row);
	if (buf_reserve(&a->st->row, total) != 0) {
		log_warnx("store: row of %zu bytes: %s", total,
		    strerror(errno));
		a->failed = 1;
		return;
	}
	for (i = 0; i < n; i++) {
		b = ask_col(a, i);
		a->column[i].p = NULL;
		a->column[i].len = b.len;
		if (b.p == NULL)
			continue;
		a->column[i].p = a->st->row.p + a->st->row.len;
		buf_add(&a->st->row, b.p, b.len);
	}
	a->kept = 1;
}

int
ask_end(struct ask *a)
{
	if (a->q != NULL) {
		sqlite3_reset(a->q);	/* its error was logged by the step */
		sqlite3_clear_bindings(a->q);
	}
	return a->failed ? -1 : 0;
}

int
ask_run(struct ask *a)
{
	while (ask_step(a) == 1)
		;
	return ask_end(a);
}
