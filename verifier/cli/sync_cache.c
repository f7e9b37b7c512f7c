/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The cache on disk; its layout is in sync.h. Data before pointer: a file is
 * written, synced and renamed into its place, the set's directories are
 * synced, then "current" is. A crash leaves what was in force in force, and
 * what had been fetched to be checked and used by the next sync.
 */
#include <sys/file.h>
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "verifier/cli/sync.h"

enum { MEMORY_MAX = 512 };

#define MEMORY_HEAD	"keurmerk cache 1\n"

static const char *const	of_set[] = {
	"trust", "epoch", "status", "bodies.json"
};
enum { OF_SET = sizeof(of_set) / sizeof(of_set[0]) };

static int
disk_error(struct sync *s, const char *name)
{
	return sync_say(s, SYNC_ERROR, cli_word("%s/%s: %s; de vorige stand "
	    "blijft van kracht", "%s/%s: %s; what was there stays in force"),
	    s->cache, name, strerror(errno));
}

int
sync_cache_read(struct cli_file *out, int dir, const char *name, size_t max)
{
	struct stat	st;
	struct cli_file	f = { NULL, 0 };
	ssize_t		n = 1;
	int		fd;

	fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd == -1)
		return 0;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size >= 0 &&
	    (uint64_t)st.st_size <= max &&
	    (f.p = malloc((size_t)st.st_size + 1)) != NULL) {
		while (n > 0 && f.len < (size_t)st.st_size) {
			n = read(fd, f.p + f.len, (size_t)st.st_size - f.len);
			if (n > 0)
				f.len += (size_t)n;
			else if (n < 0 && errno == EINTR)
				n = 1;
		}
	}
	close(fd);
	if (f.p == NULL || f.len != (size_t)st.st_size) {
		free(f.p);
		return 0;
	}
	*out = f;
	return 1;
}

