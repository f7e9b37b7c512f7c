/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keurmerk verify: badges against what the caller trusts and knows, offline.
 * The exit status is the verdict's number (design section 4).
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "verifier/cli/options.h"

enum { OPT_JSON = 256, OPT_AT };

static const struct option longopts[] = {
	{ "json",	no_argument,		NULL, OPT_JSON },
	{ "at",		required_argument,	NULL, OPT_AT },
	CLI_SOURCE_OPTIONS,
	CLI_POLICY_OPTIONS,
	{ NULL,		0,			NULL, 0 }
};

struct verify {
	int		 json;
	int		 has_now;
	struct cli_sources sources;
	struct km_policy policy;
	struct cli_policy_text policy_text;
	struct km_question q;
	const char	**badge;
	size_t		 n;
	/* what came of it */
	size_t		 count[CLI_VERDICTS];
	size_t		 unread;
};

static int
usage(void)
{
	fputs(cli_word("gebruik: keurmerk verify [--json] [--at TIJD]"
	    " [--trust BESTAND]... [--trust-hash HEX]\n"
	    "           [--tree MAP] [--epoch BESTAND] [--status BESTAND]..."
	    " [--environment NAAM]\n"
	    "           [--lang nl|en] [--origin HOST] [--holder NUMMER]"
	    " [--demand EIS:DIENST:NIVEAU]...\n"
	    "           [--body NUMMER]... [--self-declaration]"
	    " [--remember NUMMER:HASH]\n"
	    "           [--policy BESTAND] BADGE...\n",
	    "usage: keurmerk verify [--json] [--at TIME] [--trust FILE]..."
	    " [--trust-hash HEX]\n"
	    "           [--tree DIR] [--epoch FILE] [--status FILE]..."
	    " [--environment NAME]\n"
	    "           [--lang nl|en] [--origin HOST] [--holder NUMBER]"
	    " [--demand CLAIM:SERVICE:LEVEL]...\n"
	    "           [--body NUMBER]... [--self-declaration]"
	    " [--remember NUMBER:HASH]\n"
	    "           [--policy FILE] BADGE...\n"), stderr);
	return 0;
}

/*
 * "-" in front: files and options in any order, and getopt has no reason to
 * look for POSIXLY_CORRECT.
 */
static int
options(struct verify *v, int argc, char **argv)
{
	int	opt;

	if (!cli_policy_first(&v->policy, &v->policy_text, longopts, argc,
	    argv))
		return 0;
	while ((opt = getopt_long(argc, argv, "-:", longopts, NULL)) != -1) {
		if (opt == 1)
			v->badge[v->n++] = optarg;
		else if (opt == OPT_JSON)
			v->json = 1;
		else if (opt == OPT_AT) {
			if (!cli_time(&v->q.now, "--at", optarg))
				return 0;
			v->has_now = 1;
		} else if (opt == '?' || opt == ':') {
			cli_option_unknown(opt, argv);
			return usage();
		} else if (opt >= CLI_OPT_ENVIRONMENT &&
		    opt < CLI_OPT_LANG ?
		    !cli_policy_option(&v->policy, opt, optarg) :
		    !cli_source_option(&v->sources, opt, optarg))
			return 0;
	}
	for (; optind < argc; optind++)
		v->badge[v->n++] = argv[optind];
	return v->n > 0 ? 1 : usage();
}

/* What was expected, and what the file begins with. */
static void
no_badge(const char *path, const struct cli_file *f)
{
	char	found[32] = "";
	size_t	i;

	for (i = 0; i < f->len && i < 8; i++)
		snprintf(found + 3 * i, sizeof(found) - 3 * i, "%02x ",
		    f->p[i]);
	cli_error(cli_word(
	    "geen badge gevonden in %s: verwacht CBOR, een keurmerklogo (SVG, "
	    "PNG), een bewaarde pagina met zo'n SVG erin of de tekst van een "
	    "volledige QR-code, gevonden %s%s",
	    "no badge found in %s: expected CBOR, a picture (SVG, PNG), a "
	    "saved page with such an SVG in it or the text of a full QR code, "
	    "found %s%s"), path,
	    f->len == 0 ? cli_word("een leeg bestand", "an empty file") :
	    found, f->len > 8 ? "..." : "");
}

/* One badge: its report on stdout. 0 when there is none to be judged. */
static int
judge(struct verify *v, struct cli_known *k, const char *path)
{
	static char		json[KM_JSON_MAX];
	struct km_report	r;
	struct cli_file		f;
	enum km_verdict		verdict;

	if (cli_read(&f, path, KM_FILE_MAX, 0) != 1)
		return 0;
	v->q.badge = (struct km_bytes){ f.p, f.len };
	cli_gather_shard(k, v->q.badge);
	verdict = km_verify(k->known, &r, &v->q);
	if (km_exit(&r) == CLI_ERROR) {
		no_badge(path, &f);
		cli_file_free(&f);
		return 0;
	}
	v->count[verdict]++;
	if (v->json) {
		km_report_json(json, sizeof(json), &r);
		fputs(json, stdout);
	} else if (v->n > 1)
		cli_print_line(stdout, path, &r, &v->q);
	else
		cli_print(stdout, &r, &v->q);
	cli_file_free(&f);
	return 1;
}

static void
summary(const struct verify *v)
{
	printf(cli_word("%zu gecontroleerd: ", "%zu checked: "),
	    v->n - v->unread);
	cli_print_counts(stdout, v->count);
	if (v->unread > 0)
		printf(cli_word(", %zu niet gelezen", ", %zu not read"),
		    v->unread);
	putchar('\n');
}

static void
judge_all(struct verify *v, struct cli_known *k)
{
	const struct km_report	none = { .binding = KM_BINDING_NONE };
	int			several = v->n > 1;
	size_t			i;

	if (several && v->json)
		putchar('[');
	else if (several && v->policy.origin.len == 0 &&
	    v->policy.holder.len == 0) {
		cli_print_binding(stdout, &none, &v->q);
		putchar('\n');
	}
	for (i = 0; i < v->n; i++) {
		if (v->json && i > 0)
			fputs(",\n", stdout);
		if (judge(v, k, v->badge[i]))
			continue;
		v->unread++;
		/* The array keeps the order of the arguments. */
		if (v->json && several)
			fputs("null", stdout);
	}
	if (several && v->json)
		putchar(']');
	if (several && !v->json)
		summary(v);
	else if (v->json && (several || v->unread == 0))
		putchar('\n');
}

static int
run(struct verify *v)
{
	struct cli_known	k;
	int			status = CLI_ERROR;

	if (!v->has_now)
		v->q.now = time(NULL);
	v->q.policy = &v->policy;
	if (cli_gather(&k, &v->sources)) {
		judge_all(v, &k);
		status = cli_status(v->count, v->unread);
	}
	cli_known_free(&k);
	return status;
}

int
cli_verify(int argc, char **argv)
{
	struct verify	v;
	const char	**names;
	size_t		n = (size_t)argc;
	int		status = CLI_ERROR;

	memset(&v, 0, sizeof(v));
	/* No list of names is longer than there are arguments. */
	if ((names = calloc(4 * n, sizeof(*names))) == NULL) {
		cli_error(cli_word("te weinig geheugen", "out of memory"));
		return CLI_ERROR;
	}
	v.badge = names;
	v.sources.trust = names + n;
	v.sources.epoch = names + 2 * n;
	v.sources.status = names + 3 * n;
	if (options(&v, argc, argv))
		status = run(&v);
	free(names);
	return status;
}
