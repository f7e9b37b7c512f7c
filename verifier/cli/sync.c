/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keurmerk sync: the published tree into a cache. What it says and how it
 * ends; the order of things is in sync_tree.c.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "verifier/cli/options.h"
#include "verifier/cli/sync.h"
#include "verifier/json.h"

enum {
	OPT_JSON = 256, OPT_LANG, OPT_TRUST, OPT_TRUST_HASH, OPT_CA,
	OPT_TIMEOUT, OPT_SITE
};
enum { DAY = 86400, SECONDS_DEFAULT = 3600, SECONDS_MAX = 604800 };

static const struct option longopts[] = {
	{ "json",		no_argument,		NULL, OPT_JSON },
	{ "lang",		required_argument,	NULL, OPT_LANG },
	{ "trust",		required_argument,	NULL, OPT_TRUST },
	{ "trust-hash",		required_argument,	NULL, OPT_TRUST_HASH },
	{ "ca",			required_argument,	NULL, OPT_CA },
	{ "timeout",		required_argument,	NULL, OPT_TIMEOUT },
	{ "site",		required_argument,	NULL, OPT_SITE },
	{ NULL,			0,			NULL, 0 }
};

struct arguments {
	const char	*from, *cache, *cafile;
	const char	*site;		/* then cache is a file; or NULL */
	long		 seconds;
	int		 json;
};

int
sync_say(struct sync *s, int status, const char *fmt, ...)
{
	va_list	ap;

	va_start(ap, fmt);
	vsnprintf(s->error, sizeof(s->error), fmt, ap);
	va_end(ap);
	return status;
}

void
sync_progress(struct sync *s)
{
	if (!s->quiet)
		fprintf(stderr, cli_word("\r%" PRIu64 " van %" PRIu64
		    " bestanden, %.1f MB opgehaald ",
		    "\r%" PRIu64 " of %" PRIu64 " files, %.1f MB fetched "),
		    s->done, s->total, (double)s->bytes / 1e6);
}

static int
usage(void)
{
	fputs(cli_word("gebruik: keurmerk sync [--json] [--lang nl|en]"
	    " [--trust BESTAND | --trust-hash HEX]\n"
	    "           [--ca BESTAND] [--timeout SECONDEN] ADRES|MAP KOPIE\n"
	    "       keurmerk sync --site https://HOST BESTAND\n",
	    "usage: keurmerk sync [--json] [--lang nl|en]"
	    " [--trust FILE | --trust-hash HEX]\n"
	    "           [--ca FILE] [--timeout SECONDS] ADDRESS|DIR CACHE\n"
	    "       keurmerk sync --site https://HOST FILE\n"),
	    stderr);
	return 0;
}

static int
pin_of(struct sync *s, const char *path)
{
	struct cli_file	f;
	struct km_bytes	b;

	if (cli_read(&f, path, KM_TRUST_MAX, 0) != 1)
		return 0;
	b = (struct km_bytes){ f.p, f.len };
	km_sha256(s->pin, &b, 1);
	s->has_pin = 1;
	cli_file_free(&f);
	return 1;
}

static int
seconds_of(long *out, const char *text)
{
	size_t	len = strlen(text);

	*out = atol(text);
	if (len > 0 && len < 8 && strspn(text, "0123456789") == len &&
	    *out > 0 && *out <= SECONDS_MAX)
		return 1;
	cli_error(cli_word("--timeout: verwacht 1 tot %d seconden, gevonden "
	    "\"%s\"", "--timeout: expected 1 to %d seconds, found \"%s\""),
	    (int)SECONDS_MAX, text);
	return 0;
}

static int
option(struct sync *s, struct arguments *a, int opt, char *arg)
{
	switch (opt) {
	case OPT_JSON:
		a->json = 1;
		return 1;
	case OPT_LANG:
		if (cli_set_lang(arg))
			return 1;
		cli_error("--lang: nl | en, \"%s\"", arg);
		return 0;
	case OPT_TRUST:
		return pin_of(s, arg);
	case OPT_TRUST_HASH:
		s->has_pin = 1;
		return cli_hash(s->pin, "--trust-hash", arg);
	case OPT_CA:
		a->cafile = arg;
		return 1;
	case OPT_TIMEOUT:
		return seconds_of(&a->seconds, arg);
	case OPT_SITE:
		a->site = arg;
		return 1;
	case 1:
		if (a->from == NULL)
			a->from = arg;
		else if (a->cache == NULL)
			a->cache = arg;
		else
			return usage();
		return 1;
	}
	return usage();
}

