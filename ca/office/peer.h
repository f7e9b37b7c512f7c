/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Peer: the channel to the signer, on libevent. Frames of ca/base/msg.h both
 * ways; the signer answers each in turn. Without the signer there is no
 * office: its end, or bytes that are no frame, end the process.
 */
#ifndef OFFICE_PEER_H
#define OFFICE_PEER_H

#include "ca/base/buf.h"
#include "verifier/cbor.h"

struct event_base;
struct peer;

/* fd becomes ours. got is called for each message, good during the call. */
struct peer	*peer_new(struct event_base *, int fd,
		    void (*got)(void *arg, struct km_bytes message),
		    void *arg);
void		 peer_free(struct peer *);	/* safe on NULL */
/* A message, copied. Ends the process when it cannot be sent. */
void		 peer_send(struct peer *, const struct buf *);

#endif
