/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Init: what is given is checked as all later papers are, what is there is
 * never gone over, and what is refused leaves nothing behind.
 */
#include <sys/stat.h>

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/lib/desk.h"

/* What one case changes; NULL and 0: as it should be. */
struct change {
	const char	*words;		/* of the error */
	void		(*trust)(struct desk *, struct sample_trust *);
	void		(*officers)(struct desk *, struct officers *);
	size_t		 managers;	/* that sign; 0: two */
	int		 stranger;	/* a root signs the officers list */
	void		(*scheme)(struct desk *, struct papers_draft *);
	size_t		 roots;		/* that approve the scheme; 0: two */
	void		(*bytes)(struct init_papers *);
};

/* The trust list of papers.h, once more, so that it can be changed. */
static void
trust_write(struct desk *d, const struct change *c, struct sample_buf *out)
{
	struct sample_trust	t;
	size_t			i;

	sample_trust(&t);
	for (i = 0; i < PAPERS_ROOTS; i++)
		sample_trust_root(&t, &d->papers.root[i].key, i < 2);
	for (i = 0; i < PAPERS_MANAGERS; i++)
		sample_trust_key(&t, &d->papers.manager[i].key,
		    KM_PURPOSE_OFFICERS);
	sample_trust_key(&t, &d->papers.attest, KM_PURPOSE_ATTEST);
	sample_trust_key(&t, &d->papers.publish, KM_PURPOSE_PUBLISH);
	if (c->trust != NULL)
		c->trust(d, &t);
	sample_trust_write(out, &t);
}

static void
officers_write(struct desk *d, const struct change *c,
    struct sample_buf *out)
{
	const struct papers_person	*signer[2];
	struct officers			 os = d->papers.officers;

	if (c->officers != NULL)
		c->officers(d, &os);
	signer[0] = c->stranger ? &d->papers.root[0] : &d->papers.manager[0];
	signer[1] = &d->papers.manager[1];
	papers_officers_write(out, &os, signer,
	    c->managers == 0 ? 2 : c->managers);
}

static void
scheme_write(struct desk *d, const struct change *c, struct sample_buf *out)
{
	struct papers_draft	draft;
	struct papers_act	act;
	size_t			i;

	papers_draft(&draft, &d->papers, DECISION_SCHEME);
	sample_hash(draft.hash, d->json.p, d->json.len);
	if (c->scheme != NULL)
		c->scheme(d, &draft);
	papers_write(&act, &draft.d);
	for (i = 0; i < (c->roots == 0 ? 2 : c->roots); i++)
		papers_sign(&act, &d->papers, d->papers.root[i].id);
	sample_array(out, 2);
	sample_bytes(out, act.bytes.p, act.bytes.len);
	sample_array(out, act.n);
	for (i = 0; i < act.n; i++)
		sample_bytes(out, act.approval[i].p, act.approval[i].len);
	papers_act_free(&act);
}

static struct km_bytes
held(const struct sample_buf *b)
{
	return (struct km_bytes){ b->p, b->len };
}

static int
init_with(struct desk *d, const struct change *c, struct signer_error *err)
{
	struct sample_buf	trust = { 0 }, officers = { 0 };
	struct sample_buf	scheme = { 0 };
	struct init_papers	papers;
	int			rc;

	trust_write(d, c, &trust);
	officers_write(d, c, &officers);
	scheme_write(d, c, &scheme);
	papers.trust = held(&trust);
	papers.officers = held(&officers);
	papers.scheme = held(&scheme);
	papers.json = (struct km_bytes){ d->json.p, d->json.len };
	if (c->bytes != NULL)
		c->bytes(&papers);
	rc = init_at(d->dir, km_bytes_of(SAMPLE_AUTHORITY),
	    d->papers.environment, &papers, SAMPLE_NOW, err);
	sample_free(&trust);
	sample_free(&officers);
	sample_free(&scheme);
	return rc;
}

