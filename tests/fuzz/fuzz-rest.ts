import { checkEdit, createId, deviceOf, encodeSyncFrame, SYNC } from '@modaics/shared'
import { createPrng } from '@modaics/shared/testing'
import WebSocket from 'ws'
import { speckledJpeg } from '../../server/testing/pictures.js'
import { makePlace, startTestServer } from '../../server/testing/server.js'
import type { FuzzFigures, FuzzOptions } from './fuzz.js'
import { createAnswerCheck } from './rest-answers.js'
import { type OpenApiDocument, operationsOf } from './rest-operations.js'
import { type Cast, nextRequest, RECORDS, type RestRequest } from './rest-requests.js'

/** Inputs after which what was stored is checked, and new wardrobes are taken. */
const ROUND = 1_000
const SLOW_MS = 15_000

/**
 * Feeds a whole server, over a socket, requests for each route of its OpenAPI document: sound ones, and such in which the
 * JSON, the bytes, the parameters or the headers are changed. Checks each answer by the document, and what was let in.
 */
export async function fuzzRest({ inputs, seed, onProgress = () => {} }: FuzzOptions): Promise<FuzzFigures> {
  const random = createPrng(seed)
  const place = await makePlace('pglite', { CREDENTIAL_ATTEMPTS: '5', ACCESS_TOKEN_MINUTES: '1440' })
  const server = await startTestServer(place, undefined, 'error')
  const { url } = server
  let linesRead = 0
  const kinds: Record<string, number> = {}
  const closed: Record<string, number> = {}
  /** what went wrong, by route and words: the first of each, and how often */
  const found = new Map<string, { readonly first: string; times: number }>()
  let accepted = 0
  let slowest = 0
  let heap: number | null = null
  try {
    const operations = operationsOf((await (await ask(`${url}/openapi.json`)).json()) as OpenApiDocument)
    const withBody = operations.filter(({ body }) => body)
    const check = createAnswerCheck()
    const mallory = await register(url, 'hostile-0001')
    const ada = await register(url, 'honest-0001')
    const foreign = await createWardrobe(url, ada)
    await send(url, ada, 'POST', `/v1/items?wardrobe=${foreign}`, { id: 'precious', name: 'Hers' })
    const precious = await exportOf(url, ada, foreign)
    const listener = await listen(url, ada, foreign)
    const picture = Uint8Array.from(await speckledJpeg(24, 30))
    const newCast = async (): Promise<Cast> => {
      const wardrobe = await createWardrobe(url, mallory)
      for (const path of ['items', 'outfits', 'wears', 'feedback', 'outfit-items'])
        for (const id of RECORDS) await send(url, mallory, 'POST', `/v1/${path}?wardrobe=${wardrobe}`, { id })
      return {
        device: 'hostile-0001',
        wardrobe,
        empty: await createWardrobe(url, mallory),
        foreign,
        picture,
      }
    }
    let cast = await newCast()
    const finding = (words: string, request?: RestRequest): void => {
      const about = request ? `${request.operation.name} (${request.kind})` : 'afterwards'
      const key = `${about} ${words.slice(0, 60)}`
      const known = found.get(key)
      if (known) known.times++
      else
        found.set(key, {
          first: `seed ${seed}: ${about}: ${words}${request ? ` ${shown(request)}` : ''}`,
          times: 1,
        })
    }

    for (let i = 0; i < inputs; i++) {
      const request = nextRequest(random.pick(random.chance(0.5) ? withBody : operations), cast, random)
      kinds[request.kind] = (kinds[request.kind] ?? 0) + 1
      const began = performance.now()
      const response = await ask(url + request.path, {
        method: request.operation.method,
        headers: { authorization: `Bearer ${mallory}`, ...request.headers },
        ...(request.body ? { body: request.body } : {}),
      })
      const answer = {
        status: response.status,
        type: response.headers.get('content-type') ?? '',
        text: await response.text(),
      }
      const took = performance.now() - began
      slowest = Math.max(slowest, took)
      if (took > SLOW_MS) finding(`took ${Math.round(took)} ms`, request)
      if (answer.status < 300) accepted++
      closed[answer.status] = (closed[answer.status] ?? 0) + 1
      const fault = check(request.operation, answer)
      if (fault) finding(fault, request)
      // A refusal by 503 is logged as an error too, and is none.
      for (const line of server.lines.slice(linesRead).filter((line) => !/"status":503/.test(line)))
        finding(`the log has an error: ${line.slice(0, 1_500)}`, request)
      linesRead = server.lines.length
      if (i % ROUND < ROUND - 1 && i < inputs - 1) continue
      for (const words of await checkStored(url, mallory, cast)) finding(words)
      if ((await exportOf(url, ada, foreign)) !== precious) finding('the second wardrobe has changed')
      if (listener.heard() > 0)
        finding(`somebody in the second wardrobe has heard ${listener.heard()} frames`)
      cast = await newCast()
      if (globalThis.gc) {
        globalThis.gc()
        heap = Math.max(heap ?? 0, process.memoryUsage().heapUsed)
      }
      onProgress(i + 1, found.size)
    }
    listener.end()
  } finally {
    await server.close()
  }
  const findings = [...found.values()].map(({ first, times }) =>
    times > 1 ? `${first} (and ${times - 1} more)` : first,
  )
  return { inputs, kinds, accepted, closed, slowest: Math.round(slowest), heap, findings }
}

