/* SPDX-License-Identifier: EUPL-1.2 */
/* keurmerk check: what its parts share. */
#ifndef CLI_CHECK_H
#define CLI_CHECK_H

#include "verifier/cli/options.h"
#include "verifier/cli/register.h"
#include "verifier/judge.h"

enum { CHECK_NAME = 4, CHECK_HOST_MAX = 253 };	/* beside enum km_by */

struct check {
	int		 json;
	int		 has_at;
	int64_t		 at;
	int		 by;		/* enum km_by or CHECK_NAME; 0: none */
	const char	*text;		/* as it was typed */
	char		 key[CHECK_HOST_MAX + 1];
	struct cli_sources sources;
	struct km_policy policy;
	struct cli_policy_text policy_text;
	struct km_question q;
	struct cli_known k;
	struct cli_register reg;
};

/* The key from what people type (check_key.c): 1, or 0 after a hint. */
int	 check_key(struct check *);

/* A name (check_name.c), and a moment in the past (check_at.c). */
int	 check_name(struct check *);
int	 check_at(struct check *);

/* Know the status lists of all attestations with the key. */
void	 check_lists(struct check *, enum km_by, struct km_bytes key);
/* One report on stdout. */
void	 check_show(const struct check *, const struct km_report *);

#endif
