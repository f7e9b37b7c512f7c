/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Font: the letters of what is drawn here, as outlines. One family in two
 * weights, whose widths are those of the Arial that pictures name, and one to
 * fall back on for the letters that it has not. Files of the system, read
 * whole into memory the first time, and never opened again.
 *
 * FreeType is for one thread: what draws with letters is ANSWER_SLOW in the
 * table of route.c, and so made in the worker alone.
 */
#ifndef PUBLIC_FONT_H
#define PUBLIC_FONT_H

#include "keurmerk.h"

#include "outline.h"

/* 0, or -1 after a log line, once: what cannot be drawn is not served. */
int	 font_open(void);

/* How wide a text is, in thousandths of the size of its letters. */
long	 font_width(struct km_bytes text, int bold);
/*
 * Append a text that begins at x, y (outline units) with letters of size
 * units. 0, or -1: no font, or more than an outline holds.
 */
int	 font_outline(struct outline *, struct km_bytes text, int bold,
	    double size, long x, long y);

#endif
