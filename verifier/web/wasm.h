/* SPDX-License-Identifier: EUPL-1.2 */
/* What the exported calls (wasm.c, wasm_more.c) share. */
#ifndef KM_WEB_WASM_H
#define KM_WEB_WASM_H

#include "verifier/core.h"

#define EXPORT(name)	__attribute__((export_name(#name), used)) name

extern struct km_web {
	struct km_known	*known;
	struct km_report report;
	struct km_question question;
	struct km_policy policy;
} km_web;

uint8_t	*km_web_room(size_t len);

#endif
