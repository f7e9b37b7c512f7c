/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keurmerkctl trust draft: which keys to believe (schemas/trust.cddl). With
 * --from it goes on from the list in force, and what is given replaces.
 */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "ca/base/file.h"
#include "ca/record/encode.h"
#include "ca/record/number.h"

#include "ctl.h"
#include "paper.h"

enum { SIGNER_KEYS_MAX = 1024, URI_MAX_ = KM_URI_MAX + 1 };

/* The list as it grows; text that it points to. */
struct draft {
	struct km_trust	 t;
	struct paper	 prev;
	struct verify	*verify;
	char		 authority[URI_MAX_];
};

/* --environment, or production when it is not given. */
static int
environment_of(const struct opts *o, enum km_environment *out)
{
	const char	*text = opts_get(o, OPT_ENVIRONMENT);

	if (text == NULL || strcmp(text, "production") == 0)
		*out = KM_ENVIRONMENT_PRODUCTION;
	else if (strcmp(text, "demonstration") == 0)
		*out = KM_ENVIRONMENT_DEMONSTRATION;
	else if (strcmp(text, "exercise") == 0)
		*out = KM_ENVIRONMENT_EXERCISE;
	else {
		say_usage("--environment: expected production, demonstration "
		    "or exercise, found \"%s\"", text);
		return -1;
	}
	return 0;
}

static int
begin_new(struct draft *d, const struct opts *o)
{
	const char	*host;

	if ((host = opts_need(o, OPT_AUTHORITY)) == NULL ||
	    environment_of(o, &d->t.environment) == -1)
		return CTL_USAGE;
	if (!km_is_host(km_bytes_of(host)))
		return say_usage("--authority: expected a host name of "
		    "lower-case A-labels, as keurmerk.example, found \"%s\"",
		    host);
	snprintf(d->authority, sizeof(d->authority), "https://%s", host);
	d->t.authority = km_bytes_of(d->authority);
	d->t.version = 1;
	if (opts_need(o, OPT_ROOT) == NULL ||
	    opts_need(o, OPT_THRESHOLD) == NULL ||
	    opts_need(o, OPT_OFFICERS_KEY) == NULL ||
	    opts_need(o, OPT_SIGNER_KEYS) == NULL ||
	    opts_need(o, OPT_EXPIRES) == NULL)
		return CTL_USAGE;
	return CTL_DONE;
}

static int
begin_next(struct draft *d, const struct opts *o, const char *path)
{
	uint8_t	first[KM_HASH_LEN];

	if (opts_get(o, OPT_AUTHORITY) != NULL ||
	    opts_get(o, OPT_ENVIRONMENT) != NULL)
		return say_usage("--authority and --environment cannot "
		    "change: leave them out with --from");
	if (opts_need(o, OPT_EXPIRES) == NULL)
		return CTL_USAGE;
	if (paper_load_trust(&d->prev, first, path, d->verify) == -1)
		return CTL_FAILED;
	d->t = d->prev.trust;
	if (d->t.version == UINT32_MAX)
		return say_error("%s: no version comes after it", path);
	d->t.version++;
	memcpy(d->t.first, first, sizeof(first));
	return CTL_DONE;
}

static int
root_add(struct km_trust *t, const char *path)
{
	if (t->n_roots == KM_ROOTS_MAX) {
		say_error("%s: expected at most %d roots", path,
		    KM_ROOTS_MAX);
		return -1;
	}
	return public_load(&t->root[t->n_roots++], path);
}

static int
key_add(struct km_trust *t, const struct km_key *key,
    enum km_purpose purpose)
{
	struct km_trust_key	*k;

	if (t->n_keys == KM_KEYS_MAX) {
		say_error("expected at most %d keys in a trust list",
		    KM_KEYS_MAX);
		return -1;
	}
	k = &t->key[t->n_keys++];
	k->key = *key;
	k->purpose = purpose;
	/* From midnight on, so that no clock between machines matters. */
	k->not_before = date_midnight(t->issued);
	k->not_after = t->expires;
	k->revoked_at = -1;
	return 0;
}

