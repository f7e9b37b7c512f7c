/* SPDX-License-Identifier: EUPL-1.2 */
/* Peer: the channel to the signer (peer.h). */
#include <sys/uio.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/util.h>

#include "ca/base/log.h"
#include "ca/base/msg.h"
#include "peer.h"

struct peer {
	struct bufferevent *bev;
	struct msg_in	 in;
	void		(*got)(void *, struct km_bytes);
	void		*arg;
};

static void
readable(struct bufferevent *bev, void *arg)
{
	struct evbuffer		*input = bufferevent_get_input(bev);
	struct peer		*p = arg;
	struct km_bytes		 message;
	uint8_t			 chunk[65536];
	int			 n, rc;

	while ((n = evbuffer_remove(input, chunk, sizeof(chunk))) > 0) {
		if (msg_in_add(&p->in, chunk, (size_t)n) != 0)
			fatal("signer: message");
		while ((rc = msg_in_next(&p->in, &message.p, &message.len)) ==
		    1)
			p->got(p->arg, message);
		if (rc == -1)
			fatal("signer: message");
	}
}

static void
ended(struct bufferevent *bev, short what, void *arg)
{
	(void)bev;
	(void)arg;
	if (what & BEV_EVENT_EOF)
		fatalx("signer: lost");
	if (what & BEV_EVENT_ERROR)
		fatalx("signer: lost: %s",
		    evutil_socket_error_to_string(EVUTIL_SOCKET_ERROR()));
}

struct peer *
peer_new(struct event_base *base, int fd,
    void (*got)(void *, struct km_bytes), void *arg)
{
	struct peer	*p;

	if ((p = calloc(1, sizeof(*p))) == NULL ||
	    evutil_make_socket_nonblocking(fd) == -1 ||
	    (p->bev = bufferevent_socket_new(base, fd,
	    BEV_OPT_CLOSE_ON_FREE)) == NULL) {
		log_warn("signer: channel");
		free(p);
		return NULL;
	}
	msg_in_init(&p->in);
	p->got = got;
	p->arg = arg;
	bufferevent_setcb(p->bev, readable, NULL, ended, p);
	bufferevent_enable(p->bev, EV_READ | EV_WRITE);
	return p;
}

void
peer_free(struct peer *p)
{
	if (p == NULL)
		return;
	bufferevent_free(p->bev);
	msg_in_free(&p->in);
	free(p);
}

/*
 * What fits into the channel leaves at once: libevent would write only when
 * the caller is back in its loop, and the signer would be idle until then.
 */
static size_t
send_now(struct peer *p, uint8_t head[MSG_HEAD_LEN],
    const struct buf *message)
{
	struct iovec	iov[2];
	ssize_t		n;

	if (evbuffer_get_length(bufferevent_get_output(p->bev)) > 0)
		return 0;	/* after what waits already */
	iov[0].iov_base = head;
	iov[0].iov_len = MSG_HEAD_LEN;
	iov[1].iov_base = message->p;
	iov[1].iov_len = message->len;
	n = writev(bufferevent_getfd(p->bev), iov, 2);
	return n > 0 ? (size_t)n : 0;	/* the loop meets an error again */
}

void
peer_send(struct peer *p, const struct buf *message)
{
	struct evbuffer	*out = bufferevent_get_output(p->bev);
	uint8_t		 head[MSG_HEAD_LEN];
	size_t		 sent, of_head;

	if (message->failed != 0 || message->len == 0 ||
	    message->len > MSG_MAX)
		fatalx("signer: message of %zu bytes: %s", message->len,
		    strerror(message->failed));
	msg_head(head, message->len);
	sent = send_now(p, head, message);
	of_head = sent < sizeof(head) ? sent : sizeof(head);
	sent -= of_head;
	if (evbuffer_add(out, head + of_head, sizeof(head) - of_head) == -1 ||
	    evbuffer_add(out, message->p + sent, message->len - sent) == -1)
		fatalx("signer: out of memory for a message");
}
