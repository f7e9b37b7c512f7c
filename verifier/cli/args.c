/* SPDX-License-Identifier: EUPL-1.2 */
/* Arguments with a form of their own, and what to say of a wrong one. */
#include <string.h>

#include "verifier/attestation.h"
#include "verifier/cli/cli.h"
#include "verifier/report.h"

static int
wrong(const char *option, const char *expected, const char *found)
{
	cli_error(cli_word("%s: verwacht %s, gevonden \"%s\"",
	    "%s: expected %s, found \"%s\""), option, expected, found);
	return 0;
}

/* n digits at *p, which it moves past; -1 when they are not. */
static int
digits(const char **p, int n)
{
	int	v = 0;

	for (; n > 0; n--, (*p)++) {
		if (**p < '0' || **p > '9')
			return -1;
		v = v * 10 + (**p - '0');
	}
	return v;
}

static int
literal(const char **p, char c)
{
	if (**p != c)
		return 0;
	(*p)++;
	return 1;
}

/*
 * Days from 1970 to a Gregorian date from then on. Not timegm(), which looks
 * at TZ and /etc/localtime for an answer that does not depend on them.
 */
static int64_t
day_of(int year, int month, int day)
{
	/* Counted from March, so that a leap day is the last of its year. */
	int64_t	y = month > 2 ? year : year - 1;
	int64_t	m = month > 2 ? month - 3 : month + 9;

	return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 +
	    day - 1 - 719468;
}

/* 2026-11-24 and 2026-11-24T10:00:00Z (RFC 3339, in UTC only). */
static int
iso_time(int64_t *out, const char *text)
{
	const char	*s = text;
	char		 iso[KM_ISO_MAX];
	int64_t		 t;
	int		 year, month, day, hour = 0, minute = 0, second = 0;

	if ((year = digits(&s, 4)) < 1970 || !literal(&s, '-') ||
	    (month = digits(&s, 2)) < 1 || month > 12 || !literal(&s, '-') ||
	    (day = digits(&s, 2)) < 1)
		return 0;
	if (*s != '\0' && (!literal(&s, 'T') ||
	    (hour = digits(&s, 2)) < 0 || !literal(&s, ':') ||
	    (minute = digits(&s, 2)) < 0 || !literal(&s, ':') ||
	    (second = digits(&s, 2)) < 0 || !literal(&s, 'Z') || *s != '\0'))
		return 0;
	t = day_of(year, month, day) * 86400 + hour * 3600 + minute * 60 +
	    second;
	/* 30 February, or 24:00, would read otherwise when written again. */
	km_iso_time(iso, t);
	if (memcmp(iso, text, strlen(text) > 10 ? 20 : 10) != 0)
		return 0;
	*out = t;
	return 1;
}

static int
number(uint64_t *out, const char *s, size_t len, uint64_t max)
{
	uint64_t	v = 0;
	size_t		i;

	if (len == 0)
		return 0;
	for (i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9' ||
		    v > (max - (uint64_t)(s[i] - '0')) / 10)
			return 0;
		v = v * 10 + (uint64_t)(s[i] - '0');
	}
	*out = v;
	return 1;
}

int
cli_time(int64_t *out, const char *option, const char *text)
{
	uint64_t	seconds;

	if (iso_time(out, text))
		return 1;
	if (number(&seconds, text, strlen(text), (uint64_t)KM_TIME_MAX)) {
		*out = (int64_t)seconds;
		return 1;
	}
	return wrong(option, cli_word(
	    "2026-11-24, 2026-11-24T10:00:00Z of seconden sinds 1970",
	    "2026-11-24, 2026-11-24T10:00:00Z or seconds since 1970"), text);
}

static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static int
hash(uint8_t out[KM_HASH_LEN], const char *s)
{
	size_t	i;

	if (strlen(s) != 2 * KM_HASH_LEN)
		return 0;
	for (i = 0; i < 2 * KM_HASH_LEN; i++)
		if (nibble(s[i]) < 0)
			return 0;
	for (i = 0; i < KM_HASH_LEN; i++)
		out[i] = (uint8_t)(nibble(s[2 * i]) << 4 |
		    nibble(s[2 * i + 1]));
	return 1;
}

