/* SPDX-License-Identifier: EUPL-1.2 */
/* Reading data-picture: "VERSION VARIANT LANG STATUS DATE". */
#include <string.h>

#include "cbor.h"
#include "json.h"
#include "picture.h"

enum { FIELDS = 5, YEAR_MONTH_DAY = 10 };

/* Exactly as many fields, one space between. */
static int
split(struct km_bytes field[FIELDS], struct km_bytes s)
{
	size_t	i, n = 0;

	field[0] = (struct km_bytes){ s.p, 0 };
	for (i = 0; i < s.len; i++)
		if (s.p[i] != ' ')
			field[n].len++;
		else if (++n == FIELDS)
			return 0;
		else
			field[n] = (struct km_bytes){ s.p + i + 1, 0 };
	return n == FIELDS - 1;
}

/* Which of n words it is, or -1. */
static int
word(struct km_bytes s, const char *const *words, int n)
{
	int	i;

	for (i = 0; i < n; i++)
		if (km_bytes_equal(s, km_bytes_of(words[i])))
			return i;
	return -1;
}

/* 1 to 65535 without a zero in front; 0 for anything else. */
static unsigned int
version(struct km_bytes s)
{
	unsigned int	v = 0;
	size_t		i;

	if (s.len < 1 || s.len > 5 || s.p[0] == '0')
		return 0;
	for (i = 0; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return 0;
		v = v * 10 + (unsigned int)(s.p[i] - '0');
	}
	return v <= 65535 ? v : 0;
}

/*
 * The day that is written so, or -1: a guess from the digits that is a few
 * days early, then on until the text is the same.
 */
static int64_t
day_of(struct km_bytes s)
{
	char	iso[KM_ISO_MAX];
	int64_t	year = 0, day;
	int	i, month;

	if (s.len != YEAR_MONTH_DAY)
		return -1;
	for (i = 0; i < YEAR_MONTH_DAY; i++)
		if (i != 4 && i != 7 && (s.p[i] < '0' || s.p[i] > '9'))
			return -1;
	for (i = 0; i < 4; i++)
		year = year * 10 + s.p[i] - '0';
	month = (s.p[5] - '0') * 10 + s.p[6] - '0';
	if (year < 1970 || month < 1 || month > 12)
		return -1;
	day = (year - 1970) * 365 + (year - 1969) / 4 - (year - 1901) / 100 +
	    (year - 1601) / 400 + (month - 1) * 30 - 2;
	for (i = 0; i < 40; i++, day++) {
		km_iso_day(iso, day);
		if (memcmp(iso, s.p, YEAR_MONTH_DAY) == 0)
			return day;
	}
	return -1;
}

enum km_err
km_picture_parse(struct km_picture *out, struct km_bytes s)
{
	static const char	*const variants[] = { "light", "dark",
	    "mono" };
	static const char	*const langs[] = { "nl", "en" };
	static const char	*const statuses[] = { "valid", "withdrawn",
	    "suspended", "superseded" };
	struct km_bytes		 field[FIELDS];
	int			 variant, lang;

	memset(out, 0, sizeof(*out));
	out->status = KM_STATUS_NONE;
	if (!split(field, s) || (out->version = version(field[0])) == 0)
		return KM_ERR_VALUE;
	if (out->version != KM_DRAWING)
		return KM_ERR_VERSION;
	variant = word(field[1], variants, 3);
	lang = word(field[2], langs, 2);
	if (variant < 0 || lang < 0)
		return KM_ERR_VALUE;
	out->variant = (enum km_variant)variant;
	out->lang = (enum km_picture_lang)lang;
	out->status = word(field[3], statuses, 4);
	if (out->status >= 0)
		return (out->day = day_of(field[4])) >= 0 ? KM_OK :
		    KM_ERR_VALUE;
	return km_bytes_equal(field[3], km_bytes_of("none")) &&
	    km_bytes_equal(field[4], km_bytes_of("-")) ? KM_OK :
	    KM_ERR_VALUE;
}
