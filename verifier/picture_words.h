/* SPDX-License-Identifier: EUPL-1.2 */
/* Words of the drawing; they belong to its version as its lines do. */
#ifndef KM_PICTURE_WORDS_H
#define KM_PICTURE_WORDS_H

#include "picture.h"

/* What stands in the bar: by status, or by the day that it was carried. */
enum km_shown {
	KM_SHOWN_VALID, KM_SHOWN_WITHDRAWN, KM_SHOWN_SUSPENDED,
	KM_SHOWN_SUPERSEDED, KM_SHOWN_EXPIRED, KM_SHOWN_EARLY,
	KM_SHOWN_NONE, KM_SHOWN_N
};

struct km_words {
	const char	*lang;
	const char	*title;
	const char	*bar[KM_SHOWN_N];	/* large, in capitals */
	const char	*shown[KM_SHOWN_N];	/* within a line */
	const char	*claim[2], *level[3];
	const char	*service, *services, *organisation, *at_level;
	const char	*self_declaration;
	const char	*environment[3];	/* empty: production */
	const char	*through, *granted, *from, *status_on, *see_register;
	const char	*number, *check_at, *website, *legal_name;
	const char	*month[12];
};
const struct km_words *km_picture_words(enum km_picture_lang);

#endif
