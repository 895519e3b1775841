/** Long work on the thread of the sockets stops for them after this much of it, in ms. */
const TURN_MS = 3

/** A pause for such work, to be offered often: it lasts only where the turn of the sockets has come. */
export function createTurns(): () => Promise<void> {
  let began = performance.now()
  return async () => {
    if (performance.now() - began < TURN_MS) return
    await new Promise(setImmediate)
    began = performance.now()
  }
}

/** Visits all of them, in order, and lets the sockets have their turn in between. */
export async function inTurns<T>(all: Iterable<T>, visit: (one: T) => void): Promise<void> {
  const turn = createTurns()
  for (const one of all) {
    visit(one)
    await turn()
  }
}
