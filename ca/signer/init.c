/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Init: the first batch of a journal, through the same checks as all that
 * come after it; and the journal read again by who audits.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ca/base/file.h"
#include "ca/record/encode.h"

#include "answer.h"
#include "snapshot.h"

enum { INIT_ACTS = 3, INIT_MAX = 2 * SCHEME_JSON_MAX };

static int
dir_open(const char *dir, struct signer_error *err)
{
	int	fd;

	if ((fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1)
		signer_fail(err, "expected the signer's directory: %s",
		    strerror(errno));
	return fd;
}

int
signer_keys(const char *dir, struct buf *out, struct signer_error *err)
{
	int	fd, rc;

	if ((fd = dir_open(dir, err)) == -1)
		return -1;
	rc = keys_make(fd, out, err);
	close(fd);
	return rc;
}

/* The scheme's act: [decision, [approvals]]. */
static int
scheme_read(struct act_ask *a, struct km_bytes act, struct km_bytes json)
{
	struct km_cbor	c;
	size_t		i;

	km_cbor_begin(&c, act.p, act.len);
	km_cbor_array(&c, 2, 2);
	a->bytes = km_cbor_bytes(&c, 0, DECISION_MAX);
	a->n_approvals = km_cbor_array(&c, 0, APPROVALS_MAX);
	for (i = 0; i < a->n_approvals && c.err == KM_OK; i++)
		a->approval[i] = km_cbor_bytes(&c, 0, APPROVAL_MAX);
	a->json = json;
	return km_cbor_end(&c) == KM_OK ? 0 : -1;
}

/* Record of the head: what this journal is, and whose. */
static void
head_record(struct buf *record, const struct state *st)
{
	encode_array(record, 4);
	encode_uint(record, JOURNAL_HEAD);
	encode_uint(record, SIGNER_VERSION);
	encode_text(record, km_bytes_of(st->authority));
	encode_uint(record, st->environment);
}

/* One of the three: checked, carried out, and written into the record. */
static int
init_act(struct signer *sg, const char *what, struct buf *acts,
    struct buf *results, struct signer_error *err)
{
	struct check		*ck = sg->check;
	enum refusal		 r;
	uint64_t		 index = sg->state.log.size;

	/* Their place is known before: one after the other in batch 1. */
	r = apply_act(sg, sg->journal.end << 8 | index);
	if (r != REFUSAL_NONE)
		return signer_fail(err, "init: the %s is refused: %s%s%.*s",
		    what, refusal_text(r), ck->who.len > 0 ? ": " : "",
		    (int)ck->who.len, (const char *)ck->who.p);
	apply_result(results, sg, index);
	apply_record_act(acts, &ck->ask);
	return 0;
}

static int
init_acts(struct signer *sg, const struct init_papers *papers,
    struct buf *acts, struct buf *results, struct signer_error *err)
{
	struct act_ask	*a = &sg->check->ask;

	memset(a, 0, sizeof(*a));
	a->bytes = papers->trust;
	if (init_act(sg, "trust list", acts, results, err) == -1)
		return -1;
	a->bytes = papers->officers;
	if (init_act(sg, "officers list", acts, results, err) == -1)
		return -1;
	if (sg->state.trust.version == 0 || sg->state.officers.version == 0)
		return signer_fail(err, "init: expected the trust list and "
		    "then the officers list, found one twice");
	if (scheme_read(a, papers->scheme, papers->json) == -1)
		return signer_fail(err, "init: scheme act: expected "
		    "[decision, [approvals]], found something else");
	if (init_act(sg, "scheme", acts, results, err) == -1)
		return -1;
	if (sg->state.scheme.version == 0)
		return signer_fail(err, "init: expected an act of kind "
		    "scheme, found another");
	return 0;
}

/* The whole journal of a new authority. */
static int
init_journal(struct buf *out, struct signer *sg,
    const struct init_papers *papers, struct signer_error *err)
{
	struct km_tree_head	head;
	struct buf		record, acts, results;
	int			rc = -1;

	buf_init(&record, INIT_MAX);
	buf_init(&acts, INIT_MAX);
	buf_init(&results, INIT_MAX);
	head_record(&record, &sg->state);
	journal_frame(out, &record);
	sg->journal.end = out->len;
	if (init_acts(sg, papers, &acts, &results, err) == -1)
		goto out;
	buf_reset(&record);
	encode_array(&record, 6);
	encode_uint(&record, JOURNAL_BATCH);
	encode_int(&record, sg->check->now);
	encode_uint(&record, 1);
	encode_array(&record, INIT_ACTS);
	encode_raw(&record, (struct km_bytes){ acts.p, acts.len });
	encode_array(&record, INIT_ACTS);
	encode_raw(&record, (struct km_bytes){ results.p, results.len });
	state_log_head(&sg->state, &head);
	answer_tree_head(&record, &head);
	journal_frame(out, &record);
	if (acts.failed != 0 || results.failed != 0 || record.failed != 0 ||
	    out->failed != 0)
		signer_fail(err, "init: expected papers of at most %d bytes, "
		    "found more", INIT_MAX);
	else
		rc = 0;
out:
	buf_free(&record);
	buf_free(&acts);
	buf_free(&results);
	return rc;
}

static int
init_absent(int dirfd, const char *name, struct signer_error *err)
{
	struct stat	st;

	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == -1 &&
	    errno == ENOENT)
		return 0;
	return signer_fail(err, "%s: expected none, found one: this "
	    "authority has begun, and init never goes over what is there",
	    name);
}

