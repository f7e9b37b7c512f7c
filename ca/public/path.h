/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Path: what of the published tree can be asked for, and how it is served
 * (design section 6). A closed table: nothing else is reachable, whatever is
 * in the directory.
 */
#ifndef PUBLIC_PATH_H
#define PUBLIC_PATH_H

#include <stddef.h>

enum path_kind {
	PATH_NONE,			/* not in the table */
	PATH_HEALTH,			/* /healthz: no file */
	PATH_EPOCH,			/* the newest, from memory */
	PATH_STATUS,			/* a list in force: verified */
	PATH_RUN,			/* named by its hash */
	PATH_FILE			/* anything else that is a file */
};

struct path {
	enum path_kind	 kind;
	const char	*name;		/* relative to the tree */
	const char	*type;		/* media type */
	const char	*cache;		/* Cache-Control */
};

/*
 * Is uri_path (from the request, as sent, not decoded) in the table? Nothing
 * in it needs an escape, so an escaped form of a name is another name, which
 * is not there. out->name points into uri_path.
 */
enum path_kind	path_find(struct path *out, const char *uri_path);

#endif