/** What must be so of what was let in: all of it sound, and signed by whoever sent it; an import may sign as others. */
async function checkStored(url: string, token: string, { wardrobe, empty, device }: Cast): Promise<string[]> {
  const faults: string[] = []
  for (const id of [wardrobe, empty]) {
    const [, ...records] = (await exportOf(url, token, id)).trim().split('\n')
    for (const line of records) {
      const { edits, past } = JSON.parse(line) as { edits: unknown[]; past: [number, unknown][] }
      for (const tuple of [...edits, ...past.map(([, edit]) => edit)]) {
        const checked = checkEdit(tuple)
        if (!checked.ok)
          faults.push(`rubbish was stored: ${checked.detail} ${JSON.stringify(tuple).slice(0, 300)}`)
        else if (id === wardrobe && (deviceOf(checked.edit.by) !== device || checked.edit.src !== 'user'))
          faults.push(`an edit was stored that is signed by ${checked.edit.by}, ${checked.edit.src}`)
      }
    }
  }
  return faults
}

/** What a request meets on a kept connection that is being closed: ECONNRESET, or undici's name for an end of the stream. */
const CLOSED = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])

/**
 * A connection that the server closes may just have been taken for the next request: then once more, as any HTTP/1.1 client
 * must. Being idle is hardly why: the server keeps it 65 s and says so (Keep-Alive), and undici gives it up 2 s before that. One
 * way was reproduced: a body of which only a part was read ends its connection after the answer, when the next request may be on it.
 */
async function ask(url: string, init: RequestInit = {}): Promise<Response> {
  for (let tries = 0; ; tries++) {
    try {
      return await fetch(url, init)
    } catch (error) {
      const { code = '' } = ((error as Error).cause ?? {}) as { code?: string }
      if (tries === 3 || !CLOSED.has(code)) throw error
    }
  }
}

async function register(url: string, deviceId: string): Promise<string> {
  const credentials = { email: `${deviceId}@example.com`, password: 'a long and odd sentence', deviceId }
  return (await send(url, '', 'POST', '/v1/auth/register', credentials)).accessToken
}

async function createWardrobe(url: string, token: string): Promise<string> {
  const id = createId()
  await send(url, token, 'PUT', `/v1/wardrobes/${id}`, { name: 'Mine' })
  return id
}

async function send(url: string, token: string, method: string, path: string, body: unknown) {
  const response = await ask(url + path, {
    method,
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`)
  return (await response.json()) as { readonly accessToken: string }
}

async function exportOf(url: string, token: string, id: string): Promise<string> {
  const response = await ask(`${url}/v1/wardrobes/${id}/export`, {
    headers: { authorization: `Bearer ${token}` },
  })
  if (!response.ok) throw new Error(`export: ${await response.text()}`)
  return response.text()
}

/** A plain client that has joined a wardrobe, and has read what there is: every commit would come to it. */
async function listen(url: string, token: string, id: string): Promise<{ heard(): number; end(): void }> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/sync/${id}?token=${token}`)
  let heard = 0
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  const first = new Promise((resolve) => socket.once('message', resolve))
  socket.send(encodeSyncFrame(SYNC.step1, new Uint8Array([0])))
  await first
  // Awareness about nobody keeps the connection alive; what tells of a commit is a sync message.
  socket.on('message', (data: Buffer) => {
    if (data[0] === 0 && data[1] === 2) heard++
  })
  return { heard: () => heard, end: () => socket.terminate() }
}

function shown({ path, headers, body }: RestRequest): string {
  return `${path.slice(0, 300)} ${JSON.stringify(headers)} ${body ? Buffer.from(body.subarray(0, 400)).toString('latin1') : ''}`
}
