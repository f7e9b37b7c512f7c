/* SPDX-License-Identifier: EUPL-1.2 */
/* QR text; see qr_text.h. */
#include <errno.h>
#include <string.h>

#include <zlib.h>

#include "ca/record/qr_text.h"

static const char	scheme[] = "https://";
static const char	alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

enum { SCHEME_LEN = sizeof(scheme) - 1 };

static void
add_host(struct buf *b, struct km_bytes host)
{
	size_t	i;
	char	c;

	for (i = 0; i < host.len; i++) {
		c = (char)host.p[i];
		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		buf_add(b, &c, 1);
	}
}

/* RFC 4648 section 6, without padding: what is left over is zero bits. */
static void
add_base32(struct buf *b, const uint8_t *p, size_t len)
{
	uint32_t	v = 0;
	unsigned int	bits = 0;
	size_t		i;

	for (i = 0; i < len; i++) {
		v = (v << 8 | p[i]) & 0xffff;
		for (bits += 8; bits >= 5; bits -= 5)
			buf_add(b, &alphabet[v >> (bits - 5) & 31], 1);
	}
	if (bits > 0)
		buf_add(b, &alphabet[v << (5 - bits) & 31], 1);
}

int
qr_text(struct buf *b, struct km_bytes iss, struct km_bytes attestation)
{
	uint8_t	z[KM_ATTESTATION_MAX + 256];
	uLongf	n = sizeof(z);

	if (iss.len <= SCHEME_LEN || memcmp(iss.p, scheme, SCHEME_LEN) != 0 ||
	    attestation.len > KM_ATTESTATION_MAX ||
	    compress2(z, &n, attestation.p, (uLong)attestation.len,
	    Z_BEST_COMPRESSION) != Z_OK) {
		errno = EINVAL;
		return -1;
	}
	buf_add(b, "HTTPS://", SCHEME_LEN);
	add_host(b, (struct km_bytes){ iss.p + SCHEME_LEN,
	    iss.len - SCHEME_LEN });
	buf_add(b, "/K#", 3);
	add_base32(b, z, n);
	if (b->failed)
		errno = b->failed;
	return b->failed ? -1 : 0;
}
