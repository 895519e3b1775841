export { createId, isSha256, isUuid, uuidv7 } from './domain/ids.js'
export type { Json, JsonObject } from './domain/json.js'
export type { Field, FieldType, Kind } from './domain/kinds.js'
export { fieldOf, fieldsOf, isKind, KIND_NAMES, KINDS } from './domain/kinds.js'
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
