export type { ColorFamily, NamedColor } from './colour/color-names.js'
export { COLOR_NAMES } from './colour/color-names.js'
export type { ColorVision } from './colour/color-vision.js'
export { COLOR_VISIONS, colorDistanceFor, simulateVision } from './colour/color-vision.js'
export { contrast } from './colour/contrast.js'
export type { Oklab, Oklch } from './colour/convert.js'
export { hexToOklab, oklabToCielab, oklabToHex, oklabToOklch } from './colour/convert.js'
export { ciede2000, colorDistance } from './colour/distance.js'
export type { GarmentMask } from './colour/garment-mask.js'
export { garmentMask } from './colour/garment-mask.js'
export type { GarmentColor, GarmentPalette, GarmentPaletteOptions } from './colour/garment-palette.js'
export { garmentPalette } from './colour/garment-palette.js'
export type { Harmony, HarmonyOf, PaletteColor } from './colour/harmony.js'
export { harmony } from './colour/harmony.js'
export type { ColorName } from './colour/name-color.js'
export { nameColor } from './colour/name-color.js'
export { nameIsccNbs } from './colour/name-iscc-nbs.js'
export type { FoundColor } from './colour/parse-color.js'
export { findColors, parseColor } from './colour/parse-color.js'
export type { LabPixels, RgbaImage } from './colour/pixels.js'
export { toLabPixels } from './colour/pixels.js'
export type { Attribute } from './domain/attributes.js'
export { ATTRIBUTES, attributesOf } from './domain/attributes.js'
export { canonicalJson } from './domain/canonical-json.js'
export type { ErrorCode, ErrorKind, Remedy } from './domain/errors.js'
export { ERRORS, isErrorCode, ModaicsError } from './domain/errors.js'
export type { Category, Slot, Subcategory, Taxonomy, Volume, Ways } from './domain/garment.js'
export { SLOTS } from './domain/garment.js'
export { createId, isSha256, isUuid, uuidv7 } from './domain/ids.js'
export type { InPieces } from './domain/in-pieces.js'
export { inPieces } from './domain/in-pieces.js'
export type { Json, JsonObject } from './domain/json.js'
export type { Field, FieldType, Kind } from './domain/kinds.js'
export { fieldOf, fieldsOf, isKind, KIND_NAMES, KINDS } from './domain/kinds.js'
export type { Fit, Material, Pattern, PatternScale } from './domain/looks.js'
export { FITS, findLook, MATERIALS, PATTERNS } from './domain/looks.js'
export type {
  ChangesOf,
  Feedback,
  Item,
  ItemColor,
  Outfit,
  OutfitItem,
  Photo,
  Profile,
  RecordOf,
  Wear,
} from './domain/records.js'
export type { ChangesSchema, RecordSchema } from './domain/schemas.js'
export { changesSchema, recordSchema } from './domain/schemas.js'
export type { Progress, Steps } from './domain/steps.js'
export { drain, within } from './domain/steps.js'
export type { Classified, Traits } from './domain/taxonomy.js'
export { extendTaxonomy, findCategory, findSubcategory, TAXONOMY, traitsOf } from './domain/taxonomy.js'
export { beatenEdits, isBeaten, overOf } from './edits/bag.js'
export type { BagChange, BagDocument, LiveEdit } from './edits/bag-document.js'
export { createBagDocument } from './edits/bag-document.js'
export type { CheckedEdit } from './edits/check-edit.js'
export { checkEdit, checkValue, EDIT_LIMITS } from './edits/check-edit.js'
export { CLOCK_EPOCH_MS, hlcToMs, msToHlc, nextHlc } from './edits/clock.js'
export type { Compaction, LiveValue } from './edits/compaction.js'
export { createCompaction } from './edits/compaction.js'
export type { Conflict, Version } from './edits/conflict.js'
export { conflictsOf } from './edits/conflict.js'
export { decidedFields } from './edits/decided-fields.js'
export type { Edit, EditName, EditTuple, Source } from './edits/edit.js'
export {
  compareEdits,
  deviceOf,
  editKey,
  editToTuple,
  isRelease,
  RELEASE,
  SOURCES,
  tupleToEdit,
} from './edits/edit.js'
export type { Fingerprint } from './edits/fingerprint.js'
export {
  addFingerprints,
  EMPTY_FINGERPRINT,
  fingerprintToHex,
  recordFingerprint,
} from './edits/fingerprint.js'
export type { FieldState } from './edits/fold.js'
export { foldEdits, winnerOf } from './edits/fold.js'
export type { HistoryEntry } from './edits/history.js'
export { historyOf } from './edits/history.js'
export { orderRuns } from './edits/order-runs.js'
export type { Range, Run, UpdateContent, UpdateReading } from './edits/read-update.js'
export { BAG_ROOT, readUpdate } from './edits/read-update.js'
export { changesToSet, recordOf } from './edits/record.js'
export { cutRun, splitUpdate, writeBag } from './edits/split-update.js'
export { encodeDeletes, encodeEdits, writeUpdate } from './edits/write-update.js'
export type { EngineQuestion, EngineRecords, EngineWishes } from './insight/ask-engine.js'
export { askEngine, askEngineSteps } from './insight/ask-engine.js'
export type { Capsule, CapsuleRequest } from './insight/capsule.js'
export { capsule, capsuleSteps } from './insight/capsule.js'
export type { OutfitCount } from './insight/count-outfits.js'
export type { DuplicateGroup, DuplicatesRequest } from './insight/duplicates.js'
export { duplicates, duplicatesSteps } from './insight/duplicates.js'
export type { Gaps, GapsRequest, Suggestion } from './insight/gaps.js'
export { gaps, gapsSteps } from './insight/gaps.js'
export type { GoesWith, GoesWithRequest } from './insight/goes-with.js'
export { goesWith, goesWithSteps, NEW_PIECE } from './insight/goes-with.js'
export type { Purpose } from './insight/judge-outfits.js'
export { USUAL_OCCASIONS } from './insight/judge-outfits.js'
export type { ColourShare, MakeUp, MakeUpRequest, Share } from './insight/make-up.js'
export { makeUp, makeUpSteps } from './insight/make-up.js'
export type { PackedOutfit, PackingDay, PackingList, PackingRequest } from './insight/packing.js'
export { packing, packingSteps } from './insight/packing.js'
export type { Recommendation, RecommendRequest } from './insight/recommend.js'
export { recommend, recommendSteps } from './insight/recommend.js'
export type { InsightGap, InsightGapCode, OwnedPiece, UsageRequest, WearRecords } from './insight/records.js'
export { INSIGHT_GAPS } from './insight/records.js'
export { ENGINE_REQUESTS } from './insight/request-schemas.js'
export { ENGINE_RESULTS } from './insight/result-schemas.js'
export type { CostPerWear, PieceUsage, Usage } from './insight/usage.js'
export { usage, usageSteps } from './insight/usage.js'
export type { UseOverTime, UsePeriod, UsePeriods } from './insight/use-over-time.js'
export { useOverTime, useOverTimeSteps } from './insight/use-over-time.js'
export type { PieceVersatility, Versatility } from './insight/versatility.js'
export { versatility, versatilitySteps } from './insight/versatility.js'
export { generateOutfits } from './outfit/generate.js'
export type { Message, MessageKey, Messages, Reason, ReasonValue } from './outfit/messages.js'
export { MESSAGES } from './outfit/messages.js'
export type { Outfitter } from './outfit/outfitter.js'
export { createOutfitter } from './outfit/outfitter.js'
export type { Plan, PlanDay, PlannedDay, PlanRequest } from './outfit/plan.js'
export { planDays, planDaysSteps } from './outfit/plan.js'
export type { RateRequest, Rating } from './outfit/rate.js'
export { rateOutfit } from './outfit/rate.js'
export type { SwapRequest, SwapResult } from './outfit/swap.js'
export { swapPiece, swapPieceSteps } from './outfit/swap.js'
export type {
  Activity,
  DressCode,
  FeedbackLike,
  GarmentLike,
  GeneratedOutfit,
  GeneratedPiece,
  GenerateRequest,
  GenerateResult,
  Missing,
  MissingCode,
  OutfitPart,
  WearLike,
  Weather,
} from './outfit/types.js'
export type { WhyNot } from './outfit/why-not.js'
export { whyNot, whyNotSteps } from './outfit/why-not.js'
export type { OutfitAnswer, OutfitPort, OutfitQuestion } from './outfit/worker.js'
export { serveOutfits } from './outfit/worker.js'
export { hashDistance, perceptualHash, SAME_PICTURE_BITS } from './picture/perceptual-hash.js'
export type { PictureHeader } from './picture/picture-header.js'
export { readPictureHeader } from './picture/picture-header.js'
export type { PictureType } from './picture/picture-type.js'
export { pictureTypeOf, refusedTypeOf } from './picture/picture-type.js'
export { shrinkPixels } from './picture/shrink-pixels.js'
export { stripMetadata } from './picture/strip-metadata.js'
export { thumbhashOf, thumbhashToPixels } from './picture/thumbhash.js'
export type { Ack } from './protocol/ack.js'
export { ackSchema, encodeAck } from './protocol/ack.js'
export type { Authenticate, Authenticated } from './protocol/authenticate.js'
export {
  authenticatedSchema,
  authenticateSchema,
  encodeAuthenticate,
  encodeAuthenticated,
} from './protocol/authenticate.js'
export type { Commits } from './protocol/commits.js'
export { encodeCommits, readCommits } from './protocol/commits.js'
export {
  EMPTY_UPDATE,
  encodeJsonFrame,
  encodeSyncFrame,
  KEEP_ALIVE_FRAME,
  packFrames,
  unpackFrames,
} from './protocol/frames.js'
export type { ClientHello, Cursor, ServerHello } from './protocol/hello.js'
export {
  clientHelloSchema,
  cursorSchema,
  encodeClientHello,
  encodeServerHello,
  serverHelloSchema,
} from './protocol/hello.js'
export type { Refusal } from './protocol/refusal.js'
export { encodeRefusal, refusalSchema } from './protocol/refusal.js'
export { BEARER_PREFIX, LIMITS, MESSAGE, PROTOCOL_VERSION, SUBPROTOCOL, SYNC } from './protocol/version.js'
export type { Lookalikes } from './search/lookalikes.js'
export { featuresOf, lookalikes } from './search/lookalikes.js'
export type { SearchRequest, SearchSql } from './search/search-sql.js'
export { searchSql } from './search/search-sql.js'
export type { Comparable, SimilarItem, SimilarOptions } from './search/similar-items.js'
export { similarItems } from './search/similar-items.js'
export { columnsOf, createTablesSql } from './tables/ddl.js'
export type { JsonRow } from './tables/rows.js'
export { recordToRow } from './tables/rows.js'
export { conflicts, feedback, items, outfitItems, outfits, photos, profile, wears } from './tables/tables.js'
export type { DescribeTasteOptions, TasteBelief, TasteWords } from './taste/describe-taste.js'
export { describeTaste, TASTE_WORDS } from './taste/describe-taste.js'
export type { TasteRecords } from './taste/events.js'
export { learnTaste, learnTasteSteps } from './taste/learn-taste.js'
export type { TasteModel, TasteSign, TasteWeight } from './taste/taste-model.js'
export { NO_TASTE } from './taste/taste-model.js'
export type { TasteGarment } from './taste/traits.js'
export { analysePhoto } from './vision/analyse-photo.js'
export { EYES_VERSION } from './vision/eyes-version.js'
export type { FieldsSeen } from './vision/fields-seen.js'
export { fieldsSeen, SET_ABOVE } from './vision/fields-seen.js'
export type { KindGuess, PhotoAnalysis, Seen } from './vision/photo-analysis.js'
export type { Offer } from './vision/suggest.js'
export { suggest } from './vision/suggest.js'
export type { Described, KinshipParts } from './words/style/kinship.js'
export { kinshipParts, styleKinship } from './words/style/kinship.js'
export type { StyleProfile, StyleTable } from './words/style/style-profile.js'
export { createStyleTable, styleProfile, stylesOf } from './words/style/style-profile.js'
export type { Style } from './words/style/styles.js'
export { STYLES } from './words/style/styles.js'
export type { TitleReading } from './words/title/parse-title.js'
export { parseTitle } from './words/title/parse-title.js'
export type { Department } from './words/title/title-tables.js'
