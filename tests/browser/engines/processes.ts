import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** The processes below one, by their arguments: as /proc has them. */
export function descendantsOf(root: number): { readonly pid: number; readonly args: string }[] {
  const children = new Map<number, { pid: number; args: string }[]>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1')
      const args = readFileSync(`/proc/${name}/cmdline`, 'latin1').replaceAll('\0', ' ').trim()
      // the name of the program stands in brackets and may hold anything; the parent is the second field after it
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
      children.set(parent, [...(children.get(parent) ?? []), { pid: Number(name), args }])
    } catch {} // it has ended meanwhile
  }
  const below = (pid: number): { pid: number; args: string }[] =>
    (children.get(pid) ?? []).flatMap((child) => [child, ...below(child.pid)])
  return below(root)
}

/** Whether it comes to pass within so many ms. */
export function startsTo(work: () => Promise<unknown>, ms: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(false), ms)
    work()
      .then(() => resolve(true), reject)
      .finally(() => clearTimeout(timer))
  })
}

/** SIGKILL; resolves when it is gone. */
export async function killProcess(pid: number): Promise<void> {
  try {
    for (process.kill(pid, 'SIGKILL'); ; process.kill(pid, 0)) {
      // a zombie can still be signalled: it is gone all the same
      if (/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))) return
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  } catch {} // ESRCH, ENOENT
}

/** A program that ends with this process, and its standard error until a line of it matches. */
export async function launch(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  said: RegExp,
): Promise<{ readonly child: ChildProcess; readonly match: string }> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
  const end = (): void => void child.kill('SIGKILL')
  process.once('exit', end)
  child.once('exit', () => process.off('exit', end))
  const match = await new Promise<string>((resolve, reject) => {
    let text = ''
    const hear = (chunk: Buffer): void => {
      text = (text + chunk).slice(-8_000)
      const found = said.exec(text)
      if (found) resolve(found[1] ?? found[0])
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`${program} ended: ${text}`)))
  })
  return { child, match }
}
