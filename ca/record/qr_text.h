/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * QR text: what stands in the full QR of a mark (design section 3, badge). The
 * attestation is in the fragment, which reaches no server.
 */
#ifndef RECORD_QR_TEXT_H
#define RECORD_QR_TEXT_H

#include "keurmerk.h"

#include "ca/base/buf.h"

enum { QR_TEXT_MAX = 4096 };

/*
 * Append HTTPS://HOST/K# and the attestation, zlib-compressed, in unpadded
 * upper-case base32; HOST is that of iss (https://HOST), in capitals, so that
 * all of it is of a QR's alphanumeric set but the "#". 0, or -1 when iss is
 * not that, or with what buf_add() says.
 */
int	 qr_text(struct buf *, struct km_bytes iss,
	    struct km_bytes attestation);

#endif