#define TRUST(name, ...)						\
static void								\
name(struct desk *d, struct sample_trust *t)				\
{									\
	(void)d;							\
	__VA_ARGS__							\
}
TRUST(one_root, t->n_signers = 1;)
TRUST(no_root, t->n_signers = 0;)
TRUST(other_root, t->signer[1] = &d->papers.officer[0].key;)
TRUST(threshold_of_three, t->threshold = 3;)
TRUST(other_authority, t->authority = "https://other.example";)
TRUST(other_environment, t->environment = 1;)
TRUST(version_two, t->version = 2; memset(t->first, 1, 32);)
TRUST(trust_over, t->issued = SAMPLE_NOW - 2 * SAMPLE_DAY;
    t->expires = SAMPLE_NOW;)
TRUST(no_attest, t->key[3].purpose = KM_PURPOSE_PUBLISH;)
TRUST(no_publish, t->n_keys = 4;)
TRUST(attest_over, t->key[3].not_after = SAMPLE_NOW;)
TRUST(publish_early, t->key[4].not_before = SAMPLE_NOW + 1;)
TRUST(attest_revoked, t->key[3].revoked_at = SAMPLE_NOW - 1;)
TRUST(other_attest, t->key[3].key = &d->papers.officer[0].key;)

#define OFFICERS(name, ...)						\
static void								\
name(struct desk *d, struct officers *os)				\
{									\
	(void)d;							\
	__VA_ARGS__							\
}
OFFICERS(officers_over, os->expires = SAMPLE_NOW;)
OFFICERS(officers_two, os->version = 2;)
OFFICERS(officers_elsewhere,
    os->authority = km_bytes_of("https://other.example");)
OFFICERS(officers_exercise, os->environment = KM_ENVIRONMENT_EXERCISE;)
OFFICERS(officers_other_trust,
    os->trust = (struct km_bytes){ d->papers.root[0].key.pub, 32 };)

#define SCHEME(name, ...)						\
static void								\
name(struct desk *d, struct papers_draft *draft)			\
{									\
	(void)d;							\
	__VA_ARGS__							\
}
SCHEME(scheme_over, draft->d.valid_until = SAMPLE_NOW;)
SCHEME(scheme_other_json, draft->hash[0] ^= 1;)
SCHEME(scheme_other_version, draft->d.u.scheme.version = 2;)
SCHEME(scheme_other_id, draft->d.u.scheme.scheme = km_bytes_of("other");)
SCHEME(scheme_other_head, draft->head[0] = 1;)

#define BYTES(name, ...)						\
static void								\
name(struct init_papers *p)						\
{									\
	__VA_ARGS__							\
}
BYTES(trust_twice, p->officers = p->trust;)
BYTES(officers_first, p->trust = p->officers;)
BYTES(trust_cut, p->trust.len--;)
BYTES(officers_cut, p->officers.len--;)
BYTES(scheme_cut, p->scheme.len--;)
BYTES(scheme_nothing, p->scheme.len = 0;)
BYTES(json_cut, p->json.len--;)
BYTES(json_none, p->json.p = NULL; p->json.len = 0;)

static const struct change	changes[] = {
	{ .words = "more people must approve", .trust = one_root },
	{ .words = "", .trust = no_root },
	{ .words = "trust list is refused", .trust = other_root },
	{ .words = "trust list is refused", .trust = threshold_of_three },
	{ .words = "another authority", .trust = other_authority },
	{ .words = "trust list is refused", .trust = other_environment },
	{ .words = "trust list is refused", .trust = version_two },
	{ .words = "trust list is refused", .trust = trust_over },
	{ .words = "signer's own keys", .trust = no_attest },
	{ .words = "signer's own keys", .trust = no_publish },
	{ .words = "signer's own keys", .trust = attest_over },
	{ .words = "signer's own keys", .trust = publish_early },
	{ .words = "signer's own keys", .trust = attest_revoked },
	{ .words = "signer's own keys", .trust = other_attest },
	{ .words = "officers list is refused", .managers = 1 },
	{ .words = "officers list is refused", .stranger = 1 },
	{ .words = "officers list is refused", .officers = officers_over },
	{ .words = "officers list is refused", .officers = officers_two },
	{ .words = "officers list is refused",
	  .officers = officers_elsewhere },
	{ .words = "officers list is refused",
	  .officers = officers_exercise },
	{ .words = "officers list is refused",
	  .officers = officers_other_trust },
	{ .words = "scheme is refused", .roots = 1 },
	{ .words = "scheme is refused", .scheme = scheme_over },
	{ .words = "scheme is refused", .scheme = scheme_other_json },
	{ .words = "scheme is refused", .scheme = scheme_other_version },
	{ .words = "scheme is refused", .scheme = scheme_other_id },
	{ .words = "scheme is refused", .scheme = scheme_other_head },
	{ .words = "officers list is refused", .bytes = trust_twice },
	{ .words = "trust list is refused", .bytes = officers_first },
	{ .words = "trust list is refused", .bytes = trust_cut },
	{ .words = "officers list is refused", .bytes = officers_cut },
	{ .words = "scheme act", .bytes = scheme_cut },
	{ .words = "scheme act", .bytes = scheme_nothing },
	{ .words = "scheme is refused", .bytes = json_cut },
	{ .words = "scheme is refused", .bytes = json_none },
};