/* As those of verify: "-" in front, for any order and no environment. */
static int
options(struct sync *s, struct arguments *a, int argc, char **argv)
{
	int	opt;

	optind = 1;
	opterr = 0;
	while ((opt = getopt_long(argc, argv, "-:", longopts, NULL)) != -1) {
		if (opt == '?' || opt == ':') {
			(void)cli_option_unknown(opt, argv);
			return usage();
		}
		if (!option(s, a, opt, optarg))
			return 0;
	}
	for (; optind < argc; optind++)
		if (!option(s, a, 1, argv[optind]))
			return 0;
	if (a->site != NULL)
		return !a->json && !s->has_pin && a->from != NULL &&
		    a->cache == NULL ? 1 : usage();
	return a->cache != NULL ? 1 : usage();
}

/* What it says at the end. */

static void
say_counts(const struct sync *s)
{
	static const char *const	terms[4][2] = {
		{ "geldig", "valid" }, { "ingetrokken", "withdrawn" },
		{ "geschorst", "suspended" }, { "vervangen", "superseded" }
	};
	size_t				i;

	printf(cli_word("%" PRIu64 " keurmerkbewijzen",
	    "%" PRIu64 " attestations"), s->epoch.reg.size);
	for (i = 0; i < 4; i++)
		if (s->count[i] > 0)
			printf("%s %" PRIu64 " %s", i == 0 ? ":" : ",",
			    s->count[i], terms[i][cli_lang() == CLI_EN]);
	putchar('\n');
}

static void
say_words(const struct sync *s)
{
	char	date[CLI_DATE_MAX], until[CLI_DATE_MAX];

	cli_moment(date, s->epoch.this_update);
	cli_moment(until, s->epoch.next_update);
	printf(cli_word("Stand van het register nr. %" PRIu32 ", van %s; te "
	    "gebruiken tot %s\n", "Epoch %" PRIu32 ", of %s; good until %s\n"),
	    s->epoch.number, date, until);
	say_counts(s);
	if (s->outcome == SYNC_SAME)
		fputs(cli_word("Er was niets nieuws. ", "Nothing was new. "),
		    stdout);
	if (s->outcome == SYNC_REPAIRED)
		fputs(cli_word("De kopie was beschadigd en is hersteld. ",
		    "The copy was damaged and has been repaired. "), stdout);
	printf(cli_word("Opgehaald: %" PRIu64 " bestanden, %" PRIu64
	    " bytes. De kopie is volledig en gecontroleerd.\n",
	    "Fetched: %" PRIu64 " files, %" PRIu64 " bytes. The copy is "
	    "complete and checked.\n"), s->files, s->bytes);
	if (s->now - s->epoch.this_update > DAY)
		cli_error(cli_word("let op: deze stand is ouder dan een dag; "
		    "de bron loopt misschien achter", "note: this epoch is "
		    "more than a day old; the source may lag"));
}

static void
say_failure(const struct sync *s)
{
	char	date[CLI_DATE_MAX];

	cli_error("%s", s->error);
	if (!s->has_old)
		return;
	cli_moment(date, s->old.this_update);
	cli_error(cli_word("%s: de stand van het register nr. %" PRIu32 " van "
	    "%s blijft van kracht", "%s: epoch %" PRIu32 " of %s stays in "
	    "force"), s->cache, s->old.number, date);
}

static void
json_epoch(struct km_json *j, const struct sync *s, int status)
{
	const struct km_epoch	*e = status == SYNC_OK ? &s->epoch : &s->old;

	if (status != SYNC_OK && !s->has_old) {
		km_json_null(j, "epoch");
		return;
	}
	km_json_open(j, "epoch", '{');
	km_json_int(j, "number", e->number);
	km_json_time(j, "this_update", e->this_update);
	km_json_time(j, "next_update", e->next_update);
	km_json_int(j, "trust_version", e->trust_version);
	km_json_int(j, "attestations", (int64_t)e->reg.size);
	km_json_close(j, '}');
}

