# SPDX-License-Identifier: EUPL-1.2
"""keurmerk: check the quality mark for ICT service providers, offline.

    report = keurmerk.verify(badge, trust=trust_list, objects=[status, epoch],
                             policy={"holder": "90000011"})
    if report.ok:
        print(report.attestation["legal_name"])
"""

from ._known import Known, verify
from ._library import use_library, version
from ._policy import Age, Demand, Epoch, Policy
from ._report import Binding, Check, Outcome, Report, Verdict

__all__ = ["Age", "Binding", "Check", "Demand", "Epoch", "Known", "Outcome",
           "Policy", "Report", "Verdict", "use_library", "verify", "version"]
