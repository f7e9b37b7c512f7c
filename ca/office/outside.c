/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Outside: the newest epochs as the world sees them; see outside.h.
 *
 * The name is looked up here and handed to libcurl, which would start a
 * thread for it, and no role may.
 */
#include <sys/types.h>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "ca/base/log.h"
#include "verifier/epoch.h"
#include "outside.h"

enum {
	OUTSIDE_MS = 10000,		/* for each address */
	HOST_MAX = 256, RESOLVE_MAX = 512,
	ADDRESSES_MAX = 4		/* of one name */
};

static size_t
keep(char *p, size_t size, size_t n, void *arg)
{
	struct buf	*out = arg;

	return buf_add(out, p, size * n) == 0 ? size * n : 0;
}

/* "HOST:PORT:ADDRESS,ADDRESS..." for libcurl, which tries one by one. */
static int
addresses_write(char *out, size_t cap, const char *host, const char *port,
    const struct addrinfo *found)
{
	char	numeric[INET6_ADDRSTRLEN];
	size_t	len;
	int	n = 0, six;

	len = (size_t)snprintf(out, cap, "%s:%s", host, port);
	for (; found != NULL && n < ADDRESSES_MAX && len < cap;
	    found = found->ai_next) {
		if (getnameinfo(found->ai_addr, found->ai_addrlen, numeric,
		    sizeof(numeric), NULL, 0, NI_NUMERICHOST) != 0)
			continue;
		six = found->ai_family == AF_INET6;
		len += (size_t)snprintf(out + len, cap - len, "%c%s%s%s",
		    n++ == 0 ? ':' : ',', six ? "[" : "", numeric,
		    six ? "]" : "");
	}
	return n > 0 && len < cap ? 0 : -1;
}

static struct curl_slist *
resolve(const char *url, const char *host, const char *port)
{
	struct addrinfo		 hints, *found = NULL;
	struct curl_slist	*list = NULL;
	char			 line[RESOLVE_MAX], name[HOST_MAX];
	size_t			 len = strlen(host);
	int			 rc;

	/* An address in brackets is one already. */
	snprintf(name, sizeof(name), "%.*s", (int)(host[0] == '[' ? len - 2 :
	    len), host + (host[0] == '['));
	memset(&hints, 0, sizeof(hints));
	hints.ai_socktype = SOCK_STREAM;
	if ((rc = getaddrinfo(name, port, &hints, &found)) != 0)
		log_warnx("outside: %s: cannot be found: %s", url,
		    gai_strerror(rc));
	else if (addresses_write(line, sizeof(line), host, port, found) == 0)
		list = curl_slist_append(NULL, line);
	if (found != NULL)
		freeaddrinfo(found);
	return list;
}

static struct curl_slist *
resolve_url(const char *url)
{
	CURLU			*u = curl_url();
	struct curl_slist	*list = NULL;
	char			*host = NULL, *port = NULL;

	if (u != NULL && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) ==
	    CURLUE_OK && strlen(host) > 2)
		list = resolve(url, host, port);
	else
		log_warnx("outside: %s: not an address", url);
	curl_free(host);
	curl_free(port);
	curl_url_cleanup(u);
	return list;
}

static CURLcode
options(CURL *curl, const char *url, struct curl_slist *addresses,
    struct buf *out, char why[CURL_ERROR_SIZE])
{
	CURLcode	rc;

#define SET(o, v)	if ((rc = curl_easy_setopt(curl, o, v)) != CURLE_OK) \
	return rc
	SET(CURLOPT_URL, url);
	SET(CURLOPT_RESOLVE, addresses);
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_PROXY, "");		/* no environment variable */
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_TIMEOUT_MS, (long)OUTSIDE_MS);
	SET(CURLOPT_FAILONERROR, 1L);
	SET(CURLOPT_WRITEFUNCTION, keep);
	SET(CURLOPT_WRITEDATA, out);
	SET(CURLOPT_ERRORBUFFER, why);
#undef SET
	return CURLE_OK;
}

/* 0 with the epoch in out, or -1 after a log line. */
static int
fetch(struct buf *out, const char *url)
{
	struct curl_slist	*addresses;
	char			 why[CURL_ERROR_SIZE] = "";
	CURL			*curl;
	CURLcode		 rc = CURLE_OUT_OF_MEMORY;

	buf_init(out, KM_EPOCH_MAX);
	if ((addresses = resolve_url(url)) == NULL)
		return -1;
	if ((curl = curl_easy_init()) != NULL &&
	    (rc = options(curl, url, addresses, out, why)) == CURLE_OK)
		rc = curl_easy_perform(curl);
	if (rc != CURLE_OK)
		log_warnx("outside: %s: expected an epoch, found: %s", url,
		    why[0] != '\0' ? why : curl_easy_strerror(rc));
	curl_easy_cleanup(curl);
	curl_slist_free_all(addresses);
	return rc == CURLE_OK ? 0 : -1;
}

/*
 * An epoch of this authority, by what it says: a page of somebody else in its
 * place is no answer. Whether it verifies is for the signer.
 */
static int
is_ours(const struct buf *b, const struct conf *conf, const char *url)
{
	struct km_epoch	e;
	struct km_sign1	s;

	if (km_epoch_decode(&e, &s, b->p, b->len) == KM_OK &&
	    km_bytes_equal(s.iss, km_bytes_of(conf->issuer)))
		return 1;
	log_warnx("outside: %s: expected an epoch of %s, found other bytes",
	    url, conf->issuer);
	return 0;
}

void
outside_fetch(struct outside *o, const struct conf *conf)
{
	size_t	i;

	memset(o, 0, sizeof(*o));
	if (conf->outside_n == 0)
		return;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		fatalx("outside: libcurl cannot be used");
	for (i = 0; i < conf->outside_n; i++)
		if (fetch(&o->epoch[o->n], conf->outside[i]) == 0 &&
		    is_ours(&o->epoch[o->n], conf, conf->outside[i]))
			o->n++;
		else
			buf_free(&o->epoch[o->n]);
	curl_global_cleanup();
}

void
outside_free(struct outside *o)
{
	while (o->n > 0)
		buf_free(&o->epoch[--o->n]);
}