static int
init_parts(struct signer *sg, const char *dir, struct km_bytes authority,
    enum km_environment environment, struct signer_error *err)
{
	if ((sg->dirfd = dir_open(dir, err)) == -1 ||
	    init_absent(sg->dirfd, JOURNAL_NAME, err) == -1 ||
	    init_absent(sg->dirfd, SNAPSHOT_NAME, err) == -1)
		return -1;
	sg->verify = verify_new();
	sg->check = calloc(1, sizeof(*sg->check));
	if (sg->verify == NULL || sg->check == NULL ||
	    state_init(&sg->state, authority, environment) == -1)
		return signer_fail(err, "out of memory");
	if ((sg->keys = keys_load(sg->dirfd, err)) == NULL)
		return -1;
	sg->check->st = &sg->state;
	sg->check->verify = sg->verify;
	sg->check->keys = sg->keys;
	return 0;
}

int
init_at(const char *dir, struct km_bytes authority,
    enum km_environment environment, const struct init_papers *papers,
    int64_t now, struct signer_error *err)
{
	struct signer	sg;
	struct buf	journal;
	int		rc = -1;

	memset(&sg, 0, sizeof(sg));
	sg.journal.fd = sg.lockfd = sg.dirfd = -1;
	made_init(&sg.made);
	buf_init(&journal, 2 * INIT_MAX);
	if (init_parts(&sg, dir, authority, environment, err) == -1)
		goto out;
	sg.check->now = now;
	if (init_journal(&journal, &sg, papers, err) == -1)
		goto out;
	if (file_write(sg.dirfd, JOURNAL_NAME, journal.p, journal.len, 0600) ==
	    -1) {
		signer_fail(err, "%s: cannot be written: %s", JOURNAL_NAME,
		    strerror(errno));
		goto out;
	}
	rc = 0;
out:
	buf_free(&journal);
	signer_close(&sg);
	return rc;
}

int
signer_init(const char *dir, const struct conf *conf, struct km_bytes trust,
    struct km_bytes officers, struct km_bytes scheme, struct km_bytes json,
    struct signer_error *err)
{
	const struct init_papers	papers = { trust, officers, scheme,
					    json };

	return init_at(dir, km_bytes_of(conf->issuer),
	    (enum km_environment)conf->environment, &papers,
	    (int64_t)time(NULL), err);
}

int
signer_replay(const char *dir, uint64_t batch, uint32_t epoch,
    struct signer_figures *out, struct signer_error *err)
{
	const struct replay_until	until = { batch, epoch };
	enum km_environment		environment;
	struct km_bytes			authority;
	struct journal			j = { .fd = -1 };
	struct signer_figures		figures;
	struct state			*st = NULL;
	struct buf			record;
	int				dirfd, rc = -1;

	if ((dirfd = dir_open(dir, err)) == -1)
		return -1;
	buf_init(&record, JOURNAL_RECORD_MAX + JOURNAL_TAIL_LEN);
	if (journal_open(&j, dirfd, 0, err) == -1 ||
	    replay_head(&j, &record, &authority, &environment, err) == -1)
		goto out;
	if ((st = calloc(1, sizeof(*st))) == NULL ||
	    state_init(st, authority, environment) == -1) {
		signer_fail(err, "out of memory");
		goto out;
	}
	j.end = 0;		/* from the beginning, head and all */
	if (replay_run(st, &j, -1, &until, err) == -1)
		goto out;
	figures_of(st, &figures);
	if (state_heads(st, figures.heads) == -1) {
		signer_fail(err, "out of memory");
		goto out;
	}
	*out = figures;
	rc = 0;
out:
	if (st != NULL)
		state_free(st);
	free(st);
	buf_free(&record);
	journal_close(&j);
	close(dirfd);
	return rc;
}
