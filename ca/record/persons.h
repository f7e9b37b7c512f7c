/* SPDX-License-Identifier: EUPL-1.2 */
/* Who may propose and approve a decision; for rules.c alone. */
#ifndef RECORD_PERSONS_H
#define RECORD_PERSONS_H

#include "rules.h"

/*
 * The last part of rules_check(), which has found the rest in order: facts
 * has a scheme unless the decision is the first of kind scheme. *who is set
 * where it is about a person.
 */
enum refusal	 persons_check(const struct rules_facts *,
		    const struct decision *, const struct approver *,
		    size_t n, struct km_bytes *who);

#endif
