/** Long work on the thread of the sockets stops for them after this much of it, in ms. */
const TURN_MS = 3

/** Visits all of them, in order, and lets the sockets have their turn in between. */
export async function inTurns<T>(all: Iterable<T>, visit: (one: T) => void): Promise<void> {
  let began = performance.now()
  for (const one of all) {
    visit(one)
    if (performance.now() - began < TURN_MS) continue
    await new Promise(setImmediate)
    began = performance.now()
  }
}
