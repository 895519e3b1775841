import type OpenAI from 'openai'
import { type Analyser, AnalysisError, type Cost, type Seen } from './analyser.js'
import { type Analysis, analysisSchema } from './analysis.js'
import { answerSchema, answerToAnalysis, INSTRUCTIONS, PROMPT_VERSION } from './openai-answer.js'

export interface OpenAiOptions {
  readonly apiKey: string
  readonly model: string
  /** of OpenAI, or of a service that speaks its Responses API */
  readonly baseUrl?: string
  /** for one attempt; 30 s unless told */
  readonly timeoutMs?: number
  /** after 429, 5xx and lost connections, with back-off; 2 unless told */
  readonly retries?: number
  /** what a million tokens cost, to keep account; 0 unless told */
  readonly usdPerMillion?: { readonly input: number; readonly output: number }
}

/** Asks a model through the Responses API with a strict schema. The SDK is loaded at the first picture. */
export function createOpenAiAnalyser(options: OpenAiOptions): Analyser {
  let loading: Promise<Loaded> | undefined
  const price = options.usdPerMillion ?? { input: 0, output: 0 }
  return {
    id: `openai:${options.model}`,
    version: PROMPT_VERSION,
    estimateUsd: (ESTIMATE.input * price.input + ESTIMATE.output * price.output) / 1_000_000,
    async analyse({ bytes }, signal) {
      loading ??= load(options)
      const loaded = await loading
      try {
        return await ask(loaded, options, bytes, signal)
      } catch (error) {
        signal.throwIfAborted()
        throw toAnalysisError(error, loaded.sdk)
      }
    },
  }
}

const MAX_OUTPUT_TOKENS = 1_500
/** Tokens that one picture, the instructions and the schema come to, rather more than fewer: for the budget. */
const ESTIMATE = { input: 4_000, output: 600 } as const

interface Loaded {
  readonly client: OpenAI
  readonly sdk: typeof import('openai')
  readonly zodTextFormat: typeof import('openai/helpers/zod')['zodTextFormat']
}

async function load(options: OpenAiOptions): Promise<Loaded> {
  const [sdk, { zodTextFormat }] = await Promise.all([import('openai'), import('openai/helpers/zod')])
  const client = new sdk.OpenAI({
    apiKey: options.apiKey,
    baseURL: options.baseUrl ?? 'https://api.openai.com/v1',
    timeout: options.timeoutMs ?? 30_000,
    maxRetries: options.retries ?? 2,
    logLevel: 'off',
  })
  return { client, sdk, zodTextFormat }
}

async function ask(
  { client, zodTextFormat }: Loaded,
  options: OpenAiOptions,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<Seen> {
  // not `responses.parse`: that throws at JSON that was cut off before it can be told that it was
  const response = await client.responses.create(
    {
      model: options.model,
      instructions: INSTRUCTIONS,
      input: [
        {
          role: 'user',
          content: [
            {
              type: 'input_image',
              image_url: `data:image/webp;base64,${Buffer.from(bytes).toString('base64')}`,
              detail: 'low',
            },
          ],
        },
      ],
      text: { format: zodTextFormat(answerSchema, 'garment') },
      max_output_tokens: MAX_OUTPUT_TOKENS,
      store: false,
    },
    { signal },
  )
  const { input, output } = options.usdPerMillion ?? { input: 0, output: 0 }
  const { input_tokens: inputTokens = 0, output_tokens: outputTokens = 0 } = response.usage ?? {}
  const cost = {
    inputTokens,
    outputTokens,
    costUsd: (inputTokens * input + outputTokens * output) / 1_000_000,
  }
  const contents = response.output.flatMap((item) => (item.type === 'message' ? item.content : []))
  const refusal = contents.find((content) => content.type === 'refusal')
  if (refusal) throw new AnalysisError('refused', refusal.refusal.slice(0, 200), { cost })
  if (response.status === 'incomplete')
    throw new AnalysisError(
      'truncated',
      `incomplete: ${response.incomplete_details?.reason ?? 'no reason given'}`,
      { cost },
    )
  return { analysis: readAnswer(response.output_text, cost), ...cost }
}

function readAnswer(text: string, cost: Cost): Analysis {
  let analysis: Analysis
  try {
    analysis = answerToAnalysis(answerSchema.parse(JSON.parse(text)))
  } catch (cause) {
    throw new AnalysisError('malformed', 'the answer cannot be read', { cost, cause })
  }
  const checked = analysisSchema.safeParse(analysis)
  if (checked.success) return checked.data
  const where = checked.error.issues[0]?.path.join('.')
  throw new AnalysisError('malformed', `the answer holds what cannot be used: ${where}`, { cost })
}

function toAnalysisError(error: unknown, sdk: Loaded['sdk']): AnalysisError {
  if (error instanceof AnalysisError) return error
  if (error instanceof sdk.APIConnectionTimeoutError)
    return new AnalysisError('timeout', 'no answer in time', { cause: error })
  if (error instanceof sdk.APIConnectionError)
    return new AnalysisError('unavailable', 'no connection', { cause: error })
  if (error instanceof sdk.APIError) {
    const fault =
      error.status === 429 ? 'rate-limited' : (error.status ?? 500) >= 500 ? 'unavailable' : 'rejected'
    return new AnalysisError(fault, `HTTP ${error.status}`, { cause: error })
  }
  // what `ask` meets in text that is no JSON, JSON of another shape, or a body that is no response
  return new AnalysisError('malformed', 'the answer cannot be read', { cause: error })
}
