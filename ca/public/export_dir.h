/* SPDX-License-Identifier: EUPL-1.2 */
/* Export_dir: a directory that is there whole or not at all. */
#ifndef PUBLIC_EXPORT_DIR_H
#define PUBLIC_EXPORT_DIR_H

#include <stddef.h>

struct export_dir {
	const char	*name;		/* where it is to be */
	const char	*sign;
	char		*fresh;		/* where it is written; NULL: is not */
	int		 fd;		/* of fresh */
	char		*last;		/* directory that was made last */
};

/*
 * Begin NAME.new, beside name: what is called name must be absent, empty, or
 * have a file called sign. Returns 0, or -1 after a log line.
 */
int	 export_begin(struct export_dir *, const char *name, const char *sign);
/* A file below it, with the directories that it needs. As above. */
int	 export_put(struct export_dir *, const char *name, const void *,
	    size_t len);
/* Durable and in its place; what was there before is removed. As above. */
int	 export_commit(struct export_dir *);
/* Remove what was not committed. Safe on zeroed. */
void	 export_end(struct export_dir *);

#endif
