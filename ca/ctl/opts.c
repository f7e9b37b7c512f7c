/* SPDX-License-Identifier: EUPL-1.2 */
/* Opts: options and words of the command line; see opts.h. */
#include <stdlib.h>
#include <string.h>

#include "ca/record/number.h"

#include "opts.h"
#include "say.h"

enum { BARE, ONCE, MANY };	/* without value; with one; with several */

static const struct {
	const char	*name;
	int		 form;
} table[OPT_N] = {
	[OPT_HELP] = { "--help", BARE },
	[OPT_CONFIG] = { "--config", ONCE },
	[OPT_OFFICE] = { "--office", ONCE },
	[OPT_PIN] = { "--pin", ONCE },
	[OPT_KEY] = { "--key", ONCE },
	[OPT_PASSPHRASE_FILE] = { "--passphrase-file", ONCE },
	[OPT_PUBLIC_URL] = { "--public-url", ONCE },
	[OPT_TRUST] = { "--trust", ONCE },
	[OPT_YES] = { "--yes", BARE },
	[OPT_VERBOSE] = { "--verbose", BARE },
	[OPT_OUT] = { "-o", ONCE },
	[OPT_AUTHORITY] = { "--authority", ONCE },
	[OPT_ENVIRONMENT] = { "--environment", ONCE },
	[OPT_ROOT] = { "--root", MANY },
	[OPT_THRESHOLD] = { "--threshold", ONCE },
	[OPT_OFFICERS_KEY] = { "--officers-key", MANY },
	[OPT_SIGNER_KEYS] = { "--signer-keys", ONCE },
	[OPT_EXPIRES] = { "--expires", ONCE },
	[OPT_FROM] = { "--from", ONCE },
	[OPT_REVOKE] = { "--revoke", MANY },
	[OPT_REMOVE] = { "--remove", MANY },
	[OPT_CSV] = { "--csv", ONCE },
	[OPT_JSON] = { "--json", ONCE },
	[OPT_PROPOSER] = { "--proposer", ONCE },
	[OPT_HEAD] = { "--head", ONCE },
	[OPT_DAYS] = { "--days", ONCE },
	[OPT_ALL] = { "--all", BARE },
	[OPT_DAY] = { "--day", ONCE },
	[OPT_REPORT] = { "--report", ONCE },
	[OPT_LINE] = { "--line", MANY },
	[OPT_METHOD] = { "--method", MANY },
	[OPT_HOURS] = { "--hours", ONCE },
	[OPT_FINDINGS] = { "--findings", ONCE },
	[OPT_EVIDENCE] = { "--evidence", MANY },
	[OPT_NOT_COVERED] = { "--not-covered", MANY },
	[OPT_NBF] = { "--nbf", ONCE },
	[OPT_EXP] = { "--exp", ONCE },
	[OPT_YEARS] = { "--years", ONCE },
	[OPT_REASON] = { "--reason", ONCE },
	[OPT_UNTIL] = { "--until", ONCE },
	[OPT_KIND] = { "--kind", ONCE },
	[OPT_NAME] = { "--name", ONCE },
	[OPT_KVK] = { "--kvk", ONCE },
	[OPT_PLACE] = { "--place", ONCE },
	[OPT_TRADE_NAME] = { "--trade-name", MANY },
	[OPT_HOST] = { "--host", MANY },
	[OPT_INFORMATION] = { "--information", ONCE },
	[OPT_SUB] = { "--sub", ONCE },
	[OPT_EUID] = { "--euid", ONCE },
	[OPT_LEI] = { "--lei", ONCE },
	[OPT_NUMBER] = { "--number", ONCE },
	[OPT_LEVEL] = { "--level", ONCE },
	[OPT_WAIT] = { "--wait", ONCE },
	[OPT_LIST] = { "--list", ONCE },
};

const char *
opts_name(enum opt opt)
{
	return table[opt].name;
}

/* Which option arg is, and its value where that stands behind a '='. */
static enum opt
find(const char *arg, const char **value)
{
	enum opt	opt;
	size_t		len = strcspn(arg, "=");

	*value = arg[len] == '=' ? arg + len + 1 : NULL;
	for (opt = 0; opt < OPT_N; opt++)
		if (strncmp(table[opt].name, arg, len) == 0 &&
		    table[opt].name[len] == '\0')
			break;
	return opt;
}

