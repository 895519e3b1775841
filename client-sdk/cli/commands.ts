import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ModaicsError } from '@modaics/shared'
import { openWardrobe } from '../open-wardrobe.js'
import { type ImportReport, importPhotos } from '../photos/import-photos.js'
import { type Account, openAccount, type WardrobeInfo } from '../sync/account.js'
import type { BundleHead } from '../transfer/bundle.js'
import { exportWardrobe } from '../transfer/export-wardrobe.js'
import { importWardrobe } from '../transfer/import-wardrobe.js'
import { createBundle, openBundle } from './bundles.js'
import type { Console } from './console.js'
import { importToServer } from './import-to-server.js'
import { photoSources } from './photo-sources.js'

/** An option: with `takes` it takes a value, which the help calls so. */
export interface Option {
  readonly takes?: string
  readonly help: string
}

export interface Command {
  readonly name: string
  /** after the name, in the help */
  readonly usage: string
  readonly summary: string
  readonly options: Readonly<Record<string, Option>>
  /** Resolves to the exit code. */
  run(positionals: readonly string[], options: Options, console: Console): Promise<number>
}

export type Options = Readonly<Record<string, string | boolean | undefined>>

const SERVER = {
  server: { takes: 'URL', help: 'of the Modaics server' },
  email: { takes: 'EMAIL', help: 'of your account there' },
  'password-file': {
    takes: 'FILE',
    help: 'holds the password in its first line; - is stdin; asked for without it',
  },
  wardrobe: { takes: 'ID|NAME', help: 'which one; may be left out where you have only one' },
} as const satisfies Record<string, Option>

const REGISTER: Option = { help: 'make the account' }

const LOCAL = {
  local: {
    takes: 'NAME',
    help: 'a wardrobe of this device instead of a server’s, also what is not synced yet',
  },
  folder: { takes: 'DIR', help: 'where the device keeps it; .modaics unless told' },
} as const satisfies Record<string, Option>

export const COMMANDS: readonly Command[] = [
  {
    name: 'export',
    usage: 'OUT (--server URL --email EMAIL | --local NAME)',
    summary: 'Write everything of a wardrobe into a new folder, or a zip where OUT ends in .zip',
    options: { ...SERVER, ...LOCAL },
    async run([out], options, console) {
      if (!out) throw new ModaicsError('invalid', 'say where to: modaics export OUT …')
      const onProgress = (step: string, done: number, of: number): void =>
        console.progress(`${step}: ${done} of ${of}`)
      const head = await withSource(options, console, {
        local: async (wardrobe) => wardrobe.export(await createBundle(out), onProgress),
        remote: async (account, { id }) =>
          exportWardrobe({ account, wardrobeId: id, into: await createBundle(out), onProgress }),
      })
      console.say(describe(head))
      console.say(`written to ${out}, fingerprint ${head.fingerprint}`)
      for (const hash of head.missingPhotos) console.say(`the picture ${hash} could not be had`)
      return 0
    },
  },
  {
    name: 'import',
    usage: 'FROM --server URL --email EMAIL',
    summary: 'Take an export into a wardrobe of a server that has none of it yet',
    options: {
      server: SERVER.server,
      email: SERVER.email,
      'password-file': SERVER['password-file'],
      register: REGISTER,
      as: { takes: 'ID', help: 'a UUID for the wardrobe other than the one it had' },
    },
    async run([path], options, console) {
      if (!path) throw new ModaicsError('invalid', 'say where from: modaics import FROM …')
      const from = await openBundle(path)
      const account = await signIn(options, console)
      try {
        const done = await importWardrobe({
          account,
          from,
          ...(typeof options.as === 'string' ? { wardrobeId: options.as } : {}),
          onProgress: (step, count, of) => console.progress(`${step}: ${count} of ${of}`),
        })
        console.say(`${done.edits} edits, ${done.past} of the history, ${done.photos} photos`)
        console.say(
          done.same
            ? `wardrobe ${done.wardrobeId}, fingerprint ${done.fingerprint}: the same`
            : `wardrobe ${done.wardrobeId} has the fingerprint ${done.fingerprint}: NOT that of the export`,
        )
        return done.same ? 0 : 1
      } finally {
        await from.close()
        await account.signOut()
      }
    },
  },
  {
    name: 'import-photos',
    usage: 'FOLDER|CSV (--server URL --email EMAIL | --local NAME)',
    summary: 'Make a piece of each picture in a folder, or in the column `file` of a CSV; may be run again',
    options: {
      ...SERVER,
      register: REGISTER,
      ...LOCAL,
      folder: { ...LOCAL.folder, help: `${LOCAL.folder.help}; of a server, what is on its way` },
      'keep-duplicates': { help: 'also pictures that show what another one shows' },
    },
    async run([path], options, console) {
      if (!path) throw new ModaicsError('invalid', 'say what: modaics import-photos FOLDER …')
      const sources = await photoSources(path)
      const folder = typeof options.folder === 'string' ? options.folder : '.modaics'
      const importing = {
        keepDuplicates: options['keep-duplicates'] === true,
        onProgress: (name: string, done: number, of: number | null) =>
          console.progress(`${done} of ${of}: ${name}`),
      }
      if (typeof options.local === 'string') {
        const wardrobe = await openWardrobe({
          name: options.local,
          storage: { folder },
          rows: false,
          photos: { eyes: true },
        })
        try {
          return tell(await importPhotos(wardrobe, sources, importing), console)
        } finally {
          await wardrobe.close()
        }
      }
      const account = await signIn(options, console)
      try {
        const isNew = options.wardrobe === undefined && (await account.wardrobes()).length === 0
        const { report, refused, wardrobeId } = await importToServer({
          account,
          wardrobeId: isNew ? undefined : (await choose(account, options.wardrobe)).id,
          folder,
          sources,
          options: importing,
          onUpload: (waiting) => console.progress(`${waiting} to upload`),
        })
        const code = tell(report, console)
        for (const { name, code, detail } of refused) console.say(`${name}: ${detail} (${code})`)
        console.say(`wardrobe ${wardrobeId}`)
        return refused.length > 0 ? 1 : code
      } finally {
        await account.signOut()
      }
    },
  },
  {
    name: 'fingerprint',
    usage: '(--server URL --email EMAIL | --local NAME)',
    summary: 'Print the fingerprint of a wardrobe: the same wherever the same edits are',
    options: { ...SERVER, ...LOCAL },
    async run(_, options, console) {
      const fingerprint = await withSource(options, console, {
        local: async (wardrobe) => wardrobe.fingerprint(),
        remote: async (account, { id }) => {
          const answer = await account.request(`/v1/wardrobes/${id}/fingerprint`)
          return ((await answer.json()) as { fingerprint: string }).fingerprint
        },
      })
      console.say(fingerprint)
      return 0
    },
  },
]

