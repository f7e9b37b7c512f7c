/* SPDX-License-Identifier: EUPL-1.2 */
/* Passphrases: from a file of one's own, or typed without echo. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "ca/base/file.h"

#include "key.h"

static int
fail(struct key_error *err, const char *path, const char *what)
{
	snprintf(err->text, sizeof(err->text), "%s: %s", path, what);
	return -1;
}

/* Its first line, without the line's end. */
static int
from_file(struct buf *out, const char *file, struct key_error *err)
{
	uint8_t	*end;
	int	 fd, rc = -1;

	if ((fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) == -1)
		return fail(err, file, strerror(errno));
	if (file_mode_private(fd) == -1)
		fail(err, file, "expected a passphrase file that only you can "
		    "read, found another owner or mode: chmod 600 it");
	else if (file_read_fd(out, fd) == -1)
		fail(err, file, errno == EFBIG ? "expected one line of at "
		    "most 1023 bytes, found more" : strerror(errno));
	else
		rc = 0;
	close(fd);
	if (rc == 0 && out->len > 0 &&
	    (end = memchr(out->p, '\n', out->len)) != NULL)
		out->len = (size_t)(end - out->p);
	if (rc == 0 && out->len > 0 && out->p[out->len - 1] == '\r')
		out->len--;
	return rc;
}

static int
ask_terminal(struct buf *out, int fd, const char *prompt)
{
	struct termios	quiet, loud;
	ssize_t		n;
	uint8_t		c;
	int		rc = -1;

	if (tcgetattr(fd, &loud) == -1)
		return -1;
	quiet = loud;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	quiet.c_lflag |= ECHONL;
	if (tcsetattr(fd, TCSAFLUSH, &quiet) == -1)
		return -1;
	if (write(fd, prompt, strlen(prompt)) >= 0)
		while ((n = read(fd, &c, 1)) == 1) {
			if (c == '\n') {
				rc = 0;
				break;
			}
			if (buf_add(out, &c, 1) == -1)
				break;
		}
	tcsetattr(fd, TCSAFLUSH, &loud);
	return rc;
}

static int
from_terminal(struct buf *out, const char *path, int twice,
    struct key_error *err)
{
	struct buf	again;
	char		prompt[512];
	int		fd, rc = -1;

	buf_init(&again, PASSPHRASE_MAX);
	fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (fd == -1)
		return fail(err, path, "no terminal to ask for the "
		    "passphrase: name a file with --passphrase-file");
	snprintf(prompt, sizeof(prompt), "Passphrase for %s: ", path);
	if (buf_reserve(&again, PASSPHRASE_MAX) == -1 ||
	    ask_terminal(out, fd, prompt) == -1)
		fail(err, path, "cannot read the passphrase");
	else if (twice && ask_terminal(&again, fd, "The same once more: ") ==
	    -1)
		fail(err, path, "cannot read the passphrase");
	else if (twice && (again.len != out->len ||
	    memcmp(again.p, out->p, out->len) != 0))
		fail(err, path, "the two passphrases differ: try again");
	else
		rc = 0;
	close(fd);
	buf_wipe(&again);
	return rc;
}

int
passphrase_get(struct buf *out, const char *path, const char *file, int twice,
    struct key_error *err)
{
	int	rc;

	/* One allocation, so that no copy of the secret stays behind. */
	buf_init(out, PASSPHRASE_MAX);
	if (buf_reserve(out, PASSPHRASE_MAX) == -1)
		return fail(err, path, strerror(errno));
	rc = file != NULL ? from_file(out, file, err) :
	    from_terminal(out, path, twice, err);
	if (rc == 0 && twice && out->len < PASSPHRASE_MIN)
		rc = fail(err, path, "expected a passphrase of at least 8 "
		    "bytes, found a shorter one");
	if (rc == -1)
		buf_wipe(out);
	return rc;
}
