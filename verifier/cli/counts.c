/* SPDX-License-Identifier: EUPL-1.2 */
/* How many of which verdict, where several were asked for. */
#include "verifier/cli/cli.h"

/* The table of design section 4; what cannot be read goes before all. */
static const enum km_verdict order[] = {
	KM_MALFORMED, KM_UNTRUSTED, KM_WITHDRAWN, KM_NOT_YET_VALID,
	KM_EXPIRED, KM_SUSPENDED, KM_SUPERSEDED, KM_WRONG_ORIGIN, KM_UNMET,
	KM_NOT_LISTED, KM_UNDETERMINED
};
enum { VERDICTS = sizeof(order) / sizeof(order[0]) };

/* Shorter than the glossary's titles, as many stand in one line. */
static const char *
verdict_word(enum km_verdict v)
{
	switch (v) {
	case KM_VALID:
		return cli_word("geldig", "valid");
	case KM_MALFORMED:
		return cli_word("beschadigd", "malformed");
	case KM_UNTRUSTED:
		return cli_word("niet vertrouwd", "untrusted");
	case KM_NOT_YET_VALID:
		return cli_word("nog niet geldig", "not yet valid");
	case KM_EXPIRED:
		return cli_word("verlopen", "expired");
	case KM_WITHDRAWN:
		return cli_word("ingetrokken", "withdrawn");
	case KM_SUSPENDED:
		return cli_word("geschorst", "suspended");
	case KM_SUPERSEDED:
		return cli_word("vervangen", "superseded");
	case KM_WRONG_ORIGIN:
		return cli_word("andere website", "wrong origin");
	case KM_UNMET:
		return cli_word("voldoet niet", "unmet");
	case KM_NOT_LISTED:
		return cli_word("niet in het register", "not listed");
	case KM_UNDETERMINED:
		return cli_word("niet vast te stellen", "undetermined");
	}
	return "?";
}

void
cli_print_counts(FILE *f, const size_t count[CLI_VERDICTS])
{
	size_t	i;

	fprintf(f, "%zu %s", count[KM_VALID], verdict_word(KM_VALID));
	for (i = 0; i < VERDICTS; i++)
		if (count[order[i]] > 0)
			fprintf(f, ", %zu %s", count[order[i]],
			    verdict_word(order[i]));
}

int
cli_status(const size_t count[CLI_VERDICTS], size_t unread)
{
	size_t	i;

	if (unread > 0)
		return CLI_ERROR;
	for (i = 0; i < VERDICTS; i++)
		if (count[order[i]] > 0)
			return (int)order[i];
	return KM_VALID;
}
