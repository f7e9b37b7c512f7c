/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Drawing: the pictures that we make, painted. This reads the few elements of
 * SVG that picture.c and form_*.c write (svg, g, rect, path, text; title,
 * desc and metadata are passed over) and refuses all else, so it is no reader
 * of other people's files. A library that is would bring threads and two
 * dozen libraries into the process; and what is painted here is the same on
 * every machine with the same font.
 */
#ifndef PUBLIC_DRAWING_H
#define PUBLIC_DRAWING_H

#include "outline.h"

/* Who paints; a fill is by the nonzero rule, in user units, y down. */
struct painter {
	void	*arg;
	/* Once, first. 0, or -1 to stop. */
	int	(*begin)(void *arg, double width, double height);
	int	(*fill)(void *arg, const struct outline *, uint32_t rgb);
};

/* 0, or -1 after a log line: not a picture of ours, or the painter's. */
int	 drawing_paint(const struct painter *, struct km_bytes svg);

#endif
