/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Sync, in order: trust lists, epoch, what has a name that changes (status
 * lists, bodies.json), then what is named by its hash (the register's runs,
 * the scheme), and the switch.
 *
 * The source may publish while it is read. What no longer fits its epoch has
 * the epoch looked at again, a few times; from then on all that is needed is
 * kept by the source for a day.
 */
#include <sys/stat.h>

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "verifier/cli/sync.h"

enum { TRIES = 6, PAUSE_MS = 100, VERSIONS_MAX = 64 };

static struct km_bytes
bytes_of(const struct cli_file *f)
{
	return (struct km_bytes){ f->p, f->len };
}

static int
refused(struct sync *s, const struct sync_answer *a)
{
	return sync_say(s, SYNC_ERROR, "%s/%s: %s", s->source.from, a->name,
	    a->why);
}

/* One file. SYNC_OK with a->what SYNC_FILE or SYNC_ABSENT, or a status. */
static int
fetch(struct sync *s, struct sync_answer *a, const char *name, size_t max)
{
	int	rc;

	sync_source_ask(&s->source, name, max);
	if ((rc = sync_source_next(s, a)) != SYNC_OK)
		return rc;
	return a->what == SYNC_FAILED ? refused(s, a) : SYNC_OK;
}

static int
missing(struct sync *s, const char *name)
{
	return sync_say(s, SYNC_DOUBT, cli_word("%s/%s: ontbreekt, maar hoort "
	    "bij stand nr. %" PRIu32, "%s/%s: is missing, but belongs to "
	    "epoch %" PRIu32), s->source.from, name, s->epoch.number);
}

/*
 * Many files: have(i) says whether one is there already, take(i) checks and
 * keeps one that came. Both may set s->error and return a status.
 */
struct many {
	size_t	 n, max;
	void	 (*name)(const struct sync *, char *, size_t);
	int	 (*have)(struct sync *, size_t);	/* 1, or 0 */
	int	 (*take)(struct sync *, size_t, struct cli_file *);
};

static int
many_next(struct sync *s, const struct many *m, size_t *at)
{
	struct sync_answer	a;
	char			name[SYNC_NAME_MAX];
	size_t			i;
	int			rc;

	if ((rc = sync_source_next(s, &a)) != SYNC_OK)
		return rc;
	for (i = 0; i < SYNC_WINDOW; i++) {
		if (at[i] == SIZE_MAX)
			continue;
		m->name(s, name, at[i]);
		if (strcmp(name, a.name) == 0)
			break;
	}
	if (a.what == SYNC_FAILED)
		rc = refused(s, &a);
	else if (a.what == SYNC_ABSENT)
		rc = missing(s, a.name);
	else if (i < SYNC_WINDOW)
		rc = m->take(s, at[i], &a.file);
	if (i < SYNC_WINDOW)
		at[i] = SIZE_MAX;
	cli_file_free(&a.file);
	s->done++;
	sync_progress(s);
	return rc;
}

static int
fetch_many(struct sync *s, const struct many *m)
{
	char	name[SYNC_NAME_MAX];
	size_t	at[SYNC_WINDOW], i = 0, slot;
	int	rc = SYNC_OK;

	for (slot = 0; slot < SYNC_WINDOW; slot++)
		at[slot] = SIZE_MAX;
	s->total += m->n;
	while (rc == SYNC_OK && (i < m->n || s->source.n > 0)) {
		if (i == m->n || s->source.n == SYNC_WINDOW) {
			rc = many_next(s, m, at);
			continue;
		}
		if (m->have(s, i)) {
			s->done++;
			sync_progress(s);
		} else {
			for (slot = 0; at[slot] != SIZE_MAX; slot++)
				;
			at[slot] = i;
			m->name(s, name, i);
			sync_source_ask(&s->source, name, m->max);
		}
		i++;
	}
	return rc;
}

/* Trust lists. */