static int
has_journal(const struct desk *d)
{
	char	path[600];

	snprintf(path, sizeof(path), "%s/journal", d->dir);
	return access(path, F_OK) == 0;
}

static void
refused(void **arg)
{
	static const struct change	none = { 0 };
	struct desk			*d = calloc(1, sizeof(*d));
	struct signer_error		 err;
	size_t				 i;

	(void)arg;
	desk_prepare(d, "init");
	for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		if (init_with(d, &changes[i], &err) == 0)
			fail_msg("case %zu (%s): carried out", i,
			    changes[i].words);
		if (strstr(err.text, changes[i].words) == NULL)
			fail_msg("case %zu: expected \"%s\", found \"%s\"", i,
			    changes[i].words, err.text);
		assert_false(has_journal(d));
	}
	/* Unchanged it is good, and once is enough. */
	assert_int_equal(init_with(d, &none, &err), 0);
	assert_true(has_journal(d));
	desk_open(d);
	assert_int_equal(desk_hello(d), REFUSAL_NONE);
	assert_int_equal(d->sg->state.log.size, 3);
	desk_close(d);
	assert_int_equal(init_with(d, &none, &err), -1);
	assert_non_null(strstr(err.text, "has begun"));
	desk_end(d);
	free(d);
}

static void
snapshot_there(void **arg)
{
	struct desk		*d = calloc(1, sizeof(*d));
	struct signer_error	 err;
	char			 path[600];

	(void)arg;
	desk_prepare(d, "left");
	snprintf(path, sizeof(path), "%s/snapshot", d->dir);
	close(open(path, O_WRONLY | O_CREAT, 0600));
	assert_int_equal(desk_init(d, &err), -1);
	assert_non_null(strstr(err.text, "has begun"));
	assert_false(has_journal(d));
	desk_end(d);
	free(d);
}

static void
another_environment_or_name(void **arg)
{
	struct desk		*d = calloc(1, sizeof(*d));
	struct init_papers	 papers;
	struct signer_error	 err;
	struct sample_buf	 act = { 0 };

	(void)arg;
	desk_prepare(d, "conf");
	desk_papers(d, &papers, &act);
	assert_int_equal(init_at(d->dir, km_bytes_of("https://b.example"),
	    KM_ENVIRONMENT_PRODUCTION, &papers, SAMPLE_NOW, &err), -1);
	assert_int_equal(init_at(d->dir, km_bytes_of(SAMPLE_AUTHORITY),
	    KM_ENVIRONMENT_DEMONSTRATION, &papers, SAMPLE_NOW, &err), -1);
	assert_false(has_journal(d));
	sample_free(&act);
	desk_end(d);
	free(d);
}

/* Two signers on one directory: the second is refused, and changes nothing. */
static void
one_at_a_time(void **arg)
{
	struct desk		*d = calloc(1, sizeof(*d));
	struct signer		 second;
	struct signer_error	 err;

	(void)arg;
	desk_begin(d, "lock");
	desk_open(d);
	memset(&second, 0, sizeof(second));
	clock_system(&second.clock);
	assert_int_equal(signer_open(&second, d->dir,
	    km_bytes_of(SAMPLE_AUTHORITY), KM_ENVIRONMENT_PRODUCTION, &err),
	    -1);
	assert_non_null(strstr(err.text, "locked"));
	desk_end(d);
	free(d);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(refused),
		cmocka_unit_test(snapshot_there),
		cmocka_unit_test(another_environment_or_name),
		cmocka_unit_test(one_at_a_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
