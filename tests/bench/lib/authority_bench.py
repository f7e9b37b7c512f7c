# SPDX-License-Identifier: EUPL-1.2
"""Figures of a whole authority: keurmerkd with its three roles, officers over
mTLS, everything durable, the client on the same machine.

    issue_durable     grants a second at level substantial, 16 connections, one
                      grant a request, timing the last approval; the ratio
                      is to what one core can verify and sign just before
                      and just after; the middle one of RUNS
    grant_cpu_growth  CPU time of signer and office a grant at MARKS marks
                      against that at 1,000
    publish_latency   from sending the last approval of a withdrawal until
                      public serves a list that has it, 20 times
"""
import os
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request
import zlib

import cbor2

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__),
                                '../../system/lib'))
from authority import BODY, BUILD, Authority, check     # noqa: E402
from load import DAY, NOTHING, Load, today              # noqa: E402
from officer import ALREADY, DONE, PENDING, encode, sha256  # noqa: E402

MARKS = int(os.environ.get('MARKS', 100000))
PROVIDERS = 4000
GRANTS = 4000
BATCH = 84                      # decisions a request, three approvals each
LINES = {level: [{1: 1, 2: 2, 3: 'workplace', 4: level}] for level in (1, 2)}
PUBLISH = 20
RUNS = 3                        # a machine is never wholly quiet