int
cli_hash(uint8_t out[KM_HASH_LEN], const char *option, const char *text)
{
	return hash(out, text) || wrong(option, cli_word(
	    "een SHA-256 van 64 hexadecimale cijfers",
	    "a SHA-256 of 64 hexadecimal digits"), text);
}

int
cli_environment(enum km_environment *out, const char *option,
    const char *text)
{
	int	e;

	for (e = 0; e <= KM_ENVIRONMENT_EXERCISE; e++)
		if (strcmp(text,
		    km_environment_name((enum km_environment)e)) == 0) {
			*out = (enum km_environment)e;
			return 1;
		}
	return wrong(option, cli_word(
	    "production, demonstration of exercise",
	    "production, demonstration or exercise"), text);
}

/* Is the part of len bytes this word? */
static int
is_word(const char *part, size_t len, const char *word)
{
	return strlen(word) == len && memcmp(part, word, len) == 0;
}

static int
demand(struct km_demand *d, const char *text)
{
	const char	*service, *level;
	int		 v;

	if ((service = strchr(text, ':')) == NULL ||
	    (level = strchr(service + 1, ':')) == NULL)
		return 0;
	memset(d, 0, sizeof(*d));
	for (v = KM_CLAIM_BASIC_MEASURES; v <= KM_CLAIM_POLICY_ADVICE; v++)
		if (is_word(text, (size_t)(service - text),
		    km_claim_name((enum km_claim)v)))
			d->claim = (enum km_claim)v;
	service++;
	d->service = (struct km_bytes){ (const uint8_t *)service,
	    (size_t)(level - service) };
	level++;
	for (v = KM_LEVEL_BASIC; v <= KM_LEVEL_HIGH; v++)
		if (strcmp(level, km_level_name((enum km_level)v)) == 0)
			d->level = (enum km_level)v;
	return (int)d->claim != 0 && (int)d->level != 0;
}

int
cli_demand(struct km_demand *out, const char *option, const char *text)
{
	struct km_demand	d;

	if (!demand(&d, text))
		return wrong(option, cli_word(
		    "EIS:DIENST:NIVEAU, met EIS basic_measures of "
		    "policy_advice en NIVEAU basic, substantial of high; "
		    "zonder DIENST de organisatie als geheel",
		    "CLAIM:SERVICE:LEVEL with CLAIM basic_measures or "
		    "policy_advice and LEVEL basic, substantial or high; "
		    "without SERVICE the organisation as a whole"), text);
	*out = d;
	return 1;
}

int
cli_remember(struct km_policy *p, const char *option, const char *text)
{
	const char	*colon = strchr(text, ':');
	uint64_t	 n = 0;
	uint8_t		 h[KM_HASH_LEN];

	if (colon == NULL || !number(&n, text, (size_t)(colon - text),
	    UINT32_MAX) || n == 0 || !hash(h, colon + 1))
		return wrong(option, cli_word(
		    "NUMMER:HASH van de stand van het register, de hash in "
		    "64 hexadecimale cijfers",
		    "NUMBER:HASH of the epoch, the hash of 64 hexadecimal "
		    "digits"), text);
	p->epoch_number = (uint32_t)n;
	memcpy(p->epoch_hash, h, KM_HASH_LEN);
	return 1;
}

int
cli_origin(struct km_bytes *out, const char *option, char *text)
{
	char	*c;

	for (c = text; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	*out = cli_bytes(text);
	return km_is_host(*out) || wrong(option, cli_word(
	    "de hostnaam van de website, zoals www.voorbeeld.nl "
	    "(internationale namen als xn--...)",
	    "the host name of the website, such as www.example.nl "
	    "(international names as xn--...)"), text);
}
