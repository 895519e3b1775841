/** The Network Information API (https://wicg.github.io/netinfo/), which Chromium has, and Android's data saver. */
interface NetworkInformation extends EventTarget {
  readonly saveData?: boolean
  readonly type?: string
}

/**
 * Whether the connection costs money, or the person saves data, as far as the browser tells.
 *
 * @param onChange when that may have changed
 */
export function watchMetered(
  onChange: () => void,
  { connection }: { readonly connection?: NetworkInformation } = navigator as object,
): { readonly isMetered: () => boolean; stop(): void } {
  connection?.addEventListener('change', onChange)
  return {
    isMetered: () => connection?.saveData === true || connection?.type === 'cellular',
    stop: () => connection?.removeEventListener('change', onChange),
  }
}
