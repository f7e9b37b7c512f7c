/* SPDX-License-Identifier: EUPL-1.2 */
/* Filter: which of the decisions that wait are meant; see filter.h. */
#include <string.h>

#include "filter.h"

int
filter_read(struct filter *f, const struct ctl *ctl)
{
	const char	*kind = opts_get(&ctl->opts, OPT_KIND);
	size_t		 i, len;

	memset(f, 0, sizeof(*f));
	f->id = ctl->word;
	f->n = ctl->n_words;
	f->proposer = opts_get(&ctl->opts, OPT_PROPOSER);
	for (i = 0; i < f->n; i++) {
		len = strlen(f->id[i]);
		if (len >= FILTER_ID_MIN && len <= 2 * KM_HASH_LEN &&
		    strspn(f->id[i], "0123456789abcdef") == len)
			continue;
		say_usage("expected the id of a decision, or its first %d to "
		    "64 digits, as `keurmerkctl pending` shows it, found "
		    "\"%s\"", FILTER_ID_MIN, f->id[i]);
		return -1;
	}
	if (kind == NULL || (int)(f->kind =
	    decision_kind_by_name(km_bytes_of(kind))) != 0)
		return 0;
	say_usage("--kind: expected a kind of decision, as grant or "
	    "provider-add, found \"%s\"", kind);
	return -1;
}

int
filter_takes(const struct filter *f, const struct decision *d)
{
	char	hex[65];
	size_t	i;

	if (((int)f->kind != 0 && f->kind != d->kind) ||
	    (f->proposer != NULL &&
	    !km_bytes_equal(d->proposer, km_bytes_of(f->proposer))))
		return 0;
	if (f->n == 0)
		return 1;
	decision_id_hex(hex, d->id);
	for (i = 0; i < f->n; i++)
		if (strncmp(hex, f->id[i], strlen(f->id[i])) == 0)
			return 1;
	return 0;
}

/* Whose approval it is, without a look at the signature. */
static int
approved_by(const struct decision_view *v, const struct officer *you)
{
	struct km_sign1	sign;
	size_t		i;

	for (i = 0; i < v->n_approvals; i++)
		if (km_sign1_decode(&sign, v->approval[i].p,
		    v->approval[i].len, KM_TYP_APPROVAL, 1) == KM_OK &&
		    km_bytes_equal(sign.iss, you->id))
			return 1;
	return 0;
}

int
filter_yours(const struct decision_view *v, const struct officer *you)
{
	return you != NULL && (you->roles & v->missing) != 0 &&
	    !km_bytes_equal(v->d.proposer, you->id) && !approved_by(v, you);
}
