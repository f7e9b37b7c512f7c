/* SPDX-License-Identifier: EUPL-1.2 */
/* Store: trust lists, officers lists, schemes; and who was disabled. */
#include <string.h>

#include "store_ask.h"

#define COLUMNS	"kind, version, hash, name, bytes"

int
store_list_add(struct store *st, const struct store_list *l)
{
	struct ask	a;

	ask_begin(&a, st, ASK_LIST_ADD, "INSERT INTO list (" COLUMNS ")"
	    " VALUES (?1, ?2, ?3, ?4, ?5)");
	ask_int(&a, l->kind);
	ask_int(&a, l->version);
	ask_hash(&a, l->hash);
	ask_text(&a, l->name.p == NULL ? km_bytes_of("") : l->name);
	ask_bytes(&a, l->bytes);
	return ask_run(&a);
}

static void
row(struct ask *a, struct store_list *l)
{
	l->kind = (enum store_list_kind)ask_col_int(a, 0);
	l->version = (uint32_t)ask_col_int(a, 1);
	ask_col_hash(a, 2, l->hash);
	l->name = ask_col(a, 3);
	l->bytes = ask_col(a, 4);
}

int
store_list(struct store *st, struct store_list *out,
    enum store_list_kind kind, uint32_t version)
{
	struct store_list	l;
	struct ask		a;
	int			rc;

	if (version == 0)
		ask_begin(&a, st, ASK_LIST_NEWEST, "SELECT " COLUMNS
		    " FROM list WHERE kind = ?1 ORDER BY place DESC LIMIT 1");
	else
		ask_begin(&a, st, ASK_LIST, "SELECT " COLUMNS " FROM list"
		    " WHERE kind = ?1 AND version = ?2 ORDER BY place DESC"
		    " LIMIT 1");
	ask_int(&a, kind);
	if (version != 0)
		ask_int(&a, version);
	if ((rc = ask_step(&a)) == 1) {
		ask_keep(&a);
		row(&a, &l);
	}
	if (ask_end(&a) != 0)
		return -1;
	if (rc != 1)
		return 1;
	*out = l;
	return 0;
}

int
store_lists(struct store *st, enum store_list_kind kind, store_list_fn *fn,
    void *arg)
{
	struct store_list	l;
	struct ask		a;
	int			rc = 0;

	ask_begin(&a, st, ASK_LISTS, "SELECT " COLUMNS " FROM list"
	    " WHERE kind = ?1 ORDER BY place");
	ask_int(&a, kind);
	while (rc == 0 && ask_step(&a) == 1) {
		row(&a, &l);
		rc = a.failed ? -1 : fn(arg, &l);
	}
	return ask_end(&a) == 0 ? rc : -1;
}

int
store_disabled_add(struct store *st, struct km_bytes officer)
{
	struct ask	a;

	ask_begin(&a, st, ASK_DISABLED_ADD, "INSERT INTO disabled (officer)"
	    " VALUES (?1) ON CONFLICT DO NOTHING");
	ask_text(&a, officer);
	return ask_run(&a);
}

int
store_disabled_clear(struct store *st)
{
	struct ask	a;

	ask_begin(&a, st, ASK_DISABLED_CLEAR, "DELETE FROM disabled");
	return ask_run(&a);
}

int
store_disabled(struct store *st, store_officer_fn *fn, void *arg)
{
	struct ask	a;
	int		rc = 0;

	ask_begin(&a, st, ASK_DISABLED,
	    "SELECT officer FROM disabled ORDER BY officer");
	while (rc == 0 && ask_step(&a) == 1)
		rc = fn(arg, ask_col(&a, 0));
	return ask_end(&a) == 0 ? rc : -1;
}
