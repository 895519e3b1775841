/** The environment of this process, read here and nowhere else. */
export function readEnvironment(): Readonly<Record<string, string | undefined>> {
  return process.env
}
