/* SPDX-License-Identifier: EUPL-1.2 */
/* Session: an officer at the office; see session.h. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ca/record/channel.h"

#include "session.h"
#include "words.h"

enum { CLOCK_APART = 300 };	/* seconds between us and the office */

int
session_wrong(const char *path, enum km_err err)
{
	return say_error("%s: the office's answer is not what it must be "
	    "(%s)", path, km_err_name(err));
}

int
session_ask(struct session *s, struct buf *out, const char *path,
    struct km_bytes body)
{
	struct client_error	err;

	if (client_ask(s->client, out, path, body, &err) == 0)
		return CTL_DONE;
	say_error("%s", err.text);
	return err.unreachable ? CTL_UNREACHABLE : CTL_FAILED;
}

static enum km_err
state_read(struct session *s)
{
	struct km_bytes	first;
	struct km_cbor	c;
	size_t		left;

	km_cbor_begin(&c, s->state.p, s->state.len);
	left = km_cbor_map(&c, 12, 13);
	km_cbor_key(&c, &left, OFFICE_KEY_AUTHORITY);
	s->authority = km_read_host_uri(&c);
	if (km_cbor_opt_key(&c, &left, OFFICE_KEY_ENVIRONMENT))
		s->environment = (enum km_environment)km_cbor_uint(&c,
		    KM_ENVIRONMENT_DEMONSTRATION, KM_ENVIRONMENT_EXERCISE);
	km_cbor_key(&c, &left, OFFICE_KEY_TRUST_FIRST);
	first = km_cbor_bytes(&c, KM_HASH_LEN, KM_HASH_LEN);
	if (first.p != NULL && memcmp(first.p, s->first, KM_HASH_LEN) != 0)
		km_cbor_fail(&c, KM_ERR_PIN);
	km_cbor_key(&c, &left, OFFICE_KEY_BATCH);
	s->batch = km_cbor_uint(&c, 0, UINT64_MAX);
	km_cbor_key(&c, &left, OFFICE_KEY_EPOCH);
	s->epoch = (uint32_t)km_cbor_uint(&c, 0, UINT32_MAX);
	km_cbor_key(&c, &left, OFFICE_KEY_LOG);
	km_cbor_array(&c, 2, 2);
	s->log_size = km_cbor_uint(&c, 0, UINT64_MAX);
	km_cbor_bytes(&c, KM_HASH_LEN, KM_HASH_LEN);
	km_cbor_key(&c, &left, OFFICE_KEY_SCHEME);
	km_cbor_array(&c, 3, 3);
	s->scheme = km_read_code(&c);
	s->scheme_version = (uint32_t)km_cbor_uint(&c, 1, 65535);
	s->scheme_hash = km_cbor_bytes(&c, KM_HASH_LEN, KM_HASH_LEN);
	km_cbor_key(&c, &left, OFFICE_KEY_HALTED);
	s->halted = (int)km_cbor_uint(&c, 0, 1);
	km_cbor_key(&c, &left, OFFICE_KEY_FENCED);
	s->fenced = (int)km_cbor_uint(&c, 0, 1);
	km_cbor_key(&c, &left, OFFICE_KEY_PENDING);
	s->pending = km_cbor_uint(&c, 0, UINT64_MAX);
	km_cbor_key(&c, &left, OFFICE_KEY_MARKS);
	s->marks = km_cbor_uint(&c, 0, UINT64_MAX);
	km_cbor_key(&c, &left, OFFICE_KEY_YOU);
	s->you = km_cbor_ascii(&c, 1, PERSON_MAX);
	km_cbor_key(&c, &left, OFFICE_KEY_NOW);
	s->now = km_read_time(&c);
	km_cbor_close(&c, left);
	return km_cbor_end(&c);
}

/* Is this the authority that --trust speaks of? */
static int
state_check(struct session *s)
{
	const struct km_trust	*t = &s->trust.trust;
	int64_t			 apart;
	enum km_err		 err;

	if ((err = state_read(s)) == KM_ERR_PIN)
		return say_error("the office has another trust list 1 than "
		    "%s: this is not the authority that you trust",
		    s->ctl->set.value[SETTING_TRUST]);
	if (err != KM_OK)
		return session_wrong("/v1/state", err);
	if (!km_bytes_equal(s->authority, t->authority) ||
	    s->environment != t->environment)
		return say_error("the office is of %.*s (%s), and %s of "
		    "%.*s (%s)", SAY_BYTES(s->authority),
		    words_environment(s->environment),
		    s->ctl->set.value[SETTING_TRUST],
		    SAY_BYTES(t->authority),
		    words_environment(t->environment));
	apart = s->now - (int64_t)time(NULL);
	if (apart > CLOCK_APART || apart < -CLOCK_APART)
		say_note("The clocks of this machine and of the office are "
		    "%lld seconds apart.", (long long)apart);
	return CTL_DONE;
}

int
session_open(struct session *s, const struct ctl *ctl)
{
	static const struct km_bytes	none;
	struct client_error		err;
	const char			*url, *key, *trust;
	uint8_t				 pin[KM_HASH_LEN];
	int				 rc;

	memset(s, 0, sizeof(*s));
	s->ctl = ctl;
	s->wait = WAIT_DEFAULT;
	if (opts_number(&ctl->opts, OPT_WAIT, 0, WAIT_MAX, &s->wait) == -1)
		return CTL_USAGE;
	if ((url = settings_need(&ctl->set, SETTING_OFFICE)) == NULL ||
	    (key = settings_need(&ctl->set, SETTING_KEY)) == NULL ||
	    (trust = settings_need(&ctl->set, SETTING_TRUST)) == NULL ||
	    settings_need(&ctl->set, SETTING_PIN) == NULL)
		return CTL_USAGE;
	if (settings_pin(&ctl->set, pin) == -1)
		return CTL_FAILED;
	if ((s->verify = verify_new()) == NULL)
		return say_error("out of memory");
	if (paper_load_trust(&s->trust, s->first, trust, s->verify) == -1 ||
	    (s->key = ctl_key(ctl, key)) == NULL)
		return CTL_FAILED;
	s->client = client_open(url, pin, s->key, &err);
	if (s->client == NULL)
		return say_error("%s", err.text);
	rc = session_ask(s, &s->state, "/v1/state", none);
	return rc == CTL_DONE ? state_check(s) : rc;
}

void
session_close(struct session *s)
{
	client_close(s->client);
	key_free(s->key);
	verify_free(s->verify);
	paper_free(&s->trust);
	buf_free(&s->state);
	memset(s, 0, sizeof(*s));
}
