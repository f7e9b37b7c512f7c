#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""Power loss at random moments during a load, ROUNDS times (50): all roles
end at once and the disk keeps only what was synced (tests/shim/powerloss.c).
The same must hold as after a kill. SEED repeats a run.
"""
import glob
import os
import random
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), 'lib'))
from authority import BUILD, Authority, check   # noqa: E402
from load import Load                           # noqa: E402
from powerloss import Disk                      # noqa: E402

ROUNDS = int(os.environ.get('ROUNDS', 50))
SEED = int(os.environ.get('SEED', random.randrange(1 << 32)))


def main():
    print(f'seed {SEED}, {ROUNDS} rounds', flush=True)
    random.seed(SEED)
    base = tempfile.mkdtemp(prefix='power.', dir=os.environ.get('TEST_TMP'))
    records = os.path.join(base, 'records')
    a = Authority(os.path.join(base, 'a'), preload={
        'LD_PRELOAD': os.path.join(BUILD, 'shim', 'powerloss.so'),
        'POWERLOSS_LOG': records})
    os.mkdir(a.base)
    try:
        a.create()
        disk = Disk(a.path('data'), a.path('tree'))
        a.start()
        load = Load(a, providers=12)
        load.setup()
        lost = epochs = 0
        for i in range(ROUNDS):
            load.run()
            time.sleep(random.uniform(0, 0.5))
            a.kill()
            load.stop()
            check(disk.replay(records + '.*') > 0, 'nothing was recorded')
            disk.put_back()
            gone = disk.lost
            lost += gone
            for path in glob.glob(records + '.*'):
                os.unlink(path)
            disk = Disk(a.path('data'), a.path('tree'))
            a.start()
            load.verify()
            now = load.verify_epochs()
            check(now >= epochs, 'epochs went from', epochs, 'to', now)
            epochs = now
            if i % 5 == 4:
                a.audit()
            print(f'{i + 1}: {len(load.done)} done, epoch {now}, '
                  f'{gone} bytes lost', flush=True)
        load.verify_log()
        a.stop()
        a.audit()
        print(f'{ROUNDS} losses of power, {lost} bytes that were not synced, '
              f'{len(load.done)} decisions acknowledged, none lost; '
              f'{epochs} epochs; audit agrees')
    finally:
        a.end()


main()
