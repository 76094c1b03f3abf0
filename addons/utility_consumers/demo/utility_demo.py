"""A utility to look at (CFG-04) and the consumer of the sources' sample (CFG-05).

Runs only where Odoo loads demo data. Everything is made by the product's own methods,
relative to today, and the same every time: chance comes from a seed.
"""

import random
from datetime import date, timedelta

from odoo import Command, api, models

from .people import AREAS, COMPANIES, FIRST_NAMES, LAST_NAMES, STREETS

SEED = 19
CONSUMERS = 300
BATCH = 100
# Every so many accounts one gets 18 months of bills and payments.
HISTORY_EACH = 10
CIRCUMSTANCES = (
    ("Life Support", "Home dialysis: never disconnect without the medical desk."),
    ("Senior", "Prefers a call to a letter."),
    ("Medical Certificate", "Certificate of the doctor on file until year's end."),
    ("Payment Assistance", "Enrolled in the winter assistance programme."),
    ("Language Support", "Please arrange an interpreter for visits."),
)
PREFERENCES = (
    "Pays in cash at the counter, at the start of the month.",
    "Wants receipts by e-mail only.",
    "Pays by cheque; statement to the accountant.",
    "Pays by bank transfer on the 15th.",
)
TARIFFS = {
    # category: (service, unit, price of a unit, fixed charge, least and most units)
    "residential": ("electricity", "kWh", "0.1462", "11.50", 180, 1150),
    "commercial": ("electricity", "kWh", "0.1318", "38.00", 1500, 7400),
    "industrial": ("electricity", "kWh", "0.0974", "210.00", 18000, 62000),
    "agricultural": ("water", "gal", "0.0041", "24.00", 42000, 160000),
    "institutional": ("gas", "therm", "0.9870", "65.00", 320, 2600),
}
CHARGES = (
    ("Late Fee", "25.00"),
    ("Reconnection Fee", "75.00"),
    ("Meter Test", "48.50"),
    ("Service Line Inspection", "62.00"),
)


