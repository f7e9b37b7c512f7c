/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Roles: this program is the parent, and exec'd anew with -x it is each role.
 * The roles say what they see in their log; TEST_ROLE in the environment
 * tells one of them to misbehave.
 */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pwd.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "ca/base/log.h"
#include "ca/base/msg.h"
#include "ca/base/role.h"

/* A role, after exec. */

/* Open descriptors, as "0 1 2 3". */
static void
list_descriptors(char out[128])
{
	char	one[8];
	int	fd;

	out[0] = '\0';
	for (fd = 0; fd < 256; fd++)
		if (fcntl(fd, F_GETFD) != -1) {
			snprintf(one, sizeof(one), "%s%d",
			    fd == 0 ? "" : " ", fd);
			if (strlen(out) + strlen(one) < 127)
				strcat(out, one);
		}
}

/* Signer and office greet each other over their channel. */
static void
greet(enum proc proc)
{
	struct buf	b;

	buf_init(&b, 64);
	if (proc == PROC_OFFICE) {
		buf_add(&b, "hello", 5);
		if (msg_write(PROC_FD_PEER, &b) == -1)
			fatal("greet");
	} else if (role_wait(PROC_FD_PEER, 5000) != 1 ||
	    msg_read(PROC_FD_PEER, &b) != 1) {
		fatal("greeted");
	} else {
		log_info("office says %.5s", (const char *)b.p);
	}
	buf_free(&b);
}

/* Whether one of our groups is that of root. */
static int
in_roots_group(void)
{
	gid_t	list[64];
	int	i, n = getgroups(64, list);

	for (i = 0; i < n; i++)
		if (list[i] == 0)
			return 1;
	return n == -1 || getgid() == 0;
}

static int
role_run(const char *name)
{
	const char	*test = getenv("TEST_ROLE");
	struct conf	 conf;
	enum proc	 proc;
	char		 fds[128], own[32];
	int		 fd = -1, one = 0, roots;
	socklen_t	 len = sizeof(one);

	if (proc_byname(&proc, name) == -1)
		return 99;
	if (test == NULL)
		test = "";
	snprintf(own, sizeof(own), "early-%s", name);
	if (strcmp(test, own) == 0)
		return 7;
	list_descriptors(fds);
	roots = in_roots_group();
	role_main(proc, &conf);
	snprintf(own, sizeof(own), "socket-%s", name);
	if (strcmp(test, own) == 0)
		socket(AF_INET, SOCK_STREAM, 0);
	log_info("pid %d uid %d root's group %d fds %s issuer %s "
	    "environment %d", getpid(), getuid(), roots, fds, conf.issuer,
	    conf.environment);
	log_debug("debug is on");
	if (proc != PROC_PUBLIC)
		greet(proc);
	if (proc != PROC_SIGNER) {
		getsockopt(PROC_FD_LISTEN, IPPROTO_TCP, TCP_NODELAY, &one,
		    &len);
		log_info("no delay %d", one);
	}
	snprintf(own, sizeof(own), "late-%s", name);
	if (strcmp(test, own) == 0)
		fatalx("cannot go on");
	snprintf(own, sizeof(own), "chatty-%s", name);
	role_ready();
	if (strcmp(test, own) == 0)
		role_ready();
	snprintf(own, sizeof(own), "deaf-%s", name);
	while (strcmp(test, own) == 0)
		sleep(1);
	/* Until the parent closes the channel. */
	if (role_wait(fd, -1) != -1)
		return 98;
	log_info("told to stop");
	conf_free(&conf);
	return 0;
}

/* The test. */

static char	dir[64], log_path[96], text[16384];
static pid_t	parent;
static int	port[2];

static int
free_port(int keep)
{
	struct sockaddr_in	sin = { .sin_family = AF_INET };
	socklen_t		len = sizeof(sin);
	int			fd = socket(AF_INET, SOCK_STREAM, 0);

	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&sin, sizeof(sin)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&sin, &len), 0);
	if (keep)
		assert_int_equal(listen(fd, 1), 0);
	else
		close(fd);
	return ntohs(sin.sin_port);
}

static int
set_up(void **state)
{
	static const char *const	names[] = {
		"data", "data/signer", "data/office", "data/spool", "tree"
	};
	char				path[128];
	size_t				i;

	(void)state;
	strcpy(dir, "/tmp/test_base_role.XXXXXX");
	if (mkdtemp(dir) == NULL || chmod(dir, 0755) == -1)
		return -1;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		if (mkdir(path, 0755) == -1)
			return -1;
	}
	snprintf(log_path, sizeof(log_path), "%s/log", dir);
	unsetenv("TEST_ROLE");
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	parent = 0;
	return 0;
}

