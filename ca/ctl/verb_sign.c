/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keurmerkctl sign, inspect: a paper in words, who signed it and what is
 * missing; and one's own signature added to it, the others' verified and
 * kept. Signing twice changes nothing.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ca/record/encode.h"
#include "verifier/core.h"

#include "ctl.h"
#include "paper.h"
#include "words.h"

enum { MANAGERS_NEEDED = 2, HEADER_MAX = 512, ACT_MAX = 32768 };

/* A paper with the lists that say who may sign it. */
struct desk {
	struct paper	 p, trust, prev;
	const struct km_trust *roots;	/* NULL: not given */
	const struct km_trust *old;	/* the list before it, or NULL */
	uint8_t		 first[KM_HASH_LEN];
	struct verify	*verify;
};

static int
desk_open(struct desk *d, const struct opts *o, const char *path)
{
	const char	*trust = opts_get(o, OPT_TRUST);
	const char	*from = opts_get(o, OPT_FROM);
	uint8_t		 first[KM_HASH_LEN];

	if ((d->verify = verify_new()) == NULL) {
		say_error("out of memory");
		return -1;
	}
	if (paper_load(&d->p, path) == -1)
		return -1;
	if (d->p.kind == PAPER_TRUST) {
		d->roots = &d->p.trust;
		if (from == NULL)
			return 0;
		if (paper_load_trust(&d->prev, first, from, d->verify) == -1)
			return -1;
		d->old = &d->prev.trust;
		return 0;
	}
	if (trust == NULL)
		return 0;
	if (paper_load_trust(&d->trust, d->first, trust, d->verify) == -1)
		return -1;
	d->roots = &d->trust.trust;
	return 0;
}

static void
desk_close(struct desk *d)
{
	paper_free(&d->p);
	paper_free(&d->trust);
	paper_free(&d->prev);
	verify_free(d->verify);
}

static const struct km_key *
root_find(const struct km_trust *t, struct km_bytes kid)
{
	size_t	i;

	for (i = 0; t != NULL && i < t->n_roots; i++)
		if (km_bytes_equal(kid, (struct km_bytes){ t->root[i].kid,
		    KM_KID_LEN }))
			return &t->root[i];
	return NULL;
}

/* The key with this kid, of those who may sign such a paper; or NULL. */
static const struct km_key *
may_sign(const struct desk *d, struct km_bytes kid)
{
	const struct km_key	*key;
	int			 at;

	switch (d->p.kind) {
	case PAPER_TRUST:
		key = root_find(d->roots, kid);
		return key != NULL ? key : root_find(d->old, kid);
	case PAPER_OFFICERS:
		if (d->roots == NULL || (at = km_trust_find(d->roots,
		    kid)) == -1 || d->roots->key[at].purpose !=
		    KM_PURPOSE_OFFICERS || d->roots->key[at].revoked_at != -1)
			return NULL;
		return &d->roots->key[at].key;
	case PAPER_ACT:
		return root_find(d->roots, kid);
	}
	return NULL;
}

static const char *
signers_name(const struct desk *d)
{
	return d->p.kind == PAPER_OFFICERS ? "scheme manager" : "root";
}

/* One approval of an act: by a root, over the decision's exact bytes? */
static int
approval_good(const struct desk *d, const struct km_sign1 *s,
    const struct km_key *key)
{
	struct km_ask	ask;
	uint8_t		tbs[KM_TBS_MAX];
	char		hex[65], iss[PERSON_MAX + 1] = "root:";

	decision_id_hex(hex, d->p.decision.id);
	say_hex(iss + 5, key->kid, KM_KID_LEN);
	if (!km_bytes_equal(s->sub, km_bytes_of(hex)) ||
	    !km_bytes_equal(s->iss, km_bytes_of(iss)) || s->alg != key->alg)
		return 0;
	memset(&ask, 0, sizeof(ask));
	ask.alg = key->alg;
	ask.slot = -1;
	ask.key = (struct km_bytes){ key->bytes, key->len };
	ask.msg[0].p = tbs;
	ask.msg[0].len = km_tbs(tbs, s->protected_, NULL,
	    d->p.decision.bytes.len);
	ask.msg[1] = d->p.decision.bytes;
	ask.sig = s->sig;
	return ask.msg[0].len != 0 && verify_ask(d->verify, &ask);
}

