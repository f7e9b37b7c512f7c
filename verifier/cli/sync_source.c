/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Where a published tree comes from: keurmerk-sync, run with nothing of our
 * surroundings and two pipes, or a directory. Both are strangers, and so is
 * keurmerk-sync once it has spoken with one: what it writes is read as if it
 * came from the network.
 */
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "verifier/cli/sync.h"

enum { PATH_LEN = 4096, HEAD_MAX = 256, GRACE = 5 };

int
sync_is_url(const char *from)
{
	return strstr(from, "://") != NULL;
}

/*
 * Beside the program, as in a build directory, or where it is installed from
 * there: never by PATH.
 */
static int
find_program(char out[PATH_LEN])
{
	static const char *const	places[] = {
		"../libexec/keurmerk/keurmerk-sync", "keurmerk-sync"
	};
	char				self[PATH_LEN], *slash;
	ssize_t				n;
	size_t				i;

	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (n <= 0)
		return 0;
	self[n] = '\0';
	if ((slash = strrchr(self, '/')) == NULL)
		return 0;
	slash[1] = '\0';
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (strlen(self) + strlen(places[i]) >= PATH_LEN)
			return 0;
		memcpy(out, self, strlen(self) + 1);
		strcat(out, places[i]);
		if (access(out, X_OK) == 0)
			return 1;
	}
	return 0;
}

/* In the child: nothing but two pipes, and no environment. */
static void
become(char *const argv[], int in, int out)
{
	static char	*none[] = { NULL };
	int		 null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Out of the way of 0, 1 and 2, which may be what the pipes got. */
	in = fcntl(in, F_DUPFD_CLOEXEC, 3);
	out = fcntl(out, F_DUPFD_CLOEXEC, 3);
	null = fcntl(null, F_DUPFD_CLOEXEC, 3);
	if (in != -1 && out != -1 && null != -1 && dup2(in, 0) != -1 &&
	    dup2(out, 1) != -1 && dup2(null, 2) != -1)
		execve(argv[0], argv, none);
	_exit(127);
}

static int
spawn(struct sync *s, char *const argv[])
{
	struct sync_source	*src = &s->source;
	int			 in[2] = { -1, -1 }, out[2] = { -1, -1 };

	if (pipe2(in, O_CLOEXEC) == -1 || pipe2(out, O_CLOEXEC) == -1 ||
	    (src->pid = fork()) == -1) {
		src->pid = 0;
		close(in[0]);
		close(in[1]);
		return sync_say(s, SYNC_ERROR, "%s: %s", argv[0],
		    strerror(errno));
	}
	if (src->pid == 0)
		become(argv, in[0], out[1]);
	close(in[0]);
	close(out[1]);
	src->in = in[1];
	src->out = out[0];
	return SYNC_OK;
}

