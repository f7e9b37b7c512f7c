/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The head of an HTTP request as it comes in (ca/base/http_check.h). However
 * it is cut, the answer is the same; and a head that passes is what is
 * promised: lines that end in CRLF, none of them folded, no control character
 * but tab.
 *
 * The first byte says how large the pieces are, the rest is the head.
 */
#include <string.h>

#include "ca/base/http_check.h"
#include "tests/fuzz/fuzz.h"

/* The length of a good head at the start of data, or 0. */
static size_t
good_head(const uint8_t *data, size_t len)
{
	size_t	i, line = 0;	/* bytes in this line */

	for (i = 0; i < len; i++) {
		if (data[i] == '\r' && i + 1 < len && data[i + 1] == '\n') {
			i++;
			if (line == 0)
				return i > 1 ? i + 1 : 0;
			line = 0;
			continue;
		}
		if (data[i] == 0x7f || (data[i] < 0x20 && data[i] != '\t'))
			return 0;
		if (line++ == 0 && (data[i] == ' ' || data[i] == '\t'))
			return 0;
	}
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct http_head	whole, parts;
	size_t			at, n, piece, good;

	if (len < 1)
		return 0;
	piece = (size_t)data[0] + 1;
	data++;
	len--;
	memset(&whole, 0, sizeof(whole));
	memset(&parts, 0, sizeof(parts));
	http_head_feed(&whole, data, len);
	for (at = 0; at < len; at += n) {
		n = len - at < piece ? len - at : piece;
		http_head_feed(&parts, data + at, n);
	}
	if (whole.state != parts.state || whole.wrong != parts.wrong)
		__builtin_trap();
	good = good_head(data, len);
	if ((whole.wrong == NULL && whole.state == HEAD_DONE) != (good != 0))
		__builtin_trap();
	return 0;
}
