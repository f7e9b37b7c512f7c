/* SPDX-License-Identifier: EUPL-1.2 */
/* XML: text as it may stand in an element or an attribute (XML 1.0, 2.4). */
#ifndef PUBLIC_XML_H
#define PUBLIC_XML_H

#include <keurmerk.h>

#include "ca/base/buf.h"

/* Text of the closed repertoire: it has no character that XML has not. */
void	 xml_text(struct buf *, struct km_bytes);
/* By printf, then so. */
void	 xml_printf(struct buf *, const char *fmt, ...)
	    __attribute__((__format__(printf, 2, 3)));

#endif
