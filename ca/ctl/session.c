/* SPDX-License-Identifier: EUPL-1.2 */
/* Session: an officer at the office; see session.h. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ca/record/channel.h"

#include "reply.h"
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

/* Is this the authority that --trust speaks of? */
static int
state_check(struct session *s)
{
	const struct km_trust	*t = &s->trust.trust;
	int64_t			 apart;
	enum km_err		 err;

	if ((err = reply_state(s, (struct km_bytes){ s->state.p,
	    s->state.len })) == KM_ERR_PIN)
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
