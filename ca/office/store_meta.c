/* SPDX-License-Identifier: EUPL-1.2 */
/* Store: where it stands, and what has changed since it was published. */
#include <string.h>

#include "ca/base/log.h"
#include "store_ask.h"

int
store_meta(struct store *st, struct store_meta *out)
{
	struct store_meta	m;
	struct ask		a;
	int			rc;

	memset(&m, 0, sizeof(m));
	ask_begin(&a, st, ASK_META,
	    "SELECT batch, epoch, epoch_hash,"
	    " ifnull((SELECT max(log_index) + 1 FROM act), 0),"
	    " ifnull((SELECT max(idx) + 1 FROM attestation), 0)"
	    " FROM meta WHERE one = 1");
	if ((rc = ask_step(&a)) == 1) {
		m.batch = (uint64_t)ask_col_int(&a, 0);
		m.epoch = (uint32_t)ask_col_int(&a, 1);
		ask_col_hash(&a, 2, m.epoch_hash);
		m.log_size = (uint64_t)ask_col_int(&a, 3);
		m.register_size = (uint64_t)ask_col_int(&a, 4);
	}
	if (ask_end(&a) != 0 || rc != 1)
		return -1;
	*out = m;
	return 0;
}

int
store_published(struct store *st, uint32_t *number, uint8_t hash[KM_HASH_LEN])
{
	struct store_meta	m;

	if (store_meta(st, &m) != 0)
		return -1;
	if (m.epoch == 0)
		return 1;
	*number = m.epoch;
	memcpy(hash, m.epoch_hash, KM_HASH_LEN);
	return 0;
}

int
store_batch_set(struct store *st, uint64_t batch)
{
	struct ask	a;

	ask_begin(&a, st, ASK_BATCH_SET,
	    "UPDATE meta SET batch = ?1 WHERE one = 1");
	ask_int(&a, (int64_t)batch);
	return ask_run(&a);
}

int
store_dirty(struct store *st, store_run_fn *fn, void *arg)
{
	struct ask	a;
	int		rc = 0;

	ask_begin(&a, st, ASK_DIRTY, "SELECT run FROM dirty ORDER BY run");
	while (rc == 0 && ask_step(&a) == 1)
		rc = fn(arg, (uint64_t)ask_col_int(&a, 0));
	return ask_end(&a) == 0 ? rc : -1;
}

int
store_publication_set(struct store *st, uint32_t number,
    const uint8_t hash[KM_HASH_LEN])
{
	struct ask	a;

	if (store_begin(st) != 0)
		return -1;
	ask_begin(&a, st, ASK_PUBLISHED_SET,
	    "UPDATE meta SET epoch = ?1, epoch_hash = ?2 WHERE one = 1");
	ask_int(&a, number);
	ask_hash(&a, hash);
	if (ask_run(&a) != 0)
		goto fail;
	ask_begin(&a, st, ASK_DIRTY_CLEAR, "DELETE FROM dirty");
	if (ask_run(&a) != 0 || store_commit(st) != 0)
		goto fail;
	return 0;
fail:
	store_rollback(st);
	return -1;
}
