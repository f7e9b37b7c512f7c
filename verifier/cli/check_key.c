/* SPDX-License-Identifier: EUPL-1.2 */
/* keurmerk check: a key from what people type and paste. */
#include <string.h>

#include "verifier/cli/check.h"
#include "verifier/cli/kvk.h"

static int
kvk(struct check *c)
{
	char		number[CLI_KVK_LEN + 1];
	enum cli_kvk	is = cli_kvk(number, c->text, strlen(c->text));

	if (is == CLI_KVK_GOOD) {
		memcpy(c->key, number, sizeof(number));
		return 1;
	}
	if (is == CLI_KVK_SEVEN)
		cli_error(cli_word("--kvk: \"%s\" heeft 7 cijfers; is de nul "
		    "vooraan weggevallen? Bedoelde u %s?",
		    "--kvk: \"%s\" has 7 digits; was the leading zero "
		    "dropped? Did you mean %s?"), c->text, number);
	else
		cli_error("--kvk: \"%s\": %s", c->text, cli_kvk_hint(is));
	return 0;
}

/* Past "https://" and up to where a host ends. */
static void
host_of(const char *text, const char **host, size_t *len)
{
	const char	*p = strstr(text, "://");

	*host = p != NULL ? p + 3 : text;
	while (**host == ' ')
		(*host)++;
	*len = strcspn(*host, "/?#: \t\\");
	while (*len > 0 && (*host)[*len - 1] == '.')
		(*len)--;
}

/* The whole of it is a host, or an address with one; it is said which. */
static int
domain(struct check *c)
{
	const char	*host;
	struct km_bytes	 key;
	size_t		 len;

	host_of(c->text, &host, &len);
	if (len >= sizeof(c->key)) {
		cli_error(cli_word("--domain: \"%s\" is langer dan een "
		    "hostnaam kan zijn", "--domain: \"%s\" is longer than a "
		    "host name can be"), c->text);
		return 0;
	}
	memcpy(c->key, host, len);
	if (!cli_origin(&key, "--domain", c->key))
		return 0;
	if (strcmp(c->key, c->text) != 0)
		cli_error(cli_word("--domain: gekeken is naar %s",
		    "--domain: looked for %s"), c->key);
	return 1;
}

static int
exact(struct check *c, const char *option, const char *expected)
{
	char	*p;

	if (strlen(c->text) >= sizeof(c->key)) {
		cli_error(cli_word("%s: te lang", "%s: too long"), option);
		return 0;
	}
	snprintf(c->key, sizeof(c->key), "%s", c->text);
	for (p = c->key; *p != '\0'; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	if (km_lookup_is_key((enum km_by)c->by, cli_bytes(c->key)))
		return 1;
	cli_error(cli_word("%s: verwacht %s, gevonden \"%s\"",
	    "%s: expected %s, found \"%s\""), option, expected, c->text);
	return 0;
}

int
check_key(struct check *c)
{
	if (c->by == CHECK_NAME) {
		if (c->text[0] != '\0')
			return 1;
		cli_error(cli_word("--name: verwacht een naam, gevonden niets",
		    "--name: expected a name, found nothing"));
		return 0;
	}
	if (c->by == KM_BY_HOST)
		return domain(c);
	if (c->by == KM_BY_NUMBER)
		return exact(c, "--number", cli_word("een keurmerknummer als "
		    "KM-2026-000123-P; het laatste teken controleert de rest",
		    "a mark number such as KM-2026-000123-P, whose last "
		    "character checks the rest"));
	if (c->key[0] == '\0')
		return kvk(c);
	return exact(c, "--id", cli_word("een KVK-nummer, NTRNL-..., "
	    "EUID of LEI", "a KVK number, NTRNL-..., EUID or LEI"));
}
