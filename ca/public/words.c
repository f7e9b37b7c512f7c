/* SPDX-License-Identifier: EUPL-1.2 */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "ca/base/log.h"

#include "texts.h"
#include "words.h"

enum { FILES = 2 };

const char *
lang_code(enum lang lang)
{
	return lang == LANG_EN ? "en" : "nl";
}

/* Both files are ours and compiled in: read once, kept for good. */
static const json_t *
file(size_t i)
{
	static json_t	*read[FILES];
	json_error_t	 err;

	if (i >= FILES || i >= public_words_n)
		return NULL;
	if (read[i] == NULL && (read[i] = json_loads(public_words[i].text,
	    JSON_REJECT_DUPLICATES, &err)) == NULL)
		log_warnx("words: %s, line %d: %s", public_words[i].name,
		    err.line, err.text);
	return read[i];
}

void
words_open(void)
{
	size_t	i;

	for (i = 0; i < FILES; i++)
		file(i);
}

const json_t *
words_file(const char *name)
{
	size_t	i;

	for (i = 0; i < public_words_n; i++)
		if (strcmp(public_words[i].name, name) == 0)
			return file(i);
	return NULL;
}

/* The member at a dotted path, or NULL. */
static const json_t *
at(const json_t *v, const char *key)
{
	char	part[WORDS_KEY_MAX];
	size_t	n;

	while (v != NULL && *key != '\0') {
		n = strcspn(key, ".");
		if (n >= sizeof(part))
			return NULL;
		memcpy(part, key, n);
		part[n] = '\0';
		v = json_object_get(v, part);
		key += n + (key[n] == '.');
	}
	return v;
}

const char *
words_get(enum lang lang, const char *key)
{
	const char	*s;
	size_t		 i;

	for (i = 0; i < public_words_n; i++)
		if ((s = json_string_value(json_object_get(at(file(i), key),
		    lang_code(lang)))) != NULL)
			return s;
	return NULL;
}

json_t *
words_day(enum lang lang, int64_t at_)
{
	struct tm	 tm;
	time_t		 t = (time_t)at_;
	char		 key[32];
	const char	*month;

	if (gmtime_r(&t, &tm) == NULL)
		return json_null();
	snprintf(key, sizeof(key), "months.%d", tm.tm_mon + 1);
	month = words_get(lang, key);
	return json_sprintf("%d %s %d", tm.tm_mday, month == NULL ? "" : month,
	    tm.tm_year + 1900);
}

json_t *
words_time(int64_t at_)
{
	int	minutes = (int)(at_ / 60 % 1440);

	return json_sprintf("%02d:%02d", minutes / 60, minutes % 60);
}
