/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Paths of pages, badges and API (ca/public/route.h): what is found has a
 * maker and arguments that are plain words of the path; what is moved goes to
 * a path of this site that is found itself, so that nobody is sent round.
 */
#include "ca/public/path.h"
#include "ca/public/route.h"
#include "tests/fuzz/promise.h"

static int
is_plain(const char *s)
{
	for (; *s != '\0'; s++)
		if (!((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
		    (*s >= '0' && *s <= '9') || strchr("/-_.", *s) != NULL))
			return 0;
	return 1;
}

static void
found(const struct route_hit *hit, const char *path)
{
	size_t	i;

	promise(hit->route != NULL && hit->route->make != NULL);
	promise(is_plain(path) && path[0] == '/');
	promise(strstr(path, "//") == NULL && strstr(path, "/../") == NULL);
	promise(hit->lang == LANG_NL || (hit->lang == LANG_EN &&
	    strncmp(path, "/en/", 4) == 0));
	promise(hit->n <= ROUTE_ARGS_MAX);
	for (i = 0; i < hit->n; i++) {
		promise(hit->arg[i] >= hit->text && hit->arg[i] +
		    strlen(hit->arg[i]) < hit->text + sizeof(hit->text));
		promise(hit->arg[i][0] != '\0' && hit->arg[i][0] != '.');
		promise(strchr(hit->arg[i], '/') == NULL);
		promise(strstr(path, hit->arg[i]) != NULL);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct route_hit	hit, next;
	struct path		p;
	char			text[ASK_PATH_MAX + 64];

	if (len >= sizeof(text))
		return 0;
	memcpy(text, data, len);
	text[len] = '\0';
	if (!route_find(&hit, text))
		return 0;
	promise(strlen(text) <= ASK_PATH_MAX);
	/* A file of the tree is never a page as well. */
	promise(path_find(&p, text) == PATH_NONE);
	if (hit.moved == 0) {
		found(&hit, text);
		return 0;
	}
	promise(hit.moved == 301 || hit.moved == 302);
	promise(strcmp(hit.to, text) != 0 && strlen(hit.to) <= ASK_PATH_MAX);
	promise(route_find(&next, hit.to) && next.moved == 0);
	found(&next, hit.to);
	return 0;
}
