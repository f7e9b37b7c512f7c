/* SPDX-License-Identifier: EUPL-1.2 */
/* Store: subjects and their heads, and the marks of a provider. */
#include <string.h>

#include "store_ask.h"

#define COLUMNS	"subject, kind, head, in_force, name"

int
store_subject_set(struct store *st, const struct store_subject *s)
{
	struct km_bytes	none = { NULL, 0 };
	struct ask	a;

	ask_begin(&a, st, ASK_SUBJECT_SET, "INSERT INTO subject (" COLUMNS ")"
	    " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (subject) DO UPDATE SET"
	    " head = ?3, in_force = ?4, name = ?5 WHERE kind = ?2");
	ask_text(&a, s->subject.p == NULL ? km_bytes_of("") : s->subject);
	ask_int(&a, s->kind);
	ask_hash(&a, s->head);
	if (s->has_in_force)
		ask_hash(&a, s->in_force);
	else
		ask_bytes(&a, none);
	ask_text(&a, s->name.len == 0 ? none : s->name);
	return ask_run(&a);
}

int
store_head_set(struct store *st, struct km_bytes subject,
    const uint8_t head[KM_HASH_LEN])
{
	struct ask	a;

	ask_begin(&a, st, ASK_HEAD_SET,
	    "UPDATE subject SET head = ?1 WHERE subject = ?2");
	ask_hash(&a, head);
	ask_text(&a, subject.p == NULL ? km_bytes_of("") : subject);
	if (ask_run(&a) != 0)
		return -1;
	return sqlite3_changes(st->db) == 1 ? 0 : 1;
}

static void
row(struct ask *a, struct store_subject *s)
{
	memset(s, 0, sizeof(*s));
	s->subject = ask_col(a, 0);
	s->kind = (enum store_subject_kind)ask_col_int(a, 1);
	ask_col_hash(a, 2, s->head);
	s->has_in_force = ask_col(a, 3).p != NULL;
	if (s->has_in_force)
		ask_col_hash(a, 3, s->in_force);
	s->name = ask_col(a, 4);
}

int
store_subject(struct store *st, struct store_subject *out,
    struct km_bytes subject)
{
	struct store_subject	s;
	struct ask		a;
	int			rc;

	ask_begin(&a, st, ASK_SUBJECT, "SELECT " COLUMNS " FROM subject"
	    " WHERE subject = ?1");
	ask_text(&a, subject.p == NULL ? km_bytes_of("") : subject);
	if ((rc = ask_step(&a)) == 1) {
		ask_keep(&a);
		row(&a, &s);
	}
	if (ask_end(&a) != 0)
		return -1;
	if (rc != 1)
		return 1;
	*out = s;
	return 0;
}

/* Text is compared as bytes (BINARY), which is the order of CBOR too. */
int
store_subjects(struct store *st, struct km_bytes after,
    enum store_subject_kind kind, uint64_t max, store_subject_fn *fn,
    void *arg)
{
	struct store_subject	s;
	struct ask		a;
	int			rc = 0;

	ask_begin(&a, st, ASK_SUBJECTS, "SELECT " COLUMNS " FROM subject"
	    " WHERE subject >= ?1 AND (?2 IS NULL OR subject > ?2)"
	    " AND (?3 = 0 OR kind = ?3) ORDER BY subject LIMIT ?4");
	ask_text(&a, after.p == NULL ? km_bytes_of("") : after);
	ask_text(&a, after);
	ask_int(&a, kind);
	ask_int(&a, max == 0 || max > INT64_MAX ? -1 : (int64_t)max);
	while (rc == 0 && ask_step(&a) == 1) {
		row(&a, &s);
		rc = a.failed ? -1 : fn(arg, &s);
	}
	return ask_end(&a) == 0 ? rc : -1;
}

int
store_mark_add(struct store *st, struct km_bytes number,
    struct km_bytes provider)
{
	struct ask	a;

	ask_begin(&a, st, ASK_MARK_ADD,
	    "INSERT INTO mark (number, provider) VALUES (?1, ?2)");
	ask_text(&a, number);
	ask_text(&a, provider);
	return ask_run(&a);
}

int
store_mark(struct store *st, struct km_bytes *provider,
    struct km_bytes number)
{
	struct km_bytes	v = { NULL, 0 };
	struct ask	a;
	int		rc;

	ask_begin(&a, st, ASK_MARK,
	    "SELECT provider FROM mark WHERE number = ?1");
	ask_text(&a, number);
	if ((rc = ask_step(&a)) == 1) {
		ask_keep(&a);
		v = ask_col(&a, 0);
	}
	if (ask_end(&a) != 0)
		return -1;
	if (rc != 1)
		return 1;
	*provider = v;
	return 0;
}

int
store_mark_count(struct store *st, uint64_t *n)
{
	struct ask	a;
	uint64_t	v = 0;

	ask_begin(&a, st, ASK_MARK_COUNT, "SELECT count(*) FROM mark");
	if (ask_step(&a) == 1)
		v = (uint64_t)ask_col_int(&a, 0);
	if (ask_end(&a) != 0)
		return -1;
	*n = v;
	return 0;
}

int
store_marks(struct store *st, struct km_bytes provider, uint64_t max,
    store_mark_fn *fn, void *arg)
{
	struct ask	a;
	int		rc = 0;

	ask_begin(&a, st, ASK_MARKS, "SELECT number FROM mark"
	    " WHERE provider = ?1 ORDER BY number LIMIT ?2");
	ask_text(&a, provider);
	ask_int(&a, (int64_t)max);
	while (rc == 0 && ask_step(&a) == 1)
		rc = fn(arg, ask_col(&a, 0));
	return ask_end(&a) == 0 ? rc : -1;
}
