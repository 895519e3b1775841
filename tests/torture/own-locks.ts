declare global {
  interface Window {
    /** told the name of each lock, the moment that this page has got it */
    onLock(name: string): void
  }
}

window.onLock = () => {}

type Asked = [LockGrantedCallback<unknown>] | [LockOptions, LockGrantedCallback<unknown>]

const request = navigator.locks.request.bind(navigator.locks)
navigator.locks.request = ((name: string, ...asked: Asked) => {
  const [options, work] = asked.length === 2 ? asked : [{}, ...asked]
  return request(name, options, (lock) => {
    if (lock) window.onLock(name)
    return work(lock)
  })
}) as LockManager['request']

export type {}
