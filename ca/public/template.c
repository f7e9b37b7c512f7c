/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "ca/base/log.h"

#include "template.h"
#include "texts.h"
#include "words.h"

/* A page under way. */
struct run {
	struct buf	*out;
	enum lang	 lang;
	const char	*name;		/* of the template, for messages */
	const char	*base;		/* its text, likewise */
	const json_t	*stack[TEMPLATE_DEPTH_MAX];	/* values, outside in */
	size_t		 values;
	unsigned int	 depth;
	unsigned int	 tags;
	int		 failed;
};

struct tag {
	char		 kind;		/* '#', '^', '/', '>', '=', '!', or ' ' */
	char		 name[TEMPLATE_NAME_MAX + 1];
	const char	*from, *to;	/* of the text it takes the place of */
};

static const char	*block(struct run *, const char *, const struct tag *,
			    int on);

/* The first failure is said; from then on nothing is done. */
static void
fail(struct run *r, const char *where, const char *name, const char *what)
{
	unsigned int	line = 1;
	const char	*p;

	if (r->failed)
		return;
	r->failed = 1;
	for (p = r->base; p < where; p++)
		line += *p == '\n';
	log_warnx("template %s:%u: {{%s}}: %s", r->name, line, name, what);
}

static void
put(struct run *r, const char *s, size_t len)
{
	if (!r->failed && (r->out->len + len > TEMPLATE_PAGE_MAX ||
	    buf_add(r->out, s, len) != 0))
		fail(r, r->base, "", "the page is longer than may be");
}

/* For HTML text and attributes in quotes of either kind. */
static void
escape(struct run *r, const char *s, size_t len)
{
	size_t	i, from = 0;

	for (i = 0; i < len; i++) {
		const char	*as = s[i] == '&' ? "&amp;" :
				    s[i] == '<' ? "&lt;" :
				    s[i] == '>' ? "&gt;" :
				    s[i] == '"' ? "&quot;" :
				    s[i] == '\'' ? "&#39;" :
				    (unsigned char)s[i] < ' ' && s[i] != '\n' ?
				    " " : NULL;

		if (as == NULL)
			continue;
		put(r, s + from, i - from);
		put(r, as, strlen(as));
		from = i + 1;
	}
	put(r, s + from, len - from);
}

/* The value of a name: its first part from the inside out. NULL: absent. */
static const json_t *
find(const struct run *r, const char *name)
{
	const json_t	*v = NULL;
	char		 part[TEMPLATE_NAME_MAX + 1];
	size_t		 i = r->values, n;

	if (strcmp(name, ".") == 0)
		return r->stack[r->values - 1];
	n = strcspn(name, ".");
	memcpy(part, name, n);
	part[n] = '\0';
	while (v == NULL && i > 0)
		v = json_object_get(r->stack[--i], part);
	while (v != NULL && name[n] == '.') {
		name += n + 1;
		n = strcspn(name, ".");
		memcpy(part, name, n);
		part[n] = '\0';
		v = json_object_get(v, part);
	}
	return v;
}

static void
variable(struct run *r, const char *where, const char *name)
{
	const json_t	*v = find(r, name);
	char		 digits[24];
	int		 n;

	if (json_is_string(v)) {
		escape(r, json_string_value(v), json_string_length(v));
	} else if (json_is_integer(v)) {
		n = snprintf(digits, sizeof(digits), "%" JSON_INTEGER_FORMAT,
		    json_integer_value(v));
		put(r, digits, (size_t)n);
	} else {
		fail(r, where, name, v == NULL ? "absent" :
		    "neither a text nor a whole number");
	}
}

/* A key with its "@" parts filled in; 0, or -1 after a failure. */
static int
key_fill(char out[WORDS_KEY_MAX], struct run *r, const struct tag *t)
{
	const char	*p = t->name, *s;
	char		 part[TEMPLATE_NAME_MAX + 1];
	size_t		 len = 0, n;

	for (;;) {
		n = strcspn(p, ".");
		memcpy(part, p, n);
		part[n] = '\0';
		s = part[0] != '@' ? part :
		    json_string_value(find(r, part + 1));
		if (s == NULL || len + strlen(s) + 2 > WORDS_KEY_MAX) {
			fail(r, t->from, t->name, "no such key");
			return -1;
		}
		len += (size_t)snprintf(out + len, WORDS_KEY_MAX - len,
		    "%s%s", len == 0 ? "" : ".", s);
		if (p[n] == '\0')
			return 0;
		p += n + 1;
	}
}

/* Words, with a value in each {place}. */
static void
words(struct run *r, const struct tag *t)
{
	const char	*s, *open, *close;
	char		 key[WORDS_KEY_MAX], name[TEMPLATE_NAME_MAX + 1];
	size_t		 n;

	if (key_fill(key, r, t) != 0)
		return;
	if ((s = words_get(r->lang, key)) == NULL) {
		fail(r, t->from, key, "no such words");
		return;
	}
	while ((open = strchr(s, '{')) != NULL && !r->failed) {
		close = strchr(open, '}');
		n = close == NULL ? 0 : (size_t)(close - open) - 1;
		if (n == 0 || n > TEMPLATE_NAME_MAX) {
			fail(r, t->from, key, "words with an open {");
			return;
		}
		escape(r, s, (size_t)(open - s));
		memcpy(name, open + 1, n);
		name[n] = '\0';
		variable(r, t->from, name);
		s = close + 1;
	}
	escape(r, s, strlen(s));
}

