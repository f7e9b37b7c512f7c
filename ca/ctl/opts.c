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
	const char	*takes, *as;	/* its value, and an example; or NULL */
	const char	*what;
} table[OPT_N] = {
	[OPT_HELP] = { "--help", BARE, NULL, NULL,
	    "say what a verb does and takes" },
	[OPT_CONFIG] = { "--config", ONCE, "FILE", "officer.conf",
	    "file with the settings that come next" },
	[OPT_OFFICE] = { "--office", ONCE, "URL", "https://127.0.0.1:8443",
	    "where the office listens" },
	[OPT_PIN] = { "--pin", ONCE, "HEX|FILE", "tls.pin",
	    "SHA-256 of the office's key" },
	[OPT_KEY] = { "--key", ONCE, "FILE", "me.pem", "your key" },
	[OPT_PASSPHRASE_FILE] = { "--passphrase-file", ONCE, "FILE", "me.pass",
	    "its passphrase; else you are asked" },
	[OPT_PUBLIC_URL] = { "--public-url", ONCE, "URL",
	    "https://keurmerk.example", "where what is public is served" },
	[OPT_TRUST] = { "--trust", ONCE, "FILE", "trust-1",
	    "the trust list that you believe" },
	[OPT_YES] = { "--yes", BARE, NULL, NULL, "sign without being asked" },
	[OPT_VERBOSE] = { "--verbose", BARE, NULL, NULL,
	    "show all of what is many, each in full" },
	[OPT_OUT] = { "-o", ONCE, "FILE", "officers-2", "write it there" },
	[OPT_AUTHORITY] = { "--authority", ONCE, "HOST", "keurmerk.example",
	    "whose list it is" },
	[OPT_ENVIRONMENT] = { "--environment", ONCE, "NAME", "demonstration",
	    "production (default), demonstration, exercise" },
	[OPT_ROOT] = { "--root", MANY, "FILE", "root-a.pem.pub",
	    "public key of a root holder" },
	[OPT_THRESHOLD] = { "--threshold", ONCE, "NUMBER", "2",
	    "how many roots must sign" },
	[OPT_OFFICERS_KEY] = { "--officers-key", MANY, "FILE",
	    "manager-a.pem.pub", "public key of a scheme manager" },
	[OPT_SIGNER_KEYS] = { "--signer-keys", ONCE, "FILE", "signer.pub",
	    "what keurmerkd init keys wrote" },
	[OPT_EXPIRES] = { "--expires", ONCE, "DATE", "2028-12-31",
	    "when the list is over" },
	[OPT_FROM] = { "--from", ONCE, "FILE|DATE", "trust-1",
	    "list that it goes on from; of a body, its first day" },
	[OPT_REVOKE] = { "--revoke", MANY, "KID", "0a1b2c3d4e5f6071",
	    "a key in the list that is not to be believed" },
	[OPT_REMOVE] = { "--remove", MANY, "KID", "0a1b2c3d4e5f6071",
	    "a key to leave out" },
	[OPT_CSV] = { "--csv", ONCE, "FILE", "officers.csv",
	    "who may do what" },
	[OPT_JSON] = { "--json", ONCE, "FILE", "scheme.json",
	    "the scheme itself" },
	[OPT_PROPOSER] = { "--proposer", ONCE, "WHO", "registrar",
	    "who proposed it; of a scheme, a root's public key" },
	[OPT_HEAD] = { "--head", ONCE, "ID", "64 hex digits",
	    "the authority's last decision, as status shows it" },
	[OPT_DAYS] = { "--days", ONCE, "NUMBER", "7",
	    "days in which it must be approved, at most 30" },
	[OPT_ALL] = { "--all", BARE, NULL, NULL,
	    "all that are due: see the manual page" },
	[OPT_DAY] = { "--day", ONCE, "DATE", "2026-11-22",
	    "day of the assessment" },
	[OPT_REPORT] = { "--report", ONCE, "NUMBER", "FK-%k",
	    "of the report; %k becomes the provider's number" },
	[OPT_LINE] = { "--line", MANY, "LINE",
	    "basic_measures:service:workplace:basic", "claim, object, level" },
	[OPT_METHOD] = { "--method", MANY, "CODE", "document-review",
	    "how it was assessed" },
	[OPT_HOURS] = { "--hours", ONCE, "NUMBER", "12", "spent on it" },
	[OPT_FINDINGS] = { "--findings", ONCE, "NUMBER", "1",
	    "how many there were" },
	[OPT_EVIDENCE] = { "--evidence", MANY, "CODE:REFERENCE",
	    "iso27001:NL-12345", "from another initiative" },
	[OPT_NOT_COVERED] = { "--not-covered", MANY, "TEXT", "Telephony",
	    "what the mark says nothing about" },
	[OPT_NBF] = { "--nbf", ONCE, "DATE", "2027-01-01",
	    "first day of the mark; today" },
	[OPT_EXP] = { "--exp", ONCE, "DATE", "2030-01-01",
	    "first day on which the mark is over" },
	[OPT_YEARS] = { "--years", ONCE, "NUMBER", "3",
	    "how long the mark lasts, in place of --exp" },
	[OPT_REASON] = { "--reason", ONCE, "CODE", "requirements",
	    "one of the scheme's closed list" },
	[OPT_UNTIL] = { "--until", ONCE, "DATE", "2027-03-01",
	    "when a suspension is due; of a body, when it is over" },
	[OPT_KIND] = { "--kind", ONCE, "KIND", "provider-add",
	    "only decisions of this kind" },
	[OPT_NAME] = { "--name", ONCE, "TEXT", "Fictieve Diensten B.V.",
	    "legal name" },
	[OPT_KVK] = { "--kvk", ONCE, "NUMBER", "68750110",
	    "in the KVK register, 8 digits" },
	[OPT_PLACE] = { "--place", ONCE, "TEXT", "Lollum",
	    "where it is established" },
	[OPT_TRADE_NAME] = { "--trade-name", MANY, "TEXT", "Donald ICT",
	    "another name that it uses" },
	[OPT_HOST] = { "--host", MANY, "HOST", "www.example.nl",
	    "a site that may show the badge" },
	[OPT_INFORMATION] = { "--information", ONCE, "URL",
	    "https://www.example.nl/safe", "what the holder says besides" },
	[OPT_SUB] = { "--sub", ONCE, "ID", "NTRBE-0123456789",
	    "holder of another country, in place of --kvk" },
	[OPT_EUID] = { "--euid", ONCE, "ID", "NLNHR.68750110",
	    "European unique identifier" },
	[OPT_LEI] = { "--lei", ONCE, "ID", "20 characters",
	    "legal entity identifier" },
	[OPT_NUMBER] = { "--number", ONCE, "NUMBER", "RVA-C-999",
	    "of the body's accreditation" },
	[OPT_LEVEL] = { "--level", ONCE, "LEVEL", "substantial",
	    "the highest that it may assess" },
	[OPT_WAIT] = { "--wait", ONCE, "SECONDS", "30",
	    "how long to wait until it is public" },
	[OPT_LIST] = { "--list", ONCE, "FILE", "marks.txt",
	    "one in each line, # before a remark" },
	[OPT_SVG] = { "--svg", ONCE, "VARIANT", "light, dark, mono",
	    "as a picture" },
	[OPT_LANG] = { "--lang", ONCE, "LANG", "nl, en",
	    "language of the picture; nl" },
	[OPT_QR] = { "--qr", BARE, NULL, NULL, "as the text of a full QR" },
};

const char *
opts_name(enum opt opt)
{
	return table[opt].name;
}

void
opts_help(FILE *f, enum opt opt)
{
	char	left[64];

	snprintf(left, sizeof(left), "%s%s%s%s", table[opt].name,
	    table[opt].takes != NULL ? " " : "",
	    table[opt].takes != NULL ? table[opt].takes : "",
	    table[opt].form == MANY ? " ..." : "");
	fprintf(f, "  %-26s %s", left, table[opt].what);
	if (table[opt].as != NULL)
		fprintf(f, " (%s)", table[opt].as);
	putc('\n', f);
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
