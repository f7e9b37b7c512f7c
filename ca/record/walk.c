/* SPDX-License-Identifier: EUPL-1.2 */
/* Walk: JSON that people write (RFC 8259), read strictly, knowing where. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "verifier/cbor.h"
#include "walk.h"

enum { CODE_MAX = 32, FOUND_MAX = 96, EXPECTED_MAX = 160 };

/* The lines before p, and its own. */
static int
line_of(const struct walk *w, const char *p)
{
	const char	*q;
	int		 line = 1;

	for (q = w->text; q < p; q++)
		if (*q == '\n')
			line++;
	return line;
}

static const char *
skip_space(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\n'))
		p++;
	return p;
}

/* One past the closing quote: there are no escapes. p is at the first. */
static const char *
skip_string(const char *p, const char *end)
{
	const char	*quote;

	quote = memchr(p + 1, '"', (size_t)(end - p) - 1);
	return quote == NULL ? end : quote + 1;
}

/* From the first byte of a value to the comma or bracket behind it. */
static const char *
skip_value(const char *p, const char *end)
{
	size_t	depth = 0;

	while (p < end) {
		if (*p == '"') {
			p = skip_string(p, end);
			continue;
		}
		if (*p == '{' || *p == '[')
			depth++;
		else if (depth == 0 && (*p == ',' || *p == '}' || *p == ']'))
			break;
		else if (*p == '}' || *p == ']')
			depth--;
		p++;
	}
	return p;
}

/*
 * The value that a step leads to, from the bracket at p that opens object or
 * array; NULL when there is none. The text has parsed, so it is well-formed.
 */
static const char *
step_into(const char *p, const char *end, const struct walk_step *step)
{
	const char	*name;
	size_t		 i, len;

	for (i = 0, p++; ; i++, p++) {
		p = skip_space(p, end);
		if (p == end || *p == '}' || *p == ']')
			return NULL;
		if (step->name == NULL && i == step->i)
			return p;
		if (step->name != NULL && *p == '"') {
			name = p + 1;
			p = skip_string(p, end);
			len = (size_t)(p - name) - 1;
			if ((p = memchr(p, ':', (size_t)(end - p))) == NULL)
				return NULL;
			p = skip_space(p + 1, end);
			if (strlen(step->name) == len &&
			    memcmp(step->name, name, len) == 0)
				return p;
		}
		p = skip_value(p, end);
		if (p == end || *p != ',')
			return NULL;
	}
}

/* The line of where the walk is, or of the last step that is there. */
static int
line_here(const struct walk *w)
{
	const char	*end = w->text + w->len;
	const char	*p, *next;
	size_t		 i;

	p = skip_space(w->text, end);
	for (i = 0; i < w->n_steps && p < end; i++) {
		if (*p != '{' && *p != '[')
			break;
		if ((next = step_into(p, end, &w->step[i])) == NULL)
			break;
		p = next;
	}
	return line_of(w, p);
}

static void
describe(char *out, size_t cap, const json_t *found)
{
	if (found == NULL) {
		snprintf(out, cap, "nothing");
		return;
	}
	switch (json_typeof(found)) {
	case JSON_OBJECT:
		snprintf(out, cap, "an object of %zu",
		    json_object_size(found));
		break;
	case JSON_ARRAY:
		snprintf(out, cap, "an array of %zu", json_array_size(found));
		break;
	case JSON_STRING:
		snprintf(out, cap, "\"%.60s\"", json_string_value(found));
		break;
	case JSON_INTEGER:
		snprintf(out, cap, "%" JSON_INTEGER_FORMAT,
		    json_integer_value(found));
		break;
	case JSON_REAL:
		snprintf(out, cap, "%g", json_real_value(found));
		break;
	case JSON_TRUE:
		snprintf(out, cap, "true");
		break;
	case JSON_FALSE:
		snprintf(out, cap, "false");
		break;
	case JSON_NULL:
		snprintf(out, cap, "null");
		break;
	}
}

/* The path as a JSON Pointer (RFC 6901); what is too long is cut. */
static void
path_write(char *out, size_t cap, const struct walk *w)
{
	size_t	i, n = 0;
	int	r;

	out[0] = '\0';
	for (i = 0; i < w->n_steps && n < cap; i++) {
		if (w->step[i].name != NULL)
			r = snprintf(out + n, cap - n, "/%.40s",
			    w->step[i].name);
		else
			r = snprintf(out + n, cap - n, "/%zu", w->step[i].i);
		if (r > 0)
			n += (size_t)r;
	}
	if (w->n_steps == 0)
		snprintf(out, cap, "/");
}

void
walk_fail(struct walk *w, const char *name, const json_t *found,
    const char *expected, ...)
{
	char	path[128], want[EXPECTED_MAX], have[FOUND_MAX];
	va_list	ap;

	if (w->failed)
		return;
	if (name != NULL)
		walk_enter(w, name);
	va_start(ap, expected);
	vsnprintf(want, sizeof(want), expected, ap);
	va_end(ap);
	describe(have, sizeof(have), found);
	path_write(path, sizeof(path), w);
	w->line = line_here(w);
	snprintf(w->message, sizeof(w->message), "%s: expected %s, found %s",
	    path, want, have);
	w->failed = 1;
}

/* An error of the text as such, before there is a path. */
static void
fail_text(struct walk *w, int line, const char *expected, const char *found)
{
	w->failed = 1;
	w->line = line;
	snprintf(w->message, sizeof(w->message), "expected %s, found %.200s",
	    expected, found);
}

