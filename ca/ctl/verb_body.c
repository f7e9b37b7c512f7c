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

static void
content(struct decision *d, const void *body)
{
	d->u.body = *(const struct body *)body;
}

int
verb_body_add(struct ctl *ctl)
{
	struct km_bytes	number;
	struct body	body;

	if (fill(&body, &number, &ctl->opts) == -1)
		return CTL_USAGE;
	return propose_one(ctl, DECISION_BODY_ADD, number, content, &body);
}
