/* SPDX-License-Identifier: EUPL-1.2 */
/* keurmerkctl body add: a body, and in what time it is accredited. */
#include <string.h>

#include "field.h"
#include "propose.h"

static int
fill(struct body *b, struct km_bytes *number, const struct opts *o)
{
	const char	*name = opts_need(o, OPT_NAME);
	const char	*code = name == NULL ? NULL : opts_need(o, OPT_NUMBER);
	char		 why[512];

	memset(b, 0, sizeof(*b));
	if (code == NULL)
		return -1;
	b->name = km_bytes_of(name);
	*number = km_bytes_of(code);
	if (field_wrong(why, FIELD_NAME, b->name) != NULL) {
		say_usage("--name: %s", why);
		return -1;
	}
	if (field_wrong(why, FIELD_ACCREDITATION, *number) != NULL) {
		say_usage("--number: %s", why);
		return -1;
	}
	if (field_day(&b->from, o, OPT_FROM) == -1 ||
	    field_day(&b->until, o, OPT_UNTIL) == -1 ||
	    field_level(&b->level, o) == -1)
		return -1;
	if (b->from < b->until)
		return 0;
	say_usage("--until: expected a day after --from, the first on which "
	    "it is no longer accredited");
	return -1;
}

int
verb_body_add(struct ctl *ctl)
{
	struct km_bytes	number;
	struct session	s;
	struct proposal	p;
	struct acts	a;
	struct body	body;
	int		rc;

	if (fill(&body, &number, &ctl->opts) == -1)
		return CTL_USAGE;
	memset(&a, 0, sizeof(a));
	if ((rc = session_open(&s, ctl)) == CTL_DONE &&
	    (rc = propose_begin(&p, &s, DECISION_BODY_ADD, number)) ==
	    CTL_DONE) {
		p.d.u.body = body;
		rc = propose_add(&a, &p, "", 0);
	}
	if (rc == CTL_DONE)
		rc = propose_all(&s, &a, "propose", NULL);
	acts_free(&a);
	session_close(&s);
	return rc;
}
