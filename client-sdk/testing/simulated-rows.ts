import { openProjection } from '../projection/open-projection.js'
import type { ProjectedRecord, Projection } from '../projection/projection.js'
import { testSeed } from '../projection/projection-fixture.js'

export type { ProjectedRecord, Projection }
export { openProjection, testSeed }
