/* SPDX-License-Identifier: EUPL-1.2 */
/* XML; see xml.h. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "xml.h"

enum { TEXT_MAX = 2048 };

static const char *
entity(uint8_t c)
{
	switch (c) {
	case '&':	return "&amp;";
	case '<':	return "&lt;";
	case '>':	return "&gt;";
	case '"':	return "&quot;";
	case '\'':	return "&#39;";
	default:	return NULL;
	}
}

void
xml_text(struct buf *b, struct km_bytes text)
{
	const char	*e;
	size_t		 i, from = 0;

	for (i = 0; i < text.len; i++) {
		if ((e = entity(text.p[i])) == NULL)
			continue;
		buf_add(b, text.p + from, i - from);
		buf_add(b, e, strlen(e));
		from = i + 1;
	}
	if (text.len > from)
		buf_add(b, text.p + from, text.len - from);
}

void
xml_printf(struct buf *b, const char *fmt, ...)
{
	char	text[TEXT_MAX];
	va_list	ap;
	int	n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(text)) {
		b->failed = ENOBUFS;
		return;
	}
	xml_text(b, (struct km_bytes){ (const uint8_t *)text, (size_t)n });
}