static int
tear_down(void **state)
{
	char	command[128];

	(void)state;
	if (parent != 0)
		kill(parent, SIGKILL);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

/* What keurmerkd run does, in a child of ours. extra: further options. */
static void
start(const char *extra)
{
	struct conf_error	err;
	struct conf		conf;
	char			conf_text[1024];
	int			fd;

	if (port[0] == 0)
		port[0] = free_port(0);
	if (port[1] == 0)
		port[1] = free_port(0);
	snprintf(conf_text, sizeof(conf_text), "issuer = a.example\n"
	    "environment = exercise\ndata = \"%s/data\"\ntree = \"%s/tree\"\n"
	    "office { listen = \"127.0.0.1:%d\" }\n"
	    "public { listen = \"127.0.0.1:%d\" }\n%s", dir, dir, port[0],
	    port[1], extra);
	if (conf_parse(&conf, "test", conf_text, &err) == -1)
		fail_msg("%s", err.text);
	fd = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_TRUNC, 0600);
	assert_true(fd != -1);
	parent = fork();
	assert_true(parent != -1);
	if (parent == 0) {
		struct role_set	*set;

		dup2(fd, STDERR_FILENO);
		log_init("parent", conf.log_debug);
		/* A descriptor that must not reach any role. */
		if (open("/dev/null", O_RDONLY) == -1)
			_exit(97);
		if ((set = role_start(&conf, "/proc/self/exe")) == NULL)
			_exit(3);
		_exit(role_watch(set));
	}
	close(fd);
	conf_free(&conf);
	port[0] = port[1] = 0;
}

