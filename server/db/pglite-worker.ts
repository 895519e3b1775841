import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { parentPort } from 'node:worker_threads'
import { PGlite, type Transaction, types } from '@electric-sql/pglite'
import type { Answer, Asked, SentError } from './pglite-messages.js'

// The thread that PGlite runs on: `pglite-database.ts` starts it, and is the only one that talks to it.

if (!parentPort) throw new Error('this module runs in a worker thread')
const port = parentPort

/** 128 MB by default, of which an embedded server would touch all in time; also faster to start. */
const SHARED_BUFFERS = '32MB'

// Compiled while the main thread is still being loaded.
const assets = dirname(createRequire(import.meta.url).resolve('@electric-sql/pglite'))
const compiling = readFile(join(assets, 'pglite.wasm')).then((bytes) => WebAssembly.compile(bytes))
compiling.catch(() => {}) // said by `open`

let opening: Promise<PGlite> | undefined

async function open(dataDir: string): Promise<PGlite> {
  return PGlite.create({
    dataDir,
    wasmModule: await compiling,
    // Its own log is removed at a checkpoint, not kept with what stands in it to be written over (`scrub` in vacuum.ts).
    startParams: [
      ...PGlite.defaultStartParams,
      '-c',
      `shared_buffers=${SHARED_BUFFERS}`,
      '-c',
      'wal_recycle=off',
    ],
    parsers: {
      [types.INT8]: (text: string) => Number(text),
      // PGlite's own go byte by byte through strings: 400 ms for the log of a wardrobe of 10,000 pieces.
      [types.BYTEA]: (text: string) => Buffer.from(text.slice(2), 'hex'),
    },
    serializers: {
      [types.BYTEA]: (bytes: Uint8Array) =>
        `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`,
    },
  })
}

interface Open {
  readonly runner: Transaction
  readonly end: (commit: boolean) => void
  readonly ended: Promise<void>
}

const transactions = new Map<number, Open>()
const listeners = new Map<string, () => Promise<void>>()
let lastTransaction = 0

async function answer(asked: Asked): Promise<unknown> {
  if (asked.op === 'open') opening = open(asked.dataDir)
  if (!opening) throw new Error('the database is not open')
  const database = await opening
  switch (asked.op) {
    case 'open':
      return null
    case 'query': {
      const runner = asked.transaction === null ? database : transactions.get(asked.transaction)?.runner
      if (!runner) throw new Error('the transaction has ended')
      const parsers = Object.fromEntries(asked.asText.map((oid) => [oid, (text: string) => text]))
      const options =
        asked.asText.length > 0 ? { rowMode: asked.rowMode, parsers } : { rowMode: asked.rowMode }
      const { rows, fields, affectedRows } = await runner.query(asked.text, [...asked.params], options)
      return { rows, fields, affectedRows }
    }
    case 'copyOut': {
      const { blob } = await database.query(`copy (${asked.select}) to '/dev/blob' (format binary)`)
      if (!blob) throw new Error('COPY gave nothing')
      return new Uint8Array(await blob.arrayBuffer())
    }
    case 'script':
      await database.exec(asked.text)
      return null
    case 'begin':
      return begin(database)
    case 'end': {
      const open = transactions.get(asked.transaction)
      if (!open) throw new Error('the transaction has ended')
      transactions.delete(asked.transaction)
      open.end(asked.commit)
      return open.ended
    }
    case 'listen':
      listeners.set(
        asked.channel,
        await database.listen(asked.channel, (payload) =>
          port.postMessage({ channel: asked.channel, payload } satisfies Answer),
        ),
      )
      return null
    case 'unlisten':
      await listeners.get(asked.channel)?.()
      listeners.delete(asked.channel)
      return null
    case 'close':
      await database.close()
      return null
  }
}

/** Keeps PGlite's own transaction open until the main thread ends it. */
function begin(database: PGlite): Promise<number> {
  return new Promise((begun, failed) => {
    const number = ++lastTransaction
    const ROLLBACK = new Error('rolled back')
    const ended = database
      .transaction(
        (runner) =>
          new Promise<void>((commit, rollback) => {
            const end = (wanted: boolean): void => (wanted ? commit() : rollback(ROLLBACK))
            transactions.set(number, { runner, end, ended })
            begun(number)
          }),
      )
      .then(
        () => undefined,
        (error: unknown) => {
          if (error !== ROLLBACK) throw error
        },
      )
    ended.catch(failed) // before it has begun; afterwards `end` says so
  })
}

function toSent(error: unknown): SentError {
  if (!(error instanceof Error)) return { message: String(error), stack: undefined, code: undefined }
  const { code } = error as { code?: unknown }
  return { message: error.message, stack: error.stack, code: typeof code === 'string' ? code : undefined }
}

port.on('message', (asked: Asked) => {
  answer(asked)
    .then(
      (value): Answer => ({ id: asked.id, ok: true, value }),
      (error: unknown): Answer => ({ id: asked.id, ok: false, error: toSent(error) }),
    )
    .then((reply) => {
      port.postMessage(reply)
      if (asked.op === 'close') port.close()
    })
})
