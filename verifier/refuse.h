/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Refusing what is not in order, and saying why.
 *
 * The lean WebAssembly module (web/lean.c) is there for what is in order. At
 * the first thing that is not it stops, so that nothing it might say of that
 * need be loaded; the whole module says it.
 */
#ifndef KM_REFUSE_H
#define KM_REFUSE_H

#include "keurmerk.h"

#ifdef KM_LEAN
enum { KM_STOPS = 1 };
#else
enum { KM_STOPS = 0 };
#endif

static inline enum km_err
km_refuse(enum km_err why)
{
	if (KM_STOPS)
		__builtin_trap();
	return why;
}

#endif
