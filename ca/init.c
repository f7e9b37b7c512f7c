/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Init: begin an authority, once (design section 5). In two steps, since the
 * roots sign a list with the signer's keys in between:
 *
 *	keurmerkd init keys OUT				directories, keys
 *	keurmerkd init TRUST OFFICERS SCHEME-ACT SCHEME	the log's first entries
 *
 * An empty or foreign directory is an error to all other commands and never
 * a first run; so here nothing that is there is ever gone over.
 */
#include <sys/stat.h>
#include <sys/wait.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ca/base/file.h"
#include "ca/base/log.h"
#include "ca/base/role.h"
#include "ca/office/store.h"
#include "ca/record/decision.h"
#include "ca/record/scheme.h"
#include "ca/signer/signer.h"

enum {
	INIT_FAILED = 1, INIT_USAGE = 2,	/* exit statuses */
	INIT_PATH_MAX = CONF_PATH_MAX + 64,
	INIT_KEYS_MAX = 1024,			/* two public keys: 170 bytes */
	INIT_ACT_MAX = DECISION_MAX + APPROVALS_MAX * (APPROVAL_MAX + 4) + 16
};

/* What the second step is given. */
struct papers {
	struct buf	trust, officers, act, json;
};

static void
path_of(char out[INIT_PATH_MAX], const char *dir, const char *name)
{
	snprintf(out, INIT_PATH_MAX, "%s/%s", dir, name);
}

static struct km_bytes
bytes_of(const struct buf *b)
{
	return (struct km_bytes){ b->p, b->len };
}

/*
 * The first name in a directory that is not "." or "..", into name. Returns
 * 1; 0 when it is empty or not there; -1 after a log line.
 */
static int
dir_first(char name[256], const char *path)
{
	struct dirent	*e;
	DIR		*d;
	int		 rc = 0;

	if ((d = opendir(path)) == NULL) {
		if (errno == ENOENT)
			return 0;
		log_warn("%s: expected a directory", path);
		return -1;
	}
	while (rc == 0 && (e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 ||
		    strcmp(e->d_name, "..") == 0)
			continue;
		snprintf(name, 256, "%s", e->d_name);
		rc = 1;
	}
	closedir(d);
	return rc;
}

/*
 * Make a directory that may be there already, if it is empty. user: its owner
 * when we are root, or NULL. Returns 0, or -1 after a log line.
 */
static int
dir_make(const char *path, mode_t mode, const char *user)
{
	struct passwd	*pw = NULL;
	char		 found[256];

	switch (dir_first(found, path)) {
	case 1:
		log_warnx("%s: expected nothing there, found %s: an authority"
		    " was begun here already; init never goes over what is"
		    " there", path, found);
		return -1;
	case -1:
		return -1;
	}
	if (mkdir(path, mode) == -1 && errno != EEXIST) {
		log_warn("%s: cannot be made", path);
		return -1;
	}
	if (chmod(path, mode) == -1) {
		log_warn("%s: cannot set mode %o", path, (unsigned int)mode);
		return -1;
	}
	if (geteuid() != 0 || user == NULL)
		return 0;
	errno = 0;
	if ((pw = getpwnam(user)) == NULL) {
		log_warnx("user %s: expected a user of this machine, found"
		    " none", user);
		return -1;
	}
	if (chown(path, pw->pw_uid, pw->pw_gid) == -1) {
		log_warn("%s: cannot be given to %s", path, user);
		return -1;
	}
	return 0;
}

