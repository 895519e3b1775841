import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** How the next answers are given. */
export type OpenAiMood =
  /** the answer that was set */
  | 'answer'
  | 'rate-limited'
  | 'server-error'
  | 'bad-key'
  | 'refusal'
  /** cut off by the token limit, in the middle of the JSON */
  | 'truncated'
  /** text that is no JSON */
  | 'no-json'
  /** JSON of another shape */
  | 'other-shape'
  /** a body that is no response at all */
  | 'no-response'
  /** takes the request and never answers */
  | 'silence'
  /** cuts the connection */
  | 'hang-up'

export interface OpenAiFixture {
  /** for `baseUrl` */
  readonly url: string
  /** bodies of the requests so far */
  readonly requests: readonly OpenAiRequest[]
  mood: OpenAiMood
  /** the JSON that the model answers with */
  answer: object
  close(): Promise<void>
}

export interface OpenAiRequest {
  readonly authorization: string | undefined
  readonly body: {
    readonly model: string
    readonly instructions: string
    readonly store: boolean
    readonly input: readonly {
      readonly content: readonly { readonly type: string; readonly image_url?: string }[]
    }[]
    readonly text: {
      readonly format: { readonly type: string; readonly strict: boolean; readonly schema: JsonSchema }
    }
  }
}

interface JsonSchema {
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean
  readonly anyOf?: readonly JsonSchema[]
  readonly items?: JsonSchema
}

/**
 * The Responses API of OpenAI as far as structured output goes, over real HTTP, and all the ways in which it disappoints.
 * A schema that strict mode would refuse is refused here too.
 * https://platform.openai.com/docs/guides/structured-outputs
 */
export async function startOpenAiFixture(): Promise<OpenAiFixture> {
  const requests: OpenAiRequest[] = []
  const state: { mood: OpenAiMood; answer: object } = { mood: 'answer', answer: {} }

  const server = createServer((request, response) => {
    void respond(request, response).catch((error: unknown) => response.destroy(error as Error))
  })

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    if (request.method !== 'POST' || request.url !== '/v1/responses')
      return send(response, 404, problem('not found'))
    const body = JSON.parse(Buffer.concat(parts).toString()) as OpenAiRequest['body']
    requests.push({ authorization: request.headers.authorization, body })
    const fault = schemaFault(body.text.format.schema, 'schema')
    if (!body.text.format.strict || fault) return send(response, 400, problem(`Invalid schema: ${fault}`))
    switch (state.mood) {
      case 'answer':
        return send(response, 200, completed([text(JSON.stringify(state.answer))]))
      case 'rate-limited':
        return send(response, 429, problem('Rate limit reached'), { 'retry-after-ms': '1' })
      case 'server-error':
        return send(response, 503, problem('overloaded'), { 'retry-after-ms': '1' })
      case 'bad-key':
        return send(response, 401, problem('Incorrect API key provided'))
      case 'refusal':
        return send(response, 200, completed([{ type: 'refusal', refusal: 'I cannot help with that.' }]))
      case 'truncated':
        return send(response, 200, {
          ...completed([text(JSON.stringify(state.answer).slice(0, 20))]),
          status: 'incomplete',
          incomplete_details: { reason: 'max_output_tokens' },
        })
      case 'no-json':
        return send(response, 200, completed([text('A lovely red shirt!')]))
      case 'other-shape':
        return send(response, 200, completed([text('{"category":{"value":"spaceship","confidence":1}}')]))
      case 'no-response':
        return send(response, 200, [])
      case 'silence':
        return
      case 'hang-up':
        response.destroy()
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  })
}

const text = (content: string) => ({ type: 'output_text', text: content, annotations: [] })
const problem = (message: string) => ({ error: { message, type: 'error', param: null, code: null } })

function completed(content: readonly object[]) {
  return {
    id: 'resp_1',
    object: 'response',
    created_at: 1_750_000_000,
    status: 'completed',
    error: null,
    incomplete_details: null,
    model: 'test',
    output: [{ type: 'message', id: 'msg_1', status: 'completed', role: 'assistant', content }],
    usage: { input_tokens: 1_000, output_tokens: 100, total_tokens: 1_100 },
  }
}

/** Strict mode: every object closed, every property required. */
function schemaFault(schema: JsonSchema, path: string): string | undefined {
  for (const [i, each] of (schema.anyOf ?? []).entries()) {
    const fault = schemaFault(each, `${path}.anyOf[${i}]`)
    if (fault) return fault
  }
  if (schema.items) return schemaFault(schema.items, `${path}.items`)
  if (!schema.properties) return undefined
  if (schema.additionalProperties !== false) return `${path}: additionalProperties is not false`
  for (const [name, property] of Object.entries(schema.properties)) {
    if (!schema.required?.includes(name)) return `${path}.${name} is not required`
    const fault = schemaFault(property, `${path}.${name}`)
    if (fault) return fault
  }
  return undefined
}

function send(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}
