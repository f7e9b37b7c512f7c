/* SPDX-License-Identifier: EUPL-1.2 */
/* Bureau: office and signer in one process; see bureau.h. */
#include <sys/socket.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ca/office/office.h"
#include "ca/record/encode.h"
#include "tests/lib/bureau.h"

#define must(ok) do {							\
	if (!(ok)) {							\
		fprintf(stderr, "%s:%d: failed: %s: %s\n", __FILE__,	\
		    __LINE__, #ok, strerror(errno));			\
		abort();						\
	}								\
} while (0)

static int
forget(const char *path, const struct stat *sb, int kind, struct FTW *where)
{
	(void)sb;
	(void)kind;
	(void)where;
	return remove(path);
}

void
bureau_begin(struct bureau *b, const char *name)
{
	char	office[700];

	memset(b, 0, sizeof(*b));
	must((b->desk = calloc(1, sizeof(*b->desk))) != NULL);
	desk_begin(b->desk, name);
	desk_open(b->desk);
	snprintf(b->dir, sizeof(b->dir), "%.400s-office", b->desk->dir);
	nftw(b->dir, forget, 16, FTW_DEPTH | FTW_PHYS);
	snprintf(office, sizeof(office), "%s/office", b->dir);
	snprintf(b->tree, sizeof(b->tree), "%s/tree", b->dir);
	must(mkdir(b->dir, 0700) == 0 && mkdir(office, 0700) == 0 &&
	    mkdir(b->tree, 0700) == 0);
	b->conf.issuer = strdup(SAMPLE_AUTHORITY);
	b->conf.environment = (enum conf_environment)b->desk->papers
	    .environment;
	b->conf.data = strdup(b->dir);
	b->conf.tree = b->tree;
	must(store_create(office, km_bytes_of(b->conf.issuer),
	    b->desk->papers.environment) == 0);
	b->fd = -1;
	buf_init(&b->asked, MSG_MAX);
	buf_init(&b->answer, MSG_MAX);
}

static void
in_step(void *arg)
{
	struct bureau	*b = arg;

	b->ready++;
}

void
bureau_open(struct bureau *b)
{
	char	office[700];
	int	fd[2];

	snprintf(office, sizeof(office), "%s/office", b->dir);
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == 0);
	b->fd = fd[1];
	must(fcntl(b->fd, F_SETFL, O_NONBLOCK) == 0);
	msg_in_init(&b->in);
	must((b->base = event_base_new()) != NULL);
	must((b->st = store_open(office, km_bytes_of(b->conf.issuer),
	    b->desk->papers.environment, 0)) != NULL);
	must((b->log = office_log(b->st)) != NULL);
	must((b->publish = publish_open(&b->conf, b->st, b->log)) != NULL);
	must((b->dc = decide_new(b->base, fd[0], b->st, b->log, b->publish,
	    &b->conf, &b->seen, in_step, b)) != NULL);
	bureau_spin(b);
}

void
bureau_drop(struct bureau *b)
{
	decide_free(b->dc);
	publish_close(b->publish);
	merkle_free(b->log);
	store_close(b->st);
	event_base_free(b->base);
	msg_in_free(&b->in);
	close(b->fd);
	b->fd = -1;
	b->dc = NULL;
}

void
bureau_end(struct bureau *b)
{
	if (b->dc != NULL)
		bureau_drop(b);
	desk_end(b->desk);
	free(b->desk);
	b->desk = NULL;
	nftw(b->dir, forget, 16, FTW_DEPTH | FTW_PHYS);
	free(b->conf.issuer);
	free(b->conf.data);
	buf_free(&b->asked);
	buf_free(&b->answer);
}

void
bureau_spin(struct bureau *b)
{
	int	i;

	/* A message larger than the socket takes more than one round. */
	for (i = 0; i < 64; i++)
		must(event_base_loop(b->base, EVLOOP_NONBLOCK) != -1);
}

