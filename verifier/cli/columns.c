/* SPDX-License-Identifier: EUPL-1.2 */
/* Headers and cells of a buyer's spreadsheet; see columns.h. */
#include <string.h>

#include "verifier/attestation.h"
#include "verifier/cli/columns.h"

enum { HEADER_MAX = 32, DIGITS_MAX = 20, EXPONENT_MAX = 20 };

static const struct {
	const char	*header;
	enum column	 column;
} headers[] = {
	{ "kvk",			COLUMN_KVK },
	{ "kvknummer",			COLUMN_KVK },
	{ "kvknr",			COLUMN_KVK },
	{ "kvknumber",			COLUMN_KVK },
	{ "kamervankoophandel",		COLUMN_KVK },
	{ "kamervankoophandelnummer",	COLUMN_KVK },
	{ "nummerkamervankoophandel",	COLUMN_KVK },
	{ "handelsregisternummer",	COLUMN_KVK },
	{ "chamberofcommerce",		COLUMN_KVK },
	{ "chamberofcommercenumber",	COLUMN_KVK },
	{ "coc",			COLUMN_KVK },
	{ "cocnumber",			COLUMN_KVK },
	{ "website",			COLUMN_HOST },
	{ "web",			COLUMN_HOST },
	{ "webadres",			COLUMN_HOST },
	{ "internetadres",		COLUMN_HOST },
	{ "homepage",			COLUMN_HOST },
	{ "site",			COLUMN_HOST },
	{ "url",			COLUMN_HOST },
	{ "domein",			COLUMN_HOST },
	{ "domeinnaam",			COLUMN_HOST },
	{ "domain",			COLUMN_HOST },
	{ "domainname",			COLUMN_HOST },
	{ "keurmerk",			COLUMN_NUMBER },
	{ "keurmerknummer",		COLUMN_NUMBER },
	{ "keurmerknr",			COLUMN_NUMBER },
	{ "mark",			COLUMN_NUMBER },
	{ "marknumber",			COLUMN_NUMBER },
	{ "naam",			COLUMN_NAME },
	{ "name",			COLUMN_NAME },
	{ "leverancier",		COLUMN_NAME },
	{ "leveranciersnaam",		COLUMN_NAME },
	{ "naamleverancier",		COLUMN_NAME },
	{ "bedrijf",			COLUMN_NAME },
	{ "bedrijfsnaam",		COLUMN_NAME },
	{ "organisatie",		COLUMN_NAME },
	{ "crediteur",			COLUMN_NAME },
	{ "supplier",			COLUMN_NAME },
	{ "suppliername",		COLUMN_NAME },
	{ "company",			COLUMN_NAME },
	{ "companyname",		COLUMN_NAME },
	{ "id",				COLUMN_ID },
	{ "leveranciersnummer",		COLUMN_ID },
	{ "leveranciersnr",		COLUMN_ID },
	{ "crediteurnummer",		COLUMN_ID },
	{ "crediteurnr",		COLUMN_ID },
	{ "suppliernumber",		COLUMN_ID },
	{ "supplierid",			COLUMN_ID }
};

static int
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static uint8_t
lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c - 'A' + 'a') : c;
}