static int
write_all(int fd, struct km_bytes b)
{
	ssize_t	n;

	while (b.len > 0) {
		n = write(fd, b.p, b.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		b.p += n;
		b.len -= (size_t)n;
	}
	return fdatasync(fd);
}

int
sync_cache_put(struct sync *s, int dir, const char *name, struct km_bytes b)
{
	int	fd, saved;

	/* What stands there of a crash may be anything. */
	(void)unlinkat(s->dir, "new", 0);
	fd = openat(s->dir, "new", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC |
	    O_NOFOLLOW, 0666);
	if (fd == -1)
		return disk_error(s, "new");
	if (write_all(fd, b) == 0 && close(fd) == 0) {
		if (renameat(s->dir, "new", dir, name) == 0)
			return SYNC_OK;
		fd = -1;
	}
	saved = errno;
	if (fd != -1)
		close(fd);
	(void)unlinkat(s->dir, "new", 0);
	errno = saved;
	return disk_error(s, name);
}

static int
sync_dir(int at, const char *name)
{
	int	fd, rc;

	fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	rc = fsync(fd);
	close(fd);
	return rc;
}

static int
make_dir(struct sync *s, int at, const char *name)
{
	if (mkdirat(at, name, 0777) == -1 && errno != EEXIST)
		return disk_error(s, name);
	return SYNC_OK;
}

static int
is_link(const struct sync *s, const char *name, const char *target)
{
	char	found[64];
	ssize_t	n;

	n = readlinkat(s->dir, name, found, sizeof(found));
	return n == (ssize_t)strlen(target) && memcmp(found, target,
	    (size_t)n) == 0;
}

/* name -> target, whatever stood there but a directory. */
static int
make_link(struct sync *s, const char *name, const char *target)
{
	if (is_link(s, name, target))
		return SYNC_OK;
	(void)unlinkat(s->dir, "new", 0);
	if (symlinkat(target, s->dir, "new") == -1 ||
	    renameat(s->dir, "new", s->dir, name) == -1)
		return disk_error(s, name);
	return SYNC_OK;
}

/* The memory. */

static void
hex(char *out, const uint8_t *p, size_t len)
{
	size_t	i;

	for (i = 0; i < len; i++)
		sprintf(out + 2 * i, "%02x", p[i]);
}

static size_t
memory_text(char out[MEMORY_MAX], const struct sync_memory *m)
{
	char	pin[65], trust[65], epoch[65], kid[17];

	hex(pin, m->pin, KM_HASH_LEN);
	hex(trust, m->trust, KM_HASH_LEN);
	hex(epoch, m->epoch_hash, KM_HASH_LEN);
	hex(kid, m->epoch_kid, KM_KID_LEN);
	return (size_t)snprintf(out, MEMORY_MAX, MEMORY_HEAD "pin %s\n"
	    "trust %" PRIu32 " %s\nepoch %" PRIu32 " %s %s\n", pin,
	    m->trust_version, trust, m->epoch, epoch, kid);
}

static int
unhex(uint8_t *out, size_t len, const char *s)
{
	unsigned int	v;
	size_t		i;

	for (i = 0; i < len; i++) {
		if (sscanf(s + 2 * i, "%2x", &v) != 1)
			return 0;
		out[i] = (uint8_t)v;
	}
	return 1;
}

/* What it says is what would be written of it, to the byte. */
static int
memory_parse(struct sync_memory *out, const struct cli_file *f)
{
	struct sync_memory	m;
	char			text[MEMORY_MAX], again[MEMORY_MAX];
	char			pin[65], trust[65], epoch[65], kid[17];
	size_t			len;

	if (f->len >= sizeof(text))
		return 0;
	memcpy(text, f->p, f->len);
	text[f->len] = '\0';
	memset(&m, 0, sizeof(m));
	if (sscanf(text, MEMORY_HEAD "pin %64[0-9a-f] trust %" SCNu32
	    " %64[0-9a-f] epoch %" SCNu32 " %64[0-9a-f] %16[0-9a-f]", pin,
	    &m.trust_version, trust, &m.epoch, epoch, kid) != 6 ||
	    strlen(pin) != 64 || strlen(trust) != 64 || strlen(epoch) != 64 ||
	    strlen(kid) != 16 || !unhex(m.pin, KM_HASH_LEN, pin) ||
	    !unhex(m.trust, KM_HASH_LEN, trust) ||
	    !unhex(m.epoch_hash, KM_HASH_LEN, epoch) ||
	    !unhex(m.epoch_kid, KM_KID_LEN, kid))
		return 0;
	len = memory_text(again, &m);
	if (len != f->len || memcmp(again, text, len) != 0)
		return 0;
	*out = m;
	return 1;
}

int
sync_memory_write(struct sync *s)
{
	char	text[MEMORY_MAX];
	size_t	len = memory_text(text, &s->memory);
	int	rc;

	rc = sync_cache_put(s, s->dir, "memory", (struct km_bytes){
	    (const uint8_t *)text, len });
	if (rc == SYNC_OK && fsync(s->dir) == -1)
		rc = disk_error(s, "memory");
	s->has_memory = rc == SYNC_OK;
	return rc;
}

/* Does it hold anything but what a sync that was cut off leaves? */
static int
is_empty(int dir)
{
	struct dirent	*e;
	DIR		*d;
	int		 fd = dup(dir), empty = 1;

	if (fd == -1 || (d = fdopendir(fd)) == NULL)
		return 0;
	rewinddir(d);
	while ((e = readdir(d)) != NULL)
		if (strcmp(e->d_name, ".") != 0 &&
		    strcmp(e->d_name, "..") != 0 &&
		    strcmp(e->d_name, "lock") != 0 &&
		    strcmp(e->d_name, "new") != 0)
			empty = 0;
	closedir(d);
	return empty;
}

static int
memory_read(struct sync *s)
{
	struct cli_file	f;
	int		good;

	if (!sync_cache_read(&f, s->dir, "memory", MEMORY_MAX)) {
		if (is_empty(s->dir))
			return SYNC_OK;
		return sync_say(s, SYNC_ERROR, cli_word("%s: verwacht een "
		    "lege map of een eerdere kopie, met een bestand memory; "
		    "gevonden iets anders. Kies een andere map",
		    "%s: expected an empty directory or an earlier copy, "
		    "with a file memory; found something else. Choose "
		    "another directory"), s->cache);
	}
	good = memory_parse(&s->memory, &f);
	cli_file_free(&f);
	if (!good)
		return sync_say(s, SYNC_DOUBT, cli_word("%s/memory is "
		    "beschadigd: niet meer na te gaan welke stand het laatst "
		    "is gezien. Verwijder de kopie en begin opnieuw, met de "
		    "sleutellijst die u vertrouwt", "%s/memory is damaged: "
		    "it cannot be told any more which epoch was seen last. "
		    "Remove the copy and begin again, with the trust list "
		    "that you trust"), s->cache);
	s->has_memory = 1;
	return SYNC_OK;
}

/* "set-N" of the link; 0 when it says something else. */
static uint32_t
set_number(const char *name)
{
	char		again[32];
	unsigned long	n;

	if (strncmp(name, "set-", 4) != 0)
		return 0;
	n = strtoul(name + 4, NULL, 10);
	snprintf(again, sizeof(again), "set-%lu", n);
	return n < UINT32_MAX && strcmp(again, name) == 0 ? (uint32_t)n : 0;
}

/* The set in force; a link that leads nowhere is as good as none. */
static void
set_open(struct sync *s)
{
	struct km_sign1	sign;
	struct cli_file	f;
	struct km_bytes	b;
	char		name[32];
	ssize_t		n;

	n = readlinkat(s->dir, "current", name, sizeof(name) - 1);
	if (n <= 0)
		return;
	name[n] = '\0';
	if ((s->set = set_number(name)) == 0)
		return;
	s->set_dir = openat(s->dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC |
	    O_NOFOLLOW);
	if (s->set_dir == -1 || !sync_cache_read(&f, s->set_dir, "epoch",
	    KM_EPOCH_MAX))
		return;
	s->has_old = km_epoch_decode(&s->old, &sign, f.p, f.len) == KM_OK;
	b = (struct km_bytes){ f.p, f.len };
	km_sha256(s->old_hash, &b, 1);
	cli_file_free(&f);
}

int
sync_cache_open(struct sync *s)
{
	int	rc;

	if (mkdir(s->cache, 0777) == -1 && errno != EEXIST)
		return sync_say(s, SYNC_ERROR, "%s: %s", s->cache,
		    strerror(errno));
	s->dir = open(s->cache, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->dir == -1)
		return sync_say(s, SYNC_ERROR, "%s: %s", s->cache,
		    strerror(errno));
	if (!is_empty(s->dir) && faccessat(s->dir, "memory", F_OK, 0) == -1)
		return memory_read(s);	/* says what is wrong */
	s->lock = openat(s->dir, "lock", O_RDWR | O_CREAT | O_CLOEXEC |
	    O_NOFOLLOW, 0666);
	if (s->lock == -1)
		return disk_error(s, "lock");
	if (flock(s->lock, LOCK_EX | LOCK_NB) == -1)
		return sync_say(s, SYNC_ERROR, cli_word("%s: er is al een "
		    "keurmerk sync mee bezig", "%s: another keurmerk sync is "
		    "at work in it"), s->cache);
	if ((rc = memory_read(s)) == SYNC_OK)
		set_open(s);
	return rc;
}

void
sync_cache_close(struct sync *s)
{
	if (s->new_dir != -1)
		close(s->new_dir);
	if (s->set_dir != -1)
		close(s->set_dir);
	if (s->lock != -1)
		close(s->lock);
	if (s->dir != -1)
		close(s->dir);
	s->new_dir = s->set_dir = s->lock = s->dir = -1;
}

int
sync_cache_begin(struct sync *s)
{
	char	name[32];
	int	rc;

	snprintf(name, sizeof(name), "set-%" PRIu32, s->set + 1);
	if ((rc = make_dir(s, s->dir, "register")) != SYNC_OK ||
	    (rc = make_dir(s, s->dir, "register/index")) != SYNC_OK ||
	    (rc = make_dir(s, s->dir, "scheme")) != SYNC_OK ||
	    (rc = make_dir(s, s->dir, name)) != SYNC_OK)
		return rc;
	s->new_dir = openat(s->dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC |
	    O_NOFOLLOW);
	if (s->new_dir == -1)
		return disk_error(s, name);
	if ((rc = make_dir(s, s->new_dir, "trust")) != SYNC_OK)
		return rc;
	return make_dir(s, s->new_dir, "status");
}

int
sync_cache_linked(const struct sync *s)
{
	char	target[48];
	size_t	i;

	for (i = 0; i < OF_SET; i++) {
		snprintf(target, sizeof(target), "current/%s", of_set[i]);
		if (!is_link(s, of_set[i], target))
			return 0;
	}
	return 1;
}

int
sync_cache_switch(struct sync *s)
{
	char	name[32], target[48];
	size_t	i;
	int	rc;

	snprintf(name, sizeof(name), "set-%" PRIu32, s->set + 1);
	if (sync_dir(s->new_dir, "trust") == -1 ||
	    sync_dir(s->new_dir, "status") == -1 || fsync(s->new_dir) == -1 ||
	    sync_dir(s->dir, "register") == -1 ||
	    sync_dir(s->dir, "register/index") == -1 ||
	    fsync(s->dir) == -1)
		return disk_error(s, name);
	/* They lead nowhere until the first set is in force. */
	for (i = 0; i < OF_SET; i++) {
		snprintf(target, sizeof(target), "current/%s", of_set[i]);
		if ((rc = make_link(s, of_set[i], target)) != SYNC_OK)
			return rc;
	}
	if ((rc = make_link(s, "current", name)) != SYNC_OK)
		return rc;
	return fsync(s->dir) == -1 ? disk_error(s, "current") : SYNC_OK;
}

/* Call each() for what stands in dir/name. */
static void
each(struct sync *s, int at, const char *name, void (*call)(struct sync *,
    int, const char *))
{
	struct dirent	*e;
	DIR		*d;
	int		 fd;

	fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC |
	    O_NOFOLLOW);
	if (fd == -1)
		return;
	if ((d = fdopendir(fd)) == NULL) {
		close(fd);
		return;
	}
	while ((e = readdir(d)) != NULL)
		if (e->d_name[0] != '.')
			call(s, fd, e->d_name);
	closedir(d);
}

