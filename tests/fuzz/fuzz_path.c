/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Paths of requests (ca/public/path.h): whatever is let through names no
 * other directory, nothing hidden, and fits what comes after.
 */
#include "ca/public/files.h"
#include "ca/public/path.h"
#include "tests/fuzz/promise.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct path	p;
	char		text[512];
	const char	*s;

	if (len >= sizeof(text))
		return 0;
	memcpy(text, data, len);
	text[len] = '\0';
	if (path_find(&p, text) == PATH_NONE)
		return 0;
	promise(p.kind != PATH_NONE && p.type != NULL && p.cache != NULL);
	promise(p.name == text + 1 && strlen(p.name) < FILES_NAME_MAX);
	promise(strstr(p.name, "//") == NULL && strstr(p.name, "..") == NULL);
	promise(strstr(p.name, "/.") == NULL && p.name[0] != '.');
	for (s = p.name; *s != '\0'; s++)
		promise((*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9') ||
		    *s == '-' || *s == '.' || *s == '/');
	return 0;
}
