/* SPDX-License-Identifier: EUPL-1.2 */
/* Decoding of base64url and base32 (RFC 4648), strictly. */
#include "armour.h"

static int
base64url_value(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '-' ? 62 : c == '_' ? 63 : -1;
}

static int
base32_value(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

/*
 * Characters of so many bits each. Where the last one has no bit of a byte,
 * or bits left over that are not zero, the same bytes have another text.
 */
static enum km_err
decode(uint8_t *out, size_t cap, size_t *n, struct km_bytes text,
    unsigned int bits, int (*value)(uint8_t))
{
	unsigned int	held = 0, acc = 0;
	size_t		i, at = 0;
	int		v;

	*n = 0;
	for (i = 0; i < text.len; i++) {
		if ((v = value(text.p[i])) < 0)
			return KM_ERR_ENCODING;
		acc = acc << bits | (unsigned int)v;
		held += bits;
		if (held < 8)
			continue;
		if (at == cap)
			return KM_ERR_LIMIT;
		held -= 8;
		out[at++] = (uint8_t)(acc >> held);
		acc &= (1u << held) - 1;
	}
	if (held >= bits || acc != 0)
		return KM_ERR_ENCODING;
	*n = at;
	return KM_OK;
}

enum km_err
km_base64url_decode(uint8_t *out, size_t cap, size_t *n,
    struct km_bytes text)
{
	return decode(out, cap, n, text, 6, base64url_value);
}

enum km_err
km_base32_decode(uint8_t *out, size_t cap, size_t *n, struct km_bytes text)
{
	return decode(out, cap, n, text, 5, base32_value);
}

char
km_base64url_char(unsigned int v)
{
	static const char	set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-_";

	return set[v & 63];
}
