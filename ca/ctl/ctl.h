/* SPDX-License-Identifier: EUPL-1.2 */
/* Ctl: what the verbs of keurmerkctl get; one verb a file. */
#ifndef CTL_CTL_H
#define CTL_CTL_H

#include "opts.h"
#include "key.h"
#include "say.h"
#include "settings.h"

/* word[0] is the first word behind the verb. */
struct ctl {
	struct opts	 opts;
	struct settings	 set;
	const char	**word;
	size_t		 n_words;
};

/* The key of settings or --key, its passphrase asked for; NULL: message. */
struct key	*ctl_key(const struct ctl *, const char *path);

/* Each returns an exit status. */
int	 verb_key_new(struct ctl *);
int	 verb_key_public(struct ctl *);
int	 verb_trust_draft(struct ctl *);
int	 verb_officers_draft(struct ctl *);
int	 verb_scheme_draft(struct ctl *);
int	 verb_sign(struct ctl *);
int	 verb_inspect(struct ctl *);
int	 verb_deliver(struct ctl *);
int	 verb_officer_list(struct ctl *);
int	 verb_officer_disable(struct ctl *);
int	 verb_body_add(struct ctl *);
int	 verb_provider_add(struct ctl *);
int	 verb_import(struct ctl *);
int	 verb_assess(struct ctl *);
int	 verb_grant(struct ctl *);
int	 verb_suspend(struct ctl *);
int	 verb_lift(struct ctl *);
int	 verb_withdraw(struct ctl *);
int	 verb_pending(struct ctl *);
int	 verb_show(struct ctl *);
int	 verb_approve(struct ctl *);
int	 verb_status(struct ctl *);
int	 verb_badge(struct ctl *);

#endif
