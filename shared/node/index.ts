export type { FolderLock } from './folder-lock.js'
export { lockFolder } from './folder-lock.js'
