/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keurmerkctl: what officers, scheme managers and root key holders do. Every
 * decision and approval is signed here, with the person's own key.
 */
#include <stdio.h>
#include <string.h>

#include <curl/curl.h>

#include "ctl.h"

_Static_assert(OPT_N <= 64, "options are bits of one word");

static const struct verb {
	const char	*name;		/* one or two words */
	const char	*words;		/* behind it, for usage */
	const char	*what;
	int		(*run)(struct ctl *);
	size_t		 min, max;	/* words behind it */
	uint64_t	 opts;
} verbs[] = {
	{ "key new", "FILE", "make a key under a passphrase",
	    verb_key_new, 1, 1, OPT(PASSPHRASE_FILE) },
	{ "key public", "FILE", "write its public half to FILE.pub",
	    verb_key_public, 1, 1, OPT(PASSPHRASE_FILE) },
	{ "trust draft", "", "draft a trust list, to be signed by the roots",
	    verb_trust_draft, 0, 0, OPT(AUTHORITY) | OPT(ENVIRONMENT) |
	    OPT(ROOT) | OPT(THRESHOLD) | OPT(OFFICERS_KEY) |
	    OPT(SIGNER_KEYS) | OPT(EXPIRES) | OPT(FROM) | OPT(REVOKE) |
	    OPT(REMOVE) | OPT(OUT) },
	{ "officers draft", "", "draft an officers list from a CSV, to be "
	    "signed by two scheme managers", verb_officers_draft, 0, 0,
	    OPT(TRUST) | OPT(CSV) | OPT(FROM) | OPT(EXPIRES) | OPT(OUT) },
	{ "scheme draft", "", "draft the decision on a scheme, to be "
	    "approved by the roots", verb_scheme_draft, 0, 0, OPT(TRUST) |
	    OPT(JSON) | OPT(PROPOSER) | OPT(HEAD) | OPT(DAYS) | OPT(OUT) },
	{ "sign", "FILE", "show a draft in words and add your signature",
	    verb_sign, 1, 1, OPT(KEY) | OPT(PASSPHRASE_FILE) | OPT(TRUST) |
	    OPT(FROM) | OPT(YES) },
	{ "inspect", "FILE", "show a paper, who signed it and what is missing",
	    verb_inspect, 1, 1, OPT(TRUST) | OPT(FROM) },
	{ "deliver", "FILE", "hand a signed list or scheme to the office",
	    verb_deliver, 1, 1, OPTS_OFFICE | OPT(JSON) | OPT(YES) |
	    OPT(WAIT) },
	{ "officer list", "", "who may do what", verb_officer_list, 0, 0,
	    OPTS_OFFICE },
	{ "officer disable", "ID", "from now on an officer may do nothing",
	    verb_officer_disable, 1, 1, OPTS_PROPOSE },
	{ "body add", "", "propose a body that may assess", verb_body_add, 0,
	    0, OPTS_PROPOSE | OPT(NUMBER) | OPT(NAME) | OPT(FROM) |
	    OPT(UNTIL) | OPT(LEVEL) },
	{ "provider add", "", "propose a provider, who may then be granted "
	    "a mark", verb_provider_add, 0, 0, OPTS_PROPOSE | OPT(NAME) |
	    OPT(KVK) | OPT(PLACE) | OPT(TRADE_NAME) | OPT(HOST) |
	    OPT(INFORMATION) | OPT(SUB) | OPT(EUID) | OPT(LEI) },
	{ "import", "FILE.csv", "propose all providers of a file that are "
	    "not there yet", verb_import, 1, 1, OPTS_PROPOSE | OPT(PLACE) },
	{ "assess", "[PROVIDER ...]", "say what was found at providers, as "
	    "an assessor", verb_assess, 0, OPTS_WORDS_MAX, OPTS_PROPOSE |
	    OPTS_TARGETS | OPT(ALL) | OPT(DAY) | OPT(REPORT) | OPT(LINE) |
	    OPT(METHOD) | OPT(HOURS) | OPT(FINDINGS) | OPT(EVIDENCE) },
	{ "grant", "[PROVIDER ...]", "propose marks for providers",
	    verb_grant, 0, OPTS_WORDS_MAX, OPTS_PROPOSE | OPTS_TARGETS |
	    OPT(ALL) | OPT(LINE) | OPT(NOT_COVERED) | OPT(NBF) | OPT(EXP) |
	    OPT(YEARS) },
	{ "suspend", "[MARK ...]", "suspend marks, at once", verb_suspend, 0,
	    OPTS_WORDS_MAX, OPTS_PROPOSE | OPTS_TARGETS | OPT(REASON) |
	    OPT(UNTIL) },
	{ "lift", "[MARK ...]", "propose to lift suspensions", verb_lift, 0,
	    OPTS_WORDS_MAX, OPTS_PROPOSE | OPTS_TARGETS },
	{ "withdraw", "[MARK ...]", "propose to withdraw marks, for good",
	    verb_withdraw, 0, OPTS_WORDS_MAX, OPTS_PROPOSE | OPTS_TARGETS |
	    OPT(REASON) },
	{ "pending", "[ID ...]", "what waits for approval", verb_pending, 0,
	    OPTS_WORDS_MAX, OPTS_OFFICE | OPT(KIND) | OPT(PROPOSER) },
	{ "show", "ID|MARK|PROVIDER", "show one of them, and what is public "
	    "of it", verb_show, 1, 1, OPTS_OFFICE },
	{ "approve", "[ID ...]", "read, compare and sign what waits",
	    verb_approve, 0, OPTS_WORDS_MAX, OPTS_OFFICE | OPT(YES) |
	    OPT(WAIT) | OPT(ALL) | OPT(KIND) | OPT(PROPOSER) },
	{ "status", "", "how the authority stands, and what of it is public",
	    verb_status, 0, 0, OPTS_OFFICE },
	{ "badge", "MARK", "write the badge of a mark, from what is public",
	    verb_badge, 1, 1, OPT(CONFIG) | OPT(PUBLIC_URL) | OPT(TRUST) |
	    OPT(SVG) | OPT(LANG) | OPT(QR) | OPT(OUT) },
};

