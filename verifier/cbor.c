/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reader of deterministic CBOR (RFC 8949 section 4.2.1): shortest heads,
 * definite lengths, keys in their order, nothing left over. Bounds are
 * checked by subtraction: end - p is what is left, and never overflows.
 */
#include <string.h>

#include "cbor.h"

/* Levels that km_cbor_skip() can count; no object of ours has more. */
enum { DEPTH_MAX = 16 };

static inline size_t
left_over(const struct km_cbor *d)
{
	return (size_t)(d->end - d->p);
}

int
km_cbor_fail(struct km_cbor *d, enum km_err err)
{
	if (km_cbor_ok(d))
		d->err = km_refuse(err);
	return 0;
}

/*
 * The argument of the head at p, whatever its major type, in its shortest
 * form (RFC 8949 section 3; info 28-30 reserved, 31 indefinite). Moves past
 * it. The shortest form of n bytes is one that n / 2 bytes cannot hold.
 */
static inline uint64_t
argument(struct km_cbor *d)
{
	uint64_t	v = 0;
	size_t		i, n;
	unsigned int	info;

	info = d->p[0] & 0x1f;
	if (info < 24) {
		d->p++;
		return info;
	}
	if (info > 27)
		return (uint64_t)km_cbor_fail(d, KM_ERR_ENCODING);

	n = (size_t)1 << (info - 24);	/* 1, 2, 4 or 8 bytes follow */
	if (left_over(d) - 1 < n)
		return (uint64_t)km_cbor_fail(d, KM_ERR_TRUNCATED);
	for (i = 1; i <= n; i++)
		v = v << 8 | d->p[i];
	if (v < (n == 1 ? 24 : UINT64_C(1) << (n * 4)))
		return (uint64_t)km_cbor_fail(d, KM_ERR_ENCODING);
	d->p += n + 1;
	return v;
}

static inline uint64_t
head(struct km_cbor *d, enum km_major major)
{
	if (!km_cbor_ok(d))
		return 0;
	if (d->p == d->end)
		return (uint64_t)km_cbor_fail(d, KM_ERR_TRUNCATED);
	if (d->p[0] >> 5 != major)
		return (uint64_t)km_cbor_fail(d, KM_ERR_TYPE);
	return argument(d);
}

static struct km_bytes
string(struct km_cbor *d, enum km_major major, size_t min, size_t max)
{
	struct km_bytes	s = { NULL, 0 };
	uint64_t	n;

	n = head(d, major);
	if (!km_cbor_ok(d))
		return s;
	if (n < min || n > max) {
		km_cbor_fail(d, KM_ERR_LIMIT);
		return s;
	}
	if (n > left_over(d)) {
		km_cbor_fail(d, KM_ERR_TRUNCATED);
		return s;
	}
	s.p = d->p;
	s.len = (size_t)n;
	d->p += s.len;
	return s;
}

/* How many, of an array or a map. */
static size_t
count(struct km_cbor *d, enum km_major major, size_t min, size_t max)
{
	uint64_t	n;

	n = head(d, major);
	if (km_cbor_ok(d) && (n < min || n > max))
		km_cbor_fail(d, KM_ERR_LIMIT);
	return km_cbor_ok(d) ? (size_t)n : 0;
}

/* The closed repertoire of text for people (design section 3). */
static int
in_repertoire(unsigned int c)
{
	static const uint16_t punctuation[] = {
		0x2013, 0x2014, 0x2018, 0x2019, 0x201c, 0x201d, 0x201e,
		0x2022, 0x2026, 0x20ac
	};
	size_t	i;

	if (c <= 0x24f)
		return (c >= 0x20 && c <= 0x7e) || (c >= 0xa1 && c != 0xad);
	if (c >= 0x1e00 && c <= 0x1eff)
		return 1;
	for (i = 0; i < sizeof(punctuation) / sizeof(punctuation[0]); i++)
		if (c == punctuation[i])
			return 1;
	return 0;
}

/* One in each of the eight bytes of a word. */
#define EACH	UINT64_C(0x0101010101010101)

/*
 * How much of s, in steps of eight bytes, is of U+00xx to U+007E: of a word
 * whose bytes are all below 0x80, taking away xx borrows, and adding 1 carries
 * into the highest bit, where a byte is not. A borrow can only begin at a byte
 * that shows it.
 */
static inline size_t
plain(struct km_bytes s, uint8_t xx)
{
	uint64_t	w;
	size_t		i;

	for (i = 0; s.len - i >= sizeof(w); i += sizeof(w)) {
		memcpy(&w, s.p + i, sizeof(w));
		if (((w | (w - xx * EACH) | (w + EACH)) & 0x80 * EACH) != 0)
			break;
	}
	return i;
}

