/* SPDX-License-Identifier: EUPL-1.2 */
/* KVK numbers as people write them. */
#include <string.h>

#include "verifier/cli/cli.h"
#include "verifier/cli/kvk.h"

enum { DIGITS_MAX = 12 };

/* Bytes of what stands between digits only to be read more easily, or 0. */
static size_t
filler(const char *text, size_t len)
{
	if (*text == ' ' || *text == '.' || *text == '-' || *text == '\t')
		return 1;
	/* The no-break space that web pages and spreadsheets have. */
	return len >= 2 && memcmp(text, "\xc2\xa0", 2) == 0 ? 2 : 0;
}

/* The digits of text, n of them; 0 when there is anything else. */
static size_t
digits(char out[DIGITS_MAX + 1], const char *text, size_t len)
{
	size_t	i = 0, n = 0, skip;

	while (i < len) {
		skip = filler(text + i, len - i);
		i += skip;
		if (skip > 0)
			continue;
		if (text[i] < '0' || text[i] > '9' || n == DIGITS_MAX)
			return 0;
		out[n++] = text[i++];
	}
	out[n] = '\0';
	return n;
}

enum cli_kvk
cli_kvk(char number[CLI_KVK_LEN + 1], const char *text, size_t len)
{
	char	found[DIGITS_MAX + 1];

	number[0] = '\0';
	switch (digits(found, text, len)) {
	case CLI_KVK_LEN:
		memcpy(number, found, CLI_KVK_LEN + 1);
		return CLI_KVK_GOOD;
	case CLI_KVK_LEN - 1:
		number[0] = '0';
		memcpy(number + 1, found, CLI_KVK_LEN);
		return CLI_KVK_SEVEN;
	case 9:
		return CLI_KVK_RSIN;
	case DIGITS_MAX:
		return CLI_KVK_BRANCH;
	}
	return CLI_KVK_OTHER;
}

const char *
cli_kvk_hint(enum cli_kvk kvk)
{
	switch (kvk) {
	case CLI_KVK_GOOD:
		break;
	case CLI_KVK_SEVEN:
		return cli_word("7 cijfers; is de nul vooraan weggevallen? "
		    "Bedoelde u %s",
		    "7 digits; was the leading zero dropped? Did you mean %s");
	case CLI_KVK_RSIN:
		return cli_word("9 cijfers; dat lijkt een RSIN. Een "
		    "KVK-nummer heeft 8 cijfers",
		    "9 digits; that looks like an RSIN. A KVK number has 8 "
		    "digits");
	case CLI_KVK_BRANCH:
		return cli_word("12 cijfers; dat lijkt een vestigingsnummer. "
		    "Een KVK-nummer heeft 8 cijfers",
		    "12 digits; that looks like a branch number "
		    "(vestigingsnummer). A KVK number has 8 digits");
	case CLI_KVK_OTHER:
		return cli_word("een KVK-nummer heeft 8 cijfers",
		    "a KVK number has 8 digits");
	}
	return "";
}