/* Take the option at argv[*i], and its value from there or from the next. */
static int
take(struct opts *o, int argc, char **argv, int *i)
{
	const char	*value;
	enum opt	 opt;

	opt = find(argv[*i], &value);
	if (opt == OPT_N) {
		say_usage("%s: not an option", argv[*i]);
		return -1;
	}
	if (table[opt].form == BARE && value != NULL) {
		say_usage("%s: takes no value, found \"%s\"",
		    table[opt].name, value);
		return -1;
	}
	if (table[opt].form != BARE && value == NULL) {
		if (*i + 1 == argc) {
			say_usage("%s: expected a value behind it",
			    table[opt].name);
			return -1;
		}
		value = argv[++*i];
	}
	if (table[opt].form != MANY && opts_count(o, opt) > 0) {
		say_usage("%s: expected once, found again", table[opt].name);
		return -1;
	}
	if (o->n == OPTS_VALUES_MAX) {
		say_usage("expected at most %d options", OPTS_VALUES_MAX);
		return -1;
	}
	o->value[o->n].opt = opt;
	o->value[o->n++].text = value == NULL ? "" : value;
	return 0;
}

int
opts_parse(struct opts *o, int argc, char **argv)
{
	int	i, only_words = 0;

	memset(o, 0, sizeof(*o));
	o->word = calloc((size_t)argc + 1, sizeof(*o->word));
	if (o->word == NULL) {
		say_error("out of memory");
		return -1;
	}
	for (i = 0; i < argc; i++) {
		if (!only_words && strcmp(argv[i], "--") == 0)
			only_words = 1;
		else if (only_words || argv[i][0] != '-')
			o->word[o->n_words++] = argv[i];
		else if (take(o, argc, argv, &i) == -1)
			return -1;
	}
	return 0;
}

void
opts_free(struct opts *o)
{
	free(o->word);
	memset(o, 0, sizeof(*o));
}

int
opts_only(const struct opts *o, uint64_t set, const char *verb)
{
	size_t	i;

	for (i = 0; i < o->n; i++)
		if ((set >> o->value[i].opt & 1) == 0) {
			say_usage("%s: %s is not an option of it; see "
			    "keurmerkctl %s --help", verb,
			    table[o->value[i].opt].name, verb);
			return -1;
		}
	return 0;
}

const char *
opts_nth(const struct opts *o, enum opt opt, size_t nth)
{
	size_t	i;

	for (i = 0; i < o->n; i++)
		if (o->value[i].opt == opt && nth-- == 0)
			return o->value[i].text;
	return NULL;
}

const char *
opts_get(const struct opts *o, enum opt opt)
{
	return opts_nth(o, opt, 0);
}

size_t
opts_count(const struct opts *o, enum opt opt)
{
	size_t	i, n = 0;

	for (i = 0; i < o->n; i++)
		n += o->value[i].opt == opt;
	return n;
}

const char *
opts_need(const struct opts *o, enum opt opt)
{
	const char	*text = opts_get(o, opt);

	if (text == NULL)
		say_usage("expected the option %s, found none",
		    table[opt].name);
	return text;
}

int
opts_number(const struct opts *o, enum opt opt, uint32_t min, uint32_t max,
    uint32_t *out)
{
	const char	*text = opts_get(o, opt), *p;
	uint64_t	 v = 0;

	if (text == NULL)
		return 0;
	for (p = text; *p >= '0' && *p <= '9' && v <= UINT32_MAX; p++)
		v = v * 10 + (uint64_t)(*p - '0');
	if (p == text || *p != '\0' || v < min || v > max) {
		say_usage("%s: expected a number from %u to %u, found \"%s\"",
		    table[opt].name, min, max, text);
		return -1;
	}
	*out = (uint32_t)v;
	return 0;
}

int
opts_date(const struct opts *o, enum opt opt, int64_t *out)
{
	const char	*text = opts_get(o, opt);

	if (text == NULL)
		return 0;
	if (date_parse(text, out) == 0)
		return 0;
	say_usage("%s: expected a date as 2027-12-31 or a time as "
	    "2027-12-31T00:00:00Z, found \"%s\"", table[opt].name, text);
	return -1;
}
