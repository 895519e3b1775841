import { encodeClientHello, packFrames } from '@modaics/shared'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type PostgresCluster, startPostgres } from '../testing/postgres.js'
import { makePlace, startTestServer, type TestServer } from '../testing/server.js'

const ADA = { email: 'ada@example.com', password: 'correct horse battery staple', deviceId: 'a'.repeat(22) }

describe('[SV13] a server whose PostgreSQL ends connections, or is away', () => {
  let cluster: PostgresCluster
  let server: TestServer
  let token: string
  beforeAll(async () => {
    cluster = await startPostgres({ durable: true })
    server = await startTestServer(await makePlace('postgres', {}, cluster.url))
    token = ((await (await post('register')).json()) as { accessToken: string }).accessToken
  })
  afterAll(async () => {
    await server?.close()
    await cluster?.stop()
  })

  const post = (what: string): Promise<Response> =>
    fetch(`${server.url}/v1/auth/${what}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(ADA),
    })

  const PLACE = '01890000-0000-7000-8000-000000000001'
  const authorization = (): { authorization: string } => ({ authorization: `Bearer ${token}` })

  async function expectUnavailable(answer: Response): Promise<void> {
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2'])
    expect(await answer.json()).toMatchObject({ code: 'unavailable', remedy: 'retry' })
  }

  /** Stops whatever waits for `table`, once somebody does: in the middle of a statement. */
  async function endThoseThatWaitFor(table: string, asked: () => Promise<Response>): Promise<Response> {
    const sql = postgres(cluster.url, { max: 2, onnotice: () => {} })
    try {
      const answer = await sql.begin(async (locking) => {
        await locking.unsafe(`lock table ${table} in access exclusive mode`)
        const waiting = asked()
        for (let ended = 0; ended === 0; )
          ended = (
            await sql`select pg_terminate_backend(pid) from pg_stat_activity
                      where wait_event_type = 'Lock' and datname = current_database()`
          ).length
        return { waiting }
      })
      return await answer.waiting
    } finally {
      await sql.end()
    }
  }

  test('answers a sign-in whose connection is ended with unavailable and when to come again, and the next one as ever', async () => {
    await expectUnavailable(await endThoseThatWaitFor('users', () => post('sign-in')))
    expect((await post('sign-in')).status).toBe(200)
  })

  test('answers a sign-in that is being written likewise', async () => {
    await expectUnavailable(await endThoseThatWaitFor('sessions', () => post('sign-in')))
    expect((await post('sign-in')).status).toBe(200)
  })

  test('answers while there is no database, and when it is back', async () => {
    const wardrobe = `${server.url}/v1/wardrobes/${PLACE}`
    const headers = { ...authorization(), 'content-type': 'application/json' }
    const made = await fetch(wardrobe, { method: 'PUT', headers, body: '{"name":"mine"}' })
    expect(made.status).toBeLessThan(300)
    await cluster.kill()
    await expectUnavailable(await post('sign-in'))
    await expectUnavailable(await fetch(`${server.url}/v1/wardrobes`, { headers: authorization() }))
    await expectUnavailable(
      await fetch(`${wardrobe}/sync`, {
        method: 'POST',
        headers: { ...authorization(), 'content-type': 'application/octet-stream' },
        body: packFrames([encodeClientHello({ protocol: 1, device: ADA.deviceId, cursor: null })]) as never,
      }),
    )
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/sync/${PLACE}`, {
      headers: authorization(),
    })
    const closed = await new Promise((resolve, reject) => {
      socket.once('close', (code, reason) => resolve([code, String(reason).split(':')[0]]))
      socket.once('error', reject)
    })
    expect(closed).toEqual([4503, 'unavailable'])
    await cluster.start()
    expect((await post('sign-in')).status).toBe(200)
  })
})