function tell({ added, already, duplicates, failed }: ImportReport, console: Console): number {
  console.say(
    `${added} ${added === 1 ? 'piece' : 'pieces'} added${already > 0 ? `, ${already} ${already === 1 ? 'was' : 'were'} there` : ''}`,
  )
  for (const { name } of duplicates) console.say(`${name}: shows what another photo shows`)
  for (const { name, code, detail } of failed) console.say(`${name}: ${detail} (${code})`)
  return failed.length > 0 ? 1 : 0
}

async function withSource<T>(
  options: Options,
  console: Console,
  work: {
    local(wardrobe: Awaited<ReturnType<typeof openWardrobe>>): Promise<T>
    remote(account: Account, wardrobe: WardrobeInfo): Promise<T>
  },
): Promise<T> {
  if (typeof options.local === 'string') {
    const folder = typeof options.folder === 'string' ? options.folder : '.modaics'
    if (!existsSync(join(folder, options.local)))
      throw new ModaicsError('not-found', `there is no wardrobe ${options.local} in ${folder}`)
    const wardrobe = await openWardrobe({ name: options.local, storage: { folder }, rows: false })
    try {
      return await work.local(wardrobe)
    } finally {
      await wardrobe.close()
    }
  }
  const account = await signIn(options, console)
  try {
    return await work.remote(account, await choose(account, options.wardrobe))
  } finally {
    await account.signOut()
  }
}

async function signIn(options: Options, console: Console): Promise<Account> {
  const { server, email, register } = options
  if (typeof server !== 'string' || typeof email !== 'string')
    throw new ModaicsError('invalid', 'say which: --server URL --email EMAIL')
  if (!URL.canParse(server)) throw new ModaicsError('invalid', `${server} is no URL`)
  const file = options['password-file']
  const password = typeof file === 'string' ? await console.readPassword(file) : await console.askPassword()
  const account = await openAccount({ url: server, deviceName: 'modaics command line' })
  if (register) await account.register({ email, password })
  else await account.signIn({ email, password })
  return account
}

async function choose(account: Account, wanted: string | boolean | undefined): Promise<WardrobeInfo> {
  const all = await account.wardrobes()
  const found =
    typeof wanted === 'string' ? all.filter(({ id, name }) => id === wanted || name === wanted) : all
  const [only, ...others] = found
  if (only && others.length === 0) return only
  const list = all.map(({ id, name }) => `${id} ${name}`).join(', ') || 'none'
  throw new ModaicsError(
    'invalid',
    `${only ? 'more than one wardrobe' : 'no such wardrobe'}; --wardrobe of: ${list}`,
  )
}

function describe({ wardrobe, counts }: BundleHead): string {
  const records = Object.entries(counts.records)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind.replace('_', ' ')}`)
  return `${wardrobe.name}: ${[...records, `${counts.edits} edits`, `${counts.past} of the history`, `${counts.photos} pictures`].join(', ')}`
}
