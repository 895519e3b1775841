/**
 * Where the weights for {@link createEyes} are, 3 MB: to be read or fetched. Bundlers that know `new URL(…,
 * import.meta.url)` take the file along. `model/CARD.md` says what they are and what they may be used for.
 */
export const EYES_FILE: URL = new URL('./model/eyes.bin', import.meta.url)
