"""The demo company's products: valves in six sizes, spare parts, services."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from guike.platform.access import SYSTEM
from guike.products import services as products
from guike.wiring.demo import words


@dataclass(frozen=True)
class Item:
    """A product as orders need it."""

    id: int
    name: str
    price: Decimal
    cost: Decimal


def make_products(random: Random, today: date) -> list[Item]:
    """Valves with list and floor price, one series still new, one taken off sale; spares and services."""
    items = []
    number = 0
    for category, sub, name, spec, unit, base, serial in words.PRODUCTS:
        for size, factor in words.SIZES:
            number += 1
            price = Decimal(round(base * factor / 10) * 10)
            items.append(
                _add(
                    f"SH-{number:04d}", name, price, random, spec=spec.format(dn=size), category=category, subcategory=sub, unit=unit,
                    serial_tracked=serial, new_until=today + timedelta(days=150) if sub == "电动调节阀" else None,
                )
            )  # fmt: skip
    for category, sub, name, spec, unit, price in words.SPARES:  # type: ignore[assignment]
        number += 1
        tax = Decimal(6) if category == "服务" else Decimal(13)
        items.append(
            _add(f"SH-{number:04d}", name, Decimal(price), random, spec=spec, category=category, subcategory=sub, unit=unit, tax_rate=tax)
        )
    products.retire_product(items[6].id, actor=SYSTEM)
    return items


def _add(number: str, name: str, price: Decimal, random: Random, **values: object) -> Item:
    floor = (price * Decimal(random.choice(("0.80", "0.82", "0.85")))).quantize(Decimal("0.01"))
    product = products.add_product(actor=SYSTEM, number=number, name=name, list_price=price, floor_price=floor, **values)
    return Item(product.pk, name, price, (price * Decimal("0.66")).quantize(Decimal("0.01")))
