/** Fail the tour with a sentence unless it is so. */
export function expect(isSo, sentence) {
    if (!isSo) {
        throw new Error(sentence);
    }
}
