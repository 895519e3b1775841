import { randomInt } from 'node:crypto'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { createId } from '@modaics/shared'
import { type Accounts, createAccounts, type SignedIn } from '../auth/accounts.js'
import { type Config, loadConfig } from '../config/config.js'
import { createHistory } from '../history/history.js'
import type { ReadyCheck } from '../http/deps.js'
import type { HttpEnv } from '../http/env.js'
import { createHttpApp } from '../http/http-app.js'
import { createLocalHub } from '../hub/local-hub.js'
import { createIngest, type Ingest } from '../ingest/ingest.js'
import { createSqlCommitStore } from '../ingest/sql-commit-store.js'
import { createLogger } from '../observe/logger.js'
import type { TestDatabase, TestEngine } from './databases.js'

/** The whole API over a database of its own, without a socket. */
export interface TestApi {
  readonly app: OpenAPIHono<HttpEnv>
  readonly accounts: Accounts
  readonly ingest: Ingest
  readonly database: TestDatabase['database']
  /** every line that was logged */
  readonly lines: string[]
  request(method: string, path: string, options?: RequestOptions): Promise<Answer>
  /** a new account; e-mail and device follow from the name */
  person(name: string): Promise<SignedIn & { readonly token: string }>
  /** a new wardrobe of this person */
  wardrobe(token: string): Promise<string>
  close(): Promise<void>
}

export interface RequestOptions {
  readonly token?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** address of the other end of the socket */
  readonly address?: string
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly json: any
}

export const PASSWORD = 'correct horse battery'

export async function openTestApi(
  engine: TestEngine,
  options: { readonly env?: Record<string, string>; readonly readyChecks?: readonly ReadyCheck[] } = {},
): Promise<TestApi> {
  const opened = await engine.open()
  const config: Config = loadConfig({ CREDENTIAL_ATTEMPTS: '1000', ...options.env })
  const lines: string[] = []
  const logger = createLogger('trace', { write: (line: string) => void lines.push(line) })
  const now = () => Date.now()
  const accounts = await createAccounts({
    ...config,
    database: opened.database,
    secret: new TextEncoder().encode('x'.repeat(32)),
    issuer: 'test',
    now,
  })
  const ingest = createIngest({
    store: createSqlCommitStore(opened.database),
    hub: createLocalHub(),
    now,
    randomClient: () => randomInt(2 ** 32),
  })
  const app = createHttpApp({
    config,
    database: opened.database,
    accounts,
    door: ingest,
    history: createHistory(opened.database),
    logger,
    readyChecks: options.readyChecks ?? [],
    now,
  })

  async function request(
    method: string,
    path: string,
    { token, body, headers, address }: RequestOptions = {},
  ) {
    const init: RequestInit = {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    }
    const socket = address === undefined ? {} : { incoming: { socket: { remoteAddress: address } } }
    const response = await app.request(path, init, socket)
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson ? JSON.parse(text) : undefined,
    }
  }

  return {
    app,
    accounts,
    ingest,
    database: opened.database,
    lines,
    request,
    async person(name) {
      const deviceId = `device-of-${name}`
      const answer = await request('POST', '/v1/auth/register', {
        body: { email: `${name}@example.com`, password: PASSWORD, deviceId },
      })
      if (answer.status !== 201) throw new Error(answer.text)
      return { ...answer.json, token: answer.json.accessToken }
    },
    async wardrobe(token) {
      const id = createId()
      const answer = await request('PUT', `/v1/wardrobes/${id}`, { token, body: { name: 'Mine' } })
      if (answer.status !== 201) throw new Error(answer.text)
      return id
    },
    async close() {
      await ingest.close()
      await accounts.close()
      await opened.close()
    },
  }
}
