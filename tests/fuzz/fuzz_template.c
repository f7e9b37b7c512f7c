/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Templates (ca/public/template.h): a language, a template up to a NUL, and a
 * value as JSON. A page is within its limit, is the same each time, and no
 * character of the value is markup: with those five characters taken out of
 * every text of the value, the page has as many of them as before.
 */
#include "ca/public/template.h"
#include "tests/fuzz/promise.h"

static const char	special[] = "<>\"'";

/* The same, without what HTML takes for more than a letter. */
static json_t *
plain(const json_t *v)
{
	json_t		*out, *item;
	const char	*key;
	char		*s;
	size_t		 i;

	if (json_is_string(v)) {
		s = strdup(json_string_value(v));
		promise(s != NULL);
		for (i = 0; s[i] != '\0'; i++)
			if (s[i] == '&' || strchr(special, s[i]) != NULL)
				s[i] = 'x';
		out = json_string(s);
		free(s);
		return out;
	}
	if (json_is_array(v)) {
		out = json_array();
		json_array_foreach((json_t *)(uintptr_t)v, i, item)
			json_array_append_new(out, plain(item));
		return out;
	}
	if (!json_is_object(v))
		return json_incref((json_t *)(uintptr_t)v);
	out = json_object();
	json_object_foreach((json_t *)(uintptr_t)v, key, item)
		json_object_set_new(out, key, plain(item));
	return out;
}

static size_t
count(const struct buf *b)
{
	size_t	i, n = 0;

	for (i = 0; i < b->len; i++)
		n += b->p[i] != '\0' && strchr(special, b->p[i]) != NULL;
	return n;
}

static void
check(const char *text, const json_t *value, enum lang lang)
{
	json_t		*other = plain(value);
	struct buf	 one, two;

	buf_init(&one, TEMPLATE_PAGE_MAX + 1);
	buf_init(&two, TEMPLATE_PAGE_MAX + 1);
	if (template_text(&one, "fuzz", text, value, lang) == 0) {
		promise(one.len <= TEMPLATE_PAGE_MAX && !one.failed);
		promise(template_text(&two, "fuzz", text, value, lang) == 0);
		promise(one.len == two.len && (one.len == 0 ||
		    memcmp(one.p, two.p, one.len) == 0));
		buf_reset(&two);
		/* Of a key in the value other words may come, or none. */
		if (strchr(text, '@') == NULL && strstr(text, "{{>") == NULL) {
			promise(template_text(&two, "fuzz", text, other,
			    lang) == 0);
			promise(count(&one) == count(&two));
		}
	}
	buf_free(&two);
	buf_free(&one);
	json_decref(other);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char	*text = (const char *)data + 1;
	const uint8_t	*end;
	json_t		*value;

	if (len < 2 || (end = memchr(data + 1, '\0', len - 1)) == NULL)
		return 0;
	end++;
	value = json_loadb((const char *)end, (size_t)(data + len - end),
	    JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
	if (value == NULL)
		return 0;
	check(text, value, data[0] & 1 ? LANG_EN : LANG_NL);
	json_decref(value);
	return 0;
}
