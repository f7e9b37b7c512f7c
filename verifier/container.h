/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The one badge in a file, whatever it is carried in: told apart by content,
 * never by name (design section 3, badge). No parser of XML, HTML or URLs:
 * each container has one fixed place for it.
 */
#ifndef KM_CONTAINER_H
#define KM_CONTAINER_H

#include "keurmerk.h"

enum km_container {
	KM_CONTAINER_CBOR,		/* badge or attestation as it is */
	KM_CONTAINER_SVG,		/* the picture */
	KM_CONTAINER_PAGE,		/* HTML with the picture in it */
	KM_CONTAINER_PNG,
	KM_CONTAINER_QR			/* text of a full QR */
};

/* Slices point into the file, badge into out where it was decoded. */
struct km_found {
	enum km_container kind;
	struct km_bytes	 badge;		/* its CBOR, not looked into */
	struct km_bytes	 host;		/* of the QR's address, as written */
	struct km_bytes	 drawn;		/* its data-picture */
};

/*
 * Find the badge in a file and decode it into out, of KM_BADGE_MAX bytes.
 * One pass. KM_ERR_NO_BADGE when there is none, KM_ERR_TWO_BADGES when there
 * is more than one, else why it cannot be read; *found counts on KM_OK only.
 */
enum km_err	 km_container_read(struct km_found *found, uint8_t *out,
		    const uint8_t *file, size_t len);

/* Of any file that is not CBOR: container_text.c. */
enum km_err	 km_container_decode(struct km_found *, uint8_t *out,
		    struct km_bytes file);

/* The host is the one of iss (https://HOST); capitals are as small ones. */
int		 km_container_host_is(const struct km_found *,
		    struct km_bytes iss);

/* Of a file that begins with the signature of PNG: container_png.c. */
int		 km_is_png(const uint8_t *, size_t);
enum km_err	 km_png_read(struct km_found *, uint8_t *out,
		    const uint8_t *file, size_t len);

#endif
