/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keurmerk batch: many badges, or all suppliers of a buyer, at once. One line
 * of output for each row of input, in the same order; what they came to goes
 * to standard error, and the exit status is that of keurmerk verify for
 * several badges.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "verifier/cli/batch.h"
#include "verifier/cli/options.h"

enum {
	OPT_AT = 256, OPT_JOBS, OPT_CSV, OPT_EXCEL, OPT_SHEET, OPT_NDJSON
};

static const struct option longopts[] = {
	{ "at",		required_argument,	NULL, OPT_AT },
	{ "jobs",	required_argument,	NULL, OPT_JOBS },
	{ "csv",	no_argument,		NULL, OPT_CSV },
	{ "excel",	no_argument,		NULL, OPT_EXCEL },
	{ "sheet",	required_argument,	NULL, OPT_SHEET },
	{ "ndjson",	required_argument,	NULL, OPT_NDJSON },
	CLI_SOURCE_OPTIONS,
	CLI_POLICY_OPTIONS,
	{ NULL,		0,			NULL, 0 }
};

struct options {
	struct batch	*batch;
	struct cli_sources sources;
	struct cli_policy_text policy_text;
	struct batch_source *input;
	size_t		 n;
	unsigned int	 jobs;
	int		 has_now;
};

static int
jobs_option(struct options *o, const char *arg)
{
	char	*end;
	long	 n = strtol(arg, &end, 10);

	if (*arg < '0' || *arg > '9' || *end != '\0' || n < 1 ||
	    n > BATCH_JOBS_MAX) {
		cli_error(cli_word("--jobs: verwacht een aantal van 1 tot %d, "
		    "gevonden \"%s\"", "--jobs: expected a number from 1 to "
		    "%d, found \"%s\""), BATCH_JOBS_MAX, arg);
		return 0;
	}
	o->jobs = (unsigned int)n;
	return 1;
}

static int
input_option(struct options *o, enum batch_as as, const char *path)
{
	o->input[o->n++] = (struct batch_source){ path, as };
	return 1;
}

static int
option(struct options *o, int opt, char *arg)
{
	switch (opt) {
	case 1:
		return input_option(o, BATCH_AS_NAMED, arg);
	case OPT_AT:
		o->has_now = 1;
		return cli_time(&o->batch->q.now, "--at", arg);
	case OPT_JOBS:
		return jobs_option(o, arg);
	case OPT_CSV:
		o->batch->form = BATCH_CSV;
		return 1;
	case OPT_EXCEL:
		o->batch->form = BATCH_EXCEL;
		return 1;
	case OPT_SHEET:
		return input_option(o, BATCH_AS_SHEET, arg);
	case OPT_NDJSON:
		return input_option(o, BATCH_AS_LINES, arg);
	}
	return opt >= CLI_OPT_ENVIRONMENT && opt < CLI_OPT_LANG ?
	    cli_policy_option(&o->batch->policy, opt, arg) :
	    cli_source_option(&o->sources, opt, arg);
}

static int
usage(void)
{
	fputs(cli_word("gebruik: keurmerk batch [--csv | --excel] [--jobs N]"
	    " [--sheet BESTAND]... [--ndjson BESTAND]...\n"
	    "           [--at TIJD] [--trust BESTAND]... [--trust-hash HEX]"
	    " [--tree MAP] [--epoch BESTAND]\n"
	    "           [--status BESTAND]... [--environment NAAM]"
	    " [--lang nl|en] [--origin HOST]\n"
	    "           [--holder NUMMER] [--demand EIS:DIENST:NIVEAU]..."
	    " [--body NUMMER]...\n"
	    "           [--self-declaration] [--remember NUMMER:HASH]"
	    " [--policy BESTAND] [BESTAND]...\n",
	    "usage: keurmerk batch [--csv | --excel] [--jobs N]"
	    " [--sheet FILE]... [--ndjson FILE]...\n"
	    "           [--at TIME] [--trust FILE]... [--trust-hash HEX]"
	    " [--tree DIR] [--epoch FILE]\n"
	    "           [--status FILE]... [--environment NAME]"
	    " [--lang nl|en] [--origin HOST]\n"
	    "           [--holder NUMBER] [--demand CLAIM:SERVICE:LEVEL]..."
	    " [--body NUMBER]...\n"
	    "           [--self-declaration] [--remember NUMBER:HASH]"
	    " [--policy FILE] [FILE]...\n"), stderr);
	return 0;
}

static int
options(struct options *o, int argc, char **argv)
{
	int	opt;

	if (!cli_policy_first(&o->batch->policy, &o->policy_text, longopts,
	    argc, argv))
		return 0;
	while ((opt = getopt_long(argc, argv, "-:", longopts, NULL)) != -1) {
		if (opt == '?' || opt == ':') {
			cli_option_unknown(opt, argv);
			return usage();
		}
		if (!option(o, opt, optarg))
			return 0;
	}
	for (; optind < argc; optind++)
		input_option(o, BATCH_AS_NAMED, argv[optind]);
	/* Nothing named: lines from a program, not from someone's keyboard. */
	if (o->n == 0 && isatty(STDIN_FILENO))
		return usage();
	if (o->n == 0)
		input_option(o, BATCH_AS_LINES, "-");
	return 1;
}

static void
stop(int sig)
{
	atomic_store(&batch_stopped, sig);
}

