import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

// Workspaces resolve each other's TypeScript through the `@modaics/source` condition: no build step before tests.
const source = '@modaics/source'
// Without `module`, as Node resolves: some packages (the AWS SDK) give bundlers files that Node cannot load.
const node = defaultServerConditions.filter((condition) => condition !== 'module')

const report = process.env.TEST_REPORT

export default defineConfig({
  resolve: { conditions: [source, ...node] },
  ssr: { resolve: { conditions: [source, ...node], externalConditions: [source] } },
  test: {
    include: ['{shared,client-sdk,server,migrations,examples,bench,tests}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    // A PGlite instance takes seconds to make on a slow machine; the limits only end what hangs.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
    // For machines that read the result (.ci/run): where to write it as JSON, beside what people read.
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
})
