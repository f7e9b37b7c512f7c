# SPDX-License-Identifier: EUPL-1.2
"""A load of grants and withdrawals whose acknowledgements are kept, and what
must hold of them after whatever happened to the authority.
"""
import glob
import os
import random
import threading
import time

import cbor2

import authority
import officer
from authority import BODY, PASSPHRASE, PERSONS, check
from officer import ALREADY, DONE, PENDING, sha256

LINES = [{1: 1, 2: 2, 3: 'workplace', 4: 1}]
NOTHING = bytes(32)
DAY = 86400


def today():
    return int(time.time()) // DAY


class Load:
    def __init__(self, authority_, providers=24, threads=3):
        self.authority = authority_
        self.keys = {name: officer.Key.load(authority_.key(name), PASSPHRASE)
                     for name in PERSONS}
        with open(authority_.path('trust-1'), 'rb') as f:
            self.papers = officer.Papers(authority_.host,
                                         authority_.environment, f.read())
        self.subjects = [f'NTRNL-{90000000 + i:08d}' for i in range(providers)]
        self.provider = {}          # subject -> id of its data
        self.assessment = {}
        self.threads = threads
        self.lock = threading.Lock()
        self.done = {}              # id -> (log index, marks), acknowledged
        self.sent = {}              # id -> pairs, in the order of sending
        self.marks = []             # valid, as far as acknowledged
        self.errors = []
        self.stopping = False

    def office(self, who='registrar'):
        return officer.Office(self.authority.ports[0], self.keys[who],
                              self.authority.base)

    def pairs(self, decision, *who):
        return [[decision, self.papers.approval(self.keys[w], w, decision)]
                for w in who]

    def carry_out(self, office, decision, *who):
        """Propose and approve in one request; the last answer counts."""
        pairs = self.pairs(decision, *who)
        key = sha256(decision)
        with self.lock:
            self.sent[key] = pairs
        answer = office.acts(*pairs)[-1]
        self.keep(key, answer)
        return key, answer

    def keep(self, key, answer):
        check(answer[1] in (DONE, ALREADY), 'decision', key.hex(), answer)
        result = (answer.get(5), tuple(answer.get(6, ())))
        with self.lock:
            old = self.done.setdefault(key, result)
        check(old == result, key.hex(), 'was', old, 'and is now', result)

    def setup(self):
        with_office = self.office()
        day = today()
        self.carry_out(with_office, self.papers.decision(
            'body-add', 'registrar', BODY,
            {1: 'Fictieve Keuring B.V.', 2: day - 400, 3: day + 1000, 4: 2},
            head=NOTHING), 'registrar', 'decider-a')
        for i, subject in enumerate(self.subjects):
            key, _ = self.carry_out(with_office, self.papers.decision(
                'provider-add', 'registrar', subject,
                {1: f'Voorbeeld {i} B.V.', 3: 'Utrecht', 4: subject[6:]},
                head=NOTHING), 'registrar', 'decider-a')
            self.provider[subject] = key
            key, _ = self.carry_out(with_office, self.papers.decision(
                'assessment', 'assessor', subject,
                {1: BODY, 2: day - 3, 3: f'R-{i}', 4: LINES,
                 6: ['document-review'], 7: 8, 8: 0}), 'assessor')
            self.assessment[subject] = key
        with_office.close()

    def grant(self, office, subject):
        head = office.subjects(subject)[0][2]
        now = int(time.time())
        key, answer = self.carry_out(office, self.papers.decision(
            'grant', 'registrar', subject,
            {1: 1, 2: ['voorbeeld', 1], 3: LINES, 5: now - now % DAY,
             6: now - now % DAY + 700 * DAY, 7: 1}, head=head,
            rests=(self.provider[subject], self.assessment[subject])),
            'registrar', 'decider-a')
        with self.lock:
            self.marks.extend(answer[6])

    def withdraw(self, office):
        with self.lock:
            if not self.marks:
                return
            mark = self.marks.pop(random.randrange(len(self.marks)))
        self.carry_out(office, self.papers.decision(
            'withdraw', 'registrar', mark, {1: 3}),
            'registrar', 'reviewer', 'decider-b')

    def _work(self, n):
        """Until it is stopped or the office is gone."""
        office = self.office()
        subjects = self.subjects[n::self.threads]
        try:
            while not self.stopping:
                self.grant(office, random.choice(subjects))
                if random.random() < 0.3:
                    self.withdraw(office)
        except authority.Failed as e:
            self.errors.append(str(e))
        except Exception:
            pass                    # a dead office; what was sent is kept
        finally:
            office.close()

    def run(self):
        self.stopping = False
        self.workers = [threading.Thread(target=self._work, args=(i,))
                        for i in range(self.threads)]
        for w in self.workers:
            w.start()

    def stop(self):
        self.stopping = True
        for w in self.workers:
            w.join()
        check(not self.errors, *self.errors)

    def verify(self):
        """After a new start: what was acknowledged is there, what was sent
        is either done or can still be done, and gives the same twice."""
        office = self.office()
        with self.lock:
            done, open_ = dict(self.done), {
                k: v for k, v in self.sent.items() if k not in self.done}
        sample = random.sample(sorted(done), min(40, len(done)))
        for key in sample:
            answer = office.acts(self.sent[key][-1])[0]
            check(answer[1] == ALREADY, 'acknowledged', key.hex(),
                  'is now', answer)
            self.keep(key, answer)
        for key, pairs in open_.items():
            answer = office.acts(*pairs)[-1]
            if answer[1] in (DONE, ALREADY):
                self.keep(key, answer)
                with self.lock:
                    self.marks.extend(
                        m for m in answer.get(6, ())
                        if cbor2.loads(pairs[0][0])[1] == 'grant')
            else:
                # Overtaken: another took the head, or the mark is gone.
                check(answer.get(3) in ('head', 'status'), key.hex(), answer)
                check(answer[1] != PENDING, key.hex(), answer)
            with self.lock:
                del self.sent[key]
                if key in self.done:
                    self.sent[key] = pairs
        office.close()

    def verify_log(self):
        """Every acknowledged decision, by the office's own list of them."""
        office = self.office()
        for key, (index, _) in sorted(self.done.items()):
            status, body = office.request('GET',
                                          '/v1/decisions/' + key.hex())
            check(status == 200, 'acknowledged', key.hex(), 'is lost:', status)
            answer = cbor2.loads(body)
            check(answer[3] == index, key.hex(), 'stood at', index, 'and now',
                  answer[3])
        office.close()

    def verify_epochs(self):
        """Epochs 1 to N, each naming the one before; returns N."""
        paths = {int(os.path.basename(p)): p for p in
                 glob.glob(self.authority.path('tree', 'epochs', '*'))
                 if os.path.basename(p).isdigit()}
        previous = NOTHING
        for n in range(1, max(paths) + 1):
            check(n in paths, 'epoch', n, 'is missing of', max(paths))
            with open(paths[n], 'rb') as f:
                data = f.read()
            payload = cbor2.loads(cbor2.loads(data).value[2])
            check(payload[1] == n, 'epoch', n, 'says', payload[1])
            check(payload[2] == previous, 'epoch', n, 'follows another')
            previous = sha256(data)
        with open(self.authority.path('tree', 'epoch'), 'rb') as f:
            check(sha256(f.read()) == previous, 'epoch is not the last')
        return max(paths)
