/** Of `model/eyes.bin`: the first 12 digits of its SHA-256. Written by `npm run train:vision`. */
export const EYES_VERSION = '9d5370e3f815'
