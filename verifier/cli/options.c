/* SPDX-License-Identifier: EUPL-1.2 */
/* Options that several verbs have. */
#include <string.h>

#include "verifier/cli/options.h"

static int
too_many(const char *option, size_t max)
{
	cli_error(cli_word("%s: verwacht hoogstens %zu keer",
	    "%s: expected at most %zu times"), option, max);
	return 0;
}

int
cli_policy_option(struct km_policy *p, int opt, char *arg)
{
	switch (opt) {
	case CLI_OPT_ENVIRONMENT:
		return cli_environment(&p->environment, "--environment", arg);
	case CLI_OPT_ORIGIN:
		return cli_origin(&p->origin, "--origin", arg);
	case CLI_OPT_HOLDER:
		p->holder = cli_bytes(arg);
		if (p->holder.len == 0)
			cli_error(cli_word("--holder: verwacht een KVK-nummer,"
			    " NTRNL-..., EUID of LEI, gevonden niets",
			    "--holder: expected a KVK number, NTRNL-..., EUID "
			    "or LEI, found nothing"));
		return p->holder.len > 0;
	case CLI_OPT_DEMAND:
		if (p->n_demands == KM_DEMANDS_MAX)
			return too_many("--demand", KM_DEMANDS_MAX);
		return cli_demand(&p->demand[p->n_demands++], "--demand",
		    arg);
	case CLI_OPT_BODY:
		if (p->n_bodies == KM_BODIES_MAX)
			return too_many("--body", KM_BODIES_MAX);
		p->body[p->n_bodies++] = cli_bytes(arg);
		return 1;
	case CLI_OPT_SELF:
		p->self_declaration = 1;
		return 1;
	case CLI_OPT_REMEMBER:
		return cli_remember(p, "--remember", arg);
	case CLI_OPT_POLICY:
		return 1;		/* cli_policy_first() took it */
	}
	return 0;
}

int
cli_source_option(struct cli_sources *s, int opt, char *arg)
{
	switch (opt) {
	case CLI_OPT_TRUST:
		s->trust[s->n_trust++] = arg;
		return 1;
	case CLI_OPT_TRUST_HASH:
		s->has_pin = 1;
		return cli_hash(s->pin, "--trust-hash", arg);
	case CLI_OPT_TREE:
		s->tree = arg;
		return 1;
	case CLI_OPT_EPOCH:
		s->epoch[s->n_epoch++] = arg;
		return 1;
	case CLI_OPT_STATUS:
		s->status[s->n_status++] = arg;
		return 1;
	case CLI_OPT_LANG:
		if (!cli_set_lang(arg))
			cli_error("--lang: nl | en, \"%s\"", arg);
		else
			return 1;
	}
	return 0;
}

/* Whatever the order: options replace what the file says, or add to it. */
int
cli_policy_first(struct km_policy *p, struct cli_policy_text *text,
    const struct option *longopts, int argc, char **argv)
{
	const char	*path = NULL;
	int		 opt;

	optind = 0;
	opterr = 0;
	while ((opt = getopt_long(argc, argv, "-:", longopts, NULL)) != -1) {
		if (opt == CLI_OPT_LANG)
			(void)cli_set_lang(optarg);
		if (opt != CLI_OPT_POLICY)
			continue;
		if (path != NULL)
			return too_many("--policy", 1);
		path = optarg;
	}
	optind = 0;
	return path == NULL || cli_policy_file(p, path, text);
}

int
cli_option_unknown(int opt, char **argv)
{
	if (strcmp(argv[optind - 1], "--help") == 0)
		return 0;		/* its usage follows */
	cli_error(opt == '?' ? cli_word("onbekende optie: %s",
	    "unknown option: %s") : cli_word("%s: verwacht een waarde",
	    "%s: expected a value"), argv[optind - 1]);
	return 0;
}
