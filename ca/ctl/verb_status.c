/* SPDX-License-Identifier: EUPL-1.2 */
/* keurmerkctl status: how the authority stands, and whether that is public. */
#include <stdio.h>
#include <string.h>

#include "ca/record/number.h"

#include "session.h"
#include "tree.h"
#include "words.h"

static void
office_say(const struct session *s)
{
	char	now[21];

	date_time_format(now, s->now);
	printf("authority   %.*s (%s)\n", SAY_BYTES(s->authority),
	    words_environment(s->environment));
	printf("you         %.*s\n", SAY_BYTES(s->you));
	printf("office time %s\n", now);
	printf("scheme      %.*s, version %u\n", SAY_BYTES(s->scheme),
	    s->scheme_version);
	printf("log         %llu decisions\n",
	    (unsigned long long)s->log_size);
	printf("marks       %llu\n", (unsigned long long)s->marks);
	printf("waiting     %llu for approval\n",
	    (unsigned long long)s->pending);
	printf("halted      %s\n", s->halted ? "YES: only suspend, withdraw, "
	    "disable and resume are carried out" : "no");
	if (s->fenced)
		puts("fenced      YES: two officers must reconcile before "
		    "anything is signed");
}

/* Of the authority itself: what the next scheme or list follows. */
static int
head_say(struct session *s)
{
	struct subject	self;
	char		hex[65];
	int		rc;

	memset(&self, 0, sizeof(self));
	if ((rc = session_subjects(s, &self, 1)) != CTL_DONE)
		return rc;
	decision_id_hex(hex, self.head);
	printf("head        %s\n", hex);
	return CTL_DONE;
}

/* What a stranger sees, through the public address. */
static int
public_say(const struct session *s)
{
	const char	*url = s->ctl->set.value[SETTING_PUBLIC_URL];
	struct tree	 t;
	char		 at[21], until[21];
	int		 rc;

	if (url == NULL) {
		printf("public      not looked at: no public_url was given\n");
		return CTL_DONE;
	}
	if ((rc = tree_open(&t, url, &s->trust.bytes)) == CTL_DONE) {
		date_time_format(at, t.epoch.this_update);
		date_time_format(until, t.epoch.next_update);
		printf("public      epoch %u of %s, at the latest renewed "
		    "%s\n", t.epoch.number, at, until);
		printf("            %llu decisions, %llu attestations, %llu "
		    "status lists\n",
		    (unsigned long long)t.epoch.log.size,
		    (unsigned long long)t.epoch.reg.size,
		    (unsigned long long)t.epoch.status.size);
		if (t.epoch.log.size < s->log_size)
			printf("            %llu decisions are not public "
			    "yet\n", (unsigned long long)(s->log_size -
			    t.epoch.log.size));
	}
	tree_close(&t);
	return rc;
}

int
verb_status(struct ctl *ctl)
{
	struct session	s;
	int		rc;

	if ((rc = session_open(&s, ctl)) == CTL_DONE) {
		office_say(&s);
		if ((rc = head_say(&s)) == CTL_DONE)
			rc = public_say(&s);
	}
	session_close(&s);
	return rc;
}
