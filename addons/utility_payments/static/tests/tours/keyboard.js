/** Press a key where the focus is: only what the keyboard reaches counts. */
export function press(key, modifiers = {}) {
    const target = document.activeElement;
    const options = { key, bubbles: true, cancelable: true, ...modifiers };
    if (target.dispatchEvent(new KeyboardEvent("keydown", options))) {
        if (key === "Enter" && target.matches("button")) {
            target.click();
        }
    }
    target.dispatchEvent(new KeyboardEvent("keyup", options));
}

/** Type where the focus is, replacing what is selected. */
export function type(text) {
    const input = document.activeElement;
    input.setRangeText(text, input.selectionStart, input.selectionEnd, "end");
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
}
