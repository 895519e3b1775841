import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

export interface Options {
  /** folder of one's own photos; the demo draws garments without it */
  readonly photos: string | null
  /** of a server that runs already; the demo starts one without it */
  readonly server: string | null
  /** garments in all, on both devices */
  readonly count: number
  /** how long one step may take, in ms */
  readonly patienceMs: number
  readonly help: boolean
}

export const HELP = `Modaics: two offline devices, one server.

  npm run demo                        garments that the demo draws itself
  npm run demo -- --photos DIR        your own photos: a folder, also with subfolders
  npm run demo -- --server URL        against a server that runs already

  --photos DIR     JPEG, PNG, WebP or AVIF. What a photo shows is read from a labels file (a CSV with the
                   columns file and label, in DIR or beside it as DIR.csv), else from the names of the
                   subfolder and of the file.
  --server URL     http://host:port. The demo registers an account of its own there, and leaves its data.
  --count N        garments in all, 4 to 200; 12 unless told
  --patience S     seconds that a step may take before its claim counts as broken; 120 unless told
  --help           this

Exit code: 0 if everything holds, 1 if something does not, 2 if the command line is wrong.
`

/** @throws TypeError or RangeError, in words, where the command line is wrong */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      photos: { type: 'string' },
      server: { type: 'string' },
      count: { type: 'string', default: '12' },
      patience: { type: 'string', default: '120' },
      help: { type: 'boolean', default: false },
    },
  })
  const { photos = null, server = null, help } = values
  if (server !== null && !/^https?:\/\//.test(server))
    throw new RangeError(`--server ${server} is not an http:// or https:// address`)
  return {
    photos: photos === null ? null : resolve(photos),
    server,
    count: wholeNumber('--count', values.count, 4, 200),
    patienceMs: wholeNumber('--patience', values.patience, 1, 3600) * 1000,
    help,
  }
}

function wholeNumber(name: string, text: string, low: number, high: number): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < low || value > high)
    throw new RangeError(`${name} ${text} is not a whole number from ${low} to ${high}`)
  return value
}
