/* SPDX-License-Identifier: EUPL-1.2 */
/* What the core uses of ISO C's <string.h>, where there is no C library. */
#ifndef KM_WEB_STRING_H
#define KM_WEB_STRING_H

#include <stddef.h>

void	*memchr(const void *s, int c, size_t n);
int	 memcmp(const void *a, const void *b, size_t n);
void	*memcpy(void *restrict to, const void *restrict from, size_t n);
void	*memmove(void *to, const void *from, size_t n);
void	*memset(void *s, int c, size_t n);
char	*strchr(const char *s, int c);
int	 strcmp(const char *a, const char *b);
size_t	 strlen(const char *s);

#endif
