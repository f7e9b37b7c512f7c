/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * API for officers (schemas/office.cddl), over ca/base/http.h. Who asks is
 * the officer whose key the TLS connection proved; any of them may ask all of
 * it and deliver what others signed.
 */
#ifndef OFFICE_API_H
#define OFFICE_API_H

#include "office.h"

struct evhttp_request;

/* An http_handler; arg is a struct office. */
void	 api_handle(struct evhttp_request *, void *arg);

/* One request that passed: method, media types, officer. */
struct api_call {
	struct office	*office;
	struct evhttp_request *req;
	const struct officer *officer;
	const char	*tail;		/* of the path, behind the route's */
	const char	*after;		/* of the query; NULL: none */
	struct km_bytes	 body;
};

/* application/cbor; a buffer that failed is status 500. Frees it. */
void	 api_reply(struct evhttp_request *, struct buf *);
/* A problem by a refusal's name; detail may be NULL. */
void	 api_refuse(struct evhttp_request *, int status, enum refusal,
	    const char *detail);

/* The routes. */
void	 api_acts(const struct api_call *);
void	 api_pending(const struct api_call *);
void	 api_decision(const struct api_call *);
void	 api_decisions(const struct api_call *);
void	 api_subjects(const struct api_call *);
void	 api_providers(const struct api_call *);
void	 api_state(const struct api_call *);
void	 api_list(const struct api_call *);

/*
 * Read the body of POST /v1/acts: up to BATCH_ACTS_MAX of (decision, approval
 * or NULL, json or NULL), into out. *n on success only.
 */
struct api_pair {
	struct km_bytes	 decision, approval, json;
};
enum km_err api_acts_read(struct api_pair out[BATCH_ACTS_MAX], size_t *n,
	    struct km_bytes body);
/* An acts-answer of n. */
void	 api_acted_encode(struct buf *, const struct acted *, size_t n);

#endif
