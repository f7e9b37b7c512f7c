/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Inflate of one zlib stream (RFC 1950, RFC 1951). Accepts what zlib
 * accepts, of a whole stream with nothing behind it, and refuses the rest:
 * also an incomplete code is allowed exactly where zlib allows it, where one
 * length or distance code of one bit stands alone, or no distance at all.
 *
 * Decoding is canonical: a code of some length is its first code of that
 * length plus a place among its symbols. A table of short codes goes before
 * it for speed, so all is about 1.7 kB of stack and nothing else.
 */
#include <string.h>

#include "inflate.h"
#include "refuse.h"

enum {
	CODE_MAX = 15,			/* bits */
	LITERALS = 288, DISTANCES = 32, LENGTHS = 19,
	END_OF_BLOCK = 256,
	FAST = 8,			/* bits of code looked up at once */
	NO_SYMBOL = -1
};

struct input {
	const uint8_t	*p, *end;
	uint64_t	 hold;		/* bits to come, first one lowest */
	unsigned int	 n;		/* of them */
	int		 bad;
};

struct output {
	uint8_t		*start, *p, *end;
};

struct code {
	uint16_t	 count[CODE_MAX + 1];	/* codes of each length */
	uint16_t	*symbol;		/* by length, then value */
	uint16_t	*fast;			/* symbol << 4 | length; or 0 */
	unsigned int	 fast_bits;
};

/* At least 57 bits in hold, or all that there are. */
static void
fill(struct input *in)
{
	while (in->n <= 56 && in->p < in->end) {
		in->hold |= (uint64_t)*in->p++ << in->n;
		in->n += 8;
	}
}

static unsigned int
take(struct input *in, unsigned int n)
{
	unsigned int	v;

	if (in->n < n)
		fill(in);
	if (in->n < n) {
		in->bad = 1;
		return 0;
	}
	v = (unsigned int)(in->hold & ((UINT64_C(1) << n) - 1));
	in->hold >>= n;
	in->n -= n;
	return v;
}

/* Codes are sent highest bit first: the fast table is by turned bits. */
static unsigned int
turned(unsigned int code, unsigned int len)
{
	unsigned int	r = 0;

	for (; len > 0; len--) {
		r = r << 1 | (code & 1);
		code >>= 1;
	}
	return r;
}

/*
 * Make a code of n lengths (RFC 1951 section 3.2.2). Returns how much of the
 * code space is left over, 0 when complete, -1 when there is too little.
 */
static int
make_code(struct code *c, const uint8_t *len, unsigned int n)
{
	uint16_t	at[CODE_MAX + 1], code[CODE_MAX + 1];
	unsigned int	i, k, s;
	int		left = 1;

	memset(c->count, 0, sizeof(c->count));
	for (s = 0; s < n; s++)
		c->count[len[s]]++;
	c->count[0] = 0;
	at[0] = code[0] = 0;
	for (i = 1; i <= CODE_MAX; i++) {
		left = 2 * left - c->count[i];
		if (left < 0)
			return -1;
		at[i] = (uint16_t)(at[i - 1] + c->count[i - 1]);
		code[i] = (uint16_t)((code[i - 1] + c->count[i - 1]) << 1);
	}
	memset(c->fast, 0, sizeof(c->fast[0]) << c->fast_bits);
	for (s = 0; s < n; s++) {
		if ((i = len[s]) == 0)
			continue;
		c->symbol[at[i]++] = (uint16_t)s;
		k = turned(code[i]++, i);
		if (i > c->fast_bits)
			continue;
		for (; k < 1u << c->fast_bits; k += 1u << i)
			c->fast[k] = (uint16_t)(s << 4 | i);
	}
	return left;
}

/* The next symbol, bit by bit where the table does not have it. */
static int
slow_symbol(struct input *in, const struct code *c)
{
	int		first = 0, at = 0, code = 0;
	unsigned int	i;

	for (i = 1; i <= CODE_MAX && i <= in->n; i++) {
		code |= (int)(in->hold >> (i - 1) & 1);
		if (code - first < c->count[i]) {
			in->hold >>= i;
			in->n -= i;
			return c->symbol[at + code - first];
		}
		at += c->count[i];
		first = (first + c->count[i]) << 1;
		code <<= 1;
	}
	in->bad = 1;
	return NO_SYMBOL;
}

static int
symbol(struct input *in, const struct code *c)
{
	unsigned int	e, len;

	if (in->n < CODE_MAX)
		fill(in);
	e = c->fast[in->hold & ((1u << c->fast_bits) - 1)];
	len = e & 15;
	if (len == 0 || len > in->n)
		return slow_symbol(in, c);
	in->hold >>= len;
	in->n -= len;
	return (int)(e >> 4);
}

