/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The picture: an SVG drawn from what is signed, so that a verifier draws it
 * again and compares. A drawing of some version never changes; what is better
 * gets the next one. Subset of SVG: no script, style, reference, DOCTYPE or
 * entity but the five of XML.
 */
#ifndef KM_PICTURE_H
#define KM_PICTURE_H

#include "keurmerk.h"

enum { KM_DRAWING = 1 };		/* the version that is drawn here */

enum km_variant { KM_VARIANT_LIGHT, KM_VARIANT_DARK, KM_VARIANT_MONO };
enum km_picture_lang { KM_PICTURE_NL, KM_PICTURE_EN };
enum { KM_STATUS_NONE = -1 };		/* no status list goes with it */

/* What it is drawn from besides the attestation: its data-picture. */
struct km_picture {
	unsigned int	 version;
	enum km_variant	 variant;
	enum km_picture_lang lang;
	int		 status;	/* enum km_status or KM_STATUS_NONE */
	int64_t		 day;		/* of the list's iat, since 1970 */
};

/*
 * "1 light nl valid 2026-11-27", or "1 light nl none -". KM_ERR_VERSION,
 * with the version filled in, for another drawing; KM_ERR_VALUE.
 */
enum km_err	 km_picture_parse(struct km_picture *, struct km_bytes);

/*
 * Draw, with the badge's CBOR in it: returns the length that it needs and
 * writes at most cap bytes, without a NUL. version is KM_DRAWING.
 */
size_t		 km_picture(char *out, size_t cap, const struct km_picture *,
		    const struct km_attestation *, struct km_bytes badge);
/* Are these the bytes that would be drawn? */
int		 km_picture_is(struct km_bytes file,
		    const struct km_picture *, const struct km_attestation *,
		    struct km_bytes badge);

#endif