static void
trust_free(struct sync *s)
{
	size_t	i;

	for (i = 0; i < s->n_trust; i++)
		cli_file_free(&s->trust[i].file);
	s->n_trust = 0;
}

/* Takes the file over. */
static void
trust_add(struct sync *s, struct cli_file *f)
{
	struct sync_trust	*t = &s->trust[s->n_trust++];
	struct km_bytes		 b = bytes_of(f);

	t->file = *f;
	km_sha256(t->hash, &b, 1);
	*f = (struct cli_file){ NULL, 0 };
}

/* Lists that an earlier sync checked; they are checked again. */
static void
trust_local(struct sync *s)
{
	struct cli_file	f;
	char		name[SYNC_NAME_MAX];

	while (s->n_trust < SYNC_TRUST_MAX) {
		snprintf(name, sizeof(name), "trust/%zu", s->n_trust + 1);
		if ((s->new_dir == -1 || !sync_cache_read(&f, s->new_dir,
		    name, KM_TRUST_MAX)) && (s->set_dir == -1 || !sync_cache_read(&f, s->set_dir,
		    name, KM_TRUST_MAX)))
			return;
		trust_add(s, &f);
	}
}

static int
trust_fetch(struct sync *s)
{
	struct sync_answer	a;
	char			name[SYNC_NAME_MAX];
	int			rc;

	for (;;) {
		snprintf(name, sizeof(name), "trust/%zu", s->n_trust + 1);
		if ((rc = fetch(s, &a, name, KM_TRUST_MAX)) != SYNC_OK)
			return rc;
		if (a.what == SYNC_ABSENT)
			break;
		if (s->n_trust == SYNC_TRUST_MAX) {
			cli_file_free(&a.file);
			return sync_say(s, SYNC_DOUBT, cli_word("trust: "
			    "verwacht hoogstens %d sleutellijsten, gevonden "
			    "meer", "trust: expected at most %d trust lists, "
			    "found more"), (int)SYNC_TRUST_MAX);
		}
		trust_add(s, &a.file);
	}
	if (s->n_trust == 0)
		return sync_say(s, SYNC_ERROR, cli_word("%s/trust/1: niet "
		    "gevonden; is dit de top van een uitgegeven register?",
		    "%s/trust/1: not found; is this the top of a published "
		    "register?"), s->source.from);
	return SYNC_OK;
}

static int
trust_keep(struct sync *s)
{
	char	name[SYNC_NAME_MAX];
	size_t	i;
	int	rc = SYNC_OK;

	for (i = 0; i < s->n_trust && rc == SYNC_OK; i++) {
		snprintf(name, sizeof(name), "trust/%zu", i + 1);
		rc = sync_cache_put(s, s->new_dir, name,
		    bytes_of(&s->trust[i].file));
	}
	return rc;
}

/* A list of ours that does not check was damaged: then all come anew. */
static int
trust_get(struct sync *s)
{
	size_t	local;
	int	rc;

	trust_local(s);
	local = s->n_trust;
	if ((rc = trust_fetch(s)) != SYNC_OK)
		return rc;
	rc = sync_check_trust(s);
	if (rc == SYNC_DOUBT && local > 0) {
		trust_free(s);
		if ((rc = trust_fetch(s)) == SYNC_OK)
			rc = sync_check_trust(s);
	}
	return rc;
}

/* The epoch. */

static int
epoch_get(struct sync *s)
{
	struct sync_answer	a;
	struct sync_memory	before = s->memory;
	int			rc;

	if ((rc = fetch(s, &a, "epoch", KM_EPOCH_MAX)) != SYNC_OK)
		return rc;
	if (a.what == SYNC_ABSENT)
		return sync_say(s, SYNC_ERROR, cli_word("%s/epoch: niet "
		    "gevonden; is dit de top van een uitgegeven register?",
		    "%s/epoch: not found; is this the top of a published "
		    "register?"), s->source.from);
	rc = sync_check_epoch(s, &a.file);
	cli_file_free(&a.file);
	if (rc == SYNC_OK && memcmp(&before, &s->memory, sizeof(before)) != 0)
		rc = sync_memory_write(s);
	return rc;
}

