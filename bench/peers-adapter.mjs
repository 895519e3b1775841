// Our SDK and our server behind the adapter interface of the peers harness (its README.md says what each part means).
// Everything here goes through public entries: the built `@modaics/client`, and `node server/dist/main.js`.
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { openAccount, openWardrobe } from '@modaics/client'

const server = fileURLToPath(new URL('../server/dist/main.js', import.meta.url))

/** The server of each port, as one signed-in device: signing in costs a bcrypt of a quarter of a second by design. */
const accounts = new Map()

function accountOf(port) {
  let account = accounts.get(port)
  if (!account) {
    account = openAccount({ url: `http://127.0.0.1:${port}`, deviceName: 'bench' }).then(async (opened) => {
      const email = `bench-${process.pid}-${Date.now().toString(36)}@example.org`
      await opened.register({ email, password: 'a long benchmark password' })
      return opened
    })
    accounts.set(port, account)
  }
  return account
}

/** The same wardrobe for every client that gives the same name. */
function uuidOf(name) {
  const hex = createHash('sha256').update(name).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

const SEASONS = ['spring', 'summer', 'autumn', 'winter']
const OCCASIONS = ['work', 'casual', 'formal', 'sport', 'travel', 'party']
/** Our sets have no order; the harness writes its lists in this one. */
const join = (order, set) => order.filter((element) => set.includes(element)).join(',')

/** An item of the harness in our fields; those that we do not have travel as fields of a newer version would. */
const toRecord = ({ id: _, seasons, occasions, colors, imageHash, updatedAt, ...known }) => ({
  ...known,
  colors: colors.map((hex) => ({ hex })),
  seasons: seasons.split(','),
  occasions: occasions.split(','),
  extra: { imageHash, updatedAt },
})

const fromRecord = (record) => ({
  name: record.name,
  category: record.category,
  subcategory: record.subcategory,
  colors: record.colors.map(({ hex }) => hex),
  pattern: record.pattern,
  material: record.material,
  brand: record.brand,
  size: record.size,
  seasons: join(SEASONS, record.seasons),
  occasions: join(OCCASIONS, record.occasions),
  notes: record.notes,
  imageHash: record.extra.imageHash,
  price: record.price,
  createdAt: record.createdAt,
  updatedAt: record.extra.updatedAt,
})

function connect({ port, wardrobe: name }) {
  const edits = new Set()
  const changes = new Set()
  let wardrobe = null
  let connected = true
  let closed = false

  const opening = accountOf(port).then(async (account) => {
    // The peers' clients keep nothing on the device, so neither does this one; and it asks for no SQL.
    const opened = await openWardrobe({
      name,
      storage: 'memory',
      rows: false,
      wardrobeId: uuidOf(name),
      sync: { account },
    })
    if (closed) return opened.close()
    wardrobe = opened
    if (!connected) wardrobe.pauseSync()
    wardrobe.on('refused', ({ code, detail }) => console.error('refused', code, detail))
    wardrobe.on('change', ({ records, remote }) => {
      if (remote && edits.size > 0)
        for (const { kind, id, fields } of records) {
          const record = kind === 'items' ? wardrobe.items.get(id) : undefined
          if (record)
            for (const field of fields) for (const edit of [...edits]) edit(id, field, record[field])
        }
      for (const change of [...changes]) change()
    })
    await wardrobe.whenSynced()
  })
  opening.catch((error) => {
    if (!closed) console.error(error)
  })

  // A write shows at once; its promise says that this device has stored it, which here nobody waits for.
  const written = (promise) => void promise.catch((error) => closed || console.error(error))
  return {
    ready: opening,
    put(items) {
      for (const item of items) written(wardrobe.items.add(toRecord(item), { id: item.id }))
    },
    set(id, field, value) {
      written(wardrobe.items.update(id, { [field]: value }))
    },
    get(id) {
      const record = wardrobe?.items.get(id)
      return record && fromRecord(record)
    },
    count: () => wardrobe?.items.count() ?? 0,
    all: () =>
      Object.fromEntries((wardrobe?.items.list() ?? []).map((record) => [record.id, fromRecord(record)])),
    onEdit(callback) {
      edits.add(callback)
      return () => edits.delete(callback)
    },
    onChange(callback) {
      changes.add(callback)
      return () => changes.delete(callback)
    },
    offline() {
      connected = false
      wardrobe?.pauseSync()
    },
    online() {
      connected = true
      wardrobe?.resumeSync()
    },
    /** Every edit so far is acknowledged: committed on the server. */
    sent: () => wardrobe.whenDurable('server'),
    close() {
      closed = true
      written(wardrobe?.close() ?? Promise.resolve())
    },
  }
}

export default {
  name: 'modaics',
  packages: ['yjs', 'ws'],
  persists: true,
  ack: 'durable',
  settleMs: 0,
  spawn: ({ port, dir }) => ({
    cmd: process.execPath,
    args: [server],
    env: {
      HOST: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: dir,
      LOG_LEVEL: 'warn',
      CREDENTIAL_ATTEMPTS: '100000',
      // One account holds all the clients of a load here; the peers have no accounts to limit.
      CONNECTIONS_PER_USER: '1000',
    },
  }),
  prepare: ({ port }) => accountOf(port),
  connect,
}
