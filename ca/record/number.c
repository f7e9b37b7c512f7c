/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Mark numbers KM-YYYY-NNNNNN-C (schemas/attestation.cddl), and dates of the
 * proleptic Gregorian calendar in UTC, without the C library's clock, time
 * zone or locale. Dates in text are RFC 3339 section 5.6, always with Z.
 */
#include <stdio.h>
#include <string.h>

#include "number.h"

enum {
	YEAR_MIN = 1970, YEAR_MAX = 9999,
	SEQ_MAX = 999999,
	PLAIN_LEN = 12,			/* KMYYYYNNNNNN */
	DATE_LEN = 10, TIME_LEN = 20,	/* 2026-11-24, 2026-11-24T00:00:00Z */
	DAY = 86400			/* seconds */
};

struct day {
	unsigned int	year, month, day;	/* month and day from 1 */
};

int
number_format(char out[KM_NUMBER_LEN + 1], unsigned int year,
    unsigned int seq)
{
	char	plain[PLAIN_LEN + 1];

	if (year < YEAR_MIN || year > YEAR_MAX || seq < 1 || seq > SEQ_MAX)
		return -1;
	snprintf(plain, sizeof(plain), "KM%04u%06u", year % 10000,
	    seq % 1000000);
	snprintf(out, KM_NUMBER_LEN + 1, "KM-%.4s-%.6s-%c", plain + 2,
	    plain + 6, km_number_check(plain, PLAIN_LEN));
	return 0;
}

/* n decimal digits, or -1. */
static int
digits(const uint8_t *p, size_t n)
{
	int	v = 0;
	size_t	i;

	for (i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return -1;
		v = v * 10 + (p[i] - '0');
	}
	return v;
}

int
number_parse(struct km_bytes number, unsigned int *year, unsigned int *seq)
{
	int	y, s;

	if (!km_number_valid(number))
		return -1;
	y = digits(number.p + 3, 4);
	s = digits(number.p + 8, 6);
	if (y < YEAR_MIN || s < 1)
		return -1;
	*year = (unsigned int)y;
	*seq = (unsigned int)s;
	return 0;
}

static int
is_leap(unsigned int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static unsigned int
month_days(unsigned int year, unsigned int month)
{
	static const unsigned char	n[12] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};

	return n[month - 1] + (month == 2 && is_leap(year) ? 1U : 0U);
}

/* Days from 1970-01-01 to the first of January of year. */
static int64_t
year_start(unsigned int year)
{
	int64_t	y = (int64_t)year - 1;	/* whole years since year 1 */

	/* 719162: the same count for 1970. */
	return y * 365 + y / 4 - y / 100 + y / 400 - 719162;
}

/* Times outside 1970-9999 are not ours to show: the nearest that is. */
static int64_t
within(int64_t at)
{
	return at < 0 ? 0 : at > KM_TIME_MAX ? KM_TIME_MAX : at;
}

static struct day
day_of(int64_t at)
{
	struct day	d;
	int64_t		days, left;

	days = within(at) / DAY;
	/* Never too late, and at most a few years too early. */
	d.year = (unsigned int)(YEAR_MIN + days / 366);
	while (d.year < YEAR_MAX && year_start(d.year + 1) <= days)
		d.year++;
	left = days - year_start(d.year);
	for (d.month = 1; left >= month_days(d.year, d.month); d.month++)
		left -= month_days(d.year, d.month);
	d.day = (unsigned int)left + 1;
	return d;
}

unsigned int
date_year(int64_t at)
{
	return day_of(at).year;
}

int64_t
date_midnight(int64_t at)
{
	return within(at) / DAY * DAY;
}

int64_t
date_of(unsigned int year, unsigned int month, unsigned int day)
{
	int64_t		days;
	unsigned int	m;

	if (year < YEAR_MIN || year > YEAR_MAX || month < 1 || month > 12 ||
	    day < 1 || day > month_days(year, month))
		return -1;
	days = year_start(year) + day - 1;
	for (m = 1; m < month; m++)
		days += month_days(year, m);
	return days * DAY;
}

void
date_format(char out[11], int64_t at)
{
	struct day	d = day_of(at);

	snprintf(out, DATE_LEN + 1, "%04u-%02u-%02u", d.year % 10000,
	    d.month % 100, d.day % 100);
}

void
date_time_format(char out[21], int64_t at)
{
	unsigned int	s = (unsigned int)(within(at) % DAY);

	date_format(out, at);
	snprintf(out + DATE_LEN, TIME_LEN - DATE_LEN + 1, "T%02u:%02u:%02uZ",
	    s / 3600 % 24, s / 60 % 60, s % 60);
}

/* "Thh:mm:ssZ" in seconds, or -1; there is no leap second in our times. */
static int64_t
parse_clock(const uint8_t *p)
{
	int	h, m, s;

	if (p[0] != 'T' || p[3] != ':' || p[6] != ':' || p[9] != 'Z')
		return -1;
	h = digits(p + 1, 2);
	m = digits(p + 4, 2);
	s = digits(p + 7, 2);
	if (h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 59)
		return -1;
	return h * 3600 + m * 60 + s;
}

int
date_parse(const char *text, int64_t *out)
{
	const uint8_t	*p = (const uint8_t *)text;
	int64_t		 at, clock = 0;
	size_t		 len = strlen(text);
	int		 y, m, d;

	if ((len != DATE_LEN && len != TIME_LEN) || p[4] != '-' ||
	    p[7] != '-')
		return -1;
	y = digits(p, 4);
	m = digits(p + 5, 2);
	d = digits(p + 8, 2);
	if (y < 0 || m < 0 || d < 0)
		return -1;
	at = date_of((unsigned int)y, (unsigned int)m, (unsigned int)d);
	if (at == -1 || (len == TIME_LEN &&
	    (clock = parse_clock(p + DATE_LEN)) == -1))
		return -1;
	*out = at + clock;
	return 0;
}
