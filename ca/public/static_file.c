/* SPDX-License-Identifier: EUPL-1.2 */
/* Static_file: files that come with the program; see static_file.h. */
#include <stdlib.h>
#include <string.h>

#include "site.h"
#include "static_file.h"

static const struct {
	const char	*suffix, *type;
} types[] = {
	{ ".css",	"text/css; charset=utf-8" },
	{ ".html",	"text/html; charset=utf-8" },
	{ ".ico",	"image/x-icon" },
	{ ".jpg",	"image/jpeg" },
	{ ".js",	"text/javascript; charset=utf-8" },
	{ ".json",	"application/json" },
	{ ".mjs",	"text/javascript; charset=utf-8" },
	{ ".pdf",	"application/pdf" },
	{ ".png",	"image/png" },
	{ ".svg",	"image/svg+xml" },
	{ ".txt",	"text/plain; charset=utf-8" },
	{ ".wasm",	"application/wasm" },
	{ ".webmanifest", "application/manifest+json" },
	{ ".woff2",	"font/woff2" }
};

const char *
static_type(const char *name)
{
	const char	*suffix = strrchr(name, '.');
	size_t		 i;

	for (i = 0; suffix != NULL && i < sizeof(types) / sizeof(types[0]);
	    i++)
		if (strcmp(suffix, types[i].suffix) == 0)
			return types[i].type;
	return "application/octet-stream";
}

static int
by_name(const void *key, const void *entry)
{
	return strcmp(key, ((const struct static_data *)entry)->name);
}

const struct static_data *
static_find(const char *name)
{
	return bsearch(name, static_files, static_files_n,
	    sizeof(static_files[0]), by_name);
}

void
static_file(struct answer *a, const struct site *site, const struct ask *ask,
    const char *const *args, size_t n)
{
	const struct static_data	*f = n == 1 ? static_find(args[0]) :
	    NULL;

	(void)site;
	(void)ask;
	if (f == NULL) {
		answer_problem(a, 404, "Not Found",
		    "No file of this name comes with the program.");
		return;
	}
	a->type = static_type(f->name);
	/* Another version of the program has others of the same names. */
	a->cache = "max-age=3600";
	/* badge.js and what it needs are used by pages of holders. */
	a->flags |= ANSWER_OPEN;
	buf_add(&a->body, f->p, (size_t)(f->end - f->p));
}
