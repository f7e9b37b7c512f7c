/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Export: every answer of every path of the table as a file, for a site that
 * any web server can serve. Beside the published tree, not instead of it.
 */
#ifndef PUBLIC_EXPORT_H
#define PUBLIC_EXPORT_H

#include "ca/base/conf.h"

#define EXPORT_SIGN	".keurmerk-export"	/* this directory is ours */

/*
 * Write all to dir, which takes the place of an export that was there at
 * once, when all is written; another directory, unless it is empty, is left
 * as it is. progress: lines for a terminal on standard error. Returns 0, or
 * -1 after a log line.
 */
int	 export_run(const struct conf *, const char *dir, int progress);
/*
 * Questions have no file, but for pages of the list (/register-page-2.html for
 * /register?page=2); the page that searches does so in the browser.
 *
 * The name of a path's file, below dir: "index.html" for "/", with .html or
 * .json for a page or a document that has no suffix. -1: too long.
 */
int	 export_name(char *out, size_t size, const char *path,
	    const char *type);

#endif
