/* SPDX-License-Identifier: EUPL-1.2 */
/* Log: what reaches standard error, byte for byte. */
#include <sys/wait.h>

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "ca/base/log.h"

static int	saved_stderr, pipe_fd[2];
static char	got[4096];

static void
capture_begin(void)
{
	assert_int_equal(pipe(pipe_fd), 0);
	saved_stderr = dup(STDERR_FILENO);
	assert_true(saved_stderr != -1);
	assert_true(dup2(pipe_fd[1], STDERR_FILENO) != -1);
}

/* One read gives one line: one write made it. */
static const char *
capture_end(void)
{
	ssize_t	n;

	assert_true(dup2(saved_stderr, STDERR_FILENO) != -1);
	close(saved_stderr);
	close(pipe_fd[1]);
	n = read(pipe_fd[0], got, sizeof(got) - 1);
	assert_true(n >= 0);
	close(pipe_fd[0]);
	got[n] = '\0';
	return got;
}

static void
test_levels(void **state)
{
	(void)state;
	log_init("tester", 0);
	capture_begin();
	log_info("%d of %d", 1, 2);
	assert_string_equal(capture_end(), "tester: info: 1 of 2\n");

	capture_begin();
	log_warnx("careful");
	assert_string_equal(capture_end(), "tester: warning: careful\n");

	capture_begin();
	errno = ENOENT;
	log_warn("%s", "file");
	assert_int_equal(errno, ENOENT);
	assert_string_equal(capture_end(),
	    "tester: warning: file: No such file or directory\n");
}

/* With nowhere to write to, errno stays all the same. */
static void
test_errno_stays(void **state)
{
	int	copy = dup(STDERR_FILENO);

	(void)state;
	assert_true(copy != -1);
	log_init("tester", 1);
	close(STDERR_FILENO);
	errno = ENOENT;
	log_debug("x");
	log_info("x");
	log_warn("x");
	log_warnx("x");
	assert_int_equal(errno, ENOENT);
	assert_int_equal(dup2(copy, STDERR_FILENO), STDERR_FILENO);
	close(copy);
}

static void
test_debug_only_when_asked(void **state)
{
	(void)state;
	log_init("tester", 0);
	capture_begin();
	log_debug("quiet");
	assert_string_equal(capture_end(), "");

	log_init("tester", 1);
	capture_begin();
	errno = EINTR;
	log_debug("loud");
	assert_int_equal(errno, EINTR);
	assert_string_equal(capture_end(), "tester: debug: loud\n");
}

static void
test_escape(void **state)
{
	static const struct { const char *in, *out; } rows[] = {
		{ "", "" },
		{ "plain ~", "plain ~" },
		{ "a\nb", "a\\x0ab" },			/* forged line */
		{ "\x1b[31m", "\\x1b[31m" },		/* terminal */
		{ "\x7f", "\\x7f" },
		{ "back\\slash", "back\\x5cslash" },
		{ "caf\xc3\xa9", "caf\xc3\xa9" },	/* e acute stays */
		{ "\xe1\xb8\x80\xe1\xbb\xbf", "\xe1\xb8\x80\xe1\xbb\xbf" },
		{ "\xe2\x82\xac \xe2\x80\x93",
		    "\xe2\x82\xac \xe2\x80\x93" },	/* euro, dash */
		{ "\xc2\xa0", "\\xc2\\xa0" },		/* no-break space */
		{ "\xc2\x9b", "\\xc2\\x9b" },		/* C1 control */
		{ "\xc2\xad", "\\xc2\\xad" },		/* soft hyphen */
		{ "\xe2\x80\xae", "\\xe2\\x80\\xae" },	/* bidi override */
		{ "\xc0\x8a", "\\xc0\\x8a" },		/* overlong */
		{ "\xc3", "\\xc3" },			/* cut short */
		{ "\xe1\xb8", "\\xe1\\xb8" },
		{ "\xe2\x80", "\\xe2\\x80" },
		{ "\xff\xfe", "\\xff\\xfe" },
		{ "\xd0\x96", "\\xd0\\x96" },		/* other script */
	};
	char	want[256];
	size_t	i;

	(void)state;
	log_init("t", 0);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		capture_begin();
		log_info("%s", rows[i].in);
		strcpy(want, "t: info: ");
		strcat(want, rows[i].out);
		strcat(want, "\n");
		assert_string_equal(capture_end(), want);
	}
}

static void
test_line_is_cut(void **state)
{
	char	text[3000];
	size_t	len;

	(void)state;
	log_init("t", 0);
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	capture_begin();
	log_info("%s", text);
	len = strlen(capture_end());
	assert_int_equal(len, LOG_LINE_MAX);
	assert_int_equal(got[len - 1], '\n');

	/* Escaping makes four of one: still one line, no half escape. */
	memset(text, '\n', sizeof(text) - 1);
	capture_begin();
	errno = EIO;
	log_warn("%s", text);
	len = strlen(capture_end());
	assert_true(len <= LOG_LINE_MAX);
	assert_true(strchr(got, '\n') == got + len - 1);
	/* ... and why it failed is not pushed out. */
	assert_string_equal(got + len - 25, "\\x0a: Input/output error\n");
}

static void
test_fatal(void **state)
{
	pid_t	pid;
	int	status;

	(void)state;
	log_init("t", 0);
	capture_begin();
	pid = fork();
	assert_true(pid != -1);
	if (pid == 0) {
		errno = ENOSPC;
		fatal("journal");
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_string_equal(capture_end(),
	    "t: fatal: journal: No space left on device\n");
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 70);

	capture_begin();
	pid = fork();
	assert_true(pid != -1);
	if (pid == 0)
		fatalx("broken");
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_string_equal(capture_end(), "t: fatal: broken\n");
	assert_int_equal(WEXITSTATUS(status), 70);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_errno_stays),
		cmocka_unit_test(test_debug_only_when_asked),
		cmocka_unit_test(test_escape),
		cmocka_unit_test(test_line_is_cut),
		cmocka_unit_test(test_fatal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
