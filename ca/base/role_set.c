/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Role_set: the parent's half of role.h: bind, start, watch, stop.
 *
 * The parent reads nothing from a role but one byte, so that a role that was
 * taken over has nothing to speak to.
 */
#include <sys/pidfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "msg.h"
#include "role.h"

enum {
	BACKLOG = 1024,		/* the kernel cuts it to net.core.somaxconn */
	ABOVE = 10,		/* descriptors parked above the fixed ones */
	NEVER = -1		/* ms */
};

struct role {
	pid_t	pid;		/* 0: not running */
	int	pidfd;
	int	channel;	/* -1: told to stop */
	int	ready;
};

struct role_set {
	struct role	role[PROC_N];	/* that of PROC_PARENT is unused */
	int		signals;	/* signalfd(2) */
	uint64_t	watchdog_usec;	/* 0: nobody asks */
};

/* What a role is given, until it has been started. */
struct dowry {
	int	parent;		/* its ends of the channels, or -1 */
	int	peer;
	int	listen;
};

static int64_t
now_ms(void)
{
	struct timespec	ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
close_fd(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

/* Starting. */

/* A socket bound and listening, or -1 after a log line. */
static int
listen_on(const char *name, const char *address)
{
	struct sockaddr_storage	ss;
	socklen_t		len;
	int			fd, one = 1;

	if (conf_address(&ss, &len, address) == -1) {
		log_warnx("%s: %s: expected an address and a port", name,
		    address);
		return -1;
	}
	if ((fd = socket(ss.ss_family, SOCK_STREAM | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0)) == -1) {
		log_warn("%s: socket", name);
		return -1;
	}
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ==
	    -1 || (ss.ss_family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6,
	    IPV6_V6ONLY, &one, sizeof(one)) == -1) ||
	    /* Accepted sockets inherit it; ca/base/http.c says why. */
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) ==
	    -1 || bind(fd, (const struct sockaddr *)&ss, len) == -1 ||
	    listen(fd, BACKLOG) == -1) {
		log_warn("%s: cannot listen on %s", name, address);
		close(fd);
		return -1;
	}
	return fd;
}

/*
 * Put fd at a fixed place, without FD_CLOEXEC. All were parked above the
 * fixed places first, so that none is gone over.
 */
static void
place(int fd, int where)
{
	if (fd == -1)
		close(where);
	else if (dup2(fd, where) == -1)
		_exit(LOG_EXIT);
}

static int
park(int fd)
{
	int	up;

	if (fd == -1)
		return -1;
	if ((up = fcntl(fd, F_DUPFD_CLOEXEC, ABOVE)) == -1)
		_exit(LOG_EXIT);
	return up;
}

/* In the new process: become the role. */
static _Noreturn void
child(const struct conf *conf, enum proc proc, const char *self,
    const struct dowry *d, const sigset_t *mask)
{
	char		name[] = "keurmerkd", option[] = "-x", role[16];
	char		*argv[] = { name, option, role, NULL };
	struct dowry	up;
	int		null;

	log_init(proc_name(proc), conf->log_debug);
	up.parent = park(d->parent);
	up.peer = park(d->peer);
	up.listen = park(d->listen);
	place(up.parent, PROC_FD_PARENT);
	place(up.peer, PROC_FD_PEER);
	place(up.listen, PROC_FD_LISTEN);
	/* A role neither asks nor tells but through its channels and log. */
	if ((null = open("/dev/null", O_RDWR)) == -1 ||
	    dup2(null, STDIN_FILENO) == -1 ||
	    dup2(null, STDOUT_FILENO) == -1)
		fatal("/dev/null");
	/* An absent one may have become /dev/null's: above or between. */
	if (d->peer == -1)
		close(PROC_FD_PEER);
	if (d->listen == -1)
		close(PROC_FD_LISTEN);
	if (close_range(PROC_FD_LISTEN + 1, ~0U, 0) == -1)
		fatal("close_range");
	if (role_drop(conf, proc) == -1)
		exit(LOG_EXIT);
	if (sigprocmask(SIG_SETMASK, mask, NULL) == -1)
		fatal("sigprocmask");
	strcpy(role, proc_name(proc));
	execv(self, argv);
	fatal("%s: cannot be started", self);
}

/* Hand over the configuration: what -T prints. */
static int
send_conf(const struct conf *conf, int fd)
{
	struct buf	body;
	char		*text = NULL;
	size_t		len = 0;
	FILE		*f;
	int		rc = -1;

	buf_init(&body, CONF_FILE_MAX);
	if ((f = open_memstream(&text, &len)) != NULL) {
		conf_print(f, conf);
		if (fclose(f) == 0 && buf_add(&body, text, len) == 0)
			rc = msg_write(fd, &body);
	}
	free(text);
	buf_free(&body);
	return rc;
}

