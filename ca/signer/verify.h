/* SPDX-License-Identifier: EUPL-1.2 */
/* Office asks the same; so it stands in ca/record. */
#ifndef SIGNER_VERIFY_H
#define SIGNER_VERIFY_H

#include "ca/record/verify.h"

#endif
