/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Fuzz target: approvals of one decision, where every signature verifies. What
 * is let through was asked about once, over the decision's bytes, with a key
 * of the person that it names.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tests/lib/papers.h"
#include "verifier/core.h"

static struct papers		papers;
static struct papers_act	act;
static char			id_hex[65];

struct asked {
	unsigned int	n;
	uint8_t		key[KM_KEY_MAX];
	size_t		key_len;
};

static int
verify(void *arg, const struct km_ask *ask)
{
	struct asked	*asked = arg;

	asked->n++;
	memcpy(asked->key, ask->key.p, ask->key.len);
	asked->key_len = ask->key.len;
	if (ask->msg[1].p != act.d.bytes.p ||
	    ask->msg[1].len != act.d.bytes.len)
		__builtin_trap();
	return 1;
}

static void
begin(void)
{
	struct papers_draft	draft;

	papers_begin(&papers, KM_ENVIRONMENT_DEMONSTRATION);
	papers_draft(&draft, &papers, DECISION_LIFT);
	papers_write(&act, &draft.d);
	decision_id_hex(id_hex, act.d.id);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const struct papers_person	*person;
	struct approver			 a;
	struct asked			 asked = { 0 };
	char				 iss[PERSON_MAX + 1];

	if (id_hex[0] == '\0')
		begin();
	if (approval_open(&a, &act.d, data, len, &papers.officers,
	    &papers.trust, verify, &asked) != KM_OK) {
		if (asked.n != 0)
			__builtin_trap();
		return 0;
	}
	if (asked.n != 1 || a.iss.len > PERSON_MAX || a.roles == 0 ||
	    len > APPROVAL_MAX)
		__builtin_trap();
	memcpy(iss, a.iss.p, a.iss.len);
	iss[a.iss.len] = '\0';
	if ((person = papers_person(&papers, iss)) == NULL ||
	    person->key.len != asked.key_len ||
	    memcmp(person->key.pub, asked.key, asked.key_len) != 0)
		__builtin_trap();
	return 0;
}
