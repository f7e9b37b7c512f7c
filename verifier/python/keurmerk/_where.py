# SPDX-License-Identifier: EUPL-1.2
"""Where the library was installed; "make install" writes this file anew."""

LIBRARY = None
