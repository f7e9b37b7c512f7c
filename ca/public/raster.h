/* SPDX-License-Identifier: EUPL-1.2 */
/* Raster: a picture as pixels, and those as PNG with a badge in it. */
#ifndef PUBLIC_RASTER_H
#define PUBLIC_RASTER_H

#include "ca/base/buf.h"
#include "keurmerk.h"

enum {
	RASTER_SIDE = 2048,		/* pixels */
	RASTER_DENSITY = 2,		/* pixels to a unit of the picture */
	PNG_MAX = 512 * 1024		/* bytes */
};

/*
 * Append the PNG of one of our SVGs, at RASTER_DENSITY; its size in units is
 * told to whoever prints it. badge: its CBOR, in the iTXt chunk "keurmerk"
 * (design section 3); empty: none. 0, or -1 after a log line.
 */
int	 raster_png(struct buf *, struct km_bytes svg, struct km_bytes badge);

/*
 * Keep the memory of one picture in hand: a third of the time of many went to
 * getting the same pages from the system again. Of the whole process.
 */
void	 raster_memory(void);

#endif
