/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Messages between roles: a frame is the length of the body, four bytes, most
 * significant first, then the body, one CBOR item. The body is 1 to MSG_MAX
 * bytes and not looked into here: who receives it reads it with the strict
 * reader (verifier/cbor.h).
 *
 * A peer may be hostile: a claimed length allocates nothing, memory grows
 * with the bytes that arrive.
 */
#ifndef CA_BASE_MSG_H
#define CA_BASE_MSG_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"

enum {
	/*
	 * The largest message is a batch of 256 acts, each a decision with
	 * its approvals and the proof of what it rests on: at most 16 kB
	 * each is 4 MiB. Twice that, so that an answer with the objects made
	 * fits too.
	 */
	MSG_MAX = 8 * 1024 * 1024,
	MSG_HEAD_LEN = 4,
	MSG_STEP = 64 * 1024		/* the most that grows at once */
};

/* Write the head of a body of len bytes, 1 to MSG_MAX. */
void msg_head(uint8_t head[MSG_HEAD_LEN], size_t len);

/*
 * Blocking form, for the signer.
 *
 * Read one message into body, which is reset first and must have been
 * initialised with a maximum (MSG_MAX or less). Returns 1; 0 when the peer
 * closed between two messages; -1 with errno: EMSGSIZE (longer than body->max
 * or MSG_MAX; nothing of the body was read), EBADMSG (empty body), EPROTO
 * (closed within a message), ENOMEM, or that of read(2). After -1 the stream
 * is of no further use.
 */
int msg_read(int fd, struct buf *body);

/*
 * Write one message whole. Returns 0, or -1 with errno: EMSGSIZE (empty or
 * longer than MSG_MAX), that of a failed body (body->failed), or that of
 * write(2). SIGPIPE must be ignored; role_main() does that.
 */
int msg_write(int fd, const struct buf *body);

/*
 * Non-blocking form: feed what arrived, take out what is complete.
 *
 *	msg_in_add(&in, bytes, n);
 *	while ((r = msg_in_next(&in, &body, &len)) == 1)
 *		...
 *	if (r == -1)
 *		close the peer
 */
struct msg_in {
	struct buf	 acc;		/* bytes not yet given out */
	size_t		 used;		/* of those, given out already */
	int		 failed;	/* errno that sticks, 0 is none */
};

void msg_in_init(struct msg_in *);
/*
 * Add bytes. Returns 0, or -1 with errno as msg_read(), ENOBUFS when
 * more is added than one message of the largest size and MSG_STEP without
 * taking any out.
 */
int msg_in_add(struct msg_in *, const void *data, size_t len);
/*
 * The next complete message: *body points into in and is good until the
 * next call with it. Returns 1; 0 when more bytes are needed; -1 with errno
 * EMSGSIZE or EBADMSG, which sticks.
 */
int msg_in_next(struct msg_in *, const uint8_t **body, size_t *len);
/* Other than 0 when the peer stopped within a message. */
int msg_in_partial(const struct msg_in *);
/* Safe on zeroed. */
void msg_in_free(struct msg_in *);

#endif