/* Is dir's epoch this one? Only then may its lists be. */
static int
epoch_stands(const struct sync *s, int dir)
{
	struct cli_file	f;
	int		same;

	if (dir == -1 || !sync_cache_read(&f, dir, "epoch", KM_EPOCH_MAX))
		return 0;
	same = sync_hash_is(&f, s->epoch_hash);
	cli_file_free(&f);
	return same;
}

/* Status lists: all of them, one tree. */

static void
lists_free(struct sync *s)
{
	km_known_end(s->lists);
	free(s->lists_mem);
	free(s->list_hash);
	s->lists = NULL;
	s->lists_mem = NULL;
	s->list_hash = NULL;
}

static int
lists_begin(struct sync *s)
{
	const uint8_t	*pin = s->has_pin ? s->pin : s->memory.pin;
	size_t		 n = (size_t)s->epoch.status.size;
	size_t		 len = KM_KNOWN_MIN + n * (KM_KNOWN_LIST + KM_URI_MAX);

	if ((s->lists_mem = malloc(len)) != NULL &&
	    (s->list_hash = malloc(n * KM_HASH_LEN + 1)) != NULL &&
	    (s->lists = km_known_begin(s->lists_mem, len, pin,
	    KM_HASH_LEN)) != NULL && sync_know(s, s->lists))
		return SYNC_OK;
	return sync_say(s, SYNC_ERROR, "%s", strerror(ENOMEM));
}

static int
lists_fit(const struct sync *s)
{
	struct km_frontier	f;
	struct km_bytes		entry;
	uint8_t			hash[KM_HASH_LEN];
	size_t			i;

	km_frontier_begin(&f);
	for (i = 0; i < s->epoch.status.size; i++) {
		entry = (struct km_bytes){ s->list_hash + i * KM_HASH_LEN,
		    KM_HASH_LEN };
		km_leaf_hash(hash, entry);
		km_frontier_add(&f, hash);
	}
	km_frontier_root(hash, &f);
	return memcmp(hash, s->epoch.status.root, KM_HASH_LEN) == 0;
}

/* The lists in dir; with copy into the new set as well. */
static int
lists_local(struct sync *s, int dir, int copy)
{
	struct cli_file	f;
	char		name[SYNC_NAME_MAX];
	uint32_t	i;
	int		good;

	if (!epoch_stands(s, dir))
		return 0;
	good = lists_begin(s) == SYNC_OK;
	for (i = 0; good && i < s->epoch.status.size; i++) {
		snprintf(name, sizeof(name), "status/%" PRIu32, i);
		if (!(good = sync_cache_read(&f, dir, name, KM_LIST_MAX)))
			break;
		good = sync_check_list(s, i, &f) == SYNC_OK && (!copy ||
		    sync_cache_put(s, s->new_dir, name, bytes_of(&f)) ==
		    SYNC_OK);
		cli_file_free(&f);
	}
	good = good && lists_fit(s);
	lists_free(s);
	return good;
}

static void
list_name(const struct sync *s, char *out, size_t i)
{
	(void)s;
	snprintf(out, SYNC_NAME_MAX, "status/%zu", i);
}

static int
list_have(struct sync *s, size_t i)
{
	(void)s;
	(void)i;
	return 0;
}

static int
list_take(struct sync *s, size_t i, struct cli_file *f)
{
	char	name[SYNC_NAME_MAX];
	int	rc;

	if ((rc = sync_check_list(s, (uint32_t)i, f)) != SYNC_OK)
		return rc;
	list_name(s, name, i);
	return sync_cache_put(s, s->new_dir, name, bytes_of(f));
}

