from . import (
    test_installment_payment,
)
