/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Publishing (ca/office/publish.h): what stands in the tree, that nothing
 * grows lighter without a decision, and that a publication that was cut off
 * anywhere ends in the same files when it is done again.
 */
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "ca/base/file.h"
#include "ca/record/layout.h"
#include "ca/record/run.h"
#include "tests/lib/edition.h"
#include "verifier/known.h"

enum { OUT_MAX = 8 * 1024 * 1024, CUT = 9 };

static struct edition	e;
static struct publish	*p;
static struct buf	pub;
static int		watching, step, die_at;

/* Taken over from the C library: the process ends before one of them. */
static void
passed(void)
{
	if (watching && step++ == die_at)
		_exit(CUT);
}

int
fdatasync(int fd)
{
	passed();
	return (int)syscall(SYS_fdatasync, fd);
}

int
fsync(int fd)
{
	passed();
	return (int)syscall(SYS_fsync, fd);
}

int
renameat(int from_fd, const char *from, int to_fd, const char *to)
{
	passed();
	return (int)syscall(SYS_renameat2, from_fd, from, to_fd, to, 0);
}

int
mkdirat(int fd, const char *path, mode_t mode)
{
	passed();
	return (int)syscall(SYS_mkdirat, fd, path, mode);
}

int
unlinkat(int fd, const char *path, int flags)
{
	passed();
	return (int)syscall(SYS_unlinkat, fd, path, flags);
}

static int
set_up(void **state)
{
	char	dir[] = "/tmp/test_office_publish.XXXXXX";

	(void)state;
	watching = 0;
	assert_non_null(mkdtemp(dir));
	edition_begin(&e, dir);
	buf_init(&pub, OUT_MAX);
	p = publish_open(&e.conf, e.store, e.log);
	assert_non_null(p);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	publish_close(p);
	buf_free(&pub);
	edition_end(&e);
	return 0;
}

static struct km_bytes
held(const struct buf *b)
{
	return (struct km_bytes){ b->p, b->len };
}

static void
press(void)
{
	buf_reset(&pub);
	edition_press(&e, &pub);
}

static void
publish(int want)
{
	assert_int_equal(publish_run(p, held(&pub)), want);
}

static void
press_publish(void)
{
	press();
	publish(0);
}

/* The publisher as after a new start. */
static void
start_again(void)
{
	publish_close(p);
	edition_close(&e);
	edition_open(&e);
	p = publish_open(&e.conf, e.store, e.log);
	assert_non_null(p);
}

/* A file of the tree, into out; it must be there. */
static void
tree_file(struct buf *out, const char *name)
{
	char	path[512];

	snprintf(path, sizeof(path), "%s/%s", e.tree, name);
	buf_init(out, OUT_MAX);
	if (file_read(out, path) == -1)
		fail_msg("%s: %s", path, strerror(errno));
}

static int
tree_has(const char *name)
{
	char	path[512];

	snprintf(path, sizeof(path), "%s/%s", e.tree, name);
	return access(path, F_OK) == 0;
}

/* SHA-256 over names, inodes when told, and contents of all that is there. */
static struct km_frontier	sum;
static int			sum_inodes;
static size_t			sum_files, sum_hidden;

static int
sum_add(const char *path, const struct stat *st, int type, struct FTW *at)
{
	struct buf	data;
	char		head[600];
	uint8_t		hash[KM_HASH_LEN];
	struct km_bytes	part[2];

	if (type != FTW_F)
		return 0;
	sum_files++;
	sum_hidden += path[at->base] == '.';
	buf_init(&data, OUT_MAX);
	assert_int_equal(file_read(&data, path), 0);
	snprintf(head, sizeof(head), "%s %lu", path, sum_inodes ?
	    (unsigned long)st->st_ino : 0);
	part[0] = km_bytes_of(head);
	part[1] = held(&data);
	km_sha256(hash, part, 2);
	buf_free(&data);
	/* The order of the walk is the directory's: add up, byte by byte. */
	for (size_t i = 0; i < KM_HASH_LEN; i++)
		sum.node[0][i] = (uint8_t)(sum.node[0][i] + hash[i]);
	return 0;
}

static void
tree_sum(uint8_t out[KM_HASH_LEN], int inodes)
{
	memset(&sum, 0, sizeof(sum));
	sum_inodes = inodes;
	sum_files = sum_hidden = 0;
	assert_int_equal(nftw(e.tree, sum_add, 16, FTW_PHYS), 0);
	memcpy(out, sum.node[0], KM_HASH_LEN);
}

