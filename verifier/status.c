/* SPDX-License-Identifier: EUPL-1.2 */
/* An entry of a status list (draft-ietf-oauth-status-list-21 section 4.1). */
#include "status.h"

int
km_status_get(struct km_bytes entries, unsigned int bits, uint64_t idx)
{
	unsigned int	per;		/* entries in a byte */

	if (bits != 1 && bits != 2 && bits != 4 && bits != 8)
		return -1;
	per = 8 / bits;
	if (idx / per >= entries.len)
		return -1;
	return entries.p[idx / per] >> (unsigned int)(idx % per) * bits &
	    ((1 << bits) - 1);
}