static int
lists_fetch(struct sync *s)
{
	const struct many	m = { (size_t)s->epoch.status.size,
				    KM_LIST_MAX, list_name, list_have,
				    list_take };
	int			rc;

	if ((rc = lists_begin(s)) == SYNC_OK)
		rc = fetch_many(s, &m);
	if (rc == SYNC_OK && !lists_fit(s))
		rc = sync_say(s, SYNC_AGAIN, cli_word("status/0 tot en met "
		    "%" PRIu64 ": verwacht de statuslijsten van stand nr. "
		    "%" PRIu32 ", gevonden minstens een van een andere",
		    "status/0 to %" PRIu64 ": expected the status lists of "
		    "epoch %" PRIu32 ", found at least one of another"),
		    s->epoch.status.size - 1, s->epoch.number);
	lists_free(s);
	return rc;
}

/* bodies.json, whose name stays when it changes. */

static int
bodies_local(struct sync *s, int dir, int copy)
{
	struct cli_file	f;
	int		good;

	if (dir == -1 || !sync_cache_read(&f, dir, "bodies.json",
	    SYNC_JSON_MAX))
		return 0;
	good = sync_hash_is(&f, s->epoch.bodies) && (!copy || sync_cache_put(
	    s, s->new_dir, "bodies.json", bytes_of(&f)) == SYNC_OK);
	cli_file_free(&f);
	return good;
}

static int
bodies_get(struct sync *s)
{
	struct sync_answer	a;
	int			rc;

	if (bodies_local(s, s->new_dir, 0) || bodies_local(s, s->set_dir, 1))
		return SYNC_OK;
	if ((rc = fetch(s, &a, "bodies.json", SYNC_JSON_MAX)) != SYNC_OK)
		return rc;
	if (a.what == SYNC_ABSENT)
		return missing(s, "bodies.json");
	if (sync_hash_is(&a.file, s->epoch.bodies))
		rc = sync_cache_put(s, s->new_dir, "bodies.json",
		    bytes_of(&a.file));
	else
		rc = sync_say(s, SYNC_AGAIN, cli_word("%s/bodies.json: "
		    "verwacht het bestand van stand nr. %" PRIu32 ", gevonden "
		    "een ander", "%s/bodies.json: expected the file of epoch "
		    "%" PRIu32 ", found another"), s->source.from,
		    s->epoch.number);
	cli_file_free(&a.file);
	return rc;
}

/* The register. */

static int
index_get(struct sync *s)
{
	struct sync_answer	a = { 0 };
	char			name[SYNC_NAME_MAX];
	size_t			max = sync_index_max(&s->epoch);
	enum km_err		err;
	int			rc;

	snprintf(name, sizeof(name), "register/index/%" PRIu32,
	    s->epoch.number);
	if (sync_cache_read(&a.file, s->dir, name, max)) {
		err = sync_check_index(&s->root, &s->n_runs, &s->epoch,
		    &a.file);
		cli_file_free(&a.file);
		if (err == KM_OK)
			return SYNC_OK;
		s->repaired++;
	}
	if ((rc = fetch(s, &a, name, max)) != SYNC_OK)
		return rc;
	if (a.what == SYNC_ABSENT)
		return missing(s, name);
	err = sync_check_index(&s->root, &s->n_runs, &s->epoch, &a.file);
	if (err == KM_OK)
		rc = sync_cache_put(s, s->dir, name, bytes_of(&a.file));
	else
		rc = sync_say(s, SYNC_DOUBT, cli_word("%s/%s: verwacht de "
		    "inhoudsopgave van het register van stand nr. %" PRIu32
		    ", gevonden iets anders: %s (%s)", "%s/%s: expected the "
		    "index of the register of epoch %" PRIu32 ", found "
		    "something else: %s (%s)"), s->source.from, name,
		    s->epoch.number, cli_err_word(err), km_err_name(err));
	cli_file_free(&a.file);
	return rc;
}