/* Start one role with its dowry, which is closed here in any case. */
static int
start_one(struct role_set *set, const struct conf *conf, enum proc proc,
    const char *self, struct dowry *d, const sigset_t *mask)
{
	struct role	*r = &set->role[proc];
	int		 sv[2], rc = -1;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) == -1) {
		log_warn("%s: no channel", proc_name(proc));
		goto out;
	}
	d->parent = sv[1];
	r->channel = sv[0];
	if ((r->pid = fork()) == -1) {
		r->pid = 0;
		log_warn("%s: no process", proc_name(proc));
		goto out;
	}
	if (r->pid == 0)
		child(conf, proc, self, d, mask);
	if ((r->pidfd = pidfd_open(r->pid, 0)) == -1) {
		log_warn("%s: pidfd_open", proc_name(proc));
		kill(r->pid, SIGKILL);
		waitpid(r->pid, NULL, 0);
		r->pid = 0;
		goto out;
	}
	if (send_conf(conf, r->channel) == -1)
		log_warn("%s: cannot hand over the configuration",
		    proc_name(proc));
	else
		rc = 0;
out:
	close_fd(&d->parent);
	close_fd(&d->peer);
	close_fd(&d->listen);
	return rc;
}

static int
start_all(struct role_set *set, const struct conf *conf, const char *self,
    const sigset_t *mask)
{
	struct dowry	d[PROC_N];
	enum proc	proc;
	int		sv[2] = { -1, -1 }, rc = -1;

	for (proc = PROC_SIGNER; proc <= PROC_PUBLIC; proc++)
		d[proc] = (struct dowry){ -1, -1, -1 };
	if ((d[PROC_OFFICE].listen = listen_on("office",
	    conf->office.listen)) == -1 ||
	    (d[PROC_PUBLIC].listen = listen_on("public",
	    conf->public.listen)) == -1)
		goto out;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) == -1) {
		log_warn("no channel between signer and office");
		goto out;
	}
	d[PROC_SIGNER].peer = sv[0];
	d[PROC_OFFICE].peer = sv[1];
	for (proc = PROC_SIGNER; proc <= PROC_PUBLIC; proc++)
		if (start_one(set, conf, proc, self, &d[proc], mask) == -1)
			goto out;
	rc = 0;
out:
	for (proc = PROC_SIGNER; proc <= PROC_PUBLIC; proc++) {
		close_fd(&d[proc].peer);
		close_fd(&d[proc].listen);
	}
	return rc;
}

/* Watching. */

/* Say how a role ended and forget it. Returns other than 0 when well. */
static int
reap(struct role *r, enum proc proc, int expected)
{
	int	status;

	if (waitpid(r->pid, &status, 0) == -1) {
		log_warn("%s: waitpid", proc_name(proc));
		status = -1;
	} else if (WIFSIGNALED(status)) {
		log_warnx("%s: ended by signal %d (%s)", proc_name(proc),
		    WTERMSIG(status), strsignal(WTERMSIG(status)));
	} else if (WEXITSTATUS(status) != 0) {
		log_warnx("%s: ended with status %d", proc_name(proc),
		    WEXITSTATUS(status));
	} else if (!expected) {
		log_warnx("%s: ended by itself", proc_name(proc));
	}
	r->pid = 0;
	close_fd(&r->pidfd);
	close_fd(&r->channel);
	return status == 0;
}

/* Whether a signal that says stop has come. */
static int
told_to_stop(struct role_set *set)
{
	struct signalfd_siginfo	info;

	if (read(set->signals, &info, sizeof(info)) != sizeof(info))
		return 0;
	log_info("stopping: %s", strsignal((int)info.ssi_signo));
	return 1;
}

/*
 * Tell one role to stop and wait for it, not longer than ROLE_STOP_MS nor
 * than the next signal. Returns other than 0 when it went well.
 */
static int
stop_one(struct role_set *set, enum proc proc)
{
	struct role	*r = &set->role[proc];
	struct pollfd	 pfd[2] = {
		{ .fd = r->pidfd, .events = POLLIN },
		{ .fd = set->signals, .events = POLLIN }
	};
	int64_t		 end = now_ms() + ROLE_STOP_MS, left;

	if (r->pid == 0)
		return 1;
	close_fd(&r->channel);
	while (pfd[0].revents == 0 && (left = end - now_ms()) > 0) {
		if (poll(pfd, 2, (int)left) == -1 && errno != EINTR)
			break;
		if (pfd[0].revents == 0 && pfd[1].revents != 0 &&
		    told_to_stop(set))
			break;
	}
	if (pfd[0].revents == 0) {
		log_warnx("%s: has not stopped: killed", proc_name(proc));
		kill(r->pid, SIGKILL);
	}
	return reap(r, proc, 1);
}

/*
 * Stop all, those first that ask something of the others. Returns other than
 * 0 when all went well.
 */
static int
stop_all(struct role_set *set)
{
	enum proc	proc;
	int		well = 1;

	sd_notify(0, "STOPPING=1");
	for (proc = PROC_PUBLIC; proc > PROC_PARENT; proc--)
		if (!stop_one(set, proc))
			well = 0;
	return well;
}

