import { ModaicsError } from '@modaics/shared'
import { SETTINGS, type SettingName, type SettingValues } from './settings.js'

/** Every setting of the server, checked. Only this folder reads the environment. */
export interface Config {
  readonly host: string
  readonly port: number
  /** folder of what this process keeps itself */
  readonly dataDir: string
  /** PostgreSQL; undefined for the embedded database */
  readonly databaseUrl: string | undefined
  readonly publicUrl: string | undefined
  /** origins of web apps that may call, beside the server's own */
  readonly allowedOrigins: readonly string[]
  /** how many proxies before the server append to X-Forwarded-For */
  readonly trustedProxies: number
  /** undefined: generated and kept in `dataDir` (`auth/jwt-secret.ts`) */
  readonly jwtSecret: string | undefined
  readonly accessTokenMinutes: number
  readonly refreshTokenDays: number
  readonly registration: 'open' | 'closed'
  readonly credentialAttempts: number
  readonly logLevel: SettingValues['LOG_LEVEL']
  readonly s3: S3Config | undefined
  readonly clamdUrl: string | undefined
  readonly openai: OpenAiConfig | undefined
  /** in a calendar month; null for no limit */
  readonly analysisBudget: { readonly usdPerServer: number | null; readonly usdPerUser: number | null }
  readonly analysis: 'auto' | 'local' | 'openai' | 'off'
  readonly maxConnections: number
  readonly connectionsPerAddress: number
  readonly connectionsPerUser: number
  readonly maxUploadBytes: number
  readonly maxPixels: number
  readonly historyDays: number
  readonly compactLogBytes: number
  readonly epochDeadPercent: number
  readonly epochMinBytes: number
  readonly eraseAfterDays: number
  readonly eraseRewriteBytes: number
  readonly shutdownSeconds: number
}

export interface S3Config {
  readonly bucket: string
  readonly endpoint: string | undefined
  readonly region: string
  /** undefined: the provider chain of the AWS SDK */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined
  readonly forcePathStyle: boolean
  readonly checksums: 'WHEN_REQUIRED' | 'WHEN_SUPPORTED'
  /** whether devices may use it by signed URLs */
  readonly direct: boolean
}

export interface OpenAiConfig {
  readonly apiKey: string
  readonly baseUrl: string
  readonly model: string
  /** what a million tokens cost */
  readonly usdPerMillion: { readonly input: number; readonly output: number }
}

/**
 * Reads and checks every setting. An empty one counts as left out.
 *
 * @throws ModaicsError `invalid-settings`, which names everything that is wrong, and never a value
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const faults: string[] = []
  const read: Partial<Record<SettingName, unknown>> = {}
  for (const [name, { schema }] of Object.entries(SETTINGS)) {
    const value = env[name]?.trim()
    const result = schema.safeParse(value === '' ? undefined : value)
    if (result.success) read[name as SettingName] = result.data
    else faults.push(`${name} ${result.error.issues[0]?.message ?? 'is wrong'}`)
  }
  const values = read as SettingValues
  faults.push(...contradictions(values))
  if (faults.length > 0) throw new ModaicsError('invalid-settings', faults.join('; '))
  return {
    host: values.HOST,
    port: values.PORT,
    dataDir: values.DATA_DIR,
    databaseUrl: values.DATABASE_URL,
    publicUrl: values.PUBLIC_URL,
    allowedOrigins: values.ALLOWED_ORIGINS,
    trustedProxies: values.TRUST_PROXY,
    jwtSecret: values.JWT_SECRET,
    accessTokenMinutes: values.ACCESS_TOKEN_MINUTES,
    refreshTokenDays: values.REFRESH_TOKEN_DAYS,
    registration: values.REGISTRATION,
    credentialAttempts: values.CREDENTIAL_ATTEMPTS,
    logLevel: values.LOG_LEVEL,
    s3: s3Of(values),
    clamdUrl: values.CLAMD_URL,
    openai: values.OPENAI_API_KEY
      ? {
          apiKey: values.OPENAI_API_KEY,
          baseUrl: values.OPENAI_BASE_URL,
          model: values.OPENAI_MODEL,
          usdPerMillion: values.OPENAI_USD_PER_MILLION,
        }
      : undefined,
    analysisBudget: {
      usdPerServer: values.ANALYSIS_USD_PER_MONTH,
      usdPerUser: values.ANALYSIS_USD_PER_USER,
    },
    analysis: values.ANALYSIS,
    maxConnections: values.MAX_CONNECTIONS,
    connectionsPerAddress: values.CONNECTIONS_PER_ADDRESS,
    connectionsPerUser: values.CONNECTIONS_PER_USER,
    maxUploadBytes: values.MAX_UPLOAD_BYTES,
    maxPixels: values.MAX_PIXELS,
    historyDays: values.HISTORY_DAYS,
    compactLogBytes: values.COMPACT_LOG_BYTES,
    epochDeadPercent: values.EPOCH_DEAD_PERCENT,
    epochMinBytes: values.EPOCH_MIN_BYTES,
    eraseAfterDays: values.ERASE_AFTER_DAYS,
    eraseRewriteBytes: values.ERASE_REWRITE_BYTES,
    shutdownSeconds: values.SHUTDOWN_SECONDS,
  }
}

/** The settings as they may be logged: what is secret shows as `***`. */
export function describeConfig(config: Config): Readonly<Record<string, unknown>> {
  const masked = (secret: unknown) => (secret === undefined ? undefined : '***')
  return {
    ...config,
    databaseUrl: masked(config.databaseUrl),
    jwtSecret: masked(config.jwtSecret),
    s3: config.s3 && { ...config.s3, credentials: masked(config.s3.credentials) },
    openai: config.openai && { ...config.openai, apiKey: '***' },
  }
}

/** Settings that are right alone and wrong together. Settings that could not be read are undefined here. */
function contradictions(values: Partial<SettingValues>): string[] {
  const faults: string[] = []
  if (values.DATABASE_URL && !values.JWT_SECRET)
    faults.push('JWT_SECRET is required with DATABASE_URL: every instance must know the same one')
  if (values.ANALYSIS === 'openai' && !values.OPENAI_API_KEY)
    faults.push('OPENAI_API_KEY is required with ANALYSIS=openai')
  if (!values.S3_ACCESS_KEY_ID !== !values.S3_SECRET_ACCESS_KEY)
    faults.push('S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY go together')
  if (!values.S3_BUCKET && (values.S3_ENDPOINT || values.S3_ACCESS_KEY_ID))
    faults.push('S3_BUCKET is required with S3_ENDPOINT or S3_ACCESS_KEY_ID')
  return faults
}

function s3Of(values: SettingValues): S3Config | undefined {
  if (!values.S3_BUCKET) return undefined
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = values
  return {
    bucket: values.S3_BUCKET,
    endpoint: values.S3_ENDPOINT,
    region: values.S3_REGION,
    credentials: accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined,
    forcePathStyle: values.S3_FORCE_PATH_STYLE,
    checksums: values.S3_CHECKSUMS,
    direct: values.S3_DIRECT,
  }
}
