/* SPDX-License-Identifier: EUPL-1.2 */
/* keurmerkctl pending: what waits for approval, and whose it needs. */
#include <stdio.h>
#include <string.h>

#include "ca/record/number.h"

#include "filter.h"
#include "session.h"
#include "words.h"

struct listing {
	struct filter	 filter;
	struct officers_view v;
	const struct session *s;
	size_t		 n, yours;
};

/* decision_fn */
static int
item(void *arg, size_t i, const struct decision_view *v)
{
	struct listing	*l = arg;
	char		 hex[65], came[21];
	int		 yours;

	(void)i;
	if (!filter_takes(&l->filter, &v->d))
		return CTL_DONE;
	yours = filter_yours(v, l->v.you);
	l->n++;
	l->yours += (size_t)yours;
	decision_id_hex(hex, v->d.id);
	date_time_format(came, v->came);
	printf("%.*s%s  ", FILTER_ID_SHOWN, hex, yours ? " *" : "  ");
	words_brief(stdout, &v->d);
	printf("\n    since %s, needs ", came);
	words_roles(stdout, v->missing);
	putchar('\n');
	return CTL_DONE;
}

int
verb_pending(struct ctl *ctl)
{
	struct listing	l;
	struct session	s;
	int		rc;

	memset(&l, 0, sizeof(l));
	l.s = &s;
	if (filter_read(&l.filter, ctl) == -1)
		return CTL_USAGE;
	if ((rc = session_open(&s, ctl)) == CTL_DONE &&
	    (rc = session_officers(&s, &l.v)) == CTL_DONE)
		rc = session_pending(&s, item, &l);
	if (rc == CTL_DONE)
		printf("%zu wait%s for approval, %zu of them (*) for yours\n",
		    l.n, l.n == 1 ? "s" : "", l.yours);
	officers_view_free(&l.v);
	session_close(&s);
	return rc;
}