/* Section 3.2.5: base and extra bits of a length (0 to 28) or distance. */
static unsigned int
length_of(struct input *in, unsigned int s)
{
	unsigned int	extra;

	if (s < 8)
		return s + 3;
	if (s == 28)
		return 258;
	extra = s / 4 - 1;
	return ((4 + s % 4) << extra) + 3 + take(in, extra);
}

static unsigned int
distance_of(struct input *in, unsigned int s)
{
	unsigned int	extra;

	if (s < 4)
		return s + 1;
	extra = s / 2 - 1;
	return ((2 + s % 2) << extra) + 1 + take(in, extra);
}

/*
 * What is copied may run into what it writes, and then repeats itself: what
 * is there already is copied as a whole, which doubles it each time.
 */
static void
copy_back(struct output *out, size_t back, size_t len)
{
	const uint8_t	*from = out->p - back;
	size_t		n;

	if (back == 1) {
		memset(out->p, *from, len);
		out->p += len;
		return;
	}
	for (; len > 0; len -= n) {
		n = (size_t)(out->p - from);
		n = n < len ? n : len;
		memcpy(out->p, from, n);
		out->p += n;
	}
}

/* The symbols of a block until its end (section 3.2.3). */
static enum km_err
block(struct input *in, struct output *out, const struct code *lit,
    const struct code *dist)
{
	unsigned int	len, back;
	int		s;

	for (;;) {
		s = symbol(in, lit);
		if (s < 0 || s > 285)
			return km_refuse(KM_ERR_INFLATE);
		if (s < END_OF_BLOCK) {
			if (out->p == out->end)
				return km_refuse(KM_ERR_LIMIT);
			*out->p++ = (uint8_t)s;
			continue;
		}
		if (s == END_OF_BLOCK)
			return KM_OK;
		len = length_of(in, (unsigned int)s - 257);
		s = symbol(in, dist);
		if (s < 0 || s > 29)
			return km_refuse(KM_ERR_INFLATE);
		back = distance_of(in, (unsigned int)s);
		if (in->bad || back > (size_t)(out->p - out->start))
			return km_refuse(KM_ERR_INFLATE);
		if (len > (size_t)(out->end - out->p))
			return km_refuse(KM_ERR_LIMIT);
		copy_back(out, back, len);
	}
}

/* Section 3.2.4: whole bytes. Those taken ahead are given back. */
static enum km_err
stored(struct input *in, struct output *out)
{
	unsigned int	len, check;

	take(in, in->n % 8);
	len = take(in, 16);
	check = take(in, 16);
	if (in->bad || len != (check ^ 0xffff))
		return km_refuse(KM_ERR_INFLATE);
	in->p -= in->n / 8;
	in->hold = 0;
	in->n = 0;
	if (len > (size_t)(in->end - in->p))
		return km_refuse(KM_ERR_INFLATE);
	if (len > (size_t)(out->end - out->p))
		return km_refuse(KM_ERR_LIMIT);
	if (len > 0)
		memcpy(out->p, in->p, len);
	in->p += len;
	out->p += len;
	return KM_OK;
}

/* The lengths of both codes of a block, themselves coded (section 3.2.7). */
static int
read_lengths(struct input *in, struct code *c, uint8_t *len, unsigned int n)
{
	unsigned int	i = 0, times;
	uint8_t		last;
	int		s;

	while (i < n) {
		s = symbol(in, c);
		if (s < 0)
			return 0;
		if (s < 16) {
			len[i++] = (uint8_t)s;
			continue;
		}
		if (s == 16 && i == 0)
			return 0;
		last = s == 16 ? len[i - 1] : 0;
		times = s == 16 ? 3 + take(in, 2) :
		    s == 17 ? 3 + take(in, 3) : 11 + take(in, 7);
		if (in->bad || times > n - i)
			return 0;
		for (; times > 0; times--)
			len[i++] = last;
	}
	return 1;
}

/* One code that leaves room has a single code, of one bit. */
static int
is_usable(const struct code *c, int left, int may_be_empty)
{
	unsigned int	i, codes = 0;

	for (i = 1; i <= CODE_MAX; i++)
		codes += c->count[i];
	return left == 0 || (left > 0 && codes == 1 && c->count[1] == 1) ||
	    (codes == 0 && may_be_empty);
}

