import type { ErrorCode, Remedy } from '@modaics/shared'

/** Where the connection to the server is. `off`: none was asked for, or it is paused. */
export type ConnectionName = 'off' | 'offline' | 'connecting' | 'online' | 'needs-auth' | 'stopped'

export interface ConnectionState {
  readonly name: ConnectionName
  /** why it is not online, where the server or the network said so */
  readonly fault: { readonly code: ErrorCode; readonly detail: string } | null
}

export type ConnectionEvent =
  | { readonly type: 'start' }
  | { readonly type: 'pause' }
  | { readonly type: 'synced' }
  | { readonly type: 'lost' }
  | { readonly type: 'signed-out' }
  | { readonly type: 'credentials' }
  | { readonly type: 'refused'; readonly code: ErrorCode; readonly remedy: Remedy; readonly detail: string }

/** What the session must do after an event. */
export type ConnectionEffect = 'connect' | 'disconnect' | 'refresh' | null

export interface Transition {
  readonly state: ConnectionState
  readonly effect: ConnectionEffect
}

export const INITIAL: ConnectionState = { name: 'off', fault: null }

const to = (
  name: ConnectionName,
  effect: ConnectionEffect = null,
  fault: ConnectionState['fault'] = null,
): Transition => ({
  state: { name, fault },
  effect,
})

const OFFLINE = { code: 'offline', detail: 'the server cannot be reached; trying again' } as const

/** The whole life of a connection: every event in every state. Local work goes on in all of them. */
export function transition(state: ConnectionState, event: ConnectionEvent): Transition {
  const stay: Transition = { state, effect: null }
  switch (event.type) {
    case 'start':
      return state.name === 'off' || state.name === 'stopped' ? to('connecting', 'connect') : stay
    case 'pause':
      return state.name === 'off' ? stay : to('off', 'disconnect')
    case 'synced':
      return state.name === 'off' ? stay : to('online')
    case 'lost': // the provider tries again by itself
      return state.name === 'online' || state.name === 'connecting' ? to('offline', null, OFFLINE) : stay
    case 'signed-out':
      return state.name === 'off'
        ? stay
        : to('needs-auth', 'disconnect', { code: 'unauthenticated', detail: 'sign in to sync' })
    case 'credentials':
      return state.name === 'needs-auth' ? to('connecting', 'connect') : stay
    case 'refused': {
      if (state.name === 'off') return stay
      const fault = { code: event.code, detail: event.detail }
      if (event.remedy === 'sign-in') return to('connecting', 'refresh', fault)
      if (event.remedy === 'retry') return to('offline', null, fault)
      return to('stopped', 'disconnect', fault)
    }
  }
}
