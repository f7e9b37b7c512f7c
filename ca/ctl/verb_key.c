/* SPDX-License-Identifier: EUPL-1.2 */
/* keurmerkctl key: make a person's key, and write its public half. */
#include <stdio.h>
#include <string.h>

#include "ca/record/encode.h"

#include "ctl.h"
#include "paper.h"

enum { NAME_MAX_ = 1024, PUBLIC_MAX = 128 };

static struct key *
key_open(const char *path, const char *file, int new)
{
	struct key_error	 err;
	struct km_bytes		 secret;
	struct key		*key = NULL;
	struct buf		 passphrase;

	if (passphrase_get(&passphrase, path, file, new, &err) == -1) {
		say_error("%s", err.text);
		return NULL;
	}
	secret = (struct km_bytes){ passphrase.p, passphrase.len };
	key = new ? key_new(path, secret, &err) : key_load(path, secret,
	    &err);
	buf_wipe(&passphrase);
	if (key == NULL)
		say_error("%s", err.text);
	return key;
}

struct key *
ctl_key(const struct ctl *ctl, const char *path)
{
	return key_open(path, ctl->set.value[SETTING_PASSPHRASE_FILE], 0);
}

static void
kid_print(const struct key *key)
{
	char	kid[2 * KM_KID_LEN + 1];

	say_hex(kid, key_public(key)->kid, KM_KID_LEN);
	printf("%s\n", kid);
}

int
verb_key_new(struct ctl *ctl)
{
	struct key	*key;

	key = key_open(ctl->word[0],
	    ctl->set.value[SETTING_PASSPHRASE_FILE], 1);
	if (key == NULL)
		return CTL_FAILED;
	kid_print(key);
	say_note("%s: a new key. Keep it and its passphrase apart; without "
	    "both it cannot be used, and nobody can make it again.",
	    ctl->word[0]);
	key_free(key);
	return CTL_DONE;
}

int
verb_key_public(struct ctl *ctl)
{
	struct key	*key;
	struct buf	 out;
	char		 path[NAME_MAX_];
	int		 rc = CTL_FAILED;

	if ((size_t)snprintf(path, sizeof(path), "%s.pub", ctl->word[0]) >=
	    sizeof(path))
		return say_error("%s: name too long", ctl->word[0]);
	if ((key = ctl_key(ctl, ctl->word[0])) == NULL)
		return CTL_FAILED;
	buf_init(&out, PUBLIC_MAX);
	encode_key(&out, key_public(key));
	/* The same bytes each time: writing them again changes nothing. */
	if (paper_write(path, &out, 1) == 0) {
		kid_print(key);
		rc = CTL_DONE;
	}
	buf_free(&out);
	key_free(key);
	return rc;
}
