/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keurmerkctl scheme draft: the decision that puts a scheme in force, as an
 * act without approvals (schemas/log.cddl), to be approved by the roots.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <openssl/rand.h>

#include "ca/base/file.h"
#include "ca/record/encode.h"
#include "ca/record/scheme.h"

#include "ctl.h"
#include "paper.h"

enum { DAY = 86400, DAYS_DEFAULT = 14, DAYS_MAX = 30, ACT_MAX = 16384 };

/* All that the decision points to. */
struct draft {
	struct paper	 trust;
	struct scheme	 scheme;
	struct decision	 d;
	struct verify	*verify;
	uint8_t		 first[KM_HASH_LEN], hash[KM_HASH_LEN];
	uint8_t		 head[KM_HASH_LEN], nonce[NONCE_LEN];
	char		 proposer[PERSON_MAX + 1];
};

static int
json_read(struct draft *d, const char *path)
{
	struct scheme_error	err;
	struct km_bytes		all;
	struct buf		json;
	int			rc = -1;

	buf_init(&json, SCHEME_JSON_MAX);
	if (file_read(&json, path) == -1)
		say_error("%s: cannot read (at most %d bytes): %s", path,
		    SCHEME_JSON_MAX, strerror(errno));
	else if (!scheme_parse(&d->scheme, json.p, json.len, &err))
		say_error("%s:%d: %s", path, err.line, err.message);
	else {
		all = (struct km_bytes){ json.p, json.len };
		km_sha256(d->hash, &all, 1);
		rc = 0;
	}
	buf_free(&json);
	return rc;
}

/* "root:" and the kid, of one of the roots. */
static int
proposer_of(struct draft *d, const char *path)
{
	const struct km_trust	*t = &d->trust.trust;
	struct km_key		 key;
	char			 kid[2 * KM_KID_LEN + 1];
	size_t			 i;

	if (public_load(&key, path) == -1)
		return -1;
	for (i = 0; i < t->n_roots; i++)
		if (memcmp(t->root[i].kid, key.kid, KM_KID_LEN) == 0)
			break;
	say_hex(kid, key.kid, KM_KID_LEN);
	if (i == t->n_roots) {
		say_error("%s: expected the key of a root of the trust list, "
		    "found %s, which is none", path, kid);
		return -1;
	}
	snprintf(d->proposer, sizeof(d->proposer), "root:%s", kid);
	return 0;
}

static int
head_of(struct draft *d, const char *text)
{
	unsigned int	byte;
	size_t		i;

	if (text == NULL)
		return 0;		/* zeros: the first */
	if (strlen(text) != 2 * KM_HASH_LEN ||
	    strspn(text, "0123456789abcdef") != 2 * KM_HASH_LEN) {
		say_usage("--head: expected the id of the authority's last "
		    "decision, 64 hex digits, as `keurmerkctl status` shows "
		    "it, found \"%s\"", text);
		return -1;
	}
	for (i = 0; i < KM_HASH_LEN; i++) {
		if (sscanf(text + 2 * i, "%2x", &byte) != 1)
			return -1;
		d->head[i] = (uint8_t)byte;
	}
	return 0;
}

static int
fill(struct draft *d, uint32_t days)
{
	struct decision	*x = &d->d;

	if (RAND_bytes(d->nonce, sizeof(d->nonce)) != 1) {
		say_error("no random bytes");
		return -1;
	}
	x->kind = DECISION_SCHEME;
	x->authority = d->trust.trust.authority;
	x->environment = d->trust.trust.environment;
	x->trust = (struct km_bytes){ d->first, KM_HASH_LEN };
	x->proposer = km_bytes_of(d->proposer);
	x->subject = km_bytes_of("");
	x->u.scheme.scheme = km_bytes_of(d->scheme.id.text);
	x->u.scheme.version = d->scheme.version;
	x->u.scheme.hash = (struct km_bytes){ d->hash, KM_HASH_LEN };
	x->nonce = (struct km_bytes){ d->nonce, NONCE_LEN };
	x->valid_until = (int64_t)time(NULL) + (int64_t)days * DAY;
	x->head = (struct km_bytes){ d->head, KM_HASH_LEN };
	return 0;
}

static int
draft(struct draft *d, const struct opts *o)
{
	const char	*trust = opts_need(o, OPT_TRUST);
	const char	*json = opts_need(o, OPT_JSON);
	const char	*proposer = opts_need(o, OPT_PROPOSER);
	const char	*path = opts_need(o, OPT_OUT);
	struct buf	 bytes, act;
	uint32_t	 days = DAYS_DEFAULT;
	int		 rc = CTL_FAILED;

	if (trust == NULL || json == NULL || proposer == NULL ||
	    path == NULL || head_of(d, opts_get(o, OPT_HEAD)) == -1 ||
	    opts_number(o, OPT_DAYS, 1, DAYS_MAX, &days) == -1)
		return CTL_USAGE;
	if (paper_load_trust(&d->trust, d->first, trust, d->verify) == -1 ||
	    json_read(d, json) == -1 || proposer_of(d, proposer) == -1 ||
	    fill(d, days) == -1)
		return CTL_FAILED;
	buf_init(&bytes, DECISION_MAX);
	buf_init(&act, ACT_MAX);
	encode_decision(&bytes, &d->d);
	if (bytes.failed)
		act.failed = bytes.failed;
	else
		encode_act(&act, (struct km_bytes){ bytes.p, bytes.len },
		    NULL, 0);
	if (paper_write(path, &act, 0) == 0) {
		rc = CTL_DONE;
		say_note("%s: a draft of the decision on scheme %s, version "
		    "%u. It has no force until %zu roots approved it, and "
		    "lapses in %u days.", path, d->scheme.id.text,
		    d->scheme.version, d->trust.trust.threshold, days);
	}
	buf_free(&bytes);
	buf_free(&act);
	return rc;
}

int
verb_scheme_draft(struct ctl *ctl)
{
	struct draft	d;
	int		rc;

	memset(&d, 0, sizeof(d));
	if ((d.verify = verify_new()) == NULL)
		return say_error("out of memory");
	rc = draft(&d, &ctl->opts);
	paper_free(&d.trust);
	verify_free(d.verify);
	return rc;
}
