"""One suite a port, run against every adapter of it and against its fake."""

import pytest

pytest.register_assert_rewrite("tests.contracts.store_contract")