static const char *
read_log(void)
{
	FILE	*f = fopen(log_path, "r");
	size_t	n;

	assert_non_null(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

/* Wait until the log says it; returns where. */
static const char *
wait_log(const char *want)
{
	const char	*at;
	int		 i;

	for (i = 0; i < 500; i++) {
		if ((at = strstr(read_log(), want)) != NULL)
			return at;
		usleep(10000);
	}
	fail_msg("waited for \"%s\", have:\n%s", want, text);
	return NULL;
}

/* The exit status of the parent, within 10 s. */
static int
ended(void)
{
	int	status, i;

	for (i = 0; i < 1000; i++) {
		if (waitpid(parent, &status, WNOHANG) == parent) {
			parent = 0;
			return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
		}
		usleep(10000);
	}
	fail_msg("the parent does not end:\n%s", read_log());
	return -1;
}

static pid_t
pid_of(const char *name)
{
	char		 want[32];
	const char	*at;

	snprintf(want, sizeof(want), "%s: info: pid ", name);
	at = wait_log(want);
	return (pid_t)strtol(at + strlen(want), NULL, 10);
}

/* Other than 0 when no process has this number any more, within 5 s. */
static int
gone(pid_t pid)
{
	int	i;

	for (i = 0; i < 500; i++) {
		if (kill(pid, 0) == -1 && errno == ESRCH)
			return 1;
		usleep(10000);
	}
	return 0;
}

static const char *const	roles[] = { "signer", "office", "public" };

static void
test_start_and_stop(void **state)
{
	static const int	signals[] = { SIGTERM, SIGINT, SIGHUP };
	const char		*at[3];
	size_t			 i, k;

	(void)state;
	for (i = 0; i < 3; i++) {
		start("");
		wait_log("parent: info: ready: https://a.example (exercise)");
		kill(parent, signals[i]);
		assert_int_equal(ended(), 0);
		read_log();
		assert_non_null(strstr(text, "signer: info: office says "
		    "hello"));
		assert_non_null(strstr(text, "fds 0 1 2 3 4 issuer "
		    "https://a.example environment 2"));
		assert_non_null(strstr(text, "fds 0 1 2 3 4 5 issuer"));
		assert_non_null(strstr(text, "fds 0 1 2 3 5 issuer"));
		assert_non_null(strstr(text, "office: info: no delay 1"));
		assert_non_null(strstr(text, "public: info: no delay 1"));
		assert_null(strstr(text, "debug"));
		assert_null(strstr(text, "warning"));
		/* In order: public, office, signer. */
		at[0] = strstr(text, "public: info: told to stop");
		at[1] = strstr(text, "office: info: told to stop");
		at[2] = strstr(text, "signer: info: told to stop");
		assert_true(at[0] != NULL && at[0] < at[1] && at[1] < at[2]);
		assert_non_null(strstr(at[2], "parent: info: stopped\n"));
		for (k = 0; k < 3; k++)
			assert_true(gone(pid_of(roles[k])));
	}
}

static void
test_killed_role(void **state)
{
	char	want[64];
	pid_t	pid[3];
	size_t	i, k;

	(void)state;
	for (i = 0; i < 3; i++) {
		start("");
		wait_log("info: ready");
		for (k = 0; k < 3; k++)
			pid[k] = pid_of(roles[k]);
		kill(pid[i], SIGKILL);
		assert_int_equal(ended(), 1);
		snprintf(want, sizeof(want), "parent: warning: %s: ended by "
		    "signal 9 (Killed)", roles[i]);
		assert_non_null(strstr(read_log(), want));
		for (k = 0; k < 3; k++)
			assert_true(gone(pid[k]));
	}
}

/* Told by anyone but the parent, a role goes on. */
static void
test_roles_ignore_signals(void **state)
{
	static const int	signals[] = {
		SIGTERM, SIGINT, SIGHUP, SIGPIPE
	};
	size_t			i, k;

	(void)state;
	start("");
	wait_log("info: ready");
	for (k = 0; k < 3; k++)
		for (i = 0; i < 4; i++)
			assert_int_equal(kill(pid_of(roles[k]), signals[i]),
			    0);
	usleep(100000);
	kill(parent, SIGTERM);
	assert_int_equal(ended(), 0);
}

/* kill -9 of the parent leaves nobody behind, not even who hears nothing. */
static void
test_killed_parent(void **state)
{
	pid_t	pid[3];
	size_t	i, k;

	(void)state;
	for (i = 0; i < 2; i++) {
		setenv("TEST_ROLE", i == 0 ? "" : "deaf-office", 1);
		start("");
		wait_log("info: ready");
		for (k = 0; k < 3; k++)
			pid[k] = pid_of(roles[k]);
		kill(parent, SIGKILL);
		assert_int_equal(ended(), -1);
		for (k = 0; k < 3; k++)
			assert_true(gone(pid[k]));
	}
}

/* role_main() leads into the sandbox. */
static void
test_forbidden_call(void **state)
{
	char	want[64];
	size_t	k;

	(void)state;
	for (k = 0; k < 3; k++) {
		snprintf(want, sizeof(want), "socket-%s", roles[k]);
		setenv("TEST_ROLE", want, 1);
		start("");
		assert_int_equal(ended(), 3);
		snprintf(want, sizeof(want), "%s: ended by signal %d (Bad "
		    "system call)", roles[k], SIGSYS);
		assert_non_null(strstr(read_log(), want));
	}
}

static void
test_cannot_start(void **state)
{
	char	want[96];
	size_t	i;

	(void)state;
	for (i = 0; i < 3; i++) {
		snprintf(want, sizeof(want), "early-%s", roles[i]);
		setenv("TEST_ROLE", want, 1);
		start("");
		assert_int_equal(ended(), 3);
		snprintf(want, sizeof(want), "%s: ended with status 7",
		    roles[i]);
		assert_non_null(strstr(read_log(), want));
		assert_null(strstr(text, "info: ready"));

		snprintf(want, sizeof(want), "late-%s", roles[i]);
		setenv("TEST_ROLE", want, 1);
		start("");
		assert_int_equal(ended(), 3);
		snprintf(want, sizeof(want), "%s: fatal: cannot go on",
		    roles[i]);
		assert_non_null(strstr(read_log(), want));
		snprintf(want, sizeof(want), "%s: ended with status 70",
		    roles[i]);
		assert_non_null(strstr(text, want));
	}
}

/* A role that says more than its one byte is not listened to. */
static void
test_chatty_role(void **state)
{
	(void)state;
	setenv("TEST_ROLE", "chatty-office", 1);
	start("");
	assert_int_equal(ended() == 0, 0);
	assert_non_null(strstr(read_log(),
	    "office: said what it has not to say"));
}

static void
test_port_in_use(void **state)
{
	char	want[96];
	int	i, taken;

	(void)state;
	for (i = 0; i < 2; i++) {
		taken = port[i] = free_port(1);
		start("");
		assert_int_equal(ended(), 3);
		snprintf(want, sizeof(want), "%s: cannot listen on "
		    "127.0.0.1:%d: Address already in use", roles[i + 1],
		    taken);
		assert_non_null(strstr(read_log(), want));
		assert_null(strstr(text, "pid"));	/* none was started */
	}
}

/* A role that does not stop is killed at the second signal, if not before. */
static void
test_deaf_role(void **state)
{
	pid_t	pid;

	(void)state;
	setenv("TEST_ROLE", "deaf-office", 1);
	start("");
	wait_log("info: ready");
	pid = pid_of("office");
	kill(parent, SIGTERM);
	wait_log("public: info: told to stop");
	usleep(300000);
	assert_int_equal(kill(pid, 0), 0);
	kill(parent, SIGTERM);
	assert_int_equal(ended(), 1);
	assert_non_null(strstr(read_log(), "office: has not stopped: killed"));
	assert_non_null(strstr(text, "signer: info: told to stop"));
	assert_true(gone(pid));
}

static void
test_debug(void **state)
{
	size_t	i;

	(void)state;
	start("log = debug\n");
	wait_log("info: ready");
	kill(parent, SIGTERM);
	assert_int_equal(ended(), 0);
	read_log();
	for (i = 0; i < 3; i++) {
		char	want[48];

		snprintf(want, sizeof(want), "%s: debug: debug is on",
		    roles[i]);
		assert_non_null(strstr(text, want));
	}
}

/* Started as root, each role has its own user and cannot be looked into. */
static void
test_users(void **state)
{
	static const char *const	users[] = { "daemon", "bin", "games" };
	struct passwd			*pw;
	struct stat			 st;
	char				 want[64];
	size_t				 i;

	(void)state;
	for (i = 0; i < 3; i++)
		if (geteuid() != 0 || getpwnam(users[i]) == NULL)
			skip();
	/* What root is in besides is not passed on. */
	assert_int_equal(setgroups(2, (gid_t[]){ 0, 4 }), 0);
	start("user { signer = daemon office = bin public = games }\n");
	wait_log("info: ready");
	for (i = 0; i < 3; i++) {
		pw = getpwnam(users[i]);
		snprintf(want, sizeof(want), "%s: info: pid %d uid %d root's "
		    "group 0 ", roles[i], pid_of(roles[i]), (int)pw->pw_uid);
		assert_non_null(strstr(read_log(), want));
		/* Undumpable: its files in /proc are root's (proc(5)). */
		snprintf(want, sizeof(want), "/proc/%d/environ",
		    pid_of(roles[i]));
		assert_int_equal(stat(want, &st), 0);
		assert_int_equal(st.st_uid, 0);
	}
	kill(parent, SIGTERM);
	assert_int_equal(ended(), 0);

	start("user { signer = daemon office = nobody-of-that-name }\n");
	assert_int_equal(ended(), 3);
	assert_non_null(strstr(read_log(), "user nobody-of-that-name of "
	    "office: expected a user of this machine, found none"));
}

/* The service manager is told, and its watchdog fed (sd_notify(3)). */
static void
test_notify(void **state)
{
	struct sockaddr_un	sun = { .sun_family = AF_UNIX };
	struct timeval		tv = { 5, 0 };
	char			message[128];
	int			fd, i, fed = 0;
	ssize_t			n;

	(void)state;
	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s/notify", dir);
	fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	setenv("NOTIFY_SOCKET", sun.sun_path, 1);
	setenv("WATCHDOG_USEC", "200000", 1);
	start("");
	n = recv(fd, message, sizeof(message) - 1, 0);
	assert_true(n > 0);
	message[n] = '\0';
	assert_string_equal(message, "READY=1");
	for (i = 0; i < 4; i++) {
		n = recv(fd, message, sizeof(message) - 1, 0);
		assert_true(n > 0);
		message[n] = '\0';
		fed += strcmp(message, "WATCHDOG=1") == 0;
	}
	assert_int_equal(fed, 4);
	kill(parent, SIGTERM);
	do {
		n = recv(fd, message, sizeof(message) - 1, 0);
		assert_true(n > 0);
		message[n] = '\0';
	} while (strcmp(message, "WATCHDOG=1") == 0);
	assert_string_equal(message, "STOPPING=1");
	assert_int_equal(ended(), 0);
	close(fd);
}

int
main(int argc, char **argv)
{
#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest	tests[] = {
		T(test_start_and_stop),
		T(test_killed_role),
		T(test_roles_ignore_signals),
		T(test_killed_parent),
		T(test_forbidden_call),
		T(test_cannot_start),
		T(test_chatty_role),
		T(test_deaf_role),
		T(test_port_in_use),
		T(test_debug),
		T(test_users),
		T(test_notify),
	};

	if (argc == 3 && strcmp(argv[1], "-x") == 0)
		return role_run(argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
