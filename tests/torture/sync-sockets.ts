declare global {
  interface Window {
    /** those of this page to a sync server that are open or opening */
    readonly syncSockets: ReadonlySet<WebSocket>
  }
}

const syncSockets = new Set<WebSocket>()
Object.assign(window, { syncSockets })

window.WebSocket = class extends WebSocket {
  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols)
    if (!String(url).includes('/sync/')) return
    syncSockets.add(this)
    this.addEventListener('close', () => syncSockets.delete(this))
  }
}

export type {}
