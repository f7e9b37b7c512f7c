/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Options that several verbs have: what is known, and the policy. A verb puts
 * both lists into its own table, and gives what it does not know itself to
 * cli_source_option() and cli_policy_option().
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <getopt.h>

#include "verifier/cli/cli.h"
#include "verifier/cli/policy.h"

enum {
	CLI_OPT_TRUST = 512, CLI_OPT_TRUST_HASH, CLI_OPT_TREE,
	CLI_OPT_EPOCH, CLI_OPT_STATUS,
	CLI_OPT_ENVIRONMENT, CLI_OPT_ORIGIN, CLI_OPT_HOLDER, CLI_OPT_DEMAND,
	CLI_OPT_BODY, CLI_OPT_SELF, CLI_OPT_REMEMBER, CLI_OPT_POLICY,
	CLI_OPT_LANG
};

#define CLI_SOURCE_OPTIONS						\
	{ "trust",	required_argument, NULL, CLI_OPT_TRUST },	\
	{ "trust-hash",	required_argument, NULL, CLI_OPT_TRUST_HASH },	\
	{ "tree",	required_argument, NULL, CLI_OPT_TREE },	\
	{ "epoch",	required_argument, NULL, CLI_OPT_EPOCH },	\
	{ "status",	required_argument, NULL, CLI_OPT_STATUS },	\
	{ "lang",	required_argument, NULL, CLI_OPT_LANG }

#define CLI_POLICY_OPTIONS						\
	{ "environment", required_argument, NULL, CLI_OPT_ENVIRONMENT }, \
	{ "origin",	required_argument, NULL, CLI_OPT_ORIGIN },	\
	{ "holder",	required_argument, NULL, CLI_OPT_HOLDER },	\
	{ "demand",	required_argument, NULL, CLI_OPT_DEMAND },	\
	{ "body",	required_argument, NULL, CLI_OPT_BODY },	\
	{ "self-declaration", no_argument, NULL, CLI_OPT_SELF },	\
	{ "remember",	required_argument, NULL, CLI_OPT_REMEMBER },	\
	{ "policy",	required_argument, NULL, CLI_OPT_POLICY }

/* 1, or 0 after saying what was expected, or when it is no such option. */
int	 cli_source_option(struct cli_sources *, int opt, char *arg);
/* A file given by --policy was read before: that option is passed over. */
int	 cli_policy_option(struct km_policy *, int opt, char *arg);

/*
 * Read the file that --policy names, before any other option, and set the
 * language: what is given as well adds to the policy or takes its place.
 * Begins anew with argv, and leaves getopt to begin anew.
 */
int	 cli_policy_first(struct km_policy *, struct cli_policy_text *,
	    const struct option *, int argc, char **argv);

/* Say that getopt came to '?' or ':'. Returns 0. */
int	 cli_option_unknown(int opt, char **argv);

#endif
