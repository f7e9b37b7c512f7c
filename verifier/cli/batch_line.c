/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One line of NDJSON: an object that has exactly one of badge (base64), file,
 * kvk, domain and number, and may have id, name, origin and holder. All are
 * text. A line that is not so has no verdict and says why; the next one is
 * read all the same.
 */
#include <string.h>

#include <jansson.h>

#include "verifier/attestation.h"
#include "verifier/cli/batch.h"

/* In this order they are looked for; the first five say what is asked. */
enum member { BADGE, PATH, KVK, DOMAIN, NUMBER, ID, NAME, ORIGIN, HOLDER,
    MEMBERS };
static const char *const names[MEMBERS] = {
	"badge", "file", "kvk", "domain", "number", "id", "name", "origin",
	"holder"
};

void
batch_line_end(struct batch_scratch *s)
{
	json_decref(s->line);
	s->line = NULL;
}

/* Every member one of ours, and text of a length that may be. */
static int
members(struct batch_answer *a, json_t *object, const char *value[MEMBERS])
{
	const char	*key;
	json_t		*v;
	size_t		 i;

	json_object_foreach(object, key, v) {
		for (i = 0; i < MEMBERS; i++)
			if (strcmp(key, names[i]) == 0)
				break;
		if (i == MEMBERS)
			return batch_fail(a, BATCH_MEMBER, cli_word(
			    "onbekend veld \"%.64s\"",
			    "unknown member \"%.64s\""), key);
		if (!json_is_string(v))
			return batch_fail(a, BATCH_MEMBER, cli_word(
			    "%s: verwacht tekst tussen aanhalingstekens",
			    "%s: expected text in quotes"), key);
		if (i != BADGE && json_string_length(v) > BATCH_TEXT_MAX)
			return batch_fail(a, BATCH_MEMBER, cli_word(
			    "%s: verwacht hoogstens %d bytes",
			    "%s: expected at most %d bytes"), key,
			    (int)BATCH_TEXT_MAX);
		value[i] = json_string_value(v);
	}
	return 1;
}

static int
policy(struct batch_answer *a, const char *origin, const char *holder)
{
	if (origin != NULL) {
		if (!batch_ask_also(a, &a->policy.origin, cli_bytes(origin),
		    "origin"))
			return 0;
		if (!km_is_host(a->policy.origin))
			return batch_fail(a, BATCH_MEMBER, cli_word(
			    "origin: verwacht de hostnaam van een website",
			    "origin: expected the host name of a website"));
	}
	if (holder != NULL) {
		if (!batch_ask_also(a, &a->policy.holder, cli_bytes(holder),
		    "holder"))
			return 0;
		if (!km_is_party(a->policy.holder))
			return batch_fail(a, BATCH_MEMBER, cli_word(
			    "holder: verwacht een KVK-nummer, NTRNL-..., "
			    "EUID of LEI", "holder: expected a KVK number, "
			    "NTRNL-..., EUID or LEI"));
	}
	return 1;
}

static int
sextet(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* RFC 4648 section 4, with its padding; 0 when it is not that. */
static int
base64(struct batch_scratch *s, const char *text, size_t len)
{
	unsigned int	bits = 0;
	size_t		i, pad = 0;
	int		v;

	if (len % 4 != 0 || !batch_grow(s, len / 4 * 3 + 1))
		return 0;
	while (pad < 2 && pad < len && text[len - 1 - pad] == '=')
		pad++;
	s->len = 0;
	for (i = 0; i < len - pad; i++) {
		if ((v = sextet(text[i])) < 0)
			return 0;
		bits = (bits << 6 | (unsigned int)v) & 0xffffff;
		if (i % 4 != 0)
			s->p[s->len++] = (uint8_t)(bits >> (6 - i % 4 * 2));
	}
	/* What is left over of the last byte must be zero. */
	return pad == 0 || (bits & ((1u << 2 * pad) - 1)) == 0;
}

static void
badge(struct batch *b, struct batch_answer *a, struct batch_scratch *s,
    const char *text)
{
	a->by = BATCH_BY_BADGE;
	if (base64(s, text, strlen(text)))
		batch_verify(b, a, (struct km_bytes){ s->p, s->len });
	else
		batch_fail(a, BATCH_BASE64, "%s", "");
}

static void
answer(struct batch *b, struct batch_answer *a, struct batch_scratch *s,
    const char *const value[MEMBERS])
{
	struct km_bytes	text;
	size_t		i, n = 0, which = 0;
	int		good = 1;

	for (i = BADGE; i <= NUMBER; i++)
		if (value[i] != NULL) {
			which = i;
			n++;
		}
	if (n != 1) {
		batch_fail(a, BATCH_MEMBER, cli_word("verwacht precies een "
		    "van badge, file, kvk, domain en number, gevonden %zu",
		    "expected exactly one of badge, file, kvk, domain and "
		    "number, found %zu"), n);
		return;
	}
	text = cli_bytes(value[which]);
	if (which == BADGE) {
		badge(b, a, s, value[which]);
		return;
	}
	if (which == PATH) {
		a->by = BATCH_BY_BADGE;
		a->given = text;
		if (batch_file(a, s, value[which]))
			batch_verify(b, a,
			    (struct km_bytes){ s->p, s->len });
		return;
	}
	good = which == KVK ? batch_ask_holder(a, text) :
	    which == DOMAIN ? batch_ask_host(a, text) :
	    batch_ask_number(a, text);
	if (good)
		batch_look_up(b, a);
}

void
batch_line(struct batch *b, struct batch_answer *a, struct batch_scratch *s)
{
	const char	*value[MEMBERS] = { NULL };
	json_error_t	 e;
	int		 good;

	s->line = json_loadb((const char *)a->row->text, a->row->len,
	    JSON_REJECT_DUPLICATES, &e);
	if (!json_is_object(s->line)) {
		batch_fail(a, BATCH_JSON, "%s", s->line != NULL ?
		    cli_word("geen object", "not an object") : e.text);
		return;
	}
	good = members(a, s->line, value);
	/* What was given to know the row by is kept whatever is wrong. */
	if (value[ID] != NULL)
		a->id = cli_bytes(value[ID]);
	if (value[NAME] != NULL)
		a->name = cli_bytes(value[NAME]);
	if (good && policy(a, value[ORIGIN], value[HOLDER]))
		answer(b, a, s, value);
}
