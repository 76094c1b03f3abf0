from odoo import api, fields, models
from odoo.fields import Domain

from ..dispute.utility_dispute import OPEN_STATES
from ..ladder.utility_collection_case import CURED


class UtilityFigure(models.AbstractModel):
    """Figures of collections (COL-02, COL-06, COL-07): see docs/figures.md."""

    _inherit = "utility.figure"

    @api.model
    def _figures(self):
        return super()._figures() | {
            "in_collections": "_figure_in_collections",
            "cure_rate": "_figure_cure_rate",
            "promises_due": "_figure_promises_due",
            "promises_kept": "_figure_promises_kept",
            "disputed": "_figure_disputed",
            "requests_late": "_figure_requests_late",
            "orders_today": "_figure_orders_today",
        }

    @api.model
    def _rates(self):
        return super()._rates() | {"cure_rate", "promises_kept"}

    @api.model
    def _shares(self):
        return super()._shares() | {"cure_rate", "promises_kept"}

    @api.model
    def _unknown_reasons(self):
        return super()._unknown_reasons() | {
            "cure_rate": self.env._("no case was closed"),
            "promises_kept": self.env._("no promise came to its day"),
        }

    @api.model
    def _record_actions(self):
        return super()._record_actions() | {
            model: f"utility_collections.{model.replace('.', '_')}_action"
            for model in (
                "utility.collection.case",
                "utility.disconnection.order",
                "utility.dispute",
                "utility.payment.promise",
                "utility.service.request",
            )
        }

    @api.model
    def _own_domain(self, scope, *leaves):
        """Records of the companies; a channel says nothing of them."""
        return self._scope_domain(scope, channel=False) & Domain(list(leaves))

    @api.model
    def _by_today(self, scope, leaves):
        """Records by the day where their company is.

        :param leaves: function that makes a list of leaves of a date
        """
        return Domain.OR(
            Domain("company_id", "in", companies.ids) & Domain(leaves(today))
            for today, companies in self._companies_by_today(scope).items()
        )

    @api.model
    def _figure_of_sum(self, scope, model, domain, *names):
        """The sum of a field of records, less those of the fields after it."""
        ((count, *sums),) = self.env[model]._read_group(
            domain, [], ["__count", *(f"{name}:sum" for name in names)]
        )
        first, *others = (amount or 0.0 for amount in sums)
        return self._figure(
            self._money(scope, first - sum(others)), count, model, domain
        )

    @api.model
    def _figure_of_share(self, model, hits, wholes):
        """A share of records, in the period and the one that it is compared with.

        :param hits: domains of what counts, in both periods
        :param wholes: domains of what is looked at, in both periods
        """
        Model = self.env[model]
        now, before = (
            (Model.search_count(hit), Model.search_count(whole))
            for hit, whole in zip(hits, wholes, strict=True)
        )
        return self._figure(
            self._share(*now),
            now[1],
            model,
            wholes[0],
            previous=self._share(*before),
        )

    # -------------------------------------------------------------------------
    # OF THE PERIOD
    # -------------------------------------------------------------------------

    @api.model
    def _figure_cure_rate(self, scope):
        """COL-04: of the cases closed in the period, those whose debt was settled."""
        wholes = [
            self._own_domain(scope, ("state", "=", "closed"))
            & self._between("closed_on", period)
            for period in (scope.period, scope.compared)
        ]
        hits = [whole & Domain("close_reason", "in", CURED) for whole in wholes]
        return self._figure_of_share("utility.collection.case", hits, wholes)

    @api.model
    def _figure_promises_kept(self, scope):
        """COL-06: of the promises for a day of the period, those that were kept."""
        wholes = [
            self._own_domain(scope, ("state", "in", ("kept", "broken")))
            & self._between("date", period)
            for period in (scope.period, scope.compared)
        ]
        hits = [whole & Domain("state", "=", "kept") for whole in wholes]
        return self._figure_of_share("utility.payment.promise", hits, wholes)

    # -------------------------------------------------------------------------
    # AS OF NOW
    # -------------------------------------------------------------------------

    @api.model
    def _figure_in_collections(self, scope):
        """COL-02: what open cases may collect, as of the last look at each.

        A payment looks at its account at once, the day's run at all.
        """
        return self._figure_of_sum(
            scope,
            "utility.collection.case",
            self._own_domain(scope, ("state", "!=", "closed")),
            "amount",
        )

    @api.model
    def _figure_promises_due(self, scope):
        """COL-06: what is still to come of open promises for today or before."""
        domain = Domain("state", "=", "open") & self._by_today(
            scope, lambda today: [("date", "<=", fields.Date.to_string(today))]
        )
        return self._figure_of_sum(
            scope, "utility.payment.promise", domain, "amount", "paid_amount"
        )

    @api.model
    def _figure_disputed(self, scope):
        """COL-09: what open disputes are about."""
        return self._figure_of_sum(
            scope,
            "utility.dispute",
            self._own_domain(scope, ("state", "in", OPEN_STATES)),
            "amount",
        )

    @api.model
    def _figure_requests_late(self, scope):
        """COL-05: service requests that nobody has settled by their day."""
        return self._figure_waiting(
            "utility.service.request",
            Domain("state", "not in", ("done", "cancelled"))
            & self._by_today(
                scope,
                lambda today: [("date_deadline", "<", fields.Date.to_string(today))],
            ),
        )

    @api.model
    def _figure_orders_today(self, scope):
        """COL-07: disconnections planned for today or before, still to be done."""
        return self._figure_waiting(
            "utility.disconnection.order",
            Domain("state", "in", ("ordered", "dispatched"))
            & self._by_today(
                scope,
                lambda today: [("planned_on", "<=", fields.Date.to_string(today))],
            ),
        )