/* The public halves as `keurmerkd init keys` wrote them. */
static int
signer_keys_add(struct km_trust *t, const char *path)
{
	struct km_key	key[2];
	struct km_cbor	c;
	struct buf	b;
	unsigned int	i;

	buf_init(&b, SIGNER_KEYS_MAX);
	if (file_read(&b, path) == -1) {
		say_error("%s: cannot read the signer's public keys: %s",
		    path, strerror(errno));
		return -1;
	}
	km_cbor_begin(&c, b.p, b.len);
	km_cbor_array(&c, 2, 2);
	for (i = 0; i < 2; i++) {
		km_cbor_array(&c, 2, 2);
		km_cbor_uint(&c, i + 1, i + 1);
		km_key_read(&c, &key[i], 0);
	}
	buf_free(&b);
	if (km_cbor_end(&c) != KM_OK) {
		say_error("%s: expected the public keys that `keurmerkd init "
		    "keys` writes (%s)", path, km_err_name(km_cbor_end(&c)));
		return -1;
	}
	return key_add(t, &key[0], KM_PURPOSE_ATTEST) == 0 &&
	    key_add(t, &key[1], KM_PURPOSE_PUBLISH) == 0 ? 0 : -1;
}

static void
managers_forget(struct km_trust *t)
{
	size_t	i, n = 0;

	for (i = 0; i < t->n_keys; i++)
		if (t->key[i].purpose != KM_PURPOSE_OFFICERS)
			t->key[n++] = t->key[i];
	t->n_keys = n;
}

static int
keys_take(struct km_trust *t, const struct opts *o)
{
	struct km_key	 key;
	const char	*path;
	size_t		 i;

	if (opts_count(o, OPT_ROOT) > 0)
		t->n_roots = 0;
	for (i = 0; (path = opts_nth(o, OPT_ROOT, i)) != NULL; i++)
		if (root_add(t, path) == -1)
			return -1;
	if (opts_count(o, OPT_OFFICERS_KEY) > 0)
		managers_forget(t);
	for (i = 0; (path = opts_nth(o, OPT_OFFICERS_KEY, i)) != NULL; i++)
		if (public_load(&key, path) == -1 ||
		    key_add(t, &key, KM_PURPOSE_OFFICERS) == -1)
			return -1;
	if ((path = opts_get(o, OPT_SIGNER_KEYS)) != NULL)
		return signer_keys_add(t, path);
	return 0;
}

/* The key that these hex digits name, or -1 after a message. */
static int
key_by_kid(const struct km_trust *t, const char *text)
{
	char	kid[2 * KM_KID_LEN + 1];
	size_t	i;

	for (i = 0; i < t->n_keys; i++) {
		say_hex(kid, t->key[i].key.kid, KM_KID_LEN);
		if (strcmp(kid, text) == 0)
			return (int)i;
	}
	say_error("%s: expected the kid of a key in the list (not a root)",
	    text);
	return -1;
}

static int
keys_end(struct km_trust *t, const struct opts *o)
{
	const char	*kid;
	size_t		 i;
	int		 at;

	for (i = 0; (kid = opts_nth(o, OPT_REVOKE, i)) != NULL; i++) {
		if ((at = key_by_kid(t, kid)) == -1)
			return -1;
		t->key[at].revoked_at = t->issued;
	}
	for (i = 0; (kid = opts_nth(o, OPT_REMOVE, i)) != NULL; i++) {
		if ((at = key_by_kid(t, kid)) == -1)
			return -1;
		t->n_keys--;
		memmove(&t->key[at], &t->key[at + 1],
		    (t->n_keys - (size_t)at) * sizeof(t->key[0]));
	}
	return 0;
}

static int
kid_cmp(const struct km_key *a, const struct km_key *b)
{
	return memcmp(a->kid, b->kid, KM_KID_LEN);
}

