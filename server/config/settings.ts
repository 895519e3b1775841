import { z } from 'zod'

/** One setting: how its text is read, and what `.env.example` says about it. */
export interface Setting<T = unknown> {
  readonly schema: z.ZodType<T>
  readonly description: string
  /** never printed */
  readonly secret?: true
}

const MIB = 1024 * 1024

const choice = <const C extends readonly [string, ...string[]]>(choices: C, fallback: C[number]) =>
  z.enum(choices).default(fallback as never) as z.ZodType<C[number]>

const integer = (min: number, max: number, fallback: number): z.ZodType<number> =>
  z
    .string()
    .regex(/^\d+$/, 'is not a whole number')
    .transform(Number)
    .pipe(z.number().min(min, `is less than ${min}`).max(max, `is more than ${max}`))
    .default(fallback)

const onOff = (fallback: boolean): z.ZodType<boolean> =>
  z
    .enum(['on', 'off', 'true', 'false', '1', '0'], 'is not on or off')
    .transform((text) => text === 'on' || text === 'true' || text === '1')
    .default(fallback)

const text = (): z.ZodType<string | undefined> => z.string().optional()

const url = (protocols: readonly string[]): z.ZodType<string | undefined> =>
  z
    .string()
    .refine((value) => protocols.includes(protocolOf(value)), {
      message: `is not a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    })
    .optional()

/** An origin as browsers write it: scheme, host, port, and nothing after. */
const origins: z.ZodType<readonly string[]> = z
  .string()
  .transform((list) =>
    list
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  )
  .refine(
    (list) => list.every((part) => protocolOf(part).startsWith('http') && new URL(part).origin === part),
    {
      message: 'is not a list of origins such as https://app.example.com, separated by commas',
    },
  )
  .default([])

const proxies: z.ZodType<number> = z
  .string()
  .regex(/^(off|on|[1-9])$/, 'is not off, on or the number of proxies (1 to 9)')
  .transform((value) => (value === 'off' ? 0 : value === 'on' ? 1 : Number(value)))
  .default(0)

const dollars: z.ZodType<number | null> = z
  .string()
  .regex(/^\d{1,9}(\.\d+)?$/, 'is not an amount such as 12.50')
  .transform(Number)
  .optional()
  .transform((value) => value ?? null)

const prices: z.ZodType<{ readonly input: number; readonly output: number }> = z
  .string()
  .regex(/^\d+(\.\d+)?\s*,\s*\d+(\.\d+)?$/, 'is not two prices such as 0.40,1.60')
  .transform((text) => {
    const [input = 0, output = 0] = text.split(',').map(Number)
    return { input, output }
  })
  .default({ input: 0.4, output: 1.6 })

const setting = <T>(schema: z.ZodType<T>, description: string): Setting<T> => ({ schema, description })
const secret = <T>(schema: z.ZodType<T>, description: string): Setting<T> => ({
  schema,
  description,
  secret: true,
})

/** Every setting of the server, by the name of its environment variable. `.env.example` is compared with it. */
export const SETTINGS = {
  HOST: setting(z.string().default('127.0.0.1'), 'Address to listen on; 0.0.0.0 or :: for every interface'),
  PORT: setting(integer(0, 65_535, 8787), 'Port to listen on; 0 takes a free one'),
  DATA_DIR: setting(
    z.string().default('.data'),
    'Folder of the embedded database, of photos kept as files and of the generated secret',
  ),
  DATABASE_URL: secret(
    url(['postgres:', 'postgresql:']),
    'PostgreSQL instead of the embedded database; JWT_SECRET is then required',
  ),
  PUBLIC_URL: setting(url(['http:', 'https:']), 'Where clients reach this server; named in tokens and links'),
  ALLOWED_ORIGINS: setting(
    origins,
    'Origins of web apps that may call this server, separated by commas; none but its own by default',
  ),
  TRUST_PROXY: setting(
    proxies,
    'off, on (one), or how many proxies stand before the server and append to X-Forwarded-For',
  ),
  JWT_SECRET: secret(
    z.string().min(32, 'is shorter than 32 characters').optional(),
    'Signs access tokens, at least 32 characters; generated into DATA_DIR when left out',
  ),
  ACCESS_TOKEN_MINUTES: setting(integer(1, 1440, 15), 'How long an access token is valid'),
  REFRESH_TOKEN_DAYS: setting(
    integer(1, 365, 7),
    'How long a refresh token is valid; each use gives a new one',
  ),
  REGISTRATION: setting(choice(['open', 'closed'], 'open'), 'Whether anybody may register an account'),
  CREDENTIAL_ATTEMPTS: setting(
    integer(1, 100_000, 10),
    'Attempts at a password per address and e-mail in five minutes; per address ten times as many',
  ),
  LOG_LEVEL: setting(
    choice(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'info'),
    'fatal, error, warn, info, debug, trace or silent',
  ),
  S3_BUCKET: setting(text(), 'Keeps photos in this S3 bucket instead of DATA_DIR'),
  S3_ENDPOINT: setting(url(['http:', 'https:']), 'Endpoint of an S3-compatible store; Amazon’s by default'),
  S3_REGION: setting(z.string().default('us-east-1'), 'Region of the bucket'),
  S3_ACCESS_KEY_ID: secret(text(), 'Access key; the provider chain of the AWS SDK when left out'),
  S3_SECRET_ACCESS_KEY: secret(text(), 'Secret of the access key'),
  S3_FORCE_PATH_STYLE: setting(onOff(false), 'on for stores that want the bucket in the path'),
  S3_CHECKSUMS: setting(
    choice(['WHEN_REQUIRED', 'WHEN_SUPPORTED'], 'WHEN_REQUIRED'),
    'WHEN_REQUIRED or WHEN_SUPPORTED: checksums of requests and responses',
  ),
  S3_DIRECT: setting(
    onOff(true),
    'Whether devices upload to and read from the bucket by signed URLs; off where they cannot reach it',
  ),
  CLAMD_URL: setting(
    url(['tcp:', 'unix:']),
    'A ClamAV daemon that looks at every photo: tcp://host:3310 or unix:///path/to/clamd.ctl',
  ),
  OPENAI_API_KEY: secret(text(), 'Lets OpenAI look at photos (ANALYSIS decides)'),
  OPENAI_BASE_URL: setting(
    z.url('is not a URL').default('https://api.openai.com/v1') as z.ZodType<string>,
    'OpenAI or a service that speaks its Responses API',
  ),
  OPENAI_MODEL: setting(z.string().default('gpt-4.1-mini'), 'Model that looks at photos'),
  OPENAI_USD_PER_MILLION: setting(
    prices,
    'US dollars for a million tokens, in and out, separated by a comma: what the budget reckons with',
  ),
  ANALYSIS_USD_PER_MONTH: setting(
    dollars,
    'US dollars that analyses may cost in a month; beyond it they are local. No limit when left out',
  ),
  ANALYSIS_USD_PER_USER: setting(dollars, 'The same for the wardrobes of one user; no limit when left out'),
  ANALYSIS: setting(
    choice(['auto', 'local', 'openai', 'off'], 'auto'),
    'auto (OpenAI when there is a key, else local), local, openai or off',
  ),
  MAX_CONNECTIONS: setting(integer(1, 1_000_000, 10_000), 'Connections that this process takes at once'),
  CONNECTIONS_PER_ADDRESS: setting(
    integer(1, 1_000_000, 1_000),
    'and of one address (or one /64 of IPv6); not counted where TRUST_PROXY is set',
  ),
  CONNECTIONS_PER_USER: setting(
    integer(1, 1_000_000, 30),
    'WebSockets of one account at once: a device has one for each wardrobe that is open',
  ),
  MAX_UPLOAD_BYTES: setting(integer(1024, 1024 * MIB, 20 * MIB), 'Largest photo in bytes'),
  MAX_PIXELS: setting(integer(1000, 1_000_000_000, 50_000_000), 'Largest photo in pixels'),
  HISTORY_DAYS: setting(
    integer(0, 36_500, 365),
    'How long edits are kept after others have taken their place, to be looked at and restored; 0 keeps none',
  ),
  COMPACT_LOG_BYTES: setting(
    integer(1, 1024 * MIB, 32 * 1024),
    'A wardrobe’s log that is larger than this, and than a tenth of its snapshot, is folded into the snapshot',
  ),
  EPOCH_DEAD_PERCENT: setting(
    integer(1, 10_000, 20),
    'A wardrobe begins a new epoch, with a fresh bag of its live edits, when dead weight is more than this share of them',
  ),
  EPOCH_MIN_BYTES: setting(integer(0, 1024 * MIB, 16 * 1024), 'and more than this'),
  ERASE_AFTER_DAYS: setting(
    integer(0, 3650, 30),
    'How long a purged record can still be restored; then nothing is left of it. 0 erases at once',
  ),
  ERASE_REWRITE_BYTES: setting(
    integer(0, 1024 * 1024 * MIB, 256 * MIB),
    'After an erasure, tables up to this size are written anew (locked meanwhile, a second for some 100 MB); larger ones are only vacuumed',
  ),
  SHUTDOWN_SECONDS: setting(integer(0, 600, 10), 'How long a stop waits for sockets and jobs'),
} as const satisfies Readonly<Record<string, Setting>>

export type SettingName = keyof typeof SETTINGS
export type SettingValues = { readonly [Name in SettingName]: z.output<(typeof SETTINGS)[Name]['schema']> }

function protocolOf(value: string): string {
  return URL.canParse(value) ? new URL(value).protocol : ''
}
