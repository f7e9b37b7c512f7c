/* SPDX-License-Identifier: EUPL-1.2 */
/* Words: papers and decisions as a person reads them, every field shown. */
#ifndef CTL_WORDS_H
#define CTL_WORDS_H

#include <stdio.h>

#include "ca/record/decision.h"
#include "verifier/register.h"

void	 words_trust(FILE *, const struct km_trust *);
void	 words_officers(FILE *, const struct officers *);
/* Of any kind, from its exact bytes. */
void	 words_decision(FILE *, const struct decision *);
/* The same in one line without a newline: "grant: NAME (KVK ...), ...". */
void	 words_brief(FILE *, const struct decision *);

const char *words_environment(enum km_environment);
const char *words_status(enum km_status);
/* "registrar, decider" for a set of enum officer_role. */
void	 words_roles(FILE *, unsigned int roles);
/* "basic_measures of service workplace at level basic" */
void	 words_line(FILE *, const struct km_line *);

#endif
