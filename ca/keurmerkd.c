/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keurmerkd: the authority. One program, started in four ways: by the
 * administrator (init, run, audit, export), and by itself as each of the three roles.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <keurmerk.h>

#include "ca/base/conf.h"
#include "ca/base/log.h"
#include "ca/base/role.h"

#define CONF_DEFAULT	"/etc/keurmerk/keurmerkd.conf"

enum { EXIT_USAGE = 2 };	/* usage or configuration */

static const char	usage_text[] =
    "usage: keurmerkd init|run|audit|export [-nT] [-f FILE] [ARGUMENT...]\n"
    "\n"
    "	init	begin an authority: see keurmerkd init without arguments\n"
    "	run	start signer, office and public, and watch them\n"
    "	audit	compute all again that was signed, and compare\n"
    "	export	write all pages, badges and documents to a directory\n"
    "\n"
    "	-f FILE	the configuration (" CONF_DEFAULT ")\n"
    "	-n	check the configuration, say so, and do nothing else\n"
    "	-T	print the configuration that is in force, and do nothing\n"
    "		else\n"
    "	--help, --version\n"
    "\n"
    "Exit status: 0 done, 1 failed, 2 usage or configuration.\n";

/* What the command line says. */
struct command {
	const char	*verb;
	const char	*file;
	const char	*role;		/* -x, by ourselves only */
	int		 check, print;
};

static _Noreturn void
usage(const char *wrong, const char *found)
{
	fprintf(stderr, "keurmerkd: expected %s, found %s (see keurmerkd "
	    "--help)\n", wrong, found == NULL ? "none" : found);
	exit(EXIT_USAGE);
}

/* Text asked for: not having been able to print it is a failure. */
static _Noreturn void
said(int n)
{
	exit(n < 0 || fflush(stdout) == EOF ? EXIT_FAILURE : EXIT_SUCCESS);
}

/* Options may stand anywhere; what is left over starts at optind. */
static void
parse_command(struct command *c, int argc, char **argv)
{
	static const struct option	options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 }
	};
	int				ch;

	*c = (struct command){ .file = CONF_DEFAULT };
	while ((ch = getopt_long(argc, argv, "f:hnTx:", options, NULL)) != -1)
		switch (ch) {
		case 'f':
			c->file = optarg;
			break;
		case 'n':
			c->check = 1;
			break;
		case 'T':
			c->print = 1;
			break;
		case 'x':
			c->role = optarg;
			break;
		case 'h':
			said(printf("%s", usage_text));
		case 'V':
			said(printf("keurmerkd %s\n", km_version()));
		default:
			fputs("keurmerkd: see keurmerkd --help\n", stderr);
			exit(EXIT_USAGE);
		}
	if (optind < argc)
		c->verb = argv[optind++];
}

/* What is right and may still not be what was meant. */
static void
warn_conf(const struct conf *conf)
{
	if (conf->outside_n == 0)
		log_warnx("outside: no address: at start the newest epoch is "
		    "taken from the own tree, so that a restore of "
		    "everything, the tree included, is not noticed");
	if (conf->public_url == NULL)
		log_warnx("public_url: not given: nothing checks that what "
		    "is published can be seen");
	if (conf->site.misuse_mail == NULL && conf->site.misuse_phone == NULL)
		log_warnx("misuse_mail, misuse_phone: not given: pages name "
		    "nobody to whom misuse can be reported");
	if (conf->site.security == NULL)
		log_warnx("security: not given: no security.txt is served");
	if (geteuid() == 0 && (conf->user_signer == NULL ||
	    conf->user_office == NULL || conf->user_public == NULL))
		log_warnx("user: expected a user for each role when started "
		    "as root");
}

static int
run(const struct conf *conf)
{
	struct role_set	*set;

	if (geteuid() == 0 && (conf->user_signer == NULL ||
	    conf->user_office == NULL || conf->user_public == NULL))
		log_warnx("user: a role without a user of its own runs as "
		    "root");
	if ((set = role_start(conf, "/proc/self/exe")) == NULL)
		return EXIT_FAILURE;
	return role_watch(set) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* -x: one of the roles, exec'd by role_start(). */
static int
run_role(const char *name)
{
	enum proc	proc;

	if (proc_byname(&proc, name) == -1)
		usage("-x signer, office or public", name);
	/* By hand there is no channel, and nothing that it could do. */
	if (fcntl(PROC_FD_PARENT, F_GETFD) == -1) {
		fputs("keurmerkd: -x is for keurmerkd itself: use run\n",
		    stderr);
		return EXIT_USAGE;
	}
	switch (proc) {
	case PROC_SIGNER:
		return signer_main();
	case PROC_OFFICE:
		return office_main();
	case PROC_PUBLIC:
		return public_main();
	case PROC_PARENT:
		break;
	}
	return EXIT_USAGE;
}

static int
dispatch(const struct conf *conf, const char *verb, int argc, char **argv)
{
	if (strcmp(verb, "run") == 0) {
		if (argc > 0)
			usage("no arguments to run", argv[0]);
		return run(conf);
	}
	if (strcmp(verb, "init") == 0)
		return authority_init(conf, argc, argv);
	if (strcmp(verb, "export") == 0)
		return public_export(conf, argc, argv);
	return authority_audit(conf, argc, argv);
}

/* Descriptors 0 to 2 must be ours before sockets take their places. */
static void
fill_standard(void)
{
	int	fd;

	do
		if ((fd = open("/dev/null", O_RDWR)) == -1)
			fatal("/dev/null");
	while (fd <= STDERR_FILENO);
	close(fd);
}

int
main(int argc, char **argv)
{
	struct command		c;
	struct conf		conf;
	struct conf_error	err;
	int			status;

	fill_standard();
	log_init("keurmerkd", 0);
	parse_command(&c, argc, argv);
	if (c.role != NULL)
		return run_role(c.role);
	if (c.verb == NULL && !c.check && !c.print)
		usage("init, run, audit or export", NULL);
	if (c.verb != NULL && strcmp(c.verb, "init") != 0 &&
	    strcmp(c.verb, "run") != 0 && strcmp(c.verb, "audit") != 0 &&
	    strcmp(c.verb, "export") != 0)
		usage("init, run, audit or export", c.verb);
	if (conf_load(&conf, c.file, &err) == -1) {
		log_warnx("%s", err.text);
		return EXIT_USAGE;
	}
	log_init("keurmerkd", conf.log_debug);
	if (c.check || c.print) {
		warn_conf(&conf);
		if (c.print)
			conf_print(stdout, &conf);
		else
			printf("%s: good\n", c.file);
		status = fflush(stdout) == EOF ? EXIT_FAILURE : EXIT_SUCCESS;
	} else {
		status = dispatch(&conf, c.verb, argc - optind,
		    argv + optind);
	}
	conf_free(&conf);
	return status;
}
