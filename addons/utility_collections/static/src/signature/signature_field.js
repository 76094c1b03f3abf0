import {_t} from "@web/core/l10n/translation";
import {NameAndSignature} from "@web/core/signature/name_and_signature";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

import {Component, useState} from "@odoo/owl";

/**
 * A field to sign in with finger, pen or mouse: Odoo's signature area, without the
 * second dialog that its own field opens. The value is a PNG in base64.
 */
export class UtilitySignatureField extends Component {
    static template = "utility_collections.SignatureField";
    static components = {NameAndSignature};
    static props = {...standardFieldProps};

    setup() {
        this.signature = useState({
            name: "",
            isSignatureEmpty: true,
            getSignatureImage: () => "",
            resetSignature: () => undefined,
        });
    }

    onSignatureChange() {
        const image = this.signature.isSignatureEmpty
            ? false
            : this.signature.getSignatureImage().split(",")[1];
        if (image !== (this.props.record.data[this.props.name] || false)) {
            this.props.record.update({[this.props.name]: image});
        }
    }
}

export const utilitySignatureField = {
    component: UtilitySignatureField,
    displayName: _t("Signature area"),
    supportedTypes: ["binary"],
};

registry.category("fields").add("utility_signature", utilitySignatureField);
