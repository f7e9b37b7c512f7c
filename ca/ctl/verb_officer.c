/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keurmerkctl officer list, officer disable: who may do what, and at once no
 * more. Who is added or changed comes with a new officers list: `officers
 * draft`, `sign`, `deliver`.
 */
#include <stdio.h>
#include <string.h>

#include "ca/record/number.h"

#include "field.h"
#include "propose.h"
#include "words.h"

static void
officer_say(const struct officer *o)
{
	char	from[11], until[11];
	size_t	i;

	date_format(from, o->from);
	date_format(until, o->until - 1);
	printf("%-20.*s ", SAY_BYTES(o->id));
	words_roles(stdout, o->roles);
	printf("; %s through %s", from, until);
	if (o->employer.len > 0)
		printf("; of %.*s", SAY_BYTES(o->employer));
	for (i = 0; i < o->n_conflicts; i++)
		printf("%s%.*s", i == 0 ? "; conflict with " : ", ",
		    SAY_BYTES(o->conflict[i]));
	putchar('\n');
}

int
verb_officer_list(struct ctl *ctl)
{
	struct officers_view	v;
	struct session		s;
	char			until[21];
	size_t			i;
	int			rc;

	memset(&v, 0, sizeof(v));
	if ((rc = session_open(&s, ctl)) == CTL_DONE &&
	    (rc = session_officers(&s, &v)) == CTL_DONE) {
		date_time_format(until, v.os.expires);
		printf("officers list %u, expires %s\n", v.os.version, until);
		for (i = 0; i < v.os.n; i++)
			officer_say(&v.os.officer[i]);
	}
	officers_view_free(&v);
	session_close(&s);
	return rc;
}

static void
content(struct decision *d, const void *person)
{
	d->u.person = *(const struct km_bytes *)person;
}

int
verb_officer_disable(struct ctl *ctl)
{
	struct km_bytes	person = km_bytes_of(ctl->word[0]);
	char		why[512];

	if (field_wrong(why, FIELD_PERSON, person) != NULL)
		return say_usage("%s", why);
	return propose_one(ctl, DECISION_DISABLE, km_bytes_of(""), content,
	    &person);
}