/* A byte on the channel: ready. Anything else a role has no business with. */
static int
hear(struct role *r, enum proc proc)
{
	char	c;
	ssize_t	n = read(r->channel, &c, 1);

	if (n == 1 && c == 'r' && !r->ready) {
		r->ready = 1;
		log_debug("%s: ready", proc_name(proc));
		return 0;
	}
	if (n == 1) {
		log_warnx("%s: said what it has not to say",
		    proc_name(proc));
		return -1;
	}
	/* Closed: it ends, or means to; its pidfd tells how. */
	close_fd(&r->channel);
	return 0;
}

enum outcome { GO_ON, STOP, FAILED };

/* Wait for one thing to happen, at most timeout_ms. */
static enum outcome
look(struct role_set *set, int timeout_ms)
{
	struct pollfd	pfd[2 * PROC_N];
	enum proc	proc;
	int		n;

	for (proc = PROC_SIGNER; proc <= PROC_PUBLIC; proc++) {
		/* poll(2) passes over -1 */
		pfd[proc].fd = set->role[proc].pidfd;
		pfd[PROC_N + proc].fd = set->role[proc].channel;
		pfd[proc].events = pfd[PROC_N + proc].events = POLLIN;
	}
	pfd[0].fd = set->signals;
	pfd[0].events = POLLIN;
	pfd[PROC_N].fd = -1;	/* the parent has no channel to itself */
	if ((n = poll(pfd, 2 * PROC_N, timeout_ms)) == -1 && errno != EINTR)
		fatal("poll");
	if (n <= 0)
		return GO_ON;
	if (pfd[0].revents != 0 && told_to_stop(set))
		return STOP;
	for (proc = PROC_SIGNER; proc <= PROC_PUBLIC; proc++)
		if (pfd[proc].revents != 0) {
			reap(&set->role[proc], proc, 0);
			return FAILED;
		}
	for (proc = PROC_SIGNER; proc <= PROC_PUBLIC; proc++)
		if (pfd[PROC_N + proc].revents != 0 &&
		    hear(&set->role[proc], proc) == -1)
			return FAILED;
	return GO_ON;
}

static void
set_free(struct role_set *set)
{
	close_fd(&set->signals);
	free(set);
}

/* Block what role_watch() waits for; mask gets what was before. */
static struct role_set *
set_new(sigset_t *mask)
{
	struct role_set	*set;
	sigset_t	 ours;
	enum proc	 proc;

	sigemptyset(&ours);
	sigaddset(&ours, SIGTERM);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGHUP);
	/* A role that has gone is seen by its pidfd, not by a signal here. */
	if (signal(SIGPIPE, SIG_IGN) == SIG_ERR ||
	    sigprocmask(SIG_BLOCK, &ours, mask) == -1 ||
	    (set = calloc(1, sizeof(*set))) == NULL) {
		log_warn("cannot start");
		return NULL;
	}
	for (proc = PROC_PARENT; proc <= PROC_PUBLIC; proc++)
		set->role[proc].pidfd = set->role[proc].channel = -1;
	if ((set->signals = signalfd(-1, &ours, SFD_CLOEXEC |
	    SFD_NONBLOCK)) == -1) {
		log_warn("signalfd");
		free(set);
		return NULL;
	}
	return set;
}

struct role_set *
role_start(const struct conf *conf, const char *self)
{
	struct role_set	*set;
	sigset_t	 mask;
	enum outcome	 outcome = FAILED;

	if ((set = set_new(&mask)) == NULL)
		return NULL;
	if (start_all(set, conf, self, &mask) == 0)
		do
			outcome = look(set, NEVER);
		while (outcome == GO_ON && !(set->role[PROC_SIGNER].ready &&
		    set->role[PROC_OFFICE].ready &&
		    set->role[PROC_PUBLIC].ready));
	if (outcome != GO_ON) {
		stop_all(set);
		set_free(set);
		return NULL;
	}
	if (sd_watchdog_enabled(0, &set->watchdog_usec) <= 0)
		set->watchdog_usec = 0;
	sd_notify(0, "READY=1");
	log_info("ready: %s (%s), office on %s, public on %s", conf->issuer,
	    conf_environment_name(conf->environment), conf->office.listen,
	    conf->public.listen);
	return set;
}

int
role_watch(struct role_set *set)
{
	enum outcome	outcome;
	int		timeout = NEVER, well;

	/* Twice as often as is asked (sd_watchdog_enabled(3)). */
	if (set->watchdog_usec != 0)
		timeout = (int)(set->watchdog_usec / 2000);
	do {
		if (set->watchdog_usec != 0)
			sd_notify(0, "WATCHDOG=1");
		outcome = look(set, timeout);
	} while (outcome == GO_ON);
	well = stop_all(set);
	if (outcome == STOP && well)
		log_info("stopped");
	set_free(set);
	return outcome == STOP && well ? 0 : 1;
}