class Bench(Load):
    def __init__(self, a):
        super().__init__(a, providers=PROVIDERS)
        self.heads = {}

    def deliver(self, office, decisions, *who, last=DONE):
        """Many decisions, as few requests as may be."""
        for i in range(0, len(decisions), BATCH):
            part = decisions[i:i + BATCH]
            answers = office.acts(*[p for d in part
                                    for p in self.pairs(d, *who)])
            for answer in answers[len(who) - 1::len(who)]:
                check(answer[1] in (last, ALREADY), answer)

    def setup(self):
        office = self.office()
        day = today()
        self.deliver(office, [self.papers.decision(
            'body-add', 'registrar', BODY,
            {1: 'Fictieve Keuring B.V.', 2: day - 400, 3: day + 1000, 4: 2},
            head=NOTHING)], 'registrar', 'decider-a')
        adds, assessments = [], []
        for i, subject in enumerate(self.subjects):
            adds.append(self.papers.decision(
                'provider-add', 'registrar', subject,
                {1: f'Voorbeeld {i} B.V.', 3: 'Utrecht', 4: subject[6:]},
                head=NOTHING))
            self.heads[subject] = self.provider[subject] = sha256(adds[-1])
            assessments.append(self.papers.decision(
                'assessment', 'assessor', subject,
                {1: BODY, 2: day - 3, 3: f'R-{i}', 4: LINES[2],
                 6: ['document-review'], 7: 8, 8: 0}))
            self.assessment[subject] = sha256(assessments[-1])
        self.deliver(office, adds, 'registrar', 'decider-a')
        self.deliver(office, assessments, 'assessor')
        office.close()

    def grants(self, n, level):
        """n grants, one a provider; what they need is known beforehand."""
        now = int(time.time())
        made = []
        for subject in self.subjects[:n]:
            made.append(self.papers.decision(
                'grant', 'registrar', subject,
                {1: 1, 2: ['voorbeeld', 1], 3: LINES[level],
                 5: now - now % DAY, 6: now - now % DAY + 700 * DAY, 7: 1},
                head=self.heads[subject],
                rests=(self.provider[subject], self.assessment[subject])))
            self.heads[subject] = sha256(made[-1])
        return made

    def fill(self, office, marks):
        """Grants at level basic until so many marks are there."""
        while (left := marks - office.state()[11]) > 0:
            self.deliver(office, self.grants(min(left, PROVIDERS), 1),
                         'registrar', 'decider-a')

    def last_approvals(self, path, decisions, who):
        with open(path, 'wb') as f:
            for d in decisions:
                body = encode([self.pairs(d, who)[0]])
                f.write(struct.pack('>I', len(body)) + body)

    def issue(self, office, n):
        """Time the last approvals of n grants; the figures of office_load."""
        path = os.path.join(self.authority.base, 'bodies')
        grants = self.grants(n, 2)
        self.deliver(office, grants, 'registrar', 'reviewer', last=PENDING)
        self.last_approvals(path, grants, 'decider-a')
        cert = os.path.join(self.authority.base,
                            self.keys['registrar'].kid.hex() + '.pem')
        out = subprocess.run(
            [os.path.join(BUILD, 'system', 'office_load'),
             str(self.authority.ports[0]), cert, '16', path],
            stdout=subprocess.PIPE, text=True, check=True).stdout
        return {k: float(v) for k, v in
                (line.split() for line in out.splitlines())}

    def cpu(self):
        """CPU seconds of signer and office so far."""
        total = 0
        roles = self.authority.roles()
        for name in ('signer', 'office'):
            with open(f'/proc/{roles[name]}/stat') as f:
                fields = f.read().rsplit(')', 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        return total / os.sysconf('SC_CLK_TCK')

    def cpu_a_grant(self, office, n):
        took = []
        for _ in range(RUNS):
            before = self.cpu()
            self.issue(office, n)
            time.sleep(0.5)     # what is still to be published belongs to it
            took.append((self.cpu() - before) / n)
        return statistics.median(took)

    def issue_durable(self, office):
        """Of RUNS the one with the middle ratio: ratio, rate, figures."""
        runs = []
        for _ in range(RUNS):
            before = baseline()
            figures = self.issue(office, GRANTS)
            rate = figures['requests'] / figures['seconds']
            raw = (before + baseline()) / 2
            runs.append((rate / raw, rate, figures))
        return sorted(runs, key=lambda run: run[0])[RUNS // 2]


def baseline():
    out = subprocess.run([os.path.join(BUILD, 'system', 'office_load'),
                          'baseline', '2'], stdout=subprocess.PIPE, text=True,
                         check=True).stdout
    return float(out.split()[1])


def status_of(url, idx):
    with urllib.request.urlopen(f'{url}/status/{idx >> 16}') as f:
        claims = cbor2.loads(cbor2.loads(f.read()).value[2])
    raw = zlib.decompress(claims[65533]['lst'])
    at = idx & 65535
    return raw[at // 4] >> (at % 4 * 2) & 3


def publish_latency(bench, office, times):
    """Withdrawals, from sending the last approval until it is served."""
    took = []
    for i in range(times):
        subject = bench.subjects[i]
        mark = office.subjects(subject)[0][5][0]
        idx = office.subjects(mark)[0][6][0][0]
        d = bench.papers.decision('withdraw', 'registrar', mark, {1: 3})
        pairs = bench.pairs(d, 'registrar', 'reviewer', 'decider-b')
        office.acts(*pairs[:2])
        time.sleep(0.3)
        check(status_of(bench.authority.url, idx) == 0, mark)
        start = time.monotonic()
        check(office.acts(pairs[2])[0][1] == DONE, mark)
        while status_of(bench.authority.url, idx) != 1:
            check(time.monotonic() - start < 20, mark, 'is not published')
        took.append((time.monotonic() - start) * 1e3)
    return took


def main():
    base = tempfile.mkdtemp(prefix='bench.', dir=os.environ.get('TEST_TMP'))
    a = Authority(os.path.join(base, 'a'))
    os.mkdir(a.base)
    try:
        a.create()
        a.start()
        bench = Bench(a)
        bench.setup()
        office = bench.office()
        office.state()
        bench.fill(office, 1000)
        few = bench.cpu_a_grant(office, 2000)
        ratio, rate, figures = bench.issue_durable(office)
        print(f'bench issue_durable {rate:.0f} 1/s ratio {ratio:.2f} '
              'against 4 verifications and 1 signature on one core')
        print(f'bench issue_p50 {figures["p50"]:.1f} ms')
        print(f'bench issue_p99 {figures["p99"]:.1f} ms', flush=True)
        bench.fill(office, MARKS)
        many = bench.cpu_a_grant(office, 2000)
        print(f'bench grant_cpu_growth {many * 1e3:.3f} ms ratio '
              f'{many / few:.2f} against {few * 1e3:.3f} ms at 1,000 marks',
              flush=True)
        took = publish_latency(bench, office, PUBLISH)
        print(f'bench publish_latency {statistics.median(took):.0f} ms')
        print(f'bench publish_latency_worst {max(took):.0f} ms', flush=True)
        a.stop()
    finally:
        a.end()
        shutil.rmtree(base, ignore_errors=True)


main()
