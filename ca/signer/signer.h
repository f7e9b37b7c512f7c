/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Signer: it alone holds keys and the state that matters, and signs
 * meanings, not bytes (design section 5). This is what the rest of keurmerkd
 * may ask of the room; office speaks to signer_main() over its channel
 * (schemas/signer.cddl), which ca/base/role.h declares.
 *
 * dir is always the signer's directory, "DATA/signer", as an absolute path:
 *
 *	keys/NAME.pem	private keys, mode 0600
 *	journal		the write-ahead log of the authority
 *	snapshot	the state at some place in the journal; may be absent
 *	lock		held by whoever writes the above
 */
#ifndef SIGNER_SIGNER_H
#define SIGNER_SIGNER_H

#include "ca/base/buf.h"
#include "ca/base/conf.h"
#include "verifier/epoch.h"

/*
 * What went wrong, in one sentence; set when a call below fails. Names are
 * those within dir, which the caller puts before it.
 */
struct signer_error {
	char	text[512];
};

/*
 * Make the two keys of a new authority, P-256, in dir/keys (which is made
 * when absent; dir itself must be there), and append their public halves to
 * out as CBOR: [[1, cose-key], [2, cose-key]], 1 attest and 2 publish. Never
 * overwrites: a directory with a key in it is an error. Returns 0 or -1.
 */
int	signer_keys(const char *dir, struct buf *out, struct signer_error *);

/*
 * Begin an authority: the log's first entries. dir must have the keys that
 * trust names, and neither journal nor snapshot. conf gives issuer and
 * environment. Verifies everything as any later list and decision is:
 *
 *	trust		trust list 1, signed by its roots' threshold
 *	officers	officers list, signed by two managers of trust
 *	scheme		act of kind scheme: [decision, [approvals]], the
 *			roots' (schemas/log.cddl)
 *	json		the scheme that it names
 *
 * Writes the journal whole, or nothing. Returns 0 or -1.
 */
int	signer_init(const char *dir, const struct conf *conf,
	    struct km_bytes trust, struct km_bytes officers,
	    struct km_bytes scheme, struct km_bytes json,
	    struct signer_error *);

/* signer-state of schemas/signer.cddl; fenced only a hello can tell. */
struct signer_figures {
	uint64_t		 batch;
	uint32_t		 epoch;
	struct km_tree_head	 log, reg, status;
	int			 halted;
	uint8_t			 trust[KM_HASH_LEN];
	uint8_t			 officers[KM_HASH_LEN];
	uint8_t			 scheme[KM_HASH_LEN];
	uint8_t			 heads[KM_HASH_LEN];
	uint8_t			 last_epoch[KM_HASH_LEN];
	size_t			 n_due;
};

/*
 * The figures as they were right after this batch and this epoch, from the
 * journal alone: what comes later in it is not looked at; UINT64_MAX and
 * UINT32_MAX for all there is. Reads only, takes no lock, needs no key and
 * leaves out a last record that is still being written, so it works beside a
 * running signer. Returns 0 or -1; when the journal ends before them, the
 * figures are those of its end and still 0.
 */
int	signer_replay(const char *dir, uint64_t batch, uint32_t epoch,
	    struct signer_figures *out, struct signer_error *);

#endif
