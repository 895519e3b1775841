import type { Config } from '../config/config.js'

/** The origins of web apps that may call: those of the settings, and the server's own. */
export function allowedOriginsOf(config: Pick<Config, 'allowedOrigins' | 'publicUrl'>): readonly string[] {
  return config.publicUrl
    ? [...config.allowedOrigins, new URL(config.publicUrl).origin]
    : config.allowedOrigins
}
