/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Parameters of a request (ask_query of ca/public/answer.h): the first byte
 * says which names are known and how strictly. What is let through is within
 * its limits, each name once and a known one, all of it text; and written out
 * again it is read as the same, so that two asks are never taken for one.
 */
#include <stdlib.h>

#include "ca/public/answer.h"
#include "tests/fuzz/promise.h"
#include "verifier/cbor.h"

enum { KNOWN = 4 };

static const char *const	known[KNOWN] = {
	NULL, "*", "q", "service claim level status page"
};

static int
is_known(const char *words, const char *name)
{
	size_t	n;

	if (words == NULL || strcmp(words, "*") == 0)
		return words != NULL;
	for (; *words != '\0'; words += n + (words[n] == ' ')) {
		n = strcspn(words, " ");
		if (n == strlen(name) && memcmp(words, name, n) == 0)
			return 1;
	}
	return 0;
}

static void
check(const struct ask *ask, const char *words)
{
	const struct ask_param	*p;
	size_t			 i, k;

	promise(ask->n <= ASK_PARAMS_MAX);
	for (i = 0; i < ask->n; i++) {
		p = &ask->param[i];
		promise(memchr(p->name, '\0', sizeof(p->name)) != NULL);
		promise(memchr(p->value, '\0', sizeof(p->value)) != NULL);
		promise(p->name[0] != '\0' && is_known(words, p->name));
		promise(km_is_text(km_bytes_of(p->name)));
		promise(p->value[0] == '\0' ||
		    km_is_text(km_bytes_of(p->value)));
		promise(ask_value(ask, p->name) == p->value);
		for (k = 0; k < i; k++)
			promise(strcmp(ask->param[k].name, p->name) != 0);
	}
}

static char *
escaped(char *to, const char *s)
{
	static const char	hex[] = "0123456789ABCDEF";

	for (; *s != '\0'; s++) {
		*to++ = '%';
		*to++ = hex[(unsigned char)*s >> 4];
		*to++ = hex[(unsigned char)*s & 15];
	}
	return to;
}

/* The same, written with every byte escaped. */
static void
again(const struct ask *ask, const char *words)
{
	static struct ask	 two;
	static char		 text[ASK_PARAMS_MAX * 3 * 300];
	char			*to = text;
	size_t			 i;

	for (i = 0; i < ask->n; i++) {
		to = escaped(to, ask->param[i].name);
		*to++ = '=';
		to = escaped(to, ask->param[i].value);
		*to++ = '&';
	}
	*to = '\0';
	promise(ask_query(&two, words, 1, text) == NULL && two.n == ask->n);
	for (i = 0; i < ask->n; i++) {
		promise(strcmp(two.param[i].name, ask->param[i].name) == 0);
		promise(strcmp(two.param[i].value, ask->param[i].value) == 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct ask	 ask;
	const char		*words, *wrong;
	char			*query;
	size_t			 i, pairs = 1;

	if (len < 1 || (query = malloc(len)) == NULL)
		return 0;
	memcpy(query, data + 1, len - 1);
	query[len - 1] = '\0';
	words = known[(data[0] >> 1) % KNOWN];
	wrong = ask_query(&ask, words, data[0] & 1, query);
	promise(wrong == NULL || wrong[0] != '\0');
	if (wrong == NULL) {
		check(&ask, words);
		again(&ask, words);
		for (i = 0; query[i] != '\0'; i++)
			pairs += query[i] == '&';
		promise(ask.n <= pairs);
	}
	free(query);
	return 0;
}
