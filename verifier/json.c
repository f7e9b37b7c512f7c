/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Writer of JSON (RFC 8259). Text for people is written as it is where it is
 * of the closed repertoire; all else, and what HTML would read as markup, is
 * escaped, so that nothing in a report moves a cursor, turns the direction of
 * writing or ends a script element.
 */
#include <string.h>

#include "attestation.h"
#include "json.h"

enum { SECONDS_A_DAY = 86400 };

static const char hexdigits[] = "0123456789abcdef";

static void
put(struct km_json *j, const void *p, size_t len)
{
	size_t	room;

	if (j->len < j->cap) {
		room = j->cap - j->len;
		memcpy(j->out + j->len, p, len < room ? len : room);
	}
	j->len += len;
}

static void
put_char(struct km_json *j, char c)
{
	put(j, &c, 1);
}

static void
put_escape(struct km_json *j, unsigned int c)
{
	char	e[6] = { '\\', 'u' };
	int	i;

	for (i = 0; i < 4; i++)
		e[2 + i] = hexdigits[c >> (12 - 4 * i) & 0xf];
	put(j, e, sizeof(e));
}

unsigned int
km_character(const uint8_t *p, size_t len, size_t *n)
{
	static const unsigned int least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned int	c = p[0];
	size_t		i, want;

	want = c < 0x80 ? 1 : c >> 5 == 6 ? 2 : c >> 4 == 14 ? 3 :
	    c >> 3 == 30 ? 4 : 0;
	*n = 1;
	if (want == 0 || want > len)
		return 0xfffd;
	if (want > 1)
		c &= 0xffu >> (want + 1);
	for (i = 1; i < want; i++) {
		if (p[i] >> 6 != 2)
			return 0xfffd;
		c = c << 6 | (p[i] & 0x3fu);
	}
	if (c < least[want] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0xfffd;
	*n = want;
	return c;
}

static int
as_it_is(unsigned int c)
{
	if (c < 0x80)
		return c >= 0x20 && c < 0x7f && c != '"' && c != '\\' &&
		    c != '<' && c != '>' && c != '&';
	return (c >= 0xa1 && c <= 0x24f && c != 0xad) ||
	    (c >= 0x1e00 && c <= 0x1eff) || c == 0x2013 || c == 0x2014 ||
	    (c >= 0x2018 && c <= 0x2019) || (c >= 0x201c && c <= 0x201e) ||
	    c == 0x2022 || c == 0x2026 || c == 0x20ac;
}

/* How much of what p begins with is written as it is, byte by byte. */
static size_t
ascii_run(const uint8_t *p, size_t len)
{
	size_t	n = 0;

	while (n < len && p[n] < 0x80 && as_it_is(p[n]))
		n++;
	return n;
}

static void
put_text(struct km_json *j, const uint8_t *p, size_t len)
{
	unsigned int	c;
	size_t		i, n;

	put_char(j, '"');
	for (i = 0; i < len; i += n) {
		if ((n = ascii_run(p + i, len - i)) > 0) {
			put(j, p + i, n);
			continue;
		}
		c = km_character(p + i, len - i, &n);
		if (as_it_is(c))
			put(j, p + i, n);
		else if (c == '"' || c == '\\') {
			put_char(j, '\\');
			put_char(j, (char)c);
		} else if (c < 0x10000)
			put_escape(j, c);
		else {			/* a surrogate pair, RFC 8259 7 */
			put_escape(j, 0xd800 + ((c - 0x10000) >> 10));
			put_escape(j, 0xdc00 + ((c - 0x10000) & 0x3ff));
		}
	}
	put_char(j, '"');
}

/* Comma and key, if any: what stands before each value. */
static void
before(struct km_json *j, const char *key)
{
	if (j->comma)
		put_char(j, ',');
	if (key != NULL) {
		put_text(j, (const uint8_t *)key, strlen(key));
		put_char(j, ':');
	}
	j->comma = 1;
}

void
km_json_begin(struct km_json *j, char *out, size_t cap)
{
	j->out = out;
	j->cap = cap;
	j->len = 0;
	j->comma = 0;
}

size_t
km_json_end(struct km_json *j)
{
	if (j->cap > 0)
		j->out[j->len < j->cap ? j->len : j->cap - 1] = '\0';
	return j->len;
}

void
km_json_open(struct km_json *j, const char *key, char bracket)
{
	before(j, key);
	put_char(j, bracket);
	j->comma = 0;
}

void
km_json_close(struct km_json *j, char bracket)
{
	put_char(j, bracket);
	j->comma = 1;
}

void
km_json_int(struct km_json *j, const char *key, int64_t v)
{
	char		digits[20];
	size_t		at = sizeof(digits);
	uint64_t	u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

	before(j, key);
	do {
		digits[--at] = (char)('0' + u % 10);
	} while ((u /= 10) != 0);
	if (v < 0)
		put_char(j, '-');
	put(j, digits + at, sizeof(digits) - at);
}

void
km_json_null(struct km_json *j, const char *key)
{
	before(j, key);
	put(j, "null", 4);
}

void
km_json_bool(struct km_json *j, const char *key, int v)
{
	before(j, key);
	put(j, v ? "true" : "false", v ? 4 : 5);
}

void
km_json_string(struct km_json *j, const char *key, const char *s)
{
	before(j, key);
	put_text(j, (const uint8_t *)s, strlen(s));
}

void
km_json_text(struct km_json *j, const char *key, struct km_bytes s)
{
	before(j, key);
	put_text(j, s.p, s.len);
}

void
km_json_opt_text(struct km_json *j, const char *key, struct km_bytes s)
{
	if (s.len == 0)
		km_json_null(j, key);
	else
		km_json_text(j, key, s);
}

void
km_json_hex(struct km_json *j, const char *key, const uint8_t *p, size_t len)
{
	char	two[2];
	size_t	i;

	before(j, key);
	put_char(j, '"');
	for (i = 0; i < len; i++) {
		two[0] = hexdigits[p[i] >> 4];
		two[1] = hexdigits[p[i] & 0xf];
		put(j, two, sizeof(two));
	}
	put_char(j, '"');
}

static void
two(char *out, unsigned int v)
{
	out[0] = (char)('0' + v / 10 % 10);
	out[1] = (char)('0' + v % 10);
}

/*
 * The Gregorian date of a day since 1970. Counted from 1 March of year 0, so
 * that a leap day is the last of its year; 146,097 days are 400 years.
 */
void
km_iso_day(char out[KM_ISO_MAX], int64_t day)
{
	unsigned int	era, of_era, y, of_year, m, d;

	out[0] = '\0';
	if (day < 0 || day > KM_TIME_MAX_DAYS)
		return;
	day += 719468;			/* days from 0000-03-01 to 1970 */
	era = (unsigned int)(day / 146097);
	of_era = (unsigned int)(day % 146097);
	y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	of_year = of_era - (365 * y + y / 4 - y / 100);
	m = (5 * of_year + 2) / 153;	/* 0: March; 153 days in 5 months */
	d = of_year - (153 * m + 2) / 5 + 1;
	y += 400 * era + (m >= 10);
	m = m < 10 ? m + 3 : m - 9;
	two(out, y / 100);
	two(out + 2, y % 100);
	out[4] = out[7] = '-';
	two(out + 5, m);
	two(out + 8, d);
	out[10] = '\0';
}

void
km_iso_time(char out[KM_ISO_MAX], int64_t t)
{
	unsigned int	s;

	out[0] = '\0';
	if (t < 0 || t > KM_TIME_MAX)
		return;
	km_iso_day(out, t / SECONDS_A_DAY);
	s = (unsigned int)(t % SECONDS_A_DAY);
	out[10] = 'T';
	two(out + 11, s / 3600);
	two(out + 14, s / 60 % 60);
	two(out + 17, s % 60);
	out[13] = out[16] = ':';
	out[19] = 'Z';
	out[20] = '\0';
}

void
km_json_time(struct km_json *j, const char *key, int64_t t)
{
	char	iso[KM_ISO_MAX];

	km_iso_time(iso, t);
	km_json_string(j, key, iso);
}

void
km_json_day(struct km_json *j, const char *key, int64_t day)
{
	char	iso[KM_ISO_MAX];

	km_iso_day(iso, day);
	km_json_string(j, key, iso);
}