static void
test_names(void **state)
{
	static const uint8_t	root[KM_HASH_LEN] = { 0xab, 0x01 };
	char			path[LAYOUT_PATH_MAX];

	(void)state;
	/* The examples of c2sp.org/tlog-tiles. */
	layout_tile(path, 0, 1234067, LAYOUT_TILE);
	assert_string_equal(path, "log/tile/0/x001/x234/067");
	layout_tile(path, 1, 5, 8);
	assert_string_equal(path, "log/tile/1/005.p/8");
	layout_tile(path, LAYOUT_ENTRIES, 1000, LAYOUT_TILE);
	assert_string_equal(path, "log/tile/entries/x001/000");
	layout_tile(path, 5, 999, 255);
	assert_string_equal(path, "log/tile/5/999.p/255");
	layout_scheme(path, km_bytes_of("example"), 3);
	assert_string_equal(path, "scheme/example/3.json");
	layout_run(path, root);
	assert_string_equal(path, "register/ab010000000000000000000000000000"
	    "00000000000000000000000000000000");
	assert_int_equal(layout_shards(0), 0);
	assert_int_equal(layout_shards(65536), 1);
	assert_int_equal(layout_shards(65537), 2);
	assert_int_equal(run_count(0), 0);
	assert_int_equal(run_count(1024), 1);
	assert_int_equal(run_count(1025), 2);
	assert_int_equal(run_leaves(1025, 1), 1);
	assert_int_equal(run_leaves(1025, 2), 0);
}

/* Everything that a reader of the tree looks for, and nothing else. */
static void
test_first(void **state)
{
	struct buf	file, index, roots;
	struct km_cbor	run;
	struct km_bytes	leaf;
	uint8_t		hash[KM_HASH_LEN], root[KM_HASH_LEN];
	char		path[LAYOUT_PATH_MAX];
	uint64_t	size;
	size_t		i, n = 0;

	(void)state;
	edition_grant(&e, 1500);
	press_publish();
	tree_file(&file, "epoch");
	tree_file(&index, "epochs/1");
	assert_true(km_bytes_equal(held(&file), held(&index)));
	buf_free(&file);
	buf_free(&index);
	tree_file(&file, "trust/1");
	assert_int_equal(file.len, e.papers.trust_bytes.len);
	buf_free(&file);
	assert_true(tree_has("scheme/example/1.json"));
	assert_true(tree_has("bodies.json"));
	assert_true(tree_has("status/0"));
	assert_false(tree_has("status/1"));
	assert_true(tree_has("log/tile/0/000.p/4"));
	assert_true(tree_has("log/tile/entries/000.p/4"));
	assert_false(tree_has("log/tile/1"));

	buf_init(&roots, OUT_MAX);
	tree_file(&index, "register/index/1");
	assert_int_equal(run_index_decode(&size, &roots, held(&index)),
	    KM_OK);
	assert_int_equal(size, 1500);
	assert_int_equal(roots.len, 2 * KM_HASH_LEN);
	run_root_of(root, roots.p, 2);
	assert_memory_equal(root, e.epoch.reg.root, KM_HASH_LEN);
	/* Each run is named by the root of the leaves in it. */
	for (i = 0; i < 2; i++) {
		struct km_frontier	f;

		layout_run(path, roots.p + i * KM_HASH_LEN);
		tree_file(&file, path);
		km_cbor_begin(&run, file.p, file.len);
		km_frontier_begin(&f);
		while ((leaf = km_register_next(&run)).len > 0) {
			km_leaf_hash(hash, leaf);
			km_frontier_add(&f, hash);
			n++;
		}
		assert_int_equal(km_cbor_end(&run), KM_OK);
		km_frontier_root(root, &f);
		assert_memory_equal(root, roots.p + i * KM_HASH_LEN,
		    KM_HASH_LEN);
		buf_free(&file);
	}
	assert_int_equal(n, 1500);
	/* epoch, epochs/1, trust, scheme, bodies, status, index, runs, tiles */
	tree_sum(hash, 0);
	assert_int_equal(sum_files, 11);
	assert_int_equal(sum_hidden, 0);
	buf_free(&index);
	buf_free(&roots);
}

