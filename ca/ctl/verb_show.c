/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keurmerkctl show: a decision with who approved it, or a mark or provider
 * as the office has it and as the public sees it.
 */
#include <stdio.h>
#include <string.h>

#include "ca/record/number.h"
#include "ca/record/scheme.h"

#include "field.h"
#include "filter.h"
#include "tree.h"
#include "words.h"

/* A decision that was asked for by the first digits of its id. */
struct wanted {
	struct filter	 filter;
	uint8_t		 id[KM_HASH_LEN];
	size_t		 n;
};

/* decision_fn */
static int
rested_say(void *arg, size_t i, const struct decision_view *v)
{
	(void)arg;
	(void)i;
	fputs("  rests on         ", stdout);
	words_brief(stdout, &v->d);
	putchar('\n');
	return CTL_DONE;
}

/* decision_fn */
static int
decision_say(void *arg, size_t at, const struct decision_view *v)
{
	struct session	*s = arg;
	struct km_sign1	 sign;
	uint8_t		 id[RESTS_MAX][KM_HASH_LEN];
	size_t		 i;

	(void)at;
	words_decision(stdout, &v->d);
	for (i = 0; i < v->n_approvals; i++)
		if (km_sign1_decode(&sign, v->approval[i].p,
		    v->approval[i].len, KM_TYP_APPROVAL, 1) == KM_OK)
			printf("  %-16s %.*s\n", i == 0 ? "signed by" : "",
			    SAY_BYTES(sign.iss));
	if (v->pending)
		puts("It waits for approval.");
	else
		printf("Carried out: number %llu in the log.\n",
		    (unsigned long long)v->log_index);
	for (i = 0; i < v->d.n_rests_on; i++)
		memcpy(id[i], v->d.rests_on[i].p, KM_HASH_LEN);
	return session_decisions(s, (const uint8_t (*)[KM_HASH_LEN])id,
	    v->d.n_rests_on, rested_say, NULL);
}

static int
id_parse(uint8_t id[KM_HASH_LEN], const char *text)
{
	unsigned int	byte;
	size_t		i;

	if (strlen(text) != 2 * KM_HASH_LEN)
		return -1;
	for (i = 0; i < KM_HASH_LEN; i++) {
		if (sscanf(text + 2 * i, "%2x", &byte) != 1)
			return -1;
		id[i] = (uint8_t)byte;
	}
	return 0;
}

/* decision_fn: the first digits are enough for what still waits. */
static int
match(void *arg, size_t i, const struct decision_view *v)
{
	struct wanted	*w = arg;

	(void)i;
	if (filter_takes(&w->filter, &v->d)) {
		w->n++;
		memcpy(w->id, v->d.id, KM_HASH_LEN);
	}
	return CTL_DONE;
}

static int
show_decision(struct session *s, struct wanted *w)
{
	const char	*text = w->filter.id[0];
	int		 rc;

	if (id_parse(w->id, text) == -1) {
		if ((rc = session_pending(s, match, w)) != CTL_DONE)
			return rc;
		if (w->n != 1)
			return say_error("%s: %zu decisions that wait begin "
			    "so; expected one, or all 64 digits of one that "
			    "was carried out", text, w->n);
	}
	return session_decisions(s, (const uint8_t (*)[KM_HASH_LEN])w->id, 1,
	    decision_say, s);
}

static void
leaf_say(const struct km_register_leaf *leaf)
{
	struct km_attestation	a;
	struct km_sign1		s;
	char			at[21], day[11];
	size_t			i;

	if (km_attestation_decode(&a, &s, leaf->attestation.p,
	    leaf->attestation.len) != KM_OK)
		return;
	date_format(day, a.exp - 1);
	printf("In public: mark %.*s, attestation %u: %s\n",
	    SAY_BYTES(a.number), leaf->index, words_status(leaf->status));
	printf("  %-16s %.*s, %.*s (%.*s)\n", "holder",
	    SAY_BYTES(a.legal_name), SAY_BYTES(a.place), SAY_BYTES(a.sub));
	for (i = 0; i < a.n_lines; i++) {
		printf("  %-16s ", i == 0 ? "claims" : "");
		words_line(stdout, &a.line[i]);
		putchar('\n');
	}
	printf("  %-16s %s\n", "through", day);
	for (i = 0; i < leaf->n; i++) {
		date_time_format(at, leaf->event[i].at);
		printf("  %-16s %s %s%s%s\n", i == 0 ? "history" : "", at,
		    km_event_name(leaf->event[i].kind),
		    leaf->event[i].reason != 0 ? ": " : "",
		    leaf->event[i].reason != 0 ?
		    scheme_reason_code(leaf->event[i].reason) : "");
	}
}

/* All that the register has of it. */
static int
public_say(struct session *s, const char *name)
{
	const char		*url = s->ctl->set.value[SETTING_PUBLIC_URL];
	struct km_register_leaf	 leaf;
	struct tree		 t;
	uint64_t		 idx = 0;
	size_t			 n = 0;
	int			 rc;

	if (url == NULL) {
		say_note("Not looked up in public: no public_url was given.");
		return CTL_DONE;
	}
	rc = tree_open(&t, url, &s->trust.bytes);
	while (rc == CTL_DONE && (rc = tree_find(&t, km_bytes_of(name), &idx,
	    &leaf)) == CTL_DONE) {
		leaf_say(&leaf);
		idx++;
		n++;
	}
	if (rc == CTL_NONE) {
		rc = CTL_DONE;
		if (n == 0)
			printf("In public: nothing, in epoch %u\n",
			    t.epoch.number);
	}
	tree_close(&t);
	return rc;
}

static int
show_subject(struct session *s, const char *name)
{
	struct subject	x;
	char		hex[65];
	size_t		i;
	int		rc;

	memset(&x, 0, sizeof(x));
	snprintf(x.name, sizeof(x.name), "%s", name);
	if ((rc = session_subjects(s, &x, 1)) != CTL_DONE)
		return rc;
	if (!x.known)
		return say_error("%s: the office has nothing of that name",
		    name);
	printf("%s\n", name);
	decision_id_hex(hex, x.head);
	printf("  %-16s %s\n", "last decision", hex);
	if (x.has_provider) {
		decision_id_hex(hex, x.provider);
		printf("  %-16s %s\n", "data in force", hex);
	}
	for (i = 0; i < x.n_assessments; i++) {
		decision_id_hex(hex, x.assessment[i]);
		printf("  %-16s %s\n", i == 0 ? "assessments" : "", hex);
	}
	return public_say(s, name);
}

int
verb_show(struct ctl *ctl)
{
	struct session	s;
	struct wanted	w;
	const char	*text = ctl->word[0];
	char		name[SUBJECT_MAX + 1];
	int		rc, subject = 1;

	memset(&w, 0, sizeof(w));
	if (km_number_valid(km_bytes_of(text)))
		snprintf(name, sizeof(name), "%s", text);
	else if (field_holder(name, km_bytes_of(text)) == -1)
		subject = 0;
	if (!subject && strspn(text, "0123456789abcdef") != strlen(text))
		return say_usage("expected the id of a decision, a mark's "
		    "number with its check character, or a provider's KVK "
		    "number or identifier, found \"%s\"", text);
	if (!subject && filter_read(&w.filter, ctl) == -1)
		return CTL_USAGE;
	if ((rc = session_open(&s, ctl)) == CTL_DONE)
		rc = subject ? show_subject(&s, name) :
		    show_decision(&s, &w);
	session_close(&s);
	return rc;
}