/* Make name there, durable, of the directory above it. */
static int
dirs_sync(const char *path)
{
	int	fd, rc;

	if ((fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1) {
		log_warn("%s: cannot be opened", path);
		return -1;
	}
	if ((rc = file_sync_dir(fd)) == -1)
		log_warn("%s: cannot be synced", path);
	close(fd);
	return rc;
}

static int
dirs_make(const struct conf *conf)
{
	static const char *const	name[] = {
		"signer", "office", "spool"
	};
	char				path[INIT_PATH_MAX];
	const char			*user[3];
	size_t				i;

	/* Only the signer reads the spool; an administrator writes to it. */
	user[0] = user[2] = conf->user_signer;
	user[1] = conf->user_office;
	/* Roles pass through it by name, and see nothing else. */
	if (mkdir(conf->data, 0711) == -1 && errno != EEXIST) {
		log_warn("%s: cannot be made", conf->data);
		return -1;
	}
	for (i = 0; i < 3; i++) {
		path_of(path, conf->data, name[i]);
		if (dir_make(path, 0700, user[i]) == -1)
			return -1;
	}
	if (access(conf->tree, F_OK) == -1 && errno == ENOENT &&
	    dir_make(conf->tree, 0755, conf->user_office) == -1)
		return -1;
	return dirs_sync(conf->data);
}

/*
 * Do work(arg, fd) in a child as the user of a role, and collect what it
 * writes to fd (a pipe) into out, which may be NULL. Returns 0 when the child
 * did, else -1, after a log line of the child's own.
 */
typedef int child_fn(const struct conf *, void *arg, int fd);
static int
child_run(const struct conf *conf, enum proc proc, child_fn *work, void *arg,
    struct buf *out)
{
	char	chunk[512];
	ssize_t	n;
	pid_t	pid;
	int	fd[2], status, rc = 0;

	if (pipe2(fd, O_CLOEXEC) == -1) {
		log_warn("init: no pipe");
		return -1;
	}
	fflush(NULL);
	if ((pid = fork()) == -1) {
		log_warn("init: no process");
		close(fd[0]);
		close(fd[1]);
		return -1;
	}
	if (pid == 0) {
		close(fd[0]);
		umask(077);
		_exit(role_drop(conf, proc) == 0 &&
		    work(conf, arg, fd[1]) == 0 ? 0 : INIT_FAILED);
	}
	close(fd[1]);
	while ((n = read(fd[0], chunk, sizeof(chunk))) > 0 ||
	    (n == -1 && errno == EINTR))
		if (n > 0 && out != NULL &&
		    buf_add(out, chunk, (size_t)n) == -1)
			rc = -1;
	close(fd[0]);
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return -1;
	if (WIFSIGNALED(status))
		log_warnx("init: the part of %s ended by signal %d",
		    proc_name(proc), WTERMSIG(status));
	return rc == 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0 ?
	    0 : -1;
}

static int
write_all(int fd, const struct buf *b)
{
	size_t	done = 0;
	ssize_t	n;

	while (done < b->len) {
		n = write(fd, b->p + done, b->len - done);
		if (n == -1 && errno != EINTR)
			return -1;
		if (n > 0)
			done += (size_t)n;
	}
	return 0;
}

/* child_fn: the signer makes its keys; their public halves go to fd. */
static int
child_keys(const struct conf *conf, void *arg, int fd)
{
	struct signer_error	err;
	struct buf		out;
	char			dir[INIT_PATH_MAX];
	int			rc = -1;

	(void)arg;
	path_of(dir, conf->data, "signer");
	buf_init(&out, INIT_KEYS_MAX);
	if (signer_keys(dir, &out, &err) == -1)
		log_warnx("%s: %s", dir, err.text);
	else if (write_all(fd, &out) == -1)
		log_warn("init: cannot hand over the public keys");
	else
		rc = 0;
	buf_free(&out);
	return rc;
}

/*
 * OUT is made before the keys are, so that no authority is begun of which the
 * public keys cannot be written.
 */
static int
init_keys(const struct conf *conf, const char *name)
{
	struct buf	pub;
	int		fd, rc = INIT_FAILED;

	buf_init(&pub, INIT_KEYS_MAX);
	if ((fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC |
	    O_NOFOLLOW, 0644)) == -1) {
		log_warn("%s: expected a new file for the public keys",
		    name);
		return INIT_FAILED;
	}
	if (dirs_make(conf) == -1 ||
	    child_run(conf, PROC_SIGNER, child_keys, NULL, &pub) == -1)
		goto out;
	if (write_all(fd, &pub) == -1 || fsync(fd) == -1) {
		log_warn("%s: cannot be written: remove %s/signer/keys and"
		    " run it again", name, conf->data);
		goto out;
	}
	printf("The signer's keys are in %s/signer/keys.\n"
	    "Their public halves, for trust list 1: %s\n"
	    "Next: let the roots sign trust list 1 with these keys in it, the"
	    " scheme managers\nthe officers list, and the roots the scheme;"
	    " then run\n\n"
	    "	keurmerkd init -f CONF TRUST OFFICERS SCHEME-ACT SCHEME.json\n",
	    conf->data, name);
	rc = 0;
out:
	close(fd);
	if (rc != 0)
		unlink(name);
	buf_free(&pub);
	return rc;
}

/* child_fn: the signer's journal begins with what the papers say. */
static int
child_signer(const struct conf *conf, void *arg, int fd)
{
	const struct papers	*p = arg;
	struct signer_error	 err;
	char			 dir[INIT_PATH_MAX];

	(void)fd;
	path_of(dir, conf->data, "signer");
	if (signer_init(dir, conf, bytes_of(&p->trust),
	    bytes_of(&p->officers), bytes_of(&p->act), bytes_of(&p->json),
	    &err) == -1) {
		log_warnx("%s: %s", dir, err.text);
		return -1;
	}
	return 0;
}

/* child_fn: an empty store; the signer tells it the rest at the start. */
static int
child_store(const struct conf *conf, void *arg, int fd)
{
	char	dir[INIT_PATH_MAX];

	(void)arg;
	(void)fd;
	path_of(dir, conf->data, "office");
	return store_create(dir, km_bytes_of(conf->issuer),
	    (enum km_environment)conf->environment);
}

