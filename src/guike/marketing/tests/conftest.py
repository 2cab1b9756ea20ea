"""孙敏 of marketing collects; 陈思远 and 黄可 sell in 浙南, 吴芳 in 浙北; 王立 leads both."""

from datetime import date

import pytest
import time_machine

from guike.customers.tests.conftest import *  # noqa: F403 — the same cast
from guike.marketing import services

TODAY = date(2026, 11, 24)


@pytest.fixture
def on():
    """`with on(day):` the business day is that day."""
    return lambda day: time_machine.travel(f"{day}T10:00:00+08:00", tick=False)


@pytest.fixture
def find(marketing):
    """A pump maker met at the fair."""
    values = {
        "name": "台州恒捷泵业有限公司", "contact": "周建国", "position": "采购经理", "phone": "13905761234", "source": "trade_event",
        "place_found": "温州泵阀展", "province": "浙江省", "city": "台州市", "note": "要铸钢闸阀，年内换供应商",
    }  # fmt: skip
    return services.add_find(values, actor=marketing)
