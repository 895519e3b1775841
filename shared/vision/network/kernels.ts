/** What `kernels.wat` exports; its comments say what each does. Addresses and row lengths are in bytes. */
export interface Kernels {
  pointwise(
    input: number,
    weights: number,
    bias: number,
    output: number,
    pixels: number,
    depth: number,
    width: number,
    clip: 0 | 1,
  ): void
  depthwise(
    input: number,
    weights: number,
    bias: number,
    output: number,
    height: number,
    width: number,
    rowBytes: number,
    stride: number,
    channels: number,
  ): void
  add(to: number, from: number, bytes: number): void
}

/** @throws WebAssembly.CompileError where the platform has no SIMD */
export async function loadKernels(memory: WebAssembly.Memory): Promise<Kernels> {
  const bytes = Uint8Array.from(atob(KERNELS), (letter) => letter.charCodeAt(0))
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } })
  return instance.exports as unknown as Kernels
}

/** `kernels.wat` in base64, assembled by `npx -p wabt@1.0.39 wat2wasm kernels.wat`. */
export const KERNELS: string =
  'AGFzbQEAAAABHgNgCH9/f39/f39/AGAJf39/f39/f39/AGADf39/AAIPAQNlbnYGbWVtb3J5AgABAwQDAAECBx8DCXBvaW50d2lzZQAACWRlcHRod2lzZQABA2FkZAACCvYIA9YEAgt/DXtDAADAQP0TIR8gBUECdCERIAZBAnQhEgJAA0AgCSAGTw0BQQAhCAJAA0AgCCAETw0BIAAgCCARbGohDCAMIBFqIQ0gDSARaiEOIA4gEWohDyAC/QAEACEWIAL9AAQQIRcgFiEYIBchGSAWIRogFyEbIBYhHCAXIR0gASELIAUhCgNAIAv9AAQAIRMgC/0ABBAhFCAM/QkCACEVIBYgFSAT/eYB/eQBIRYgFyAVIBT95gH95AEhFyAN/QkCACEVIBggFSAT/eYB/eQBIRggGSAVIBT95gH95AEhGSAO/QkCACEVIBogFSAT/eYB/eQBIRogGyAVIBT95gH95AEhGyAP/QkCACEVIBwgFSAT/eYB/eQBIRwgHSAVIBT95gH95AEhHSAMQQRqIQwgDUEEaiENIA5BBGohDiAPQQRqIQ8gC0EgaiELIApBAWsiCg0ACyAHBEAgFiAe/ekBIB/96AEhFiAXIB796QEgH/3oASEXIBggHv3pASAf/egBIRggGSAe/ekBIB/96AEhGSAaIB796QEgH/3oASEaIBsgHv3pASAf/egBIRsgHCAe/ekBIB/96AEhHCAdIB796QEgH/3oASEdCyADIAggEmwgCUECdGpqIRAgECAW/QsEACAQIBf9CwQQIBAgEmohECAQIBj9CwQAIBAgGf0LBBAgECASaiEQIBAgGv0LBAAgECAb/QsEECAQIBJqIRAgECAc/QsEACAQIB39CwQQIAhBBGohCAwACwsgASARQQN0aiEBIAJBIGohAiAJQQhqIQkMAAsLC+kDAg1/A3tDAADAQP0TIRggCEECdCEUIBRBAXQhFSAHIBRsIQwCQANAIAkgBE8NASAAIAkgB2wgBmxqIRBBACEKAkADQCAKIAVPDQEgECAKIAxsaiENIA0gBmohDiAOIAZqIQ8gASERIAIhEyAIIQsDQCAT/QAEACEWIBEhEiAWIA39AAQAIBL9AAQA/eYB/eQBIRYgEiAUaiESIBYgDSAUav0ABAAgEv0ABAD95gH95AEhFiASIBRqIRIgFiANIBVq/QAEACAS/QAEAP3mAf3kASEWIBIgFGohEiAWIA79AAQAIBL9AAQA/eYB/eQBIRYgEiAUaiESIBYgDiAUav0ABAAgEv0ABAD95gH95AEhFiASIBRqIRIgFiAOIBVq/QAEACAS/QAEAP3mAf3kASEWIBIgFGohEiAWIA/9AAQAIBL9AAQA/eYB/eQBIRYgEiAUaiESIBYgDyAUav0ABAAgEv0ABAD95gH95AEhFiASIBRqIRIgFiAPIBVq/QAEACAS/QAEAP3mAf3kASEWIAMgFiAX/ekBIBj96AH9CwQAIANBEGohAyANQRBqIQ0gDkEQaiEOIA9BEGohDyARQRBqIREgE0EQaiETIAtBBGsiCw0ACyAKQQFqIQoMAAsLIAlBAWohCQwACwsLMQADQCAAIAD9AAQAIAH9AAQA/eQB/QsEACAAQRBqIQAgAUEQaiEBIAJBEGsiAg0ACws='
