import { type GenerateRequest, type GenerateResult, generateOutfits } from '@modaics/shared'

/** What the page tells: the same requests answered by itself and by a worker of its own. */
export interface OutfitsReport {
  readonly page: readonly GenerateResult[]
  readonly worker: readonly GenerateResult[]
}

/** Fetches requests where its address says, and brings the answers there: no browser has to be driven for it. */
const desk = new URLSearchParams(location.search).get('desk') ?? ''

async function answer(requests: readonly GenerateRequest[]): Promise<OutfitsReport> {
  const worker = new Worker(new URL('./outfits-worker.ts', import.meta.url), { type: 'module' })
  const answers = requests.map(
    (request, id) =>
      new Promise<GenerateResult>((resolve, reject) => {
        worker.addEventListener('error', reject)
        worker.addEventListener('message', ({ data }) => {
          if (data.id === id && 'result' in data) resolve(data.result)
        })
        worker.postMessage({ id, request })
      }),
  )
  return { page: requests.map(generateOutfits), worker: await Promise.all(answers) }
}

// Not awaited here: the page has loaded before it begins.
void fetch(desk)
  .then((response) => response.json())
  .then(answer)
  .catch((error: unknown) => ({ error: String(error) }))
  .then((report) => fetch(desk, { method: 'POST', body: JSON.stringify(report) }))
