import { createId, isErrorCode, ModaicsError } from '@modaics/shared'
import type { TabAnswer, TabError, TabQuestion, Tabs } from '../sync/tabs.js'
import type { Database, Results, RowShape, Subscription } from './database.js'

export interface TabDatabaseOptions {
  /** the rows of this tab, for when it owns them */
  readonly local: Database
  readonly tabs: Tabs
  /** resolves when what was written in this tab has been sent to the others */
  readonly passedOn: () => Promise<void>
  /** Calls back whenever records look different. Returns how to stop. */
  readonly onChange: (listener: () => void) => () => void
}

/** The rows as every tab sees them: one tab has them, the others ask it. */
export interface TabDatabase extends Database {
  /** This tab has the rows now: it answers the others from here on, and itself what nobody has answered. */
  takeOver(): void
  /** Another tab has them now: asks it what the last one has not answered. */
  askAgain(): void
  close(): void
}

interface Asked {
  readonly question: TabQuestion
  readonly resolve: (result: Results<never>) => void
  readonly reject: (error: unknown) => void
}

export function createTabDatabase({ local, tabs, passedOn, onChange }: TabDatabaseOptions): TabDatabase {
  const asked = new Map<string, Asked>()
  let owner = false
  let closed = false

  tabs.on((message) => {
    if (message.type === 'ask' && owner)
      void answer(local, message.question).then((result) =>
        tabs.send({ type: 'answer', id: message.id, answer: result }),
      )
    else if (message.type === 'answer') {
      const waiting = asked.get(message.id)
      asked.delete(message.id)
      if (message.answer.ok) waiting?.resolve(message.answer.result as Results<never>)
      else waiting?.reject(toError(message.answer.error))
    }
  })

  async function query<Row>(
    text: string,
    params: readonly unknown[],
    shape: RowShape,
  ): Promise<Results<Row>> {
    if (!owner) await passedOn()
    if (owner) return local.query(text, params, shape)
    if (closed) throw closedError()
    const question: TabQuestion = { text, params, shape }
    const id = createId()
    return new Promise<Results<never>>((resolve, reject) => {
      asked.set(id, { question, resolve, reject })
      tabs.send({ type: 'ask', id, question })
    })
  }

  /** The owner cannot call back into another tab: it is asked again after every change, and unchanged rows are left out. */
  async function follow<Row>(
    text: string,
    params: readonly unknown[],
    onRows: (rows: Row[]) => void,
  ): Promise<Subscription> {
    let active = true
    let running = false
    let stale = false
    let shown: string | null = null

    const run = async (): Promise<void> => {
      const { rows } = await query<Row>(text, params, 'objects')
      const print = fingerprint(rows)
      if (!active || print === shown) return
      shown = print
      onRows(rows)
    }
    const rerun = async (): Promise<void> => {
      stale = true
      if (running) return
      running = true
      try {
        while (stale && active && !closed) {
          stale = false
          await run()
        }
      } catch (error) {
        if (active && !closed) throw error
      } finally {
        running = false
      }
    }
    // Before the first run: what changes meanwhile must not be missed.
    const stop = onChange(() => void rerun())
    try {
      await run()
    } catch (error) {
      stop()
      throw error
    }
    return {
      async unsubscribe() {
        active = false
        stop()
      },
    }
  }

  return {
    query,
    live: (text, params, onRows) => (owner ? local.live(text, params, onRows) : follow(text, params, onRows)),
    takeOver() {
      owner = true
      for (const { question, resolve, reject } of asked.values())
        local.query<never>(question.text, question.params, question.shape).then(resolve, reject)
      asked.clear()
    },
    askAgain() {
      for (const [id, { question }] of asked) tabs.send({ type: 'ask', id, question })
    },
    close() {
      closed = true
      for (const { reject } of asked.values()) reject(closedError())
      asked.clear()
    },
  }
}

function closedError(): ModaicsError {
  return new ModaicsError('closed', 'the wardrobe is closed')
}

async function answer(local: Database, { text, params, shape }: TabQuestion): Promise<TabAnswer> {
  try {
    const { rows } = await local.query(text, params, shape)
    return { ok: true, result: { rows } }
  } catch (error) {
    return { ok: false, error: toTabError(error) }
  }
}

/** Exported for its test. */
export function toTabError(error: unknown): TabError {
  if (error instanceof ModaicsError)
    return { modaics: true, name: error.name, message: error.detail, fields: { code: error.code } }
  if (!(error instanceof Error)) return { modaics: false, name: 'Error', message: String(error), fields: {} }
  // PostgreSQL's fields: code, hint, position and so on.
  const fields = Object.fromEntries(
    Object.entries(error).filter(([, value]) => typeof value === 'string' || typeof value === 'number'),
  )
  return { modaics: false, name: error.name, message: error.message, fields }
}

/** Exported for its test. */
export function toError({ modaics, name, message, fields }: TabError): Error {
  const code = String(fields.code)
  if (modaics && isErrorCode(code)) return new ModaicsError(code, message)
  return Object.assign(new Error(message), fields, { name })
}

function fingerprint(rows: readonly unknown[]): string {
  return JSON.stringify(rows, (_key, value) => (typeof value === 'bigint' ? `${value}n` : value))
}
