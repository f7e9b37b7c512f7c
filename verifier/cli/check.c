/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keurmerk check: does this firm, website or number have the mark? Answered
 * from a copy of the published tree, offline. The exit status is the
 * verdict's number (design section 4).
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "verifier/cli/check.h"

enum {
	OPT_JSON = 256, OPT_AT, OPT_KVK, OPT_DOMAIN, OPT_NUMBER, OPT_NAME,
	OPT_OF
};

static const struct option longopts[] = {
	{ "json",	no_argument,		NULL, OPT_JSON },
	{ "at",		required_argument,	NULL, OPT_AT },
	{ "kvk",	required_argument,	NULL, OPT_KVK },
	{ "domain",	required_argument,	NULL, OPT_DOMAIN },
	{ "number",	required_argument,	NULL, OPT_NUMBER },
	{ "name",	required_argument,	NULL, OPT_NAME },
	{ "id",		required_argument,	NULL, OPT_OF },
	CLI_SOURCE_OPTIONS,
	CLI_POLICY_OPTIONS,
	{ NULL,		0,			NULL, 0 }
};

static int
usage(void)
{
	fputs(cli_word("gebruik: keurmerk check --tree MAP [--trust BESTAND]..."
	    " [--trust-hash HEX] [--json]\n"
	    "           (--kvk NUMMER | --domain HOST | --number KEURMERK |"
	    " --name TEKST | --id NUMMER)\n"
	    "           [--at DATUM] [--lang nl|en] [--policy BESTAND]"
	    " [en wat verify aan eisen kent]\n",
	    "usage: keurmerk check --tree DIR [--trust FILE]..."
	    " [--trust-hash HEX] [--json]\n"
	    "           (--kvk NUMBER | --domain HOST | --number MARK |"
	    " --name TEXT | --id NUMBER)\n"
	    "           [--at DATE] [--lang nl|en] [--policy FILE]"
	    " [and the demands that verify knows]\n"), stderr);
	return 0;
}

static int
asked(struct check *c, int by, const char *text)
{
	if (c->by != 0) {
		cli_error(cli_word("verwacht een van --kvk, --domain, "
		    "--number, --name en --id, gevonden twee",
		    "expected one of --kvk, --domain, --number, --name and "
		    "--id, found two"));
		return 0;
	}
	c->by = by;
	c->text = text;
	return 1;
}

static int
option(struct check *c, int opt, char *arg)
{
	switch (opt) {
	case OPT_JSON:
		c->json = 1;
		return 1;
	case OPT_AT:
		c->has_at = 1;
		return cli_time(&c->at, "--at", arg);
	case OPT_KVK:
	case OPT_OF:
		return asked(c, KM_BY_HOLDER, arg);
	case OPT_DOMAIN:
		return asked(c, KM_BY_HOST, arg);
	case OPT_NUMBER:
		return asked(c, KM_BY_NUMBER, arg);
	case OPT_NAME:
		return asked(c, CHECK_NAME, arg);
	case '?':
	case ':':
	case 1:
		return usage();
	}
	return opt >= CLI_OPT_ENVIRONMENT && opt < CLI_OPT_LANG ?
	    cli_policy_option(&c->policy, opt, arg) :
	    cli_source_option(&c->sources, opt, arg);
}

static int
options(struct check *c, int argc, char **argv)
{
	int	opt;

	if (!cli_policy_first(&c->policy, &c->policy_text, longopts, argc,
	    argv))
		return 0;
	while ((opt = getopt_long(argc, argv, "-:", longopts, NULL)) != -1) {
		if (opt == '?' || opt == ':')
			cli_option_unknown(opt, argv);
		if (!option(c, opt, optarg))
			return 0;
		/* A KVK number has its own hints; another identifier none. */
		if (opt == OPT_OF)
			snprintf(c->key, sizeof(c->key), "%s", optarg);
	}
	if (c->by == 0 || c->sources.tree == NULL || optind < argc)
		return usage();
	return check_key(c);
}

void
check_lists(struct check *c, enum km_by by, struct km_bytes key)
{
	const struct km_lookup_leaf	*f;
	struct km_lookup_find		 find;

	km_lookup_begin(&find, c->k.known->lookup, by, key);
	while ((f = km_lookup_next(&find)) != NULL)
		cli_gather_leaf(&c->k, f->index);
}

void
check_show(const struct check *c, const struct km_report *r)
{
	static char	json[KM_JSON_MAX];

	if (c->json) {
		km_report_json(json, sizeof(json), r);
		puts(json);
	} else
		cli_print(stdout, r, &c->q);
}

/* A proposal, and no answer: another host that has the mark. */
static void
propose_host(struct check *c)
{
	static const char	www[] = "www.";
	char			other[CHECK_HOST_MAX + sizeof(www)];
	struct km_lookup_find	find;

	if (strncmp(c->key, www, 4) == 0)
		snprintf(other, sizeof(other), "%s", c->key + 4);
	else
		snprintf(other, sizeof(other), "%s%s", www, c->key);
	km_lookup_begin(&find, c->k.known->lookup, KM_BY_HOST,
	    cli_bytes(other));
	if (km_lookup_next(&find) != NULL)
		cli_error(cli_word("wel in het register: %s; bedoelde u "
		    "--domain %s?", "in the register is: %s; did you mean "
		    "--domain %s?"), other, other);
}

static int
check_one(struct check *c)
{
	struct km_bytes		key = cli_bytes(c->key);
	enum km_by		by = (enum km_by)c->by;
	struct km_report	r;

	check_lists(c, by, key);
	if (by == KM_BY_HOST && c->policy.origin.len == 0)
		c->policy.origin = key;		/* named when it is bound */
	if (km_check(c->k.known, &r, &c->q, by, key.p, key.len) ==
	    KM_NOT_LISTED && by == KM_BY_HOST)
		propose_host(c);
	check_show(c, &r);
	return km_exit(&r);
}

static int
run(struct check *c)
{
	int	status = CLI_ERROR;

	c->q.now = time(NULL);
	c->q.policy = &c->policy;
	if (cli_gather(&c->k, &c->sources) &&
	    cli_register_read(&c->reg, &c->k))
		status = c->by == CHECK_NAME ? check_name(c) :
		    c->has_at ? check_at(c) : check_one(c);
	cli_known_free(&c->k);
	cli_register_free(&c->reg);
	return status;
}

int
cli_check(int argc, char **argv)
{
	static struct check	c;
	const char		**names;
	size_t			n = (size_t)argc;
	int			status = CLI_ERROR;

	memset(&c, 0, sizeof(c));
	if ((names = calloc(3 * n, sizeof(*names))) == NULL) {
		cli_error(cli_word("te weinig geheugen", "out of memory"));
		return CLI_ERROR;
	}
	c.sources.trust = names;
	c.sources.epoch = names + n;
	c.sources.status = names + 2 * n;
	if (options(&c, argc, argv))
		status = run(&c);
	free(names);
	return status;
}