enum { VERBS = sizeof(verbs) / sizeof(verbs[0]) };

static void
opts_help_set(FILE *f, uint64_t set)
{
	unsigned int	opt;

	for (opt = 0; opt < OPT_N; opt++)
		if (set >> opt & 1)
			opts_help(f, opt);
}

/* What is its own first, then what many verbs take. */
static void
usage_verb(FILE *f, const struct verb *v)
{
	uint64_t	common = OPTS_PROPOSE;

	fprintf(f, "usage: keurmerkctl %s%s%s [OPTION ...]\n%s\n", v->name,
	    *v->words != '\0' ? " " : "", v->words, v->what);
	opts_help_set(f, v->opts & ~common);
	opts_help_set(f, v->opts & common);
}

static void
usage(FILE *f)
{
	size_t	i;
	char	left[64];

	fputs("usage: keurmerkctl VERB [WORD ...] [OPTION ...]\n\n", f);
	for (i = 0; i < VERBS; i++) {
		snprintf(left, sizeof(left), "%s %s", verbs[i].name,
		    verbs[i].words);
		fprintf(f, "  %-28s %s\n", left, verbs[i].what);
	}
	fputs("\nVERB --help shows its options; keurmerkctl(1) explains "
	    "them.\n", f);
}

/* The verb that the first words name, and how many they are. */
static const struct verb *
find(const struct opts *o, size_t *n)
{
	size_t		 i, first;
	const char	*space;

	for (i = 0; i < VERBS && o->n_words > 0; i++) {
		space = strchr(verbs[i].name, ' ');
		first = space != NULL ? (size_t)(space - verbs[i].name) :
		    strlen(verbs[i].name);
		if (strlen(o->word[0]) != first ||
		    memcmp(o->word[0], verbs[i].name, first) != 0)
			continue;
		*n = space != NULL ? 2 : 1;
		if (space == NULL || (o->n_words > 1 &&
		    strcmp(o->word[1], space + 1) == 0))
			return &verbs[i];
	}
	return NULL;
}

static int
run(struct ctl *ctl)
{
	const struct verb	*v;
	size_t			 n;

	v = find(&ctl->opts, &n);
	if (opts_get(&ctl->opts, OPT_HELP) != NULL) {
		if (v != NULL)
			usage_verb(stdout, v);
		else
			usage(stdout);
		return CTL_DONE;
	}
	if (v == NULL) {
		if (ctl->opts.n_words > 0)
			say_usage("%s%s%s: not a verb", ctl->opts.word[0],
			    ctl->opts.n_words > 1 ? " " : "",
			    ctl->opts.n_words > 1 ? ctl->opts.word[1] : "");
		usage(stderr);
		return CTL_USAGE;
	}
	ctl->word = ctl->opts.word + n;
	ctl->n_words = ctl->opts.n_words - n;
	if (opts_only(&ctl->opts, v->opts, v->name) == -1)
		return CTL_USAGE;
	if (ctl->n_words < v->min || ctl->n_words > v->max) {
		usage_verb(stderr, v);
		return CTL_USAGE;
	}
	if (settings_load(&ctl->set, &ctl->opts) == -1)
		return CTL_USAGE;
	return v->run(ctl);
}

int
main(int argc, char **argv)
{
	struct ctl	ctl;
	int		rc = CTL_USAGE;

	memset(&ctl, 0, sizeof(ctl));
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return say_error("libcurl cannot be used");
	if (opts_parse(&ctl.opts, argc - 1, argv + 1) == 0)
		rc = run(&ctl);
	settings_free(&ctl.set);
	opts_free(&ctl.opts);
	curl_global_cleanup();
	if (fflush(stdout) != 0 && rc == CTL_DONE)
		rc = say_error("cannot write the results");
	return rc;
}
