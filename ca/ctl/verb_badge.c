/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keurmerkctl badge: the badge of a mark, from what is public: attestation,
 * status list, epoch, and the path to the register, as CBOR or drawn; or the
 * attestation alone as the text of a QR. Anyone may ask; the holder shows it,
 * and it can be checked without network.
 */
#include <stdio.h>
#include <string.h>

#include "ca/record/staple.h"

#include "badge_form.h"
#include "ctl.h"
#include "tree.h"

enum { FILE_MAX = 2 * KM_BADGE_MAX };

/* What a badge points to. */
struct making {
	struct badge_form form;
	struct tree	 tree;
	struct buf	 status;
	struct buf	 hashes, path, events;
	struct km_badge	 badge;
};

/* The newest attestation of the mark. */
static int
newest(struct making *m, struct km_bytes number, uint64_t *idx)
{
	struct km_register_leaf	leaf;
	uint64_t		at = 0;
	size_t			n = 0;
	int			rc;

	while ((rc = tree_find(&m->tree, number, &at, &leaf)) == CTL_DONE) {
		*idx = at++;
		n++;
	}
	if (rc != CTL_NONE)
		return rc;
	return n > 0 ? CTL_DONE : say_error("%.*s: epoch %u has no such "
	    "mark", SAY_BYTES(number), m->tree.epoch.number);
}

/* Everything that travels with it, verified on the way. */
static int
gather(struct making *m, uint64_t idx)
{
	struct km_register_leaf	 leaf;
	struct km_badge		*b = &m->badge;
	int			 rc;

	buf_init(&m->hashes, STAPLE_PATH_LEN);
	buf_init(&m->path, STAPLE_PATH_LEN * 2);
	buf_init(&m->events, STAPLE_EVENTS_LEN);
	if ((rc = tree_status(&m->tree, idx, &m->status)) != CTL_DONE ||
	    (rc = tree_leaf_path(&m->tree, idx, &m->hashes)) != CTL_DONE ||
	    (rc = tree_leaf(&m->tree, idx, &leaf, NULL)) != CTL_DONE)
		return rc;
	staple_events(&m->events, &leaf);
	staple_hashes(&m->path, &m->hashes);
	b->attestation = leaf.attestation;
	b->status = (struct km_bytes){ m->status.p, m->status.len };
	b->epoch = (struct km_bytes){ m->tree.epoch_bytes.p,
	    m->tree.epoch_bytes.len };
	b->has_register = 1;
	b->register_status = leaf.status;
	b->register_events = (struct km_bytes){ m->events.p, m->events.len };
	b->register_path = (struct km_bytes){ m->path.p, m->path.len };
	b->n_register_path = m->hashes.len / KM_HASH_LEN;
	return m->events.failed || m->path.failed ?
	    say_error("out of memory") : CTL_DONE;
}

static int
make(struct making *m, const char *text, const char *file)
{
	struct buf	out;
	uint64_t	idx = 0;
	int		rc;

	if ((rc = newest(m, km_bytes_of(text), &idx)) != CTL_DONE ||
	    (rc = gather(m, idx)) != CTL_DONE)
		return rc;
	buf_init(&out, FILE_MAX);
	rc = badge_form_write(&out, &m->form, &m->badge, m->tree.known);
	/* Yesterday's badge gives way to today's. */
	if (rc == CTL_DONE && paper_write(file, &out, 1) == -1)
		rc = CTL_FAILED;
	if (rc == CTL_DONE)
		say_note("%s: badge of %s as of epoch %u, %zu bytes", file,
		    text, m->tree.epoch.number, out.len);
	buf_free(&out);
	return rc;
}

int
verb_badge(struct ctl *ctl)
{
	const char	*url, *trust, *file = opts_need(&ctl->opts, OPT_OUT);
	struct making	 m;
	struct paper	 pin;
	struct verify	*verify;
	uint8_t		 first[KM_HASH_LEN];
	int		 rc = CTL_FAILED;

	if (file == NULL || (url = settings_need(&ctl->set,
	    SETTING_PUBLIC_URL)) == NULL ||
	    (trust = settings_need(&ctl->set, SETTING_TRUST)) == NULL)
		return CTL_USAGE;
	if (!km_number_valid(km_bytes_of(ctl->word[0])))
		return say_usage("expected a mark's number with its check "
		    "character, as KM-2026-000123-P, found \"%s\"",
		    ctl->word[0]);
	memset(&m, 0, sizeof(m));
	if (badge_form(&m.form, &ctl->opts) == -1)
		return CTL_USAGE;
	if ((verify = verify_new()) == NULL)
		return say_error("out of memory");
	if (paper_load_trust(&pin, first, trust, verify) == 0 &&
	    (rc = tree_open(&m.tree, url, &pin.bytes)) == CTL_DONE)
		rc = make(&m, ctl->word[0], file);
	tree_close(&m.tree);
	buf_free(&m.status);
	buf_free(&m.hashes);
	buf_free(&m.path);
	buf_free(&m.events);
	paper_free(&pin);
	verify_free(verify);
	return rc;
}
