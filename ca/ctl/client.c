/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Client of the office over libcurl; see client.h. Nothing of the
 * surroundings counts: no proxy, no .netrc, no certificate store.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <curl/curl.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>

#include "client.h"

enum {
	TRIES = 3, CONNECT_SECONDS = 10, ANSWER_SECONDS = 120,
	PIN_TEXT = 8 + 44 + 1		/* "sha256//", base64, NUL */
};

struct client {
	CURL		*curl;
	char		*url;
	int		 unknown;	/* the office does not know our key */
	struct curl_slist *headers;
	struct buf	 cert, private_;
};

static size_t
receive(char *p, size_t size, size_t n, void *arg)
{
	struct buf	*out = arg;

	return buf_add(out, p, size * n) == 0 ? size * n : 0;
}

/*
 * TLS says in an alert (RFC 8446 section 6) that our certificate is not that
 * of an officer; libcurl would call it a lost connection.
 */
static void
alert_seen(const SSL *ssl, int where, int value)
{
	struct client	*client = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
	int		 alert = value & 0xff;

	if ((where & SSL_CB_READ_ALERT) == SSL_CB_READ_ALERT &&
	    (alert == SSL_AD_UNKNOWN_CA || alert == SSL_AD_BAD_CERTIFICATE ||
	    alert == SSL_AD_CERTIFICATE_UNKNOWN ||
	    alert == SSL_AD_ACCESS_DENIED))
		client->unknown = 1;
}

static CURLcode
alert_watch(CURL *curl, void *ctx, void *arg)
{
	(void)curl;
	if (SSL_CTX_set_app_data(ctx, arg) != 1)
		return CURLE_OUT_OF_MEMORY;
	SSL_CTX_set_info_callback(ctx, alert_seen);
	return CURLE_OK;
}

/* What both kinds of request have in common. */
static int
options(CURL *curl, const char *protocols)
{
	return curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
	    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocols) ==
	    CURLE_OK &&
	    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT,
	    (long)CONNECT_SECONDS) == CURLE_OK &&
	    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)ANSWER_SECONDS) ==
	    CURLE_OK &&
	    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive) ==
	    CURLE_OK ? 0 : -1;
}

static int
identify(struct client *client, const uint8_t pin[KM_HASH_LEN])
{
	struct curl_blob	cert, private_;
	char			text[PIN_TEXT] = "sha256//";

	EVP_EncodeBlock((unsigned char *)text + 8, pin, KM_HASH_LEN);
	cert.data = client->cert.p;
	cert.len = client->cert.len;
	cert.flags = CURL_BLOB_NOCOPY;
	private_.data = client->private_.p;
	private_.len = client->private_.len;
	private_.flags = CURL_BLOB_NOCOPY;
	/*
	 * The server's certificate is its own: the pin alone says who it is,
	 * and libcurl holds to it whatever VERIFYPEER says.
	 */
	return curl_easy_setopt(client->curl, CURLOPT_SSLVERSION,
	    (long)CURL_SSLVERSION_TLSv1_3) == CURLE_OK &&
	    curl_easy_setopt(client->curl, CURLOPT_PINNEDPUBLICKEY, text) ==
	    CURLE_OK &&
	    curl_easy_setopt(client->curl, CURLOPT_SSL_VERIFYPEER, 0L) ==
	    CURLE_OK &&
	    curl_easy_setopt(client->curl, CURLOPT_SSL_VERIFYHOST, 0L) ==
	    CURLE_OK &&
	    curl_easy_setopt(client->curl, CURLOPT_SSLCERT_BLOB, &cert) ==
	    CURLE_OK &&
	    curl_easy_setopt(client->curl, CURLOPT_SSLKEY_BLOB, &private_) ==
	    CURLE_OK &&
	    curl_easy_setopt(client->curl, CURLOPT_SSL_CTX_FUNCTION,
	    alert_watch) == CURLE_OK &&
	    curl_easy_setopt(client->curl, CURLOPT_SSL_CTX_DATA, client) ==
	    CURLE_OK ? 0 : -1;
}

void
client_close(struct client *client)
{
	if (client == NULL)
		return;
	curl_easy_cleanup(client->curl);
	curl_slist_free_all(client->headers);
	buf_free(&client->cert);
	buf_wipe(&client->private_);
	free(client->url);
	free(client);
}

struct client *
client_open(const char *url, const uint8_t pin[KM_HASH_LEN], struct key *key,
    struct client_error *err)
{
	struct client	*client;

	memset(err, 0, sizeof(*err));
	if ((client = calloc(1, sizeof(*client))) == NULL) {
		snprintf(err->text, sizeof(err->text), "out of memory");
		return NULL;
	}
	buf_init(&client->cert, 16384);
	buf_init(&client->private_, 16384);
	client->headers = curl_slist_append(NULL,
	    "Content-Type: application/cbor");
	client->url = strdup(url);
	client->curl = curl_easy_init();
	if (client->headers == NULL || client->url == NULL ||
	    client->curl == NULL ||
	    buf_reserve(&client->private_, 16384) == -1 ||
	    key_certificate(key, &client->cert, &client->private_) == -1 ||
	    options(client->curl, "https") == -1 ||
	    identify(client, pin) == -1) {
		snprintf(err->text, sizeof(err->text), "%s: cannot prepare a "
		    "TLS 1.3 connection with this key", url);
		client_close(client);
		return NULL;
	}
	return client;
}

