import { type GenerateRequest, type GenerateResult, generateOutfits } from '@modaics/shared'

declare global {
  interface Window {
    /** The same requests answered by the page and by a worker of its own. */
    answer(requests: GenerateRequest[]): Promise<{ page: GenerateResult[]; worker: GenerateResult[] }>
  }
}

window.answer = async (requests) => {
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