static void
run_name(const struct sync *s, char *out, size_t i)
{
	sync_run_name(out, s->root + i * KM_HASH_LEN);
}

static int
run_have(struct sync *s, size_t i)
{
	struct cli_file	f;
	char		name[SYNC_NAME_MAX];
	int		good;

	run_name(s, name, i);
	if (!sync_cache_read(&f, s->dir, name, SYNC_RUN_MAX))
		return 0;
	good = sync_check_run(s, i, &f) == SYNC_OK;
	cli_file_free(&f);
	if (!good)
		s->repaired++;
	return good;
}

static int
run_take(struct sync *s, size_t i, struct cli_file *f)
{
	char	name[SYNC_NAME_MAX];
	int	rc;

	if ((rc = sync_check_run(s, i, f)) != SYNC_OK)
		return rc;
	run_name(s, name, i);
	return sync_cache_put(s, s->dir, name, bytes_of(f));
}

static int
register_get(struct sync *s)
{
	struct many	m = { 0, SYNC_RUN_MAX, run_name, run_have, run_take };
	int		rc;

	if ((rc = index_get(s)) != SYNC_OK)
		return rc;
	m.n = s->n_runs;
	return fetch_many(s, &m);
}

/*
 * The scheme. Its hash stands in the epoch and its name does not: it is
 * looked for by the ids that attestations name, from the highest version
 * that they name on.
 */
static int
scheme_get(struct sync *s, const struct sync_scheme *c, int *found)
{
	struct sync_answer	a = { 0 };
	char			name[SYNC_NAME_MAX];
	uint32_t		v;
	int			rc = SYNC_OK;

	for (v = c->version; !*found && v - c->version < VERSIONS_MAX; v++) {
		snprintf(name, sizeof(name), "scheme/%s/%" PRIu32 ".json",
		    c->id, v);
		if (sync_cache_read(&a.file, s->dir, name, SYNC_JSON_MAX)) {
			*found = sync_hash_is(&a.file, s->epoch.scheme);
			cli_file_free(&a.file);
			if (*found)
				break;
		}
		if ((rc = fetch(s, &a, name, SYNC_JSON_MAX)) != SYNC_OK ||
		    a.what == SYNC_ABSENT)
			break;
		*found = sync_hash_is(&a.file, s->epoch.scheme);
		if (*found) {
			snprintf(name, sizeof(name), "scheme/%s", c->id);
			if (mkdirat(s->dir, name, 0777) == -1 &&
			    errno != EEXIST)
				rc = sync_say(s, SYNC_ERROR, "%s/%s: %s",
				    s->cache, name, strerror(errno));
			else
				rc = sync_cache_put(s, s->dir, a.name,
				    bytes_of(&a.file));
		}
		cli_file_free(&a.file);
	}
	return rc;
}

static int
schemes_get(struct sync *s)
{
	size_t	i;
	int	rc = SYNC_OK, found = 0;

	for (i = 0; i < s->n_schemes && rc == SYNC_OK && !found; i++)
		rc = scheme_get(s, &s->scheme[i], &found);
	if (rc != SYNC_OK || found || s->n_schemes == 0)
		return rc;
	return sync_say(s, SYNC_DOUBT, cli_word("%s/scheme/%s/%" PRIu32
	    ".json en verder: verwacht het schema van stand nr. %" PRIu32
	    ", niet gevonden of een ander", "%s/scheme/%s/%" PRIu32 ".json "
	    "and on: expected the scheme of epoch %" PRIu32 ", not found or "
	    "another"), s->source.from, s->scheme[0].id, s->scheme[0].version,
	    s->epoch.number);
}

/* The set. */