static size_t
signed_n(const struct desk *d)
{
	return d->p.kind == PAPER_ACT ? d->p.n_approvals : d->p.sign.n;
}

static struct km_bytes
signed_kid(const struct desk *d, size_t i)
{
	return d->p.kind == PAPER_ACT ? d->p.approval_sign[i].kid :
	    d->p.sign.signer[i].kid;
}

/*
 * Say who signed. 0; or -1 when a signature does not verify or is by someone
 * who may not sign, which makes the whole paper worthless.
 */
static int
signatures(const struct desk *d, FILE *f)
{
	const struct km_key	*key;
	struct km_bytes		 kid;
	char			 hex[2 * KM_KID_LEN + 1];
	const char		*says;
	size_t			 i;
	int			 good, rc = 0;

	for (i = 0; i < signed_n(d); i++) {
		kid = signed_kid(d, i);
		key = may_sign(d, kid);
		good = key != NULL && (d->p.kind == PAPER_ACT ?
		    approval_good(d, &d->p.approval_sign[i], key) :
		    paper_signature_good(&d->p.sign, &d->p.sign.signer[i],
		    key, d->verify));
		if (good)
			says = "verified";
		else if (d->roots == NULL)
			says = "not checked: no --trust given";
		else if (key == NULL)
			says = "NOT BY ONE WHO MAY SIGN IT";
		else
			says = "DOES NOT VERIFY";
		if (!good && d->roots != NULL)
			rc = -1;
		say_hex(hex, kid.p, KM_KID_LEN);
		fprintf(f, "  signed by        %s %s (%s)\n",
		    signers_name(d), hex, says);
	}
	return rc;
}

static size_t
signed_by(const struct desk *d, const struct km_trust *t)
{
	size_t	i, n = 0;

	for (i = 0; i < signed_n(d); i++)
		n += d->p.kind == PAPER_OFFICERS ||
		    root_find(t, signed_kid(d, i)) != NULL;
	return n;
}

/* What is missing. 1 when nothing is, as far as can be told. */
static int
complete(const struct desk *d, FILE *f)
{
	size_t	need, have;
	int	all = 1;

	if (d->roots == NULL && d->p.kind == PAPER_ACT) {
		fprintf(f, "  Give --trust to see whether enough roots "
		    "approved.\n");
		return 0;
	}
	need = d->p.kind == PAPER_OFFICERS ? MANAGERS_NEEDED :
	    d->roots->threshold;
	have = signed_by(d, d->roots);
	if (have < need) {
		fprintf(f, "  %zu more of the %ss must sign; until then it "
		    "has no force.\n", need - have, signers_name(d));
		all = 0;
	}
	if (d->p.kind == PAPER_TRUST && d->p.trust.version > 1 &&
	    d->old == NULL) {
		fprintf(f, "  Give the list before it as --from to see "
		    "whether enough of its roots signed too.\n");
		return 0;
	}
	if (d->old != NULL && (have = signed_by(d, d->old)) <
	    d->old->threshold) {
		fprintf(f, "  %zu more of the roots of the list before it "
		    "must sign.\n", d->old->threshold - have);
		all = 0;
	}
	if (all)
		fprintf(f, "  Enough have signed.\n");
	return all;
}

