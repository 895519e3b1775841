import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino'

export type { Logger } from 'pino'

/** Keys whose value is never written, at the depths that we log. */
const SECRET_KEYS = [
  'authorization',
  'cookie',
  'password',
  'passwordHash',
  'token',
  'accessToken',
  'refreshToken',
  'jwtSecret',
  'secret',
  'apiKey',
  'secretAccessKey',
]

/**
 * What looks like a secret wherever it turns up: in a message, in an error's text, in a URL. The last line of defence,
 * run over each finished line.
 */
const SECRET_TEXTS: readonly (readonly [RegExp, string])[] = [
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, '***'], // JSON Web Tokens
  [/\bbearer[\s.]+[\w.~+/-]+=*/gi, 'Bearer ***'],
  [/([?&](?:access_|refresh_)?(?:token|key|password|signature|x-amz-[\w-]+)=)[^&\s"\\#]+/gi, '$1***'],
  [/(\w:\/\/[^\s:/@"]*:)[^\s@"]+@/g, '$1***@'], // credentials in a URL
  [/\$2[abxy]?\$\d\d\$[./A-Za-z0-9]{53}/g, '***'], // bcrypt
  [/\bsk-[\w-]{8,}/g, '***'], // keys of OpenAI
]

/** JSON lines on standard output (or `destination`), one object each, without secrets. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { error: serializeError, err: serializeError },
    redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '***' },
    hooks: { streamWrite: scrub },
  }
  return destination ? pino(options, destination) : pino(options)
}

function scrub(line: string): string {
  let clean = line
  for (const [pattern, replacement] of SECRET_TEXTS) clean = clean.replace(pattern, replacement)
  return clean
}

/** drizzle and postgres.js put a statement's parameters (addresses, hashes) into their errors: only the statement is kept. */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { type, message, stack } = stdSerializers.err(error)
  const { code, cause } = error as { code?: unknown; cause?: unknown }
  return {
    type,
    message: withoutParameters(message),
    stack: stack && withoutParameters(stack),
    ...(code === undefined ? {} : { code }),
    ...(cause === undefined ? {} : { cause: serializeError(cause) }),
  }
}

function withoutParameters(text: string): string {
  return text.replace(/\nparams: [^\n]*/g, '\nparams: ***')
}
