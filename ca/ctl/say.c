/* SPDX-License-Identifier: EUPL-1.2 */
/* Say: how keurmerkctl speaks to people; see say.h. */
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "say.h"

enum { TEXT_MAX = 2048, ANSWER_MAX = 64 };

/* Length of the well-formed UTF-8 character at p (RFC 3629), or 0. */
static size_t
character(const unsigned char *p)
{
	size_t	i, n;

	if (*p < 0x80)
		return *p >= 0x20 && *p != 0x7f;
	n = *p >= 0xf0 && *p <= 0xf4 ? 4 : *p >= 0xe0 && *p < 0xf0 ? 3 :
	    *p >= 0xc2 && *p < 0xe0 ? 2 : 0;
	for (i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if (n == 2 && *p == 0xc2 && p[1] < 0xa0)	/* C1 controls */
		return 0;
	if (n == 3 && ((*p == 0xe0 && p[1] < 0xa0) ||
	    (*p == 0xed && p[1] > 0x9f) ||
	    (*p == 0xe2 && p[1] == 0x80 && p[2] >= 0xaa)))	/* bidi */
		return 0;
	return n;
}

static void
line(const char *before, const char *fmt, va_list ap)
{
	char			 text[TEXT_MAX];
	const unsigned char	*p = (const unsigned char *)text;
	size_t			 n;

	vsnprintf(text, sizeof(text), fmt, ap);
	flockfile(stderr);
	fputs(before, stderr);
	while (*p != '\0') {
		n = character(p);
		if (n == 0)
			fprintf(stderr, "\\x%02x", *p++);
		else
			for (; n > 0; n--)
				putc(*p++, stderr);
	}
	putc('\n', stderr);
	funlockfile(stderr);
}

int
say_error(const char *fmt, ...)
{
	va_list	ap;

	va_start(ap, fmt);
	line("keurmerkctl: ", fmt, ap);
	va_end(ap);
	return CTL_FAILED;
}

int
say_usage(const char *fmt, ...)
{
	va_list	ap;

	va_start(ap, fmt);
	line("keurmerkctl: ", fmt, ap);
	va_end(ap);
	return CTL_USAGE;
}

void
say_note(const char *fmt, ...)
{
	va_list	ap;

	va_start(ap, fmt);
	line("", fmt, ap);
	va_end(ap);
}

int
say_ask(const char *question)
{
	char	 answer[ANSWER_MAX] = "";
	FILE	*tty = NULL;
	int	 yes = 0;

	fflush(stdout);
	if (!isatty(STDIN_FILENO) || (tty = fopen("/dev/tty", "r+e")) == NULL) {
		say_error("no terminal to ask at: nothing was signed; say "
		    "--yes to sign without being asked");
		return 0;
	}
	fprintf(tty, "%s [y/N] ", question);
	fflush(tty);
	if (fgets(answer, sizeof(answer), tty) != NULL)
		yes = strcmp(answer, "y\n") == 0 ||
		    strcmp(answer, "yes\n") == 0;
	fclose(tty);
	if (!yes)
		say_note("Nothing was signed.");
	return yes;
}

void
say_hex(char *out, const uint8_t *p, size_t n)
{
	static const char	digit[] = "0123456789abcdef";
	size_t			i;

	for (i = 0; i < n; i++) {
		out[2 * i] = digit[p[i] >> 4];
		out[2 * i + 1] = digit[p[i] & 15];
	}
	out[2 * n] = '\0';
}
