/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Inflate against zlib: both accept or both refuse, and write the same; and
 * nothing is written past the limit, which the first two bytes give.
 */
#include <stdlib.h>

#include <zlib.h>

#include "tests/fuzz/promise.h"
#include "verifier/inflate.h"

enum { CAP = 1 << 16 };

/* 1 and how many bytes, when zlib takes it as one whole stream. */
static int
accepts(uint8_t *out, size_t cap, size_t *out_len, const uint8_t *in,
    size_t len)
{
	z_stream	z;
	uint8_t		*copy = malloc(len + 1);
	int		 r;

	memset(&z, 0, sizeof(z));
	if (copy == NULL || inflateInit(&z) != Z_OK)
		abort();
	memcpy(copy, in, len);
	z.next_in = copy;
	z.avail_in = (uInt)len;
	z.next_out = out;
	z.avail_out = (uInt)cap;
	r = inflate(&z, Z_FINISH) == Z_STREAM_END && z.avail_in == 0;
	*out_len = cap - z.avail_out;
	inflateEnd(&z);
	free(copy);
	return r;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static uint8_t	 theirs[CAP + 1];
	uint8_t		*ours;
	enum km_err	 err;
	size_t		 cap, n = 1, want;

	if (len < 2)
		return 0;
	cap = (size_t)(data[0] << 8 | data[1]);
	if ((ours = malloc(cap + 1)) == NULL)
		abort();
	err = km_inflate(ours, cap, &n, data + 2, len - 2);
	/* zlib wants room to say that it needs no more. */
	if (accepts(theirs, cap + 1, &want, data + 2, len - 2) && want <= cap)
		promise(err == KM_OK && n == want &&
		    memcmp(ours, theirs, n) == 0);
	else
		promise(err == KM_ERR_INFLATE || err == KM_ERR_LIMIT);
	free(ours);
	return 0;
}