class UtilityDemo(models.AbstractModel):
    _name = "utility.demo"
    _description = "Demonstration Data"

    # === COMPANY === #

    @api.model
    def _demo_prepare_company(self):
        """Give the company dollars and a chart of accounts, if it has none."""
        company = self.env.ref("base.main_company")
        dollar = self.env.ref("base.USD")
        dollar.active = True
        if company.currency_id != dollar:
            company.currency_id = dollar
        if not company.chart_template:
            self._demo_load_chart(company)
        company._utility_setup()

    @api.model
    def _demo_load_chart(self, company):
        registry = self.env.registry
        if not hasattr(registry, "_auto_install_template"):
            # So `account` itself announces a chart amid an installation
            registry._auto_install_template = None
        self.env["account.chart.template"].try_loading("generic_coa", company)
        del registry._auto_install_template

    # === CONSUMERS === #

    @api.model
    def _demo_create_consumers(self):
        """Make the consumers and the bills they have open now.

        Of those with a history, bills come with their payments in `utility_payments`.
        """
        rng = random.Random(SEED)
        accounts = self._demo_create_accounts(rng)
        self._demo_record_john_doe()
        history = self._demo_history_accounts()
        self._demo_record_last_bills(accounts - history, rng)
        self._demo_record_charges(accounts - history, rng)
        self._demo_close_accounts(accounts - history)

    @api.model
    def _demo_history_accounts(self):
        """Return the accounts that get 18 months of bills and payments."""
        john = self.env.ref("utility_consumers.demo_account_john_doe")
        accounts = self.env["utility.account"].search(
            [("company_id", "=", john.company_id.id), ("id", "!=", john.id)],
            order="id",
        )
        return accounts[::HISTORY_EACH]

    @api.model
    def _demo_create_accounts(self, rng):
        company = self.env.ref("base.main_company")
        areas = self._demo_create_areas()
        people = self._demo_people(rng)
        vals_list, partners = [], self.env["res.partner"]
        for start in range(0, len(people), BATCH):
            partners |= partners.create(people[start : start + BATCH])
        owners = list(partners)
        # A landlord, a chain of shops: several accounts on one contact
        extra = CONSUMERS - 1 - len(owners)
        for position in range(extra):
            owners.insert(rng.randrange(len(owners)), owners[position // 2 * 9])
        categories = self._demo_categories(people, partners)
        seen = set()
        today = company._utility_today()
        for owner in owners:
            area, town = rng.choice(areas)
            address = (
                f"{owner.street}, {owner.city}"
                if owner not in seen
                else f"{rng.randint(2, 980)} {rng.choice(STREETS)}, {town}"
            )
            seen.add(owner)
            vals_list.append(
                self._demo_account_vals(
                    rng, owner, categories[owner], area, address, today
                )
            )
        accounts = self.env["utility.account"]
        for start in range(0, len(vals_list), BATCH):
            accounts |= accounts.with_context(tracking_disable=True).create(
                vals_list[start : start + BATCH]
            )
        return accounts

    @api.model
    def _demo_create_areas(self):
        """Return pairs of an area and its town."""
        areas = self.env["utility.area"].create(
            [{"name": name, "code": code} for name, code, _town in AREAS]
        )
        towns = [town for _name, _code, town in AREAS]
        return list(zip(areas, towns, strict=True))

    @api.model
    def _demo_people(self, rng):
        """Values of contacts: the businesses, and households in between."""
        country = self.env.ref("base.us")
        businesses = [name for names in COMPANIES.values() for name in names]
        names = set()
        while len(names) < CONSUMERS - 1 - len(businesses) - 12:
            names.add(f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}")
        # A set has no order of its own
        everyone = sorted(names) + businesses
        rng.shuffle(everyone)
        result = []
        for position, name in enumerate(everyone):
            is_company = name in businesses
            handle = "".join(char for char in name.lower() if char.isascii())
            handle = ".".join(handle.replace("'", "").replace("&", "").split())
            result.append(
                {
                    "name": name,
                    "is_company": is_company,
                    "street": f"{rng.randint(2, 980)} {rng.choice(STREETS)}",
                    "city": rng.choice(AREAS)[2],
                    "country_id": country.id,
                    "phone": f"(555) {rng.randint(200, 989)}-{position + 1000:04}",
                    # Some never gave an address, or no telephone
                    "email": f"{handle.rstrip('.')}@example.com"
                    if rng.random() < 0.85
                    else False,
                    "lang": "en_US",
                }
            )
        return result

    @api.model
    def _demo_categories(self, people, partners):
        category_of = {
            name: category for category, names in COMPANIES.items() for name in names
        }
        return {
            partner: category_of.get(vals["name"], "residential")
            for partner, vals in zip(partners, people, strict=True)
        }

    @api.model
    def _demo_account_vals(self, rng, owner, category, area, address, today):
        collected_by = {"Old Town", "Mill Valley"}
        collector = self.env.ref("utility_consumers.demo_user_field_collector")
        supplied = {TARIFFS[category][0]}
        if category in ("residential", "commercial"):
            supplied |= {"water", "sewerage"}
        services = self.env["utility.service"].search([("code", "in", list(supplied))])
        vals = {
            "partner_id": owner.id,
            "service_address": address,
            "category": category,
            "area_id": area.id,
            "collector_id": collector.id if area.name in collected_by else False,
            "service_ids": [Command.set(services.ids)],
            "date_opened": today - timedelta(days=rng.randint(600, 4200)),
        }
        if rng.random() < 0.08:
            tag, words = rng.choice(CIRCUMSTANCES)
            vals["special_circumstances"] = words
            vals["tag_ids"] = [Command.set(self._demo_tag(tag).ids)]
        if rng.random() < 0.15:
            vals["payment_preferences"] = rng.choice(PREFERENCES)
        return vals

    @api.model
    def _demo_tag(self, name):
        Tag = self.env["utility.account.tag"]
        return Tag.search([("name", "=", name)], limit=1) or Tag.create({"name": name})

    # === BILLS === #

    @api.model
    def _demo_record_bills(self, requests):
        """Record bills through their door; a refusal here is a fault of the demo."""
        outcomes = []
        for start in range(0, len(requests), BATCH):
            outcomes += self.env["account.move"].record_bills(
                requests[start : start + BATCH]
            )
        for outcome in outcomes:
            if outcome["status"] != "posted":
                raise ValueError(outcome)
        return outcomes

    @api.model
    def _demo_record_john_doe(self):
        """CFG-05: the state before R-5001, at the source's own dates."""
        account = self.env.ref("utility_consumers.demo_account_john_doe").number
        self._demo_record_bills(
            [
                {
                    "account": account,
                    "number": "INV-2025-001234",
                    "amount": "145.50",
                    "date": date(2025, 3, 31),
                    "due_date": date(2025, 4, 15),
                    "period_start": date(2025, 3, 1),
                    "period_end": date(2025, 3, 31),
                },
                {
                    "account": account,
                    "number": "INV-2025-001567",
                    "amount": "152.25",
                    "date": date(2025, 4, 15),
                    "due_date": date(2025, 5, 15),
                    "period_start": date(2025, 4, 1),
                    "period_end": date(2025, 4, 30),
                },
                {
                    "account": account,
                    "kind": "service",
                    "service_name": "Late Fee",
                    "service_date": date(2025, 4, 10),
                    "amount": "25.00",
                    "date": date(2025, 4, 10),
                },
                {
                    "account": account,
                    "kind": "service",
                    "service_name": "Reconnection Fee",
                    "service_date": date(2025, 4, 18),
                    "amount": "75.00",
                    "date": date(2025, 4, 18),
                },
            ]
        )

    @api.model
    def _demo_bill(self, account, day, rng):
        """A request for the bill of an account, made out on a day."""
        service, unit, price, fixed, least, most = TARIFFS[account.category]
        start = (day.replace(day=1) - timedelta(days=1)).replace(day=1)
        units = rng.randint(least, most)
        return {
            "account": account.id,
            "date": day,
            "due_date": day + timedelta(days=21),
            "period_start": start,
            "period_end": day.replace(day=1) - timedelta(days=1),
            "lines": [
                {"name": f"{service.capitalize()}: fixed charge", "price": fixed},
                {
                    "name": f"{service.capitalize()}: {units:,} {unit}",
                    "quantity": units,
                    "price": price,
                },
            ],
        }

    @api.model
    def _demo_record_last_bills(self, accounts, rng):
        today = self.env.ref("base.main_company")._utility_today()
        requests = [
            self._demo_bill(account, today - timedelta(days=rng.randint(3, 75)), rng)
            for account in accounts
        ]
        requests.sort(key=lambda request: request["date"])
        self._demo_record_bills(requests)

    @api.model
    def _demo_record_charges(self, accounts, rng):
        today = self.env.ref("base.main_company")._utility_today()
        requests = []
        for account in rng.sample(list(accounts), 24):
            name, amount = rng.choice(CHARGES)
            day = today - timedelta(days=rng.randint(1, 40))
            requests.append(
                {
                    "account": account.id,
                    "kind": "service",
                    "service_name": name,
                    "service_date": day,
                    "date": day,
                    "amount": amount,
                }
            )
        self._demo_record_bills(requests)

    @api.model
    def _demo_close_accounts(self, accounts):
        """Some consumers have moved out; what they owe stays."""
        accounts[7::45].action_close()
        accounts[11::60].write({"connection_state": "disconnected"})
