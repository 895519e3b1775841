/** Generators and models for tests: of this repository, and of apps that embed the wardrobe. */
export type { EditShape } from './arbitraries.js'
export { editsArbitrary } from './arbitraries.js'
export type { RandomBagOptions } from './bag-update.js'
export { createRandomBag } from './bag-update.js'
export { HEIC_PICTURE } from './heic-picture.js'
export type { Prng } from './prng.js'
export { createPrng } from './prng.js'
export type { ModelReplica, ModelReplicaOptions, WriteOptions } from './replica.js'
export { createModelReplica } from './replica.js'
export { shrinkList } from './shrink.js'
export type {
  VirtualDisk,
  VirtualFileHandle,
  VirtualFileSystem,
  VirtualSyncFileSystem,
} from './virtual-disk.js'
export { createVirtualDisk } from './virtual-disk.js'
export type { Accept, VirtualEndpoint, VirtualLink, VirtualNetwork } from './virtual-network.js'
export { createVirtualNetwork } from './virtual-network.js'
export type { VirtualProcess, VirtualTime, VirtualTimer } from './virtual-time.js'
export { createVirtualTime } from './virtual-time.js'
