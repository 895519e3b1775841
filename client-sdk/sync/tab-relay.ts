import type { Refusal } from '@modaics/shared'
import { ORIGIN, type Replica } from '../replica/replica.js'
import type { OwnerStatus, Tabs } from './tabs.js'

export interface TabRelayOptions {
  readonly tabs: Tabs
  readonly replica: Replica
  /** whether this tab has socket and rows */
  readonly owns: () => boolean
  /** what this tab knows of socket and rows by itself */
  readonly ownStatus: () => OwnerStatus
  /** the owner has told another status; `taken` where it has just become the owner */
  readonly onStatus: (taken: boolean) => void
  readonly onRefused: (refusal: Pick<Refusal, 'code' | 'detail'>) => void
  /** another tab has changed what the tabs share of the replica's meta */
  readonly onMeta: () => void
  /** a person paused or resumed the sync in another tab */
  readonly onSync: (wanted: boolean) => void
}

/** Keeps the tabs on one wardrobe alike: passes on what this one stores and hears, takes in what the others tell. */
export interface TabRelay {
  /** of socket and rows, as the owner knows it */
  status(): OwnerStatus
  /** This tab is the owner from now on: the last one's status counts no more. */
  takeOver(): void
  /** Tells what only the owner knows: after it has taken over. */
  tellAll(): void
  /** Tells the owner's status, where it is another than was told last. */
  tellStatus(): void
  tellSync(wanted: boolean): void
}

/** Listens to the tabs; what they say comes once `tabs.start` is called. */
export function createTabRelay({
  tabs,
  replica,
  owns,
  ownStatus,
  onStatus,
  onRefused,
  onMeta,
  onSync,
}: TabRelayOptions): TabRelay {
  /** of the tab that owns socket and rows, while this one does not */
  let theirs: OwnerStatus | null = null
  /** what the other tabs were told last */
  let told: OwnerStatus | null = null
  /** what the other tabs were asked for last */
  let missed: string | null = null

  replica.events.on('update', ({ update, origin }) => {
    if (origin !== ORIGIN.tab && origin !== ORIGIN.relayed)
      tabs.send({ type: 'update', update, authored: origin !== ORIGIN.remote, epoch: replica.epoch })
  })
  replica.events.on('rewritten', () => tabs.send({ type: 'epoch' }))
  replica.events.on('meta', (meta) => tabs.send({ type: 'meta', meta }))
  replica.events.on('acknowledged', (clocks) => tabs.send({ type: 'stored', clocks, epoch: replica.epoch }))
  tabs.on((message) => {
    switch (message.type) {
      case 'update':
        replica.receiveFromTab(message.update, message.authored, message.epoch)
        return askForMissed()
      case 'epoch':
        replica.reload().then(
          // The journal may not know yet what the owner has told this tab is stored.
          () => tabs.send({ type: 'hello', state: replica.stateVector() }),
          () => {}, // what cannot be read now is read when this tab becomes the owner
        )
        return
      case 'stored':
        return replica.acknowledgeFromTab(message.clocks, message.epoch ?? null)
      case 'meta':
        for (const { code, detail } of replica.adopt(message.meta)) onRefused({ code, detail })
        return onMeta()
      case 'hello':
        if (message.state) {
          const update = replica.since(message.state)
          // Where something may be pending, it counts so there until the owner says what is stored.
          const authored = replica.pending().count > 0
          tabs.send({ type: 'update', update, authored, epoch: replica.epoch })
        }
        if (owns()) tell(false)
        return
      case 'status':
        if (owns()) return
        theirs = message.status
        replica.sent('all')
        return onStatus(message.taken)
      case 'sync':
        return onSync(message.wanted)
      default: // questions and answers are of the rows; a newer tab may say more than this one understands
    }
  })

  const status = (): OwnerStatus => theirs ?? ownStatus()

  function tell(taken: boolean): void {
    tabs.send({ type: 'meta', meta: replica.sharedMeta() })
    tabs.send({ type: 'stored', clocks: replica.storedClocks(), epoch: replica.epoch })
    tabs.send({ type: 'status', status: status(), taken })
  }

  /** Another tab may have what updates build on that cannot be placed here. Once: nobody may have it. */
  function askForMissed(): void {
    const next = replica.missed()
    if (next && next !== missed) tabs.send({ type: 'hello', state: replica.stateVector() })
    missed = next
  }

  return {
    status,
    takeOver() {
      theirs = null
    },
    tellAll: () => tell(true),
    tellStatus() {
      if (!owns()) return
      const next = status()
      if (JSON.stringify(next) === JSON.stringify(told)) return
      told = next
      tabs.send({ type: 'status', status: next, taken: false })
    },
    tellSync: (wanted) => tabs.send({ type: 'sync', wanted }),
  }
}
