"""T23: who may do what with collections, as a table."""

from odoo.tests import tagged

from odoo.addons.utility_payments.tests.rights_common import RightsCommon

# c(reate) r(ead) w(rite) d(elete) of each role, in the order of ROLES. What is written
# are an author's own fields: the models refuse everything else.
_MATRIX = {
    "utility.account.behaviour": ("r", "r", "r", "r", "r", "", ""),
    "utility.account.behaviour.run": ("", "", "", "r", "", "", ""),
    "utility.agency.placement": ("r", "r", "r", "r", "", "", ""),
    "utility.collection.account.report": ("", "r", "r", "r", "", "", ""),
    "utility.collection.case": ("r", "rw", "rw", "rw", "r", "", ""),
    "utility.collection.case.report": ("", "r", "r", "r", "", "", ""),
    "utility.collection.event": ("r", "r", "r", "r", "r", "", ""),
    "utility.collection.notice": ("r", "r", "r", "r", "r", "", ""),
    "utility.collection.process": ("r", "r", "crwd", "crwd", "r", "", ""),
    "utility.collection.run": ("", "r", "r", "r", "", "", ""),
    "utility.collection.run.chunk": ("", "r", "r", "r", "", "", ""),
    "utility.collection.step": ("r", "r", "crwd", "crwd", "r", "", ""),
    "utility.collection.target": ("", "r", "crwd", "crwd", "", "", ""),
    "utility.collection.target.report": ("", "r", "r", "r", "", "", ""),
    "utility.collection.trial": ("", "r", "crwd", "crwd", "", "", ""),
    "utility.collection.trial.arm": ("", "r", "crwd", "crwd", "", "", ""),
    "utility.debt.change": ("", "", "", "r", "", "", ""),
    "utility.debt.day": ("", "r", "r", "r", "", "", ""),
    "utility.debt.group": ("", "", "", "r", "", "", ""),
    "utility.disconnection.decision": ("r", "r", "r", "r", "r", "", ""),
    "utility.disconnection.order": ("r", "crw", "crw", "crw", "r", "", ""),
    "utility.disconnection.rule": ("r", "r", "crwd", "crwd", "", "", ""),
    "utility.dispute": ("crw", "crw", "crw", "crw", "", "", ""),
    "utility.dispute.category": ("r", "r", "crwd", "crwd", "", "", ""),
    "utility.dispute.stage.time": ("r", "r", "r", "r", "", "", ""),
    "utility.jurisdiction": ("r", "r", "crwd", "crwd", "", "", ""),
    "utility.letter.batch": ("r", "r", "r", "r", "", "", ""),
    "utility.medical.certificate": ("crw", "crw", "crwd", "crwd", "", "", ""),
    "utility.milestone.delivery": ("", "r", "r", "r", "", "", ""),
    "utility.milestone.rule": ("r", "r", "crwd", "crwd", "", "", ""),
    "utility.payment.promise": ("crw", "crw", "crw", "crw", "crw", "", ""),
    "utility.service.request": ("crw", "crw", "crw", "crw", "rw", "", ""),
    "utility.service.request.category": ("r", "r", "crwd", "crwd", "r", "", ""),
    "utility.service.request.procedure": ("r", "r", "crwd", "crwd", "r", "", ""),
    "utility.service.request.schedule": ("r", "r", "crwd", "crwd", "r", "", ""),
    "utility.service.request.step": ("r", "r", "r", "r", "r", "", ""),
    "utility.service.request.type": ("r", "r", "crwd", "crwd", "r", "", ""),
    "utility.temperature": ("r", "r", "crwd", "crwd", "", "", ""),
    "utility.write.off": ("r", "crw", "crw", "crw", "", "", ""),
    "utility.write.off.line": ("r", "r", "r", "r", "", "", ""),
    "utility.write.off.recovery": ("r", "r", "r", "r", "", "", ""),
}
# Dialogs: one's own only; what their buttons do is checked there.
_DIALOGS = {
    "utility.account.rating": ("", "", "crwd", "crwd", "", "", ""),
    "utility.collection.case.change": ("", "crwd", "crwd", "crwd", "", "", ""),
    "utility.disconnection.dispatch": ("", "crwd", "crwd", "crwd", "", "", ""),
    "utility.disconnection.proof": ("crwd", "crwd", "crwd", "crwd", "crwd", "", ""),
    "utility.disconnection.question": ("crwd", "crwd", "crwd", "crwd", "", "", ""),
    "utility.disconnection.reason": ("", "crwd", "crwd", "crwd", "", "", ""),
    "utility.disconnection.rule.version": ("", "", "crwd", "crwd", "", "", ""),
    "utility.dispute.resolve": ("", "crwd", "crwd", "crwd", "", "", ""),
    "utility.notice.preview": ("crwd", "crwd", "crwd", "crwd", "", "", ""),
    "utility.payment.promise.cancel": ("crwd", "crwd", "crwd", "crwd", "crwd", "", ""),
    "utility.service.request.done": ("crwd", "crwd", "crwd", "crwd", "crwd", "", ""),
    "utility.verify.contact": ("crwd", "crwd", "crwd", "crwd", "crwd", "", ""),
}


@tagged("post_install", "-at_install")
class TestCollectionAccess(RightsCommon):
    """T23, ROL-01, ROL-04: rights on what collections keep."""

    def test_matrix_is_complete(self):
        """T23: every model has a line in a table, here or in that of plans."""
        models = {
            name
            for name in self.find_models("utility_collections")
            if not name.startswith(("utility.payment.plan", "utility.plan."))
        }
        self.assertEqual(models, {*_MATRIX, *_DIALOGS})
        for name in models:
            with self.subTest(model=name):
                self.assertEqual(self.env[name].is_transient(), name in _DIALOGS)
                self.assertGlobalRule(
                    name, "create_uid" if name in _DIALOGS else "company_ids"
                )

    def test_matrix(self):
        """T23, ROL-01: each role has the rights of the table, no other."""
        self.assertRights(_MATRIX | _DIALOGS)
