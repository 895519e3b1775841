import { readdir, readFile } from 'node:fs/promises'
import { deviceAccountStore, importPhotos, openAccount, openWardrobe } from '@modaics/client'

// A device that imports a folder of photos and sends them, to be killed: run again, it goes on. It keeps everything in its
// working directory, says how far it is as a line of JSON, and ends when all are analysed.

const [url = '', email = '', password = '', pictures = '', count = '0'] = process.argv.slice(2)
const account = await openAccount({ url, store: deviceAccountStore('me') })
if (!account.user) await account.signIn({ email, password })
const wardrobe = await openWardrobe({ name: 'queue', rows: false, sync: { account } })

function say(done: boolean): void {
  const photos = wardrobe.photos.list()
  const states = photos.map(({ id }) => wardrobe.photos.state(id))
  const told = {
    wardrobe: wardrobe.id,
    added: photos.length,
    stored: photos.filter(({ storedAt }) => storedAt !== null).length,
    analysed: states.filter((state) => state === 'analysed').length,
    failed: photos.flatMap(({ id }) => wardrobe.photos.failure(id) ?? []),
    done,
  }
  process.stdout.write(`${JSON.stringify(told)}\n`)
}

const telling = setInterval(() => say(false), 200)
const names = (await readdir(pictures)).filter((name) => /\.(jpe?g|png|webp)$/i.test(name)).sort()
const sources = names
  .slice(0, Number(count))
  .map((name) => ({ name, read: async () => new Uint8Array(await readFile(`${pictures}/${name}`)) }))
const report = await importPhotos(wardrobe, sources, { keepDuplicates: true })
if (report.failed.length > 0) throw new Error(JSON.stringify(report.failed))
const settled = (): boolean =>
  wardrobe.photos.list().every(({ id }) => ['analysed', 'failed'].includes(wardrobe.photos.state(id)))
if (!settled())
  await new Promise<void>((resolve) => {
    wardrobe.on('change', () => {
      if (settled()) resolve()
    })
  })
await wardrobe.whenDurable('server')
clearInterval(telling)
say(true)
await wardrobe.close()
