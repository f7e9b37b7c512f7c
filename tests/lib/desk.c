/* SPDX-License-Identifier: EUPL-1.2 */
/* Desk: the authority's files, the signer's process, plain questions. */
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/pem.h>

#include "ca/base/file.h"
#include "ca/record/encode.h"
#include "tests/lib/desk.h"

#define must(ok) do {							\
	if (!(ok)) {							\
		fprintf(stderr, "%s:%d: failed: %s\n", __FILE__,	\
		    __LINE__, #ok);					\
		abort();						\
	}								\
} while (0)

static int64_t
real_time(void *arg)
{
	struct desk_clock	*c = arg;

	return c->real;
}

static int64_t
boot_time(void *arg)
{
	struct desk_clock	*c = arg;

	return c->boot;
}

static void
key_write(const struct desk *d, const char *name, EVP_PKEY *pkey)
{
	char	path[600];
	FILE	*f;
	int	fd;

	snprintf(path, sizeof(path), "%s/keys/%s", d->dir, name);
	must((fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600)) != -1);
	must((f = fdopen(fd, "w")) != NULL);
	must(PEM_write_PKCS8PrivateKey(f, pkey, NULL, NULL, 0, NULL, NULL));
	must(fclose(f) == 0);
}

/* Files of one directory, and it. */
static void
remove_all(const char *dir)
{
	struct dirent	*e;
	char		 path[800];
	DIR		*p;

	if ((p = opendir(dir)) == NULL)
		return;
	while ((e = readdir(p)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 ||
		    strcmp(e->d_name, "..") == 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		if (unlink(path) == -1)
			remove_all(path);
	}
	closedir(p);
	rmdir(dir);
}

void
desk_prepare(struct desk *d, const char *name)
{
	const char	*tmp = getenv("TEST_TMP");
	char		 path[600];

	memset(d, 0, sizeof(*d));
	d->fd = -1;
	papers_begin(&d->papers, KM_ENVIRONMENT_PRODUCTION);
	snprintf(d->dir, sizeof(d->dir), "%.200s/desk-%s-%ld",
	    tmp != NULL ? tmp : "/tmp", name, (long)getpid());
	remove_all(d->dir);
	must(mkdir(d->dir, 0700) == 0);
	snprintf(path, sizeof(path), "%s/keys", d->dir);
	must(mkdir(path, 0700) == 0);
	key_write(d, "attest.pem", d->papers.attest.pkey);
	key_write(d, "publish.pem", d->papers.publish.pkey);
	buf_init(&d->json, SCHEME_JSON_MAX);
	must(file_read(&d->json, "schemas/scheme.json") == 0);
	must((d->log = merkle_new(1 << 20)) != NULL);
	d->clock = mmap(NULL, sizeof(*d->clock), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	must(d->clock != MAP_FAILED);
	d->clock->real = SAMPLE_NOW;
	d->clock->boot = 1000;
}

void
desk_papers(struct desk *d, struct init_papers *out, struct sample_buf *act)
{
	struct papers_draft	draft;
	struct papers_act	scheme;
	size_t			i;

	papers_draft(&draft, &d->papers, DECISION_SCHEME);
	sample_hash(draft.hash, d->json.p, d->json.len);
	papers_write(&scheme, &draft.d);
	papers_sign(&scheme, &d->papers, d->papers.root[0].id);
	papers_sign(&scheme, &d->papers, d->papers.root[1].id);
	memcpy(d->scheme_id, scheme.d.id, KM_HASH_LEN);
	sample_array(act, 2);
	sample_bytes(act, scheme.bytes.p, scheme.bytes.len);
	sample_array(act, scheme.n);
	for (i = 0; i < scheme.n; i++)
		sample_bytes(act, scheme.approval[i].p,
		    scheme.approval[i].len);
	papers_act_free(&scheme);
	out->trust = (struct km_bytes){ d->papers.trust_bytes.p,
	    d->papers.trust_bytes.len };
	out->officers = (struct km_bytes){ d->papers.officers_bytes.p,
	    d->papers.officers_bytes.len };
	out->scheme = (struct km_bytes){ act->p, act->len };
	out->json = (struct km_bytes){ d->json.p, d->json.len };
}

int
desk_init(struct desk *d, struct signer_error *err)
{
	struct init_papers	papers;
	struct sample_buf	act = { 0 };
	int			rc;

	desk_papers(d, &papers, &act);
	rc = init_at(d->dir, km_bytes_of(SAMPLE_AUTHORITY),
	    d->papers.environment, &papers, d->clock->real, err);
	sample_free(&act);
	return rc;
}

void
desk_begin(struct desk *d, const char *name)
{
	struct signer_error	err;

	desk_prepare(d, name);
	if (desk_init(d, &err) == -1) {
		fprintf(stderr, "%s\n", err.text);
		must(0);
	}
}

void
desk_end(struct desk *d)
{
	size_t	i;

	if (d->sg != NULL)
		desk_drop(d);
	if (d->fd != -1)
		desk_join(d);
	for (i = 0; i < d->n_holders; i++) {
		papers_act_free(&d->holder[i].provider);
		papers_act_free(&d->holder[i].assessment);
	}
	for (i = 0; i < d->n_leaves; i++)
		sample_free(&d->leaf[i]);
	merkle_free(d->log);
	buf_free(&d->json);
	papers_end(&d->papers);
	munmap(d->clock, sizeof(*d->clock));
	remove_all(d->dir);
}

int
desk_try_open(struct desk *d, struct signer_error *err)
{
	must((d->sg = calloc(1, sizeof(*d->sg))) != NULL);
	d->sg->clock.real = real_time;
	d->sg->clock.boot = boot_time;
	d->sg->clock.arg = d->clock;
	if (signer_open(d->sg, d->dir, km_bytes_of(SAMPLE_AUTHORITY),
	    d->papers.environment, err) == 0)
		return 0;
	free(d->sg);
	d->sg = NULL;
	return -1;
}

void
desk_open(struct desk *d)
{
	struct signer_error	err;

	if (desk_try_open(d, &err) == -1) {
		fprintf(stderr, "%s\n", err.text);
		must(0);
	}
}

void
desk_drop(struct desk *d)
{
	signer_close(d->sg);
	free(d->sg);
	d->sg = NULL;
}

void
desk_close(struct desk *d)
{
	signer_snapshot(d->sg, 0);
	desk_drop(d);
}

static int
wait_for(int fd, int timeout_ms)
{
	struct pollfd	p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, timeout_ms) > 0;
}

void
desk_fork(struct desk *d)
{
	int	pair[2], rc;

	signal(SIGPIPE, SIG_IGN);
	fflush(NULL);
	must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
	must((d->pid = fork()) != -1);
	if (d->pid == 0) {
		close(pair[0]);
		desk_open(d);
		rc = signer_serve(d->sg, pair[1], wait_for);
		desk_close(d);
		_exit(rc);
	}
	close(pair[1]);
	d->fd = pair[0];
}

int
desk_join(struct desk *d)
{
	int	status;

	close(d->fd);
	d->fd = -1;
	must(waitpid(d->pid, &status, 0) == d->pid);
	must(WIFEXITED(status));
	return WEXITSTATUS(status);
}

void
desk_pass(struct desk *d, int64_t seconds)
{
	d->clock->real += seconds;
	d->clock->boot += seconds;
}

void
desk_ask(struct desk *d, const struct buf *ask, struct buf *reply)
{
	must(ask->failed == 0);
	if (d->sg != NULL) {
		signer_answer(d->sg, ask->p, ask->len, reply);
		return;
	}
	must(msg_write(d->fd, ask) == 0);
	must(msg_read(d->fd, reply) == 1);
}

enum refusal
desk_refusal(const struct buf *reply)
{
	struct km_cbor	c;
	uint64_t	r;

	km_cbor_begin(&c, reply->p, reply->len);
	km_cbor_array(&c, 3, 5);
	km_cbor_uint(&c, 0, SIGNER_STATE);
	r = km_cbor_uint(&c, 0, 255);
	must(c.err == KM_OK);
	if (r != 0) {
		km_cbor_text(&c, 1, 200);
		must(km_cbor_end(&c) == KM_OK && r < REFUSAL_N);
	}
	return (enum refusal)r;
}

void
desk_state(struct desk *d, struct buf *out)
{
	struct buf	ask;

	buf_init(&ask, 64);
	encode_array(&ask, 1);
	encode_uint(&ask, SIGNER_STATE);
	buf_reset(out);
	desk_ask(d, &ask, out);
	must(desk_refusal(out) == REFUSAL_NONE);
	buf_free(&ask);
}

enum refusal
desk_publish(struct desk *d, struct buf *out)
{
	struct buf	ask, reply;
	enum refusal	r;

	buf_init(&ask, 64);
	buf_init(&reply, MSG_MAX);
	encode_array(&ask, 4);
	encode_uint(&ask, SIGNER_PUBLISH);
	encode_uint(&ask, d->batch);
	encode_uint(&ask, d->epoch + 1);
	encode_array(&ask, 0);
	desk_ask(d, &ask, &reply);
	if ((r = desk_refusal(&reply)) == REFUSAL_NONE) {
		d->epoch++;
		/* [3, 0, publication]: what stands behind three bytes. */
		if (out != NULL)
			buf_add(out, reply.p + 3, reply.len - 3);
	}
	buf_free(&ask);
	buf_free(&reply);
	return r;
}

void
desk_journal(const struct desk *d, struct buf *out)
{
	char	path[600];

	snprintf(path, sizeof(path), "%s/journal", d->dir);
	buf_reset(out);
	must(file_read(out, path) == 0);
}
