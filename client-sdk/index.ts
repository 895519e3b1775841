export type { Collection, ListOptions, Purged } from './collection.js'
export { deviceAccountStore } from './device-account-store.js'
export type { InPiecesOptions, Later } from './in-pieces.js'
export type { Insights } from './insights.js'
export type { OpenOptions } from './open-wardrobe.js'
export { openWardrobe } from './open-wardrobe.js'
export type { EyesStatus } from './photos/device-look.js'
export type { ImportPhotosOptions, ImportReport, ImportSource } from './photos/import-photos.js'
export { importPhotos } from './photos/import-photos.js'
export type { NewPhoto, Photos, PhotoVariant } from './photos/photos.js'
export type { UploadProgress, UploadState } from './photos/upload-queue.js'
export type { StorageOption } from './platform/platform.js'
export type { Subscription } from './query/database.js'
export type { Orm } from './query/orm.js'
export type { RefusedEdit } from './replica/meta.js'
export type { Undone } from './replica/undo.js'
export type {
  Account,
  AccountOptions,
  AccountStore,
  DeviceInfo,
  SignIn,
  WardrobeInfo,
} from './sync/account.js'
export { openAccount } from './sync/account.js'
export type { ConnectionName } from './sync/connection-state.js'
export type { Divergence } from './sync/verifier.js'
export type { BundledPhoto, BundleHead, BundleReader, BundleWriter } from './transfer/bundle.js'
export type { ExportOptions } from './transfer/export-wardrobe.js'
export { exportWardrobe } from './transfer/export-wardrobe.js'
export type { Imported, ImportOptions } from './transfer/import-wardrobe.js'
export { importWardrobe } from './transfer/import-wardrobe.js'
export type { OnProgress } from './transfer/write-bundle.js'
export type {
  Choice,
  GenerateOptions,
  OutfitQuestions,
  RecordHistory,
  Tier,
  Wardrobe,
  WardrobeEvents,
  WardrobeStatus,
} from './wardrobe.js'
