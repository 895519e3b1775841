import { readdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { runPhotoQueue } from './photo-queue.js'

// npm run bench:photos -- [--photos 1000] [--every 50] [--data DIR] [--engine pglite|postgres]
// A folder of photos from a device to the server, with a crash of one or the other every so many: what was lost or done
// twice, photos a minute, peak memory. Exit code 0: nothing was.

const { values } = parseArgs({
  options: {
    photos: { type: 'string', default: '1000' },
    every: { type: 'string', default: '50' },
    data: { type: 'string', default: '../shared/data/garments/train' },
    engine: { type: 'string', default: 'pglite' },
  },
})
const photos = Math.min(Number(values.photos), readdirSync(values.data).length)
const figures = await runPhotoQueue({
  pictures: values.data,
  photos,
  crashEvery: Number(values.every),
  engine: values.engine === 'postgres' ? 'postgres' : 'pglite',
  built: true,
  onProgress: (line) => console.error(line),
})
const { crashes, stored, unfinished, analysedOnce, lost, failures, photosPerMinute, peakMiB, cores } = figures
console.log(`| measured | value |
|---|---:|
| photos | ${photos} |
| crashes of the server, of the device | ${crashes.server}, ${crashes.device} |
| stored once | ${stored} |
| analysed once | ${analysedOnce} |
| lost | ${lost} |
| files left half written | ${unfinished} |
| failed | ${failures.length} |
| photos a minute, crashes included | ${photosPerMinute.toFixed(0)} |
| peak memory of the server | ${peakMiB === null ? '' : `${peakMiB.toFixed(0)} MiB`} |
| cores | ${cores} |`)
const good = stored === photos && analysedOnce === photos && lost === 0 && failures.length === 0
process.exitCode = good ? 0 : 1
