/* SPDX-License-Identifier: EUPL-1.2 */
/* Answer: what a path says; see answer.h. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ca/base/log.h"

#include "answer.h"

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
}

void
answer_end(struct answer *a, const char *path)
{
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

	buf_free(&a->body);
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
