/* SPDX-License-Identifier: EUPL-1.2 */
/* Log: one line a message on standard error; see log.h. */
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"

static const char	*log_role = "keurmerkd";
static int		 log_verbose;

/*
 * Length of the character at s when it may stand in a log as it is, 0 when
 * it must be escaped: the repertoire of our objects (schemas/), in UTF-8,
 * without the backslash that escapes begin with. So no bidi or other control
 * character gets through, and no malformed sequence.
 */
static size_t
plain(const uint8_t *s)
{
	unsigned int	c;

	if (s[0] >= 0x20 && s[0] < 0x7f)
		return s[0] == '\\' ? 0 : 1;
	/* A zero ends the text, so the tests below never pass its end. */
	if (s[0] >= 0xc2 && s[0] <= 0xc9 && (s[1] & 0xc0) == 0x80) {
		c = (s[0] & 0x1fU) << 6 | (s[1] & 0x3fU);
		return c >= 0xa1 && c <= 0x24f && c != 0xad ? 2 : 0;
	}
	if (s[0] == 0xe1 && s[1] >= 0xb8 && s[1] <= 0xbb &&
	    (s[2] & 0xc0) == 0x80)
		return 3;	/* U+1E00-1EFF */
	if (s[0] == 0xe2 && s[1] == 0x80 && s[2] != 0 &&
	    strchr("\x93\x94\x98\x99\x9c\x9d\x9e\xa2\xa6", s[2]) != NULL)
		return 3;	/* dashes, quotes, bullet, ellipsis */
	if (s[0] == 0xe2 && s[1] == 0x82 && s[2] == 0xac)
		return 3;	/* euro sign */
	return 0;
}

/* Append what fits of text, escaped; returns the new length. */
static size_t
append_escaped(char *line, size_t len, size_t cap, const char *text)
{
	static const char	 hex[] = "0123456789abcdef";
	const uint8_t		*s = (const uint8_t *)text;
	size_t			 n;

	for (; *s != 0; s += n) {
		if ((n = plain(s)) != 0) {
			if (cap - len < n)
				break;
			memcpy(line + len, s, n);
			len += n;
			continue;
		}
		n = 1;
		if (cap - len < 4)
			break;
		line[len++] = '\\';
		line[len++] = 'x';
		line[len++] = hex[*s >> 4];
		line[len++] = hex[*s & 0xf];
	}
	return len;
}

static void
log_line(const char *level, int with_errno, int saved, const char *fmt,
    va_list ap)
{
	char		 text[LOG_LINE_MAX], line[LOG_LINE_MAX];
	const char	*why = with_errno ? strerror(saved) : "";
	size_t		 len, cap = sizeof(line) - 1;	/* and the newline */
	size_t		 tail = with_errno ? strlen(why) + 2 : 0;
	int		 n;

	n = snprintf(line, sizeof(line), "%.32s: %s: ", log_role, level);
	len = n < 0 ? 0 : (size_t)n;
	if (vsnprintf(text, sizeof(text), fmt, ap) < 0)
		memcpy(text, "?", sizeof("?"));
	/* A long text must not push out why it failed. */
	len = append_escaped(line, len, cap - tail, text);
	if (with_errno) {
		len = append_escaped(line, len, cap, ": ");
		len = append_escaped(line, len, cap, why);
	}
	line[len++] = '\n';
	/* Nobody is left to tell when this fails. */
	if (write(STDERR_FILENO, line, len) == -1)
		return;
}

void
log_init(const char *role, int verbose)
{
	log_role = role;
	log_verbose = verbose;
}

void
log_debug(const char *fmt, ...)
{
	va_list	ap;
	int	saved = errno;

	if (!log_verbose)
		return;
	va_start(ap, fmt);
	log_line("debug", 0, saved, fmt, ap);
	va_end(ap);
	errno = saved;
}

void
log_info(const char *fmt, ...)
{
	va_list	ap;
	int	saved = errno;

	va_start(ap, fmt);
	log_line("info", 0, saved, fmt, ap);
	va_end(ap);
	errno = saved;
}

void
log_warn(const char *fmt, ...)
{
	va_list	ap;
	int	saved = errno;

	va_start(ap, fmt);
	log_line("warning", 1, saved, fmt, ap);
	va_end(ap);
	errno = saved;
}

void
log_warnx(const char *fmt, ...)
{
	va_list	ap;
	int	saved = errno;

	va_start(ap, fmt);
	log_line("warning", 0, saved, fmt, ap);
	va_end(ap);
	errno = saved;
}

void
fatal(const char *fmt, ...)
{
	va_list	ap;

	va_start(ap, fmt);
	log_line("fatal", 1, errno, fmt, ap);
	va_end(ap);
	exit(LOG_EXIT);
}

void
fatalx(const char *fmt, ...)
{
	va_list	ap;

	va_start(ap, fmt);
	log_line("fatal", 0, 0, fmt, ap);
	va_end(ap);
	exit(LOG_EXIT);
}