static void
sort(struct km_trust *t)
{
	struct km_trust_key	key;
	struct km_key		root;
	size_t			i, j;

	for (i = 1; i < t->n_roots; i++) {
		root = t->root[i];
		for (j = i; j > 0 && kid_cmp(&t->root[j - 1], &root) > 0; j--)
			t->root[j] = t->root[j - 1];
		t->root[j] = root;
	}
	for (i = 1; i < t->n_keys; i++) {
		key = t->key[i];
		for (j = i; j > 0 &&
		    kid_cmp(&t->key[j - 1].key, &key.key) > 0; j--)
			t->key[j] = t->key[j - 1];
		t->key[j] = key;
	}
}

/* Each key has one place: no person twice, no root that also publishes. */
static int
once(const struct km_trust *t)
{
	char	kid[2 * KM_KID_LEN + 1];
	size_t	i, j, n = t->n_roots + t->n_keys;

	for (i = 0; i < n; i++)
		for (j = 0; j < i; j++) {
			const struct km_key *a, *b;

			a = i < t->n_roots ? &t->root[i] :
			    &t->key[i - t->n_roots].key;
			b = j < t->n_roots ? &t->root[j] :
			    &t->key[j - t->n_roots].key;
			if (kid_cmp(a, b) != 0)
				continue;
			say_hex(kid, a->kid, KM_KID_LEN);
			say_error("expected each key once, found %s twice",
			    kid);
			return -1;
		}
	return 0;
}

static int
write_out(const struct km_trust *t, const char *path)
{
	struct paper	p;
	struct buf	payload;
	enum km_err	err;
	int		rc = CTL_FAILED;

	buf_init(&payload, KM_TRUST_MAX);
	encode_trust(&payload, t);
	err = paper_list(&p, t->authority, "trust", KM_TYP_TRUST, &payload);
	if (err != KM_OK)
		say_error("%s: this would be no trust list (%s)", path,
		    km_err_name(err));
	else if (paper_write(path, &p.bytes, 0) == 0)
		rc = CTL_DONE;
	paper_free(&p);
	buf_free(&payload);
	return rc;
}

static int
draft(struct draft *d, const struct opts *o)
{
	const char	*from = opts_get(o, OPT_FROM);
	const char	*path = opts_need(o, OPT_OUT);
	struct km_trust	*t = &d->t;
	uint32_t	 threshold;
	int		 rc;

	if (path == NULL)
		return CTL_USAGE;
	rc = from == NULL ? begin_new(d, o) : begin_next(d, o, from);
	if (rc != CTL_DONE)
		return rc;
	t->issued = (int64_t)time(NULL);
	threshold = (uint32_t)t->threshold;
	if (opts_date(o, OPT_EXPIRES, &t->expires) == -1 ||
	    opts_number(o, OPT_THRESHOLD, 1, KM_ROOTS_MAX, &threshold) == -1)
		return CTL_USAGE;
	t->threshold = threshold;
	if (t->expires <= t->issued)
		return say_usage("--expires: expected a day to come");
	if (keys_take(t, o) == -1 || keys_end(t, o) == -1 || once(t) == -1)
		return CTL_FAILED;
	if (t->threshold > t->n_roots)
		return say_error("--threshold: expected at most the number "
		    "of roots, %zu, found %zu", t->n_roots, t->threshold);
	sort(t);
	if ((rc = write_out(t, path)) == CTL_DONE)
		say_note("%s: a draft of trust list %u. It has no force "
		    "until %zu of its %zu roots signed it.", path,
		    t->version, t->threshold, t->n_roots);
	return rc;
}

int
verb_trust_draft(struct ctl *ctl)
{
	struct draft	d;
	int		rc;

	memset(&d, 0, sizeof(d));
	if ((d.verify = verify_new()) == NULL)
		return say_error("out of memory");
	rc = draft(&d, &ctl->opts);
	paper_free(&d.prev);
	verify_free(d.verify);
	return rc;
}
