// The local durable edit in Chromium: IndexedDB with strict durability, in a page that holds the built SDK.
import { access, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { build } from 'vite'
import { percentiles } from './lib/stats.mjs'

const PATH = process.env.CHROMIUM ?? '/usr/bin/chromium'
const FLAGS =
  '--no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update'
const EDITS = 500

async function bundle() {
  const { output } = await build({
    configFile: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      lib: { entry: fileURLToPath(new URL('./chromium-page.mjs', import.meta.url)), formats: ['es'] },
    },
  }).then((result) => (Array.isArray(result) ? result[0] : result))
  return {
    entry: `/${output.find(({ isEntry }) => isEntry).fileName}`,
    files: new Map(
      output.map((file) => [`/${file.fileName}`, file.type === 'chunk' ? file.code : file.source]),
    ),
  }
}

async function serve({ entry, files }) {
  const types = { js: 'text/javascript', mjs: 'text/javascript', wasm: 'application/wasm' }
  const server = createServer((request, response) => {
    const file = files.get(request.url)
    if (file !== undefined)
      response
        .setHeader('content-type', types[request.url.split('.').pop()] ?? 'application/octet-stream')
        .end(file)
    else
      response
        .setHeader('content-type', 'text/html')
        .end(`<!doctype html><script type="module" src="${entry}"></script>`)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${server.address().port}/`, stop: () => server.close() }
}

/** @returns metrics, or why there are none */
export async function chromiumEdit() {
  if (
    await access(PATH).then(
      () => false,
      () => true,
    )
  )
    return `no Chromium at ${PATH} (CHROMIUM names another)`
  const site = await serve(await bundle())
  const profile = await mkdtemp(join(tmpdir(), 'modaics-bench-chromium-'))
  // A profile on disk: without one, IndexedDB lives in memory and costs nothing.
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: PATH,
    args: FLAGS.split(' '),
  })
  try {
    const page = await browser.newPage()
    page.on('pageerror', (error) => console.error('page:', error))
    await page.goto(site.url)
    await page.waitForFunction('window.bench')
    const times = await page.evaluate((edits) => window.bench(edits), EDITS)
    await page.reload()
    await page.waitForFunction('window.bench')
    const stored = await page.evaluate(() => window.check())
    if (stored !== `edit ${EDITS - 1}`) throw new Error(`after a reload the last edit is ${stored}`)
    return percentiles('local durable edit, Chromium, IndexedDB', times)
  } finally {
    await browser.close()
    site.stop()
    await rm(profile, { recursive: true, force: true })
  }
}
