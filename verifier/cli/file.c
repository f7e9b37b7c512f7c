/* SPDX-License-Identifier: EUPL-1.2 */
/* Files that the arguments name, and what is said of them. */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "verifier/cli/cli.h"
#include "verifier/json.h"

/*
 * What a terminal does instead of showing it: controls, marks and overrides
 * of the direction of writing, separators of lines, and what has no width,
 * by which two names that differ look the same.
 */
static const struct {
	unsigned int	first, last;
} unseen[] = {
	{ 0x00, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad }, { 0x61c, 0x61c },
	{ 0x180e, 0x180e }, { 0x200b, 0x200f }, { 0x2028, 0x202e },
	{ 0x2060, 0x206f }, { 0xfeff, 0xfeff }, { 0xfff9, 0xfffb },
	{ 0xe0000, 0xe0fff }
};

static int
is_shown(unsigned int c)
{
	size_t	i;

	for (i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++)
		if (c >= unseen[i].first && c <= unseen[i].last)
			return 0;
	return 1;
}

/* A file name, or what else a stranger wrote, must not steer a terminal. */
void
cli_put(FILE *f, struct km_bytes s)
{
	unsigned int	c;
	size_t		i, n;

	for (i = 0; i < s.len; i += n) {
		c = km_character(s.p + i, s.len - i, &n);
		if ((n == 1 && c > 0x7f) || !is_shown(c))
			putc('?', f);
		else
			fwrite(s.p + i, 1, n, f);
	}
}

void
cli_error(const char *fmt, ...)
{
	char	text[2048];
	va_list	ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	fputs("keurmerk: ", stderr);
	cli_put(stderr, cli_bytes(text));
	putc('\n', stderr);
}

/* All of fd into a buffer that grows up to max and one byte. */
static int
slurp(struct cli_file *f, int fd, size_t max)
{
	uint8_t	*p;
	size_t	 cap = 0, want;
	ssize_t	 n;

	for (;;) {
		if (f->len == cap) {
			want = cap == 0 ? 4096 : cap * 2;
			cap = want > max + 1 ? max + 1 : want;
			if ((p = realloc(f->p, cap)) == NULL)
				return -1;
			f->p = p;
		}
		n = read(fd, f->p + f->len, cap - f->len);
		if (n == 0)
			return 0;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		f->len += (size_t)n;
		if (f->len > max) {
			errno = EFBIG;
			return -1;
		}
	}
}

/* A file of a tree is a file: a pipe or device there is not waited for. */
static int
open_in_tree(const char *path)
{
	struct stat	st;
	int		fd;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd == -1 || (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)))
		return fd;
	close(fd);
	errno = EINVAL;
	return -1;
}

int
cli_read(struct cli_file *out, const char *path, size_t max, int in_tree)
{
	struct cli_file	f = { NULL, 0 };
	int		fd = STDIN_FILENO, rc;

	if (in_tree)
		fd = open_in_tree(path);
	else if (strcmp(path, "-") != 0)
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd == -1 && errno == ENOENT && in_tree)
		return -1;
	rc = fd == -1 ? -1 : slurp(&f, fd, max);
	if (rc == -1 && errno == EINVAL && in_tree)
		cli_error(cli_word("%s: verwacht een bestand, gevonden iets "
		    "anders", "%s: expected a file, found something else"),
		    path);
	else if (rc == -1 && errno == EFBIG)
		cli_error(cli_word(
		    "%s: verwacht hoogstens %zu bytes, gevonden meer; "
		    "is dit het goede bestand?",
		    "%s: expected at most %zu bytes, found more; "
		    "is this the right file?"), path, max);
	else if (rc == -1)
		cli_error(cli_word("%s: kan niet worden gelezen: %s",
		    "%s: cannot be read: %s"), path, strerror(errno));
	if (fd > STDIN_FILENO)
		close(fd);
	if (rc == -1) {
		free(f.p);
		return 0;
	}
	*out = f;
	return 1;
}

void
cli_file_free(struct cli_file *f)
{
	free(f->p);
	f->p = NULL;
	f->len = 0;
}
