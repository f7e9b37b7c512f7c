/* SPDX-License-Identifier: EUPL-1.2 */
/* Text files that public carries along; made when it is built. */
#ifndef PUBLIC_TEXTS_H
#define PUBLIC_TEXTS_H

#include <stddef.h>

struct public_text {
	const char	*name;		/* of the file, without its suffix */
	const char	*text;
};
extern const struct public_text	public_pages[];	/* pages/NAME.html */
extern const size_t		public_pages_n;
extern const struct public_text	public_words[];	/* words, glossary */
extern const size_t		public_words_n;
extern const struct public_text	public_schemas[];	/* openapi */
extern const size_t		public_schemas_n;

#endif
