/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The configuration (ca/base/conf.h), as the file of an administrator and as
 * the parent hands it to a role. What is let through is whole and prints as
 * what reads back the same; what is not leaves out untouched and says where.
 *
 * Relative paths are refused here; that is the only difference to a file.
 */
#include <stdlib.h>

#include "ca/base/conf.h"
#include "tests/fuzz/promise.h"

#define NAME	"conf"

/* What -T prints of it; freed by the caller. */
static char *
printed(const struct conf *c)
{
	char	*text = NULL;
	size_t	 len;
	FILE	*f;

	if ((f = open_memstream(&text, &len)) == NULL)
		abort();
	conf_print(f, c);
	if (fclose(f) != 0)
		abort();
	promise(strlen(text) == len);
	return text;
}

static void
is_path(const char *path)
{
	size_t	len = strlen(path);

	promise(path[0] == '/' && len <= CONF_PATH_MAX);
	promise(len == 1 || path[len - 1] != '/');
}

static void
is_url(const char *url)
{
	promise(strlen(url) <= CONF_URL_MAX && strncmp(url, "http", 4) == 0);
}

static void
is_listener(const struct conf_listener *l)
{
	struct sockaddr_storage	ss;
	socklen_t		len;

	promise(conf_address(&ss, &len, l->listen) == 0);
	promise(l->connections >= 1 &&
	    l->connections <= CONF_CONNECTIONS_MAX);
}

static void
is_conf(const struct conf *c)
{
	size_t	i;

	promise(c->issuer != NULL && c->host == c->issuer + 8 &&
	    strlen(c->host) <= CONF_HOST_MAX && c->host[0] != '\0');
	promise(conf_environment_name(c->environment) != NULL);
	is_path(c->data);
	is_path(c->tree);
	if (c->scheme != NULL)
		is_path(c->scheme);
	if (c->public_url != NULL) {
		is_url(c->public_url);
		promise(c->public_url[strlen(c->public_url) - 1] != '/');
	}
	promise(c->outside_n <= CONF_OUTSIDE_MAX);
	for (i = 0; i < c->outside_n; i++)
		is_url(c->outside[i]);
	is_listener(&c->office);
	is_listener(&c->public);
	promise(strcmp(c->office.listen, c->public.listen) != 0);
}

static void
same_text(const char *a, const char *b)
{
	promise((a == NULL) == (b == NULL) &&
	    (a == NULL || strcmp(a, b) == 0));
}

static void
same(const struct conf *a, const struct conf *b)
{
	size_t	i;

	same_text(a->issuer, b->issuer);
	same_text(a->data, b->data);
	same_text(a->tree, b->tree);
	same_text(a->scheme, b->scheme);
	same_text(a->public_url, b->public_url);
	same_text(a->office.listen, b->office.listen);
	same_text(a->public.listen, b->public.listen);
	same_text(a->user_signer, b->user_signer);
	same_text(a->user_office, b->user_office);
	same_text(a->user_public, b->user_public);
	promise(a->environment == b->environment &&
	    a->log_debug == b->log_debug &&
	    a->office.connections == b->office.connections &&
	    a->public.connections == b->public.connections &&
	    a->outside_n == b->outside_n);
	for (i = 0; i < a->outside_n; i++)
		same_text(a->outside[i], b->outside[i]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct conf_error	err = { .line = -1 };
	struct conf		c, again, before;
	char			*text, *one, *two;

	if (len > 2 * CONF_FILE_MAX || memchr(data, '\0', len) != NULL ||
	    (text = malloc(len + 1)) == NULL)
		return 0;
	memcpy(text, data, len);
	text[len] = '\0';
	memset(&c, 0x5a, sizeof(c));
	memcpy(&before, &c, sizeof(c));
	if (conf_parse(&c, NAME, text, &err) == -1) {
		promise(memcmp(&before, &c, sizeof(c)) == 0);
		promise(err.line >= 0 && strlen(err.text) < sizeof(err.text));
		promise(strncmp(err.text, NAME ":", 5) == 0);
		free(text);
		return 0;
	}
	free(text);
	is_conf(&c);
	one = printed(&c);
	promise(conf_parse(&again, NAME, one, &err) == 0);
	two = printed(&again);
	promise(strcmp(one, two) == 0);
	same(&c, &again);
	free(one);
	free(two);
	conf_free(&c);
	conf_free(&again);
	return 0;
}
