/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The words that people see. Verdicts, claims, levels and sentences are those
 * of schemas/glossary.json, which the program carries along; what only a
 * command line needs stands beside its use in both languages.
 */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "verifier/cli/cli.h"
#include "verifier/cli/glossary.h"
#include "verifier/json.h"

static enum cli_lang	 lang = CLI_NL;
static json_t		*glossary;

int
cli_set_lang(const char *name)
{
	if (strcmp(name, "nl") == 0)
		lang = CLI_NL;
	else if (strcmp(name, "en") == 0)
		lang = CLI_EN;
	else
		return 0;
	return 1;
}

enum cli_lang
cli_lang(void)
{
	return lang;
}

const char *
cli_word(const char *nl, const char *en)
{
	return lang == CLI_NL ? nl : en;
}

struct km_bytes
cli_bytes(const char *s)
{
	return (struct km_bytes){ (const uint8_t *)s, strlen(s) };
}

/* A broken glossary is our own broken promise: end, and say so. */
static void
broken(const char *what, const char *where)
{
	fprintf(stderr, "keurmerk: glossary: %s: %s\n", where, what);
	exit(CLI_ERROR);
}

static void
open_glossary(void)
{
	json_error_t	e;

	/* What is parsed is ours: no randomness from /dev is needed. */
	json_object_seed(1);
	glossary = json_loads(cli_texts[0].text, JSON_REJECT_DUPLICATES, &e);
	if (glossary == NULL)
		broken(e.text, "schemas/glossary.json");
}

const char *
cli_term(const char *path)
{
	const json_t	*j;
	const char	*dot, *p = path, *text;
	char		 key[64];
	size_t		 len;

	if (glossary == NULL)
		open_glossary();
	for (j = glossary; j != NULL && *p != '\0'; p += len + (dot != NULL)) {
		dot = strchr(p, '.');
		len = dot != NULL ? (size_t)(dot - p) : strlen(p);
		if (len >= sizeof(key))
			broken("key too long", path);
		memcpy(key, p, len);
		key[len] = '\0';
		j = json_object_get(j, key);
	}
	text = json_string_value(json_object_get(j,
	    lang == CLI_NL ? "nl" : "en"));
	if (text == NULL)
		broken("not there", path);
	return text;
}

const char *
cli_reason_word(int number)
{
	json_t		*reason;
	const char	*code;
	char		 path[64];

	if (glossary == NULL)
		open_glossary();
	json_object_foreach(json_object_get(glossary, "reasons"), code,
	    reason)
		if (json_integer_value(json_object_get(reason, "number")) ==
		    number)
			break;
	snprintf(path, sizeof(path), "reasons.%s", code != NULL ? code : "?");
	return cli_term(path);
}

void
cli_fill(FILE *f, const char *text, const struct cli_slot *slot)
{
	const struct cli_slot	*s;
	const char		*end;
	size_t			 len;
	char			 last = '\0';

	for (; *text != '\0'; text++) {
		/* A name that ends in one ends the sentence: "B.V." */
		if (*text == '.' && last == '.')
			continue;
		last = '\0';
		if (*text != '{' || (end = strchr(text, '}')) == NULL) {
			putc(*text, f);
			continue;
		}
		len = (size_t)(end - text) - 1;
		for (s = slot; s->name != NULL; s++)
			if (strlen(s->name) == len &&
			    memcmp(s->name, text + 1, len) == 0) {
				cli_put(f, s->value);
				last = s->value.len == 0 ? '\0' :
				    (char)s->value.p[s->value.len - 1];
			}
		text = end;
	}
}

static const char *const months[12][2] = {
	{ "januari", "January" }, { "februari", "February" },
	{ "maart", "March" }, { "april", "April" }, { "mei", "May" },
	{ "juni", "June" }, { "juli", "July" }, { "augustus", "August" },
	{ "september", "September" }, { "oktober", "October" },
	{ "november", "November" }, { "december", "December" }
};

void
cli_day(char out[CLI_DATE_MAX], int64_t day)
{
	char	iso[KM_ISO_MAX];
	int	month;

	out[0] = '\0';
	km_iso_day(iso, day);
	if (iso[0] == '\0')
		return;
	month = (iso[5] - '0') * 10 + iso[6] - '0';
	snprintf(out, CLI_DATE_MAX, "%d %s %.4s", (iso[8] - '0') * 10 +
	    iso[9] - '0', months[month - 1][lang], iso);
}

void
cli_moment(char out[CLI_DATE_MAX], int64_t t)
{
	char	iso[KM_ISO_MAX], day[CLI_DATE_MAX];
	size_t	len;

	out[0] = '\0';
	km_iso_time(iso, t);
	if (iso[0] == '\0')
		return;
	cli_day(day, t / 86400);
	len = strlen(day);
	memcpy(out, day, len);
	snprintf(out + len, CLI_DATE_MAX - len, " %.5s UTC", iso + 11);
}