static int64_t
clock_now(void)
{
	struct timespec	ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

int
sync_source_open(struct sync *s, const char *from, const char *cafile,
    long seconds)
{
	struct sync_source	*src = &s->source;
	char			 path[PATH_LEN], limit[24], url[PATH_LEN];
	char			 ca[PATH_LEN], t[] = "-t", c[] = "-c";
	char			 end[] = "--";
	char			*argv[8];
	size_t			 n = 0;

	src->from = from;
	src->dir = src->in = src->out = -1;
	if (!sync_is_url(from)) {
		src->dir = open(from, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (src->dir == -1)
			return sync_say(s, SYNC_ERROR, cli_word("%s: verwacht "
			    "een adres (https://...) of een map: %s",
			    "%s: expected an address (https://...) or a "
			    "directory: %s"), from, strerror(errno));
		return SYNC_OK;
	}
	if (!find_program(path))
		return sync_say(s, SYNC_ERROR, cli_word("keurmerk-sync: "
		    "verwacht naast dit programma of in ../libexec/keurmerk, "
		    "niet gevonden", "keurmerk-sync: expected beside this "
		    "program or in ../libexec/keurmerk, not found"));
	src->end = clock_now() + seconds + GRACE;
	snprintf(limit, sizeof(limit), "%ld", seconds);
	snprintf(url, sizeof(url), "%s", from);
	argv[n++] = path;
	argv[n++] = t;
	argv[n++] = limit;
	if (cafile != NULL) {
		snprintf(ca, sizeof(ca), "%s", cafile);
		argv[n++] = c;
		argv[n++] = ca;
	}
	argv[n++] = end;
	argv[n++] = url;
	argv[n] = NULL;
	signal(SIGPIPE, SIG_IGN);
	return spawn(s, argv);
}

void
sync_source_close(struct sync_source *src)
{
	if (src->dir != -1)
		close(src->dir);
	if (src->in != -1)
		close(src->in);
	if (src->out != -1)
		close(src->out);
	if (src->pid > 0) {
		kill(src->pid, SIGKILL);
		while (waitpid(src->pid, NULL, 0) == -1 && errno == EINTR)
			;
	}
	src->dir = src->in = src->out = -1;
	src->pid = 0;
}

/* A write that fails is seen as an answer that does not come. */
void
sync_source_ask(struct sync_source *src, const char *name, size_t max)
{
	char	line[SYNC_NAME_MAX + 32];
	size_t	len;

	if (src->n == SYNC_WINDOW)
		abort();		/* a promise of our own */
	snprintf(src->asked[src->n].name, SYNC_NAME_MAX, "%s", name);
	src->asked[src->n++].max = max;
	if (src->dir != -1)
		return;
	len = (size_t)snprintf(line, sizeof(line), "%zu %s\n", max, name);
	while (write(src->in, line, len) == -1 && errno == EINTR)
		;
}

static void
asked_remove(struct sync_source *src, size_t i)
{
	src->n--;
	memmove(&src->asked[i], &src->asked[i + 1],
	    (src->n - i) * sizeof(src->asked[0]));
}

/* It keeps the time itself; this is for when it does not. */
static int
wait_for(const struct sync_source *src)
{
	struct pollfd	p = { src->out, POLLIN, 0 };
	int64_t		left = src->end - clock_now();
	int		n;

	n = poll(&p, 1, left <= 0 ? 0 : left > 86400 ? 86400000 :
	    (int)left * 1000);
	return n > 0 || (n == -1 && errno == EINTR);
}

/* All of len bytes; 0 when they do not come. */
static int
read_all(const struct sync_source *src, void *p, size_t len)
{
	uint8_t	*at = p;
	ssize_t	 n;

	while (len > 0) {
		if (!wait_for(src))
			return 0;
		n = read(src->out, at, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return 0;
		at += n;
		len -= (size_t)n;
	}
	return 1;
}

/* Up to the line feed, which becomes a NUL. */
static int
read_head(const struct sync_source *src, char head[HEAD_MAX])
{
	size_t	n;

	for (n = 0; n < HEAD_MAX; n++) {
		if (!read_all(src, head + n, 1))
			return 0;
		if (head[n] == '\n') {
			head[n] = '\0';
			return 1;
		}
	}
	return 0;
}

static int
lost(struct sync *s)
{
	return sync_say(s, SYNC_ERROR, cli_word("%s: keurmerk-sync hield "
	    "ermee op voordat alles er was; doe het opnieuw, wat er al is "
	    "wordt niet nog eens opgehaald", "%s: keurmerk-sync ended before "
	    "all was there; do it again, what is there already is not "
	    "fetched again"), s->source.from);
}

/* "WHAT LENGTH NAME" into what may be said of what was asked. */
static int
head_read(struct sync *s, char *head, struct sync_answer *a, size_t *len)
{
	struct sync_source	*src = &s->source;
	char			*length, *name;
	size_t			 i;
	unsigned long		 n;

	if ((length = strchr(head, ' ')) == NULL ||
	    (name = strchr(length + 1, ' ')) == NULL)
		return lost(s);
	*length++ = *name++ = '\0';
	errno = 0;
	n = strtoul(length, NULL, 10);
	if (length[0] < '0' || length[0] > '9' || errno != 0)
		return lost(s);
	*len = n;
	a->what = SYNC_FAILED;
	if (strcmp(head, "broken") == 0) {
		a->name[0] = '\0';
		return n < SYNC_TEXT_MAX ? SYNC_OK : lost(s);
	}
	for (i = 0; i < src->n; i++)
		if (strcmp(src->asked[i].name, name) == 0)
			break;
	if (i == src->n)
		return lost(s);
	memcpy(a->name, src->asked[i].name, SYNC_NAME_MAX);
	if (strcmp(head, "ok") == 0)
		a->what = SYNC_FILE;
	else if (strcmp(head, "absent") == 0)
		a->what = SYNC_ABSENT;
	else if (strcmp(head, "failed") != 0)
		return lost(s);
	if (n > (a->what == SYNC_FILE ? src->asked[i].max :
	    a->what == SYNC_FAILED ? SYNC_TEXT_MAX - 1 : 0))
		return lost(s);
	asked_remove(src, i);
	return SYNC_OK;
}

static int
network_next(struct sync *s, struct sync_answer *a)
{
	char	head[HEAD_MAX];
	size_t	len = 0;
	int	rc;

	if (!read_head(&s->source, head))
		return lost(s);
	if ((rc = head_read(s, head, a, &len)) != SYNC_OK)
		return rc;
	if (a->what == SYNC_FAILED) {
		if (!read_all(&s->source, a->why, len))
			return lost(s);
		a->why[len] = '\0';
		return a->name[0] != '\0' ? SYNC_OK :
		    sync_say(s, SYNC_ERROR, "%s", a->why);
	}
	/* One byte more, so that an empty file is not out of memory. */
	if ((a->file.p = malloc(len + 1)) == NULL)
		return sync_say(s, SYNC_ERROR, "%s", strerror(errno));
	a->file.len = len;
	if (!read_all(&s->source, a->file.p, len)) {
		cli_file_free(&a->file);
		return lost(s);
	}
	return SYNC_OK;
}

/* A file that is one: not a device that never ends, or a pipe. */
static void
directory_next(struct sync *s, struct sync_answer *a)
{
	struct sync_source	*src = &s->source;
	size_t			 max = src->asked[0].max;
	struct stat		 st;
	int			 fd;

	memcpy(a->name, src->asked[0].name, SYNC_NAME_MAX);
	asked_remove(src, 0);
	fd = openat(src->dir, a->name, O_RDONLY | O_CLOEXEC | O_NOCTTY |
	    O_NONBLOCK);
	a->what = SYNC_FAILED;
	if (fd == -1 && (errno == ENOENT || errno == ENOTDIR)) {
		a->what = SYNC_ABSENT;
	} else if (fd == -1 || fstat(fd, &st) == -1) {
		snprintf(a->why, sizeof(a->why), "%s", strerror(errno));
	} else if (!S_ISREG(st.st_mode)) {
		snprintf(a->why, sizeof(a->why), "%s", cli_word(
		    "verwacht een bestand, gevonden iets anders",
		    "expected a file, found something else"));
	} else if ((uint64_t)st.st_size > max) {
		snprintf(a->why, sizeof(a->why), cli_word("verwacht hoogstens "
		    "%zu bytes, gevonden meer", "expected at most %zu bytes, "
		    "found more"), max);
	} else if (sync_cache_read(&a->file, src->dir, a->name, max)) {
		a->what = SYNC_FILE;
	} else {
		snprintf(a->why, sizeof(a->why), "%s", cli_word(
		    "kan niet worden gelezen", "cannot be read"));
	}
	if (fd != -1)
		close(fd);
}

int
sync_source_next(struct sync *s, struct sync_answer *a)
{
	int	rc = SYNC_OK;

	memset(a, 0, sizeof(*a));
	if (s->source.dir == -1)
		rc = network_next(s, a);
	else
		directory_next(s, a);
	if (rc == SYNC_OK && a->what == SYNC_FILE) {
		s->files++;
		s->bytes += a->file.len;
	}
	return rc;
}