static int
trust_stands(const struct sync *s)
{
	struct cli_file	f;
	char		name[SYNC_NAME_MAX];
	size_t		i;
	int		same = 1;

	for (i = 0; i < s->n_trust && same; i++) {
		snprintf(name, sizeof(name), "trust/%zu", i + 1);
		same = sync_cache_read(&f, s->set_dir, name, KM_TRUST_MAX);
		if (!same)
			break;
		same = sync_hash_is(&f, s->trust[i].hash);
		cli_file_free(&f);
	}
	return same;
}

/* Is the set in force this epoch's, and whole? */
static int
set_stands(struct sync *s)
{
	return s->set_dir != -1 && epoch_stands(s, s->set_dir) &&
	    trust_stands(s) && sync_cache_linked(s) &&
	    bodies_local(s, s->set_dir, 0) && lists_local(s, s->set_dir, 0);
}

static int
set_get(struct sync *s)
{
	int	rc;

	if ((rc = trust_keep(s)) != SYNC_OK)
		return rc;
	if (!lists_local(s, s->new_dir, 0)) {
		if ((rc = sync_cache_put(s, s->new_dir, "epoch", bytes_of(
		    &s->epoch_file))) != SYNC_OK)
			return rc;
		if (!lists_local(s, s->set_dir, 1) &&
		    (rc = lists_fetch(s)) != SYNC_OK)
			return rc;
	}
	return bodies_get(s);
}

static void
pause_ms(long ms)
{
	struct timespec	ts = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&ts, NULL);
}

/* Of one epoch, though the source may publish meanwhile. */
static int
set_get_consistent(struct sync *s, int *stands)
{
	unsigned int	i;
	int		rc = SYNC_AGAIN;

	for (i = 0; i < TRIES && rc == SYNC_AGAIN; i++) {
		if (i > 0) {
			pause_ms(PAUSE_MS << i);
			if ((rc = trust_get(s)) != SYNC_OK)
				return rc;
		}
		if ((rc = epoch_get(s)) != SYNC_OK)
			return rc;
		*stands = set_stands(s);
		rc = *stands ? SYNC_OK : set_get(s);
	}
	return rc == SYNC_AGAIN ? SYNC_DOUBT : rc;
}

/*
 * Seen is seen, whether or not the rest comes; and a directory that is to be
 * a cache says so before it is filled.
 */
static int
trust_remember(struct sync *s)
{
	struct sync_memory	*m = &s->memory;
	struct sync_memory	 before = *m;

	if (!s->has_memory)
		memcpy(m->pin, s->pin, KM_HASH_LEN);
	m->trust_version = (uint32_t)s->n_trust;
	memcpy(m->trust, s->trust[s->n_trust - 1].hash, KM_HASH_LEN);
	if (s->has_memory && memcmp(&before, m, sizeof(before)) == 0)
		return SYNC_OK;
	return sync_memory_write(s);
}

int
sync_tree(struct sync *s)
{
	int	rc, stands = 0;

	if ((s->has_memory && (rc = sync_cache_begin(s)) != SYNC_OK) ||
	    (rc = trust_get(s)) != SYNC_OK ||
	    (rc = trust_remember(s)) != SYNC_OK ||
	    (s->new_dir == -1 && (rc = sync_cache_begin(s)) != SYNC_OK))
		return rc;
	if ((rc = set_get_consistent(s, &stands)) != SYNC_OK ||
	    (rc = register_get(s)) != SYNC_OK ||
	    (rc = schemes_get(s)) != SYNC_OK)
		return rc;
	s->outcome = s->repaired > 0 ? SYNC_REPAIRED : SYNC_SAME;
	if (!stands) {
		if ((rc = sync_cache_switch(s)) != SYNC_OK)
			return rc;
		s->outcome = s->has_old && memcmp(s->old_hash, s->epoch_hash,
		    KM_HASH_LEN) == 0 ? SYNC_REPAIRED : SYNC_NEW;
	}
	sync_cache_clean(s, stands);
	return SYNC_OK;
}
