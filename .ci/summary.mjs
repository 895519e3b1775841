// Says what vitest's JSON report holds: what was skipped, and `N passed, N failed, N skipped` alone on the last line.
import { readFileSync } from 'node:fs'

const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, success, testResults } = JSON.parse(
  readFileSync(process.argv[2], 'utf8'),
)
// A file that could not even be loaded has no test that failed, and counts as one.
const broken = testResults.filter(
  ({ status, assertionResults }) =>
    status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
)
for (const { name, message } of broken) console.log(`${name}: ${message}`)
// What is skipped says why in its title.
for (const { assertionResults } of testResults)
  for (const { status, fullName } of assertionResults)
    if (status === 'pending' || status === 'skipped' || status === 'todo') console.log(`skipped: ${fullName}`)
const failed = numFailedTests + broken.length
console.log(`${numPassedTests} passed, ${failed} failed, ${numPendingTests + numTodoTests} skipped`)
process.exitCode = success && failed === 0 && numPassedTests > 0 ? 0 : 1