/* All of it in the repertoire, with line feeds and without escapes. */
static int
text_check(struct walk *w)
{
	const char	*end = w->text + w->len;
	const char	*p, *nl;
	struct km_bytes	 line;

	for (p = w->text; p < end; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		if (nl == NULL)
			nl = end;
		line.p = (const uint8_t *)p;
		line.len = (size_t)(nl - p);
		if (!km_is_text(line)) {
			fail_text(w, line_of(w, p), "text of the repertoire"
			    " (design section 3), in UTF-8",
			    "another character on this line");
			return 0;
		}
		if (memchr(p, '\\', line.len) != NULL) {
			fail_text(w, line_of(w, p), "the character itself",
			    "an escape on this line");
			return 0;
		}
	}
	return 1;
}

json_t *
walk_begin(struct walk *w, const uint8_t *text, size_t len, size_t max)
{
	json_error_t	 error;
	json_t		*root;
	char		 want[64], found[32];

	memset(w, 0, sizeof(*w));
	w->text = (const char *)text;
	w->len = len;
	if (len == 0 || len > max) {
		snprintf(want, sizeof(want), "1 to %zu bytes of JSON", max);
		snprintf(found, sizeof(found), "%zu", len);
		fail_text(w, 0, want, found);
		return NULL;
	}
	if (!text_check(w))
		return NULL;
	root = json_loadb(w->text, len, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL) {
		fail_text(w, error.line, "a JSON object", error.text);
		return NULL;
	}
	if (!json_is_object(root)) {
		walk_fail(w, NULL, root, "an object");
		json_decref(root);
		return NULL;
	}
	return root;
}

void
walk_enter(struct walk *w, const char *name)
{
	if (w->failed)
		return;
	if (w->n_steps == WALK_STEPS_MAX) {
		walk_fail(w, NULL, NULL, "at most %d steps", WALK_STEPS_MAX);
		return;
	}
	w->step[w->n_steps].name = name;
	w->step[w->n_steps++].i = 0;
}

void
walk_leave(struct walk *w)
{
	if (!w->failed)
		w->n_steps--;
}

json_t *
walk_item(struct walk *w, json_t *array, size_t i)
{
	json_t	*item;

	walk_enter(w, NULL);
	if (w->failed)
		return NULL;
	w->step[w->n_steps - 1].i = i;
	item = json_array_get(array, i);
	if (!json_is_object(item)) {
		walk_fail(w, NULL, item, "an object");
		return NULL;
	}
	return item;
}

void
walk_closed(struct walk *w, json_t *object, const char *const *names)
{
	const char *const	*name;
	const char		*key;
	json_t			*value;

	if (w->failed)
		return;
	json_object_foreach(object, key, value) {
		for (name = names; *name != NULL; name++)
			if (strcmp(*name, key) == 0)
				break;
		if (*name == NULL) {
			walk_fail(w, key, value, "no such member");
			return;
		}
	}
}

json_t *
walk_object(struct walk *w, json_t *object, const char *name)
{
	json_t	*value;

	if (w->failed)
		return NULL;
	value = json_object_get(object, name);
	if (json_is_object(value))
		return value;
	walk_fail(w, name, value, "an object");
	return NULL;
}

json_t *
walk_array(struct walk *w, json_t *object, const char *name, size_t min,
    size_t max)
{
	json_t	*value;
	size_t	 n;

	if (w->failed)
		return NULL;
	value = json_object_get(object, name);
	n = json_array_size(value);
	if (json_is_array(value) && n >= min && n <= max)
		return value;
	walk_fail(w, name, value, "an array of %zu to %zu", min, max);
	return NULL;
}

const char *
walk_text(struct walk *w, json_t *object, const char *name, size_t max)
{
	json_t	*value;
	size_t	 len;

	if (w->failed)
		return NULL;
	value = json_object_get(object, name);
	len = json_string_length(value);
	if (json_is_string(value) && len > 0 && len <= max)
		return json_string_value(value);
	walk_fail(w, name, value, "text of 1 to %zu bytes", max);
	return NULL;
}

const char *
walk_code(struct walk *w, json_t *object, const char *name)
{
	static const char	 set[] =
	    "abcdefghijklmnopqrstuvwxyz0123456789-";
	json_t			*value;
	const char		*text;
	size_t			 len;

	if (w->failed)
		return NULL;
	value = json_object_get(object, name);
	text = json_string_value(value);
	len = json_string_length(value);
	if (text != NULL && len > 0 && len <= CODE_MAX && text[0] != '-' &&
	    strspn(text, set) == len)
		return text;
	walk_fail(w, name, value, "a code [a-z0-9][a-z0-9-]{0,31}");
	return NULL;
}

uint32_t
walk_uint(struct walk *w, json_t *object, const char *name, uint32_t min,
    uint32_t max)
{
	json_t		*value;
	json_int_t	 n;

	if (w->failed)
		return 0;
	value = json_object_get(object, name);
	n = json_integer_value(value);
	if (json_is_integer(value) && n >= (json_int_t)min &&
	    n <= (json_int_t)max)
		return (uint32_t)n;
	walk_fail(w, name, value, "a whole number from %u to %u", min, max);
	return 0;
}

int
walk_bool(struct walk *w, json_t *object, const char *name)
{
	json_t	*value;

	if (w->failed)
		return 0;
	value = json_object_get(object, name);
	if (!json_is_boolean(value))
		walk_fail(w, name, value, "true or false");
	return json_is_true(value);
}

void
walk_words(struct walk *w, json_t *object, const char *name, size_t max)
{
	static const char *const	 names[] = { "nl", "en", NULL };
	json_t				*words;

	words = walk_object(w, object, name);
	walk_enter(w, name);
	walk_text(w, words, "nl", max);
	walk_text(w, words, "en", max);
	walk_closed(w, words, names);
	walk_leave(w);
}
