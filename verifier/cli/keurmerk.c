/* SPDX-License-Identifier: EUPL-1.2 */
/* keurmerk: check the quality mark for ICT service providers, offline. */
#include <string.h>
#include <unistd.h>

#include "verifier/cli/cli.h"

static const struct {
	const char	*name;
	int		(*run)(int argc, char **argv);
} verbs[] = {
	{ "verify",	cli_verify },
	{ "check",	cli_check },
	{ "show",	cli_show },
	{ "sync",	cli_sync },
	{ "batch",	cli_batch }
};

static int
usage(void)
{
	fputs("gebruik / usage:\n"
	    "  keurmerk verify [--trust FILE]... BADGE...  controleer / check\n"
	    "  keurmerk check --tree MAP --kvk NUMMER      zoek op / look up\n"
	    "  keurmerk show FILE                          toon / show\n"
	    "  keurmerk sync ADRES|MAP KOPIE               ophalen / fetch\n"
	    "  keurmerk batch [--tree DIR] [FILE]...       veel / many\n"
	    "  keurmerk --version\n"
	    "zie / see: man keurmerk\n", stderr);
	return CLI_ERROR;
}

/* keurmerk --help, or of a verb: usage that was asked for is a result. */
static int
help(int argc, char **argv)
{
	char	*ask[] = { argv[1], "--help", NULL };
	size_t	 i;

	if (dup2(STDOUT_FILENO, STDERR_FILENO) == -1)
		return CLI_ERROR;
	for (i = 0; argc > 2 && i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(argv[1], verbs[i].name) == 0) {
			(void)verbs[i].run(2, ask);
			return 0;
		}
	(void)usage();
	return 0;
}

int
main(int argc, char **argv)
{
	size_t	i;
	int	status = -1;

	if (argc < 2)
		return usage();
	if (strcmp(argv[argc > 2 ? 2 : 1], "--help") == 0)
		return help(argc, argv);
	if (strcmp(argv[1], "--version") == 0) {
		printf("keurmerk %s\n", km_version());
		status = 0;
	}
	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(argv[1], verbs[i].name) == 0)
			status = verbs[i].run(argc - 1, argv + 1);
	if (status == -1)
		return usage();
	/* A result that did not get out is no result. */
	if (fflush(stdout) != 0 || ferror(stdout)) {
		cli_error(cli_word("standaarduitvoer: niet te schrijven",
		    "standard output: cannot be written"));
		return CLI_ERROR;
	}
	return status;
}
