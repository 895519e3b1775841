import { lookAt } from './look-at.js'

// A page that looks at one picture by itself and tells what it saw, for browsers that a test cannot look into. The picture and
// where to tell are in its address.

const bytes = Uint8Array.from(atob(location.hash.slice(1)), (char) => char.charCodeAt(0))
const told = await lookAt(bytes).catch((error: unknown) => ({ error: String(error) }))
await fetch(new URLSearchParams(location.search).get('tell') ?? '', {
  method: 'POST',
  body: JSON.stringify(told),
})
