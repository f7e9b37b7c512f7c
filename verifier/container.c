/* SPDX-License-Identifier: EUPL-1.2 */
/* The badge in a file: as it is, or in what container_text.c reads. */
#include <string.h>

#include "container.h"
#include "refuse.h"

enum {
	SIGN1_HEAD = 0xd2,		/* tag 18 */
	MAP_FIRST = 0xa1, MAP_LAST = 0xa5	/* of 1 to 5 pairs */
};

enum km_err
km_container_read(struct km_found *found, uint8_t *out, const uint8_t *file,
    size_t len)
{
	struct km_bytes	s = { file, len };

	memset(found, 0, sizeof(*found));
	if (len == 0)
		return km_refuse(KM_ERR_NO_BADGE);
	if (len > KM_FILE_MAX)
		return km_refuse(KM_ERR_LIMIT);
	if (file[0] == SIGN1_HEAD ||
	    (file[0] >= MAP_FIRST && file[0] <= MAP_LAST)) {
		found->kind = KM_CONTAINER_CBOR;
		found->badge = s;
		return len > KM_BADGE_MAX ? km_refuse(KM_ERR_LIMIT) : KM_OK;
	}
	return km_container_decode(found, out, s);
}
