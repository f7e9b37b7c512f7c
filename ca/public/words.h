/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Words: the texts people see, by key and language. schemas/glossary.json
 * has what all parts of keurmerk say, words.json what only pages say; a key
 * is a path in one of them ("sentences.page_valid", "home.title").
 */
#ifndef PUBLIC_WORDS_H
#define PUBLIC_WORDS_H

#include <jansson.h>

#include "answer.h"

enum { WORDS_KEY_MAX = 96 };

/* The text as it stands, with its {places}; NULL: no such key. */
const char	*words_get(enum lang, const char *key);
/* Read both; once, before a second thread asks. */
void		 words_open(void);
/* All of a file, for tests: "words" or "glossary"; NULL when unreadable. */
const json_t	*words_file(const char *name);

const char	*lang_code(enum lang);		/* "nl", "en" */

/*
 * Days and moments as people write them: "31 december 2028"; "14:05" (UTC).
 * Seconds since 1970. NULL: no memory.
 */
json_t		*words_day(enum lang, int64_t);
json_t		*words_time(int64_t);

#endif