/* schemas/sync.schema.json */
static void
say_json(const struct sync *s, int status)
{
	static const char *const	outcomes[] = { "kept", "same", "new",
					    "repaired" };
	static const char *const	statuses[] = { "valid", "withdrawn",
					    "suspended", "superseded" };
	/* Of an error each byte may take six, as \u001b does. */
	static char			out[8 * SYNC_TEXT_MAX];
	struct km_json			j;
	size_t				i;

	km_json_begin(&j, out, sizeof(out));
	km_json_open(&j, NULL, '{');
	km_json_int(&j, "exit", status);
	km_json_string(&j, "outcome", outcomes[status == SYNC_OK ?
	    s->outcome : SYNC_KEPT]);
	if (status == SYNC_OK)
		km_json_null(&j, "error");
	else
		km_json_string(&j, "error", s->error);
	json_epoch(&j, s, status);
	if (status == SYNC_OK) {
		km_json_open(&j, "status", '{');
		for (i = 0; i < 4; i++)
			km_json_int(&j, statuses[i], (int64_t)s->count[i]);
		km_json_close(&j, '}');
	} else
		km_json_null(&j, "status");
	km_json_open(&j, "fetched", '{');
	km_json_int(&j, "files", (int64_t)s->files);
	km_json_int(&j, "bytes", (int64_t)s->bytes);
	km_json_close(&j, '}');
	km_json_bool(&j, "complete", status == SYNC_OK);
	km_json_close(&j, '}');
	km_json_end(&j);
	puts(out);
}

static int
run(struct sync *s, const struct arguments *a)
{
	int	rc;

	if ((s->mem = malloc(KM_KNOWN_MIN)) == NULL)
		return sync_say(s, SYNC_ERROR, "%s", strerror(ENOMEM));
	if ((rc = sync_cache_open(s)) != SYNC_OK)
		return rc;
	if (!s->has_memory && !s->has_pin)
		return sync_say(s, SYNC_ERROR, cli_word("de eerste keer is "
		    "--trust of --trust-hash nodig: de sleutellijst die u "
		    "vertrouwt, en die niet van de bron zelf komt", "the "
		    "first time --trust or --trust-hash is needed: the trust "
		    "list that you trust, and that does not come from the "
		    "source itself"));
	if ((rc = sync_source_open(s, a->from, a->cafile, a->seconds)) !=
	    SYNC_OK)
		return rc;
	return sync_tree(s);
}

static void
sync_free(struct sync *s)
{
	size_t	i;

	sync_source_close(&s->source);
	sync_cache_close(s);
	for (i = 0; i < s->n_trust; i++)
		cli_file_free(&s->trust[i].file);
	cli_file_free(&s->epoch_file);
	km_known_end(s->known);
	km_known_end(s->lists);
	free(s->mem);
	free(s->lists_mem);
	free(s->list_hash);
	free(s->root);
	free(s);
}

int
cli_sync(int argc, char **argv)
{
	struct arguments	 a = { .seconds = SECONDS_DEFAULT };
	struct sync		*s;
	int			 status = SYNC_ERROR;

	if ((s = calloc(1, sizeof(*s))) == NULL) {
		cli_error("%s", strerror(ENOMEM));
		return SYNC_ERROR;
	}
	s->source.dir = s->source.in = s->source.out = -1;
	s->dir = s->lock = s->set_dir = s->new_dir = -1;
	if (options(s, &a, argc, argv)) {
		signal(SIGXFSZ, SIG_IGN);	/* a full disk is an error */
		s->cache = a.cache;
		s->now = time(NULL);
		s->quiet = !isatty(STDERR_FILENO);
		status = a.site != NULL ? sync_site(s, a.site, a.from,
		    a.cafile, a.seconds) : run(s, &a);
		if (!s->quiet && s->total > 0)
			putc('\n', stderr);
		if (a.json)
			say_json(s, status);
		if (status != SYNC_OK)
			say_failure(s);
		else if (!a.json && a.site == NULL)
			say_words(s);
	}
	sync_free(s);
	return status;
}
