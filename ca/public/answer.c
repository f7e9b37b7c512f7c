/* SPDX-License-Identifier: EUPL-1.2 */
/* Answer: what a path says; see answer.h. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ca/base/log.h"

#include "answer.h"
#include "pack.h"

enum { LEVEL = 1 };		/* of gzip: it is made anew each epoch */

const char *
ask_value(const struct ask *ask, const char *name)
{
	size_t	i;

	for (i = 0; i < ask->n; i++)
		if (strcmp(ask->param[i].name, name) == 0)
			return ask->param[i].value;
	return NULL;
}

void
answer_init(struct answer *a)
{
	memset(a, 0, sizeof(*a));
	a->status = 200;
	buf_init(&a->body, ANSWER_MAX);
}

void
answer_free(struct answer *a)
{
	buf_free(&a->body);
	pack_free(a->pack);
	a->pack = NULL;
}

void
answer_part(struct answer *a)
{
	if (a->body.len < ANSWER_PART || a->body.failed)
		return;
	if (a->pack == NULL)
		a->pack = pack_new(LEVEL, ANSWER_MAX);
	if (a->pack == NULL || pack_add(a->pack, a->body.p, a->body.len) ==
	    -1)
		a->body.failed = ENOMEM;
	else
		buf_reset(&a->body);
}

/* The last part, and all of it in place of the body. */
static void
pack_whole(struct answer *a)
{
	struct pack	*p = a->pack;
	struct buf	 gzip;

	if (p == NULL || a->body.failed)
		return;
	a->pack = NULL;
	if (pack_add(p, a->body.p, a->body.len) == -1) {
		pack_free(p);
		a->body.failed = ENOMEM;
	} else if (pack_end(p, &gzip, &a->unpacked) == -1) {
		a->body.failed = ENOMEM;
	} else {
		buf_free(&a->body);
		a->body = gzip;
	}
}

void
answer_end(struct answer *a, const char *path)
{
	pack_whole(a);
	if (!a->body.failed)
		return;
	log_warnx("public: %s: the answer does not fit", path);
	answer_problem(a, 503, "Service Unavailable",
	    "There is no room for this answer at the moment.");
}

/* Empty again, as what there was to say cannot be said. */
static void
answer_reset(struct answer *a, int status)
{
	unsigned int	flags = a->flags;

	answer_free(a);
	answer_init(a);
	a->status = status;
	a->cache = "no-store";
	/* Where it belongs to stays as it was. */
	a->flags = flags & (ANSWER_OPEN | ANSWER_API);
}

void
answer_problem(struct answer *a, int status, const char *title,
    const char *detail)
{
	json_t	*problem;
	char	*text = NULL;

	answer_reset(a, status);
	a->flags |= ANSWER_NOINDEX;
	a->type = "application/problem+json";
	/* RFC 9457 section 3.1; without "type" it is "about:blank". */
	problem = json_pack("{s:s, s:i, s:s*}", "title", title, "status",
	    status, "detail", detail);
	if (problem == NULL)	/* not UTF-8: better without than not at all */
		problem = json_pack("{s:i}", "status", status);
	if (problem != NULL)
		text = json_dumps(problem, JSON_COMPACT);
	json_decref(problem);
	if (text != NULL)
		buf_add(&a->body, text, strlen(text));
	else
		buf_add(&a->body, "{}", 2);
	free(text);
}

void
answer_redirect(struct answer *a, int status, const char *location)
{
	answer_reset(a, status);
	a->cache = "max-age=3600";
	snprintf(a->location, sizeof(a->location), "%s", location);
}