static int
taken(struct bureau *b)
{
	const uint8_t	*body;
	struct km_cbor	 c;
	size_t		 len;
	int		 rc;

	must((rc = msg_in_next(&b->in, &body, &len)) != -1);
	if (rc == 0)
		return 0;
	buf_reset(&b->asked);
	must(buf_add(&b->asked, body, len) == 0);
	km_cbor_begin(&c, b->asked.p, b->asked.len);
	km_cbor_array(&c, 1, 5);
	b->op = (enum signer_op)km_cbor_uint(&c, 1, 4);
	b->batch = 0;
	b->n_acts = 0;
	if (b->op == SIGNER_APPLY || b->op == SIGNER_PUBLISH)
		b->batch = km_cbor_uint(&c, 0, UINT64_MAX);
	if (b->op == SIGNER_APPLY)
		b->n_acts = km_cbor_array(&c, 1, BATCH_ACTS_MAX);
	must(c.err == KM_OK);
	return 1;
}

int
bureau_take(struct bureau *b)
{
	uint8_t	chunk[65536];
	ssize_t	n;

	while (!taken(b)) {
		bureau_spin(b);
		if ((n = read(b->fd, chunk, sizeof(chunk))) <= 0)
			return 0;
		must(msg_in_add(&b->in, chunk, (size_t)n) == 0);
	}
	return 1;
}

void
bureau_sign(struct bureau *b)
{
	desk_ask(b->desk, &b->asked, &b->answer);
}

void
bureau_say(struct bureau *b, const struct buf *message)
{
	uint8_t	head[MSG_HEAD_LEN];
	size_t	done = 0;
	ssize_t	n;

	msg_head(head, message->len);
	must(write(b->fd, head, sizeof(head)) == (ssize_t)sizeof(head));
	while (done < message->len) {
		n = write(b->fd, message->p + done, message->len - done);
		must(n > 0 || errno == EAGAIN);
		if (n > 0)
			done += (size_t)n;
		bureau_spin(b);
	}
	bureau_spin(b);
}

void
bureau_reply(struct bureau *b)
{
	bureau_say(b, &b->answer);
}

void
bureau_refuse(struct bureau *b, enum refusal refusal)
{
	buf_reset(&b->answer);
	encode_array(&b->answer, 3);
	encode_uint(&b->answer, b->op);
	encode_uint(&b->answer, refusal);
	encode_text(&b->answer, km_bytes_of("only for a test"));
	bureau_reply(b);
}

/* The clock of publishing goes on: what is due in 50 ms is waited for. */
void
bureau_settle(struct bureau *b)
{
	static const struct timespec	ms = { 0, 1000000 };
	int				i;

	for (i = 0; i < 2000; i++) {
		while (bureau_take(b)) {
			bureau_sign(b);
			bureau_reply(b);
		}
		if (b->dc->in_step && decide_idle(b->dc) && !b->dc->dirty)
			return;
		nanosleep(&ms, NULL);
		bureau_spin(b);
	}
	fprintf(stderr, "office did not settle within two seconds\n");
	abort();
}

static void
told(void *arg, size_t slot, const struct acted *acted)
{
	struct bureau	*b = arg;
	struct pollfd	 next = { b->fd, POLLIN, 0 };

	b->told[slot] = *acted;
	b->was_told[slot]++;
	b->ahead[slot] = poll(&next, 1, 0) == 1;
	b->n_told++;
}

size_t
bureau_bytes(struct bureau *b, struct km_bytes decision,
    struct km_bytes approval, struct km_bytes json)
{
	struct acted	acted;
	size_t		slot = b->slots++;

	must(slot < BUREAU_TOLD);
	if (decide_arrive(b->dc, decision, approval, json, &acted, told, b,
	    slot) == 1)
		told(b, slot, &acted);
	return slot;
}

static struct km_bytes
held(const struct sample_buf *s)
{
	return (struct km_bytes){ s->p, s->len };
}

size_t
bureau_arrive(struct bureau *b, const struct papers_act *act, size_t i)
{
	static const struct km_bytes	none = { NULL, 0 };
	size_t				slot;

	slot = bureau_bytes(b, held(&act->bytes), held(&act->approval[i]),
	    none);
	decide_arrived(b->dc);
	return slot;
}

size_t
bureau_propose(struct bureau *b, const struct papers_act *act)
{
	static const struct km_bytes	none = { NULL, 0 };
	size_t				i, slot = 0;

	for (i = 0; i < act->n; i++)
		slot = bureau_bytes(b, held(&act->bytes),
		    held(&act->approval[i]), none);
	decide_arrived(b->dc);
	return slot;
}

int
bureau_state(const struct bureau *b, size_t slot)
{
	must(slot < b->slots && b->was_told[slot] <= 1);
	return b->was_told[slot] ? b->told[slot].state : -1;
}