static void
file_remove(struct sync *s, int dir, const char *name)
{
	(void)s;
	(void)unlinkat(dir, name, 0);
}

/* The set before this one stays for who is reading in it. */
static void
set_remove(struct sync *s, int dir, const char *name)
{
	uint32_t	n = set_number(name);
	char		path[64];
	size_t		i;

	if (n == 0 || n == s->keep || n == s->keep - 1)
		return;
	for (i = 0; i < OF_SET; i++) {
		snprintf(path, sizeof(path), "set-%" PRIu32 "/%s", n,
		    of_set[i]);
		each(s, dir, path, file_remove);
		(void)unlinkat(dir, path, 0);
		(void)unlinkat(dir, path, AT_REMOVEDIR);
	}
	(void)unlinkat(dir, name, AT_REMOVEDIR);
}

static void
index_remove(struct sync *s, int dir, const char *name)
{
	char	keep[2][16];

	snprintf(keep[0], sizeof(keep[0]), "%" PRIu32, s->epoch.number);
	snprintf(keep[1], sizeof(keep[1]), "%" PRIu32, s->has_old ?
	    s->old.number : s->epoch.number);
	if (strspn(name, "0123456789") == strlen(name) &&
	    strcmp(name, keep[0]) != 0 && strcmp(name, keep[1]) != 0)
		(void)unlinkat(dir, name, 0);
}

