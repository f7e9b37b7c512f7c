/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Query: the parameters of a request, read strictly (as HTML forms write
 * them, URL Standard section 5.1). What two readers could read in two ways is
 * not read at all.
 */
#include <string.h>

#include "verifier/cbor.h"

#include "answer.h"

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Decode n bytes into out, at most max and a NUL. Returns how many, or -1. */
static int
decode(char *out, size_t max, const char *s, size_t n)
{
	size_t	i, len = 0;
	int	hi, lo;

	for (i = 0; i < n; i++) {
		if (len == max)
			return -1;
		if (s[i] == '+') {
			out[len++] = ' ';
		} else if (s[i] != '%') {
			out[len++] = s[i];
		} else {
			if (i + 2 >= n || (hi = hex(s[i + 1])) == -1 ||
			    (lo = hex(s[i + 2])) == -1 || hi + lo == 0)
				return -1;
			out[len++] = (char)(hi << 4 | lo);
			i += 2;
		}
	}
	out[len] = '\0';
	return (int)len;
}

/*
 * Is this name in the list, a word each? Of "*" all that is text: a control
 * character in a name could make two asks one for who keeps answers.
 */
static int
in_words(const char *words, const char *name)
{
	size_t	n, len = strlen(name);

	if (words != NULL && strcmp(words, "*") == 0)
		return km_is_text(km_bytes_of(name));
	while (words != NULL && *words != '\0') {
		n = strcspn(words, " ");
		if (n == len && memcmp(words, name, n) == 0)
			return 1;
		words += n;
		words += *words == ' ';
	}
	return 0;
}

/* One "name=value" of n bytes. */
static const char *
query_pair(struct ask *ask, const char *words, int strict, const char *s,
    size_t n)
{
	const char		*eq = memchr(s, '=', n);
	size_t			 at = eq == NULL ? n : (size_t)(eq - s);
	struct ask_param	 p;
	int			 len;

	if (decode(p.name, sizeof(p.name) - 1, s, at) < 1 ||
	    !in_words(words, p.name))
		return strict ? "expected no other parameters than the "
		    "documentation names" : NULL;
	if (ask_value(ask, p.name) != NULL)
		return "expected each parameter once at most";
	len = at == n ? decode(p.value, ASK_VALUE_MAX, "", 0) :
	    decode(p.value, ASK_VALUE_MAX, eq + 1, n - at - 1);
	if (len == -1)
		return "expected values of at most 256 bytes, escaped as "
		    "%XX and without NUL";
	if (!km_is_text((struct km_bytes){ (const uint8_t *)p.value,
	    (size_t)len }))
		return "expected values in Latin letters, as UTF-8";
	if (ask->n == ASK_PARAMS_MAX)
		return "expected at most 16 parameters";
	ask->param[ask->n++] = p;
	return NULL;
}

const char *
ask_query(struct ask *ask, const char *words, int strict, const char *query)
{
	const char	*wrong;
	size_t		 n, pairs = 0;

	ask->n = 0;
	while (query != NULL && *query != '\0') {
		n = strcspn(query, "&");
		if (n > 0 && ++pairs > ASK_PARAMS_MAX)
			return "expected at most 16 parameters";
		if (n > 0 && (wrong = query_pair(ask, words, strict, query,
		    n)) != NULL)
			return wrong;
		query += n;
		query += *query == '&';
	}
	return NULL;
}
