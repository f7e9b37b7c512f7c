/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Every message that office may send, to a signer with a little state and a
 * journal of its own. Whatever the bytes are: there is one well-formed
 * answer, a refusal changes nothing, and what was carried out is in the
 * journal: after it the signer is put back to where it was.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ca/base/file.h"
#include "tests/fuzz/fuzz.h"
#include "tests/lib/desk.h"

static struct desk	*d;
static struct buf	 journal, state, found, reply;

static void
end(void)
{
	desk_end(d);
	free(d);
	buf_free(&journal);
	buf_free(&state);
	buf_free(&found);
	buf_free(&reply);
}

static void
begin(void)
{
	if ((d = calloc(1, sizeof(*d))) == NULL)
		abort();
	buf_init(&journal, 1 << 24);
	buf_init(&state, 4096);
	buf_init(&found, 1 << 24);
	buf_init(&reply, MSG_MAX);
	desk_begin(d, "fuzz");
	desk_open(d);
	if (desk_hello(d) != REFUSAL_NONE)
		abort();
	desk_furnish(d);
	desk_assess(d, desk_provider(d));
	desk_grant(d, 0);
	if (desk_publish(d, NULL) != REFUSAL_NONE)
		abort();
	desk_journal(d, &journal);
	desk_state(d, &state);
	atexit(end);
}

static void
put_back(void)
{
	int	fd;

	desk_drop(d);
	if ((fd = open(d->dir, O_RDONLY | O_DIRECTORY)) == -1 ||
	    file_write(fd, "journal", journal.p, journal.len, 0600) == -1)
		abort();
	close(fd);
	desk_open(d);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct signer	*sg;
	uint64_t	 at;

	if (d == NULL)
		begin();
	sg = d->sg;
	sg->greeted = 1;
	sg->fenced = 0;
	at = sg->journal.end;
	signer_answer(sg, data, len, &reply);
	(void)desk_refusal(&reply);	/* ends us when it is no answer */
	sg->fenced = 0;			/* a hello may, and that is no act */
	if (sg->journal.end != at) {
		if (desk_refusal(&reply) != REFUSAL_NONE)
			__builtin_trap();
		put_back();
	}
	desk_state(d, &found);
	if (found.len != state.len ||
	    memcmp(found.p, state.p, state.len) != 0)
		__builtin_trap();
	return 0;
}
