/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Role: what a role does first, and how rights are dropped; see role.h. The
 * parent's half is role_set.c.
 */
#include <sys/prctl.h>
#include <sys/resource.h>

#include <errno.h>
#include <grp.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "msg.h"
#include "role.h"
#include "sandbox.h"

static const char *const	names[PROC_N] = {
	"parent", "signer", "office", "public"
};

const char *
proc_name(enum proc proc)
{
	return names[proc];
}

int
proc_byname(enum proc *out, const char *name)
{
	enum proc	proc;

	for (proc = PROC_SIGNER; proc <= PROC_PUBLIC; proc++)
		if (strcmp(names[proc], name) == 0) {
			*out = proc;
			return 0;
		}
	return -1;
}

/* The user of a role, or NULL when none is configured. */
static const char *
user_of(const struct conf *conf, enum proc proc)
{
	switch (proc) {
	case PROC_SIGNER:
		return conf->user_signer;
	case PROC_OFFICE:
		return conf->user_office;
	case PROC_PUBLIC:
		return conf->user_public;
	case PROC_PARENT:
		break;
	}
	return NULL;
}

/* Is every identity that the kernel knows the one of pw, for good? */
static int
dropped(const struct passwd *pw)
{
	uid_t	uid[3];
	gid_t	gid[3];

	return getresuid(&uid[0], &uid[1], &uid[2]) == 0 &&
	    getresgid(&gid[0], &gid[1], &gid[2]) == 0 &&
	    uid[0] == pw->pw_uid && uid[1] == pw->pw_uid &&
	    uid[2] == pw->pw_uid && gid[0] == pw->pw_gid &&
	    gid[1] == pw->pw_gid && gid[2] == pw->pw_gid &&
	    setuid(0) == -1 && setgid(0) == -1;
}

int
role_drop(const struct conf *conf, enum proc proc)
{
	const char	*user = user_of(conf, proc);
	struct passwd	*pw;

	if (geteuid() != 0 || user == NULL)
		return 0;
	errno = 0;
	if ((pw = getpwnam(user)) == NULL) {
		if (errno != 0)
			log_warn("user %s of %s: cannot be looked up", user,
			    names[proc]);
		else
			log_warnx("user %s of %s: expected a user of this "
			    "machine, found none", user, names[proc]);
		return -1;
	}
	if (pw->pw_uid == 0 || pw->pw_gid == 0) {
		log_warnx("user %s of %s: expected fewer rights than root's, "
		    "found uid %lu, gid %lu", user, names[proc],
		    (unsigned long)pw->pw_uid, (unsigned long)pw->pw_gid);
		return -1;
	}
	/* Groups first: afterwards there are no rights to. */
	if (initgroups(user, pw->pw_gid) == -1 ||
	    setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) == -1 ||
	    setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) == -1 ||
	    !dropped(pw)) {
		log_warn("cannot become user %s of %s", user, names[proc]);
		return -1;
	}
	return 0;
}

/* The first message on the channel is the configuration. */
static void
receive_conf(struct conf *out)
{
	struct conf_error	err;
	struct buf		text;

	buf_init(&text, CONF_FILE_MAX);
	switch (msg_read(PROC_FD_PARENT, &text)) {
	case 0:
		fatalx("expected the configuration, the parent has left");
	case -1:
		fatal("expected the configuration");
	}
	text.max++;
	if (buf_add(&text, "", 1) == -1)
		fatal("configuration");
	if (conf_parse(out, "configuration", (const char *)text.p, &err) ==
	    -1)
		fatalx("%s", err.text);
	buf_free(&text);
}

void
role_main(enum proc proc, struct conf *out)
{
	static const int	ignored[] = {
		SIGPIPE, SIGINT, SIGTERM, SIGHUP
	};
	struct rlimit		none = { 0, 0 };
	size_t			i;

	log_init(names[proc], 0);
	/* The parent hears these and says when to stop, by the channel. */
	for (i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		if (signal(ignored[i], SIG_IGN) == SIG_ERR)
			fatal("signal");
	/* Set after exec: a change of user clears it (prctl(2)). */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1 ||
	    prctl(PR_SET_DUMPABLE, 0) == -1 ||
	    /* Or ps(1) would call us "exe", by what was exec'd. */
	    prctl(PR_SET_NAME, "keurmerkd") == -1 ||
	    setrlimit(RLIMIT_CORE, &none) == -1)
		fatal("prctl");
	/* No file but ours decides how cryptography is done. */
	if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1)
		fatalx("libcrypto cannot be initialised");
	/* A parent that died before PDEATHSIG is seen here. */
	receive_conf(out);
	log_init(names[proc], out->log_debug);
	sandbox_enter(proc, out);
}

void
role_ready(void)
{
	if (write(PROC_FD_PARENT, "r", 1) == 1)
		return;
	/* Stopped while starting: what went wrong was said where it did. */
	if (errno == EPIPE)
		exit(EXIT_SUCCESS);
	fatal("cannot tell the parent that we are ready");
}

int
role_wait(int fd, int timeout_ms)
{
	struct pollfd	pfd[2] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = PROC_FD_PARENT, .events = POLLIN }
	};
	int		n;

	while ((n = poll(pfd, 2, timeout_ms)) == -1)
		if (errno != EINTR)
			fatal("poll");
	if (n == 0)
		return 0;
	return pfd[0].revents != 0 ? 1 : -1;
}
