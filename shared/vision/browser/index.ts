export { createBrowserLooker } from './browser-looker.js'
