/* SPDX-License-Identifier: EUPL-1.2 */
/* PNG (ISO/IEC 15948), written: zlib does all there is to do. */
#ifndef PUBLIC_PNG_H
#define PUBLIC_PNG_H

#include "ca/base/buf.h"
#include "keurmerk.h"

enum {
	PNG_PER_METRE = 3780		/* pixels, at 96 to the inch */
};

enum png_colours {
	PNG_GREY,			/* a byte a pixel */
	PNG_RGBA			/* four */
};

struct png {
	uint32_t	 width, height;	/* pixels */
	enum png_colours colours;
	uint32_t	 per_metre;	/* pixels: how large it is meant */
	const uint8_t	*pixels;	/* row after row */
	struct km_bytes	 badge;		/* CBOR; empty: none */
};

/* Append it: 0, or -1 after a log line. */
int	 png_write(struct buf *, const struct png *);

#endif
