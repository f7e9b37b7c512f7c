/* SPDX-License-Identifier: EUPL-1.2 */
/* Fuzz target: scheme_parse(), and what it promises of what it takes. */
#include <string.h>

#include "ca/record/scheme.h"
#include "tests/fuzz/fuzz.h"

static void
check(int good)
{
	if (!good)
		__builtin_trap();
}

static void
check_row(const struct scheme *s, enum decision_kind kind)
{
	const struct scheme_approvers	*a;
	const struct scheme_row		*row = scheme_row(s, kind);
	unsigned int			 level;
	size_t				 i, n, deciders;

	check(row->kind == kind && row->proposer != 0 && row->distinct);
	check((row->threshold != 0) == (kind >= DECISION_OFFICERS));
	check(row->threshold == 0 || row->threshold >= 2);
	for (level = 0, n = 0; level < SCHEME_LEVELS; level++) {
		a = scheme_approvers(s, kind, level);
		check(a->n <= SCHEME_APPROVERS_MAX);
		for (i = 0, deciders = 0; i < a->n; i++) {
			check(scheme_role_code(a->role[i]) != NULL);
			deciders += a->role[i] == ROLE_DECIDER;
		}
		check(a->n == 0 || deciders > 0);
		check(kind != DECISION_GRANT || a->n > 0);
		if (level > 0) {
			check(a->n >= n);
			n = a->n;
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct scheme		s;
	struct scheme_error	err;
	int			kind;

	memset(&err, 0, sizeof(err));
	if (!scheme_parse(&s, data, len, &err)) {
		check(err.line >= 0 && err.message[0] != '\0');
		check(memchr(err.message, '\0', sizeof(err.message)) != NULL);
		return 0;
	}
	check(strlen(s.id.text) >= 1 && strlen(s.id.text) <= SCHEME_CODE_MAX);
	check(s.version >= 1 && s.n_services >= 1 &&
	    s.n_services <= SCHEME_SERVICES_MAX &&
	    s.n_evidence <= SCHEME_EVIDENCE_MAX &&
	    s.n_methods <= SCHEME_METHODS_MAX);
	check(s.periods.list_days >= 1 && s.periods.list_days <= 7);
	check(!scheme_level_offered(&s, KM_LEVEL_HIGH,
	    KM_DOCUMENT_SELF_DECLARATION));
	for (kind = 1; kind <= DECISION_KINDS; kind++)
		check_row(&s, (enum decision_kind)kind);
	return 0;
}