/* Do the paper and the lists given with it belong together? 0 or -1. */
static int
belongs(const struct desk *d)
{
	const struct km_bytes	first = { d->first, KM_HASH_LEN };
	enum km_err		err = KM_OK;

	if (d->p.kind == PAPER_TRUST) {
		if (d->old != NULL && (d->old->version + 1 !=
		    d->p.trust.version || !km_bytes_equal(d->old->authority,
		    d->p.trust.authority) ||
		    d->old->environment != d->p.trust.environment))
			err = KM_ERR_VERSION;
	} else if (d->roots == NULL) {
		return 0;
	} else if (!km_bytes_equal(d->p.kind == PAPER_ACT ?
	    d->p.decision.trust : d->p.officers.trust, first)) {
		err = KM_ERR_PIN;
	} else if (!km_bytes_equal(d->p.kind == PAPER_ACT ?
	    d->p.decision.authority : d->p.officers.authority,
	    d->roots->authority)) {
		err = KM_ERR_AUTHORITY;
	}
	if (err == KM_OK)
		return 0;
	say_error("this paper does not belong to the trust list given (%s)",
	    km_err_name(err));
	return -1;
}

static void
show(const struct desk *d)
{
	switch (d->p.kind) {
	case PAPER_TRUST:
		words_trust(stdout, &d->p.trust);
		break;
	case PAPER_OFFICERS:
		words_officers(stdout, &d->p.officers);
		break;
	case PAPER_ACT:
		words_decision(stdout, &d->p.decision);
		break;
	}
}

int
verb_inspect(struct ctl *ctl)
{
	struct desk	d;
	int		rc = CTL_FAILED;

	memset(&d, 0, sizeof(d));
	if (desk_open(&d, &ctl->opts, ctl->word[0]) == 0 &&
	    belongs(&d) == 0) {
		show(&d);
		if (signatures(&d, stdout) == 0) {
			complete(&d, stdout);
			rc = CTL_DONE;
		}
	}
	desk_close(&d);
	return rc;
}

/* Add a signature to a list. */
static int
list_sign(const struct desk *d, struct key *key, struct buf *out)
{
	const struct km_key	*pub = key_public(key);
	struct km_signer	 signer[KM_SIGNERS_MAX];
	struct km_bytes		 part[2];
	struct buf		 header;
	uint8_t			 tbs[KM_TBS_MAX], sig[KM_SIG_LEN];
	size_t			 n = d->p.sign.n;
	int			 rc = -1;

	if (n == KM_SIGNERS_MAX)
		return -1;
	memcpy(signer, d->p.sign.signer, n * sizeof(*signer));
	buf_init(&header, HEADER_MAX);
	encode_signer_protected(&header, pub->alg, pub->kid);
	signer[n].alg = pub->alg;
	signer[n].kid = (struct km_bytes){ pub->kid, KM_KID_LEN };
	signer[n].protected_ = (struct km_bytes){ header.p, header.len };
	signer[n].sig = sig;
	part[0].p = tbs;
	part[0].len = km_tbs(tbs, d->p.sign.protected_,
	    &signer[n].protected_, d->p.sign.payload.len);
	part[1] = d->p.sign.payload;
	if (!header.failed && part[0].len != 0 &&
	    key_sign(key, sig, part) == 0) {
		encode_sign(out, d->p.sign.protected_, d->p.sign.payload,
		    signer, n + 1);
		rc = out->failed ? -1 : 0;
	}
	buf_free(&header);
	return rc;
}

