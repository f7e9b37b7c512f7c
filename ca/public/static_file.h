/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Static_file: files that come with the program (ca/public/static, and those of
 * the npm package that a browser needs), carried along in it.
 */
#ifndef PUBLIC_STATIC_FILE_H
#define PUBLIC_STATIC_FILE_H

#include <stddef.h>

struct static_data {
	const char		*name;		/* a-z, 0-9, "-", "_", "." */
	const unsigned char	*p, *end;
};

extern const struct static_data	static_files[];	/* by name */
extern const size_t		static_files_n;

/* The file of this name, or NULL. */
const struct static_data	*static_find(const char *name);
/* Its media type. */
const char	*static_type(const char *name);

#endif
