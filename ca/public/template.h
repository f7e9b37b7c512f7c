/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Template: a page from a text and a JSON value. What comes from the value is
 * always escaped for HTML text and quoted attributes; there is no other form.
 *
 *	{{name}} {{a.b}} {{.}}	 a text or a whole number; it must be there
 *	{{#name}} .. {{/name}}	 for each of a list, or once for what is not
 *				 null, false, 0, "" or absent; in it, names are
 *				 looked for in that value first
 *	{{^name}} .. {{/name}}	 when the section above would say nothing
 *	{{=key}}		 words in the page's language (words.h); {name}
 *				 in them is as {{name}} here. A part of the key
 *				 that begins with "@" is the text of that name:
 *				 {{=verdicts.@status.title}}
 *	{{>name}}		 another template, in its place
 *	{{! .. }}		 nothing
 *
 * A line with nothing but a section, its end, a template or a comment on it
 * leaves no line behind.
 */
#ifndef PUBLIC_TEMPLATE_H
#define PUBLIC_TEMPLATE_H

#include <jansson.h>

#include "ca/base/buf.h"

#include "answer.h"

enum {
	TEMPLATE_DEPTH_MAX = 24,	/* sections and templates, nested */
	TEMPLATE_NAME_MAX = 64,		/* bytes of a name */
	TEMPLATE_TAGS_MAX = 1000000,	/* carried out for one page */
	TEMPLATE_PAGE_MAX = 4194304	/* bytes of a page */
};

/*
 * Add what the template of this name (pages/NAME.html) makes of value to out,
 * whose own maximum holds too. 0, or -1 after a log line that says which
 * template, line and tag; out is then not to be used.
 */
int	template_render(struct buf *out, const char *name, const json_t *value,
	    enum lang);
/* The same from a text; name is for messages. */
int	template_text(struct buf *out, const char *name, const char *text,
	    const json_t *value, enum lang);

#endif