static int
root_order(const void *a, const void *b)
{
	return memcmp(a, b, KM_HASH_LEN);
}

static void
run_remove(struct sync *s, int dir, const char *name)
{
	uint8_t	root[KM_HASH_LEN];

	if (strlen(name) == 2 * KM_HASH_LEN &&
	    strspn(name, "0123456789abcdef") == 2 * KM_HASH_LEN &&
	    unhex(root, KM_HASH_LEN, name) && (s->n_runs == 0 ||
	    bsearch(root, s->root, s->n_runs, KM_HASH_LEN, root_order) ==
	    NULL))
		(void)unlinkat(dir, name, 0);
}

/* The runs of the set before, to those of this one. */
static void
roots_of_old(struct sync *s)
{
	struct cli_file	f;
	char		name[SYNC_NAME_MAX];
	uint8_t		*old = NULL, *both;
	size_t		 n;

	snprintf(name, sizeof(name), "register/index/%" PRIu32,
	    s->old.number);
	if (!s->has_old || !sync_cache_read(&f, s->dir, name,
	    sync_index_max(&s->old)))
		return;
	if (sync_check_index(&old, &n, &s->old, &f) == KM_OK &&
	    (both = realloc(s->root, (s->n_runs + n + 1) * KM_HASH_LEN)) !=
	    NULL) {
		memcpy(both + s->n_runs * KM_HASH_LEN, old, n * KM_HASH_LEN);
		s->root = both;
		s->n_runs += n;
	}
	free(old);
	cli_file_free(&f);
}

void
sync_cache_clean(struct sync *s, int stands)
{
	s->keep = stands ? s->set : s->set + 1;
	each(s, s->dir, ".", set_remove);
	if (stands)
		return;
	roots_of_old(s);
	if (s->n_runs > 0)
		qsort(s->root, s->n_runs, KM_HASH_LEN, root_order);
	each(s, s->dir, "register", run_remove);
	each(s, s->dir, "register/index", index_remove);
}