/* UTF-8 (RFC 3629) in its shortest form, all of it in the repertoire. */
int
km_is_text(struct km_bytes s)
{
	unsigned int	c;
	size_t		i, n, k;

	for (i = plain(s, 0x20); i < s.len; i += n) {
		c = s.p[i];
		n = c < 0x80 ? 1 : c >> 5 == 6 ? 2 : c >> 4 == 14 ? 3 : 0;
		if (n == 0 || n > s.len - i)
			return 0;
		if (n > 1)
			c &= 0xffu >> (n + 1);
		for (k = 1; k < n; k++) {
			if (s.p[i + k] >> 6 != 2)
				return 0;
			c = c << 6 | (s.p[i + k] & 0x3f);
		}
		if (c < (n == 1 ? 0u : n == 2 ? 0x80u : 0x800u))
			return 0;
		if (!in_repertoire(c))
			return 0;
	}
	return 1;
}

void
km_cbor_begin(struct km_cbor *d, const uint8_t *buf, size_t len)
{
	d->p = buf;
	d->end = len > 0 ? buf + len : buf;
	d->err = KM_OK;
}

enum km_err
km_cbor_end(const struct km_cbor *d)
{
	if (!km_cbor_ok(d))
		return d->err;
	return d->p == d->end ? KM_OK : km_refuse(KM_ERR_TRAILING);
}

int
km_cbor_peek(const struct km_cbor *d)
{
	if (!km_cbor_ok(d) || d->p == d->end)
		return -1;
	return d->p[0] >> 5;
}

uint64_t
km_cbor_uint(struct km_cbor *d, uint64_t min, uint64_t max)
{
	uint64_t	v;

	v = head(d, KM_UINT);
	if (km_cbor_ok(d) && (v < min || v > max))
		km_cbor_fail(d, KM_ERR_VALUE);
	return km_cbor_ok(d) ? v : 0;
}

int64_t
km_cbor_int(struct km_cbor *d, int64_t min, int64_t max)
{
	uint64_t	u;
	int64_t		v;
	int		negative;

	negative = km_cbor_peek(d) == KM_NINT;
	u = head(d, negative ? KM_NINT : KM_UINT);
	if (u > INT64_MAX)
		km_cbor_fail(d, KM_ERR_VALUE);
	if (!km_cbor_ok(d))
		return 0;
	v = negative ? -1 - (int64_t)u : (int64_t)u;
	if (v < min || v > max)
		return km_cbor_fail(d, KM_ERR_VALUE);
	return v;
}

struct km_bytes
km_cbor_bytes(struct km_cbor *d, size_t min, size_t max)
{
	return string(d, KM_BYTES, min, max);
}

struct km_bytes
km_cbor_text(struct km_cbor *d, size_t min, size_t max)
{
	struct km_bytes	s;

	s = string(d, KM_TEXT, min, max);
	if (!km_is_text(s)) {
		km_cbor_fail(d, KM_ERR_TEXT);
		return (struct km_bytes){ NULL, 0 };
	}
	return s;
}

struct km_bytes
km_cbor_ascii(struct km_cbor *d, size_t min, size_t max)
{
	struct km_bytes	s;
	size_t		i;

	s = string(d, KM_TEXT, min, max);
	for (i = plain(s, 0x21); i < s.len; i++) {
		if (s.p[i] < 0x21 || s.p[i] > 0x7e) {
			km_cbor_fail(d, KM_ERR_TEXT);
			return (struct km_bytes){ NULL, 0 };
		}
	}
	return s;
}

void
km_cbor_literal(struct km_cbor *d, const char *want)
{
	struct km_bytes	s;

	s = string(d, KM_TEXT, 0, SIZE_MAX);
	if (km_cbor_ok(d) && !km_bytes_equal(s, km_bytes_of(want)))
		km_cbor_fail(d, KM_ERR_TYPE);
}

size_t
km_cbor_array(struct km_cbor *d, size_t min, size_t max)
{
	return count(d, KM_ARRAY, min, max);
}

size_t
km_cbor_map(struct km_cbor *d, size_t min, size_t max)
{
	return count(d, KM_MAP, min, max);
}

void
km_cbor_tag(struct km_cbor *d, uint64_t tag)
{
	int	major = km_cbor_peek(d);

	if (major != -1 && major != KM_TAG)
		km_cbor_fail(d, KM_ERR_TAG);
	if (head(d, KM_TAG) != tag)
		km_cbor_fail(d, KM_ERR_TAG);
}

/* 0xf6 is the only form of null (RFC 8949 section 3.3). */
int
km_cbor_opt_null(struct km_cbor *d)
{
	if (km_cbor_peek(d) != KM_SIMPLE || d->p[0] != 0xf6)
		return 0;
	d->p++;
	return 1;
}

void
km_cbor_null(struct km_cbor *d)
{
	if (km_cbor_ok(d) && d->p == d->end)
		km_cbor_fail(d, KM_ERR_TRUNCATED);
	else if (!km_cbor_opt_null(d))
		km_cbor_fail(d, KM_ERR_TYPE);
}

