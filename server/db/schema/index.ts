export { conflicts, feedback, items, outfitItems, outfits, photos, profile, wears } from '@modaics/shared'
export { devices, refreshTokens, sessions, users } from './accounts.js'
export { analyses, analysisCosts, photoFiles, photoQuarantine } from './photos.js'
export { epochs, folds, history, log, members, snapshots, wardrobes, writers } from './wardrobes.js'
