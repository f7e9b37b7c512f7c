/* SPDX-License-Identifier: EUPL-1.2 */
/* Path: what can be asked for, and how it is served; see path.h. */
#include <stddef.h>
#include <string.h>

#include "path.h"

#define FOREVER		"max-age=31536000, immutable"
#define MINUTE		"max-age=60"

#define TRUST		"application/keurmerk-trust+cose"
#define EPOCH		"application/keurmerk-epoch+cose"
#define STATUS		"application/statuslist+cwt"
#define CBOR		"application/cbor"
#define CBOR_SEQ	"application/cbor-seq"
#define JSON		"application/json"
#define OCTETS		"application/octet-stream"

/*
 * Lower case stands for itself. N: a number as it is written, without zeros
 * before it, at most ten digits. H: 64 hex digits. C: a code. D: a date. T: a
 * tile (c2sp.org/tlog-tiles).
 */
static const struct {
	const char	*pattern;
	enum path_kind	 kind;
	const char	*type, *cache;
} table[] = {
	{ "healthz",		PATH_HEALTH,	JSON,		"no-store" },
	{ "epoch",		PATH_EPOCH,	EPOCH,		MINUTE },
	{ "status/N",		PATH_STATUS,	STATUS,		MINUTE },
	{ "trust/N",		PATH_FILE,	TRUST,		FOREVER },
	{ "epochs/N",		PATH_FILE,	EPOCH,		FOREVER },
	{ "register/H",		PATH_RUN,	CBOR_SEQ,	FOREVER },
	{ "register/index/N",	PATH_FILE,	CBOR,		FOREVER },
	{ "scheme/C/N.json",	PATH_FILE,	JSON,		FOREVER },
	{ "bodies.json",	PATH_FILE,	JSON,		MINUTE },
	{ "log/tile/N/T",	PATH_FILE,	OCTETS,		FOREVER },
	{ "log/tile/entries/T",	PATH_FILE,	OCTETS,		FOREVER },
	{ "archive/D/epoch",	PATH_FILE,	EPOCH,		FOREVER },
	{ "archive/D/status/N",	PATH_FILE,	STATUS,		FOREVER }
};

static int
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Each takes what it can from s; how many bytes, or 0. */
static size_t
take_number(const char *s)
{
	size_t	n = 0;

	while (n < 11 && is_digit(s[n]))
		n++;
	return n > 10 || (n > 1 && s[0] == '0') ? 0 : n;
}

static size_t
take_hex(const char *s)
{
	size_t	n = 0;

	while (n < 64 && (is_digit(s[n]) || (s[n] >= 'a' && s[n] <= 'f')))
		n++;
	return n == 64 ? n : 0;
}

static size_t
take_code(const char *s)
{
	size_t	n = 0;

	while (n < 33 && (is_digit(s[n]) || (s[n] >= 'a' && s[n] <= 'z') ||
	    (n > 0 && s[n] == '-')))
		n++;
	return n > 32 ? 0 : n;
}

static size_t
take_date(const char *s)
{
	static const char	form[] = "0000-00-00";
	size_t			n;

	for (n = 0; form[n] != '\0'; n++)
		if (form[n] == '0' ? !is_digit(s[n]) : s[n] != form[n])
			return 0;
	return n;
}

static int
three_digits(const char *s)
{
	return is_digit(s[0]) && is_digit(s[1]) && is_digit(s[2]);
}

/* "x001/x234/067", and for a partial tile "067.p/19". */
static size_t
take_tile(const char *s)
{
	size_t	n = 0, width, groups;

	for (groups = 0; groups < 5 && s[n] == 'x' &&
	    three_digits(s + n + 1) && s[n + 4] == '/'; groups++)
		n += 5;
	if (!three_digits(s + n))
		return 0;
	n += 3;
	if (strncmp(s + n, ".p/", 3) != 0)
		return n;
	width = take_number(s + n + 3);
	return width == 0 || width > 3 ? 0 : n + 3 + width;
}

static int
matches(const char *pattern, const char *s)
{
	size_t	n;

	for (; *pattern != '\0'; pattern++, s += n) {
		switch (*pattern) {
		case 'N':
			n = take_number(s);
			break;
		case 'H':
			n = take_hex(s);
			break;
		case 'C':
			n = take_code(s);
			break;
		case 'D':
			n = take_date(s);
			break;
		case 'T':
			n = take_tile(s);
			break;
		default:
			n = *s == *pattern;
		}
		if (n == 0)
			return 0;
	}
	return *s == '\0';
}

enum path_kind
path_find(struct path *out, const char *uri_path)
{
	size_t	i;

	if (uri_path == NULL || uri_path[0] != '/')
		return PATH_NONE;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (!matches(table[i].pattern, uri_path + 1))
			continue;
		out->kind = table[i].kind;
		out->name = uri_path + 1;
		out->type = table[i].type;
		out->cache = table[i].cache;
		return out->kind;
	}
	return PATH_NONE;
}