/* 0xf5: the only form of true. */
void
km_cbor_true(struct km_cbor *d)
{
	if (!km_cbor_ok(d))
		return;
	if (d->p == d->end)
		km_cbor_fail(d, KM_ERR_TRUNCATED);
	else if (d->p[0] != 0xf5)
		km_cbor_fail(d, KM_ERR_TYPE);
	else
		d->p++;
}

void
km_cbor_key(struct km_cbor *d, size_t *left, int64_t key)
{
	if (!km_cbor_opt_key(d, left, key))
		km_cbor_fail(d, KM_ERR_TYPE);
}

static int
opt_long_key(struct km_cbor *d, size_t *left, int64_t key)
{
	struct km_cbor	ahead = *d;
	int64_t		found;

	found = km_cbor_int(&ahead, INT64_MIN, INT64_MAX);
	if (ahead.err == KM_ERR_TRUNCATED || ahead.err == KM_ERR_ENCODING)
		return km_cbor_fail(d, ahead.err);
	if (ahead.err != KM_OK || found != key)
		return 0;
	*d = ahead;
	(*left)--;
	return 1;
}

/* Most keys are of one byte, and it is the next one or it is not. */
int
km_cbor_opt_key(struct km_cbor *d, size_t *left, int64_t key)
{
	if (!km_cbor_ok(d) || *left == 0)
		return 0;
	if (key < 0 || key >= 24 || d->p == d->end || d->p[0] >= 24)
		return opt_long_key(d, left, key);
	if (d->p[0] != key)
		return 0;
	d->p++;
	(*left)--;
	return 1;
}

void
km_cbor_close(struct km_cbor *d, size_t left)
{
	if (left != 0)
		km_cbor_fail(d, KM_ERR_TYPE);
}

/* A simple value or a float, of which nothing but the length matters here. */
static void
skip_simple(struct km_cbor *d)
{
	unsigned int	info = d->p[0] & 0x1f;
	size_t		n;

	n = info < 24 ? 0 : (size_t)1 << ((info - 24) & 3);
	if (info > 27)
		km_cbor_fail(d, KM_ERR_ENCODING);
	else if (left_over(d) - 1 < n)
		km_cbor_fail(d, KM_ERR_TRUNCATED);
	else if (info == 24 && d->p[1] < 32)	/* RFC 8949 section 3.3 */
		km_cbor_fail(d, KM_ERR_ENCODING);
	else
		d->p += n + 1;
}

/*
 * Pass over the head of one item and, of a string, its bytes. Gives how many
 * items follow inside it. An array or map of more than there are bytes left
 * is cut short, as each item needs at least one, so that 2 n cannot overflow.
 */
static uint64_t
skip_head(struct km_cbor *d)
{
	uint64_t	n;
	int		major = km_cbor_peek(d);

	if (major == -1) {
		km_cbor_fail(d, KM_ERR_TRUNCATED);
		return 0;
	}
	if (major == KM_SIMPLE) {
		skip_simple(d);
		return 0;
	}
	n = argument(d);
	if (!km_cbor_ok(d) || major == KM_UINT || major == KM_NINT)
		return 0;
	if (major == KM_TAG)
		return 1;
	if (n > left_over(d)) {
		km_cbor_fail(d, KM_ERR_TRUNCATED);
		return 0;
	}
	if (major == KM_MAP)
		return 2 * n;
	if (major == KM_ARRAY)
		return n;
	d->p += (size_t)n;
	return 0;
}

/* open[level]: items still to come at that level. */
struct km_bytes
km_cbor_skip(struct km_cbor *d, unsigned int depth)
{
	struct km_bytes	item = { d->p, 0 };
	uint64_t	open[DEPTH_MAX + 1], inside;
	unsigned int	level = 0;

	if (depth > DEPTH_MAX)
		depth = DEPTH_MAX;
	open[0] = 1;
	while (km_cbor_ok(d)) {
		while (open[level] == 0) {
			if (level == 0) {
				item.len = (size_t)(d->p - item.p);
				return item;
			}
			level--;
		}
		open[level]--;
		inside = skip_head(d);
		if (inside == 0)
			continue;
		if (level == depth) {
			km_cbor_fail(d, KM_ERR_LIMIT);
			break;
		}
		open[++level] = inside;
	}
	return (struct km_bytes){ NULL, 0 };
}

int
km_bytes_cmp(struct km_bytes a, struct km_bytes b)
{
	size_t	n = a.len < b.len ? a.len : b.len;
	int	r = n == 0 ? 0 : memcmp(a.p, b.p, n);

	if (r != 0)
		return r < 0 ? -1 : 1;
	return a.len < b.len ? -1 : a.len > b.len;
}

int
km_bytes_equal(struct km_bytes a, struct km_bytes b)
{
	return km_bytes_cmp(a, b) == 0;
}

struct km_bytes
km_bytes_of(const char *s)
{
	return (struct km_bytes){ (const uint8_t *)s, strlen(s) };
}