/* Tiles hold the tree's hashes, bundles the leaves with their lengths. */
static void
test_tiles(void **state)
{
	struct buf	tile;
	uint8_t		hash[KM_HASH_LEN];
	size_t		i, at, len;

	(void)state;
	edition_acts(&e, 500);
	press_publish();
	assert_true(tree_has("log/tile/0/000"));
	assert_true(tree_has("log/tile/0/001.p/247"));
	tree_file(&tile, "log/tile/1/000.p/1");
	assert_int_equal(tile.len, KM_HASH_LEN);
	assert_int_equal(merkle_root_of(hash, e.log, 0, 256), 0);
	assert_memory_equal(tile.p, hash, KM_HASH_LEN);
	buf_free(&tile);
	tree_file(&tile, "log/tile/0/001.p/247");
	assert_int_equal(tile.len, 247 * KM_HASH_LEN);
	assert_memory_equal(tile.p + 246 * KM_HASH_LEN,
	    merkle_leaf(e.log, 502), KM_HASH_LEN);
	buf_free(&tile);
	tree_file(&tile, "log/tile/entries/000");
	for (i = at = 0; at < tile.len; at += len, i++) {
		len = (size_t)tile.p[at] << 8 | tile.p[at + 1];
		at += 2;
		assert_true(len <= tile.len - at);
		km_leaf_hash(hash, (struct km_bytes){ tile.p + at, len });
		assert_memory_equal(hash, merkle_leaf(e.log, i),
		    KM_HASH_LEN);
	}
	assert_int_equal(i, 256);
	buf_free(&tile);
	/* A log that does not grow makes no tiles; one that fills does. */
	press_publish();
	assert_true(tree_has("log/tile/0/001.p/247"));
	edition_acts(&e, 9);
	press_publish();
	assert_true(tree_has("log/tile/0/001"));
	assert_true(tree_has("log/tile/entries/001"));
	assert_true(tree_has("log/tile/1/000.p/2"));
	assert_false(tree_has("log/tile/0/002.p"));
	/* When the next is full its partial ones go. */
	edition_acts(&e, 300);
	press_publish();
	press_publish();
	assert_false(tree_has("log/tile/0/000.p"));
	assert_false(tree_has("log/tile/entries/000.p"));
	assert_true(tree_has("log/tile/0/000"));
}

/* A change writes one run and one list; all else stays as it is. */
static void
test_change(void **state)
{
	struct buf	before, after;
	struct stat	old, new;
	char		path[512];

	(void)state;
	edition_grant(&e, 66000);
	press_publish();
	snprintf(path, sizeof(path), "%s/status/0", e.tree);
	assert_int_equal(stat(path, &old), 0);
	edition_status(&e, 65999, KM_STATUS_SUSPENDED, KM_EVENT_SUSPEND);
	press_publish();
	assert_int_equal(stat(path, &new), 0);
	assert_int_equal(old.st_ino, new.st_ino);
	tree_file(&before, "register/index/1");
	tree_file(&after, "register/index/2");
	assert_int_equal(before.len, after.len);
	/* 65 runs; the last root differs, none before it does. */
	assert_memory_equal(before.p, after.p, before.len - KM_HASH_LEN);
	assert_memory_not_equal(before.p + before.len - KM_HASH_LEN,
	    after.p + after.len - KM_HASH_LEN, KM_HASH_LEN);
	buf_free(&before);
	buf_free(&after);
}

/* The same once more changes nothing, before a start and after it. */
static void
test_again(void **state)
{
	uint8_t	once[KM_HASH_LEN], twice[KM_HASH_LEN];

	(void)state;
	edition_grant(&e, 10);
	press_publish();
	edition_status(&e, 3, KM_STATUS_WITHDRAWN, KM_EVENT_WITHDRAW);
	press_publish();
	tree_sum(once, 1);
	publish(0);
	start_again();
	publish(0);
	tree_sum(twice, 1);
	assert_memory_equal(once, twice, KM_HASH_LEN);
	edition_status(&e, 4, KM_STATUS_SUSPENDED, KM_EVENT_SUSPEND);
	press_publish();
	assert_true(tree_has("epochs/3"));
}

/* What must not be published leaves the tree as it was. */
static void
refused(const char *what)
{
	uint8_t	before[KM_HASH_LEN], after[KM_HASH_LEN];

	tree_sum(before, 1);
	press();
	if (publish_run(p, held(&pub)) != -1)
		fail_msg("published: %s", what);
	tree_sum(after, 1);
	if (memcmp(before, after, KM_HASH_LEN) != 0)
		fail_msg("changed the tree: %s", what);
	/* The epoch that was not published is not there for the next. */
	e.epoch.number--;
	memcpy(e.hash, e.epoch.previous, KM_HASH_LEN);
	memset(e.dirty, 1, sizeof(e.dirty));
}

