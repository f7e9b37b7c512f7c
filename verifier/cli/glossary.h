/* SPDX-License-Identifier: EUPL-1.2 */
/* Text files that the program carries along; made when it is built. */
#ifndef CLI_GLOSSARY_H
#define CLI_GLOSSARY_H

#include <stddef.h>

struct cli_text {
	const char	*name;
	const char	*text;
};
extern const struct cli_text	cli_texts[];	/* glossary */
extern const size_t		cli_texts_n;

#endif