static int
read_codes(struct input *in, struct code *lit, struct code *dist)
{
	static const uint8_t	order[LENGTHS] = {
		16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14,
		1, 15
	};
	uint8_t			len[LITERALS + DISTANCES];
	unsigned int		i, n_lit, n_dist, n;

	n_lit = take(in, 5) + 257;
	n_dist = take(in, 5) + 1;
	n = take(in, 4) + 4;
	if (in->bad || n_lit > 286 || n_dist > 30)
		return 0;
	memset(len, 0, LENGTHS);
	for (i = 0; i < n; i++)
		len[order[i]] = (uint8_t)take(in, 3);
	/* The place of the first code serves for the code of lengths. */
	if (in->bad || make_code(lit, len, LENGTHS) != 0 ||
	    !read_lengths(in, lit, len, n_lit + n_dist))
		return 0;
	/* A block without a code for its end runs into that of the input. */
	return is_usable(lit, make_code(lit, len, n_lit), 0) &&
	    is_usable(dist, make_code(dist, len + n_lit, n_dist), 1);
}

static void
fixed_codes(struct code *lit, struct code *dist)
{
	uint8_t	len[LITERALS];

	memset(len, 8, 144);
	memset(len + 144, 9, 112);
	memset(len + 256, 7, 24);
	memset(len + 280, 8, 8);
	make_code(lit, len, LITERALS);
	memset(len, 5, DISTANCES);
	make_code(dist, len, DISTANCES);
}

static enum km_err
blocks(struct input *in, struct output *out)
{
	uint16_t	lit_symbol[LITERALS], dist_symbol[DISTANCES];
	uint16_t	lit_fast[1 << FAST], dist_fast[1 << (FAST - 3)];
	struct code	lit = { { 0 }, lit_symbol, lit_fast, FAST };
	struct code	dist = { { 0 }, dist_symbol, dist_fast, FAST - 3 };
	enum km_err	err;
	unsigned int	last, type;

	do {
		last = take(in, 1);
		type = take(in, 2);
		if (in->bad || type == 3)
			return km_refuse(KM_ERR_INFLATE);
		if (type == 0)
			err = stored(in, out);
		else {
			if (type == 1)
				fixed_codes(&lit, &dist);
			else if (!read_codes(in, &lit, &dist))
				return km_refuse(KM_ERR_INFLATE);
			err = block(in, out, &lit, &dist);
		}
		if (err != KM_OK)
			return err;
	} while (!last);
	return KM_OK;
}

/*
 * RFC 1950 section 9. 5552 bytes is how many sums fit 32 bits; eight at once
 * depend less on one another.
 */
static uint32_t
adler32(const uint8_t *p, size_t len)
{
	uint32_t	a = 1, b = 0;
	size_t		n;

	while (len > 0) {
		n = len < 5552 ? len : 5552;
		len -= n;
		for (; n >= 8; n -= 8, p += 8) {
			b += 8 * a + 8u * p[0] + 7u * p[1] + 6u * p[2] +
			    5u * p[3] + 4u * p[4] + 3u * p[5] + 2u * p[6] +
			    p[7];
			a += (uint32_t)p[0] + p[1] + p[2] + p[3] + p[4] +
			    p[5] + p[6] + p[7];
		}
		for (; n > 0; n--) {
			a += *p++;
			b += a;
		}
		a %= 65521;
		b %= 65521;
	}
	return b << 16 | a;
}

enum km_err
km_inflate(uint8_t *out, size_t cap, size_t *out_len, const uint8_t *in,
    size_t len)
{
	struct input	i;
	struct output	o;
	enum km_err	err;
	uint32_t	want;

	/* Method 8, window at most 32 kB, check bits, no dictionary. */
	if (len < 6 || (in[0] & 0x0f) != 8 || in[0] >> 4 > 7 ||
	    (in[0] << 8 | in[1]) % 31 != 0 || (in[1] & 0x20) != 0)
		return km_refuse(KM_ERR_INFLATE);
	i = (struct input){ in + 2, in + len, 0, 0, 0 };
	o = (struct output){ out, out, out + cap };
	if ((err = blocks(&i, &o)) != KM_OK)
		return err;

	i.p -= i.n / 8;			/* bytes taken ahead */
	if (i.end - i.p != 4)
		return km_refuse(KM_ERR_INFLATE);
	want = (uint32_t)i.p[0] << 24 | (uint32_t)i.p[1] << 16 |
	    (uint32_t)i.p[2] << 8 | i.p[3];
	if (want != adler32(out, (size_t)(o.p - out)))
		return km_refuse(KM_ERR_INFLATE);
	*out_len = (size_t)(o.p - out);
	return KM_OK;
}