/* A closed pipe is an error like others; a signal ends it in good order. */
static void
catch(void)
{
	struct sigaction	sa;

	memset(&sa, 0, sizeof(sa));
	sigemptyset(&sa.sa_mask);
	sa.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &sa, NULL);
	sa.sa_handler = stop;
	sa.sa_flags = (int)SA_RESETHAND;
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
}

static void
summary(const struct options *o, const struct batch_count *c,
    const struct timespec *from)
{
	struct timespec	to;
	long		tenths;

	clock_gettime(CLOCK_MONOTONIC, &to);
	tenths = (long)(to.tv_sec - from->tv_sec) * 10 +
	    (to.tv_nsec - from->tv_nsec) / 100000000;
	fprintf(stderr, cli_word("%zu regels: ", "%zu rows: "), c->rows);
	cli_print_counts(stderr, c->verdict);
	if (c->unread > 0)
		fprintf(stderr, cli_word(", %zu niet gelezen of opgezocht",
		    ", %zu not read or looked up"), c->unread);
	if (c->empty > 0)
		fprintf(stderr, cli_word(", %zu leeg", ", %zu empty"),
		    c->empty);
	if (c->proposed > 0)
		fprintf(stderr, cli_word("; %zu KVK-nummers opgezocht met een "
		    "0 ervoor", "; %zu KVK numbers looked up with a 0 in "
		    "front"), c->proposed);
	if (c->cp1252 > 0)
		fprintf(stderr, cli_word("; %zu gelezen als Windows-1252",
		    "; %zu read as Windows-1252"), c->cp1252);
	fprintf(stderr, cli_word(" (%ld,%ld s, %u draden)\n",
	    " (%ld.%ld s, %u threads)\n"), tenths / 10, tenths % 10, o->jobs);
}

/* 2 too when not every row is there. */
static int
rows(struct options *o)
{
	struct batch_count	 count;
	struct batch_pool	*pool;
	struct timespec		 from;
	size_t			 i;
	int			 whole;

	clock_gettime(CLOCK_MONOTONIC, &from);
	/* What is opened once is opened before there are threads. */
	(void)cli_term("verdicts.valid.title");
	if ((pool = batch_pool_begin(o->batch, o->jobs)) == NULL)
		return CLI_ERROR;
	for (i = 0; i < o->n && batch_input(pool, &o->input[i]); i++)
		;
	whole = batch_pool_end(pool, &count);
	if (atomic_load(&batch_stopped) != 0)
		cli_error(cli_word("afgebroken: wat hierna kwam is niet "
		    "gelezen", "interrupted: what came next was not read"));
	summary(o, &count, &from);
	return whole ? cli_status(count.verdict, count.unread) : CLI_ERROR;
}

/*
 * Badges need no register, as in keurmerk verify; what may ask by a number
 * does, before there is any answer, so that all rows have the same.
 */
static int
read_register(struct options *o)
{
	char	path[4096];
	size_t	i;

	if (o->sources.tree == NULL)
		return 1;
	snprintf(path, sizeof(path), "%s/register", o->sources.tree);
	if (access(path, F_OK) != 0)
		return 1;
	for (i = 0; i < o->n; i++)
		if (batch_input_asks(&o->input[i]))
			return cli_register_read(&o->batch->reg,
			    &o->batch->known);
	return 1;
}

static int
run(struct options *o)
{
	struct batch	*b = o->batch;
	int		 sig, status = CLI_ERROR;

	if (!o->has_now)
		b->q.now = time(NULL);
	if (!cli_gather(&b->known, &o->sources) || !read_register(o))
		return CLI_ERROR;
	if (cli_policy_hash(b->policy_hash, &b->policy)) {
		catch();
		status = rows(o);
	} else
		cli_error(cli_word("dit kan niemand eisen: een waarde die "
		    "niet mag", "nobody can demand this: a value that may "
		    "not be"));
	if ((sig = atomic_load(&batch_stopped)) != 0)
		raise(sig);
	return status;
}

int
cli_batch(int argc, char **argv)
{
	static struct batch	b;
	struct options		o = { .batch = &b };
	pthread_rwlockattr_t	attr;
	const char		**names;
	long			cpus = sysconf(_SC_NPROCESSORS_ONLN);
	size_t			n = (size_t)argc + 1;
	int			status = CLI_ERROR;

	o.jobs = cpus < 1 ? 1 : cpus > BATCH_JOBS_MAX ? BATCH_JOBS_MAX :
	    (unsigned int)cpus;
	/* No list of names is longer than there are arguments. */
	names = calloc(3 * n, sizeof(*names));
	o.input = calloc(n, sizeof(*o.input));
	o.sources.trust = names;
	o.sources.epoch = names + n;
	o.sources.status = names + 2 * n;
	pthread_rwlockattr_init(&attr);
	/* Who needs a list must not wait for all that have theirs. */
	pthread_rwlockattr_setkind_np(&attr,
	    PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	if (names == NULL || o.input == NULL ||
	    pthread_rwlock_init(&b.lock, &attr) != 0)
		cli_error(cli_word("te weinig geheugen", "out of memory"));
	else if (options(&o, argc, argv))
		status = run(&o);
	pthread_rwlockattr_destroy(&attr);
	cli_known_free(&b.known);
	cli_register_free(&b.reg);
	free(o.input);
	free(names);
	return status;
}