#define REFUSAL_URN	"urn:keurmerk:refusal:"

/*
 * "refused: NAME: title (detail)" out of problem+json (RFC 9457), as far as
 * it is that.
 */
static void
problem(struct client_error *err, const char *url, const struct buf *body)
{
	const char	*title = NULL, *detail = NULL, *type = NULL;
	json_t		*json;

	json = json_loadb((const char *)body->p, body->len,
	    JSON_REJECT_DUPLICATES, NULL);
	if (json != NULL) {
		type = json_string_value(json_object_get(json, "type"));
		title = json_string_value(json_object_get(json, "title"));
		detail = json_string_value(json_object_get(json, "detail"));
	}
	if (title == NULL)
		title = "no explanation";
	if (type != NULL && strncmp(type, REFUSAL_URN,
	    sizeof(REFUSAL_URN) - 1) == 0)
		snprintf(err->text, sizeof(err->text), "%s: refused: %s: %s"
		    "%s%s%s", url, type + sizeof(REFUSAL_URN) - 1, title,
		    detail != NULL ? " (" : "", detail != NULL ? detail : "",
		    detail != NULL ? ")" : "");
	else
		snprintf(err->text, sizeof(err->text), "%s: status %d: %s%s"
		    "%s", url, err->status, title, detail != NULL ? ": " : "",
		    detail != NULL ? detail : "");
	json_decref(json);
}

/* One request over curl; 0, -1: no answer, 1: an answer that says no. */
static int
perform(CURL *curl, const char *url, struct buf *out,
    struct client_error *err)
{
	char		why[CURL_ERROR_SIZE] = "";
	CURLcode	code;
	long		status = 0;

	memset(err, 0, sizeof(*err));
	buf_reset(out);
	if (curl_easy_setopt(curl, CURLOPT_URL, url) != CURLE_OK ||
	    curl_easy_setopt(curl, CURLOPT_WRITEDATA, out) != CURLE_OK ||
	    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why) != CURLE_OK) {
		snprintf(err->text, sizeof(err->text), "%s: not an address "
		    "that can be asked", url);
		return 1;
	}
	code = curl_easy_perform(curl);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, NULL);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	if (code == CURLE_SSL_PINNEDPUBKEYNOTMATCH) {
		snprintf(err->text, sizeof(err->text), "%s: expected the "
		    "office whose key has the pin, found another key: this "
		    "is not your office, or its key was changed; nothing was "
		    "sent", url);
		return 1;
	}
	if (code != CURLE_OK) {
		err->unreachable = 1;
		snprintf(err->text, sizeof(err->text), "%s: no answer: %s",
		    url, why[0] != '\0' ? why : curl_easy_strerror(code));
		return -1;
	}
	err->status = (int)status;
	if (status == 200)
		return 0;
	problem(err, url, out);
	return 1;
}

static int
unknown_say(struct client_error *err, const char *url)
{
	err->unreachable = 0;
	snprintf(err->text, sizeof(err->text), "%.512s: the office does not know "
	    "your key: it is not on the officers list in force; two scheme "
	    "managers put it there", url);
	return 1;
}

int
client_ask(struct client *client, struct buf *out, const char *path,
    struct km_bytes body, struct client_error *err)
{
	char	url[2048];
	int	rc = -1, i, n;

	buf_init(out, CLIENT_ANSWER_MAX);
	n = snprintf(url, sizeof(url), "%s%s", client->url, path);
	if (n < 0 || (size_t)n >= sizeof(url)) {
		memset(err, 0, sizeof(*err));
		snprintf(err->text, sizeof(err->text), "%s: address too long",
		    path);
		return -1;
	}
	if (body.p != NULL) {
		curl_easy_setopt(client->curl, CURLOPT_POSTFIELDS, body.p);
		curl_easy_setopt(client->curl, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)body.len);
		curl_easy_setopt(client->curl, CURLOPT_HTTPHEADER,
		    client->headers);
	} else {
		curl_easy_setopt(client->curl, CURLOPT_HTTPHEADER, NULL);
		curl_easy_setopt(client->curl, CURLOPT_HTTPGET, 1L);
	}
	for (i = 0; i < TRIES && rc == -1; i++) {
		if (i > 0)
			sleep(1);	/* it may be starting again */
		rc = perform(client->curl, url, out, err);
		if (rc == -1 && client->unknown)
			rc = unknown_say(err, url);
	}
	if (rc == 0)
		return 0;
	buf_free(out);
	return -1;
}

int
client_fetch(struct buf *out, size_t max, const char *url,
    struct client_error *err)
{
	CURL	*curl;
	int	 rc = 1;

	memset(err, 0, sizeof(*err));
	buf_init(out, max);
	if ((curl = curl_easy_init()) == NULL ||
	    options(curl, "http,https") == -1)
		snprintf(err->text, sizeof(err->text), "out of memory");
	else
		rc = perform(curl, url, out, err);
	curl_easy_cleanup(curl);
	if (rc == 0)
		return 0;
	buf_free(out);
	return -1;
}
