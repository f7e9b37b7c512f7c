/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The functions of <string.h> that the core and the compiler call, for the
 * WebAssembly build (compiled with -fno-builtin, or a loop here would become
 * a call of itself).
 */
#include <stdint.h>
#include <string.h>

int
memcmp(const void *a, const void *b, size_t n)
{
	const uint8_t	*p = a, *q = b;
	size_t		 i;

	for (i = 0; i < n; i++)
		if (p[i] != q[i])
			return p[i] < q[i] ? -1 : 1;
	return 0;
}

void *
memcpy(void *restrict to, const void *restrict from, size_t n)
{
	const uint8_t	*q = from;
	uint8_t		*p = to;
	size_t		 i;

	for (i = 0; i < n; i++)
		p[i] = q[i];
	return to;
}

void *
memmove(void *to, const void *from, size_t n)
{
	const uint8_t	*q = from;
	uint8_t		*p = to;

	if ((uintptr_t)to <= (uintptr_t)from)
		return memcpy(to, from, n);
	while (n-- > 0)
		p[n] = q[n];
	return to;
}

void *
memset(void *s, int c, size_t n)
{
	uint8_t	*p = s;
	size_t	 i;

	for (i = 0; i < n; i++)
		p[i] = (uint8_t)c;
	return s;
}

void *
memchr(const void *s, int c, size_t n)
{
	const uint8_t	*p = s;
	size_t		 i;

	for (i = 0; i < n; i++)
		if (p[i] == (uint8_t)c)
			return (void *)((uintptr_t)s + i);
	return NULL;
}

size_t
strlen(const char *s)
{
	size_t	n = 0;

	while (s[n] != '\0')
		n++;
	return n;
}

char *
strchr(const char *s, int c)
{
	for (;; s++) {
		if (*s == (char)c)
			return (char *)(uintptr_t)s;
		if (*s == '\0')
			return NULL;
	}
}

int
strcmp(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	return (uint8_t)*a - (uint8_t)*b;
}
