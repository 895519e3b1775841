import { readFileSync } from 'node:fs'
import { ModaicsError } from '@modaics/shared'
import { describe, expect, test } from 'vitest'
import { describeConfig, loadConfig } from './config.js'
import { SETTINGS } from './settings.js'

const SECRET = 's'.repeat(32)

function faultsOf(env: Record<string, string>): string {
  try {
    loadConfig(env)
  } catch (error) {
    if (error instanceof ModaicsError && error.code === 'invalid-settings') return error.detail
    throw error
  }
  throw new Error('the settings were taken')
}

describe('settings', () => {
  test('without any, the server listens on the loopback interface and keeps everything in a folder', () => {
    const config = loadConfig({})
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 8787,
      dataDir: '.data',
      allowedOrigins: [],
      trustedProxies: 0,
      accessTokenMinutes: 15,
      refreshTokenDays: 7,
      registration: 'open',
      maxUploadBytes: 20 * 1024 * 1024,
      maxPixels: 50_000_000,
      compactLogBytes: 32_768,
      epochDeadPercent: 20,
      epochMinBytes: 16_384,
      shutdownSeconds: 10,
      analysis: 'auto',
    })
    expect(config.databaseUrl ?? config.s3 ?? config.openai ?? config.jwtSecret).toBeUndefined()
  })

  test('an empty setting counts as left out', () => {
    expect(loadConfig({ PORT: '', DATABASE_URL: ' ' })).toEqual(loadConfig({}))
  })

  test('every wrong setting is named at once, and no value is repeated', () => {
    const detail = faultsOf({
      PORT: '99999',
      REFRESH_TOKEN_DAYS: 'a week',
      DATABASE_URL: 'mysql://user:hunter2@host/db',
      JWT_SECRET: 'hunter2',
      ALLOWED_ORIGINS: 'https://ok.example,https://bad.example/path',
      TRUST_PROXY: 'yes',
      ANALYSIS: 'openai',
      S3_ACCESS_KEY_ID: 'hunter2',
    })
    const named = [
      'PORT',
      'REFRESH_TOKEN_DAYS',
      'DATABASE_URL',
      'JWT_SECRET',
      'ALLOWED_ORIGINS',
      'TRUST_PROXY',
    ]
    for (const name of [...named, 'OPENAI_API_KEY', 'S3_SECRET_ACCESS_KEY', 'S3_BUCKET'])
      expect(detail).toContain(name)
    expect(detail).not.toContain('hunter2')
  })

  test('with PostgreSQL a secret that all instances share is required', () => {
    expect(faultsOf({ DATABASE_URL: 'postgres://h/db' })).toContain('JWT_SECRET is required')
    expect(loadConfig({ DATABASE_URL: 'postgres://h/db', JWT_SECRET: SECRET }).jwtSecret).toBe(SECRET)
  })

  test('what is set is read', () => {
    const config = loadConfig({
      ALLOWED_ORIGINS: 'https://a.example, http://localhost:5173',
      TRUST_PROXY: '2',
      S3_BUCKET: 'photos',
      S3_ENDPOINT: 'http://127.0.0.1:9000',
      S3_ACCESS_KEY_ID: 'id',
      S3_SECRET_ACCESS_KEY: 'key',
      S3_FORCE_PATH_STYLE: 'on',
      OPENAI_API_KEY: 'sk-x',
    })
    expect(config.allowedOrigins).toEqual(['https://a.example', 'http://localhost:5173'])
    expect(config.trustedProxies).toBe(2)
    expect(config.s3).toEqual({
      bucket: 'photos',
      endpoint: 'http://127.0.0.1:9000',
      region: 'us-east-1',
      credentials: { accessKeyId: 'id', secretAccessKey: 'key' },
      forcePathStyle: true,
      checksums: 'WHEN_REQUIRED',
      direct: true,
    })
    expect(config.openai?.apiKey).toBe('sk-x')
  })

  test('a description of the settings holds no secret', () => {
    const secrets: Record<string, string> = {
      DATABASE_URL: 'postgres://user:hunter2@host/db',
      JWT_SECRET: 'hunter2'.repeat(5),
      S3_ACCESS_KEY_ID: 'hunter2',
      S3_SECRET_ACCESS_KEY: 'hunter2',
      OPENAI_API_KEY: 'hunter2',
    }
    const secretNames = Object.entries(SETTINGS).flatMap(([name, setting]) =>
      'secret' in setting ? [name] : [],
    )
    expect(Object.keys(secrets).sort()).toEqual(secretNames.sort())
    const described = JSON.stringify(describeConfig(loadConfig({ ...secrets, S3_BUCKET: 'photos' })))
    expect(described).not.toContain('hunter2')
    expect(described).toContain('photos')
  })

  test('.env.example documents every setting with its default, and no other', () => {
    const lines = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8').split('\n')
    const documented = new Map<string, { value: string; description: string }>()
    for (const [index, line] of lines.entries()) {
      const match = /^#([A-Z0-9_]+)=(.*)$/.exec(line)
      if (match) documented.set(match[1]!, { value: match[2]!, description: lines[index - 1]! })
    }
    expect([...documented.keys()]).toEqual(Object.keys(SETTINGS))
    for (const [name, { schema, description }] of Object.entries(SETTINGS)) {
      expect(documented.get(name)?.description).toBe(`# ${description}`)
      const value = documented.get(name)?.value
      expect(schema.parse(value === '' ? undefined : value), name).toEqual(schema.parse(undefined))
    }
  })
})
