import { stripVTControlCharacters, styleText } from 'node:util'

/** Where the demo writes. On a terminal with colours and moving bars, else as plain lines. */
export interface Terminal {
  heading(text: string): void
  line(text?: string): void
  good(text: string): void
  bad(text: string): void
  /** A remark: neither good nor bad. */
  note(text: string): void
  /** Shows how far a long step is. `null`: nobody knows how long it takes. */
  progress(label: string, total: number | null): Progress
  /** A patch of a colour (`#rrggbb`), where the terminal can show one, and nothing elsewhere. */
  swatch(hex: string): string
  dim(text: string): string
  bold(text: string): string
}

export interface Progress {
  at(done: number): void
  /** Replaces the bar by a line. */
  done(text: string): void
}

const WIDTH = 24
const SPIN_MS = 120

export function createTerminal(out: NodeJS.WriteStream): Terminal {
  const moves = out.isTTY === true
  const depth = moves ? out.getColorDepth() : 1
  const style = (format: Parameters<typeof styleText>[0], text: string): string =>
    depth > 1 ? styleText(format, text) : text
  let bar = ''

  function line(text = ''): void {
    if (bar) out.write('\r\x1b[K')
    out.write(`${text}\n`)
    if (bar) out.write(bar)
  }

  function show(text: string): void {
    bar = text
    out.write(`\r\x1b[K${stripVTControlCharacters(text).length < out.columns ? text : ''}`)
  }

  function bars(done: number, total: number): string {
    const full = Math.round((WIDTH * Math.min(done, total)) / Math.max(1, total))
    return `${style('cyan', '█'.repeat(full))}${style('dim', '░'.repeat(WIDTH - full))} ${done}/${total}`
  }

  return {
    line,
    heading: (text) => line(`\n${style('bold', text)}`),
    good: (text) => line(`  ${style('green', '✓')} ${text}`),
    bad: (text) => line(`  ${style(['red', 'bold'], '✗')} ${text}`),
    note: (text) => line(`  ${style('yellow', '!')} ${text}`),
    dim: (text) => style('dim', text),
    bold: (text) => style('bold', text),
    swatch(hex) {
      if (depth < 24) return ''
      const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))
      return `\x1b[48;2;${r};${g};${b}m  \x1b[0m `
    },
    progress(label, total) {
      const started = Date.now()
      let done = 0
      const draw = (): void => {
        const seconds = `${((Date.now() - started) / 1000).toFixed(0)} s`
        const tick = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'[Math.floor(Date.now() / SPIN_MS) % 10] ?? ''
        show(`  ${tick} ${label} ${total === null ? '' : `${bars(done, total)} `}${style('dim', seconds)}`)
      }
      let timer: NodeJS.Timeout | undefined
      if (moves) {
        draw()
        timer = setInterval(draw, SPIN_MS)
      } else line(`  … ${label}`)
      return {
        at(now) {
          done = now
        },
        done(text) {
          clearInterval(timer)
          if (moves) show('')
          line(`  ${text} ${style('dim', `${((Date.now() - started) / 1000).toFixed(1)} s`)}`)
        },
      }
    },
  }
}