enum column
column_of(struct km_bytes header)
{
	char	name[HEADER_MAX];
	size_t	i, n = 0;
	uint8_t	c;

	for (i = 0; i < header.len; i++) {
		c = lower(header.p[i]);
		if (!is_digit(c) && (c < 'a' || c > 'z') && c < 0x80)
			continue;
		if (n == HEADER_MAX - 1)
			return COLUMN_NONE;
		name[n++] = (char)c;
	}
	name[n] = '\0';
	for (i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		if (strcmp(name, headers[i].header) == 0)
			return headers[i].column;
	return COLUMN_NONE;
}

/* Bytes of white space that s begins with: 0, 1 or more. */
static size_t
blank(const uint8_t *p, size_t len)
{
	static const struct {
		char	p[4];
		size_t	len;
	} wide[] = {			/* U+00A0, U+2007, U+202F, U+FEFF */
		{ "\xc2\xa0", 2 }, { "\xe2\x80\x87", 3 },
		{ "\xe2\x80\xaf", 3 }, { "\xef\xbb\xbf", 3 }
	};
	size_t	i;

	if (len > 0 && (*p == ' ' || (*p >= '\t' && *p <= '\r')))
		return 1;
	for (i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		if (len >= wide[i].len &&
		    memcmp(p, wide[i].p, wide[i].len) == 0)
			return wide[i].len;
	return 0;
}

struct km_bytes
cell_trim(struct km_bytes b)
{
	size_t	i, n, end = 0;

	while ((n = blank(b.p, b.len)) > 0) {
		b.p += n;
		b.len -= n;
	}
	for (i = 0; i < b.len; i += n)
		if ((n = blank(b.p + i, b.len - i)) == 0) {
			n = 1;
			end = i + 1;
		}
	b.len = end;
	return b;
}

/* An apostrophe in front, or ="..." around it: "this is text". */
static struct km_bytes
unwrap(struct km_bytes b)
{
	static const uint8_t	curly[3] = { 0xe2, 0x80, 0x99 };

	for (;;) {
		b = cell_trim(b);
		if (b.len > 0 && (b.p[0] == '\'' || b.p[0] == '`')) {
			b.p++;
			b.len--;
		} else if (b.len >= sizeof(curly) &&
		    memcmp(b.p, curly, sizeof(curly)) == 0) {
			b.p += sizeof(curly);
			b.len -= sizeof(curly);
		} else
			break;
	}
	if (b.len >= 1 && b.p[0] == '=') {
		b.p++;
		b.len--;
	}
	if (b.len >= 2 && b.p[0] == '"' && b.p[b.len - 1] == '"') {
		b.p++;
		b.len -= 2;
	}
	return cell_trim(b);
}

/* A number in parts: digits before and behind its mark, and an exponent. */
struct number {
	char	 digits[CELL_DIGITS_MAX];
	size_t	 n;			/* all of them */
	size_t	 whole;			/* of them before the mark */
	int	 exponent;		/* -1: none */
};

/* E7, e+07. */
static int
exponent(struct number *x, const uint8_t *p, size_t len)
{
	size_t	i = len > 0 && p[0] == '+';

	if (i == len)
		return 0;
	for (x->exponent = 0; i < len; i++) {
		if (!is_digit(p[i]) || x->exponent > EXPONENT_MAX)
			return 0;
		x->exponent = x->exponent * 10 + (p[i] - '0');
	}
	return 1;
}

/*
 * Is the mark at i, behind n digits, one between groups of three, or before a
 * fraction? Groups go on to the end or to the next mark.
 */
static int
is_group(const uint8_t *p, size_t len, size_t i, size_t n)
{
	return n <= 3 && i + 3 < len && is_digit(p[i + 1]) && is_digit(p[i + 2]) &&
	    is_digit(p[i + 3]) && (i + 4 == len || p[i + 4] == '.' ||
	    p[i + 4] == ',');
}

/* 1 when it is a number and nothing else. */
static int
take_apart(struct number *x, struct km_bytes b)
{
	size_t	i, n, run = 0;		/* digits since the last mark */
	int	fraction = 0;

	memset(x, 0, sizeof(*x));
	x->exponent = -1;
	for (i = 0; i < b.len; i += n) {
		n = 1;
		if (is_digit(b.p[i])) {
			if (x->n == DIGITS_MAX)
				return 0;
			x->digits[x->n++] = (char)b.p[i];
			x->whole += !fraction;
			run++;
		} else if (x->n > 0 && (b.p[i] == '.' || b.p[i] == ',')) {
			if (fraction)
				return 0;
			fraction = !is_group(b.p, b.len, i, run);
			run = 0;
		} else if (x->n > 0 && lower(b.p[i]) == 'e')
			return exponent(x, b.p + i + 1, b.len - i - 1);
		else if ((n = blank(b.p + i, b.len - i)) == 0)
			return 0;
	}
	return x->n > 0;
}

enum cell_kind
cell_number(char out[CELL_DIGITS_MAX], int *cleaned, struct km_bytes cell)
{
	struct km_bytes	b = unwrap(cell);
	struct number	x;
	size_t		i, whole;

	out[0] = '\0';
	*cleaned = 0;
	if (!take_apart(&x, b))
		return CELL_TEXT;
	whole = x.whole + (x.exponent > 0 ? (size_t)x.exponent : 0);
	/* Of 1.23457E+07 the last digits are gone, or it is not a number. */
	if (whole > x.n)
		return CELL_ROUNDED;
	for (i = whole; i < x.n; i++)
		if (x.digits[i] != '0')
			return CELL_FRACTION;
	memcpy(out, x.digits, whole);
	out[whole] = '\0';
	*cleaned = cell.len != whole || memcmp(cell.p, out, whole) != 0;
	return CELL_DIGITS;
}

/* Where the part of s that may be a host ends. */
static size_t
host_end(struct km_bytes b)
{
	size_t	i;

	for (i = 0; i < b.len; i++)
		if (strchr("/?#:\\", b.p[i]) != NULL)
			break;
	return i;
}

static struct km_bytes
without_scheme(struct km_bytes b)
{
	static const char *const	scheme[] = { "https://", "http://" };
	size_t				i, j, len;

	for (i = 0; i < 2; i++) {
		len = strlen(scheme[i]);
		for (j = 0; j < len && j < b.len; j++)
			if (lower(b.p[j]) != (uint8_t)scheme[i][j])
				break;
		if (j == len)
			return (struct km_bytes){ b.p + len, b.len - len };
	}
	return b;
}

int
cell_host(char out[CELL_HOST_MAX], struct km_bytes cell)
{
	struct km_bytes	b = without_scheme(cell_trim(cell));
	size_t		i;

	out[0] = '\0';
	b.len = host_end(b);
	if (b.len > 0 && b.p[b.len - 1] == '.')
		b.len--;
	if (b.len == 0 || b.len >= CELL_HOST_MAX)
		return 0;
	for (i = 0; i < b.len; i++)
		out[i] = (char)lower(b.p[i]);
	out[b.len] = '\0';
	b.p = (const uint8_t *)out;
	if (km_is_host(b))
		return 1;
	out[0] = '\0';
	return 0;
}
