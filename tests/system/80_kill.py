#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""kill -9 of each role and of all at random moments during a load of grants
and withdrawals, ROUNDS times (50): whatever was acknowledged is there, what
was signed is known, the same decision gives the same result, epochs go on by
one, and audit agrees. SEED repeats a run.
"""
import os
import random
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), 'lib'))
from authority import Authority, check  # noqa: E402
from load import Load                   # noqa: E402

ROUNDS = int(os.environ.get('ROUNDS', 50))
SEED = int(os.environ.get('SEED', random.randrange(1 << 32)))
VICTIMS = (('signer',), ('office',), ('public',), ('parent',),
           ('signer', 'office'), ())


def main():
    print(f'seed {SEED}, {ROUNDS} rounds', flush=True)
    random.seed(SEED)
    base = tempfile.mkdtemp(prefix='kill.', dir=os.environ.get('TEST_TMP'))
    a = Authority(os.path.join(base, 'a'))
    os.mkdir(a.base)
    try:
        a.create()
        a.start()
        load = Load(a)
        load.setup()
        epochs = 0
        for i in range(ROUNDS):
            victims = VICTIMS[i % len(VICTIMS)]
            load.run()
            time.sleep(random.uniform(0, 0.6))
            a.kill(*victims)
            load.stop()
            a.start()
            load.verify()
            now = load.verify_epochs()
            check(now >= epochs, 'epochs went from', epochs, 'to', now)
            epochs = now
            if i % 5 == 4:
                a.audit()
            print(f'{i + 1}: killed {"+".join(victims) or "all"}: '
                  f'{len(load.done)} done, epoch {now}', flush=True)
        load.verify_log()
        a.stop()
        a.audit()
        print(f'{ROUNDS} kills, {len(load.done)} decisions acknowledged, '
              f'none lost; {epochs} epochs; audit agrees')
    finally:
        a.end()


main()
