import { DrizzleQueryError } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { createLogger } from './logger.js'

function capture() {
  const lines: string[] = []
  const logger = createLogger('debug', { write: (line: string) => void lines.push(line) })
  return { logger, lines, all: () => lines.join('') }
}

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2VjcmV0LXNpZ25hdHVyZQ'
const HASH = '$2b$12$NqO3ASJZvxh0Iur.ghVz8eAyRfEH0tZPMnSmiTZ/iOQv2YBWC2T5q'

describe('the log', () => {
  test('is JSON lines with level, time and what was given', () => {
    const { logger, lines } = capture()
    logger.child({ requestId: 'r1' }).info({ status: 200 }, 'request')
    expect(JSON.parse(lines[0]!)).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      requestId: 'r1',
      status: 200,
      msg: 'request',
    })
  })

  test.each<[string, (logger: ReturnType<typeof capture>['logger']) => void]>([
    ['a password by its key', (logger) => logger.info({ body: { password: 'hunter2-x' } })],
    [
      'a token by its key',
      (logger) => logger.info({ refreshToken: 'hunter2-x', a: { b: { accessToken: 'hunter2-x' } } }),
    ],
    [
      'headers',
      (logger) => logger.info({ headers: { authorization: 'Bearer hunter2-x', cookie: 'hunter2-x' } }),
    ],
    ['a bearer in a message', (logger) => logger.info('sent Bearer hunter2-x to us')],
    ['a token in a query', (logger) => logger.info({ url: '/sync/1?token=hunter2-x&v=1' })],
    [
      'a presigned URL',
      (logger) => logger.info('GET https://s3/x?X-Amz-Signature=hunter2-x&X-Amz-Credential=hunter2-x'),
    ],
    [
      'credentials in a URL',
      (logger) => logger.error({ error: new Error('no route to postgres://me:hunter2-x@host/db') }),
    ],
    [
      'parameters of a statement',
      (logger) =>
        logger.error({ error: new DrizzleQueryError('select $1', ['hunter2-x'], new Error('hunter2-free')) }),
    ],
    [
      'a key of OpenAI',
      (logger) => logger.warn({ error: new Error('Incorrect API key: sk-proj-hunter2-x') }),
    ],
    ['a child’s own fields', (logger) => logger.child({ token: 'hunter2-x' }).info('x')],
  ])('hides %s', (_, write) => {
    const { logger, all } = capture()
    write(logger)
    expect(all()).not.toBe('')
    expect(all()).not.toContain('hunter2-x')
  })

  test('hides tokens and password hashes wherever they turn up', () => {
    const { logger, all, lines } = capture()
    logger.info({ deep: { er: { still: [`x ${JWT} y`] } } }, `m ${JWT}`)
    logger.error({ error: new Error('outer', { cause: new Error(`row (${HASH})`) }) }, 'failed')
    expect(all()).not.toContain(JWT.split('.')[2])
    expect(all()).not.toContain(HASH)
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow()
  })

  test('keeps what helps: the statement, the code and the cause of an error', () => {
    const { logger, lines } = capture()
    const cause = Object.assign(new Error('duplicate key'), { code: '23505' })
    logger.error({ error: new DrizzleQueryError('insert into t values ($1)', ['private'], cause) }, 'failed')
    const { error } = JSON.parse(lines[0]!)
    expect(error.message).toContain('insert into t values ($1)')
    expect(error.cause).toMatchObject({ message: 'duplicate key', code: '23505' })
    expect(error.stack).toContain('logger.test.ts')
  })
})
