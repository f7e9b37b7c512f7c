/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * KVK numbers as people write them: with spaces, points and hyphens, from a
 * spreadsheet that dropped the leading zero, or another number of the same
 * register in its place.
 */
#ifndef CLI_KVK_H
#define CLI_KVK_H

#include <stddef.h>

enum { CLI_KVK_LEN = 8 };

enum cli_kvk {
	CLI_KVK_GOOD,			/* eight digits */
	CLI_KVK_SEVEN,			/* the leading zero may be gone */
	CLI_KVK_RSIN,			/* nine digits: RSIN */
	CLI_KVK_BRANCH,			/* twelve: vestigingsnummer */
	CLI_KVK_OTHER			/* no such thing */
};

/*
 * What text of len bytes is. number gets the eight digits where they are
 * there, with the zero in front where one is proposed; else it is empty. A
 * proposal is for a person to agree to, never to look up in silence.
 */
enum cli_kvk	 cli_kvk(char number[CLI_KVK_LEN + 1], const char *text,
		    size_t len);

/*
 * What to say of it: a sentence without a final full stop, in the language
 * that is set; "" for a good one. It may hold one "%s", for number.
 */
const char	*cli_kvk_hint(enum cli_kvk);

#endif
