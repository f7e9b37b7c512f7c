/* SPDX-License-Identifier: EUPL-1.2 */
/* Staple; see staple.h. */
#include "encode.h"
#include "merkle.h"
#include "staple.h"

int
staple_path(struct buf *out, uint64_t at, uint64_t n, const uint8_t *hash)
{
	struct merkle	*m;
	uint8_t		 path[STAPLE_PATH_LEN];
	uint64_t	 i;
	int		 count = -1;

	if ((m = merkle_new(n)) == NULL)
		return -1;
	for (i = 0; i < n; i++)
		if (merkle_append(m, hash + i * KM_HASH_LEN) == -1)
			break;
	if (i == n)
		count = merkle_path(path, m, at, n);
	merkle_free(m);
	if (count < 0)
		return -1;
	return buf_add(out, path, (size_t)count * KM_HASH_LEN);
}

void
staple_events(struct buf *b, const struct km_register_leaf *leaf)
{
	size_t	i;

	encode_array(b, leaf->n);
	for (i = 0; i < leaf->n; i++)
		encode_event(b, &leaf->event[i]);
}

void
staple_hashes(struct buf *b, const struct buf *path)
{
	size_t	i;

	for (i = 0; i < path->len; i += KM_HASH_LEN)
		encode_hash(b, path->p + i);
}