static void
lighter(enum km_status from, enum km_event_kind by, enum km_status to,
    enum km_event_kind event)
{
	char	what[80];

	snprintf(what, sizeof(what), "%d to %d", (int)from, (int)to);
	edition_grant(&e, 5);
	edition_status(&e, e.n - 1, from, by);
	press_publish();
	edition_status(&e, e.n - 1, to, event);
	refused(what);
	/* Take it back, as far as the store lets us. */
	edition_status(&e, e.n - 1, from, by);
	press_publish();
}

static void
test_lighter_suspended(void **state)
{
	(void)state;
	edition_grant(&e, 5);
	lighter(KM_STATUS_SUSPENDED, KM_EVENT_SUSPEND, KM_STATUS_VALID,
	    KM_EVENT_GRANT);
	lighter(KM_STATUS_SUSPENDED, KM_EVENT_SUSPEND, KM_STATUS_VALID,
	    KM_EVENT_SUSPEND);
	lighter(KM_STATUS_SUSPENDED, KM_EVENT_SUSPEND, KM_STATUS_SUPERSEDED,
	    KM_EVENT_SUPERSEDE);
	lighter(KM_STATUS_SUPERSEDED, KM_EVENT_SUPERSEDE, KM_STATUS_VALID,
	    KM_EVENT_GRANT);
	lighter(KM_STATUS_SUPERSEDED, KM_EVENT_SUPERSEDE,
	    KM_STATUS_SUSPENDED, KM_EVENT_SUSPEND);
	/* No decision lifts what is superseded. */
	lighter(KM_STATUS_SUPERSEDED, KM_EVENT_SUPERSEDE, KM_STATUS_VALID,
	    KM_EVENT_LIFT);
}

/* A lift that was published before is no reason now. */
static void
test_lighter_old_lift(void **state)
{
	(void)state;
	edition_grant(&e, 5);
	edition_status(&e, 1, KM_STATUS_SUSPENDED, KM_EVENT_SUSPEND);
	edition_status(&e, 1, KM_STATUS_VALID, KM_EVENT_LIFT);
	edition_status(&e, 1, KM_STATUS_SUSPENDED, KM_EVENT_SUSPEND);
	press_publish();
	e.now += 60;
	press_publish();
	edition_status(&e, 1, KM_STATUS_VALID, KM_EVENT_AMEND);
	refused("an old lift");
}

static void
test_lift(void **state)
{
	(void)state;
	edition_grant(&e, 5);
	edition_status(&e, 1, KM_STATUS_SUSPENDED, KM_EVENT_SUSPEND);
	press_publish();
	edition_status(&e, 1, KM_STATUS_VALID, KM_EVENT_LIFT);
	press_publish();
	/* Lifted and superseded at once. */
	edition_status(&e, 1, KM_STATUS_SUSPENDED, KM_EVENT_SUSPEND);
	press_publish();
	edition_status(&e, 1, KM_STATUS_VALID, KM_EVENT_LIFT);
	edition_status(&e, 1, KM_STATUS_SUPERSEDED, KM_EVENT_SUPERSEDE);
	press_publish();
	edition_status(&e, 1, KM_STATUS_WITHDRAWN, KM_EVENT_WITHDRAW);
	press_publish();
}

/* Lists that say what no leaf says. */
static void
test_lists_alone(void **state)
{
	(void)state;
	edition_grant(&e, 3000);
	edition_status(&e, 7, KM_STATUS_WITHDRAWN, KM_EVENT_WITHDRAW);
	edition_status(&e, 2048, KM_STATUS_SUSPENDED, KM_EVENT_SUSPEND);
	press_publish();
	/* In a run that did not change, lighter and heavier. */
	edition_say(&e, 7, KM_STATUS_VALID);
	refused("withdrawn taken back in the list alone");
	edition_say(&e, 7, KM_STATUS_WITHDRAWN);
	edition_say(&e, 2048, KM_STATUS_VALID);
	refused("suspension taken back in the list alone");
	edition_say(&e, 2048, KM_STATUS_SUSPENDED);
	edition_say(&e, 9, KM_STATUS_WITHDRAWN);
	refused("withdrawn in the list alone");
	edition_say(&e, 9, KM_STATUS_VALID);
	edition_say(&e, 3000, KM_STATUS_WITHDRAWN);
	refused("a status of nobody");
	edition_say(&e, 3000, KM_STATUS_VALID);
	/* And in one that did. */
	edition_status(&e, 8, KM_STATUS_SUSPENDED, KM_EVENT_SUSPEND);
	edition_say(&e, 8, KM_STATUS_VALID);
	refused("a suspension that the list has not");
	edition_say(&e, 8, KM_STATUS_SUSPENDED);
	edition_say(&e, 7, KM_STATUS_VALID);
	refused("withdrawn taken back beside a change");
	edition_say(&e, 7, KM_STATUS_WITHDRAWN);
	press_publish();
}

