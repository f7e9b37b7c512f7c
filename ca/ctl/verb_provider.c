/* SPDX-License-Identifier: EUPL-1.2 */
/* keurmerkctl provider add, and import: who may be granted a mark. */
#include <stdio.h>
#include <string.h>

#include "field.h"
#include "import.h"
#include "propose.h"

static int
add(struct acts *a, struct session *s, const char *sub,
    const struct provider *p, const char *at, unsigned long line)
{
	struct proposal	x;
	int		rc;

	rc = propose_begin(&x, s, DECISION_PROVIDER_ADD, km_bytes_of(sub));
	if (rc != CTL_DONE)
		return rc;
	x.d.u.provider = *p;
	return propose_add(a, &x, at, line);
}

/* An option that may be left out, or must be given. */
static int
text(struct km_bytes *out, const struct opts *o, enum opt opt, enum field f,
    int must)
{
	const char	*value = must ? opts_need(o, opt) : opts_get(o, opt);
	char		 why[512];

	if (value == NULL)
		return must ? -1 : 0;
	*out = km_bytes_of(value);
	if (field_wrong(why, f, *out) == NULL)
		return 0;
	say_usage("%s: %s", opts_name(opt), why);
	return -1;
}

static int
fill(struct provider *p, char sub[SUBJECT_MAX + 1], const struct opts *o)
{
	struct km_bytes	holder = { NULL, 0 };

	memset(p, 0, sizeof(*p));
	if (text(&p->legal_name, o, OPT_NAME, FIELD_NAME, 1) == -1 ||
	    text(&p->place, o, OPT_PLACE, FIELD_PLACE, 1) == -1 ||
	    text(&p->kvk, o, OPT_KVK, FIELD_KVK, 0) == -1 ||
	    text(&holder, o, OPT_SUB, FIELD_HOLDER, 0) == -1 ||
	    text(&p->euid, o, OPT_EUID, FIELD_EUID, 0) == -1 ||
	    text(&p->lei, o, OPT_LEI, FIELD_LEI, 0) == -1 ||
	    text(&p->information, o, OPT_INFORMATION, FIELD_INFORMATION,
	    0) == -1 ||
	    field_texts(p->trade_name, &p->n_trade_names, 5, o,
	    OPT_TRADE_NAME, FIELD_NAME) == -1 ||
	    field_texts(p->host, &p->n_hosts, 8, o, OPT_HOST,
	    FIELD_HOST) == -1)
		return -1;
	if (holder.len == 0 && p->kvk.len == 0) {
		say_usage("expected --kvk, or for a holder of another "
		    "country --sub, found neither");
		return -1;
	}
	return field_holder(sub, holder.len > 0 ? holder : p->kvk);
}

static void
content(struct decision *d, const void *provider)
{
	d->u.provider = *(const struct provider *)provider;
}

int
verb_provider_add(struct ctl *ctl)
{
	struct provider	p;
	char		sub[SUBJECT_MAX + 1];

	if (fill(&p, sub, &ctl->opts) == -1)
		return CTL_USAGE;
	return propose_one(ctl, DECISION_PROVIDER_ADD, km_bytes_of(sub),
	    content, &p);
}

static int
propose_rows(struct import *im, struct session *s, struct acts *a)
{
	size_t	i, n[ROW_WRONG + 1] = { 0 };
	char	at[1024];
	int	rc;

	for (i = 0; i < im->n; i++) {
		n[im->row[i].state]++;
		if (im->row[i].state != ROW_NEW)
			continue;
		snprintf(at, sizeof(at), "%s:%lu: ", im->file,
		    im->row[i].line);
		if ((rc = add(a, s, im->row[i].sub, &im->row[i].provider, at,
		    im->row[i].line)) != CTL_DONE)
			return rc;
	}
	printf("%s: %zu to be added, %zu there already, %zu waiting for "
	    "approval, %zu not usable\n", im->file, n[ROW_NEW], n[ROW_SAME],
	    n[ROW_WAITS], im->wrong);
	return CTL_DONE;
}

int
verb_import(struct ctl *ctl)
{
	struct session	s;
	struct import	im;
	struct acts	a;
	int		rc;

	memset(&s, 0, sizeof(s));
	memset(&a, 0, sizeof(a));
	rc = import_read(&im, ctl->word[0], opts_get(&ctl->opts, OPT_PLACE));
	if (rc == CTL_DONE && (rc = session_open(&s, ctl)) == CTL_DONE &&
	    (rc = import_compare(&im, &s)) == CTL_DONE &&
	    (rc = propose_rows(&im, &s, &a)) == CTL_DONE)
		rc = propose_all(&s, &a, "propose", im.file);
	if (rc == CTL_DONE && im.wrong > 0)
		rc = CTL_FAILED;
	acts_free(&a);
	import_free(&im);
	session_close(&s);
	return rc;
}
