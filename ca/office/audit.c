/* SPDX-License-Identifier: EUPL-1.2 */
/* Audit, office's half: part by part; see audit.h. */
#include <sys/mman.h>

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ca/base/log.h"

#include "audit_state.h"

static int
open_all(struct audit *a, const struct conf *conf)
{
	char	dir[CONF_PATH_MAX + 16];
	void	*shared;

	a->conf = conf;
	a->began = 0;
	a->root = open(conf->tree, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (a->root == -1) {
		log_warn("%s: expected the directory of the published tree",
		    conf->tree);
		return -1;
	}
	snprintf(dir, sizeof(dir), "%s/office", conf->data);
	a->store = store_open(dir, km_bytes_of(conf->issuer),
	    (enum km_environment)conf->environment, 1);
	if (a->store == NULL)
		return -1;
	shared = mmap(NULL, AUDIT_WORKERS * sizeof(*a->count),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	a->mem = malloc(KM_KNOWN_MIN);
	a->log = merkle_new(UINT64_MAX);
	if (shared == MAP_FAILED || a->mem == NULL || a->log == NULL) {
		log_warnx("audit: no memory");
		return -1;
	}
	a->count = shared;
	buf_init(&a->trust_bytes, KM_TRUST_MAX);
	buf_init(&a->officers_bytes, OFFICERS_MAX);
	return 0;
}

static void
close_all(struct audit *a)
{
	unsigned int	i;

	for (i = 0; i < AUDIT_WORKERS; i++)
		if (a->worker[i].pid > 0) {
			kill(a->worker[i].pid, SIGKILL);
			waitpid(a->worker[i].pid, NULL, 0);
			close(a->worker[i].fd);
		}
	if (a->count != NULL)
		munmap(a->count, AUDIT_WORKERS * sizeof(*a->count));
	if (a->root != -1)
		close(a->root);
	store_close(a->store);
	merkle_free(a->log);
	audit_known_forget(a);
	audit_lists_free(a);
	audit_subjects_free(a);
	officers_free(&a->officers);
	buf_free(&a->trust_bytes);
	buf_free(&a->officers_bytes);
	free(a->mem);
	free(a->slot);
	free(a->time);
	free(a->root_now);
	free(a->root_then);
}

/* Status as of the last epoch that the store says is published. */
static int
figures(struct audit *a, struct audit_figures *f)
{
	struct km_epoch	e;
	struct km_sign1	s;
	struct buf	b;
	char		path[LAYOUT_PATH_MAX];

	memset(f, 0, sizeof(*f));
	f->batch = a->meta.batch;
	f->epoch = a->meta.epoch;
	f->log.size = merkle_size(a->log);
	merkle_root(f->log.root, a->log);
	f->reg.size = a->n_slots;
	run_root_of(f->reg.root, a->root_now[0],
	    (size_t)run_count(a->n_slots));
	km_sha256(f->status.root, NULL, 0);
	if (f->epoch != 0) {
		layout_epoch(path, f->epoch);
		buf_init(&b, KM_EPOCH_MAX);
		if (audit_file(a, &b, path) == 0 &&
		    km_epoch_decode(&e, &s, b.p, b.len) == KM_OK)
			f->status = e.status;
		buf_free(&b);
	}
	f->halted = a->halted;
	memcpy(f->trust, a->trust_hash, KM_HASH_LEN);
	memcpy(f->officers, a->officers_hash, KM_HASH_LEN);
	memcpy(f->scheme, a->scheme_hash, KM_HASH_LEN);
	memcpy(f->last_epoch, a->meta.epoch_hash, KM_HASH_LEN);
	return audit_heads(a, f->heads);
}

static int
parts(struct audit *a)
{
	if (audit_snapshot(a) == -1)
		return -1;
	printf("store: batch %llu, epoch %u, %llu acts, %llu attestations\n",
	    (unsigned long long)a->meta.batch, a->meta.epoch,
	    (unsigned long long)a->meta.log_size,
	    (unsigned long long)a->meta.register_size);
	if (a->bad > 0)
		audit_part(a, 0, "newest epoch");
	if (audit_sign_start(a) == -1 || audit_log(a) == -1 ||
	    audit_epochs(a) == -1 || audit_replay(a) == -1 ||
	    audit_register(a) == -1 || audit_published(a) == -1 ||
	    audit_tiles(a) == -1 || audit_archive(a) == -1)
		return -1;
	return audit_sign_end(a);
}

long
audit_office(const struct conf *conf, struct audit_figures *out)
{
	struct audit		*a;
	struct audit_figures	 f;
	long			 rc = -1;

	if ((a = calloc(1, sizeof(*a))) == NULL) {
		log_warnx("audit: no memory");
		return -1;
	}
	a->root = -1;
	if (open_all(a, conf) == 0 && parts(a) == 0 && figures(a, &f) == 0) {
		*out = f;
		rc = a->bad > LONG_MAX ? LONG_MAX : (long)a->bad;
	}
	audit_progress_end(a);
	close_all(a);
	free(a);
	return rc;
}
