import type { Figures } from './figures.js'

/** Each kind of fault that a device or a server must bear, and the figures that count it. */
export const FAULTS: Readonly<Record<string, readonly string[]>> = {
  'lost on the way': ['requests: lose request', 'requests: lose answer', 'connections cut', 'hints lost'],
  doubled: ['requests: twice', 'hints doubled'],
  reordered: ['packets overtaken'],
  late: ['slow networks'],
  'half-open connections': ['half-open connections'],
  partitions: ['partitions'],
  'one-way partitions': ['one-way partitions'],
  'devices that crash': ['device crashes', 'device power cuts'],
  'tabs that crash': ['tabs killed'],
  'servers that crash': ['server crashes', 'server power cuts'],
  'torn writes': ['torn writes'],
  'unsynced writes that are lost': ['lost writes'],
  'servers that start on their log': ['server starts on its log'],
  'two servers on one database': ['runs with two servers'],
  'databases that fail': ['database outages'],
  'disks that are full': ['full disks'],
  'disks that fail': ['failing disks'],
  'clocks that are wrong': ['wrong clocks'],
  'clocks that are months off': ['clocks months off'],
  'clocks that jump': ['clock jumps'],
  'clocks that jump by months': ['clock jumps by months'],
  'credentials that expire': ['credentials expired'],
  'sessions that end': ['sessions ended'],
  'devices away as an epoch begins': ['devices back after an epoch'],
  'edits refused': ['edits refused'],
  'photo store drops': ['photo store: no answer'],
  'photo store doubles': ['photo store: twice'],
  'photo store is late': ['photo store: late'],
  'photo store fails': ['photo store: fails', 'photo store: fails afterwards'],
  'vision drops': ['vision: no answer'],
  'vision doubles': ['vision: twice'],
  'vision is late': ['vision: late'],
  'vision fails': ['vision: fails', 'vision: fails afterwards'],
}

/** How often each kind has come, those that have not too. */
export function countFaults(figures: Readonly<Figures>): Figures {
  return Object.fromEntries(
    Object.entries(FAULTS).map(([kind, names]) => [
      kind,
      names.reduce((sum, name) => sum + (figures[name] ?? 0), 0),
    ]),
  )
}