/* Add an approval to an act: the proposer's first, the others by iss. */
static int
act_sign(const struct desk *d, struct key *key, struct buf *out)
{
	const struct decision	*x = &d->p.decision;
	struct km_bytes		 all[APPROVALS_MAX], iss[APPROVALS_MAX];
	struct buf		 mine;
	char			 me[PERSON_MAX + 1] = "root:";
	size_t			 i, n = d->p.n_approvals;
	int			 rc = -1;

	if (n == APPROVALS_MAX)
		return -1;
	buf_init(&mine, APPROVAL_MAX);
	say_hex(me + 5, key_public(key)->kid, KM_KID_LEN);
	if (key_approve(key, &mine, km_bytes_of(me), x->id, x->bytes) == -1)
		goto out;
	for (i = 0; i < n; i++) {
		all[i] = d->p.approval[i];
		iss[i] = d->p.approval_sign[i].iss;
	}
	for (i = n; i > 0 && !km_bytes_equal(iss[i - 1], x->proposer) &&
	    (km_bytes_equal(km_bytes_of(me), x->proposer) ||
	    km_bytes_cmp(iss[i - 1], km_bytes_of(me)) > 0); i--) {
		all[i] = all[i - 1];
		iss[i] = iss[i - 1];
	}
	all[i] = (struct km_bytes){ mine.p, mine.len };
	encode_act(out, x->bytes, all, n + 1);
	rc = out->failed ? -1 : 0;
out:
	buf_free(&mine);
	return rc;
}

/* May this key sign, and has it not yet? CTL_DONE with *again set: it has. */
static int
key_fits(const struct desk *d, const struct key *key, int *again)
{
	struct km_bytes	kid = { key_public(key)->kid, KM_KID_LEN };
	char		hex[2 * KM_KID_LEN + 1];
	size_t		i;

	say_hex(hex, kid.p, KM_KID_LEN);
	if (may_sign(d, kid) == NULL)
		return say_error("expected the key of a %s%s, found %s, "
		    "which may not sign this", signers_name(d),
		    d->p.kind == PAPER_TRUST && d->old == NULL &&
		    d->p.trust.version > 1 ? " (of the list before it: give "
		    "that as --from)" : "", hex);
	for (i = 0; i < signed_n(d); i++)
		*again |= km_bytes_equal(signed_kid(d, i), kid);
	return CTL_DONE;
}

static int
sign(const struct desk *d, struct ctl *ctl, struct key *key)
{
	struct buf	out;
	int		again = 0, rc;

	if ((rc = key_fits(d, key, &again)) != CTL_DONE)
		return rc;
	if (again) {
		say_note("%s: this key has signed it already; nothing to "
		    "do.", ctl->word[0]);
		return CTL_DONE;
	}
	if (opts_get(&ctl->opts, OPT_YES) == NULL &&
	    !say_ask("Sign exactly this?"))
		return CTL_FAILED;
	buf_init(&out, OFFICERS_MAX + ACT_MAX);
	if ((d->p.kind == PAPER_ACT ? act_sign(d, key, &out) :
	    list_sign(d, key, &out)) == -1)
		rc = say_error("%s: cannot be signed: no room for another "
		    "signature, or OpenSSL failed", ctl->word[0]);
	else if (paper_write(ctl->word[0], &out, 1) == -1)
		rc = CTL_FAILED;
	else
		say_note("%s: signed.", ctl->word[0]);
	buf_free(&out);
	return rc;
}

int
verb_sign(struct ctl *ctl)
{
	struct desk	 d;
	struct key	*key = NULL;
	const char	*path;
	int		 rc = CTL_FAILED;

	memset(&d, 0, sizeof(d));
	if ((path = settings_need(&ctl->set, SETTING_KEY)) == NULL)
		return CTL_USAGE;
	if (desk_open(&d, &ctl->opts, ctl->word[0]) == -1 ||
	    belongs(&d) == -1)
		goto out;
	if (d.roots == NULL) {
		say_usage("expected the trust list that says who may sign "
		    "this, as --trust");
		rc = CTL_USAGE;
		goto out;
	}
	show(&d);
	if (signatures(&d, stdout) == -1) {
		say_error("%s: has a signature that does not count: make a "
		    "new draft", ctl->word[0]);
		goto out;
	}
	complete(&d, stdout);
	if ((key = ctl_key(ctl, path)) != NULL)
		rc = sign(&d, ctl, key);
out:
	key_free(key);
	desk_close(&d);
	return rc;
}
