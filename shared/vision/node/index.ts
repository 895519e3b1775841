export { createNodeLooker } from './node-looker.js'