/* An epoch that does not fit, each in one way. */
static void
test_epoch(void **state)
{
	struct km_epoch	before;
	size_t		i;

	(void)state;
	edition_grant(&e, 20);
	press_publish();
	before = e.epoch;
	for (i = 0; i < edition_misfits_n; i++) {
		uint8_t	hash[KM_HASH_LEN];

		memcpy(hash, e.hash, KM_HASH_LEN);
		e.change = edition_misfits[i].change;
		refused(edition_misfits[i].what);
		e.change = NULL;
		e.epoch = before;
		memcpy(e.hash, hash, KM_HASH_LEN);
	}
	e.epoch_key = &e.papers.attest;
	refused("epoch by a key of another purpose");
	e.epoch_key = &e.papers.root[0].key;
	refused("epoch by a root");
	e.epoch_key = &e.papers.publish;
	e.list_key = &e.papers.attest;
	refused("list by a key of another purpose");
	e.list_key = &e.papers.publish;
	e.said_batch = 1;
	refused("of another batch");
	e.said_batch = 0;
	e.conf.tree = e.tree;
	press_publish();
}

/* Every flipped bit of a publication, and every end too early. */
static void
test_bits(void **state)
{
	uint8_t	before[KM_HASH_LEN], after[KM_HASH_LEN];
	size_t	i;

	(void)state;
	edition_grant(&e, 3);
	press_publish();
	edition_status(&e, 1, KM_STATUS_WITHDRAWN, KM_EVENT_WITHDRAW);
	press();
	tree_sum(before, 1);
	for (i = 0; i < pub.len * 8; i += 3) {
		pub.p[i / 8] ^= (uint8_t)(1 << i % 8);
		if (publish_run(p, held(&pub)) != -1)
			fail_msg("bit %zu flipped and published", i);
		pub.p[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	for (i = 0; i < pub.len; i++)
		assert_int_equal(publish_run(p, (struct km_bytes){ pub.p,
		    i }), -1);
	tree_sum(after, 1);
	assert_memory_equal(before, after, KM_HASH_LEN);
	publish(0);
}

/* A tree or store that is not the other's. */
static void
test_foreign(void **state)
{
	char	command[700];

	(void)state;
	edition_grant(&e, 3);
	press_publish();
	press_publish();
	publish_close(p);
	snprintf(command, sizeof(command), "cd '%s' && mv epochs/2 e2 && "
	    "cp epochs/1 epochs/2", e.tree);
	assert_int_equal(system(command), 0);
	p = publish_open(&e.conf, e.store, e.log);
	assert_null(p);
	snprintf(command, sizeof(command), "cd '%s' && mv e2 epochs/2 && "
	    "mv status/0 s0", e.tree);
	assert_int_equal(system(command), 0);
	p = publish_open(&e.conf, e.store, e.log);
	assert_null(p);
	snprintf(command, sizeof(command), "cd '%s' && mv s0 status/0 && "
	    "cp register/index/2 i2 && printf x >>register/index/2",
	    e.tree);
	assert_int_equal(system(command), 0);
	p = publish_open(&e.conf, e.store, e.log);
	assert_null(p);
	snprintf(command, sizeof(command), "cd '%s' && mv i2 "
	    "register/index/2", e.tree);
	assert_int_equal(system(command), 0);
	p = publish_open(&e.conf, e.store, e.log);
	assert_non_null(p);
}

/* A day that is over is put aside; what is a day old goes. */
static void
test_old(void **state)
{
	static const struct timespec	then[2] = {
		{ SAMPLE_NOW, 0 }, { SAMPLE_NOW, 0 }
	};
	struct buf	a, b;
	char		path[512];
	int		i;

	(void)state;
	edition_grant(&e, 3);
	press_publish();
	edition_status(&e, 1, KM_STATUS_SUSPENDED, KM_EVENT_SUSPEND);
	press_publish();
	edition_status(&e, 2, KM_STATUS_SUSPENDED, KM_EVENT_SUSPEND);
	press_publish();
	for (i = 1; i <= 3; i++) {
		snprintf(path, sizeof(path), "%s/register/index/%d", e.tree,
		    i);
		assert_int_equal(utimensat(AT_FDCWD, path, then, 0), 0);
	}
	tree_file(&a, "status/0");
	e.now += 25 * 3600;
	edition_status(&e, 1, KM_STATUS_VALID, KM_EVENT_LIFT);
	press_publish();
	tree_file(&b, "archive/2026-11-24/status/0");
	assert_true(km_bytes_equal(held(&a), held(&b)));
	buf_free(&a);
	buf_free(&b);
	tree_file(&a, "archive/2026-11-24/epoch");
	tree_file(&b, "epochs/3");
	assert_true(km_bytes_equal(held(&a), held(&b)));
	buf_free(&a);
	buf_free(&b);
	assert_false(tree_has("archive/2026-11-25"));
	assert_false(tree_has("register/index/1"));
	assert_false(tree_has("register/index/2"));
	assert_true(tree_has("register/index/3"));
	assert_true(tree_has("register/index/4"));
	/* One run each of 3 and 4, none of 1 and 2. */
	snprintf(path, sizeof(path), "test $(ls '%s/register' | wc -l) = 3",
	    e.tree);
	assert_int_equal(system(path), 0);
}

/* Open what is in the store now and publish; ends the process. */
static void
child(int die)
{
	e.store = NULL;
	e.log = NULL;
	edition_open(&e);
	p = publish_open(&e.conf, e.store, e.log);
	if (p == NULL)
		_exit(2);
	step = 0;
	die_at = die;
	watching = 1;
	if (publish_run(p, held(&pub)) != 0)
		_exit(3);
	watching = 0;
	publish_close(p);
	edition_close(&e);
	_exit(0);
}

static int
child_status(int die)
{
	int	status;
	pid_t	pid = fork();

	assert_true(pid != -1);
	if (pid == 0)
		child(die);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
copy(const char *from, const char *to)
{
	char	command[900];

	snprintf(command, sizeof(command), "cd '%s' && rm -rf tree.%s"
	    " office.%s && cp -a tree.%s tree.%s && cp -a office.%s"
	    " office.%s", e.dir, to, to, from, to, from, to);
	assert_int_equal(system(command), 0);
}

/*
 * Cut off before every call that makes something durable or visible, then
 * done again: each time the tree ends as if nothing had been. It is the
 * first epoch of a day, so the archive is written too.
 */
static void
test_cut_off(void **state)
{
	uint8_t	want[KM_HASH_LEN], have[KM_HASH_LEN];
	char	command[900];
	int	die, status;

	(void)state;
	edition_grant(&e, 1030);
	press_publish();
	edition_acts(&e, 300);
	edition_status(&e, 1, KM_STATUS_SUSPENDED, KM_EVENT_SUSPEND);
	e.now += 86400;
	press();
	publish_close(p);
	p = NULL;
	edition_close(&e);
	/* Work on copies of tree and store, one name apart. */
	snprintf(command, sizeof(command), "cd '%s' && mv tree tree.0 && mv"
	    " office office.0 && ln -s tree.w tree && ln -s office.w office",
	    e.dir);
	assert_int_equal(system(command), 0);
	copy("0", "w");
	snprintf(e.tree, sizeof(e.tree), "%s/tree.w", e.dir);
	snprintf(e.office, sizeof(e.office), "%s/office.w", e.dir);
	assert_int_equal(child_status(-1), 0);
	tree_sum(want, 0);
	for (die = 0; ; die++) {
		copy("0", "w");
		status = child_status(die);
		if (status == 0)
			break;
		assert_int_equal(status, CUT);
		status = child_status(-1);
		if (status != 0)
			fail_msg("cut off at %d: cannot go on", die);
		tree_sum(have, 0);
		if (memcmp(want, have, KM_HASH_LEN) != 0)
			fail_msg("cut off at %d: another tree", die);
	}
	if (die < 30)
		fail_msg("only %d calls seen", die);
	edition_open(&e);
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_names),
		TEST(test_first),
		TEST(test_tiles),
		TEST(test_change),
		TEST(test_again),
		TEST(test_lighter_suspended),
		TEST(test_lighter_old_lift),
		TEST(test_lift),
		TEST(test_lists_alone),
		TEST(test_epoch),
		TEST(test_bits),
		TEST(test_foreign),
		TEST(test_old),
		TEST(test_cut_off)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
