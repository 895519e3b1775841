import { chromiumEngine } from '../browser/engines/chromium.js'
import { firefoxEngine } from '../browser/engines/firefox.js'
import { webkitEngine } from '../browser/engines/webkit.js'
import { browserTarget, tabTarget } from './chromium-target.js'
import { diskTarget } from './disk-target.js'
import { nodeTarget } from './node-target.js'
import { serverTarget } from './server-target.js'
import { tabsTarget } from './tabs-target.js'
import type { Target } from './torture.js'

export const TARGETS: readonly Target[] = [
  serverTarget('pglite'),
  serverTarget('postgres'),
  nodeTarget,
  tabTarget,
  browserTarget,
  tabsTarget(chromiumEngine),
  tabsTarget(firefoxEngine),
  tabsTarget(webkitEngine),
  diskTarget,
]