/* child_fn: take the empty store back. */
static int
child_unstore(const struct conf *conf, void *arg, int fd)
{
	static const char *const	name[] = { "office/store.db-wal",
					    "office/store.db-shm",
					    "office/store.db" };
	char				path[INIT_PATH_MAX];
	size_t				i;

	(void)arg;
	(void)fd;
	for (i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
		path_of(path, conf->data, name[i]);
		if (unlink(path) == -1 && errno != ENOENT) {
			log_warn("%s: cannot be removed: do so before init is"
			    " run again", path);
			return -1;
		}
	}
	return 0;
}

/* Does data/name exist? Returns 1 or 0, or -1 after a log line. */
static int
there(const struct conf *conf, const char *name)
{
	struct stat	st;
	char		path[INIT_PATH_MAX];

	path_of(path, conf->data, name);
	if (lstat(path, &st) == 0)
		return 1;
	if (errno == ENOENT)
		return 0;
	log_warn("%s: cannot be looked at", path);
	return -1;
}

/* Keys, and nothing else of an authority? */
static int
ready(const struct conf *conf)
{
	static const char *const	published[] = { "epoch", "epochs",
					    "trust" };
	char				path[INIT_PATH_MAX];
	int				keys, journal, store;
	size_t				i;

	if ((keys = there(conf, "signer/keys")) == -1 ||
	    (journal = there(conf, "signer/journal")) == -1 ||
	    (store = there(conf, "office/store.db")) == -1)
		return 0;
	if (!keys)
		log_warnx("%s/signer/keys: expected the signer's keys, found"
		    " none: run `keurmerkd init keys OUT` first",
		    conf->data);
	else if (journal)
		log_warnx("%s/signer/journal: expected none, found one: this"
		    " authority has begun; init never goes over what is"
		    " there", conf->data);
	else if (store)
		log_warnx("%s/office/store.db: expected none, found one"
		    " without a journal of the signer beside it: if an init"
		    " was cut off, remove it and run init again; if the"
		    " journal was lost, restore", conf->data);
	if (!keys || journal || store)
		return 0;
	for (i = 0; i < sizeof(published) / sizeof(published[0]); i++) {
		path_of(path, conf->tree, published[i]);
		if (access(path, F_OK) == 0) {
			log_warnx("%s: expected a tree in which nothing was"
			    " published, found %s: give this authority a tree"
			    " of its own", conf->tree, published[i]);
			return 0;
		}
	}
	return 1;
}

static int
paper_read(struct buf *out, const char *name, size_t max, const char *what)
{
	buf_init(out, max);
	if (file_read(out, name) == 0 && out->len > 0)
		return 0;
	if (out->len == 0 && errno == 0)
		log_warnx("%s: expected %s, found an empty file", name, what);
	else
		log_warn("%s: expected %s of at most %zu bytes", name, what,
		    max);
	return -1;
}

static int
papers_read(struct papers *p, char **name)
{
	errno = 0;
	return paper_read(&p->trust, name[0], KM_TRUST_MAX,
	    "trust list 1") == 0 &&
	    paper_read(&p->officers, name[1], OFFICERS_MAX,
	    "the officers list") == 0 &&
	    paper_read(&p->act, name[2], INIT_ACT_MAX,
	    "the act of kind scheme: decision and approvals") == 0 &&
	    paper_read(&p->json, name[3], SCHEME_JSON_MAX,
	    "the scheme") == 0 ? 0 : -1;
}

/*
 * The store first: empty it is worth nothing and can be taken back, which the
 * journal never is.
 */
static int
init_begin(const struct conf *conf, char **name)
{
	struct papers	p;
	int		rc = INIT_FAILED;

	memset(&p, 0, sizeof(p));
	if (papers_read(&p, name) == -1 || !ready(conf))
		goto out;
	if (child_run(conf, PROC_OFFICE, child_store, NULL, NULL) == -1)
		goto out;
	if (child_run(conf, PROC_SIGNER, child_signer, &p, NULL) == -1) {
		(void)child_run(conf, PROC_OFFICE, child_unstore, NULL,
		    NULL);
		goto out;
	}
	printf("The authority %s has begun in %s (%s).\n"
	    "Next: keurmerkd run -f CONF\n", conf->issuer, conf->data,
	    conf_environment_name(conf->environment));
	rc = 0;
out:
	buf_free(&p.trust);
	buf_free(&p.officers);
	buf_free(&p.act);
	buf_free(&p.json);
	return rc;
}

int
authority_init(const struct conf *conf, int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[0], "keys") == 0)
		return init_keys(conf, argv[1]);
	if (argc == 4)
		return init_begin(conf, argv);
	fprintf(stderr,
	    "usage: keurmerkd init -f CONF keys OUT\n"
	    "       keurmerkd init -f CONF TRUST OFFICERS SCHEME-ACT"
	    " SCHEME.json\n");
	return INIT_USAGE;
}
