/* SPDX-License-Identifier: EUPL-1.2 */
/* Layout: names in the published tree; see layout.h. */
#include <inttypes.h>
#include <stdio.h>

#include "layout.h"

void
layout_trust(char out[LAYOUT_PATH_MAX], uint32_t version)
{
	snprintf(out, LAYOUT_PATH_MAX, "trust/%" PRIu32, version);
}

void
layout_epoch(char out[LAYOUT_PATH_MAX], uint32_t number)
{
	snprintf(out, LAYOUT_PATH_MAX, "epochs/%" PRIu32, number);
}

void
layout_status(char out[LAYOUT_PATH_MAX], uint32_t shard)
{
	snprintf(out, LAYOUT_PATH_MAX, "status/%" PRIu32, shard);
}

void
layout_scheme(char out[LAYOUT_PATH_MAX], struct km_bytes id, uint32_t version)
{
	snprintf(out, LAYOUT_PATH_MAX, "scheme/%.*s/%" PRIu32 ".json",
	    (int)id.len, (const char *)id.p, version);
}

void
layout_index(char out[LAYOUT_PATH_MAX], uint32_t epoch)
{
	snprintf(out, LAYOUT_PATH_MAX, "register/index/%" PRIu32, epoch);
}

void
layout_run(char out[LAYOUT_PATH_MAX], const uint8_t root[KM_HASH_LEN])
{
	char	hex[2 * KM_HASH_LEN + 1];

	layout_hex(hex, root);
	snprintf(out, LAYOUT_PATH_MAX, "register/%s", hex);
}

void
layout_tile(char out[LAYOUT_PATH_MAX], int level, uint64_t n,
    unsigned int width)
{
	char		number[48];
	char		what[8] = "entries";
	uint64_t	power = 1;
	size_t		len = 0;

	if (level != LAYOUT_ENTRIES)
		snprintf(what, sizeof(what), "%d", level);
	while (n / power >= 1000)
		power *= 1000;
	for (; power > 1; power /= 1000)
		len += (size_t)snprintf(number + len, sizeof(number) - len,
		    "x%03u/", (unsigned int)(n / power % 1000));
	snprintf(number + len, sizeof(number) - len, "%03u",
	    (unsigned int)(n % 1000));
	if (width == LAYOUT_TILE)
		snprintf(out, LAYOUT_PATH_MAX, "log/tile/%s/%s", what,
		    number);
	else
		snprintf(out, LAYOUT_PATH_MAX, "log/tile/%s/%s.p/%u", what,
		    number, width);
}

uint64_t
layout_shards(uint64_t n)
{
	return (n >> LAYOUT_SHARD_BITS) +
	    ((n & ((1u << LAYOUT_SHARD_BITS) - 1)) != 0);
}

void
layout_hex(char out[2 * KM_HASH_LEN + 1], const uint8_t hash[KM_HASH_LEN])
{
	static const char	digit[] = "0123456789abcdef";
	size_t			i;

	for (i = 0; i < KM_HASH_LEN; i++) {
		out[2 * i] = digit[hash[i] >> 4];
		out[2 * i + 1] = digit[hash[i] & 15];
	}
	out[2 * KM_HASH_LEN] = '\0';
}