static void
partial(struct run *r, const struct tag *t)
{
	const char	*name = r->name, *base = r->base;
	size_t		 i;

	for (i = 0; i < public_pages_n; i++)
		if (strcmp(public_pages[i].name, t->name) == 0)
			break;
	if (i == public_pages_n) {
		fail(r, t->from, t->name, "no such template");
		return;
	}
	r->name = public_pages[i].name;
	r->base = public_pages[i].text;
	block(r, r->base, NULL, 1);
	if (r->failed)
		return;
	r->name = name;
	r->base = base;
}

static int
says(const json_t *v)
{
	if (json_is_string(v))
		return json_string_length(v) > 0;
	if (json_is_integer(v))
		return json_integer_value(v) != 0;
	if (json_is_array(v))
		return json_array_size(v) > 0;
	return json_is_true(v) || json_is_object(v);
}

/* One round of a section, in v; returns what comes after its end. */
static const char *
round_of(struct run *r, const struct tag *t, const json_t *v)
{
	const char	*p;

	if (r->values == TEMPLATE_DEPTH_MAX) {
		fail(r, t->from, t->name, "nested deeper than may be");
		return NULL;
	}
	r->stack[r->values++] = v;
	p = block(r, t->to, t, 1);
	r->values--;
	return p;
}

static const char *
section(struct run *r, const struct tag *t, int on)
{
	const json_t	*v = on ? find(r, t->name) : NULL;
	const char	*p = NULL;
	size_t		 i;

	if (!on || says(v) == (t->kind == '^'))
		return block(r, t->to, t, 0);
	if (t->kind == '^')
		return block(r, t->to, t, 1);
	if (!json_is_array(v))
		return round_of(r, t, v);
	for (i = 0; i < json_array_size(v) && !r->failed; i++)
		p = round_of(r, t, json_array_get(v, i));
	return p;
}

/* A tag that is alone on its line takes the line along. */
static void
widen(const struct run *r, struct tag *t)
{
	const char	*from = t->from, *to = t->to;

	if (strchr("#^/>!", t->kind) == NULL)
		return;
	while (from > r->base && (from[-1] == ' ' || from[-1] == '\t'))
		from--;
	to += strspn(to, " \t");
	if ((from > r->base && from[-1] != '\n') || *to != '\n')
		return;
	t->from = from;
	t->to = to + 1;
}

/* The next tag from p on: 1; 0 when there is none; -1 after a failure. */
static int
tag_next(struct tag *t, struct run *r, const char *p)
{
	const char	*s, *close;
	size_t		 n;

	if ((t->from = strstr(p, "{{")) == NULL)
		return 0;
	s = t->from + 2;
	t->kind = ' ';
	if (*s != '\0' && strchr("#^/>=!", *s) != NULL)
		t->kind = *s++;
	close = strstr(s, "}}");
	n = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789_.@-");
	if (close == NULL || (t->kind != '!' && (n == 0 ||
	    n > TEMPLATE_NAME_MAX || s + n != close))) {
		fail(r, t->from, "", "not a tag");
		return -1;
	}
	n = t->kind == '!' ? 0 : n;
	memcpy(t->name, s, n);
	t->name[n] = '\0';
	t->to = close + 2;
	widen(r, t);
	if (++r->tags > TEMPLATE_TAGS_MAX) {
		fail(r, t->from, t->name, "more tags than may be");
		return -1;
	}
	return 1;
}

static const char *
carry_out(struct run *r, const struct tag *t, int on)
{
	switch (t->kind) {
	case '#':
	case '^':
		return section(r, t, on);
	case '>':
		if (on)
			partial(r, t);
		break;
	case '=':
		if (on)
			words(r, t);
		break;
	case '!':
		break;
	default:
		if (on)
			variable(r, t->from, t->name);
		break;
	}
	return t->to;
}

/* Text up to the end of section of (NULL: of the template); what follows. */
static const char *
block(struct run *r, const char *p, const struct tag *of, int on)
{
	struct tag	t;

	if (++r->depth > TEMPLATE_DEPTH_MAX)
		fail(r, p, of == NULL ? "" : of->name,
		    "nested deeper than may be");
	while (!r->failed && tag_next(&t, r, p) == 1) {
		if (on)
			put(r, p, (size_t)(t.from - p));
		if (t.kind != '/') {
			p = carry_out(r, &t, on);
			continue;
		}
		if (of == NULL || strcmp(of->name, t.name) != 0)
			fail(r, t.from, t.name, "ends what did not begin");
		r->depth--;
		return t.to;
	}
	if (of != NULL)
		fail(r, of->from, of->name, "has no end");
	if (!r->failed && on)
		put(r, p, strlen(p));
	r->depth--;
	return NULL;
}

int
template_text(struct buf *out, const char *name, const char *text,
    const json_t *value, enum lang lang)
{
	struct run	r = { .out = out, .lang = lang, .name = name,
			    .base = text, .stack = { value }, .values = 1 };

	block(&r, text, NULL, 1);
	return r.failed || out->failed ? -1 : 0;
}

int
template_render(struct buf *out, const char *name, const json_t *value,
    enum lang lang)
{
	size_t	i;

	for (i = 0; i < public_pages_n; i++)
		if (strcmp(public_pages[i].name, name) == 0)
			return template_text(out, name, public_pages[i].text,
			    value, lang);
	log_warnx("template %s: there is none", name);
	return -1;
}
