/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Signer: the role. It waits for office, answers one question at a time, and
 * ends when told to, or when office is gone: then all roles start again, and
 * a hello brings the two together.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ca/base/file.h"
#include "ca/base/log.h"
#include "ca/base/role.h"

#include "answer.h"
#include "snapshot.h"

enum {
	IDLE_MS = 1000,
	KEEP_MAX = 1024 * 1024		/* larger buffers are given back */
};

static int
lock_dir(const char *dir, struct signer_error *err)
{
	char	path[CONF_PATH_MAX + 16];
	int	fd;

	snprintf(path, sizeof(path), "%s/lock", dir);
	if ((fd = file_lock(path)) == -1)
		signer_fail(err, "cannot be locked");
	return fd;
}

static int
open_parts(struct signer *sg, struct signer_error *err)
{
	sg->verify = verify_new();
	sg->check = calloc(1, sizeof(*sg->check));
	if (sg->verify == NULL || sg->check == NULL)
		return signer_fail(err, "out of memory");
	if ((sg->keys = keys_load(sg->dirfd, err)) == NULL)
		return -1;
	sg->check->st = &sg->state;
	sg->check->verify = sg->verify;
	sg->check->keys = sg->keys;
	return 0;
}

int
signer_open(struct signer *sg, const char *dir, struct km_bytes authority,
    enum km_environment environment, struct signer_error *err)
{
	struct clock	clock = sg->clock;

	memset(sg, 0, sizeof(*sg));
	sg->clock = clock;
	sg->journal.fd = sg->lockfd = sg->dirfd = -1;
	made_init(&sg->made);
	if ((sg->dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) ==
	    -1) {
		signer_fail(err, "expected the signer's directory: %s",
		    strerror(errno));
		goto fail;
	}
	if (file_dir_firm(sg->dirfd) == -1) {
		signer_fail(err, "expected a directory of our own that nobody "
		    "else may write, found another: chmod 700 and chown it");
		goto fail;
	}
	if ((sg->lockfd = lock_dir(dir, err)) == -1)
		goto fail;
	if (state_init(&sg->state, authority, environment) == -1) {
		signer_fail(err, "out of memory");
		goto fail;
	}
	if (open_parts(sg, err) == -1 ||
	    journal_open(&sg->journal, sg->dirfd, 1, err) == -1 ||
	    replay_run(&sg->state, &sg->journal, sg->dirfd, NULL, err) == -1)
		goto fail;
	if (sg->journal.end != sg->journal.size)
		log_warnx("journal: %" PRIu64 " bytes of a record that was "
		    "never answered are cut off its end",
		    sg->journal.size - sg->journal.end);
	if (journal_cut(&sg->journal, err) == -1)
		goto fail;
	sg->snapshot_at = sg->journal.from;
	clock_start(&sg->clock);
	return 0;
fail:
	signer_close(sg);
	return -1;
}

void
signer_close(struct signer *sg)
{
	made_free(&sg->made);
	keys_free(sg->keys);
	verify_free(sg->verify);
	free(sg->check);
	state_free(&sg->state);
	if (sg->journal.fd != -1)
		journal_close(&sg->journal);
	if (sg->lockfd != -1)
		close(sg->lockfd);
	if (sg->dirfd != -1)
		close(sg->dirfd);
	memset(sg, 0, sizeof(*sg));
	sg->journal.fd = sg->lockfd = sg->dirfd = -1;
}

void
signer_snapshot(struct signer *sg, uint64_t grown)
{
	if (sg->journal.end - sg->snapshot_at < grown)
		return;
	/* Only a shortcut: without it the journal is read from its start. */
	if (snapshot_write(&sg->state, &sg->journal, sg->dirfd) == -1)
		log_warn("snapshot: cannot be written");
	sg->snapshot_at = sg->journal.end;
}

/* One question and its answer: 1, 0 when there are no more, -1 broken. */
static int
serve_one(struct signer *sg, int fd, struct buf *ask, struct buf *reply)
{
	int	r;

	r = msg_read(fd, ask);
	if (r == 0)
		return 0;
	if (r == -1) {
		log_warn("channel: not a message");
		return -1;
	}
	signer_answer(sg, ask->p, ask->len, reply);
	if (msg_write(fd, reply) == -1) {
		log_warn("channel: cannot answer");
		return -1;
	}
	if (ask->cap > KEEP_MAX)
		buf_free(ask);
	if (reply->cap > KEEP_MAX)
		buf_free(reply);
	return 1;
}

int
signer_serve(struct signer *sg, int fd, int (*wait)(int fd, int timeout_ms))
{
	struct buf	ask, reply;
	int		ready, r = 1;

	buf_init(&ask, MSG_MAX);
	buf_init(&reply, MSG_MAX);
	while (r == 1) {
		/* A snapshot holds up whoever asks: best when nobody does. */
		ready = wait(fd, sg->journal.end - sg->snapshot_at <
		    SNAPSHOT_STEP ? -1 : IDLE_MS);
		if (ready == -1)
			break;
		if (ready == 0)
			signer_snapshot(sg, SNAPSHOT_STEP);
		else
			r = serve_one(sg, fd, &ask, &reply);
		signer_snapshot(sg, SNAPSHOT_STEP_BUSY);
	}
	buf_free(&ask);
	buf_free(&reply);
	return r == -1;
}

int
signer_main(void)
{
	struct signer_error	err;
	struct signer		sg;
	struct conf		conf;
	char			dir[CONF_PATH_MAX + 16];
	int			rc;

	role_main(PROC_SIGNER, &conf);
	snprintf(dir, sizeof(dir), "%s/signer", conf.data);
	memset(&sg, 0, sizeof(sg));
	clock_system(&sg.clock);
	if (signer_open(&sg, dir, km_bytes_of(conf.issuer),
	    (enum km_environment)conf.environment, &err) == -1)
		fatalx("%s: %s", dir, err.text);
	log_info("batch %" PRIu64 ", epoch %" PRIu32 ", %" PRIu64
	    " attestations", sg.state.batch, sg.state.epoch,
	    state_slots(&sg.state));
	role_ready();
	rc = signer_serve(&sg, PROC_FD_PEER, role_wait);
	signer_snapshot(&sg, 1);
	signer_close(&sg);
	conf_free(&conf);
	return rc;
}
