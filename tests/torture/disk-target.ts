import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openWardrobe } from '@modaics/client'
import { ModaicsError } from '@modaics/shared'
import { createTally, type Target } from './torture.js'

/** A disk that is full again and again: a file system of its own, small, that something else fills and frees. */
export const diskTarget: Target = {
  name: 'full-disk',
  summary: 'a Node program with a wardrobe on a disk that fills; a kill is a filling',
  unavailable() {
    if (process.platform !== 'linux' || process.getuid?.() !== 0)
      return 'needs Linux and root, to mount a small disk'
    const folder = mkdtempSync(join(tmpdir(), 'modaics-mount-'))
    try {
      mount(folder)
      execFileSync('umount', [folder], { stdio: 'ignore' })
      return null
    } catch {
      return 'this machine does not let anybody mount a tmpfs'
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
  async run(options) {
    const { kills, random } = options
    const tally = createTally(options)
    const disk = mkdtempSync(join(tmpdir(), 'modaics-disk-'))
    mount(disk)
    try {
      mkdirSync(join(disk, 'data'))
      for (let done = 0; done < kills && Date.now() < options.until; done++) {
        const folder = join(disk, 'data', `${done}`)
        const open = () => openWardrobe({ name: 'full', storage: { folder }, rows: false, historyDays: 0 })
        let wardrobe = await open()
        const promised = new Map<string, string>()
        const write = async (name: string): Promise<boolean> => {
          try {
            const { id } = await wardrobe.items.add({ name, notes: 'x'.repeat(random.below(4_000)) })
            promised.set(id, name)
            return true
          } catch (error) {
            if (error instanceof ModaicsError && error.code === 'storage-full') return false
            throw error
          }
        }
        for (let i = random.below(20); i >= 0; i--) await write(`before ${i}`)
        fill(join(disk, 'ballast'), disk, random.below(20_000))
        let refused = 0
        for (let i = 0; i < 200 && refused < 3; i++) if (!(await write(`full ${i}`))) refused++
        if (refused === 0) tally.fault('the disk never filled')
        else if (wardrobe.status().storageFault !== 'storage-full')
          tally.fault('the status does not say that the disk is full')
        // What could not be stored still shows; all of it is kept when there is room again.
        const shown = wardrobe.items.count()
        rmSync(join(disk, 'ballast'))
        await wardrobe.whenDurable()
        if (!(await write('after'))) tally.fault('nothing can be written although there is room again')
        await wardrobe.close()
        wardrobe = await open()
        if (wardrobe.items.count() < shown + 1)
          tally.fault(`${shown + 1 - wardrobe.items.count()} that showed are gone`)
        tally.killed(
          promised.size,
          [...promised].flatMap(([id, name]) => (wardrobe.items.get(id)?.name === name ? [] : [id])),
        )
        await wardrobe.close()
        rmSync(folder, { recursive: true, force: true })
      }
    } finally {
      execFileSync('umount', [disk])
      rmSync(disk, { recursive: true, force: true })
    }
    return tally.figures()
  },
}

function mount(folder: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder], { stdio: 'ignore' })
}

/** Leaves about so many bytes free. */
function fill(file: string, disk: string, leave: number): void {
  const { bavail, bsize } = statfsSync(disk)
  writeFileSync(file, Buffer.alloc(Math.max(0, bavail * bsize - leave)))
}
