/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * PDF (ISO 32000-1): one picture on a page of its size, as lines and curves
 * without fonts, so that it prints the same everywhere; tagged as one figure
 * with its words in text, for who cannot see it (section 14.8).
 */
#ifndef PUBLIC_PDF_H
#define PUBLIC_PDF_H

#include "ca/base/buf.h"
#include "keurmerk.h"

enum { PDF_MAX = 512 * 1024 };		/* bytes */

struct pdf {
	struct km_bytes	 svg;		/* one of ours */
	struct km_bytes	 title, words;	/* UTF-8 */
	const char	*lang;
	int64_t		 at;		/* seconds since 1970: made */
};

/* Append it; 0, or -1 after a log line. A unit of the SVG is 1/96 inch. */
int	 pdf_write(struct buf *, const struct pdf *);

#endif
